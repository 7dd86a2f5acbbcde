//! Every setting: a flag, an environment variable and a help text.

mod admin;
mod backup;
pub mod benchmarks;
pub mod import;
mod national_return;
mod outbound;
mod proof;
mod proving;
pub mod replay;
pub mod report;
mod subject_access;

pub use admin::{Admin, AdminAction, ClientAction, MemberAction, OrganisationAction};
pub use backup::{Backup, BackupAction, BackupCheck};
pub use national_return::NationalReturn;
pub use outbound::{Listen, Outbound};
pub use proof::{Export, ImportLog, Verify, Witness};
pub use proving::Watched;
pub use subject_access::SubjectAccess;

use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use throughcare_http::token::{IssuerConfig, KeySource, TokenAlgorithm};

/// Case management for drug and alcohol treatment, through custody, court, prison and the community.
///
/// Without --database-url the program runs its own private PostgreSQL in --data-dir: real PostgreSQL, durable, on
/// a unix socket only. Start with `throughcare demo`.
#[derive(Debug, Parser)]
#[command(name = "throughcare", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What to log, as a tracing filter: `warn`, `info`, `throughcare_http=debug`. Logs go to standard error
    /// and hold no personal data. Default: `warn`; commands that work through the whole log leave out that their
    /// statements take long.
    #[arg(long, env = "THROUGHCARE_LOG", global = true)]
    pub log: Option<String>,
}

