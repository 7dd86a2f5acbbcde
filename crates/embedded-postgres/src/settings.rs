//! The server's settings, written anew with each start.

use std::fmt::Write as _;

use crate::error::Error;
use crate::layout::{Layout, PORT, write_own_file};
use crate::options::{Durability, Options};

/// The database's superuser, and the only one who connects.
pub(crate) const SUPERUSER: &str = "postgres";

/// Sized for one service on a small machine. The caller's settings go before these.
const DEFAULTS: &[(&str, &str)] = &[
    ("max_connections", "100"),
    ("shared_buffers", "256MB"),
    ("max_wal_size", "1GB"),
    ("random_page_cost", "1.1"), // solid-state disks
    ("jit", "off"),              // short statements: compiling them costs more than it saves
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
];

/// What this crate promises. Nothing goes before these.
///
/// The log: values and statements stay out, for they hold personal data. Errors of statements stay out
/// altogether (`log_min_messages` = log): their text can quote a value, and the program that sent the
/// statement has the error anyway. What concerns the server itself is logged.
const PROMISES: &[(&str, &str)] = &[
    ("listen_addresses", ""),
    ("unix_socket_permissions", "0700"),
    ("logging_collector", "on"),
    ("log_destination", "stderr"),
    ("log_directory", "../log"),
    ("log_filename", "postgres-%a.log"), // seven files, each overwritten after a week
    ("log_truncate_on_rotation", "on"),
    ("log_rotation_age", "1d"),
    ("log_rotation_size", "0"),
    ("log_file_mode", "0600"),
    ("log_min_messages", "log"),
    ("log_statement", "none"),
    ("log_min_duration_statement", "-1"),
    ("log_min_duration_sample", "-1"),
    ("log_transaction_sample_rate", "0"),
    ("log_min_error_statement", "panic"),
    ("log_error_verbosity", "terse"),
    ("log_parameter_max_length", "0"),
    ("log_parameter_max_length_on_error", "0"),
    ("log_lock_waits", "off"),
];

/// Who may connect: whoever reaches the socket. Its directory has mode 0700, so that is the server's own
/// system user and root, and both can read the data files anyway: a password would keep nobody out. There is
/// no line for TCP, so even a server that listened would refuse. `all` is every database and not replication, by which
/// `pg_basebackup` and `pg_receivewal` make backups.
const HBA: &str =
    "# Written anew with each start: edits do not last.\nlocal all all trust\nlocal replication all trust\n";

/// Writes `postgresql.conf` and `pg_hba.conf`.
pub(crate) fn write(layout: &Layout, options: &Options) -> Result<(), Error> {
    write_own_file(&layout.hba, HBA)?;
    let socket_dir = layout.socket_dir.to_string_lossy();
    let lz4 = options
        .installation
        .takes(&layout.cluster, WAL_COMPRESSION, "lz4");
    let compression = if lz4 { "lz4" } else { "on" };
    write_own_file(&layout.config, &config(options, &socket_dir, compression)?)
}

/// How whole pages are packed in the server's log. They go there when they are first touched after a checkpoint, by a
/// mere look as well, because pages have checksums. PostgreSQL's own method, `on`, was the first symbol of a profile
/// of the server while lists were computed; lz4 costs a fraction of it, where the server has it.
const WAL_COMPRESSION: &str = "wal_compression";

fn config(options: &Options, socket_dir: &str, compression: &str) -> Result<String, Error> {
    let mut text = String::from("# Written anew with each start: edits do not last.\n");
    let mut line = |name: &str, value: &str| {
        if name.is_empty()
            || !name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte))
        {
            return Err(Error::Setting(format!(
                "{name:?} is not the name of a PostgreSQL setting"
            )));
        }
        if value.contains(char::is_control) {
            return Err(Error::Setting(format!(
                "the value of PostgreSQL setting {name} holds a control character"
            )));
        }
        let value = value.replace('\\', "\\\\").replace('\'', "''");
        let written = writeln!(text, "{name} = '{value}'");
        debug_assert!(written.is_ok(), "a String takes every write");
        Ok(())
    };
    for (name, value) in DEFAULTS {
        line(name, value)?;
    }
    line(WAL_COMPRESSION, compression)?;
    for (name, value) in &options.settings {
        line(name, value)?;
    }
    for (name, value) in PROMISES {
        line(name, value)?;
    }
    for (name, value) in durability(options.durability) {
        line(name, value)?;
    }
    line("unix_socket_directories", socket_dir)?;
    line("port", &PORT.to_string())?;
    line("cluster_name", &options.database)?;
    Ok(text)
}

