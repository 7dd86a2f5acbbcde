//! `doctor`: checks the set-up and says what to do.

use crate::cli::Place;
use crate::database::{Database, data_dir};
use crate::standing;
use anyhow::Result;
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::ExitCode;
use throughcare_app::{Clock as _, SystemClock};
use throughcare_store::projection::{ProjectionState, ProjectionStatus};
use throughcare_store::{OLDEST_SERVER, Store, Tree};

/// Clocks further apart than this are a fault.
const MOST_SECONDS_APART: i64 = 5;
/// Less free space than this is a fault.
const LEAST_FREE: u128 = 1 << 30;
/// Fewer free log positions than this is a fault. A node that may adds partitions when 50 million are left.
const LEAST_ROOM: u64 = 10_000_000;

#[derive(Default)]
struct Report {
    faults: usize,
}

impl Report {
    fn say(&mut self, good: bool, what: &str, found: impl std::fmt::Display, advice: &str) {
        if good {
            println!("ok    {what}: {found}");
        } else {
            self.faults += 1;
            println!("FAULT {what}: {found}");
            println!("      -> {advice}");
        }
    }
}

/// Runs the checks.
///
/// # Errors
/// Never for what it looks at: faults are printed and give exit status 1.
pub async fn run(place: &Place) -> Result<ExitCode> {
    let mut report = Report::default();
    let directory = data_dir(place, "serve");
    if place.database_url.is_none() && !directory.exists() {
        println!(
            "note  {} does not exist yet: `serve` or `migrate` makes it",
            directory.display()
        );
    }
    match Database::open(place, "serve").await {
        Err(error) => report.say(
            false,
            "database",
            format!("{error:#}"),
            "Follow the sentence above, then run doctor again.",
        ),
        Ok(database) => {
            report.say(true, "database", "reachable", "");
            keys(&mut report, database.key_file());
            // Statements over tables that are not there yet would say less.
            let missing = database.migrations().await.map(|found| found.missing);
            match missing {
                Ok(missing) if !missing.is_empty() => report.say(
                    false,
                    "migrations",
                    format!("missing: {}", missing.join(", ")),
                    "Run `throughcare migrate`.",
                ),
                _ => stored(&mut report, &database).await,
            }
            database.close().await?;
        }
    }
    if place.database_url.is_none() {
        disk(&mut report, &directory);
    }
    match report.faults {
        0 => println!("Everything is in order."),
        faults => println!("{faults} fault(s)."),
    }
    Ok(if report.faults == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn stored(report: &mut Report, database: &Database) {
    match database.store_as_it_is().await {
        Err(error) => report.say(
            false,
            "tables and keys",
            error,
            "Run `throughcare migrate`. If the key file is missing or another database's, put the right one back \
             (--key-file).",
        ),
        Ok(store) => {
            look(report, &store).await;
            store.close().await;
        }
    }
}

async fn look(report: &mut Report, store: &Store) {
    let check = match store.check().await {
        Ok(check) => check,
        Err(error) => return report.say(false, "tables", error, "Run `throughcare migrate`."),
    };
    let version = check.server_version;
    report.say(
        version >= OLDEST_SERVER,
        "PostgreSQL",
        format!("version {}.{}", version / 10_000, version % 10_000),
        "Use PostgreSQL 14 or newer.",
    );
    let missing = check.migrations_missing.join(", ");
    report.say(
        missing.is_empty(),
        "migrations",
        if missing.is_empty() {
            "all applied".to_owned()
        } else {
            format!("missing: {missing}")
        },
        "Run `throughcare migrate`.",
    );
    report.say(
        check.migrations_unknown == 0,
        "program",
        format!("{} migrations of a newer program", check.migrations_unknown),
        "Install the newer version of the program: this one is older than the database.",
    );
    report.say(
        check.keys_fit,
        "keys",
        if check.keys_fit {
            "open what is sealed"
        } else {
            "do not open what is sealed"
        },
        "Put back the key file that belongs to this database.",
    );
    let lost = store.records_without_keys().await;
    report.say(
        matches!(lost, Ok(0)),
        "key store",
        match &lost {
            Ok(0) => "knows the keys of every record".to_owned(),
            Ok(lost) => format!("has lost the keys of {lost} records, which nobody can read"),
            Err(error) => error.to_string(),
        },
        "Restore the key store that belongs to this database, or name it with --key-database-url.",
    );
    report.say(
        check.room >= LEAST_ROOM,
        "log",
        format!("{} events, room for {} more", check.head.position, check.room),
        "Run `throughcare migrate` with a login that owns the tables (--migrate-url): it adds partitions.",
    );
    for setting in &check.logged_values {
        println!(
            "note  the server's own log may show values of records ({setting}); an administrator sets it right \
             as in the README under \"What PostgreSQL's own log shows\""
        );
    }
    let apart = check.clock.duration_since(SystemClock.now()).as_secs().abs();
    report.say(
        apart <= MOST_SECONDS_APART,
        "clock",
        format!("{apart} s from the database's"),
        "Synchronise the clocks of both machines (NTP).",
    );
    match store.projections().await {
        Err(error) => report.say(false, "lists", error, "Run `throughcare migrate`."),
        Ok(projections) => {
            for one in projections {
                projection(report, &one);
            }
        }
    }
    trees(report, store).await;
    if let Ok((waiting, stuck)) = store.held_counts().await {
        report.say(
            stuck == 0,
            "held movements",
            format!("{waiting} waiting, {stuck} could not be recorded"),
            "Look at last_error in held_movements.",
        );
    }
    if let Ok(counts) = store.message_counts().await {
        report.say(
            counts.stuck == 0,
            "messages in",
            format!(
                "{} waiting (the oldest for {} s), {} could not be given their effect, {} for somebody to decide, {} kept \
                 until a record holds their number",
                counts.waiting, counts.oldest_seconds, counts.stuck, counts.to_decide, counts.held
            ),
            "Look at reason in inbound_messages; they are tried again once a minute.",
        );
    }
    webhooks(report, store).await;
}

async fn webhooks(report: &mut Report, store: &Store) {
    let Ok(stand) = store.webhook_standing().await else {
        return report.say(
            false,
            "webhooks",
            "cannot be looked at",
            "Run `throughcare migrate`.",
        );
    };
    let told = format!(
        "{} active, {} disabled, {} waiting, {} due, {} given up; {} events behind",
        stand.active, stand.disabled, stand.waiting, stand.due, stand.parked, stand.unread_events
    );
    let fault = standing::courier_fault(&stand);
    report.say(
        fault.is_none(),
        "webhooks",
        fault
            .as_ref()
            .map_or_else(|| told.clone(), |fault| format!("{told}; {fault}")),
        "Look at the nodes that run with --role worker or all, and start or restart one.",
    );
    // What a receiver does is for its organisation to mend: told, and no fault of this set-up.
    for one in store.troubled_webhooks().await.unwrap_or_default() {
        let (id, organisation, since) = (one.id, &one.organisation, one.since);
        match &one.disabled_reason {
            Some(reason) => println!(
                "note  webhook {id} of {organisation}: disabled since {since} ({reason}); its administrators have it replay"
            ),
            None => println!(
                "note  webhook {id} of {organisation}: fails since {since}, {} to be sent again; its deliveries say why",
                one.failing
            ),
        }
    }
}

fn projection(report: &mut Report, one: &ProjectionStatus) {
    let told = standing::told(one);
    let worker = match &one.lease.owner {
        Some(owner) if one.lease.lasts => format!("{owner} works on it"),
        Some(owner) => format!("{owner} worked on it and does not renew its lease"),
        None => "nobody works on it at the moment".to_owned(),
    };
    let fault = standing::fault(one);
    let found = fault.as_ref().map_or(format!("{told}; {worker}"), |fault| {
        format!("{told}; {worker}; {fault}")
    });
    let advice = match &one.state {
        ProjectionState::Stopped { .. } => {
            "Install the newer version of the program on a node that keeps the lists."
        }
        ProjectionState::Running => {
            "Look at the nodes that run with --role worker or all, and start or restart one."
        }
    };
    report.say(fault.is_none(), &one.name, found, advice);
    if let Some(why) = standing::to_rebuild(one) {
        let advice = "Run `throughcare rebuild --accept-changes`; people are served meanwhile.";
        report.say(false, &format!("{}, lines", one.name), why, advice);
    }
    if one.parked > 0 {
        report.say(
            false,
            &format!("{}, parked", one.name),
            format!("{} people", one.parked),
            "`throughcare projections` says whose event and why; resume them once it is mended.",
        );
    }
}

/// The trees that prove that nothing was altered: how far they are, and whether they continue what was signed.
async fn trees(report: &mut Report, store: &Store) {
    match store.trees().await {
        Err(error) => report.say(false, "proof", error, "Run `throughcare migrate`."),
        Ok(all) => {
            for one in all {
                let fault = standing::tree_fault(&one);
                let told = standing::tree_told(&one);
                report.say(
                    fault.is_none(),
                    &format!("proof, {}", one.tree.name()),
                    fault.map_or(told.clone(), |fault| format!("{told}; {fault}")),
                    "Something was altered, or the database was put back to an older state: keep a copy of it as it is, \
                     and compare it with its backups and with what auditors and witnesses hold. If only nobody signs, \
                     look at the nodes that run with --role worker or all.",
                );
            }
        }
    }
    for one in store.rechecks().await.unwrap_or_default() {
        let (fault, told) = (standing::recheck_fault(&one), standing::recheck_told(&one));
        report.say(
            fault.is_none(),
            &format!("old rows, {}", one.tree.name()),
            fault.map_or(told.clone(), |fault| format!("{fault}; {told}")),
            "Somebody altered rows of the database. Keep a copy of it as it is, and compare it with a backup: \
             `throughcare backup check` on a restored copy says at which position it begins.",
        );
    }
    let app = match crate::node::app(store.clone()).await {
        Ok(app) => app,
        Err(error) => return report.say(false, "checkpoint files", error, "Follow the sentence above."),
    };
    for tree in Tree::ALL {
        let what = format!("checkpoint file, {}", tree.name());
        let fault = app.compare_checkpoint_file(tree).await;
        report.say(
            matches!(fault, Ok(None)),
            &what,
            match &fault {
                Ok(None) => "fits what is in the database".to_owned(),
                Ok(Some(fault)) => fault.clone(),
                Err(error) => error.to_string(),
            },
            "The database, or the file, is not what it was when this was signed. The README says more under \"For auditors\".",
        );
        match app.witnesses(tree, &[]).await {
            Ok(lines) => {
                for line in lines {
                    let (size, _) = line.cosigned.unwrap_or_default();
                    let (witness, newest) = (&line.witness, line.newest);
                    println!(
                        "note  witness {witness}, {}: cosigned {size} of {newest} entries",
                        tree.name()
                    );
                }
            }
            Err(error) => report.say(false, "witnesses", error, "Run `throughcare migrate`."),
        }
    }
}

fn keys(report: &mut Report, file: &Path) {
    let found = if file.exists() { "present" } else { "not made yet" };
    report.say(true, "key file", format!("{found} ({})", file.display()), "");
}

fn disk(report: &mut Report, directory: &Path) {
    let existing = directory
        .ancestors()
        .find(|path| path.exists())
        .unwrap_or(Path::new("/"));
    let Ok(path) = CString::new(existing.as_os_str().as_bytes()) else {
        return;
    };
    let mut stat = std::mem::MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: the path ends in NUL and the pointer is to a statvfs that the call fills when it returns 0.
    let free = unsafe { (libc::statvfs(path.as_ptr(), stat.as_mut_ptr()) == 0).then(|| stat.assume_init()) };
    let Some(free) = free.map(|stat| stat.f_bavail as u128 * stat.f_frsize as u128) else {
        return;
    };
    report.say(
        free >= LEAST_FREE,
        "disk",
        format!("{} MiB free", free >> 20),
        "Free some space: PostgreSQL stops when the disk is full.",
    );
}