impl Cli {
    /// What to log, by the command when nobody said.
    pub fn log(&self) -> &str {
        match (&self.log, &self.command) {
            (Some(asked), _) => asked,
            (
                None,
                Command::Simulate(_)
                | Command::Rebuild(_)
                | Command::Replay(_)
                | Command::Backup(_)
                | Command::Migrate(_)
                | Command::Demo(_),
            ) => "warn,sqlx::query=error",
            (None, _) => "warn",
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API and keep the lists up to date.
    Serve(Serve),
    /// Make a synthetic county, then serve it, with ready-made tokens. Nothing in it is about real people.
    Demo(Demo),
    /// Make a synthetic county of any size and record it, as fast as it goes, then stop. Run it again to go on.
    Simulate(Simulate),
    /// Bring the database's tables and code lists up to date, then stop.
    Migrate(Place),
    /// Check the set-up and say what to do about what is wrong. Exit status 1 when something is.
    Doctor(Place),
    /// Say how far the lists are behind, who works on them, and whose events could not be read; resume those people.
    /// Say by which key-encryption key the keys of records are wrapped, or wrap them by a new one.
    Keys(Keys),
    Projections(Projections),
    /// Compute the lists anew beside the live ones, prove them equal row by row, and switch. Reading and following
    /// the log go on meanwhile. Stopped with Ctrl-C, it goes on from there at the next call.
    Rebuild(Rebuild),
    /// Make a view anew from the log alone, as it was known at any position or time: into a file with one row a line, with
    /// a digest and a signed statement that an auditor makes again. What is read live is not touched. Stopped with Ctrl-C,
    /// a file goes on from there at the next call.
    Replay(replay::Replay),
    /// Say who acts for an organisation: register organisations and the systems that ask for them, grant and end
    /// memberships. For whoever has the database and its keys; while `serve` runs a private database, use the API.
    Admin(Admin),
    /// Send the rows of a CSV or NDJSON file to a server: referrals, custody movements, episodes. Try it with --dry-run
    /// first. Stopped with Ctrl-C, it goes on with --resume.
    Import(import::ImportFile),
    /// Write a person's own copy of what is held about them to a file, for a privacy officer; the look stands in the
    /// access log. For whoever has the database and its keys; while `serve` runs a private database, use the API.
    SubjectAccess(SubjectAccess),
    /// Write what an organisation sends to the national statistics for a month, and what of it would be rejected: rows of
    /// the community and the secure-setting set, deletions of what was sent and is no more, and a report of counts. What
    /// was sent is remembered, without anything personal. Try it with --dry-run first.
    NationalReturn(NationalReturn),
    /// List code lists, show one, load a version of one, or take an earlier version into use.
    Reference(Reference),
    /// Write the report of an area and a quarter to one file: tables, pictures, definitions, and a signed statement of
    /// the position and the digest. The same words with the same --known-at give the same bytes, whenever.
    Report(report::Report),
    /// Load published values by which areas are compared, and who an area's neighbours are.
    Benchmarks(benchmarks::Benchmarks),
    /// Receive webhooks on this machine, to try them by hand: checks each signature and prints a line.
    Listen(Listen),
    /// Write the log, or a part of it, into a directory that an auditor can verify without this system: sealed, with
    /// nothing personal in clear. Stopped with Ctrl-C, it goes on from there at the next call.
    Export(Export),
    /// Put an export with keys into an empty system that has the same key file: the same events, positions and times.
    ImportLog(ImportLog),
    /// Say offline whether an export of the log is complete, in order and unaltered, or what is not, and where. Needs no
    /// database and no network.
    Verify(Verify),
    /// Say whether a system that was restored from a backup is what it was, before it serves.
    Backup(Backup),
    /// Cosign the checkpoints of a log that only grows: for a partner, on a machine of its own.
    Witness(Witness),
    /// Print the OpenAPI file; needs no database.
    Openapi,
    /// Print the AsyncAPI file: what is told over webhooks; needs no database.
    Asyncapi,
}

/// Where the database and the files are.
#[derive(Clone, Debug, Args)]
pub struct Place {
    /// A PostgreSQL server of your own, version 14 or newer, such as postgres://user:password@host/throughcare.
    /// Without it the program runs a private one in --data-dir.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// The same database, directly and as a login that owns the tables: for migrations, partitions and code lists.
    /// Without it they are done through --database-url, when its login may; behind a pooler only `migrate` with
    /// this does them.
    #[arg(
        long,
        env = "THROUGHCARE_MIGRATE_URL",
        hide_env_values = true,
        requires = "database_url"
    )]
    pub migrate_url: Option<String>,
    /// The key store: another PostgreSQL database, at best on another server, so that no backup of the log's holds the
    /// keys too. Default: a database beside the one of --database-url, named after it with `_keys`.
    #[arg(
        long,
        env = "KEY_DATABASE_URL",
        hide_env_values = true,
        requires = "database_url"
    )]
    pub key_database_url: Option<String>,
    /// The key store, directly and as a login that owns its tables: for its migrations and for rotation. Default: a
    /// database beside the one of --migrate-url, or --key-database-url.
    #[arg(
        long,
        env = "THROUGHCARE_KEY_MIGRATE_URL",
        hide_env_values = true,
        requires = "database_url"
    )]
    pub key_migrate_url: Option<String>,
    /// What --database-url reaches: `none` is PostgreSQL itself or a pooler in session mode, `transaction` a pooler
    /// such as PgBouncer with pool_mode = transaction.
    #[arg(long, env = "THROUGHCARE_POOLER", value_enum, default_value_t = PoolerMode::None)]
    pub pooler: PoolerMode,
    /// Directory of the private PostgreSQL and of the keys. Default: /var/lib/throughcare for root,
    /// ~/.local/share/throughcare for others; the demo uses a `demo` directory beside it.
    #[arg(long, env = "THROUGHCARE_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// Directory with PostgreSQL's server programs (initdb, postgres), when they are not found by themselves.
    #[arg(long, env = "THROUGHCARE_PG_BIN")]
    pub pg_bin: Option<PathBuf>,
    /// The key file, which seals what is personal. Made on first start, readable by its owner only. Keep a copy
    /// apart from the database: without it nobody can read the records. Default: keys.txt in --data-dir.
    #[arg(long, env = "THROUGHCARE_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// The erasure ledger: a line for each erasure, applied at every start, so that a backup that is put back loses the
    /// erased again. Keep a copy apart from the databases. Default: erasures.log beside the key file.
    #[arg(long, env = "THROUGHCARE_ERASURE_LEDGER")]
    pub erasure_ledger: Option<PathBuf>,
    /// What the log is called in its checkpoints, for good: at best an address of your own without `https://`, such as
    /// log.example.org/throughcare. Another name is another log. Default: throughcare.invalid/ and an id made with the
    /// database.
    #[arg(long, env = "THROUGHCARE_LOG_ORIGIN", value_parser = proving::origin)]
    pub log_origin: Option<String>,
}

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Database and files.
    #[command(flatten)]
    pub place: Place,
    /// Address and port of the API.
    #[arg(long, env = "THROUGHCARE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Address and port of the metrics page, such as 127.0.0.1:9464: `/metrics` for a Prometheus server, without a
    /// token. For the network inside only. Off unless given; a port that is taken stops nothing else.
    #[arg(long, env = "THROUGHCARE_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// What this node does: answer the API, keep the lists, or both.
    #[arg(long, env = "THROUGHCARE_ROLE", value_enum, default_value_t = NodeRole::All)]
    pub role: NodeRole,
    /// Who issues tokens, as `issuer=NAME audience=NAME algorithm=RS256|ES256|EdDSA keys=URL-or-file`. May be
    /// given several times; in the environment separate them with `;`.
    #[arg(long = "issuer", env = "THROUGHCARE_ISSUERS", value_delimiter = ';', value_parser = issuer)]
    pub issuers: Vec<IssuerConfig>,
    /// Webhooks.
    #[command(flatten)]
    pub outbound: Outbound,
    /// Who watches the log.
    #[command(flatten)]
    pub watched: Watched,
}

