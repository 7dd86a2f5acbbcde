//! The return to the national statistics, as the program writes it: what is sent, what is corrected and taken back the
//! next time, and that nothing of whom it is about stays behind.
//!
//! Source: issue 8 (national return); `domain.md` section 1; `cases.md` S1.

use crate::canary::server_program;
use crate::harness::{Client, Place, ago, somebody, throughcare, today};
use crate::lifecycle::{ORGANISATION, SERVICE, set_up};
use crate::operations::beside;
use serde_json::{Value, json};
use std::path::PathBuf;
use throughcare_http::token::Role;

/// The last month that is over.
fn last_month() -> String {
    let day = today().first_of_month().yesterday().unwrap();
    format!("{:04}-{:02}", day.year(), day.month())
}

/// Somebody of the service, with these substances, asked or not.
fn treated(worker: &Client, substances: &Value, consents: bool) -> String {
    let who = somebody();
    let opened =
        json!({ "demographics": who.demographics(), "identifiers": [who.nhs()], "occurred": ago(76) });
    let person = worker.record("/v1/people", &opened).person();
    let referral = json!({
        "person": { "personId": person }, "source": "self", "toService": SERVICE, "occurred": ago(75),
    });
    let referral = worker.record("/v1/referrals", &referral).id("referral");
    let day = json!({ "occurred": ago(74) });
    worker.record(&format!("/v1/referrals/{referral}/acceptance"), &day);
    let triage = json!({ "outcome": "treatment_needed", "substances": substances, "occurred": ago(70) });
    let triaged = worker.record(&format!("/v1/referrals/{referral}/triage"), &triage);
    let start = json!({ "intervention": "94", "setting": "community", "occurred": ago(68) });
    let episode = triaged.id("episode");
    worker.record(&format!("/v1/episodes/{episode}/interventions"), &start);
    if consents {
        let scope =
            json!({ "scope": "national_statistics", "wording": "national_leaflet", "occurred": ago(70) });
        worker.record(&format!("/v1/people/{person}/consents"), &scope);
    }
    person
}

struct Returned {
    at: PathBuf,
    report: Value,
}

impl Returned {
    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.at.join(name)).unwrap()
    }

    /// A file's lines without its headings.
    fn lines(&self, name: &str) -> Vec<String> {
        self.text(name).lines().skip(1).map(str::to_owned).collect()
    }
}

fn run(place: &Place, name: &str, more: &[&str]) -> Result<Returned, String> {
    let at = place.root().join(name);
    let mut command = beside(place, "national-return");
    command.args(["--organisation", ORGANISATION, "--month", &last_month(), "--out"]);
    command.arg(&at).args(more);
    let done = command.output().unwrap();
    if !done.status.success() {
        return Err(String::from_utf8(done.stderr).unwrap());
    }
    let report = std::fs::read(at.join("report.json")).unwrap();
    Ok(Returned {
        report: serde_json::from_slice(&report).unwrap(),
        at,
    })
}

