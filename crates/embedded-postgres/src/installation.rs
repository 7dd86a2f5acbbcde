//! Finds the PostgreSQL server programs that are installed on this machine.

use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::Error;
use crate::layout;

/// The oldest major version that is used.
pub const OLDEST_MAJOR: u32 = 14;

/// The programs that must stand side by side.
const PROGRAMS: [&str; 2] = ["postgres", "initdb"];

/// Where packages put them, beside `PATH`: parent, start of the directory's name, rest of the path.
const PACKAGED: [(&str, &str, &str); 8] = [
    ("/usr/lib/postgresql", "", "bin"), // Debian, Ubuntu
    ("/usr", "pgsql-", "bin"),          // Red Hat, from postgresql.org
    ("/usr/lib", "postgresql", "bin"),  // openSUSE
    ("/usr/libexec", "postgresql", ""), // Alpine
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ("/Library/PostgreSQL", "", "bin"),
];

/// A version of PostgreSQL, as 15.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Decides which database files can be read.
    pub major: u32,
    /// Bug fixes.
    pub minor: u32,
}

impl Version {
    /// Reads what `postgres --version` prints, such as `postgres (PostgreSQL) 15.9 (Debian 15.9-1)`.
    /// Pre-releases (`18beta1`) count as minor version 0.
    fn parse(printed: &str) -> Option<Version> {
        let number = printed.split_once("(PostgreSQL)")?.1.split_whitespace().next()?;
        let digits = |text: &str| -> Option<u32> {
            let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            text[..end].parse().ok()
        };
        let major = digits(number)?;
        let minor = number
            .split_once('.')
            .and_then(|(_, rest)| digits(rest))
            .unwrap_or(0);
        Some(Version { major, minor })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Server programs that can be used: `postgres` and `initdb` of one version, 14 or newer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    bin: PathBuf,
    version: Version,
}

impl Installation {
    /// The newest server programs: those in `pg_bin` when it is given, otherwise those in `PATH` and where
    /// packages put them.
    ///
    /// # Errors
    /// [`Error::NotInstalled`] where there are none, [`Error::PgBin`] when `pg_bin` holds none.
    pub fn find(pg_bin: Option<&Path>) -> Result<Installation, Error> {
        Installation::search(pg_bin, None)
    }

    /// As [`Installation::find`], but where `data_dir` already holds a database, the version that made it
    /// goes before newer ones, for only that version can read it.
    ///
    /// # Errors
    /// As [`Installation::find`].
    pub fn find_for(pg_bin: Option<&Path>, data_dir: &Path) -> Result<Installation, Error> {
        Installation::search(pg_bin, layout::made_by(data_dir))
    }

    fn search(pg_bin: Option<&Path>, preferred_major: Option<u32>) -> Result<Installation, Error> {
        match pg_bin {
            Some(named) => Installation::named(named),
            None => newest(
                candidates(env::var_os("PATH").as_deref(), &PACKAGED),
                preferred_major,
            ),
        }
    }

    /// The directory of the programs.
    pub fn bin(&self) -> &Path {
        &self.bin
    }

