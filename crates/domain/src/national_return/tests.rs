//! Given a small county told by hand, when a return of it is made, then it is the one in `golden/`; each rule lets the
//! sound record pass and finds what is wrong.

use super::changes::{Change, Memory, Sent};
use super::*;
use crate::code::ServiceCode;
use crate::event::RecordedEvent;
use crate::fact::{
    DemographicsCorrected, IdentityDetail, InterventionReviewed, PersonRegistered, ProfileStage,
    ResidenceRecorded, Scope,
};
use crate::history::History;
use crate::id::PersonId;
use crate::reference::ReferenceData;
use crate::rows::story::*;
use crate::sharing::Reason;
use crate::when::AsOf;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;
use uuid::Uuid;

static CODES: LazyLock<ReferenceData> = LazyLock::new(ReferenceData::bundled);

fn refer(kind: &str, id: &Uuid) -> String {
    format!("{kind}:{:x}", id.as_u128())
}

fn nation() -> Scope {
    Scope::national_statistics().unwrap()
}

/// A record that is opened with a name, and consent.
fn somebody() -> Story {
    unasked().on("2026-01-02", consented(nation()))
}

fn unasked() -> Story {
    Story::new()
        .on(
            "2026-01-02",
            PersonRegistered {
                date_of_birth: Some(day("1984-03-05")),
                sex: Some(code("female")),
                ethnicity: Some(code("A")),
            },
        )
        .on(
            "2026-01-02",
            ResidenceRecorded {
                area: Some(area("E08000037")),
                no_fixed_abode: false,
            },
        )
}

/// With what is sealed under the identity key.
fn named(story: &Story, given: &str, family: &str) -> Vec<RecordedEvent> {
    let mut events = story.history().events().to_vec();
    for event in &mut events {
        let mut detail = IdentityDetail::default();
        match event.fact() {
            Some(crate::fact::Fact::PersonRegistered(_)) => {
                detail.given_name = Some(given.to_owned());
                detail.family_name = Some(family.to_owned());
            }
            Some(crate::fact::Fact::ResidenceRecorded(_)) => detail.postcode = Some("NE8 1HH".to_owned()),
            _ => continue,
        }
        event.identity = Some(detail);
    }
    events
}

fn treated(story: Story) -> Story {
    treated_from(story, "prison")
}

fn treated_from(story: Story, source: &str) -> Story {
    let asked = crate::fact::ReferralReceived {
        source: code(source),
        ..referral(1, "northshire-community")
    };
    story
        .on("2026-02-01", asked)
        .on("2026-02-08", triaged(1, "treatment_needed"))
        .on("2026-02-08", opened(1, "northshire-community"))
        .on("2026-02-08", plan_agreed(1, "2026-05-08"))
        .on("2026-02-09", referred_to(1, 1, "94"))
        .on("2026-02-09", first_offered(1, 1, "2026-02-16"))
        .on("2026-02-16", started(1, 1, "94"))
        .on("2026-02-17", profile(1, ProfileStage::Start))
        .on(
            "2026-03-20",
            InterventionReviewed {
                episode: episode_id(1),
                intervention: intervention_id(1),
                components: vec![code("PHSTBL"), code("PHMAIN")],
            },
        )
}

fn completed(story: Story) -> Story {
    story
        .on("2026-06-10", ended(1, 1))
        .on("2026-06-10", exit(1, "80"))
        .on("2026-06-12", profile(1, ProfileStage::Exit))
}

