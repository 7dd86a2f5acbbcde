//! Settings of what auditors and their witnesses run.

use super::Place;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
use uuid::Uuid;

/// What to verify. Exit status: 0 nothing was altered; 1 something was, and where; 3 it cannot be judged.
#[derive(Clone, Debug, Args)]
pub struct Verify {
    /// The export: a directory with a manifest.json.
    #[arg(required_unless_present = "proof")]
    pub directory: Option<PathBuf>,
    /// Whose signatures count (C2SP tlog-policy). Keep it yourself; whoever keeps the log must not bring it.
    #[arg(long)]
    pub policy: PathBuf,
    /// A checkpoint that you kept, or an older export, from which the log must only have grown; an export tells which
    /// position differs. May be given several times.
    #[arg(long)]
    pub older: Vec<PathBuf>,
    /// A stream (a person's record) to tell of: from version 1 to which it is here.
    #[arg(long)]
    pub stream: Option<Uuid>,
    /// A proof file of one event instead of an export.
    #[arg(long, conflicts_with_all = ["directory", "older", "stream", "receipt"])]
    pub proof: Option<PathBuf>,
    /// A receipt whose promise is looked for: the JSON that came with an answer. May be given several times.
    #[arg(long, requires = "receipt_keys")]
    pub receipt: Vec<PathBuf>,
    /// The keys by which receipts are signed, as GET /v1/receipt-keys gave them when you kept them.
    #[arg(long)]
    pub receipt_keys: Option<PathBuf>,
    /// Print what was found as JSON.
    #[arg(long)]
    pub json: bool,
}

/// How to be a witness.
#[derive(Clone, Debug, Args)]
pub struct Witness {
    /// Address and port on which logs ask for cosignatures.
    #[arg(long, env = "THROUGHCARE_WITNESS_LISTEN", default_value = "127.0.0.1:8090")]
    pub listen: SocketAddr,
    /// The witness's name, such as witness.example/county: a host that you have, and a path.
    #[arg(long, env = "THROUGHCARE_WITNESS_NAME")]
    pub name: String,
    /// What it remembers of each log, and its key, which is made on first start. Never put an older copy back: a
    /// witness that forgot what it saw must get a new key.
    #[arg(long, env = "THROUGHCARE_WITNESS_DIR")]
    pub state: PathBuf,
    /// The file of its key, readable by its owner only. Default: key.txt in --state.
    #[arg(long, env = "THROUGHCARE_WITNESS_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// The key of a log that it follows, as NAME+ID+KEY. May be given several times.
    #[arg(
        long = "log-key",
        env = "THROUGHCARE_WITNESS_LOGS",
        value_delimiter = ',',
        required = true
    )]
    pub logs: Vec<String>,
}

/// What to export.
#[derive(Clone, Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub struct Export {
    /// Database and files.
    #[command(flatten)]
    pub place: Place,
    /// All of the log: what an auditor can verify in full.
    #[arg(long, group = "what")]
    pub all: bool,
    /// One record, by the person's id.
    #[arg(long, group = "what")]
    pub person: Option<Uuid>,
    /// What one organisation recorded, by its code.
    #[arg(long, group = "what")]
    pub organisation: Option<String>,
    /// What was recorded from this time on, such as 2026-09-01T00:00:00Z; with --to.
    #[arg(long, group = "what", requires = "to")]
    pub from: Option<jiff::Timestamp>,
    /// What was recorded before this time.
    #[arg(long, requires = "from")]
    pub to: Option<jiff::Timestamp>,
    /// The directory to write. One that was begun is gone on with.
    #[arg(long)]
    pub out: PathBuf,
    /// Open the coded facts (dates and codes; no names, no notes) and write them beside what is sealed.
    #[arg(long)]
    pub with_case_facts: bool,
    /// The wrapped keys too, so that `import-log` with the same key file can read the events. For the operator alone.
    #[arg(long, requires = "all")]
    pub with_keys: bool,
    /// A table of the records as well, as events.csv.
    #[arg(long)]
    pub csv: bool,
    /// All events there are, without a signed checkpoint even where there is one: what is written proves nothing by
    /// itself.
    #[arg(long)]
    pub unsigned: bool,
}

/// What to import.
#[derive(Clone, Debug, Args)]
pub struct ImportLog {
    /// Database and files: an empty system with the key file of the one that was exported.
    #[command(flatten)]
    pub place: Place,
    /// The export: of all of a log, with keys.
    pub directory: PathBuf,
}
