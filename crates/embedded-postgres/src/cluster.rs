//! Creates the database files, once, so that they are there whole or not at all.

use std::fs::{self, File};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::installation::Installation;
use crate::layout::{Layout, made_by, own_dir};
use crate::options::{Durability, Event};
use crate::orphan;
use crate::process::{Signal, command, last_words};
use crate::settings::SUPERUSER;
use crate::user::ServerUser;

/// How long `initdb` may take. It takes a second or two on an ordinary disk.
const INITDB_TIMEOUT: Duration = Duration::from_secs(180);

/// Text is UTF-8 and compares by its bytes, which no update of the system's locales changes. Where the
/// machine has `C.UTF-8`, upper and lower case are known beyond ASCII too.
const LOCALES: [&[&str]; 2] = [&["--lc-collate=C", "--lc-ctype=C.UTF-8"], &["--locale=C"]];

/// Makes sure that there are database files of the right version.
///
/// They are made beside their place and then renamed: a start that was cut short leaves only a directory
/// that the next one throws away.
pub(crate) fn ensure(
    layout: &Layout,
    installation: &Installation,
    user: &ServerUser,
    durability: Durability,
    tell: &dyn Fn(Event),
) -> Result<(), Error> {
    discard(&layout.cluster_new)?;
    if let Some(major) = made_by(&layout.data_dir) {
        let found = installation.version();
        if major == found.major {
            return Ok(());
        }
        return Err(Error::OtherVersion {
            data_dir: layout.data_dir.clone(),
            made_by: major,
            found,
            bin: installation.bin().to_owned(),
        });
    }
    if fs::read_dir(&layout.cluster).is_ok_and(|mut entries| entries.next().is_some()) {
        let problem =
            "it is not empty and holds no PostgreSQL database: move it away, or pick another --data-dir";
        return Err(Error::Occupied {
            path: layout.cluster.clone(),
            problem: problem.to_owned(),
        });
    }
    tell(Event::Initialising {
        version: installation.version(),
    });
    let mut outcome = Ok(());
    for locale in LOCALES {
        discard(&layout.cluster_new)?;
        outcome = initdb(layout, installation, user, durability, locale);
        if outcome.is_ok() {
            break;
        }
    }
    outcome?;
    fs::rename(&layout.cluster_new, &layout.cluster).map_err(Error::io("create", &layout.cluster))?;
    // The rename has to reach the disk before anything is promised to anyone.
    File::open(&layout.data_dir)
        .and_then(|dir| dir.sync_all())
        .map_err(Error::io("sync", &layout.data_dir))
}

/// Removes what an interrupted start left, and ends whoever is still at it.
fn discard(unfinished: &Path) -> Result<(), Error> {
    if !unfinished.exists() {
        return Ok(());
    }
    orphan::clear(unfinished)?;
    fs::remove_dir_all(unfinished).map_err(Error::io("remove", unfinished))
}

fn initdb(
    layout: &Layout,
    installation: &Installation,
    user: &ServerUser,
    durability: Durability,
    locale: &[&str],
) -> Result<(), Error> {
    own_dir(&layout.cluster_new, user)?;
    let program = installation.program("initdb");
    let mut command = command(&program, user, layout, Signal::Kill)?;
    command
        .arg("--pgdata")
        .arg(&layout.cluster_new)
        .args([
            "--username",
            SUPERUSER,
            "--encoding=UTF8",
            "--data-checksums",
            "--no-instructions",
        ])
        // Only until this crate's own pg_hba.conf, which has no line for TCP.
        .arg("--auth=trust")
        .args(locale);
    if durability == Durability::TestOnly {
        command.arg("--no-sync");
    }
    let failed = |reason: String| Error::Initdb {
        data_dir: layout.data_dir.clone(),
        reason,
    };
    let mut child = command.spawn().map_err(Error::io("run", &program))?;
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(Error::io("wait for", &program))? {
            break status;
        }
        if start.elapsed() > INITDB_TIMEOUT {
            child
                .kill()
                .and_then(|()| child.wait())
                .map_err(Error::io("end", &program))?;
            return Err(failed(format!(
                "it was not done after {} s",
                INITDB_TIMEOUT.as_secs()
            )));
        }
        thread::sleep(Duration::from_millis(10));
    };
    if status.success() {
        return Ok(());
    }
    Err(failed(
        last_words(&layout.startup_log).unwrap_or_else(|| status.to_string()),
    ))
}