/// What an organisation is asked for.
fn asking<T>(organisation_of: &str, version: &str, made_on: &str, with: impl FnOnce(&Asked<'_>) -> T) -> T {
    let agencies = BTreeMap::from([(
        ServiceCode::parse("northshire-community").unwrap(),
        "N0852".to_owned(),
    )]);
    let organisation = organisation(organisation_of);
    with(&Asked {
        organisation: &organisation,
        month: Month::parse("2026-06").unwrap(),
        made_on: day(made_on),
        version: Version::find(version).unwrap(),
        agencies: &agencies,
        reference: &CODES,
        refer: &refer,
    })
}

fn told(events: Vec<RecordedEvent>, person: u128, asked: &Asked<'_>) -> Lines {
    let history = History::new(events);
    let then = history.state(Some(AsOf::EndOf(asked.month.last())), None);
    let of = TellsOf {
        person: PersonId(Uuid::from_u128(person)),
        now: history.now(),
        then: &then,
    };
    lines_of(of, asked)
}

fn lines(events: Vec<RecordedEvent>) -> Lines {
    asking("northshire", "R", "2026-07-05", |asked| told(events, 1, asked))
}

/// What the record of the county says.
fn county() -> Vec<(&'static str, Vec<RecordedEvent>)> {
    let prison = unasked()
        .by("gatehouse")
        .on("2026-01-20", received("MDI"))
        .on("2026-01-21", referral(1, "moorland-health"))
        .on("2026-01-22", triaged(1, "treatment_needed"))
        .on("2026-01-22", opened(1, "moorland-health"))
        .on("2026-01-23", consented(nation()))
        .on("2026-01-24", started(1, 1, "95"))
        .on("2026-04-01", ended(1, 1))
        .on("2026-04-01", exit(1, "83"))
        .on(
            "2026-04-01",
            released("MDI", crate::fact::ReleaseEffect::Community, Some("E08000037")),
        );
    let late = treated_from(somebody(), "court").told("2026-06-29", "2026-07-04", started(1, 2, "95"));
    vec![
        (
            "completed",
            named(&completed(treated(somebody())), "Élodie", "O'Neill"),
        ),
        ("in prison", named(&prison, "Bob", "Stone")),
        ("told late", named(&late, "Cy", "Young")),
        (
            "refused",
            named(
                &treated(unasked().on("2026-01-03", refused_consent(nation()))),
                "Di",
                "West",
            ),
        ),
        ("never asked", named(&treated(unasked()), "Ed", "North")),
        ("without a name", treated(somebody()).history().events().to_vec()),
        (
            "under age",
            named(
                &treated(Story::new().on(
                    "2026-01-02",
                    PersonRegistered {
                        date_of_birth: Some(day("2009-03-05")),
                        sex: None,
                        ethnicity: None,
                    },
                ))
                .on("2026-01-02", consented(nation())),
                "Flo",
                "Little",
            ),
        ),
    ]
}

fn printed(version: &str) -> String {
    let mut text = String::new();
    for set in Set::ALL {
        let fields = Version::find(version).unwrap().fields(*set);
        let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
        let _ = writeln!(text, "# {} {version}\n{}", set.as_str(), names.join(","));
    }
    for (person, (what, events)) in (1..).zip(county()) {
        for by in ["northshire", "gatehouse"] {
            let lines = asking(by, version, "2026-07-05", |asked| {
                told(events.clone(), person, asked)
            });
            let _ = writeln!(text, "## {what}, by {by}");
            for left in &lines.left {
                let _ = writeln!(text, "- {left:?}");
            }
            for part in &lines.parts {
                for row in &part.rows {
                    let _ = writeln!(
                        text,
                        "{} {} {}: {}",
                        row.set.as_str(),
                        row.level.as_str(),
                        row.reference,
                        row.cells.join(",")
                    );
                }
                for fault in &part.faults {
                    let _ = writeln!(text, "! row {} {} {}", fault.row, fault.field, fault.rule.id);
                }
            }
        }
    }
    text
}

#[test]
fn given_a_small_county_when_its_return_is_made_then_it_is_the_one_that_is_kept() {
    for version in ["K", "P", "R"] {
        let path = format!(
            "{}/src/national_return/golden/{}.txt",
            env!("CARGO_MANIFEST_DIR"),
            version.to_lowercase()
        );
        let made = printed(version);
        if option_env!("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &made).unwrap();
        }
        assert_eq!(made, std::fs::read_to_string(&path).unwrap(), "{version}");
    }
}

#[test]
fn given_the_data_when_it_is_read_then_each_set_has_each_field_once_and_versions_follow_each_other() {
    for version in Version::all() {
        for set in Set::ALL {
            let fields = version.fields(*set);
            let mut names: Vec<_> = fields.iter().map(|field| &field.name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), fields.len(), "{} {}", version.id, set.as_str());
            for field in fields.iter().filter(|field| field.codes.is_some()) {
                let (list, attribute) = field.codes.as_ref().unwrap();
                let entries = CODES.list(list).expect("a list").entries();
                assert!(
                    entries.iter().any(|entry| entry.attribute(attribute).is_some()),
                    "{}",
                    field.name
                );
            }
        }
    }
    for field in Field::all() {
        assert!(
            field.versions.iter().all(|id| Version::find(id).is_some()),
            "{}",
            field.name
        );
    }
    for pair in Version::all().windows(2) {
        assert_eq!(
            pair[0].valid_to.unwrap().tomorrow().unwrap(),
            pair[1].valid_from.unwrap()
        );
    }
    assert_eq!(Version::of(day("2024-03-31")).unwrap().id, "P");
    assert_eq!(Version::of(day("2024-04-30")).unwrap().id, "R");
    assert_eq!(Version::all()[0].fields(Set::Community)[0].name, "FINITIAL");
}

