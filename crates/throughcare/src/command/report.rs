//! `report`: an area's quarter in one file.

use crate::cli::report::Report;
use crate::database::Database;
use crate::node;
use crate::replaying::statement::key;
use crate::reporting::{Asked, written};
use anyhow::{Context as _, Result, bail};
use jiff::ToSpan as _;
use std::process::ExitCode;
use throughcare_app::{App, Clock as _, SystemClock};
use throughcare_domain::code::AreaCode;
use throughcare_domain::quarter::Quarter;
use throughcare_domain::when::london_date;

/// Writes the report.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn run(asked: Report) -> Result<ExitCode> {
    let today = london_date(SystemClock.now());
    let known_on = asked.known_at.unwrap_or_else(|| today.saturating_sub(1.day()));
    if known_on >= today {
        bail!("{known_on} is not over: what is recorded until its end would make another report");
    }
    let area = AreaCode::parse(&asked.area)
        .ok()
        .with_context(|| format!("{} is no area", asked.area))?;
    let quarter = Quarter::parse(&asked.quarter)
        .with_context(|| format!("{} is no quarter such as 2026Q2", asked.quarter))?;
    if known_on < quarter.period().from {
        bail!("{quarter} had not begun on {known_on}");
    }
    let what = Asked {
        area,
        quarter,
        known_on,
        withheld: !asked.with_small_numbers,
    };
    let database = Database::open(&asked.place, "serve").await?;
    let app = node::app(database.store().await?).await?;
    let done = made(&app, &what).await;
    app.store().close().await;
    database.close().await?;
    let (html, said) = done?;
    std::fs::write(&asked.out, html).with_context(|| format!("{} cannot be written", asked.out.display()))?;
    println!("{said}");
    Ok(ExitCode::SUCCESS)
}

async fn made(app: &App, asked: &Asked) -> Result<(String, String)> {
    let key = key(&app.store().cursor_key())?;
    let report = written(app, asked, &key).await?;
    let said = format!(
        "{} {}: SHA-256 {} at position {}, signed by {}",
        asked.area,
        asked.quarter,
        report.sha256,
        report.position,
        key.verifier()
    );
    Ok((report.html, said))
}
