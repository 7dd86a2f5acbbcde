//! What a connection may do, and what bounds it: the database role it takes on and the settings it works under.

use std::time::Duration;

/// The work a connection is for. The login of the program is a member of all roles (or a superuser), and no connection
/// works with more than the one it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Reads the log, the keys and the lists; writes nothing.
    Reading,
    /// Appends to the log: the writer's one connection.
    Writing,
    /// Keeps held movements.
    Recording,
    /// Appends many at once, for imports and the synthetic county.
    Loading,
    /// Reads the log and keeps the projections' tables.
    Projecting,
    /// Owns every table: migrations, partitions, code lists, and the tables a rebuild makes.
    Owning,
    /// In the key store: reads keys and adds some.
    Keeping,
    /// In the key store: destroys keys.
    Destroying,
    /// In the key store: wraps keys anew, as its owner.
    Rewrapping,
    /// Removes what was kept of an erased person beside the log.
    Purging,
}

/// Every database role, as migrations and administrators know them. The first owns the tables.
pub(crate) const DATABASE_ROLES: [&str; 6] = [
    "throughcare_owner",
    "throughcare_writer",
    "throughcare_projector",
    "throughcare_reader",
    "throughcare_keeper",
    "throughcare_eraser",
];

/// What every session works under, whatever the cluster's, the database's or the login's own settings say.
///
/// `search_path`: a temporary table cannot stand in for one of ours. `synchronous_commit`: a cluster where it is off
/// would lose acknowledged events in a crash. `log_parameter_max_length_on_error`: the one setting about values in
/// the server's log that a session may set itself (`trust.md`, trap 8). `client_min_messages`: the ROLLBACK sent
/// after each use is silent. `jit`: PostgreSQL's own default compiles a statement whose plan looks dear, and so does
/// every plan under `BY_KEY` that has to read a table of one row whole; measured, an append took 150 ms.
const ALWAYS: [(&str, &str); 5] = [
    ("jit", "off"),
    ("search_path", "public,pg_temp"),
    ("synchronous_commit", "on"),
    ("log_parameter_max_length_on_error", "0"),
    ("client_min_messages", "error"),
];

/// Only where the connection reaches PostgreSQL itself. The isolation level is the one all statements are written
/// for; behind a pooler each BEGIN names it. The server notices within a minute that a node is gone, and gives up
/// its locks.
const DIRECT: [(&str, &str); 5] = [
    ("default_transaction_isolation", "read committed"),
    ("tcp_keepalives_idle", "30"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "30000"),
];

/// With plans that are right for a group of appends however small the tables were when they were made: every table
/// is reached by its key. A plan made over an empty table would read the whole of a big one.
const BY_KEY: [(&str, &str); 4] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
];

/// The limits of a session, in milliseconds; 0 is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Limits {
    lock: u32,
    statement: u32,
    idle_in_transaction: u32,
    /// Needs PostgreSQL 17 and a connection without a pooler; elsewhere the other three bound a transaction.
    transaction: u32,
}