/// Sets the value of the first field that is filled from this, on a row.
fn set(part: &mut Part, row: usize, from: From, value: Option<Value>) {
    let row = &mut part.rows[row];
    let fields = Version::find("R").unwrap().fields(row.set);
    let place = fields.iter().position(|field| field.from == from).unwrap();
    row.cells[place] = match &value {
        Some(Value::Text(text) | Value::Code(text)) => text.clone(),
        Some(_) => "x".into(),
        None => String::new(),
    };
    row.values[place] = value;
}

fn row_of(part: &Part, level: Level) -> usize {
    part.rows.iter().position(|row| row.level == level).unwrap()
}

fn found(part: &Part) -> Vec<&'static str> {
    asking("northshire", "R", "2026-07-05", |asked| {
        let faults = check(&part.rows, &asked.version.fields(Set::Community), asked);
        let mut ids: Vec<_> = faults.iter().map(|fault| fault.rule.id.as_str()).collect();
        ids.sort_unstable();
        ids
    })
}

#[test]
fn given_a_sound_record_when_one_value_is_wrong_then_its_rule_says_so_and_no_other() {
    let sound = || {
        lines(named(&completed(treated(somebody())), "Ann", "Lee"))
            .parts
            .remove(0)
    };
    assert_eq!(found(&sound()), Vec::<&str>::new());
    let on = |text: &str| Some(Value::Day(day(text)));
    let say = |text: &str| Some(Value::Code(text.into()));
    type Wrong<'a> = Box<dyn Fn(&mut Part) + 'a>;
    let whole = |from: From, value: Option<Value>| -> Wrong<'_> {
        Box::new(move |part: &mut Part| set(part, 0, from, value.clone()))
    };
    let at = |level: Level, from: From, value: Option<Value>| -> Wrong<'_> {
        Box::new(move |part: &mut Part| {
            let row = row_of(part, level);
            set(part, row, from, value.clone());
        })
    };
    let treatment = Level::Intervention;
    let wrong: Vec<(&str, Wrong<'_>)> = vec![
        ("given_name_missing", whole(From::GivenInitial, None)),
        ("family_name_missing", whole(From::FamilyInitial, None)),
        ("date_of_birth_missing", whole(From::DateOfBirth, None)),
        ("born_before_1903", whole(From::DateOfBirth, on("1902-12-31"))),
        ("under_eighteen", whole(From::DateOfBirth, on("2008-02-09"))),
        ("sex_missing", whole(From::Sex, None)),
        ("referral_date_missing", whole(From::ReferredOn, None)),
        ("substance_missing", whole(From::Substance1, None)),
        ("triage_missing", whole(From::TriagedOn, None)),
        ("triage_before_referral", whole(From::TriagedOn, on("2026-01-31"))),
        ("substances_repeated", whole(From::Substance3, say("1011"))),
        ("discharge_without_reason", whole(From::DischargeReason, None)),
        ("reason_without_discharge", whole(From::DischargedOn, None)),
        (
            "offered_before_referral",
            at(treatment, From::OfferedFor, on("2026-02-08")),
        ),
        (
            "start_before_triage",
            at(treatment, From::StartedOn, on("2026-02-07")),
        ),
        ("end_before_start", at(treatment, From::EndedOn, on("2026-02-15"))),
        ("end_without_exit", at(treatment, From::InterventionExit, None)),
        (
            "discharge_before_end",
            at(treatment, From::EndedOn, on("2026-06-11")),
        ),
        (
            "days_out_of_range",
            at(Level::Profile, From::CrackDays, Some(Value::Number(29))),
        ),
        (
            "scale_out_of_range",
            at(Level::Profile, From::QualityOfLife, Some(Value::Number(21))),
        ),
        (
            "in_the_future",
            at(Level::Review, From::ReviewedOn, on("2026-07-06")),
        ),
        (
            "exit_without_end open_after_discharge",
            at(treatment, From::EndedOn, None),
        ),
        (
            "open_after_discharge",
            Box::new(|part| {
                let row = row_of(part, Level::Intervention);
                set(part, row, From::EndedOn, None);
                set(part, row, From::InterventionExit, None);
            }),
        ),
        (
            "exit_without_end",
            Box::new(|part| {
                let row = row_of(part, Level::Intervention);
                set(part, row, From::EndedOn, None);
                set(part, row, From::DischargedOn, None);
            }),
        ),
        (
            "born_after_referral under_eighteen",
            whole(From::DateOfBirth, on("2026-02-01")),
        ),
        (
            "area_outside_england",
            Box::new(|part| {
                let fields = Version::find("R").unwrap().fields(Set::Community);
                let dat = fields.iter().position(|field| field.name == "DAT").unwrap();
                part.rows[0].cells[dat] = "Z00B".into();
            }),
        ),
        (
            "occasional_with_heroin_or_crack",
            Box::new(|part| {
                set(part, 0, From::DischargeReason, Some(Value::Code("82".into())));
                let last = part.rows.len() - 1;
                assert_eq!(part.rows[last].level, Level::Profile);
                set(part, last, From::CrackDays, Some(Value::Number(1)));
            }),
        ),
        (
            "only_stub_without_consent",
            Box::new(|part| {
                part.rows.truncate(1);
                set(part, 0, From::Consent, Some(Value::Flag(false)));
            }),
        ),
        (
            "consent_missing only_stub_without_consent",
            Box::new(|part| {
                part.rows.truncate(1);
                set(part, 0, From::Consent, None);
            }),
        ),
    ];
    for (rules, wrong) in &wrong {
        let mut part = sound();
        wrong(&mut part);
        assert_eq!(found(&part).join(" "), *rules);
    }
    let tried: Vec<_> = wrong.iter().flat_map(|(rules, _)| rules.split(' ')).collect();
    for rule in Rule::all() {
        // What has no code is found while the row is written: the golden county has it.
        assert!(
            tried.contains(&rule.id.as_str()) || rule.effect == Effect::Warn,
            "{}",
            rule.id
        );
    }
}