    /// The version the programs say they are.
    pub fn version(&self) -> Version {
        self.version
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    fn named(named: &Path) -> Result<Installation, Error> {
        let problem = |problem: String| Error::PgBin {
            path: named.to_owned(),
            problem,
        };
        if let Some(missing) = PROGRAMS.iter().find(|program| !named.join(program).is_file()) {
            return Err(problem(format!(
                "there is no program {missing} in it: name the directory that holds PostgreSQL's postgres and initdb"
            )));
        }
        let bin = std::path::absolute(named).map_err(Error::io("find", named))?;
        let found = Installation::at(bin).ok_or_else(|| {
            problem("its program postgres does not say a version: name another directory".to_owned())
        })?;
        if found.version.major < OLDEST_MAJOR {
            return Err(problem(format!(
                "it is version {}: name one of version {OLDEST_MAJOR} or newer",
                found.version
            )));
        }
        Ok(found)
    }

    /// Whether a server of these programs takes a value for a setting: what it was built with decides. Asked with
    /// the settings of this data directory, without starting anything.
    pub(crate) fn takes(&self, cluster: &Path, name: &str, value: &str) -> bool {
        let asked = Command::new(self.program("postgres"))
            .args(["-C", name, "-c", &format!("{name}={value}"), "-D"]) // -C first: then root may ask too
            .arg(cluster)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .env_clear()
            .output();
        asked.is_ok_and(|told| told.status.success() && told.stdout.trim_ascii() == value.as_bytes())
    }

    /// Asks the program itself, for a directory's name may say nothing, or something wrong.
    fn at(bin: PathBuf) -> Option<Installation> {
        let printed = Command::new(bin.join("postgres"))
            .arg("--version")
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()?;
        let version = Version::parse(&String::from_utf8_lossy(&printed.stdout))?;
        Some(Installation { bin, version })
    }
}

/// Every absolute directory that holds the programs, each once.
fn candidates(path: Option<&OsStr>, packaged: &[(&str, &str, &str)]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = path
        .map(|path| env::split_paths(path).filter(|dir| dir.is_absolute()).collect())
        .unwrap_or_default();
    for (parent, prefix, rest) in packaged {
        let Ok(entries) = fs::read_dir(parent) else {
            continue;
        };
        let mut named: Vec<PathBuf> = entries
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
            .map(|entry| entry.path().join(rest))
            .collect();
        named.sort();
        found.append(&mut named);
    }
    let mut unique = Vec::new();
    for dir in found {
        if !unique.contains(&dir) && PROGRAMS.iter().all(|program| dir.join(program).is_file()) {
            unique.push(dir);
        }
    }
    unique
}

/// The newest one that is new enough; one of the preferred major version goes before all others.
fn newest(candidates: Vec<PathBuf>, preferred_major: Option<u32>) -> Result<Installation, Error> {
    let found: Vec<Installation> = candidates.into_iter().filter_map(Installation::at).collect();
    // `max_by_key` returns the last of equals; reversed, it is the first in the order of search.
    let best = found
        .iter()
        .rev()
        .filter(|one| one.version.major >= OLDEST_MAJOR)
        .max_by_key(|one| (Some(one.version.major) == preferred_major, one.version));
    best.cloned().ok_or_else(|| Error::NotInstalled {
        too_old: found.iter().map(|one| one.version).max(),
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn pretend(bin: &Path, version: &str) {
        fs::create_dir_all(bin).unwrap();
        for program in PROGRAMS {
            let file = bin.join(program);
            fs::write(
                &file,
                format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n"),
            )
            .unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    #[test]
    fn a_version_is_read_from_what_the_program_prints() {
        let cases = [
            (
                "postgres (PostgreSQL) 15.9 (Debian 15.9-0+deb12u1)",
                Some((15, 9)),
            ),
            ("postgres (PostgreSQL) 17.2", Some((17, 2))),
            ("postgres (PostgreSQL) 18beta1", Some((18, 0))),
            ("postgres (PostgreSQL) 9.6.24", Some((9, 6))),
            ("mysqld  Ver 8.0", None),
            ("", None),
        ];
        for (printed, expected) in cases {
            let read = Version::parse(printed).map(|version| (version.major, version.minor));
            assert_eq!(read, expected, "{printed}");
        }
    }

    #[test]
    fn the_newest_of_all_places_is_taken_unless_the_database_needs_another() {
        let root = tempfile::tempdir().unwrap();
        let packages = root.path().join("packages");
        pretend(&packages.join("14/bin"), "14.13");
        pretend(&packages.join("17/bin"), "17.2");
        pretend(&root.path().join("on-path"), "16.6");
        fs::create_dir_all(packages.join("18/bin")).unwrap(); // client programs only
        let parent = packages.to_str().unwrap();
        let path = root.path().join("on-path");

        let places = || candidates(Some(path.as_os_str()), &[(parent, "", "bin")]);

        assert_eq!(places().len(), 3);
        assert_eq!(
            newest(places(), None).unwrap().version(),
            Version { major: 17, minor: 2 }
        );
        assert_eq!(
            newest(places(), Some(14)).unwrap().version(),
            Version { major: 14, minor: 13 }
        );
        assert_eq!(
            newest(places(), Some(15)).unwrap().version(),
            Version { major: 17, minor: 2 }
        );
    }

    #[test]
    fn where_there_is_none_one_line_names_the_package() {
        let empty = tempfile::tempdir().unwrap();
        let places = candidates(
            Some(empty.path().as_os_str()),
            &[(empty.path().to_str().unwrap(), "", "bin")],
        );

        let message = newest(places, None).unwrap_err().to_string();

        assert_eq!(message.lines().count(), 1);
        for package in [
            "apt-get install postgresql",
            "dnf install postgresql-server",
            "brew install postgresql@17",
        ] {
            assert!(message.contains(package), "{message}");
        }
    }

    #[test]
    fn one_that_is_too_old_is_named_and_not_used() {
        let root = tempfile::tempdir().unwrap();
        pretend(root.path(), "13.18");

        let searched = newest(candidates(Some(root.path().as_os_str()), &[]), None)
            .unwrap_err()
            .to_string();
        let named = Installation::find(Some(root.path())).unwrap_err().to_string();

        assert!(searched.contains("(only 13.18)"), "{searched}");
        assert!(named.contains("version 13.18"), "{named}");
    }

    #[test]
    fn a_named_directory_without_the_programs_says_which_is_missing() {
        let root = tempfile::tempdir().unwrap();

        let message = Installation::find(Some(root.path())).unwrap_err().to_string();

        assert!(
            message.starts_with("--pg-bin ") && message.contains("no program postgres"),
            "{message}"
        );
    }
}
