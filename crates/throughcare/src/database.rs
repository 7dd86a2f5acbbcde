//! The database: the user's own, or a private one in the data directory.

use crate::cli::{Place, PoolerMode};
use anyhow::{Context, Result, bail};
use embedded_postgres::{Event, Installation, Options, Server};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use throughcare_domain::reference::ReferenceData;
use throughcare_store::{Migrations, Pooler, SHIPPED_BY, Settings, Store};

/// How long the private server may take to stop in order.
const STOP: Duration = Duration::from_secs(6);

/// The database in use.
pub struct Database {
    server: Option<Arc<Server>>,
    url: String,
    migrate_url: Option<String>,
    key_url: Option<String>,
    key_migrate_url: Option<String>,
    ledger: Option<PathBuf>,
    origin: Option<String>,
    pooler: Pooler,
    key_file: PathBuf,
}

/// Where things are when nobody says.
pub fn data_dir(place: &Place, name: &str) -> PathBuf {
    if let Some(given) = &place.data_dir {
        return given.clone();
    }
    // SAFETY: geteuid has no preconditions and cannot fail.
    let root = unsafe { libc::geteuid() } == 0;
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let base = match (root, std::env::var_os("XDG_DATA_HOME"), home) {
        (true, _, _) => PathBuf::from("/var/lib/throughcare"),
        (false, Some(data), _) => PathBuf::from(data).join("throughcare"),
        (false, None, Some(home)) => home.join(".local/share/throughcare"),
        (false, None, None) => PathBuf::from("throughcare-data"),
    };
    base.join(name)
}

impl Database {
    /// Starts or finds the database. Blocking parts run on a thread of their own.
    ///
    /// # Errors
    /// With a sentence that says what to do.
    pub async fn open(place: &Place, name: &str) -> Result<Self> {
        let directory = data_dir(place, name);
        let key_file = place
            .key_file
            .clone()
            .unwrap_or_else(|| directory.join("keys.txt"));
        if let Some(url) = &place.database_url {
            make_directory(key_file.parent())?;
            return Ok(Self {
                server: None,
                url: url.clone(),
                migrate_url: place.migrate_url.clone(),
                key_url: place.key_database_url.clone(),
                key_migrate_url: place.key_migrate_url.clone(),
                ledger: place.erasure_ledger.clone(),
                origin: place.log_origin.clone(),
                pooler: match place.pooler {
                    PoolerMode::None => Pooler::None,
                    PoolerMode::Transaction => Pooler::Transaction,
                },
                key_file,
            });
        }
        let pg_bin = place.pg_bin.clone();
        let started = tokio::task::spawn_blocking(move || start(pg_bin.as_deref(), &directory));
        let server = started
            .await
            .context("the private PostgreSQL could not be started")??;
        let url = server.connection_url().to_string();
        Ok(Self {
            server: Some(Arc::new(server)),
            url,
            migrate_url: None,
            key_url: None,
            key_migrate_url: None,
            ledger: place.erasure_ledger.clone(),
            origin: place.log_origin.clone(),
            pooler: Pooler::None,
            key_file,
        })
    }

    /// Brings tables and code lists up to date, as far as the login may and something is missing, and opens the
    /// store.
    ///
    /// # Errors
    /// With a sentence that says what to do.
    pub async fn migrated_store(&self) -> Result<Store> {
        let settings = self.settings()?;
        let keys = settings.own_key_connect();
        let migrated = match (&settings.own, settings.pooler) {
            (Some(own), _) => {
                let service = settings.connect.get_username();
                throughcare_store::migrate_for(own, &keys, Some(service)).await
            }
            (None, Pooler::None) => throughcare_store::migrate_for(&settings.connect, &keys, None).await,
            // Migrations hold a lock for a session, and behind the pooler no session is ours.
            (None, Pooler::Transaction) => Ok(()),
        };
        if migrated.is_err()
            && let Ok(Migrations { unknown, .. }) = throughcare_store::migrations(&settings).await
        {
            refuse_ahead(unknown)?;
        }
        migrated.context("the tables could not be brought up to date")?;
        if settings.own.is_some() || settings.pooler == Pooler::None {
            let moved = throughcare_store::keys::move_keys(&settings).await;
            let moved = moved.context("the keys could not be moved to the key store")?;
            if moved > 0 {
                println!("Moved {moved} keys from the log's database to the key store.");
            }
        }
        let missing = throughcare_store::migrations(&settings).await?.missing;
        if !missing.is_empty() {
            bail!(
                "the tables are not up to date ({}): run `throughcare migrate` with --migrate-url, past the pooler",
                missing.join(", ")
            );
        }
        let store = Store::open(settings).await?;
        for list in ReferenceData::bundled().lists() {
            store
                .load_reference(list, SHIPPED_BY)
                .await
                .context("the code lists could not be loaded")?;
        }
        Ok(store)
    }

