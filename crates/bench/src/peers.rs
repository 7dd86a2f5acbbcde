//! The stores of others: built from a workspace of their own, each a program that serves rounds.

use crate::cluster::Cluster;
use crate::contender::{Contender, Running};
use crate::plan::Case;
use anyhow::{Context, Result, anyhow, bail};
use bench_load::{CONNECTIONS, Measured, Reply, Round};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// How long a peer may take to fill its streams.
const START: Duration = Duration::from_secs(180);
/// How long a round may take beyond its own seconds: a replay of everything is one too.
const ROUND: Duration = Duration::from_secs(120);
/// Where UmaDB listens.
const UMADB: &str = "127.0.0.1:53051";

/// A peer, as it is named in the table, and what it needs.
struct Kind {
    name: &'static str,
    database: &'static str,
    needs: &'static [Tool],
}

/// What must be on the machine, or be built, before a peer can run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tool {
    /// The program of the PostgreSQL crates.
    PostgresPeers,
    /// UmaDB's program.
    UmaDb,
    /// What npm brings: Emmett, and message-db's SQL.
    Npm,
}

const KINDS: [Kind; 5] = [
    Kind {
        name: "message-db",
        database: "message_store",
        needs: &[Tool::PostgresPeers, Tool::Npm],
    },
    Kind {
        name: "disintegrate-postgres",
        database: "disintegrate",
        needs: &[Tool::PostgresPeers],
    },
    Kind {
        name: "postgres-es",
        database: "postgres_es",
        needs: &[Tool::PostgresPeers],
    },
    Kind {
        name: "UmaDB",
        database: "umadb",
        needs: &[Tool::UmaDb],
    },
    Kind {
        name: "Emmett",
        database: "emmett",
        needs: &[Tool::Npm],
    },
];

/// A peer's program, waiting for rounds.
pub struct Peer {
    name: &'static str,
    /// What it says it is.
    pub version: String,
    input: ChildStdin,
    replies: Lines<BufReader<ChildStdout>>,
    _programs: Vec<Child>,
}

/// Peers that run, and those that do not, with the reason.
#[derive(Default)]
pub struct Peers {
    /// Filled and waiting.
    pub running: Vec<Peer>,
    /// Not measured, and why.
    pub absent: Vec<(&'static str, String)>,
}

/// Builds and starts every peer whose name fits; one that cannot be had is told of and not dropped in silence.
pub async fn start(cluster: &Cluster, fits: impl Fn(&str) -> bool) -> Peers {
    let mut peers = Peers::default();
    let mut built: Vec<(Tool, Result<(), String>)> = Vec::new();
    for kind in KINDS.iter().filter(|kind| fits(kind.name)) {
        for tool in kind.needs {
            if !built.iter().any(|(had, _)| had == tool) {
                let result = build(*tool).await.map_err(|error| format!("{error:#}"));
                built.push((*tool, result));
            }
        }
        let missing = built
            .iter()
            .filter(|(tool, _)| kind.needs.contains(tool))
            .find_map(|(_, result)| result.as_ref().err());
        let started = match missing {
            Some(reason) => Err(anyhow!("{reason}")),
            None => kind.start(cluster).await,
        };
        match started {
            Ok(peer) => peers.running.push(peer),
            Err(error) => peers.absent.push((kind.name, format!("{error:#}"))),
        }
    }
    peers
}

impl Kind {
    async fn start(&self, cluster: &Cluster) -> Result<Peer> {
        let mut programs = Vec::new();
        let host = cluster.socket_directory().display().to_string();
        let port = cluster.port().to_string();
        let mut command = match self.name {
            "UmaDB" => {
                let directory = cluster.folder().join("umadb");
                std::fs::create_dir_all(&directory)?;
                let mut server = Command::new(program("peer-umadb"));
                server.arg("serve").arg(directory).arg(UMADB);
                programs.push(spawn(&mut server)?);
                tokio::time::sleep(Duration::from_secs(2)).await; // until it listens
                let mut command = Command::new(program("peer-umadb"));
                command.args(["drive", UMADB]);
                command
            }
            "Emmett" => {
                cluster.database(self.database).await?;
                let mut command = Command::new("node");
                command.arg(folder().join("emmett/emmett.mjs"));
                command.args([&host, &port, self.database]);
                command
            }
            name => {
                if name == "message-db" {
                    install_message_db(&host, &port, self.database).await?;
                } else {
                    cluster.database(self.database).await?;
                }
                let mut command = Command::new(program("peer-postgres"));
                command.args([name, &host, &port, self.database]);
                command
            }
        };
        command.env("UV_THREADPOOL_SIZE", "4");
        let mut child = spawn(&mut command)?;
        let input = child.stdin.take().context("no standard input")?;
        let output = child.stdout.take().context("no standard output")?;
        programs.push(child);
        let mut peer = Peer {
            name: self.name,
            version: String::new(),
            input,
            replies: BufReader::new(output).lines(),
            _programs: programs,
        };
        match tokio::time::timeout(START, peer.reply())
            .await
            .context("it did not start in time")??
        {
            Reply::Ready(version) => peer.version = version,
            Reply::Failed(reason) => bail!("it did not start: {reason}"),
            Reply::Measured(_) => bail!("it measured without being asked"),
        }
        Ok(peer)
    }
}

impl Peer {
    async fn reply(&mut self) -> Result<Reply> {
        let line = self.replies.next_line().await?.context("its program ended")?;
        serde_json::from_str(&line).with_context(|| format!("not a reply: {line}"))
    }

