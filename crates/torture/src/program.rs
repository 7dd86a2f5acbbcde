//! The real program `throughcare`, in processes of its own that a drill kills and pauses.

use crate::{Database, Paused};
use anyhow::{Context as _, Result, bail};
use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use throughcare_app::{Clock as _, SystemClock};
use throughcare_http::token::{DemoIssuer, Grant, Role};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

const ISSUER: &str = "throughcare-torture";
const AUDIENCE: &str = "throughcare";
/// A start that takes longer has failed: recovery and a busy machine are in it.
const START: Duration = Duration::from_secs(120);
/// Tokens outlive every drill.
const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// The program's file, and who issues tokens for it.
pub struct Program {
    file: PathBuf,
    folder: TempDir,
    issuer: DemoIssuer,
}

impl Program {
    /// Builds it as this drill was built, so that both are of one source. `THROUGHCARE_PROGRAM` names another file.
    ///
    /// # Errors
    /// When it does not compile.
    pub async fn build() -> Result<Self> {
        let file = match std::env::var_os("THROUGHCARE_PROGRAM") {
            Some(given) => PathBuf::from(given),
            None => compile().await?,
        };
        let folder = tempfile::tempdir()?;
        let issuer = DemoIssuer::from_seed(ISSUER, AUDIENCE, &[7; 32])?;
        std::fs::write(folder.path().join("jwks.json"), issuer.jwks().to_string())?;
        Ok(Self { file, folder, issuer })
    }

    /// A token of a worker of an organisation, at a registered client.
    pub fn token(&self, client: &str, organisation: &str, role: Role) -> String {
        let grant = Grant {
            client_id: client.to_owned(),
            user_name: (role == Role::Administrator).then(|| "administrator".to_owned()),
            organisation: organisation.to_owned(),
            role,
            scopes: vec!["read".to_owned(), "write".to_owned()],
            lifetime: LIFETIME,
        };
        self.issuer.token(&grant, SystemClock.now())
    }

    /// Starts it on a database in a role (`api`, `worker` or `all`), and waits until it answers.
    ///
    /// # Errors
    /// When it ends, or does not answer in two minutes; with its last words.
    pub async fn start(&self, url: &str, key_file: &Path, role: &str) -> Result<Process> {
        self.start_at("127.0.0.1:0", url, key_file, role).await
    }

    /// [`Program::start`] at an address of its own, which names the node: one that starts again is the same node.
    ///
    /// # Errors
    /// As there.
    pub async fn start_at(&self, listen: &str, url: &str, key_file: &Path, role: &str) -> Result<Process> {
        let log = self.folder.path().join("log.txt");
        let issuer = format!(
            "issuer={ISSUER} audience={AUDIENCE} algorithm=EdDSA keys={}",
            self.folder.path().join("jwks.json").display()
        );
        let mut command = self.command();
        command
            .args(["serve", "--listen", listen, "--role", role])
            .args(["--database-url", url, "--issuer", &issuer, "--key-file"])
            .arg(key_file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::options().create(true).append(true).open(&log)?)
            .kill_on_drop(true);
        // A drill that dies takes its programs with it. The signal follows the thread that starts them: a drill does
        // that on the thread that runs it, and not in a task.
        // SAFETY: prctl takes numbers only and may be called between fork and exec.
        unsafe {
            command.pre_exec(|| {
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
                Ok(())
            });
        }
        let mut child = command.spawn().context("the program cannot be started")?;
        let out = child.stdout.take().context("the program has no output")?;
        let mut lines = BufReader::new(out).lines();
        let address = tokio::time::timeout(START, async {
            while let Ok(Some(line)) = lines.next_line().await {
                let told = line.split_once("answers on ").map(|(_, rest)| rest);
                if let Some(address) = told.and_then(|rest| rest.split_whitespace().next()) {
                    return Some(address.to_owned());
                }
            }
            None
        })
        .await;
        let Ok(Some(address)) = address else {
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            let last: Vec<_> = said.lines().rev().take(3).collect();
            bail!("the program did not start: {}", last.join(" | "));
        };
        // Its output is read to the end, so that it is never blocked.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Process { child, address })
    }

    /// Runs another command of the program on a database to its end; answers whether it succeeded, and what it said.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn run(&self, words: &[&str], database: &Database) -> Result<(bool, String)> {
        let done = self
            .command()
            .args(words)
            .args(["--database-url", &database.url(), "--key-file"])
            .arg(database.key_file())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await?;
        let said = [done.stdout, done.stderr].concat();
        Ok((done.status.success(), String::from_utf8_lossy(&said).into_owned()))
    }

    /// Without settings from the environment.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.file);
        for (name, _) in std::env::vars_os() {
            let ours = name.to_string_lossy().starts_with("THROUGHCARE_");
            if name == OsStr::new("DATABASE_URL") || ours && name != OsStr::new("THROUGHCARE_PG_BIN") {
                command.env_remove(name);
            }
        }
        command
    }

    /// [`Program::start`] on a drill's database, directly.
    ///
    /// # Errors
    /// As there.
    pub async fn start_on(&self, database: &Database, role: &str) -> Result<Process> {
        self.start(&database.url(), database.key_file(), role).await
    }
}

/// A running program. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    address: String,
}

impl Process {
    /// Where it answers, such as `http://127.0.0.1:4711`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its process id, while it runs.
    pub fn pid(&self) -> Option<i32> {
        self.child.id().and_then(|pid| i32::try_from(pid).ok())
    }

    /// Ends it as a power cut would.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn kill(&mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Holds it still until the value is dropped.
    ///
    /// # Errors
    /// When it has ended.
    pub fn pause(&self) -> Result<Paused> {
        let pid = self.pid().context("the program has ended")?;
        Ok(Paused::process(pid)?)
    }
}

/// Beside this drill, as cargo lays files out: `target/PROFILE/throughcare`.
async fn compile() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let mut profile = own.parent().context("this program has no directory")?;
    if matches!(
        profile.file_name().and_then(OsStr::to_str),
        Some("deps" | "examples")
    ) {
        profile = profile.parent().context("deps and examples lie in a directory")?;
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build
        .args([
            "build",
            "--quiet",
            "--package",
            "throughcare",
            "--bin",
            "throughcare",
        ])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    if let Some(target) = profile.parent() {
        build.arg("--target-dir").arg(target);
    }
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    let built = build.status().await.context("cargo does not run")?;
    if !built.success() {
        bail!("`throughcare` does not compile");
    }
    Ok(profile.join("throughcare"))
}
