//! The spine chart: an area's indicators beside England and its neighbours, one row each.
//!
//! Each row has its own scale about England's value, so that England is one line down the page and the better side is
//! always on the right. Source: `domain.md` section 7 (spine chart, paper 004).

use crate::ink;
use crate::mark;
use crate::number::value;
use crate::svg::{Anchor, BOLD, PLAIN, SMALL, Svg, WIDTH, fitted, lines};
use crate::table::Table;
use throughcare_domain::benchmark::{Beside, Compared, Standing, standing};
use throughcare_domain::indicators::{Better, Interval, Measure};

/// The local figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Local {
    /// It would tell of fewer than five people.
    Withheld,
    /// Nothing was counted.
    Nothing,
    /// It is shown.
    Value {
        /// In percent for a percentage, else a number.
        value: f64,
        /// Of how many the answer is yes.
        numerator: u32,
        /// Among how many; `None` for a plain count.
        denominator: Option<u32>,
        /// How far it may lie from what it estimates.
        interval: Option<Interval>,
        /// What is still to come can change it.
        provisional: bool,
    },
}

impl Local {
    /// The value, when there is one to show.
    pub fn value(self) -> Option<f64> {
        match self {
            Self::Value { value, .. } => Some(value),
            Self::Withheld | Self::Nothing => None,
        }
    }
}

/// One indicator.
#[derive(Clone, Debug, PartialEq)]
pub struct SpineRow {
    /// Its title.
    pub title: String,
    /// A percentage or a count.
    pub measure: Measure,
    /// Which direction is good.
    pub better: Better,
    /// The local figure.
    pub local: Local,
    /// That of the period before; `None` where there is none, or it is withheld.
    pub before: Option<f64>,
    /// England's value.
    pub england: Option<f64>,
    /// The neighbours' mean, where published.
    pub published_mean: Option<f64>,
    /// The values of the neighbours.
    pub neighbours: Vec<f64>,
    /// To which period the published values belong, in words.
    pub compared_with: Option<String>,
}

impl SpineRow {
    /// Where the figure stands.
    pub fn standing(&self) -> Standing {
        let interval = match self.local {
            Local::Value { interval, .. } => interval,
            Local::Withheld | Local::Nothing => None,
        };
        let beside = Beside {
            england: self.england,
            published_mean: self.published_mean,
            neighbours: &self.neighbours,
            before: self.before,
        };
        standing(self.local.value(), interval, self.better, &beside)
    }

    fn local_text(&self) -> String {
        match self.local {
            Local::Withheld => "withheld".to_owned(),
            Local::Nothing => "none".to_owned(),
            Local::Value {
                value: it,
                provisional,
                ..
            } => {
                format!(
                    "{}{}",
                    value(it, self.measure),
                    if provisional { " p" } else { "" }
                )
            }
        }
    }

    fn of_text(&self) -> Option<String> {
        match self.local {
            Local::Value {
                numerator,
                denominator: Some(all),
                ..
            } => Some(format!("{numerator} of {all}")),
            _ => None,
        }
    }
}

/// A spine chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Spine {
    /// Whose, and of which period.
    pub title: String,
    /// As it was known, and what else holds for all of it.
    pub subtitle: String,
    /// The indicators.
    pub rows: Vec<SpineRow>,
}

/// Rows that fit a sheet with heads and legend.
const ROWS_OF_A_SHEET: usize = 11;
const TOP: f64 = 108.0;
const ROW: f64 = 44.0;
const LEGEND: f64 = 92.0;
const LEFT: f64 = 12.0;
const TITLE_WIDTH: f64 = 252.0;
const LOCAL: f64 = 352.0;
const ENGLAND: f64 = 424.0;
const MEAN: f64 = 498.0;
const MIDDLE: f64 = 646.0;
const HALF: f64 = 128.0;
const RANK: f64 = 820.0;
const DIRECTION: f64 = 872.0;
const PERIOD: f64 = 950.0;

impl Spine {
    /// The same in parts that each fit a sheet of A4 across, for pages.
    pub fn sheets(&self, id: &str) -> Vec<String> {
        let parts = self.rows.chunks(ROWS_OF_A_SHEET).enumerate();
        parts
            .map(|(at, rows)| {
                let part = Self {
                    rows: rows.to_vec(),
                    ..self.clone()
                };
                part.svg(&format!("{id}-{}", at + 1))
            })
            .collect()
    }