    /// Opens the store on tables that are those of this program.
    ///
    /// # Errors
    /// When the database cannot be reached, and when it is behind this program or ahead of it.
    pub async fn store(&self) -> Result<Store> {
        refuse(&self.migrations().await?)?;
        self.store_as_it_is().await
    }

    /// Opens the store on tables as they are.
    ///
    /// # Errors
    /// When the database cannot be reached or is not migrated.
    pub async fn store_as_it_is(&self) -> Result<Store> {
        Ok(Store::open(self.settings()?).await?)
    }

    /// How the tables stand to this program.
    ///
    /// # Errors
    /// When the database or the key store cannot be reached.
    pub async fn migrations(&self) -> Result<Migrations> {
        Ok(throughcare_store::migrations(&self.settings()?).await?)
    }

    /// The erasures that the ledger tells of; none where there is no ledger. Asked before the store is opened, which may
    /// begin one.
    ///
    /// # Errors
    /// When there is a ledger that cannot be read.
    pub fn ledger(&self) -> Result<(PathBuf, Option<Vec<uuid::Uuid>>)> {
        let settings = self.settings()?;
        Ok((settings.ledger_file(), throughcare_store::ledger_of(&settings)?))
    }

    fn settings(&self) -> Result<Settings> {
        let mut settings = Settings::from_url(&self.url, &self.key_file)?;
        settings.pooler = self.pooler;
        settings.ledger.clone_from(&self.ledger);
        settings.origin.clone_from(&self.origin);
        if let Some(url) = &self.key_url {
            settings = settings.with_keys_at(url)?;
        }
        if let Some(url) = &self.key_migrate_url {
            settings = settings.with_keys_owned_through(url)?;
        }
        Ok(match &self.migrate_url {
            Some(url) => settings.owned_through(url)?,
            None => settings,
        })
    }

    /// The private server, to be told when it is over for good.
    pub fn server(&self) -> Option<Arc<Server>> {
        self.server.clone()
    }

    /// Where the keys are.
    pub fn key_file(&self) -> &Path {
        &self.key_file
    }

    /// Stops the private server.
    ///
    /// # Errors
    /// When it had to be cut short; nothing is lost then, and the next start recovers.
    pub async fn close(self) -> Result<()> {
        let Some(server) = self.server else { return Ok(()) };
        tokio::task::spawn_blocking(move || server.stop_within(STOP))
            .await
            .context("stopping PostgreSQL")??;
        Ok(())
    }
}

/// Refuses tables that are not this program's: a statement that fails half-way says less.
fn refuse(found: &Migrations) -> Result<()> {
    match found.missing.len() {
        0 => refuse_ahead(found.unknown),
        1 => bail!(
            "the database is behind this program by 1 migration ({}): run `throughcare migrate`",
            found.missing.join(", ")
        ),
        behind => bail!(
            "the database is behind this program by {behind} migrations ({}): run `throughcare migrate`",
            found.missing.join(", ")
        ),
    }
}

fn refuse_ahead(unknown: usize) -> Result<()> {
    match unknown {
        0 => Ok(()),
        1 => bail!(
            "the database is ahead of this program by 1 migration: install the newer version of the program"
        ),
        ahead => bail!(
            "the database is ahead of this program by {ahead} migrations: install the newer version of the program"
        ),
    }
}

fn start(pg_bin: Option<&Path>, directory: &Path) -> Result<Server> {
    let installation = match pg_bin {
        Some(_) => Installation::find(pg_bin)?,
        None => Installation::find_for(None, directory)?,
    };
    let mut options = Options::new(installation, directory, "throughcare");
    options.on_event = Some(Box::new(|event: &Event| match event {
        Event::Initialising { .. } | Event::Ready { restarts: 0, .. } => {
            tracing::info!("private PostgreSQL: {event}");
        }
        _ => tracing::warn!("private PostgreSQL: {event}"),
    }));
    Ok(Server::start(options)?)
}

fn make_directory(directory: Option<&Path>) -> Result<()> {
    let Some(directory) = directory.filter(|directory| !directory.as_os_str().is_empty()) else {
        return Ok(());
    };
    std::fs::create_dir_all(directory).with_context(|| {
        format!(
            "the directory {} for the keys cannot be made; name another with --key-file",
            directory.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_another_program_are_refused_with_what_to_do() {
        let found = |missing: &[&str], unknown| Migrations {
            missing: missing.iter().map(|one| (*one).to_owned()).collect(),
            unknown,
        };
        assert!(refuse(&found(&[], 0)).is_ok());
        let said = |found: Migrations| refuse(&found).unwrap_err().to_string();
        assert_eq!(
            said(found(&["0033 webhooks watched", "0034 lines of"], 0)),
            "the database is behind this program by 2 migrations (0033 webhooks watched, 0034 lines of): run \
             `throughcare migrate`"
        );
        assert!(said(found(&["0034 lines of"], 1)).contains("behind this program by 1 migration ("));
        assert!(said(found(&[], 1)).contains("ahead of this program by 1 migration:"));
        assert!(said(found(&[], 3)).contains("ahead of this program by 3 migrations:"));
    }
}
