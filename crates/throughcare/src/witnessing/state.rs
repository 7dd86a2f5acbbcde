//! What a witness remembers, on disk before it answers: the last checkpoint cosigned of each log.
//!
//! A witness that forgot what it cosigned would cosign another history. So its directory and its key go together: a key
//! without the directory's mark is refused, and so is a file of it that cannot be read.

use anyhow::{Context as _, Result, bail, ensure};
use std::collections::HashMap;
use std::fs::{File, OpenOptions, Permissions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use throughcare_proof::key::KeyUse;
use throughcare_proof::note::Note;
use throughcare_proof::witness::{Cosigned, Refusal, Request};
use throughcare_proof::{Checkpoint, Hash, SigningKey, VerifierKey};

/// Says whose directory it is.
const MARK: &str = "witness";
/// Held by the process that uses the directory.
const LOCK: &str = "lock";
/// How the file of each log's last checkpoint ends.
const CHECKPOINT: &str = ".checkpoint";
/// Pieces of evidence that are kept of one log; further ones are only told.
const MOST_EVIDENCE: u32 = 100;

/// The key by which a witness cosigns.
pub struct WitnessKey;

impl WitnessKey {
    /// Reads the key, or makes one where there is no file: a line of 64 hexadecimal digits, for its owner only.
    ///
    /// # Errors
    /// With a sentence that says what to do.
    pub fn open(file: &Path, name: &str) -> Result<SigningKey> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => make(file)?,
            Err(error) => {
                return Err(error).with_context(|| format!("the key file {} cannot be read", file.display()));
            }
        };
        let mode = std::fs::metadata(file)?.permissions().mode();
        ensure!(
            mode & 0o077 == 0,
            "others may read the key file {}: chmod 600 it, or better make a new key",
            file.display()
        );
        let seed = Hash::from_hex(text.trim()).with_context(|| format!("{} holds no key", file.display()))?;
        Ok(SigningKey::from_seed(name, KeyUse::Cosignature, &seed.0)?)
    }
}

fn make(file: &Path) -> Result<String> {
    let mut seed = [0; 32];
    aws_lc_rs::rand::fill(&mut seed).context("the machine gives no random numbers")?;
    let text = format!("{}\n", Hash(seed).to_hex());
    let mut made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(|| format!("the key file {} cannot be made", file.display()))?;
    made.write_all(text.as_bytes())?;
    made.sync_all()?;
    Ok(text)
}

/// The directory of a running witness.
pub struct State {
    directory: PathBuf,
    key: SigningKey,
    logs: Vec<VerifierKey>,
    /// One lock for each log, so that nothing comes between deciding and keeping.
    last: HashMap<String, Mutex<Cosigned>>,
    /// Held as long as this runs.
    lock: File,
}

impl Drop for State {
    /// To close the file is not enough while a process is being started, which has a copy of it.
    fn drop(&mut self) {
        // What cannot be unlocked is let go when the file is closed.
        let _ = self.lock.unlock();
    }
}

