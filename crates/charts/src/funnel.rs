//! A funnel: one indicator's parts by their size, with the limits within which chance alone would keep them.

use crate::ink;
use crate::limits::{Z_95, Z_998, limits};
use crate::mark;
use crate::number::{steps, value};
use crate::svg::{Anchor, BOLD, SMALL, Svg, Type, fitted};
use crate::table::Table;
use throughcare_domain::indicators::Measure;

/// One part: a service, an area, a prison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dot {
    /// Its name.
    pub name: String,
    /// Of how many the answer is yes, among how many; `None` where one of the two is withheld.
    pub counted: Option<(u32, u32)>,
}

/// A funnel.
#[derive(Clone, Debug, PartialEq)]
pub struct Funnel {
    /// Of what.
    pub title: String,
    /// As it was known.
    pub subtitle: String,
    /// The percentage around which the limits are drawn, and what it is; `None` where it is withheld.
    pub target: Option<(f64, String)>,
    /// The parts.
    pub dots: Vec<Dot>,
}

/// Where a part lies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lies {
    Within,
    Beyond95,
    Beyond998,
}

const LEFT: f64 = 64.0;
const RIGHT: f64 = 936.0;
const TOP: f64 = 66.0;
const BOTTOM: f64 = 400.0;
const TITLE: Type = Type { size: 16.0, ..BOLD };
/// Places at which the limits are computed.
const PLACES: u32 = 96;

impl Funnel {
    fn lies(&self, yes: u32, all: u32) -> Option<Lies> {
        let (target, _) = self.target.as_ref()?;
        let share = percent(yes, all)?;
        let beyond = |z| {
            let it = limits(*target, all, z);
            share < it.low || share > it.high
        };
        Some(match (beyond(Z_95), beyond(Z_998)) {
            (_, true) => Lies::Beyond998,
            (true, false) => Lies::Beyond95,
            (false, false) => Lies::Within,
        })
    }

    /// The picture.
    pub fn svg(&self, id: &str) -> String {
        let described = "Percentage by number of cases, one mark for each part, with control limits of 95 % and 99.8 % \
                         around the target. The table after the picture says the same.";
        let mut svg = Svg::new(id, BOTTOM + 104.0, &self.title, described);
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
        let most = self
            .dots
            .iter()
            .filter_map(|dot| dot.counted)
            .map(|(_, all)| all)
            .max()
            .unwrap_or(0);
        let scale = steps(f64::from(most.max(10)), 8);
        let widest = scale.last().copied().unwrap_or(10.0);
        let x = |it: f64| LEFT + (RIGHT - LEFT) * (it / widest).clamp(0.0, 1.0);
        let y = |it: f64| BOTTOM - (BOTTOM - TOP) * (it / 100.0).clamp(0.0, 1.0);
        for step in steps(100.0, 5) {
            svg.line((LEFT, y(step)), (RIGHT, y(step)), ink::GRID, 1.0, false);
            svg.text(
                (LEFT - 8.0, y(step) + 4.0),
                Anchor::End,
                SMALL,
                &format!("{step:.0} %"),
            );
        }
        svg.line((LEFT, BOTTOM), (RIGHT, BOTTOM), ink::DARK, 1.5, false);
        for step in &scale {
            svg.text(
                (x(*step), BOTTOM + 18.0),
                Anchor::Middle,
                SMALL,
                &value(*step, Measure::Count),
            );
        }
        svg.text(
            ((LEFT + RIGHT) / 2.0, BOTTOM + 36.0),
            Anchor::Middle,
            SMALL,
            "number of cases",
        );
        if let Some((target, _)) = &self.target {
            for (z, dashed) in [(Z_95, true), (Z_998, false)] {
                let sizes: Vec<f64> = (1..=PLACES)
                    .map(|at| (widest * f64::from(at) / f64::from(PLACES)).round().max(1.0))
                    .collect();
                let at = |it: f64| limits(*target, whole(it), z);
                let low: Vec<_> = sizes.iter().map(|it| (x(*it), y(at(*it).low))).collect();
                let high: Vec<_> = sizes.iter().map(|it| (x(*it), y(at(*it).high))).collect();
                svg.curve(&low, ink::SOFT, 1.4, dashed);
                svg.curve(&high, ink::SOFT, 1.4, dashed);
            }
            svg.line((LEFT, y(*target)), (RIGHT, y(*target)), ink::DARK, 1.8, false);
        }
        for dot in &self.dots {
            let Some((yes, all)) = dot.counted else { continue };
            let (Some(share), lies) = (percent(yes, all), self.lies(yes, all)) else {
                continue;
            };
            let at = (x(f64::from(all)), y(share));
            shape(&mut svg, at, lies.unwrap_or(Lies::Within));
            if matches!(lies, Some(Lies::Beyond95 | Lies::Beyond998)) {
                let (place, anchor) = if at.0 > RIGHT - 200.0 {
                    ((at.0 - 11.0, at.1 + 4.0), Anchor::End)
                } else {
                    ((at.0 + 11.0, at.1 + 4.0), Anchor::Start)
                };
                svg.label(place, anchor, SMALL, &fitted(&dot.name, 11.5, 190.0));
            }
        }
        legend(&mut svg);
        if let Some((target, whose)) = &self.target {
            svg.line(
                (LEFT, BOTTOM + 86.0),
                (LEFT + 30.0, BOTTOM + 86.0),
                ink::DARK,
                1.8,
                false,
            );
            let words = format!("{} {whose}", value(*target, Measure::Percentage));
            svg.text(
                (LEFT + 38.0, BOTTOM + 90.0),
                Anchor::Start,
                SMALL,
                &fitted(&words, 11.5, 800.0),
            );
        }
        svg.finish()
    }

