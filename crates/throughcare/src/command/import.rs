//! `import`: a file of rows, sent part by part.

use crate::cli::import::ImportFile;
use crate::county;
use crate::importing::parts::Rows;
use crate::importing::report::{Counts, Report};
use crate::importing::send::Door;
use crate::node::stop_on_signal;
use anyhow::{Context as _, Result};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

/// Sends the rows that the report does not hold yet.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn run(asked: ImportFile) -> Result<ExitCode> {
    let rows = Rows::open(&asked.file)?;
    let token = std::fs::read_to_string(&asked.token_file)
        .with_context(|| format!("{} cannot be read", asked.token_file.display()))?;
    let door = Door::new(
        &asked.url,
        token.trim().to_owned(),
        rows.form(),
        asked.kind.as_str(),
        &asked.system,
        asked.dry_run,
    )?;
    let path = asked.report.clone().unwrap_or_else(|| beside(&asked));
    let mut report = Report::open(&path, asked.resume)?;
    let whole = u64::try_from(rows.len())?;
    let bar = county::bar(whole, if asked.dry_run { "rows tried" } else { "rows sent" });
    let done = rows.rows_up_to(report.last_line);
    bar.set_position(done);
    bar.reset_eta();
    let stop = stop_on_signal()?;
    let started = Instant::now();
    let (mut sent, mut stopped) = (0, false);
    for part in rows.parts_after(report.last_line) {
        if stop.is_cancelled() {
            stopped = true;
            break;
        }
        // A part under way is finished: its rows are recorded whether anybody waits for the answer or not.
        let answered = door.send(&part).await.inspect_err(|_| bar.abandon())?;
        report.add(&answered)?;
        sent += u64::try_from(part.rows)?;
        bar.inc(u64::try_from(part.rows)?);
        county::say(&bar);
    }
    bar.finish_and_clear();
    let seconds = started.elapsed().as_secs_f64();
    let rate = sent as f64 / seconds.max(0.001);
    println!("{sent} rows in {seconds:.1} s: {rate:.0} rows a second.");
    println!("{}", told(report.counts, asked.dry_run));
    println!("What became of each row: {}", path.display());
    if stopped {
        println!("Stopped. Go on with --resume.");
        return Ok(ExitCode::FAILURE);
    }
    Ok(match report.counts.refused + report.counts.again {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn told(counts: Counts, dry_run: bool) -> String {
    let Counts {
        accepted,
        replayed,
        refused,
        again,
    } = counts;
    if dry_run {
        return format!(
            "Nothing was recorded: {accepted} rows would be, {replayed} are there already, {refused} would be refused, \
             {again} could not be tried."
        );
    }
    let mut told = format!("{accepted} recorded, {replayed} there already, {refused} refused.");
    if again > 0 {
        told.push_str(&format!(
            " Of {again} it is not known: send the file again under another report; nothing is recorded twice."
        ));
    }
    told
}

/// The report beside the file.
fn beside(asked: &ImportFile) -> PathBuf {
    let mut name = asked.file.clone().into_os_string();
    name.push(if asked.dry_run {
        ".dry-run.csv"
    } else {
        ".report.csv"
    });
    PathBuf::from(name)
}
