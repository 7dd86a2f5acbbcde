//! `throughcare import`: a file is sent part by part, interrupted, gone on with, and sent again.

use crate::harness::{Place, Program, throughcare};
use crate::lifecycle::{ORGANISATION, SERVICE, log, set_up};
use std::fs;
use std::path::{Path, PathBuf};
use throughcare_http::token::Role;

const ROWS: usize = 1_200;

struct Import<'a> {
    place: &'a Place,
    program: &'a Program,
    folder: PathBuf,
}

impl Import<'_> {
    /// Exit status and what was said.
    fn run(&self, file: &Path, words: &[&str]) -> (Option<i32>, String) {
        let token = self.folder.join("token");
        fs::write(
            &token,
            self.place.token("importer", None, ORGANISATION, Role::Worker),
        )
        .unwrap();
        let output = throughcare()
            .arg("import")
            .arg(file)
            .args([
                "--kind",
                "referrals",
                "--system",
                "old",
                "--url",
                &self.program.address,
            ])
            .arg("--token-file")
            .arg(&token)
            .args(words)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    }
}

#[test]
fn given_a_file_when_sent_then_each_row_is_recorded_once_whatever_happens_to_the_import() {
    let place = Place::new();
    let program = place.start();
    set_up(&place, &program);
    let folder = tempfile::tempdir().unwrap();
    let import = Import {
        place: &place,
        program: &program,
        folder: folder.path().to_owned(),
    };
    let mut text = "reference,given,family,dateOfBirth,source,toService,note\n".to_owned();
    for row in 0..ROWS {
        // Cells with line ends, and two rows that cannot be.
        let born = if row % 700 == 5 {
            "1990-02-31"
        } else {
            "1990-02-03"
        };
        text.push_str(&format!(
            "r-{row},Robin{row},Ashdown,{born},self,{SERVICE},\"two\nlines\"\n"
        ));
    }
    let file = folder.path().join("referrals.csv");
    fs::write(&file, &text).unwrap();

    // Tried: nothing is recorded.
    let received = || {
        let events = log(&place, &program);
        events
            .iter()
            .filter(|event| event["type"] == "referral.received")
            .count()
    };
    let (status, said) = import.run(&file, &["--dry-run"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(
        said.contains("1198 rows would be, 0 are there already, 2 would be refused"),
        "{said}"
    );
    assert_eq!(received(), 0);

    // Sent, and interrupted after the first part: the report is cut in the middle of a line.
    let (status, said) = import.run(&file, &[]);
    assert_eq!(status, Some(1), "{said}");
    assert!(
        said.contains("1198 recorded, 0 there already, 2 refused."),
        "{said}"
    );
    let report = folder.path().join("referrals.csv.report.csv");
    let whole = fs::read_to_string(&report).unwrap();
    assert_eq!(whole.lines().count(), ROWS + 1);
    let refused: Vec<_> = whole.lines().filter(|line| line.contains(",refused,")).collect();
    assert!(
        refused[0].starts_with("12,r-5,refused,") && refused[0].contains(",dateOfBirth,"),
        "{refused:?}"
    );
    let (status, said) = import.run(&file, &[]);
    assert_eq!(status, Some(1));
    assert!(said.contains("--resume"), "a report is not written over: {said}");
    fs::write(&report, &whole[..whole.len() / 2]).unwrap();
    let (_, said) = import.run(&file, &["--resume"]);
    assert!(
        said.contains(" refused.") && !said.contains("1200 rows in"),
        "{said}"
    );
    let again = fs::read_to_string(&report).unwrap();
    assert_eq!(again.lines().count(), ROWS + 1);

    // And once more from the beginning.
    let other = folder.path().join("other.csv");
    let (status, said) = import.run(&file, &["--report", other.to_str().unwrap()]);
    assert_eq!(status, Some(1));
    assert!(
        said.contains("0 recorded, 1198 there already, 2 refused."),
        "{said}"
    );

    let events = log(&place, &program);
    let received = events
        .iter()
        .filter(|event| event["type"] == "referral.received")
        .count();
    assert_eq!(received, ROWS - 2, "each row once");

    // What cannot be is said before anything is sent.
    let (_, said) = import.run(&folder.path().join("nothing.csv"), &[]);
    assert!(said.contains("cannot be read"), "{said}");
    let odd = folder.path().join("odd.csv");
    fs::write(&odd, "reference,surname\n1,Ashdown\n").unwrap();
    let (status, said) = import.run(&odd, &[]);
    assert_eq!(status, Some(1));
    assert!(said.contains("There is no such column"), "{said}");
}