impl State {
    /// Opens the directory of a witness, or begins one.
    ///
    /// # Errors
    /// When another process uses it, when it is another witness's, or when what it remembers cannot be read.
    pub fn open(directory: &Path, key_file: &Path, name: &str, logs: Vec<VerifierKey>) -> Result<Self> {
        std::fs::create_dir_all(directory)
            .with_context(|| format!("the directory {} cannot be made", directory.display()))?;
        std::fs::set_permissions(directory, Permissions::from_mode(0o700))?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(directory.join(LOCK))?;
        if lock.try_lock().is_err() {
            bail!(
                "another witness uses {}: one directory, one process",
                directory.display()
            );
        }
        let known = key_file.exists();
        let key = WitnessKey::open(key_file, name)?;
        let mark = format!("{}\n", key.verifier());
        match std::fs::read_to_string(directory.join(MARK)) {
            Ok(text) => ensure!(
                text == mark,
                "{} remembers what another key cosigned: give that key, or another --state",
                directory.display()
            ),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                ensure!(
                    !known,
                    "{} remembers nothing, and the key has been used: a witness that forgot what it cosigned must get \
                     a new key (name another --key-file, and give its new verifier key to those who trust it)",
                    directory.display()
                );
                put(directory, MARK, mark.as_bytes())?;
            }
            Err(error) => return Err(error.into()),
        }
        let mut last = HashMap::new();
        for log in &logs {
            last.insert(log.name().to_owned(), Mutex::new(remembered(directory, log)?));
        }
        Ok(Self {
            directory: directory.to_owned(),
            key,
            logs,
            last,
            lock,
        })
    }

    /// The key by which cosignatures are checked.
    pub fn verifier(&self) -> &VerifierKey {
        self.key.verifier()
    }

    /// What was cosigned last, of each log.
    pub fn cosigned(&self) -> Vec<(String, Cosigned)> {
        let of = |(origin, last): (&String, &Mutex<Cosigned>)| {
            (
                origin.clone(),
                *last.lock().unwrap_or_else(PoisonError::into_inner),
            )
        };
        let mut all: Vec<_> = self.last.iter().map(of).collect();
        all.sort_by(|one, other| one.0.cmp(&other.0));
        all
    }

    /// Decides on a request; what is cosigned is on disk when this answers with the line of the cosignature.
    ///
    /// # Errors
    /// The refusal, or why it could not be kept.
    pub fn add(&self, request: &Request, now: u64) -> Result<Result<String, Refusal>> {
        let checkpoint = match request.checkpoint() {
            Ok(checkpoint) => checkpoint,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(last) = self.last.get(&checkpoint.origin) else {
            return Ok(Err(Refusal::UnknownLog));
        };
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        let next = match request.decide(&self.logs, *last) {
            Ok(next) => next,
            Err(refusal) => {
                if refusal.is_evidence() {
                    self.keep_evidence(&checkpoint.origin, *last, request)?;
                }
                return Ok(Err(refusal));
            }
        };
        if next != *last {
            let file = file_of(&checkpoint.origin, CHECKPOINT);
            put(&self.directory, &file, request.note.to_string().as_bytes())?;
            *last = next;
        }
        let cosigned = throughcare_proof::cosignature::cosign(&self.key, &request.note.text, now);
        Ok(Ok(cosigned.line()))
    }

    /// A checkpoint that the log signed, and that does not go on from what was cosigned, is a proof against the log.
    fn keep_evidence(&self, origin: &str, last: Cosigned, request: &Request) -> Result<()> {
        for number in 1..=MOST_EVIDENCE {
            let name = file_of(origin, &format!(".evidence-{number}"));
            let text = format!(
                "cosigned {} {}\n{}",
                last.size,
                last.root.to_base64(),
                request.body()
            );
            match std::fs::read_to_string(self.directory.join(&name)) {
                Ok(kept) if kept == text => return Ok(()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    return put(&self.directory, &name, text.as_bytes());
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

fn remembered(directory: &Path, log: &VerifierKey) -> Result<Cosigned> {
    let path = directory.join(file_of(log.name(), CHECKPOINT));
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Cosigned::default()),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
    };
    let checkpoint = Note::parse(&text)
        .ok()
        .and_then(|note| Checkpoint::open(&note, log).ok());
    let checkpoint = checkpoint.with_context(|| {
        format!(
            "{} is not a checkpoint that {} signed: put the file right, or begin with a new key and directory",
            path.display(),
            log.name()
        )
    })?;
    Ok(Cosigned {
        size: checkpoint.size,
        root: checkpoint.root,
    })
}

/// An origin may have any characters, a file name not.
fn file_of(origin: &str, ending: &str) -> String {
    let name = Hash::of(origin.as_bytes()).to_hex();
    format!("{}{ending}", &name[..32])
}

/// Puts a file there whole or not at all, and on the disk when this answers.
fn put(directory: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let (beside, path) = (directory.join(format!("{name}.new")), directory.join(name));
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, &path)?;
        File::open(directory)?.sync_all()
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use throughcare_proof::policy::Policy;
    use throughcare_proof::tree::{Frontier, Subtree, consistency, leaf_hash};

    const ORIGIN: &str = "log.example/one";

    fn log_key() -> SigningKey {
        SigningKey::from_seed(ORIGIN, KeyUse::Note, &[1; 32]).unwrap()
    }

    fn open(directory: &Path) -> Result<State> {
        let logs = vec![log_key().verifier().clone()];
        State::open(directory, &directory.join("key.txt"), "witness.example/a", logs)
    }

    /// A history of numbered leaves; `branch` is told from other histories after the first 10.
    struct History(u8);

    impl History {
        fn leaf(&self, place: u64) -> Hash {
            let branch = if place < 10 { 0 } else { self.0 };
            leaf_hash(&[&place.to_be_bytes()[..], &[branch]].concat())
        }

        fn node(&self, subtree: Subtree) -> Hash {
            let mut tree = Frontier::default();
            let first = subtree.index << subtree.height;
            (first..first + (1 << subtree.height))
                .for_each(|place| tree.push(self.leaf(place), |_, _, _| ()));
            tree.root()
        }

        fn request(&self, old: u64, size: u64) -> Request {
            let mut tree = Frontier::default();
            (0..size).for_each(|place| tree.push(self.leaf(place), |_, _, _| ()));
            let checkpoint = Checkpoint {
                origin: ORIGIN.into(),
                size,
                root: tree.root(),
            };
            let mut node = |subtree| Ok::<_, ()>(self.node(subtree));
            Request {
                old,
                proof: consistency(old, size, &mut node).unwrap(),
                note: checkpoint.sign(&log_key()).unwrap(),
            }
        }
    }

    fn asked(state: &State, history: &History, old: u64, size: u64) -> Result<String, Refusal> {
        let request = history.request(old, size);
        assert_eq!(Request::parse(&request.body()), Ok(request.clone()));
        state.add(&request, 1_800_000_000).unwrap()
    }

    #[test]
    fn only_growth_is_cosigned_and_it_is_remembered() {
        let directory = tempfile::tempdir().unwrap();
        let (one, other) = (History(0), History(1));
        let state = open(directory.path()).unwrap();
        assert_eq!(asked(&state, &one, 5, 12), Err(Refusal::OtherSize(0)));
        let line = asked(&state, &one, 0, 12).unwrap();
        let policy = format!(
            "log {}\nwitness a {}\nquorum a\n",
            log_key().verifier(),
            state.verifier()
        );
        let note = Note::parse(&format!("{}{line}", one.request(0, 12).note)).unwrap();
        assert!(Policy::parse(&policy).unwrap().judge(&note).is_ok());
        assert!(asked(&state, &one, 12, 12).is_ok(), "the same again");
        assert!(open(directory.path()).is_err(), "two processes, one directory");
        drop(state);
        let state = open(directory.path()).unwrap();
        assert_eq!(
            asked(&state, &one, 0, 13),
            Err(Refusal::OtherSize(12)),
            "remembered"
        );
        assert_eq!(asked(&state, &other, 12, 12), Err(Refusal::Fork(12)));
        assert_eq!(asked(&state, &other, 12, 20), Err(Refusal::Proof));
        assert_eq!(
            asked(&state, &one, 12, 11),
            Err(Refusal::Form("the old size is above the checkpoint's"))
        );
        assert_eq!(
            asked(&state, &one, 11, 11),
            Err(Refusal::OtherSize(12)),
            "rolled back"
        );
        assert!(asked(&state, &one, 12, 300).is_ok());
        let evidence = std::fs::read_dir(directory.path()).unwrap().filter(|file| {
            file.as_ref()
                .unwrap()
                .file_name()
                .to_string_lossy()
                .contains("evidence")
        });
        assert_eq!(
            evidence.count(),
            2,
            "what the log signed of another history is kept"
        );
    }

    #[test]
    fn a_log_that_is_not_known_or_did_not_sign_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let state = open(directory.path()).unwrap();
        let mut request = History(0).request(0, 3);
        request.note.signatures[0].bytes[9] ^= 1;
        assert_eq!(state.add(&request, 1).unwrap(), Err(Refusal::NotSigned));
        request.note.text = request.note.text.replace("one", "two");
        assert_eq!(state.add(&request, 1).unwrap(), Err(Refusal::UnknownLog));
        for body in [
            "",
            "old 0\n",
            "old 00\n\nx\n",
            "old 0\nx\n\na\n\n— b AAAAAAAA\n",
            "new 0\n\na\n\n— b AAAAAAAA\n",
        ] {
            assert!(matches!(Request::parse(body), Err(Refusal::Form(_))), "{body}");
        }
    }

    #[test]
    fn a_witness_that_forgot_does_not_start() {
        let directory = tempfile::tempdir().unwrap();
        drop(open(directory.path()).unwrap());
        let mode = std::fs::metadata(directory.path().join("key.txt"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::remove_file(directory.path().join(MARK)).unwrap();
        assert!(
            open(directory.path())
                .err()
                .unwrap()
                .to_string()
                .contains("new key")
        );
        let directory = tempfile::tempdir().unwrap();
        let state = open(directory.path()).unwrap();
        asked(&state, &History(0), 0, 12).unwrap();
        drop(state);
        let file = directory.path().join(file_of(ORIGIN, CHECKPOINT));
        let kept = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, kept.replace("\n12\n", "\n11\n")).unwrap();
        assert!(open(directory.path()).is_err(), "what it remembers was altered");
        std::fs::write(&file, kept).unwrap();
        assert!(open(directory.path()).is_ok(), "control");
    }
}