/// The settings that decide what a commit survives.
pub(crate) fn durability(durability: Durability) -> Vec<(&'static str, &'static str)> {
    let on = match durability {
        Durability::Full => "on",
        Durability::TestOnly => "off",
    };
    let mut settings = vec![
        ("fsync", on),
        ("synchronous_commit", on),
        ("full_page_writes", on),
    ];
    if cfg!(target_os = "macos") && durability == Durability::Full {
        // There, the default leaves writes in the disk's own cache.
        settings.push(("wal_sync_method", "fsync_writethrough"));
    }
    settings
}

/// Whether a name can stand in SQL, in a URL and in a process list as it is.
pub(crate) fn check_database_name(name: &str) -> Result<(), Error> {
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let rest = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if starts && rest && name.len() <= 63 {
        return Ok(());
    }
    Err(Error::Setting(format!(
        "{name:?} cannot be the database's name: use 1 to 63 lower-case letters, digits and _, not starting \
         with a digit"
    )))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::installation::Installation;

    /// The settings do not depend on the programs, but the options need some: any directory that has them.
    fn options() -> Options {
        Options::new(
            Installation::find(None).unwrap(),
            Path::new("data"),
            "throughcare",
        )
    }

    /// The value that counts: PostgreSQL takes the last line of a name.
    fn value<'a>(config: &'a str, name: &str) -> &'a str {
        let mut lines = config.lines().filter_map(|line| line.split_once(" = "));
        lines.rfind(|(found, _)| *found == name).unwrap().1
    }

    #[test]
    fn a_caller_changes_the_defaults_but_not_the_promises() {
        let mut options = options();
        for (name, given) in [
            ("shared_buffers", "64MB"),
            ("fsync", "off"),
            ("listen_addresses", "*"),
        ] {
            options.settings.push((name.into(), given.into()));
        }

        let text = config(&options, "/s", "on").unwrap();

        assert_eq!(value(&text, "shared_buffers"), "'64MB'");
        assert_eq!(value(&text, "fsync"), "'on'");
        assert_eq!(value(&text, "listen_addresses"), "''");
    }

    #[test]
    fn only_the_test_durability_turns_fsync_off() {
        let mut options = options();
        assert_eq!(value(&config(&options, "/s", "on").unwrap(), "fsync"), "'on'");
        options.durability = Durability::TestOnly;
        assert_eq!(value(&config(&options, "/s", "on").unwrap(), "fsync"), "'off'");
    }

    #[test]
    fn a_value_cannot_end_its_line() {
        let mut options = options();
        options.settings = vec![("application_name".into(), "it's \\".into())];
        assert_eq!(
            value(&config(&options, "/s", "on").unwrap(), "application_name"),
            r"'it''s \\'"
        );

        options.settings = vec![("jit".into(), "on\nfsync = off".into())];
        assert!(config(&options, "/s", "on").is_err());
        options.settings = vec![("jit = on #".into(), "x".into())];
        assert!(config(&options, "/s", "on").is_err());
    }

    #[test]
    fn a_database_name_is_a_plain_identifier() {
        for good in ["throughcare", "_t1"] {
            check_database_name(good).unwrap();
        }
        for bad in ["", "1a", "Upper", "a b", "a\"b", "a/b", &"a".repeat(64)] {
            assert!(check_database_name(bad).is_err(), "{bad}");
        }
    }
}
