//! `export` and `import-log`: the log out of the system, and into an empty one.

use crate::cli::{Export, ImportLog};
use crate::database::Database;
use crate::exporting;
use anyhow::Result;

/// Writes an export, and says what was written and what to do with it.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn export(asked: Export) -> Result<()> {
    let database = Database::open(&asked.place, "serve").await?;
    let store = database.store().await?;
    let done = exporting::export(&asked, &store).await;
    store.close().await;
    database.close().await?;
    let done = done?;
    let out = asked.out.display();
    println!("Exported {} of {} events to {out}.", done.events, done.size);
    if done.signed {
        println!("An auditor checks it with: throughcare verify {out} --policy THE-AUDITORS-OWN-POLICY-FILE");
    } else {
        println!("No checkpoint is signed: by itself this export proves nothing.");
    }
    if !done.fits {
        eprintln!(
            "The events do NOT lead to the root that was signed: what is stored was altered, or a row is missing. Keep \
             this export as it is; verified beside an older one it says at which position."
        );
    }
    if asked.with_keys {
        println!(
            "It holds the wrapped keys of all records: keep it as you keep a backup, never beside the key file. \
             To import it, bring the key file and the erasure ledger along."
        );
    }
    Ok(())
}

/// Imports an export, and says what came of it.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn import(asked: ImportLog) -> Result<()> {
    let database = Database::open(&asked.place, "serve").await?;
    let store = database.migrated_store().await?;
    let imported = exporting::import(&asked.directory, &store).await;
    store.close().await;
    database.close().await?;
    let events = imported?;
    println!(
        "Imported: the log holds {events} events. The lists are computed by `serve`, or now by `throughcare rebuild`."
    );
    Ok(())
}
