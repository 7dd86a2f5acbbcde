//! A trend: one indicator over periods.

use crate::ink;
use crate::mark;
use crate::number::{steps, value};
use crate::svg::{Anchor, BOLD, PLAIN, SMALL, Svg, Type, fitted, lines};
use crate::table::Table;
use throughcare_domain::indicators::{Interval, Measure};

/// One period. Without a value it is a gap.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The period, in a few letters.
    pub period: String,
    /// The figure; `None` where nothing was counted, or it is withheld.
    pub value: Option<f64>,
    /// True where it is withheld.
    pub withheld: bool,
    /// How far it may lie from what it estimates.
    pub interval: Option<Interval>,
    /// Of how many and among how many, in words.
    pub of: Option<String>,
    /// What is still to come can change it.
    pub provisional: bool,
}

/// What somebody said about a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Which point, from 0.
    pub at: usize,
    /// What.
    pub text: String,
}

/// A trend.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// Of what and whose.
    pub title: String,
    /// As it was known.
    pub subtitle: String,
    /// A percentage or a count.
    pub measure: Measure,
    /// What is to be reached, and by whom it was set.
    pub target: Option<(f64, String)>,
    /// The periods, in their order.
    pub points: Vec<Point>,
    /// Remarks, in the order of their points.
    pub notes: Vec<Note>,
}

const LEFT: f64 = 64.0;
const RIGHT: f64 = 936.0;
const TOP: f64 = 66.0;
const BOTTOM: f64 = 300.0;
const TITLE: Type = Type { size: 16.0, ..BOLD };

impl Trend {
    /// The picture.
    pub fn svg(&self, id: &str) -> String {
        let notes: Vec<Vec<String>> = self
            .notes
            .iter()
            .enumerate()
            .map(|(number, note)| lines(&format!("{}. {}", number + 1, note.text), 11.5, RIGHT - LEFT))
            .collect();
        let noted = u32::try_from(notes.iter().map(Vec::len).sum::<usize>()).map_or(0.0, f64::from);
        let mut svg = Svg::new(id, BOTTOM + 70.0 + noted * 16.0, &self.title, &self.described());
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
        let scale = self.scale();
        let most = scale.last().copied().unwrap_or(1.0);
        let y = |it: f64| BOTTOM - (BOTTOM - TOP) * (it / most).clamp(0.0, 1.0);
        for step in &scale {
            svg.line((LEFT, y(*step)), (RIGHT, y(*step)), ink::GRID, 1.0, false);
            svg.text(
                (LEFT - 8.0, y(*step) + 4.0),
                Anchor::End,
                SMALL,
                &short(*step, self.measure),
            );
        }
        svg.line((LEFT, BOTTOM), (RIGHT, BOTTOM), ink::DARK, 1.5, false);
        let count = u32::try_from(self.points.len().max(1)).map_or(1.0, f64::from);
        let slot = (RIGHT - LEFT) / count;
        let x = |at: usize| LEFT + slot * (u32::try_from(at).map_or(0.0, f64::from) + 0.5);
        if let Some((target, _)) = &self.target {
            svg.line((LEFT, y(*target)), (RIGHT, y(*target)), ink::DARK, 1.8, true);
        }
        self.curves(&mut svg, &x, &y);
        for (at, point) in self.points.iter().enumerate() {
            self.point(&mut svg, point, x(at), slot, &y);
        }
        for (number, note) in self.notes.iter().enumerate() {
            svg.text(
                (x(note.at), TOP - 4.0),
                Anchor::Middle,
                BOLD,
                &format!("{}", number + 1),
            );
            svg.line((x(note.at), TOP), (x(note.at), BOTTOM), ink::SOFT, 1.0, true);
        }
        self.legend(&mut svg);
        let mut line_at = BOTTOM + 66.0;
        for line in notes.iter().flatten() {
            svg.text((LEFT, line_at), Anchor::Start, SMALL, line);
            line_at += 16.0;
        }
        svg.finish()
    }

    fn scale(&self) -> Vec<f64> {
        let tops = self
            .points
            .iter()
            .flat_map(|point| [point.value, point.interval.map(|it| it.high)]);
        let most = tops
            .flatten()
            .fold(self.target.as_ref().map_or(0.0, |it| it.0), f64::max);
        match self.measure {
            Measure::Percentage if most > 40.0 => steps(100.0, 5),
            Measure::Percentage => steps(most.max(5.0), 5),
            Measure::Count => steps(most, 5),
        }
    }

    /// Lines between points that follow each other; those to what is provisional are dashed.
    fn curves(&self, svg: &mut Svg, x: &impl Fn(usize) -> f64, y: &impl Fn(f64) -> f64) {
        for (at, pair) in self.points.windows(2).enumerate() {
            if let (Some(from), Some(to)) = (pair[0].value, pair[1].value) {
                let dashed = pair[0].provisional || pair[1].provisional;
                svg.curve(&[(x(at), y(from)), (x(at + 1), y(to))], ink::LOCAL, 2.0, dashed);
            }
        }
    }

