//! The release program: built, started on a database of the measured server, stopped.

use super::Connection;
use anyhow::{Context, Result, bail, ensure};
use hyper::StatusCode;
use serde_json::json;
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use throughcare_http::token::{DemoIssuer, Grant, Role};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Mutex;

const ISSUER: &str = "throughcare-bench";
const AUDIENCE: &str = "throughcare";
/// The system through which everybody asks.
const CLIENT: &str = "bench-case-system";
/// Who works, and who lets them.
const WORKER: &str = "bench-worker";
const ADMINISTRATOR: &str = "bench-administrator";
/// The organisation that administers.
const ADMINISTERS: &str = "bench-partnership";
/// How long the program may take to answer; with ten million events its lists are brought up to date first.
const START: Duration = Duration::from_secs(120);

/// The program, as cargo builds it for release.
pub struct Program(PathBuf);

impl Program {
    /// The one given, or else it is built beside this program, so that what is measured is what the sources say now.
    ///
    /// # Errors
    /// When it does not build.
    pub async fn find(given: Option<&Path>) -> Result<Self> {
        if let Some(given) = given {
            return Ok(Self(given.to_owned()));
        }
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo)
            .args(["build", "--release", "--quiet", "--package", "throughcare"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .await?;
        if !status.success() {
            bail!("the program does not build");
        }
        let beside = std::env::current_exe()?.with_file_name("throughcare");
        if !beside.is_file() {
            bail!("there is no {}", beside.display());
        }
        Ok(Self(beside))
    }

    /// A command of it on a database, with the key file given.
    pub fn command(&self, name: &str, connect: &PgConnectOptions, key_file: &Path) -> Command {
        let mut command = Command::new(&self.0);
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("THROUGHCARE_") {
                command.env_remove(variable);
            }
        }
        command.arg(name).env("THROUGHCARE_KEY_FILE", key_file);
        command.env("DATABASE_URL", connect.to_url_lossy().as_str());
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }
}

/// A running node.
pub struct Service {
    authority: String,
    issuer: DemoIssuer,
    /// For whom in which role a membership was granted.
    granted: Mutex<HashSet<(String, Role)>>,
    _program: Child,
}

impl Service {
    /// Starts a node with every role and waits until it answers. `folder` takes its files.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(program: &Program, connect: &PgConnectOptions, folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let issuer = DemoIssuer::from_seed(ISSUER, AUDIENCE, &[7; 32])?;
        let keys = folder.join("jwks.json");
        std::fs::write(&keys, issuer.jwks().to_string())?;
        let from = format!(
            "issuer={ISSUER} audience={AUDIENCE} algorithm=EdDSA keys={}",
            keys.display()
        );
        let key_file = folder.join("keys.txt");
        let mut begin = program.command("admin", connect, &key_file);
        begin.args(["begin", "--organisation", ADMINISTERS, "--name", "Partnership"]);
        begin.args(["--client", CLIENT, "--user", ADMINISTRATOR]);
        ensure!(begin.status().await?.success(), "nobody administers");
        let mut command = program.command("serve", connect, &key_file);
        command.args(["--listen", "127.0.0.1:0", "--issuer", &from]);
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .context("the program does not start")?;
        let mut lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
        let address = tokio::time::timeout(START, async {
            while let Some(line) = lines.next_line().await? {
                if let Some((_, rest)) = line.split_once("answers on http://") {
                    let address = rest.split_whitespace().next().unwrap_or_default();
                    return Ok(address.to_owned());
                }
            }
            bail!("the program ended before it answered")
        });
        let authority = address.await.context("the program does not answer in time")??;
        Ok(Self {
            authority,
            issuer,
            granted: Mutex::default(),
            _program: child,
        })
    }

    /// A connection of staff of an organisation, in a role.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn connection(&self, organisation: &str, role: Role) -> Result<Connection> {
        let member = (organisation.to_owned(), role);
        let mut granted = self.granted.lock().await;
        if role == Role::Worker && !granted.contains(&member) {
            self.grant(organisation).await?;
            granted.insert(member);
        }
        drop(granted);
        self.open(organisation, role).await
    }

    /// Has the organisation's workers ask for it through the one system.
    async fn grant(&self, organisation: &str) -> Result<()> {
        let mut administrator = self.open(ADMINISTERS, Role::Administrator).await?;
        let of = format!("/v1/organisations/{organisation}");
        let client = json!({ "client": CLIENT, "sector": "treatment", "roles": ["worker"] });
        let member = json!({ "user": WORKER, "role": "worker" });
        for (path, body) in [
            (format!("{of}/clients"), client),
            (format!("{of}/members"), member),
        ] {
            let status = administrator.try_post(&path, &body).await?;
            // 422: it was granted before, to an earlier start.
            let there = [StatusCode::CREATED, StatusCode::UNPROCESSABLE_ENTITY].contains(&status);
            ensure!(there, "{path} was answered {status}");
        }
        Ok(())
    }

    async fn open(&self, organisation: &str, role: Role) -> Result<Connection> {
        let user = match role {
            Role::Administrator => ADMINISTRATOR,
            _ => WORKER,
        };
        let grant = Grant {
            client_id: CLIENT.into(),
            user_name: Some(user.into()),
            organisation: organisation.into(),
            role,
            scopes: vec!["read".into(), "write".into()],
            lifetime: Duration::from_secs(12 * 60 * 60),
        };
        let token = self.issuer.token(&grant, now()?);
        Connection::open(&self.authority, &token).await
    }

    /// As many connections of the county's workers as there are clients.
    ///
    /// # Errors
    /// When one cannot be opened.
    pub async fn workers(&self, organisation: &str, clients: usize) -> Result<Vec<Connection>> {
        let mut connections = Vec::with_capacity(clients);
        for _ in 0..clients {
            connections.push(self.connection(organisation, Role::Worker).await?);
        }
        Ok(connections)
    }
}

/// The machine's clock: tokens are issued now.
fn now() -> Result<jiff::Timestamp> {
    let since = std::time::UNIX_EPOCH.elapsed()?;
    Ok(jiff::Timestamp::from_second(i64::try_from(since.as_secs())?)?)
}
