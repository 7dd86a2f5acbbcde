//! The report of an area and a quarter: one file with tables, pictures, definitions and a signed statement.
//!
//! It is a function of the log up to the end of a day, of the published values known there, and of the key file: no
//! clock, no build of the program, so that the same words give the same bytes a year later. What changes it is an
//! erasure, which it names, and a program that counts otherwise.

use anyhow::{Context as _, Result, bail};
use jiff::civil::Date;
use throughcare_app::App;
use throughcare_app::query::{FiguresQuery, FiguresRead, Known, Times};
use throughcare_charts::{Page, Spine, SpineRow, Table, Trend};
use throughcare_domain::benchmark::{ComparedWith, Neighbours};
use throughcare_domain::code::AreaCode;
use throughcare_domain::indicators::{Indicator, Period, Question, Shown, together};
use throughcare_domain::quarter::Quarter;
use throughcare_domain::when::AsOf;
use throughcare_proof::SigningKey;
use throughcare_proof::note::Note;

/// How many quarters a trend shows.
const QUARTERS: usize = 8;
/// The first line of the statement, which says how it is written.
const FIRST: &str = "throughcare.report/v1";

/// Which report.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The area.
    pub area: AreaCode,
    /// The quarter.
    pub quarter: Quarter,
    /// As it was known and true at the end of this day.
    pub known_on: Date,
    /// Without small numbers.
    pub withheld: bool,
}

/// A report.
#[derive(Clone, Debug)]
pub struct Written {
    /// The file.
    pub html: String,
    /// SHA-256 over the page without its statement, in hexadecimal.
    pub sha256: String,
    /// The log position as of which it is known.
    pub position: u64,
}

/// Makes it.
///
/// # Errors
/// When lines are to be made first, or the store cannot be read.
pub async fn written(app: &App, asked: &Asked, key: &SigningKey) -> Result<Written> {
    let known = Known::EndOf(asked.known_on);
    let position = app.position_known(known).await?;
    let quarters = asked.quarter.up_to(QUARTERS);
    let all = Indicator::all();
    let query = FiguresQuery {
        kinds: all.iter().map(|it| it.counts_rows()).collect(),
        area: Some(asked.area.clone()),
        provider: None,
        span: Period {
            from: quarters[0].period().from,
            to: asked.quarter.period().to,
        },
        times: Times {
            as_of: Some(AsOf::EndOf(asked.known_on)),
            known_at: Some(known),
        },
    };
    let read = app
        .figures_to_report(query, asked.withheld)
        .await
        .context("the figures cannot be counted; `throughcare doctor` says what to do")?;
    if read.position < position {
        bail!(
            "lists are true up to position {}, the report needs {position}: let `throughcare serve` run until they are",
            read.position
        );
    }
    if read.more {
        bail!("more than 100,000 lines of one kind: too many for a report of one area");
    }
    let period = asked.quarter.period();
    let (compared, neighbours) = app.compared(&asked.area, period, Some(known)).await?;
    let rows = read.rows();
    let by_quarter: Vec<(String, Vec<Shown>)> = quarters
        .iter()
        .map(|quarter| {
            let question = Question {
                period: quarter.period(),
                as_of: read.as_of,
                provider: None,
            };
            (
                quarter.to_string(),
                together(all, &rows, &question, read.withheld),
            )
        })
        .collect();
    let mut page = Page::new(&format!(
        "Drug and alcohol treatment: {}, {}",
        asked.area, asked.quarter
    ));
    page.paragraph(&format!(
        "{} to {}. As known and true at the end of {} (log position {position}).",
        period.from, period.to, asked.known_on
    ));
    conditions(&mut page, &read);
    pictures(&mut page, asked, &by_quarter, &compared, position);
    definitions(&mut page);
    sources(&mut page, neighbours.as_ref(), compared.values());
    let sha256 = sha256(&page.html());
    page.heading("Statement");
    page.note(
        "The digest is that of this page without the statement. The statement is a signed note \
         (c2sp.org/signed-note) by a key of the log that is not in its database. The same report, made again with the \
         same day of knowledge, is the same to the byte.",
    );
    page.verbatim(&statement(asked, position, &sha256, key)?);
    Ok(Written {
        html: page.html(),
        sha256,
        position,
    })
}