/// The last day on which each rule still lets pass.
#[test]
fn given_values_at_the_edge_when_they_are_checked_then_they_pass() {
    let sound = || {
        lines(named(&completed(treated(somebody())), "Ann", "Lee"))
            .parts
            .remove(0)
    };
    let on = |text: &str| Some(Value::Day(day(text)));
    for (level, from, value) in [
        (Level::Episode, From::DateOfBirth, on("1903-01-01")),
        (Level::Episode, From::DateOfBirth, on("2008-02-08")),
        (Level::Episode, From::TriagedOn, on("2026-02-01")),
        (Level::Intervention, From::OfferedFor, on("2026-02-09")),
        (Level::Intervention, From::StartedOn, on("2026-02-08")),
        (Level::Intervention, From::EndedOn, on("2026-02-16")),
        (Level::Profile, From::CrackDays, Some(Value::Number(28))),
        (Level::Profile, From::QualityOfLife, Some(Value::Number(20))),
        (Level::Review, From::ReviewedOn, on("2026-07-05")),
        // For a day to come an appointment may be offered.
        (Level::Intervention, From::OfferedFor, on("2026-08-01")),
    ] {
        let mut part = sound();
        let row = row_of(&part, level);
        set(&mut part, row, from, value);
        assert_eq!(found(&part), Vec::<&str>::new(), "{from:?}");
    }
}

