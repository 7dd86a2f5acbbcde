//! `benchmarks`: published values and neighbours, loaded from CSV.

use crate::cli::Place;
use crate::cli::benchmarks::BenchmarksAction;
use crate::database::Database;
use anyhow::{Context as _, Result, bail};
use std::path::Path;
use std::process::ExitCode;
use throughcare_domain::benchmark::{MOST_FILE_BYTES, benchmarks, neighbours};
use throughcare_store::Store;

/// Does what is asked. Exit status 1 when a file is refused; then every fault was printed.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn run(action: BenchmarksAction) -> Result<ExitCode> {
    match action {
        BenchmarksAction::Load { file, by, place } => {
            let Some(all) = read(&file, benchmarks)? else {
                return Ok(ExitCode::FAILURE);
            };
            let added = with(&place, async |store| Ok(store.add_benchmarks(&all, &by).await?)).await?;
            println!(
                "{added} of {} values added; the others were there already.",
                all.len()
            );
        }
        BenchmarksAction::Neighbours { file, by, place } => {
            let Some(all) = read(&file, neighbours)? else {
                return Ok(ExitCode::FAILURE);
            };
            let added = with(&place, async |store| Ok(store.add_neighbours(&all, &by).await?)).await?;
            println!(
                "The neighbours of {added} of {} areas added; the others were there already.",
                all.len()
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn read<T>(file: &Path, parse: impl FnOnce(&str) -> Result<Vec<T>, Vec<String>>) -> Result<Option<Vec<T>>> {
    let unreadable = || format!("{} cannot be read", file.display());
    if std::fs::metadata(file).with_context(unreadable)?.len() > MOST_FILE_BYTES {
        bail!("{} is longer than {MOST_FILE_BYTES} bytes", file.display());
    }
    let text = std::fs::read_to_string(file).with_context(unreadable)?;
    match parse(&text) {
        Ok(all) => Ok(Some(all)),
        Err(faults) => {
            for fault in faults {
                eprintln!("{fault}");
            }
            Ok(None)
        }
    }
}

async fn with(place: &Place, work: impl AsyncFnOnce(&Store) -> Result<u64>) -> Result<u64> {
    let database = Database::open(place, "serve").await?;
    let store = database.store().await?;
    let done = work(&store).await;
    store.close().await;
    database.close().await?;
    done.context("nothing was loaded")
}