fn statement(asked: &Asked, position: u64, sha256: &str, key: &SigningKey) -> Result<String> {
    let small = if asked.withheld { "withheld" } else { "shown" };
    let text = format!(
        "{FIRST}\narea {}\nquarter {}\nknownAt {}\nsmallNumbers {small}\nposition {position}\nsha256 {sha256}\n",
        asked.area, asked.quarter, asked.known_on
    );
    let mut note = Note::new(text)?;
    note.sign(key);
    Ok(note.to_string())
}

fn sha256(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn conditions(page: &mut Page, read: &FiguresRead) {
    if read.withheld {
        page.note(
            "Numbers that would tell of fewer than five people, and those by which they could be worked out within a \
             quarter, are withheld.",
        );
    }
    page.note("Provisional (p, or a hollow mark): what is still to come can change the figure.");
    match read.erased_people {
        Some(0) => page.note("Nobody was erased of whom nothing is left."),
        Some(count) => page.note(&format!("Made without {count} people of whom nothing is left.")),
        None => page.note("Made without a few people of whom nothing is left."),
    }
}

fn pictures(
    page: &mut Page,
    asked: &Asked,
    by_quarter: &[(String, Vec<Shown>)],
    compared: &std::collections::BTreeMap<String, ComparedWith>,
    position: u64,
) {
    let subtitle = format!(
        "As known at log position {position}, as true at the end of {}.",
        asked.known_on
    );
    if let [.., (_, before), (_, now)] = by_quarter {
        let each = Indicator::all().iter().zip(now.iter().zip(before));
        let spine = Spine {
            title: format!("Spine chart: {}, {}", asked.area, asked.quarter),
            subtitle: subtitle.clone(),
            rows: each
                .map(|(one, (now, before))| SpineRow::of(*one, now, before, compared.get(one.id())))
                .collect(),
        };
        page.heading("Beside England and the neighbours");
        for svg in spine.sheets("spine") {
            page.picture(&svg);
        }
        page.table(&spine.table());
    }
    page.heading("Over eight quarters");
    for (at, indicator) in Indicator::all().iter().enumerate() {
        let figures: Vec<(String, Shown)> = by_quarter
            .iter()
            .filter_map(|(quarter, shown)| Some((quarter.clone(), shown.get(at)?.clone())))
            .collect();
        let title = indicator.definition().title.clone();
        let trend = Trend::of(*indicator, title, subtitle.clone(), &figures);
        page.picture(&trend.svg(indicator.id()));
        page.table(&trend.table());
    }
}

fn definitions(page: &mut Page) {
    page.heading("Definitions");
    let columns = ["Indicator", "Counted", "Among", "How it is read", "Source"];
    let mut table = Table::new("What each figure means", &columns);
    for indicator in Indicator::all() {
        let it = indicator.definition();
        let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
        table.rows.push(vec![
            it.title.clone(),
            it.numerator.clone(),
            or_dash(&it.denominator),
            or_dash(&it.reading),
            it.source.clone(),
        ]);
    }
    page.table(&table);
}

fn sources<'a>(
    page: &mut Page,
    neighbours: Option<&Neighbours>,
    compared: impl Iterator<Item = &'a ComparedWith>,
) {
    page.heading("Sources");
    match neighbours {
        None => page.paragraph("No neighbours of this area were known."),
        Some(it) => {
            let areas: Vec<_> = it.neighbours.iter().map(ToString::to_string).collect();
            page.paragraph(&format!(
                "Neighbours: {} ({}, {}).",
                areas.join(", "),
                it.source,
                it.published_on
            ));
        }
    }
    let mut all: Vec<String> = compared.flat_map(ComparedWith::sources).collect();
    all.sort_unstable();
    all.dedup();
    page.paragraph(&match all.is_empty() {
        true => "No published values were known.".to_owned(),
        false => format!("Published values: {}.", all.join("; ")),
    });
}