impl Role {
    /// The role in the database.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Owning | Self::Rewrapping => "throughcare_owner",
            Self::Keeping => "throughcare_keeper",
            Self::Destroying | Self::Purging => "throughcare_eraser",
            Self::Writing | Self::Recording | Self::Loading => "throughcare_writer",
            Self::Projecting => "throughcare_projector",
            Self::Reading => "throughcare_reader",
        }
    }

    /// What the server shows of the connection.
    pub(crate) fn application_name(self) -> &'static str {
        match self {
            Self::Owning => "throughcare-owner",
            Self::Writing => "throughcare-writer",
            Self::Recording => "throughcare-recorder",
            Self::Loading => "throughcare-load",
            Self::Projecting => "throughcare-projector",
            Self::Reading => "throughcare",
            Self::Keeping => "throughcare-keys",
            Self::Destroying => "throughcare-eraser-keys",
            Self::Rewrapping => "throughcare-owner-keys",
            Self::Purging => "throughcare-eraser",
        }
    }

    /// Whether the work is done in the key store, which is another database.
    pub(crate) fn is_of_keys(self) -> bool {
        matches!(self, Self::Keeping | Self::Destroying | Self::Rewrapping)
    }

    /// Whether the work is the owner's, and done as and where the owner's work is done.
    pub(crate) fn is_owners(self) -> bool {
        matches!(self, Self::Owning | Self::Rewrapping)
    }

    /// Half a minute is more than a request or a group of appends may take. A projection computes inside its
    /// transaction; a rebuild's indexes take as long as they take, up to an hour.
    fn limits(self) -> Limits {
        let (statement, idle_in_transaction, transaction) = match self {
            Self::Reading | Self::Writing | Self::Recording | Self::Keeping => (10_000, 10_000, 30_000),
            // The largest load may meet a checkpoint on a slow disk.
            Self::Loading => (60_000, 10_000, 120_000),
            Self::Projecting | Self::Destroying | Self::Rewrapping => (30_000, 30_000, 120_000),
            // One table is gone through whole, and nobody waits at a screen.
            Self::Purging => (600_000, 30_000, 0),
            Self::Owning => (3_600_000, 60_000, 0),
        };
        Limits {
            lock: 5_000,
            statement,
            idle_in_transaction,
            transaction,
        }
    }

    /// How long to wait for a free connection, where a reader waits for `reader`: it is told at once that all are
    /// busy, for it is asked again; work in the background waits for a server that is slow to connect.
    pub(crate) fn longest_wait(self, reader: Duration) -> Duration {
        match self {
            Self::Reading => reader,
            Self::Writing | Self::Recording | Self::Loading | Self::Keeping => reader * 4,
            Self::Projecting | Self::Destroying | Self::Purging => Duration::from_secs(5).max(reader),
            Self::Owning | Self::Rewrapping => Duration::from_secs(10).max(reader),
        }
    }

    /// How long a whole transaction may take, in milliseconds; 0 is without end.
    pub(crate) fn transaction_limit(self) -> u32 {
        self.limits().transaction
    }

    fn read_only(self) -> bool {
        self == Self::Reading
    }

    /// Settings for the start-up of a connection that reaches PostgreSQL itself.
    pub(crate) fn start_up(self) -> Vec<(&'static str, String)> {
        let mut settings = self.everywhere();
        settings.extend(DIRECT.map(|(name, value)| (name, value.to_owned())));
        let read_only = if self.read_only() { "on" } else { "off" };
        settings.push(("default_transaction_read_only", read_only.to_owned()));
        settings
    }

    /// The statements that begin a transaction behind a pooler: there no session is ours beyond a transaction, so
    /// each brings its role and limits along, in one message.
    pub(crate) fn begin(self) -> String {
        let access = if self.read_only() {
            "READ ONLY"
        } else {
            "READ WRITE"
        };
        let settings: Vec<_> = self
            .everywhere()
            .into_iter()
            .map(|(name, value)| format!("set_config('{name}', '{value}', true)"))
            .collect();
        format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED {access}; /* begin */ SELECT {}",
            settings.join(", ")
        )
    }

    fn everywhere(self) -> Vec<(&'static str, String)> {
        let limits = self.limits();
        let mut settings = vec![
            ("role", self.name().to_owned()),
            ("lock_timeout", limits.lock.to_string()),
            ("statement_timeout", limits.statement.to_string()),
            (
                "idle_in_transaction_session_timeout",
                limits.idle_in_transaction.to_string(),
            ),
        ];
        settings.extend(ALWAYS.map(|(name, value)| (name, value.to_owned())));
        // The owner's tables hold it too (migration 0028); its work is the program's own.
        if self == Self::Owning {
            settings.push(("throughcare.scope", "everybody".to_owned()));
        }
        if matches!(self, Self::Writing | Self::Loading) {
            settings.extend(BY_KEY.map(|(name, value)| (name, value.to_owned())));
        }
        settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_database_role_is_taken_on_for_some_work() {
        let taken = [
            Role::Owning,
            Role::Writing,
            Role::Projecting,
            Role::Reading,
            Role::Keeping,
            Role::Purging,
        ]
        .map(Role::name);
        assert_eq!(taken, DATABASE_ROLES);
    }

    #[test]
    fn a_transaction_behind_a_pooler_brings_its_role_and_limits() {
        let begin = Role::Reading.begin();
        assert!(
            begin.starts_with("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; "),
            "{begin}"
        );
        for setting in [
            "set_config('role', 'throughcare_reader', true)",
            "set_config('statement_timeout', '10000', true)",
            "set_config('synchronous_commit', 'on', true)",
        ] {
            assert!(begin.contains(setting), "{setting} in {begin}");
        }
        assert!(Role::Writing.begin().contains("READ WRITE"));
    }
}