/// How to make and serve the demo.
#[derive(Clone, Debug, Args)]
pub struct Demo {
    /// Database and files.
    #[command(flatten)]
    pub place: Place,
    /// Address and port of the API.
    #[arg(long, env = "THROUGHCARE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Address and port of the metrics page, as for `serve`.
    #[arg(long, env = "THROUGHCARE_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// People in the county, 1 to 20,000.
    #[arg(long, env = "THROUGHCARE_DEMO_PEOPLE", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    pub people: u32,
    /// Years of history, 1 to 10.
    #[arg(long, env = "THROUGHCARE_DEMO_YEARS", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=10))]
    pub years: u8,
    /// The same seed and day give the same county.
    #[arg(long, env = "THROUGHCARE_DEMO_SEED", default_value_t = 1)]
    pub seed: u64,
    /// Webhooks.
    #[command(flatten)]
    pub outbound: Outbound,
    /// Who watches the log.
    #[command(flatten)]
    pub watched: Watched,
}

/// Which projections, and what to do.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Projections {
    /// Database and files.
    #[command(flatten)]
    pub place: Place,
    /// What to do; without it they are listed.
    #[command(subcommand)]
    pub action: Option<ProjectionsAction>,
}

/// What to do with projections.
#[derive(Clone, Debug, Subcommand)]
pub enum ProjectionsAction {
    /// Compute the rows of parked people anew from their whole history, once what was wrong is mended. Exit status 1
    /// when somebody stays parked.
    Resume {
        /// The projection, such as `worklists`.
        name: String,
        /// Only this person; everybody who is parked without it.
        #[arg(long)]
        person: Option<uuid::Uuid>,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
}

/// What to do with keys.
#[derive(Clone, Debug, Args)]
pub struct Keys {
    /// What to do.
    #[command(subcommand)]
    pub action: KeysAction,
}

/// What to do with keys.
#[derive(Clone, Debug, Subcommand)]
pub enum KeysAction {
    /// By which key-encryption key how many keys are wrapped, and whether records have lost theirs.
    Status {
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
    /// Make a new key-encryption key beside the old one in the key file, wrap every key by it, and remove the old one.
    /// Serving goes on meanwhile; events are not touched. Stopped with Ctrl-C, it goes on at the next call. Nodes on
    /// other machines need the key file with both keys while it goes on: use --add-only first.
    Rotate {
        /// Only put the new key into the key file, so that it can be copied to every machine; then rotate without this.
        #[arg(long)]
        add_only: bool,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
}

/// What to do with code lists.
#[derive(Clone, Debug, Args)]
pub struct Reference {
    /// What to do.
    #[command(subcommand)]
    pub action: ReferenceAction,
}

/// What to do with code lists.
#[derive(Clone, Debug, Subcommand)]
pub enum ReferenceAction {
    /// Every list and the version in use; or every version of one list, with who and when.
    List {
        /// Only this list, with its versions.
        list: Option<String>,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
    /// Print a list as CSV, as `load` reads it.
    Show {
        /// The list.
        list: String,
        /// The version; the one in use without it.
        #[arg(long)]
        version: Option<String>,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
    /// Load a version from a CSV file and take it into use. Its columns are code, label, status (current, legacy),
    /// origin (national, local), valid_from, valid_to, and any attributes; at most 2 MiB, 10,000 codes, 30 attributes,
    /// 200 characters each. It keeps every code of the version in use: a code gets a last day, it is never removed.
    Load {
        /// The file. The list has its name, without `.csv`, unless --list says otherwise.
        file: PathBuf,
        /// What to call the version.
        #[arg(long)]
        version: String,
        /// Who loads it: stands beside the version for good.
        #[arg(long)]
        by: String,
        /// The list.
        #[arg(long)]
        list: Option<String>,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
    /// Take a version into use that was loaded before: it supersedes the one in use.
    Supersede {
        /// The list.
        list: String,
        /// The version that is to be in use.
        version: String,
        /// Who decides so.
        #[arg(long)]
        by: String,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
}

/// How to rebuild.
#[derive(Clone, Debug, Args)]
pub struct Rebuild {
    /// The projection, such as `worklists`; all of them without it.
    pub name: Option<String>,
    /// Database and files.
    #[command(flatten)]
    pub place: Place,
    /// Ranges of people computed at the same time, 1 to 16. Three keep two processors busy: while one waits for the
    /// database the others compute.
    #[arg(long, env = "THROUGHCARE_REBUILD_WORKERS", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub workers: u8,
    /// Switch even if the rows differ: a new version of the program may compute others on purpose.
    #[arg(long)]
    pub accept_changes: bool,
    /// Begin from the start, whatever an earlier run has done.
    #[arg(long)]
    pub afresh: bool,
}

/// How to make a large county.
#[derive(Clone, Debug, Args)]
pub struct Simulate {
    /// Database and files.
    #[command(flatten)]
    pub place: Place,
    /// People in the county, 1 to 890,000: as many as there are synthetic NHS numbers.
    #[arg(long, required_unless_present = "events", conflicts_with = "events", value_parser = clap::value_parser!(u32).range(1..=890_000))]
    pub people: Option<u32>,
    /// About how many events, instead of how many people.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=200_000_000))]
    pub events: Option<u64>,
    /// Years of history, 1 to 30.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=30))]
    pub years: u8,
    /// The same seed, people, years and day give the same county.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The day before which everything is recorded. Default: today.
    #[arg(long)]
    pub until: Option<jiff::civil::Date>,
    /// Leave the lists to `serve`, which brings them up to date by itself.
    #[arg(long)]
    pub no_lists: bool,
}

/// What stands between the program and PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum PoolerMode {
    /// Nothing, or a pooler in session mode.
    None,
    /// A pooler in transaction mode.
    Transaction,
}

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum NodeRole {
    /// Answers the API.
    Api,
    /// Keeps the lists up to date.
    Worker,
    /// Both.
    All,
}

fn issuer(text: &str) -> Result<IssuerConfig, String> {
    let field = |name: &str| {
        text.split_whitespace()
            .find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
            .ok_or_else(|| format!("{name}=… is missing; write issuer=… audience=… algorithm=… keys=…"))
    };
    Ok(IssuerConfig {
        issuer: field("issuer")?.to_owned(),
        audience: field("audience")?.to_owned(),
        algorithm: field("algorithm")?
            .parse::<TokenAlgorithm>()
            .map_err(|error| error.to_string())?,
        keys: field("keys")?
            .parse::<KeySource>()
            .map_err(|error| error.to_string())?,
        max_lifetime: IssuerConfig::DEFAULT_MAX_LIFETIME,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_issuer_is_read_from_its_parts_and_a_missing_part_is_named() {
        let read = issuer(
            "issuer=https://auth.example audience=throughcare algorithm=RS256 keys=https://auth.example/jwks",
        );
        assert_eq!(read.unwrap().audience, "throughcare");
        assert!(
            issuer("issuer=x audience=y algorithm=RS256")
                .unwrap_err()
                .contains("keys=")
        );
        assert!(issuer("issuer=x audience=y algorithm=none keys=/k").is_err());
    }
}