    /// The picture.
    pub fn svg(&self, id: &str) -> String {
        let count = u32::try_from(self.rows.len()).map_or(0.0, f64::from);
        let height = TOP + ROW * count + LEGEND;
        let described = "One row for each indicator: the local value, England's, the mean of the neighbours, and on a \
                         scale about England's value the range of the neighbours with the local mark; then the rank \
                         and the direction. The better side is on the right. The table after the picture says the same.";
        let mut svg = Svg::new(id, height, &self.title, described);
        svg.text(
            (LEFT, 26.0),
            Anchor::Start,
            BOLD_TITLE,
            &fitted(&self.title, 18.0, 930.0),
        );
        svg.text(
            (LEFT, 46.0),
            Anchor::Start,
            SMALL,
            &fitted(&self.subtitle, 11.5, 930.0),
        );
        heads(&mut svg);
        svg.line((LEFT, TOP - 6.0), (PERIOD, TOP - 6.0), ink::DARK, 1.5, false);
        let bottom = TOP + ROW * count;
        svg.line((MIDDLE, TOP - 6.0), (MIDDLE, bottom), ink::DARK, 1.5, false);
        let mut at = TOP;
        for row in &self.rows {
            drawn(&mut svg, id, row, at);
            at += ROW;
            svg.line((LEFT, at), (PERIOD, at), ink::GRID, 1.0, false);
        }
        legend(&mut svg, id, bottom);
        svg.finish()
    }

    /// The same as a table.
    pub fn table(&self) -> Table {
        let mut table = Table::new(
            self.title.clone(),
            &[
                "Indicator",
                "Local",
                "Of",
                "95 % interval",
                "England",
                "Neighbours' mean",
                "Neighbours' range",
                "Compared",
                "Rank",
                "Since the period before",
                "Compared with",
            ],
        );
        for row in &self.rows {
            let stands = row.standing();
            let of = |it: Option<f64>| it.map_or("–".to_owned(), |it| value(it, row.measure));
            let interval = match row.local {
                Local::Value {
                    interval: Some(it), ..
                } => {
                    format!(
                        "{} to {}",
                        value(it.low, row.measure),
                        value(it.high, row.measure)
                    )
                }
                _ => "–".to_owned(),
            };
            let dash = || "–".to_owned();
            table.rows.push(vec![
                row.title.clone(),
                row.local_text(),
                row.of_text().unwrap_or_else(dash),
                interval,
                of(row.england),
                of(stands.mean),
                match stands.least.zip(stands.most) {
                    Some((least, most)) => format!("{} to {}", of(Some(least)), of(Some(most))),
                    None => dash(),
                },
                mark::words(stands.compared).to_owned(),
                rank_text(&stands).unwrap_or_else(dash),
                stands.direction.map_or_else(dash, |it| it.as_str().to_owned()),
                row.compared_with.clone().unwrap_or_else(dash),
            ]);
        }
        table
    }
}

const BOLD_TITLE: crate::svg::Type = crate::svg::Type { size: 18.0, ..BOLD };

fn rank_text(stands: &Standing) -> Option<String> {
    let (rank, of) = stands.rank.zip(stands.ranked)?;
    Some(format!("{rank}\u{a0}of\u{a0}{of}"))
}

fn heads(svg: &mut Svg) {
    let (upper, lower) = (TOP - 30.0, TOP - 14.0);
    svg.text((LEFT, lower), Anchor::Start, BOLD, "Indicator");
    for (x, first, second) in [
        (LOCAL, "Local", "value"),
        (ENGLAND, "", "England"),
        (MEAN, "Neigh-", "bours"),
    ] {
        svg.text((x, upper), Anchor::End, BOLD, first);
        svg.text((x, lower), Anchor::End, BOLD, second);
    }
    svg.text((MIDDLE - HALF, lower), Anchor::Start, SMALL, "worse");
    svg.text((MIDDLE, lower), Anchor::Middle, BOLD, "England");
    svg.text((MIDDLE + HALF, lower), Anchor::End, SMALL, "better");
    svg.text((RANK, lower), Anchor::Middle, BOLD, "Rank");
    svg.text((DIRECTION, lower), Anchor::Middle, BOLD, "Trend");
    svg.text((PERIOD, upper), Anchor::End, SMALL, "compared");
    svg.text((PERIOD, lower), Anchor::End, SMALL, "with");
}

fn drawn(svg: &mut Svg, id: &str, row: &SpineRow, top: f64) {
    let middle = top + ROW / 2.0;
    let stands = row.standing();
    let mut title = lines(&row.title, 13.0, TITLE_WIDTH);
    if title.len() > 2 {
        title = vec![title[0].clone(), fitted(&title[1..].join(" "), 13.0, TITLE_WIDTH)];
    }
    let first = if title.len() == 1 {
        middle + 4.5
    } else {
        middle - 4.0
    };
    let mut line_at = first;
    for line in &title {
        svg.text((LEFT, line_at), Anchor::Start, PLAIN, line);
        line_at += 16.0;
    }
    match row.of_text() {
        Some(of) => {
            svg.text((LOCAL, middle - 3.0), Anchor::End, BOLD, &row.local_text());
            svg.text((LOCAL, middle + 12.0), Anchor::End, SMALL, &of);
        }
        None => svg.text((LOCAL, middle + 4.5), Anchor::End, BOLD, &row.local_text()),
    }
    let of = |it: Option<f64>| it.map_or("–".to_owned(), |it| value(it, row.measure));
    svg.text((ENGLAND, middle + 4.5), Anchor::End, PLAIN, &of(row.england));
    svg.text((MEAN, middle + 4.5), Anchor::End, PLAIN, &of(stands.mean));
    scale(svg, id, row, &stands, middle);
    svg.text(
        (RANK, middle + 4.5),
        Anchor::Middle,
        PLAIN,
        rank_text(&stands).as_deref().unwrap_or("–"),
    );
    match stands.direction {
        Some(direction) => mark::draw_direction(svg, (DIRECTION, middle), direction),
        None => svg.text((DIRECTION, middle + 4.5), Anchor::Middle, PLAIN, "–"),
    }
    let with = row.compared_with.as_deref().unwrap_or("–");
    svg.text(
        (PERIOD, middle + 4.5),
        Anchor::End,
        SMALL,
        &fitted(with, 11.5, 62.0),
    );
}

