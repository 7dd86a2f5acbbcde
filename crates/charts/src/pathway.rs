//! One person's pathway: tracks over time, and what happened on single days.

use crate::ink;
use crate::mark;
use crate::svg::{Anchor, BOLD, PLAIN, SMALL, Svg, Type, fitted};
use crate::table::Table;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// A time in which one thing held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// From this day.
    pub from: Date,
    /// To this day; until the end of the picture without one.
    pub to: Option<Date>,
    /// What held.
    pub label: String,
}

/// One kind of thing over time: the setting, the treatment, continuity of care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    /// Its name.
    pub name: String,
    /// In the order of their first days; they do not overlap.
    pub spans: Vec<Span>,
}

/// What happened on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathwayMark {
    /// When.
    pub on: Date,
    /// What.
    pub label: String,
}

/// A pathway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pathway {
    /// Whose, without a name.
    pub title: String,
    /// As it was known.
    pub subtitle: String,
    /// The first day of the picture.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// The tracks.
    pub tracks: Vec<Track>,
    /// What happened on single days.
    pub marks: Vec<PathwayMark>,
}

const LEFT: f64 = 112.0;
const RIGHT: f64 = 944.0;
const TOP: f64 = 62.0;
const TRACK: f64 = 64.0;
const BAR: f64 = 26.0;
const TITLE: Type = Type { size: 16.0, ..BOLD };
/// Most marks on a picture; the table has all.
const MOST_MARKS: usize = 60;

impl Pathway {
    fn x(&self, day: Date) -> f64 {
        let days = |a: Date, b: Date| b.since(a).map_or(0, |it| it.get_days());
        let all = f64::from(days(self.from, self.to).max(1));
        LEFT + (RIGHT - LEFT) * (f64::from(days(self.from, day)) / all).clamp(0.0, 1.0)
    }

    /// The picture.
    pub fn svg(&self, id: &str) -> String {
        let rows = u32::try_from(self.tracks.len() + 1).map_or(1.0, f64::from);
        let bottom = TOP + TRACK * rows;
        let described = "Tracks over time from left to right; within a track a bar for each state, and marks for what \
                         happened on single days. The table after the picture says the same.";
        let mut svg = Svg::new(id, bottom + 34.0, &self.title, described);
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
        for (day, label) in self.ticks() {
            svg.line((self.x(day), TOP), (self.x(day), bottom), ink::GRID, 1.0, false);
            svg.text((self.x(day), bottom + 18.0), Anchor::Middle, SMALL, &label);
        }
        let mut top = TOP;
        for track in &self.tracks {
            svg.text(
                (12.0, top + 30.0),
                Anchor::Start,
                BOLD,
                &fitted(&track.name, 13.0, LEFT - 16.0),
            );
            self.track(&mut svg, track, top);
            top += TRACK;
        }
        svg.text((12.0, top + 30.0), Anchor::Start, BOLD, "Events");
        let mut end = [f64::MIN; 2];
        for happened in self.marks.iter().filter(|it| self.holds(it.on)).take(MOST_MARKS) {
            let x = self.x(happened.on);
            svg.shape(&mark::diamond((x, top + 14.0), 6.0), ink::LOCAL, ink::LOCAL);
            let width = 7.0 * u32::try_from(happened.label.chars().count()).map_or(0.0, f64::from);
            let room = RIGHT - x >= width;
            let from = if room { x - 6.0 } else { x + 6.0 - width };
            // Words stand where there is room for them, in one of two lines; the table has all.
            if let Some(line) = end.iter().position(|end| *end < from) {
                end[line] = from + width + 8.0;
                let y = if line == 0 { top + 36.0 } else { top + 52.0 };
                let (place, anchor) = if room {
                    (x - 6.0, Anchor::Start)
                } else {
                    (x + 6.0, Anchor::End)
                };
                svg.text((place, y), anchor, SMALL, &happened.label);
            }
        }
        svg.line((LEFT, bottom), (RIGHT, bottom), ink::DARK, 1.5, false);
        svg.finish()
    }

    fn holds(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    fn track(&self, svg: &mut Svg, track: &Track, top: f64) {
        let mut end = f64::MIN;
        for (at, span) in track.spans.iter().enumerate() {
            let last = span.to.unwrap_or(self.to).min(self.to);
            if span.from > self.to || last < self.from {
                continue;
            }
            let (a, b) = (self.x(span.from), self.x(last));
            let width = (b - a).max(2.0);
            // Those that follow each other differ in their shade, words say what they are.
            let fill = if at % 2 == 0 { ink::BAR } else { ink::PAPER };
            svg.area((a, top + 8.0), width, BAR, fill, Some(ink::DARK));
            let label = fitted(&span.label, 13.0, (width - 10.0).max(0.0));
            if label == span.label {
                svg.text(
                    (a + 5.0, top + 8.0 + BAR / 2.0 + 4.5),
                    Anchor::Start,
                    PLAIN,
                    &label,
                );
                continue;
            }
            let label = fitted(&span.label, 11.5, 260.0);
            let taken = 7.0 * u32::try_from(label.chars().count()).map_or(0.0, f64::from);
            let from = a.min(RIGHT - taken);
            if from >= end {
                svg.text((from, top + 8.0 + BAR + 14.0), Anchor::Start, SMALL, &label);
                end = from + taken + 6.0;
            }
        }
    }

    /// Days under the axis: first days of months or years, twelve at most.
    fn ticks(&self) -> Vec<(Date, String)> {
        let months = i32::from(self.to.year() - self.from.year()) * 12 + i32::from(self.to.month())
            - i32::from(self.from.month());
        let step = [1, 2, 3, 6, 12, 24, 60, 120]
            .into_iter()
            .find(|step| months / step <= 11)
            .unwrap_or(240);
        let mut all = Vec::new();
        let mut at = self.from.first_of_month();
        if step >= 12 {
            at = at.first_of_year();
        }
        while at <= self.to {
            if at >= self.from {
                let label = if step >= 12 {
                    at.strftime("%Y").to_string()
                } else {
                    at.strftime("%b %Y").to_string()
                };
                all.push((at, label));
            }
            let Ok(next) = at.checked_add(step.months()) else {
                break;
            };
            at = next;
        }
        all
    }

    /// The same as a table.
    pub fn table(&self) -> Table {
        let mut table = Table::new(self.title.clone(), &["Track", "From", "To", "What"]);
        for track in &self.tracks {
            for span in &track.spans {
                let to = span.to.map_or_else(|| "goes on".to_owned(), |it| it.to_string());
                table.rows.push(vec![
                    track.name.clone(),
                    span.from.to_string(),
                    to,
                    span.label.clone(),
                ]);
            }
        }
        for happened in &self.marks {
            let on = happened.on.to_string();
            table
                .rows
                .push(vec!["Events".to_owned(), on.clone(), on, happened.label.clone()]);
        }
        table
    }
}
