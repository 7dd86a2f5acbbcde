//! `keys`: by what keys are wrapped, and rotating the key-encryption key.

use crate::cli::{KeysAction, Place};
use crate::database::Database;
use anyhow::{Context, Result};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use throughcare_store::Store;
use throughcare_store::keys::Rotation;
use throughcare_store::seal::KeyFile;

/// Tells how keys are wrapped, or wraps them anew. Exit status 1 when a rotation was stopped, or records have lost
/// their keys.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn run(action: KeysAction) -> Result<ExitCode> {
    match action {
        KeysAction::Status { place } => status(&place).await,
        KeysAction::Rotate { add_only, place } => rotate(&place, add_only).await,
    }
}

async fn status(place: &Place) -> Result<ExitCode> {
    let database = Database::open(place, "serve").await?;
    let store = database.store().await?;
    let told = told(&store).await;
    store.close().await;
    database.close().await?;
    told
}

async fn told(store: &Store) -> Result<ExitCode> {
    for one in store.wrapped_by().await? {
        let now = if one.is_current {
            ", which wraps new ones"
        } else {
            ""
        };
        println!(
            "{} keys are wrapped by key-encryption key {}{now}",
            one.keys, one.id
        );
    }
    let lost = store.records_without_keys().await?;
    if lost == 0 {
        println!("The key store knows the keys of every record.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{lost} records have lost their keys: restore the key store that belongs to this database.");
    Ok(ExitCode::FAILURE)
}

async fn rotate(place: &Place, add_only: bool) -> Result<ExitCode> {
    let database = Database::open(place, "serve").await?;
    let store = database.store().await?;
    let done = if add_only {
        KeyFile::begin_rotation(database.key_file())
            .map(|_| true)
            .context("the new key could not be added")
    } else {
        wrapped_anew(&store, &database).await
    };
    store.close().await;
    let file = database.key_file().display().to_string();
    database.close().await?;
    Ok(match (done?, add_only) {
        (true, true) => {
            println!(
                "{file} holds the old and a new key. Copy it to every machine, then run this without --add-only."
            );
            ExitCode::SUCCESS
        }
        (true, false) => {
            println!(
                "The old key-encryption key is gone from {file}. Destroy every copy of it, and keep a new one."
            );
            ExitCode::SUCCESS
        }
        (false, _) => {
            println!("Stopped: both keys are in {file} and needed. Run this again to go on.");
            ExitCode::FAILURE
        }
    })
}

async fn wrapped_anew(store: &Store, database: &Database) -> Result<bool> {
    let stopped = Arc::new(AtomicBool::new(false));
    let stop = stopped.clone();
    let listening = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.store(true, Ordering::Relaxed);
        }
    });
    let mut told = |step: Rotation| {
        match step {
            Rotation::Keys { done, of } => println!("{done} of {of} keys are wrapped anew"),
            Rotation::Settling => println!("Waiting until every node uses the new key …"),
            Rotation::Held(count) => {
                println!("{count} held movements, messages and secrets of webhooks are wrapped anew")
            }
            Rotation::Ended => {}
        }
        !stopped.load(Ordering::Relaxed)
    };
    let done = store.rotate(database.key_file(), &mut told).await;
    listening.abort();
    done.context("keys could not be wrapped anew")
}