    /// The same as a table.
    pub fn table(&self) -> Table {
        let columns = ["Part", "Value", "Of", "95 % limits", "99.8 % limits", "Lies"];
        let mut table = Table::new(self.title.clone(), &columns);
        for dot in &self.dots {
            let dash = || "–".to_owned();
            let row = match dot.counted {
                None => vec![
                    dot.name.clone(),
                    "withheld".to_owned(),
                    dash(),
                    dash(),
                    dash(),
                    dash(),
                ],
                Some((yes, all)) => {
                    let between = |z| {
                        let (target, _) = self.target.as_ref()?;
                        let it = limits(*target, all, z);
                        let of = |it| value(it, Measure::Percentage);
                        Some(format!("{} to {}", of(it.low), of(it.high)))
                    };
                    vec![
                        dot.name.clone(),
                        percent(yes, all)
                            .map_or_else(|| "none".to_owned(), |it| value(it, Measure::Percentage)),
                        format!("{yes} of {all}"),
                        between(Z_95).unwrap_or_else(dash),
                        between(Z_998).unwrap_or_else(dash),
                        self.lies(yes, all).map_or_else(dash, |it| words(it).to_owned()),
                    ]
                }
            };
            table.rows.push(row);
        }
        table
    }
}

fn percent(yes: u32, all: u32) -> Option<f64> {
    (all > 0).then(|| f64::from(yes) / f64::from(all) * 100.0)
}

/// A size on the axis, back as a number of cases.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded, positive and at most a count"
)]
fn whole(it: f64) -> u32 {
    it as u32
}

fn words(lies: Lies) -> &'static str {
    match lies {
        Lies::Within => "within",
        Lies::Beyond95 => "beyond 95 %",
        Lies::Beyond998 => "beyond 99.8 %",
    }
}

fn shape(svg: &mut Svg, at: (f64, f64), lies: Lies) {
    match lies {
        Lies::Within => svg.shape(&mark::circle(at, 5.0), ink::PAPER, ink::LOCAL),
        Lies::Beyond95 => svg.shape(&mark::up(at, 6.0), ink::PAPER, ink::LOCAL),
        Lies::Beyond998 => svg.shape(&mark::diamond(at, 7.5), ink::LOCAL, ink::LOCAL),
    }
}

fn legend(svg: &mut Svg) {
    let y = BOTTOM + 66.0;
    let mut at = LEFT + 6.0;
    for (lies, width) in [
        (Lies::Within, 84.0),
        (Lies::Beyond95, 114.0),
        (Lies::Beyond998, 132.0),
    ] {
        shape(svg, (at, y - 4.0), lies);
        svg.text((at + 13.0, y), Anchor::Start, SMALL, words(lies));
        at += width;
    }
    svg.line((at, y - 4.0), (at + 30.0, y - 4.0), ink::SOFT, 1.4, true);
    svg.text((at + 38.0, y), Anchor::Start, SMALL, "95 % limits");
    svg.line(
        (at + 130.0, y - 4.0),
        (at + 160.0, y - 4.0),
        ink::SOFT,
        1.4,
        false,
    );
    svg.text(
        (at + 168.0, y),
        Anchor::Start,
        SMALL,
        "99.8 % limits (Wilson, about the line)",
    );
}