#[test]
fn given_people_in_care_when_returns_are_made_then_they_hold_who_agreed_and_take_back_what_is_no_more() {
    let place = Place::new();
    let program = place.start();
    set_up(&place, &program);
    let signed_in = |user, role| program.client(place.token("desk", Some(user), ORGANISATION, role), false);
    let worker = signed_in("r.okafor", Role::Worker);
    let _officer = signed_in("o.fficer", Role::PrivacyOfficer);
    let leaver = treated(&worker, &json!(["1011"]), true);
    let stayer = treated(&worker, &json!(["7000"]), true);
    let unclear = treated(&worker, &json!([]), true);
    treated(&worker, &json!(["1011"]), false);
    let as_officer = ["--user", "o.fficer", "--agency", "northshire-community=N0852"];
    let dry: Vec<&str> = as_officer.into_iter().chain(["--dry-run"]).collect();

    // Nobody else makes one, and none of a month that goes on.
    let refused = run(&place, "refused", &["--user", "r.okafor"]).err().unwrap();
    assert!(refused.contains("is no privacy officer"), "{refused}");
    let this_month = today().to_string()[..7].to_owned();
    let mut command = beside(&place, "national-return");
    command.args([
        "--organisation",
        ORGANISATION,
        "--month",
        &this_month,
        "--user",
        "o.fficer",
        "--out",
    ]);
    let early = command.arg(place.root().join("early")).output().unwrap();
    assert!(!early.status.success() && String::from_utf8_lossy(&early.stderr).contains("has not ended"));

    // Tried twice it is the same, byte for byte, and remembers nothing.
    let tried = run(&place, "tried", &dry).unwrap();
    let again = run(&place, "again", &dry).unwrap();
    for name in [
        "community.csv",
        "secure-setting.csv",
        "changes.csv",
        "deletions.csv",
        "would-be-rejected.csv",
        "report.json",
    ] {
        assert_eq!(tried.text(name), again.text(name), "{name}");
        let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(tried.at.join(name)).unwrap());
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert_eq!(
        tried.lines("community.csv").len(),
        4,
        "an episode and an intervention of two people"
    );
    assert_eq!(
        tried.report["rows"]["community"],
        json!({ "all": 4, "new": 4, "corrected": 0, "same": 0 })
    );
    assert_eq!(tried.report["leftOut"], json!({ "never_asked": 1 }));
    assert_eq!(tried.report["episodesThatWouldBeRejected"], 1);
    let rejected = tried.lines("would-be-rejected.csv");
    assert!(
        rejected[0].contains(&unclear) && rejected[0].contains("substance_missing"),
        "{rejected:?}"
    );
    let first = tried.lines("community.csv").remove(0);
    assert!(first.starts_with("\"R\",\"A\",\"17/04/1988\",\"M\""), "{first}");
    assert!(first.contains("\"N0852\"") && !first.contains(&leaver));

    // Made: the next one says what has changed since.
    assert_eq!(
        run(&place, "made", &as_officer).unwrap().report["rows"]["community"]["new"],
        4
    );
    assert_eq!(
        run(&place, "same", &dry).unwrap().report["rows"]["community"]["same"],
        4
    );
    let corrected = json!({ "dateOfBirth": "1988-04-18" });
    worker.record(&format!("/v1/people/{stayer}/demographics"), &corrected);
    let withdrawn = json!({ "scope": "national_statistics", "occurred": today() });
    worker.record(&format!("/v1/people/{leaver}/consent-withdrawals"), &withdrawn);
    let next = run(&place, "next", &as_officer).unwrap();
    assert_eq!(
        next.report["rows"]["community"],
        json!({ "all": 2, "new": 0, "corrected": 2, "same": 0 })
    );
    let taken_back = next.lines("deletions.csv");
    assert_eq!(taken_back.len(), 2);
    for deletion in &taken_back {
        let id = deletion.rsplit(',').next().unwrap();
        assert!(
            tried.text("community.csv").contains(id),
            "{id} is the id under which it was sent"
        );
    }
    let after = run(&place, "after", &dry).unwrap();
    assert_eq!(
        (
            &after.report["deletions"],
            &after.report["rows"]["community"]["same"]
        ),
        (&json!(0), &json!(2))
    );

    // Each return is a look at whom it tells of, and at nobody else.
    let token = place.token("audit", Some("auditor"), "county-audit", Role::Auditor);
    let auditor = program.client(token, false);
    let looks = |person: &str| {
        let log = auditor.list(&format!("/v1/people/{person}/access-log?perPage=100"));
        let of_command = log
            .iter()
            .filter(|look| look["asked"] == "COMMAND national-return");
        of_command
            .filter(|look| look["shown"] == "national_return")
            .count()
    };
    assert_eq!((looks(&leaver), looks(&stayer)), (4, 6));

    // What is kept says nothing of anybody: the attributor is nowhere, in none of its forms. The files have it.
    let dump = String::from_utf8_lossy(&server_program(&place, "pg_dump", &["--dbname", "throughcare"]))
        .into_owned();
    let kept = dump.split("COPY public.national_return_rows").nth(1).unwrap();
    let kept = kept.split("\\.").next().unwrap();
    assert_eq!(
        kept.lines().count(),
        3,
        "the head, and the two rows that stand: {kept}"
    );
    for form in ["17/04/1988", "18/04/1988", "1988-04-1", "17041988", "18041988"] {
        assert!(!dump.contains(form), "{form}");
    }
    assert!(!kept.contains(&stayer) && next.text("community.csv").contains("18/04/1988"));
    assert!(!place.log().contains("1988"));
}

#[test]
fn given_a_wrong_word_when_a_return_is_asked_for_then_it_says_what_to_write() {
    let asked = |arguments: &[&str]| {
        let mut command = throughcare();
        command
            .args([
                "national-return",
                "--out",
                "nowhere",
                "--user",
                "o",
                "--organisation",
            ])
            .args(arguments);
        let done = command.output().unwrap();
        assert!(!done.status.success());
        String::from_utf8(done.stderr).unwrap()
    };
    assert!(asked(&["northshire", "--month", "June"]).contains("write it like 2026-06"));
    assert!(asked(&["No One", "--month", "2026-06"]).contains("is no code of an organisation"));
    assert!(asked(&["northshire", "--month", "2026-06", "--dataset", "Z"]).contains("only K, P, R"));
    assert!(asked(&["northshire", "--month", "2026-06", "--agency", "x"]).contains("my-service=N0852"));
}