/// `cases.md` S1.
#[test]
fn given_consent_withdrawn_when_a_return_is_made_from_that_day_then_nothing_is_told_whatever_its_month() {
    let story = treated(somebody()).on("2026-07-05", withdrew_consent(nation()));
    let events = named(&story, "Ann", "Lee");
    let told_on = |made_on: &str, version: &str| {
        asking("northshire", version, made_on, |asked| {
            told(events.clone(), 1, asked)
        })
    };
    assert_eq!(told_on("2026-07-04", "R").parts.len(), 1);
    let after = told_on("2026-07-05", "R");
    assert_eq!(
        (after.parts.len(), &after.left[..]),
        (0, &[Left::NotConsented(Reason::Withdrawn)][..])
    );
    let stub = told_on("2026-07-05", "K");
    assert_eq!(
        stub.parts[0].rows[0]
            .cells
            .iter()
            .filter(|cell| !cell.is_empty())
            .count(),
        3
    );
    assert!(stub.parts[0].faults.is_empty());
    let objecting_to_it = crate::fact::ObjectionMade {
        purpose: Some(code(crate::fact::NATIONAL_STATISTICS)),
        against: None,
        ..objected(1, "southshire")
    };
    let objecting = named(&treated(somebody()).on("2026-06-01", objecting_to_it), "A", "B");
    let objecting = asking("northshire", "K", "2026-07-05", |asked| told(objecting, 1, asked));
    assert_eq!(
        (objecting.parts.len(), &objecting.left[..]),
        (0, &[Left::NotConsented(Reason::Objected)][..])
    );
}

#[test]
fn given_what_happened_after_the_month_when_it_is_known_then_it_waits_and_what_was_told_late_goes() {
    let july = named(&treated(somebody()).on("2026-07-02", ended(1, 1)), "Ann", "Lee");
    let rows = &lines(july).parts[0].rows;
    assert!(
        rows.iter()
            .all(|row| !row.cells.contains(&"02/07/2026".to_owned()))
    );
    let late = named(
        &treated(somebody()).told("2026-06-29", "2026-07-04", ended(1, 1)),
        "Ann",
        "Lee",
    );
    let rows = &lines(late).parts[0].rows;
    assert!(
        rows.iter()
            .any(|row| row.cells.contains(&"29/06/2026".to_owned()))
    );
}

#[test]
fn given_a_contract_that_moved_when_returns_are_made_then_the_successor_alone_tells_of_it() {
    let moved = crate::fact::ProviderChanged {
        contract: crate::id::ContractId(Uuid::from_u128(9)),
        from_service: service("northshire-community"),
        from_organisation: organisation("northshire"),
        to_service: service("southshire-community"),
        to_organisation: organisation("southshire"),
        to_kind: crate::fact::ServiceKind::Community,
    };
    let events = named(&treated(somebody()).on("2026-05-01", moved), "Ann", "Lee");
    let of = |by: &str| asking(by, "R", "2026-07-05", |asked| told(events.clone(), 1, asked));
    assert_eq!(of("northshire").parts.len(), 0);
    let parts = of("southshire").parts;
    assert_eq!(parts[0].rows[0].reference, refer("episode", &episode_id(1).0));
}