fn scale(svg: &mut Svg, id: &str, row: &SpineRow, stands: &Standing, middle: f64) {
    let Some(center) = row.england.or(stands.mean) else {
        svg.text(
            (MIDDLE + 10.0, middle + 4.5),
            Anchor::Start,
            SMALL,
            "nothing to compare",
        );
        return;
    };
    let local = row.local.value();
    let reach = [local, stands.least, stands.most, stands.mean]
        .into_iter()
        .flatten()
        .map(|it| (it - center).abs())
        .fold(0.0, f64::max);
    let sign = if row.better == Better::Lower { -1.0 } else { 1.0 };
    let x = |it: f64| {
        let share = if reach > 0.0 { (it - center) / reach } else { 0.0 };
        MIDDLE + sign * HALF * share.clamp(-1.0, 1.0)
    };
    if let Some((least, most)) = stands.least.zip(stands.most) {
        let (a, b) = (x(least), x(most));
        svg.area(
            (a.min(b), middle - 8.0),
            (b - a).abs().max(1.0),
            16.0,
            ink::BAR,
            Some(ink::SOFT),
        );
        svg.line(
            (MIDDLE, middle - 8.0),
            (MIDDLE, middle + 8.0),
            ink::DARK,
            1.5,
            false,
        );
    }
    if let Some(mean) = stands.mean {
        svg.area(
            (x(mean) - 2.5, middle - 12.0),
            5.0,
            24.0,
            &format!("url(#{id}-lines)"),
            Some(ink::DARK),
        );
    }
    if row.better == Better::Neither {
        svg.text((MIDDLE - HALF, middle + 19.0), Anchor::Start, TINY, "lower");
        svg.text((MIDDLE + HALF, middle + 19.0), Anchor::End, TINY, "higher");
    }
    if let Local::Value {
        value: it, interval, ..
    } = row.local
    {
        if let Some(interval) = interval {
            svg.line(
                (x(interval.low), middle),
                (x(interval.high), middle),
                ink::LOCAL,
                1.8,
                false,
            );
        }
        mark::draw(svg, (x(it), middle), stands.compared);
    }
}

const TINY: crate::svg::Type = crate::svg::Type { size: 10.5, ..SMALL };

fn legend(svg: &mut Svg, id: &str, top: f64) {
    let (first, second, third) = (top + 24.0, top + 48.0, top + 72.0);
    let mut at = LEFT + 8.0;
    let shapes = [
        (Compared::Better, "better than England", 158.0),
        (Compared::Similar, "similar", 88.0),
        (Compared::Worse, "worse than England", 158.0),
        (Compared::Higher, "higher", 82.0),
        (Compared::Lower, "lower (neither is good or bad)", 214.0),
        (Compared::NotCompared, "not compared", 110.0),
    ];
    for (compared, words, width) in shapes {
        mark::draw(svg, (at, first - 4.0), compared);
        svg.text((at + 14.0, first), Anchor::Start, SMALL, words);
        at += width;
    }
    svg.area((LEFT, second - 12.0), 28.0, 14.0, ink::BAR, Some(ink::SOFT));
    svg.text(
        (LEFT + 36.0, second),
        Anchor::Start,
        SMALL,
        "range of the neighbours",
    );
    svg.area(
        (LEFT + 206.0, second - 15.0),
        5.0,
        20.0,
        &format!("url(#{id}-lines)"),
        Some(ink::DARK),
    );
    svg.text(
        (LEFT + 220.0, second),
        Anchor::Start,
        SMALL,
        "mean of the neighbours",
    );
    svg.line(
        (LEFT + 376.0, second - 4.0),
        (LEFT + 404.0, second - 4.0),
        ink::LOCAL,
        1.8,
        false,
    );
    svg.text(
        (LEFT + 412.0, second),
        Anchor::Start,
        SMALL,
        "95 % interval of the local value (Wilson), cut at the scale",
    );
    svg.text(
        (LEFT, third),
        Anchor::Start,
        SMALL,
        "p: provisional. withheld: fewer than five people, or what would tell of them. Each row has its own scale, with \
         England in the middle.",
    );
    debug_assert!(at <= WIDTH);
}
