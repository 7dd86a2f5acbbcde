//! The real program in a process of its own, with a private PostgreSQL in a directory of its own.

use super::Client;
use super::members::{HARNESS, Members, Who};
use serde_json::Value;
use std::collections::HashMap;
use std::fs::{self, File, Permissions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use throughcare_app::{Clock as _, SystemClock};
use throughcare_http::token::{DemoIssuer, Grant, Role};

/// No wait of these tests may be longer. It bounds a failure and measures nothing.
pub const PATIENCE: Duration = Duration::from_secs(60);

const ISSUER: &str = "throughcare-tests";
const AUDIENCE: &str = "throughcare";

/// Where a program keeps its data, and who issues tokens for it. Goes away with the test.
pub struct Place {
    root: PathBuf,
    issuer: DemoIssuer,
    keep: bool,
    members: Members,
    signed: Mutex<HashMap<String, String>>,
}

impl Place {
    /// A new one, which an unprivileged PostgreSQL can reach when the tests run as root.
    pub fn new() -> Self {
        let root = tempfile::Builder::new()
            .prefix("throughcare-it-")
            .tempdir()
            .unwrap()
            .keep();
        fs::set_permissions(&root, Permissions::from_mode(0o755)).unwrap();
        let issuer = DemoIssuer::from_seed(ISSUER, AUDIENCE, &[7; 32]).unwrap();
        let place = Self {
            root,
            issuer,
            keep: false,
            members: Members::default(),
            signed: Mutex::default(),
        };
        fs::write(place.jwks(), issuer_keys(&place.issuer)).unwrap();
        place
    }

    /// Another place with a copy of the data, while nothing runs on it.
    pub fn copied(&self) -> Self {
        let copy = Self::new();
        let copied = Command::new("cp")
            .arg("-a")
            .arg(self.data_dir())
            .arg(copy.data_dir())
            .status();
        assert!(copied.unwrap().success(), "the data cannot be copied");
        copy
    }

    /// The data directory.
    pub fn data_dir(&self) -> PathBuf {
        self.root.join("data")
    }

    /// Where a superuser reaches the private database while the program runs.
    pub fn database_url(&self) -> String {
        let socket = self.data_dir().join("socket");
        format!(
            "postgres://postgres@localhost/throughcare?host={}",
            socket.display()
        )
    }

    /// What the program wrote to standard error, over all its starts.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Adds to what the program wrote, as a fault of it would.
    pub fn add_to_log(&self, text: &str) {
        fs::write(self.log_file(), format!("{}{text}\n", self.log())).unwrap();
    }

    fn log_file(&self) -> PathBuf {
        self.root.join("program-log.txt")
    }

    fn jwks(&self) -> PathBuf {
        self.root.join("jwks.json")
    }

    /// A command of the program on this place's data directory.
    pub fn command(&self, name: &str) -> Command {
        let mut command = throughcare();
        command.arg(name).arg("--data-dir").arg(self.data_dir());
        command
    }

    /// `serve`, not yet started. Whoever the tokens of this place name is granted what they say.
    pub fn serve(&self) -> Command {
        self.members.begin(&self.data_dir());
        let mut command = self.command("serve");
        command.args(["--listen", "127.0.0.1:0", "--issuer", &self.issuer_setting()]);
        command
    }

    /// How a program comes to trust this place's tokens.
    pub fn issuer_setting(&self) -> String {
        let keys = self.jwks();
        format!(
            "issuer={ISSUER} audience={AUDIENCE} algorithm=EdDSA keys={}",
            keys.display()
        )
    }

    /// Starts the program and waits until it answers.
    pub fn start(&self) -> Program {
        self.try_start()
            .unwrap_or_else(|| panic!("the program did not start:\n{}", self.log()))
    }

    /// Starts the program; `None` when it ended before it answered.
    pub fn try_start(&self) -> Option<Program> {
        let (program, said) = self.start_until(self.serve(), "answers on");
        said.map(|_| program)
    }

    /// Starts another command that serves, and waits until it has said something; answers its lines until then.
    pub fn start_and_read(&self, command: Command, last: &str) -> (Program, Vec<String>) {
        let (program, said) = self.start_until(command, last);
        (
            program,
            said.unwrap_or_else(|| panic!("the program did not start:\n{}", self.log())),
        )
    }

    fn start_until(&self, mut command: Command, last: &str) -> (Program, Option<Vec<String>>) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_file())
            .unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut program = Program {
            child,
            address: String::new(),
        };
        let out = program.child.stdout.take().unwrap();
        let mut lines = BufReader::new(out).lines().map_while(Result::ok);
        let (mut said, mut complete) = (Vec::new(), false);
        for line in lines.by_ref() {
            if let Some(address) = line
                .split_once("answers on ")
                .and_then(|(_, rest)| rest.split_whitespace().next())
            {
                program.address = address.to_owned();
                self.members.answers_at(address, &self.administering());
            }
            complete = line.contains(last);
            said.push(line);
            if complete {
                break;
            }
        }
        // The pipe is read to its end, so that a program that says more is never blocked.
        thread::spawn(move || lines.for_each(drop));
        (program, complete.then_some(said))
    }

    /// The token of the harness's administrator.
    fn administering(&self) -> String {
        let (organisation, client, user) = HARNESS;
        let grants = ["read", "write"];
        self.signed(client, Some(user), organisation, Role::Administrator, &grants)
    }

    /// A token.
    pub fn token(&self, client: &str, user: Option<&str>, organisation: &str, role: Role) -> String {
        let mut signed = self.signed.lock().unwrap();
        let who = format!("{client} {user:?} {organisation} {role:?}");
        // Signing takes a debug build longer than most answers.
        if let Some(token) = signed.get(&who) {
            return token.clone();
        }
        let token = self.token_with(client, user, organisation, role, &["read", "write"]);
        signed.insert(who, token.clone());
        token
    }

    /// A token with other scopes than usual.
    pub fn token_with(
        &self,
        client: &str,
        user: Option<&str>,
        organisation: &str,
        role: Role,
        scopes: &[&str],
    ) -> String {
        let who = Who {
            organisation: organisation.to_owned(),
            client: client.to_owned(),
            user: user.map(str::to_owned),
            role,
        };
        self.members.ensure(who, &self.administering());
        self.signed(client, user, organisation, role, scopes)
    }

    /// A token whatever anybody was granted.
    pub fn signed(
        &self,
        client: &str,
        user: Option<&str>,
        organisation: &str,
        role: Role,
        scopes: &[&str],
    ) -> String {
        let who = (client, user, organisation, role);
        self.signed_for(Duration::from_secs(12 * 60 * 60), who, scopes)
    }

    /// A token that ends so soon, whatever anybody was granted.
    pub fn signed_for(
        &self,
        lifetime: Duration,
        (client, user, organisation, role): (&str, Option<&str>, &str, Role),
        scopes: &[&str],
    ) -> String {
        let grant = Grant {
            client_id: client.to_owned(),
            user_name: user.map(str::to_owned),
            organisation: organisation.to_owned(),
            role,
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            lifetime,
        };
        self.issuer.token(&grant, SystemClock.now())
    }

    /// Removes the directory; a place is kept when the environment says so, to look at.
    pub fn remove(&self) {
        if !self.keep && std::env::var_os("THROUGHCARE_KEEP_TEST_DATA").is_none() {
            let _ = fs::remove_dir_all(&self.root);
        }
    }

    /// Where the place is.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.remove();
    }
}

