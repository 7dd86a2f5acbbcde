//! Continuity of care: a prison's releases by the day on which treatment was picked up.

use crate::ink;
use crate::number::{steps, value};
use crate::svg::{Anchor, BOLD, SMALL, Svg, Type, fitted};
use crate::table::Table;
use throughcare_domain::indicators::Measure;

/// The last day on which a pick-up counts. Source: `domain.md` section 2.
pub const LAST_DAY: usize = 21;

/// A prison's releases by day of pick-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Continuity {
    /// Which prison and period.
    pub title: String,
    /// As it was known.
    pub subtitle: String,
    /// Picked up on day 0 to 21; `None` where the number is withheld.
    pub by_day: Vec<Option<u32>>,
    /// Not picked up within 21 days.
    pub not: Option<u32>,
    /// The window is still open.
    pub open: Option<u32>,
}

const LEFT: f64 = 64.0;
const RIGHT: f64 = 936.0;
const TOP: f64 = 66.0;
const BOTTOM: f64 = 300.0;
const TITLE: Type = Type { size: 16.0, ..BOLD };

impl Continuity {
    fn bars(&self) -> Vec<(String, Option<u32>, &'static str)> {
        let days = self.by_day.iter().take(LAST_DAY + 1).enumerate();
        let mut all: Vec<_> = days
            .map(|(day, count)| (day.to_string(), *count, "solid"))
            .collect();
        all.push(("not".to_owned(), self.not, "lines"));
        all.push(("open".to_owned(), self.open, "dots"));
        all
    }

    /// The picture.
    pub fn svg(&self, id: &str) -> String {
        let described = "A bar for each day from release on which treatment was picked up, from 0 to 21; then those who \
                         were not picked up, and those whose 21 days are not over. The table after the picture says \
                         the same.";
        let mut svg = Svg::new(id, BOTTOM + 84.0, &self.title, described);
        svg.text(
            (12.0, 24.0),
            Anchor::Start,
            TITLE,
            &fitted(&self.title, 16.0, 930.0),
        );
        svg.text(
            (12.0, 43.0),
            Anchor::Start,
            SMALL,
            &fitted(&self.subtitle, 11.5, 930.0),
        );
        let bars = self.bars();
        let most = bars.iter().filter_map(|bar| bar.1).max().unwrap_or(0);
        let scale = steps(f64::from(most), 5);
        let top = scale.last().copied().unwrap_or(1.0);
        let y = |it: f64| BOTTOM - (BOTTOM - TOP) * (it / top);
        for step in &scale {
            svg.line((LEFT, y(*step)), (RIGHT, y(*step)), ink::GRID, 1.0, false);
            svg.text(
                (LEFT - 8.0, y(*step) + 4.0),
                Anchor::End,
                SMALL,
                &value(*step, Measure::Count),
            );
        }
        let slot = (RIGHT - LEFT) / u32::try_from(bars.len() + 1).map_or(1.0, f64::from);
        let mut at = LEFT;
        for (name, count, pattern) in &bars {
            if name == "not" {
                at += slot;
            }
            let middle = at + slot / 2.0;
            svg.text((middle, BOTTOM + 18.0), Anchor::Middle, SMALL, name);
            match count {
                None => svg.text((middle, BOTTOM - 6.0), Anchor::Middle, SMALL, "w"),
                Some(0) => {}
                Some(count) => {
                    let height = BOTTOM - y(f64::from(*count));
                    let fill = match *pattern {
                        "solid" => ink::LOCAL.to_owned(),
                        other => format!("url(#{id}-{other})"),
                    };
                    svg.area(
                        (at + 4.0, BOTTOM - height),
                        slot - 8.0,
                        height,
                        &fill,
                        Some(ink::DARK),
                    );
                    svg.text(
                        (middle, BOTTOM - height - 5.0),
                        Anchor::Middle,
                        SMALL,
                        &count.to_string(),
                    );
                }
            }
            at += slot;
        }
        svg.line((LEFT, BOTTOM), (RIGHT, BOTTOM), ink::DARK, 1.5, false);
        let days = LEFT + slot * 11.0;
        svg.text(
            (days, BOTTOM + 36.0),
            Anchor::Middle,
            SMALL,
            "day of pick-up from release (release is day 0)",
        );
        svg.text(
            (LEFT, BOTTOM + 66.0),
            Anchor::Start,
            SMALL,
            "not: not picked up within 21 days. open: the 21 days are not over. w: withheld, it would tell of fewer than \
             five people.",
        );
        svg.finish()
    }

    /// The same as a table.
    pub fn table(&self) -> Table {
        let mut table = Table::new(self.title.clone(), &["Picked up", "Releases"]);
        for (name, count, _) in self.bars() {
            let name = match name.as_str() {
                "not" => "not within 21 days".to_owned(),
                "open" => "21 days not over".to_owned(),
                day => format!("day {day}"),
            };
            table.rows.push(vec![
                name,
                count.map_or_else(|| "withheld".to_owned(), |it| it.to_string()),
            ]);
        }
        table
    }
}