/// Everything of a part as a memory keeps it.
fn sent(lines: &Lines) -> BTreeMap<String, Sent> {
    let rows = lines.parts.iter().flat_map(|part| &part.rows);
    rows.map(|row| {
        let mut fingerprint = [0; 16];
        for (at, byte) in row.cells.join(",").bytes().enumerate() {
            fingerprint[at % 16] = u8::wrapping_mul(fingerprint[at % 16], 31).wrapping_add(byte);
        }
        let sent = Sent {
            set: row.set,
            level: row.level,
            fingerprint,
        };
        (row.reference.clone(), sent)
    })
    .collect()
}

#[test]
fn given_a_correction_when_rows_are_sent_again_then_they_are_corrections_and_what_vanished_is_taken_back() {
    let first = sent(&lines(named(&treated(somebody()), "Ann", "Lee")));
    // Put right after the month: it was the same then.
    let corrected = treated(somebody()).on(
        "2026-07-03",
        DemographicsCorrected {
            date_of_birth: Some(day("1984-03-06")),
            sex: None,
            ethnicity: None,
            alias: false,
            contradicts: Vec::new(),
        },
    );
    let again = sent(&lines(named(&corrected, "Ann", "Lee")));
    let mut memory = Memory::new(first.clone());
    let changes: Vec<_> = again
        .iter()
        .map(|(reference, row)| memory.sends(reference, row.clone()))
        .collect();
    assert!(changes.iter().all(|change| *change == Change::Corrected));
    assert_eq!(memory.end(), (BTreeMap::new(), again));
    // Consent withdrawn: everything that was sent is taken back.
    assert_eq!(Memory::new(first.clone()).end(), (first, BTreeMap::new()));
}

proptest! {
    /// What was sent, less what was taken back, is what there is; with what is held back as it was.
    #[test]
    fn given_any_returns_one_after_another_then_what_stands_nationally_is_the_last_of_each_row(
        returns in prop::collection::vec(prop::collection::btree_map(0_u8..12, prop::option::of(0_u8..3), 0..12), 1..6)
    ) {
        let row = |says: u8| Sent { set: Set::Community, level: Level::Episode, fingerprint: [says; 16] };
        let mut remembered: BTreeMap<String, Sent> = BTreeMap::new();
        // The national system: it knows what it was sent and takes back what it is told to.
        let mut nation: BTreeMap<String, Sent> = BTreeMap::new();
        for rows in returns {
            let before = nation.clone();
            let mut memory = Memory::new(remembered.clone());
            for (reference, says) in &rows {
                let reference = reference.to_string();
                match says {
                    Some(says) => {
                        let change = memory.sends(&reference, row(*says));
                        let known = before.get(&reference);
                        prop_assert_eq!(change == Change::New, known.is_none());
                        prop_assert_eq!(change == Change::Same, known == Some(&row(*says)));
                        if change != Change::Same {
                            nation.insert(reference, row(*says));
                        }
                    }
                    None => memory.holds_back(&reference),
                }
            }
            let (gone, new) = memory.end();
            for reference in gone.keys() {
                prop_assert!(nation.remove(reference).is_some());
                remembered.remove(reference);
            }
            remembered.extend(new);
            let mut expected = BTreeMap::new();
            for (reference, says) in &rows {
                let reference = reference.to_string();
                match says {
                    Some(says) => { expected.insert(reference, row(*says)); }
                    None => if let Some(stays) = before.get(&reference) {
                        expected.insert(reference, stays.clone());
                    },
                }
            }
            prop_assert_eq!(&nation, &expected);
            prop_assert_eq!(&remembered, &nation);
        }
    }
}
