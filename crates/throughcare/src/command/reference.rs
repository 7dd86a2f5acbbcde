//! `reference`: code lists listed, shown, loaded and superseded.

use crate::cli::{Place, ReferenceAction};
use crate::database::Database;
use crate::node;
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::ExitCode;
use throughcare_app::{App, AppError, ListLoaded};
use throughcare_domain::fault::Faults;
use throughcare_domain::reference::{CodeList, MOST_BYTES};

/// Does what is asked of code lists. Exit status 1 when a file is refused; then every fault was printed.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn run(action: ReferenceAction) -> Result<ExitCode> {
    match action {
        ReferenceAction::List { list: None, place } => with(&place, async |app| every(app).await).await,
        ReferenceAction::List {
            list: Some(list),
            place,
        } => with(&place, async |app| versions(app, &list).await).await,
        ReferenceAction::Show { list, version, place } => {
            with(&place, async |app| show(app, &list, version.as_deref()).await).await
        }
        ReferenceAction::Load {
            file,
            version,
            by,
            list,
            place,
        } => {
            let name = match list {
                Some(name) => name,
                None => stem(&file)?,
            };
            // What is wrong with the file itself needs no database.
            let Some((list, lines)) = read(&file, &name, &version)? else {
                return Ok(ExitCode::FAILURE);
            };
            with(&place, async |app| load(app, &list, &lines, &by).await).await
        }
        ReferenceAction::Supersede {
            list,
            version,
            by,
            place,
        } => with(&place, async |app| supersede(app, &list, &version, &by).await).await,
    }
}

async fn with(place: &Place, work: impl AsyncFnOnce(&App) -> Result<ExitCode>) -> Result<ExitCode> {
    let database = Database::open(place, "serve").await?;
    let app = node::app(database.store().await?).await?;
    let done = work(&app).await;
    app.store().close().await;
    database.close().await?;
    done
}

async fn every(app: &App) -> Result<ExitCode> {
    for list in app.reference().await.lists() {
        println!(
            "{} {} ({} codes)",
            list.name(),
            list.version(),
            list.entries().len()
        );
    }
    Ok(ExitCode::SUCCESS)
}

async fn versions(app: &App, list: &str) -> Result<ExitCode> {
    let versions = app.list_versions(list).await.map_err(|error| none(error, list))?;
    for one in versions {
        let in_use = if one.in_use { ", in use" } else { "" };
        println!(
            "{list} {} ({} codes): loaded {} by {}{in_use}",
            one.version, one.codes, one.loaded_at, one.loaded_by
        );
        for (since, by) in one.uses {
            println!("  taken into use {since} by {by}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn show(app: &App, list: &str, version: Option<&str>) -> Result<ExitCode> {
    let shown = match version {
        Some(version) => app
            .list_version(list, version)
            .await
            .map_err(|error| none(error, list))?,
        None => match app.reference().await.list(list) {
            Some(found) => found.clone(),
            None => return Err(none(AppError::NotFound, list)),
        },
    };
    print!("{}", shown.to_csv());
    Ok(ExitCode::SUCCESS)
}

/// The list in a file, with the line of each code; nothing when it is no list, and every fault was printed.
fn read(file: &Path, name: &str, version: &str) -> Result<Option<(CodeList, Vec<u64>)>> {
    let size = std::fs::metadata(file).with_context(|| format!("{} cannot be read", file.display()))?;
    if size.len() > MOST_BYTES as u64 {
        bail!("{} is longer than {MOST_BYTES} bytes", file.display());
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    match CodeList::from_csv_with_lines(name, version, &text) {
        Ok(read) => Ok(Some(read)),
        Err(errors) => {
            for error in errors {
                eprintln!("{error}");
            }
            Ok(None)
        }
    }
}

async fn load(app: &App, list: &CodeList, lines: &[u64], by: &str) -> Result<ExitCode> {
    match app.load_list(list, by).await {
        Ok(loaded) => {
            println!("{}", said(list.name(), &loaded, list.version()));
            Ok(ExitCode::SUCCESS)
        }
        Err(AppError::Refused(faults)) => Ok(refused(list.name(), &faults, lines)),
        Err(error) => Err(error).context("the list could not be loaded; nothing was changed"),
    }
}

async fn supersede(app: &App, list: &str, version: &str, by: &str) -> Result<ExitCode> {
    match app.take_list(list, version, by).await {
        Ok(taken) => {
            println!("{}", said(list, &taken, version));
            Ok(ExitCode::SUCCESS)
        }
        Err(AppError::Refused(faults)) => Ok(refused(list, &faults, &[])),
        Err(error) => Err(none(error, list)),
    }
}

fn said(list: &str, loaded: &ListLoaded, version: &str) -> String {
    match &loaded.superseded {
        Some(before) => format!("{list} {version} is in use; it supersedes {before}."),
        None => format!(
            "Nothing changed: {list} has {version} already; {} is in use.",
            loaded.in_use
        ),
    }
}

/// Prints every fault, with its line where it has one.
fn refused(list: &str, faults: &Faults, lines: &[u64]) -> ExitCode {
    for fault in faults.as_slice() {
        let index: Option<usize> = fault
            .pointer
            .strip_prefix("/codes/")
            .and_then(|rest| rest.parse().ok());
        match index.and_then(|index| lines.get(index)) {
            Some(line) => eprintln!("code list {list}, line {line}: {}", fault.detail),
            None => eprintln!("code list {list}: {}", fault.detail),
        }
    }
    if faults.more() > 0 {
        eprintln!("and {} more", faults.more());
    }
    eprintln!("Nothing was changed.");
    ExitCode::FAILURE
}

fn stem(file: &Path) -> Result<String> {
    let stem = file.file_stem().and_then(|stem| stem.to_str());
    stem.map(str::to_owned)
        .context("the file has no name that a list could have; name the list with --list")
}

fn none(error: AppError, list: &str) -> anyhow::Error {
    match error {
        AppError::NotFound => anyhow::anyhow!(
            "there is no such list or version of {list}; `throughcare reference list` names what there is"
        ),
        other => other.into(),
    }
}
