//! `backup check`: whether a system that was restored is what it was.

use crate::cli::{BackupAction, BackupCheck};
use crate::database::Database;
use crate::node;
use crate::restoring::{self, Asked, Found};
use anyhow::Result;
use std::process::ExitCode;
use throughcare_app::App;

/// Something is not what it was.
const NOT_WHAT_IT_WAS: u8 = 1;
/// It cannot be judged: a file or the database cannot be read. 2 is a command line that is none.
const NOT_JUDGED: u8 = 3;

/// Checks, and says what was found.
pub async fn run(action: BackupAction) -> ExitCode {
    let BackupAction::Check(asked) = action;
    match check(&asked).await {
        Ok(found) => {
            if asked.json {
                println!("{}", serde_json::to_string_pretty(&found).unwrap_or_default());
            } else {
                print!("{found}");
            }
            match found.faults.is_empty() {
                true => ExitCode::SUCCESS,
                false => ExitCode::from(NOT_WHAT_IT_WAS),
            }
        }
        Err(error) => {
            eprintln!("It cannot be judged: {error:#}");
            ExitCode::from(NOT_JUDGED)
        }
    }
}

async fn check(asked: &BackupCheck) -> Result<Found> {
    let database = Database::open(&asked.place, "serve").await?;
    let found = within(asked, &database).await;
    database.close().await?;
    found
}

async fn within(asked: &BackupCheck, database: &Database) -> Result<Found> {
    // Opening the store would begin a ledger of what the key store knows, and nobody would miss the rest.
    let (file, ledger) = database.ledger()?;
    if ledger.is_none() && !asked.nobody_erased {
        return Ok(Found::without_ledger(&file));
    }
    let app = node::app(database.store().await?).await?;
    let found = judged(asked, &app, ledger.unwrap_or_default()).await;
    app.store().close().await;
    found
}

async fn judged(asked: &BackupCheck, app: &App, ledger: Vec<uuid::Uuid>) -> Result<Found> {
    let given = restoring::given(app, &asked.checkpoint)?;
    let asked = Asked {
        app,
        given,
        ledger,
        workers: usize::from(asked.workers),
        quiet: asked.json,
    };
    restoring::check(asked).await
}
