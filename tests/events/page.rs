//! `EVENTS.md`: the page, from what was seen and from the sources.

use super::observer::{PROGRAM, ROLES, SYSTEM, Seen, name};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use throughcare_domain::fact::EVENTS;

/// Where tests stand.
const TESTS: [&str; 6] = [
    "tests",
    "crates/domain/tests",
    "crates/domain/src",
    "crates/app/tests",
    "crates/store/tests",
    "crates/county/tests",
];
/// Most tests named for an event.
const NAMED: usize = 2;

/// The page.
pub fn written(root: &Path, seen: &BTreeMap<String, Seen>) -> String {
    let mut page = String::from(
        "# Every event\n\n\
         Written by the test `every_event` (`tests/events/`), which records each one over HTTP by everybody who may, \
         sees who may not, and looks at what moves. Roles are those of the organisation that records; which \
         organisation that is, the rules of `crates/domain/src/access/` say. A move is counted with all events of \
         one request. Payloads: `crates/domain/src/fact/`; golden files: `crates/store/golden/`.\n\n\
         | Event | What it says | Recorded by | Endpoint (`POST`) | Moves | Told in |\n\
         |---|---|---|---|---|---|\n",
    );
    let tests = tests(root);
    for event in EVENTS {
        let Some(seen) = seen.get(event.name) else {
            continue;
        };
        let named = ROLES
            .into_iter()
            .map(name)
            .chain([SYSTEM, PROGRAM].map(str::to_owned));
        let roles: Vec<String> = named.filter(|role| seen.roles.contains(role)).collect();
        let endpoints: Vec<_> = seen
            .endpoints
            .iter()
            .map(|path| {
                if path.starts_with('/') {
                    format!("`{path}`")
                } else {
                    path.clone()
                }
            })
            .collect();
        let moved: Vec<&str> = seen.moved.iter().map(String::as_str).collect();
        let told = tests
            .iter()
            .filter(|(_, text)| text.contains(event.variant) || text.contains(event.name));
        let mut told: Vec<_> = told.map(|(file, _)| format!("`{file}`")).take(NAMED).collect();
        if told.is_empty() {
            told.push("`tests/events/`".to_owned());
        }
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} | {} |",
            event.name,
            event.says.trim(),
            roles.join(", "),
            endpoints.join("<br>"),
            if moved.is_empty() {
                "–".to_owned()
            } else {
                moved.join(", ")
            },
            told.join("<br>"),
        );
    }
    page
}

/// Every file with tests and its text: stories first, then cases.
fn tests(root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in TESTS {
        let mut files = Vec::new();
        gather(&root.join(folder), &mut files);
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let name = file
                .strip_prefix(root)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            // Not this test itself, and of the sources what stands beside the code it tests.
            let of_tests = text.find("#[test]").map(|_| match text.find("#[cfg(test)]") {
                Some(at) if name.contains("/src/") => text[at..].to_owned(),
                _ => text.clone(),
            });
            if let Some(text) = of_tests.filter(|_| !name.starts_with("tests/events/")) {
                found.push((name, text));
            }
        }
    }
    found
}

fn gather(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