fn issuer_keys(issuer: &DemoIssuer) -> String {
    let keys: Value = issuer.jwks();
    keys.to_string()
}

/// The program, without arguments and without settings from the environment.
pub fn throughcare() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_throughcare"));
    command.env_remove("DATABASE_URL");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("THROUGHCARE_") && name != "THROUGHCARE_PG_BIN" {
            command.env_remove(name);
        }
    }
    command
}

/// A running program. Dropping it kills it: nothing outlives a failed test.
pub struct Program {
    child: Child,
    /// Where it answers, such as `http://127.0.0.1:4711`.
    pub address: String,
}

impl Program {
    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A client with a token.
    pub fn client(&self, token: String, machine: bool) -> Client {
        Client::new(&self.address, Some(token), machine, Arc::new(AtomicU64::new(0)))
    }

    /// A client without a token.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.address, None, false, Arc::new(AtomicU64::new(0)))
    }

    /// Asks the program to stop.
    pub fn terminate(&self) {
        kill(self.pid(), "-TERM");
    }

    /// Waits until it has ended.
    pub fn wait(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "the program does not end");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends it in order.
    pub fn stop(mut self) -> ExitStatus {
        self.terminate();
        self.wait()
    }

    /// Ends it as a power cut would.
    pub fn kill_hard(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            kill_quietly(self.child.id());
            let start = Instant::now();
            while start.elapsed() < Duration::from_secs(20) && matches!(self.child.try_wait(), Ok(None)) {
                thread::sleep(Duration::from_millis(20));
            }
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn kill_quietly(pid: u32) {
    let _ = Command::new("kill")
        .args(["-TERM", &pid.to_string()])
        .stderr(Stdio::null())
        .status();
}

/// Sends a signal to a process that lives.
pub fn kill(pid: u32, signal: &str) {
    let status = Command::new("kill")
        .args([signal, &pid.to_string()])
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "kill {signal} {pid}");
}

/// Whether a process lives; one that has ended and waits to be reaped does not.
pub fn lives(pid: u32) -> bool {
    let asked = Command::new("ps")
        .args(["-o", "stat=", "-p", &pid.to_string()])
        .output()
        .unwrap();
    let state = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

/// Waits for something that happens by itself.
#[track_caller]
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(50));
    }
}