    async fn ask(&mut self, round: &Round) -> Result<Measured> {
        let mut line = serde_json::to_string(round)?;
        line.push('\n');
        self.input.write_all(line.as_bytes()).await?;
        match self.reply().await? {
            Reply::Measured(measured) => Ok(measured),
            Reply::Failed(reason) => bail!("{reason}"),
            Reply::Ready(_) => bail!("it started again"),
        }
    }
}

impl Contender for Peer {
    fn name(&self) -> &'static str {
        self.name
    }

    fn takes(&self, case: &Case) -> bool {
        case.clients <= CONNECTIONS as usize
    }

    fn round<'a>(&'a mut self, round: &'a Round) -> Running<'a> {
        Box::pin(async move {
            let asked = tokio::time::timeout(ROUND, self.ask(round)).await;
            asked.context("a round took too long")?
        })
    }
}

/// Starts a program that ends with this one.
fn spawn(command: &mut Command) -> Result<Child> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    command
        .spawn()
        .with_context(|| format!("{:?} does not start", command.as_std().get_program()))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}

fn program(name: &str) -> PathBuf {
    folder().join("target/release").join(name)
}

/// Builds a tool, or says why it cannot be.
async fn build(tool: Tool) -> Result<()> {
    let manifest = folder().join("Cargo.toml");
    let cargo = |package: &str| {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .args(["build", "--release", "--quiet", "--manifest-path"])
            .arg(&manifest);
        command.args(["--package", package]);
        command
    };
    match tool {
        Tool::PostgresPeers => succeed(&mut cargo("peer-postgres"), "its crates do not build").await,
        Tool::UmaDb => {
            let protoc = on_path("protoc").context("protoc is not installed (Debian: protobuf-compiler)")?;
            succeed(
                cargo("peer-umadb").env("PROTOC", protoc),
                "its crates do not build",
            )
            .await
        }
        Tool::Npm => {
            on_path("node").context("node is not installed")?;
            on_path("npm").context("npm is not installed")?;
            let mut npm = Command::new("npm");
            npm.args(["ci", "--no-audit", "--no-fund", "--silent"])
                .current_dir(folder().join("emmett"));
            if folder().join("emmett/node_modules/.package-lock.json").exists() {
                return Ok(());
            }
            succeed(&mut npm, "npm cannot get its packages").await
        }
    }
}

/// Runs message-db's own installer, which needs psql.
async fn install_message_db(host: &str, port: &str, database: &str) -> Result<()> {
    on_path("psql").context("psql is not installed")?;
    let mut install = Command::new("bash");
    install
        .arg(folder().join("emmett/node_modules/@eventide/message-db/database/install.sh"))
        .envs([
            ("DATABASE_NAME", database),
            ("PGHOST", host),
            ("PGPORT", port),
            ("PGUSER", "postgres"),
        ]);
    succeed(&mut install, "its SQL does not install").await
}

/// Runs a command to its end; of a failure the last line it wrote is told.
async fn succeed(command: &mut Command, complaint: &str) -> Result<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .await
        .with_context(|| complaint.to_owned())?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or("it said nothing");
    bail!("{complaint}: {last}")
}

/// A program in the PATH.
fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}