    fn point(&self, svg: &mut Svg, point: &Point, x: f64, slot: f64, y: &impl Fn(f64) -> f64) {
        svg.text(
            (x, BOTTOM + 18.0),
            Anchor::Middle,
            SMALL,
            &fitted(&point.period, 11.5, slot.max(40.0)),
        );
        let Some(it) = point.value else {
            let words = if point.withheld { "withheld" } else { "none" };
            svg.text((x, BOTTOM - 8.0), Anchor::Middle, SMALL, words);
            return;
        };
        if let Some(interval) = point.interval {
            let (low, high) = (y(interval.low), y(interval.high));
            svg.line((x, low), (x, high), ink::SOFT, 1.2, false);
            for end in [low, high] {
                svg.line((x - 4.0, end), (x + 4.0, end), ink::SOFT, 1.2, false);
            }
        }
        let fill = if point.provisional { ink::PAPER } else { ink::LOCAL };
        svg.shape(&mark::circle((x, y(it)), 5.0), fill, ink::LOCAL);
        svg.label(
            (x + 9.0, y(it) - 7.0),
            Anchor::Start,
            PLAIN,
            &value(it, self.measure),
        );
    }

    fn legend(&self, svg: &mut Svg) {
        let at = BOTTOM + 42.0;
        svg.shape(&mark::circle((LEFT + 6.0, at - 4.0), 5.0), ink::LOCAL, ink::LOCAL);
        svg.text((LEFT + 18.0, at), Anchor::Start, SMALL, "final");
        svg.shape(
            &mark::circle((LEFT + 76.0, at - 4.0), 5.0),
            ink::PAPER,
            ink::LOCAL,
        );
        svg.text(
            (LEFT + 88.0, at),
            Anchor::Start,
            SMALL,
            "provisional: what is still to come can change it",
        );
        svg.line(
            (LEFT + 376.0, at - 10.0),
            (LEFT + 376.0, at + 2.0),
            ink::SOFT,
            1.2,
            false,
        );
        svg.text((LEFT + 384.0, at), Anchor::Start, SMALL, "95 % interval (Wilson)");
        if let Some((target, whose)) = &self.target {
            svg.line(
                (LEFT + 550.0, at - 4.0),
                (LEFT + 590.0, at - 4.0),
                ink::DARK,
                1.8,
                true,
            );
            let words = format!("{} {whose}", value(*target, self.measure));
            svg.text(
                (LEFT + 598.0, at),
                Anchor::Start,
                SMALL,
                &fitted(&words, 11.5, 270.0),
            );
        }
    }

    fn described(&self) -> String {
        let told = self.points.iter().map(|point| {
            let said = match (point.value, point.withheld) {
                (Some(it), _) => value(it, self.measure),
                (None, true) => "withheld".to_owned(),
                (None, false) => "none".to_owned(),
            };
            let more = if point.provisional { ", provisional" } else { "" };
            format!("{}: {said}{more}", point.period)
        });
        format!("By period: {}.", told.collect::<Vec<_>>().join("; "))
    }

    /// The same as a table.
    pub fn table(&self) -> Table {
        let mut table = Table::new(
            self.title.clone(),
            &["Period", "Value", "Of", "95 % interval", "Standing", "Remark"],
        );
        for (at, point) in self.points.iter().enumerate() {
            let dash = || "–".to_owned();
            let said = match (point.value, point.withheld) {
                (Some(it), _) => value(it, self.measure),
                (None, true) => "withheld".to_owned(),
                (None, false) => "none".to_owned(),
            };
            let interval = point.interval.map(|it| {
                format!(
                    "{} to {}",
                    value(it.low, self.measure),
                    value(it.high, self.measure)
                )
            });
            let remarks: Vec<_> = self
                .notes
                .iter()
                .filter(|note| note.at == at)
                .map(|note| note.text.clone())
                .collect();
            table.rows.push(vec![
                point.period.clone(),
                said,
                point.of.clone().unwrap_or_else(dash),
                interval.unwrap_or_else(dash),
                match (point.value, point.provisional) {
                    (None, _) => dash(),
                    (Some(_), true) => "provisional".to_owned(),
                    (Some(_), false) => "final".to_owned(),
                },
                if remarks.is_empty() {
                    dash()
                } else {
                    remarks.join(" ")
                },
            ]);
        }
        table
    }
}

/// A step of the scale: whole.
fn short(step: f64, measure: Measure) -> String {
    let whole = value(step, Measure::Count);
    match measure {
        Measure::Percentage => format!("{whole} %"),
        Measure::Count => whole,
    }
}
