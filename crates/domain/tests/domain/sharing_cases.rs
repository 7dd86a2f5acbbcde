//! Consent, objections, restrictions and sharing agreements (`cases.md` S1).

use crate::story::{PARTNERSHIP, POLICE, SOUTH_TYNESIDE, SUNDERLAND, Story, code, day, directory, event, on};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::command::{Command, SharingCommand};
use throughcare_domain::event::{Body, Origin};
use throughcare_domain::fact::{Replaced, Scope, Wording};
use throughcare_domain::id::EventId;
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::rows::rows;
use throughcare_domain::sharing::{Ground, Reason, StandingAnswer, national_statistics, standing};
use throughcare_domain::state::{PersonState, SharingState};

fn organisation(text: &str) -> OrganisationCode {
    OrganisationCode::parse(text).unwrap()
}

fn national() -> Scope {
    Scope::national_statistics().unwrap()
}

fn with(organisation_code: &str) -> Scope {
    Scope::with_organisation(&organisation(organisation_code)).unwrap()
}

fn sharing(command: SharingCommand) -> Command {
    Command::Sharing(command)
}

fn give(scope: Scope) -> Command {
    sharing(SharingCommand::GiveConsent {
        scope,
        wording: Some(Wording {
            form: code("national_leaflet"),
            version: Some(code("2025-04")),
        }),
    })
}

fn refuse(scope: Scope) -> Command {
    sharing(SharingCommand::RefuseConsent { scope, wording: None })
}

fn withdraw(scope: Scope) -> Command {
    sharing(SharingCommand::WithdrawConsent { scope })
}

fn object_to(purpose: &str) -> Command {
    sharing(SharingCommand::Object {
        purpose: Some(code(purpose)),
        against: None,
    })
}

fn object_against(who: &str) -> Command {
    sharing(SharingCommand::Object {
        purpose: None,
        against: Some(organisation(who)),
    })
}

fn answer(objection: uuid::Uuid, outcome: &str) -> Command {
    sharing(SharingCommand::AnswerObjection {
        objection: objection.into(),
        outcome: code(outcome),
    })
}

fn restrict() -> Command {
    sharing(SharingCommand::PlaceRestriction {
        ground: code("accuracy_contested"),
    })
}

fn lift(restriction: uuid::Uuid) -> Command {
    sharing(SharingCommand::LiftRestriction {
        restriction: restriction.into(),
        reason: code("accuracy_settled"),
    })
}

fn agree(who: &str, basis: &str, until: Option<&str>) -> Command {
    sharing(SharingCommand::ApplyAgreement {
        with: organisation(who),
        basis: code(basis),
        until: until.map(day),
    })
}

fn end(agreement: uuid::Uuid) -> Command {
    sharing(SharingCommand::EndAgreement {
        agreement: agreement.into(),
        reason: code("no_longer_needed"),
    })
}

/// In treatment in Sunderland since 2 March.
fn treated() -> Story {
    let mut story = Story::of_an_adult();
    let episode = story.episode("2026-03-02", SUNDERLAND);
    story.start("2026-03-09", episode);
    story
}

fn reasons(state: &PersonState, as_of: &str) -> (bool, Vec<Reason>) {
    let ruling = national_statistics(state, day(as_of));
    let reasons = ruling.grounds.iter().map(|ground| ground.reason).collect();
    (ruling.included, reasons)
}

fn last(story: &Story) -> EventId {
    story.history.events().last().unwrap().envelope.id
}

/// S1: consent is withdrawn on 1 June. No export of that day or later tells of the person, whatever months it covers;
/// one of 31 May did, and says so as it was known then and is known now. Care goes on, and what local lists and
/// figures rest on is the same to the last line.
#[test]
fn s1_consent_to_the_national_statistics_is_withdrawn_on_1_june() {
    let mut story = treated();
    story.staff_of(SUNDERLAND, "2026-03-02", give(national()));
    let given = last(&story);
    let before = (story.state(), story.position());
    story.recorded_on("2026-06-04");
    story.staff_of(SUNDERLAND, "2026-06-01", withdraw(national()));
    let withdrawn = last(&story);

    let state = story.state();
    for as_of in ["2026-03-02", "2026-05-31"] {
        let yes = national_statistics(&state, day(as_of));
        assert!(yes.included, "{as_of}");
        let consent = Ground {
            reason: Reason::Consented,
            since: Some(day("2026-03-02")),
            by: Some(given),
        };
        assert_eq!(yes.grounds, [consent]);
    }
    for as_of in ["2026-06-01", "2026-06-02", "2027-01-01"] {
        let no = national_statistics(&state, day(as_of));
        assert!(!no.included, "{as_of}");
        let gone = Ground {
            reason: Reason::Withdrawn,
            since: Some(day("2026-06-01")),
            by: Some(withdrawn),
        };
        assert_eq!(no.grounds, [gone]);
    }
    // As it was known on 3 June, an export of 2 June told of the person.
    let known_then = story.history.state(None, Some(before.1));
    assert!(national_statistics(&known_then, day("2026-06-02")).included);

    // Local lists and figures rest on everything else, which is the same.
    assert_eq!(rows(&state, directory()), rows(&before.0, directory()));
    let without = PersonState {
        sharing: SharingState::default(),
        ..state
    };
    let untold = PersonState {
        sharing: SharingState::default(),
        ..before.0
    };
    assert_eq!(without, untold);

    // Care goes on.
    let episode = story.state().episodes[0].id;
    story.staff_of(SUNDERLAND, "2026-06-10", Command::RecordContact { episode });
    story.exit("2026-09-01", episode, "80");
}

#[test]
fn refusing_never_blocks_treatment() {
    let mut story = Story::of_an_adult();
    story.staff_of(SUNDERLAND, "2026-03-01", refuse(national()));
    let episode = story.episode("2026-03-02", SUNDERLAND);
    story.start("2026-03-09", episode);
    assert_eq!(
        reasons(&story.state(), "2026-03-09"),
        (false, vec![Reason::Refused])
    );
}

#[test]
fn who_was_never_asked_is_told_of_nowhere() {
    let story = treated();
    let ruling = national_statistics(&story.state(), day("2026-04-01"));
    let unasked = Ground {
        reason: Reason::NeverAsked,
        since: None,
        by: None,
    };
    assert_eq!((ruling.included, ruling.grounds), (false, vec![unasked]));
    // Consent to something else is no consent.
    let mut story = treated();
    story.staff_of(
        SUNDERLAND,
        "2026-03-02",
        give(Scope {
            code: code("research"),
            with: None,
        }),
    );
    assert_eq!(
        reasons(&story.state(), "2026-04-01"),
        (false, vec![Reason::NeverAsked])
    );
}

#[test]
fn the_last_answer_counts() {
    let mut story = treated();
    story.staff_of(SUNDERLAND, "2026-03-02", refuse(national()));
    story.staff_of(SUNDERLAND, "2026-04-02", give(national()));
    story.staff_of(SUNDERLAND, "2026-05-02", withdraw(national()));
    story.staff_of(SUNDERLAND, "2026-06-02", give(national()));
    let state = story.state();
    for (as_of, included, reason) in [
        ("2026-03-01", false, Reason::NeverAsked),
        ("2026-04-01", false, Reason::Refused),
        ("2026-04-02", true, Reason::Consented),
        ("2026-05-02", false, Reason::Withdrawn),
        ("2026-06-02", true, Reason::Consented),
    ] {
        assert_eq!(reasons(&state, as_of), (included, vec![reason]), "{as_of}");
    }
}

/// Of one day, without times, no counts more than yes: what was told last is not known.
#[test]
fn yes_and_no_of_one_day_are_a_no() {
    let mut story = treated();
    story.staff_of(SUNDERLAND, "2026-03-02", withdraw(national()));
    story.staff_of(SUNDERLAND, "2026-03-02", give(national()));
    assert_eq!(
        reasons(&story.state(), "2026-03-02"),
        (false, vec![Reason::Withdrawn])
    );
}

#[test]
fn an_objection_keeps_the_person_out_until_it_is_settled_otherwise() {
    let agreed = || {
        let mut story = treated();
        story.staff_of(SUNDERLAND, "2026-03-02", give(national()));
        story
    };
    let mut story = agreed();
    let objection = story
        .staff_of(SUNDERLAND, "2026-04-01", object_to("national_statistics"))
        .created[0];
    assert_eq!(
        reasons(&story.state(), "2026-03-31"),
        (true, vec![Reason::Consented])
    );
    assert_eq!(
        reasons(&story.state(), "2026-04-01"),
        (false, vec![Reason::Objected])
    );
    let mut upheld = story.clone();
    upheld.staff_of(SUNDERLAND, "2026-04-10", answer(objection, "upheld"));
    assert_eq!(
        reasons(&upheld.state(), "2026-12-31"),
        (false, vec![Reason::Objected])
    );
    let mut overruled = story.clone();
    overruled.staff_of(SUNDERLAND, "2026-04-10", answer(objection, "compelling_grounds"));
    assert_eq!(
        reasons(&overruled.state(), "2026-04-09"),
        (false, vec![Reason::Objected])
    );
    assert_eq!(
        reasons(&overruled.state(), "2026-04-10"),
        (true, vec![Reason::Consented])
    );
    let taken_back = sharing(SharingCommand::WithdrawObjection(objection.into()));
    story.staff_of(SUNDERLAND, "2026-04-10", taken_back);
    assert_eq!(
        reasons(&story.state(), "2026-04-10"),
        (true, vec![Reason::Consented])
    );
    // Negative control: an objection to something else.
    let mut other = agreed();
    other.staff_of(SUNDERLAND, "2026-04-01", object_to("research"));
    other.staff_of(SUNDERLAND, "2026-04-01", object_against(POLICE));
    assert_eq!(
        reasons(&other.state(), "2026-04-01"),
        (true, vec![Reason::Consented])
    );
}

#[test]
fn a_restriction_keeps_the_person_out_and_every_reason_is_said_the_gravest_first() {
    let mut story = treated();
    story.staff_of(SUNDERLAND, "2026-03-02", give(national()));
    let restriction = story.staff_of(SUNDERLAND, "2026-04-01", restrict()).created[0];
    assert_eq!(
        reasons(&story.state(), "2026-04-01"),
        (false, vec![Reason::Restricted])
    );
    story.staff_of(SUNDERLAND, "2026-04-02", object_to("national_statistics"));
    story.staff_of(SUNDERLAND, "2026-04-03", withdraw(national()));
    let all = vec![Reason::Restricted, Reason::Objected, Reason::Withdrawn];
    assert_eq!(reasons(&story.state(), "2026-04-03"), (false, all));
    story.staff_of(SUNDERLAND, "2026-05-01", lift(restriction));
    assert_eq!(
        reasons(&story.state(), "2026-05-01"),
        (false, vec![Reason::Objected, Reason::Withdrawn])
    );
}

#[test]
fn what_stands_for_each_scope_names_those_that_nobody_asked_about() {
    let mut story = treated();
    story.staff_of(SUNDERLAND, "2026-03-02", give(national()));
    story.staff_of(SUNDERLAND, "2026-03-02", refuse(with(POLICE)));
    let (state, reference) = (story.state(), ReferenceData::bundled());
    let on_day = standing(&state, &reference, day("2026-03-02"));
    assert_eq!(on_day[0].scope, national(), "first among them");
    assert_eq!(on_day[0].answer, StandingAnswer::Given);
    let wording = on_day[0].consent.and_then(|one| one.wording.clone()).unwrap();
    assert_eq!(wording.version, Some(code("2025-04")));
    let unasked = on_day
        .iter()
        .filter(|one| one.answer == StandingAnswer::NeverAsked);
    assert_eq!(unasked.count(), 4);
    let named = on_day.last().unwrap();
    assert_eq!(
        (&named.scope, named.answer),
        (&with(POLICE), StandingAnswer::Refused)
    );
    let before = standing(&state, &reference, day("2026-03-01"));
    assert!(before.iter().all(|one| one.answer == StandingAnswer::NeverAsked));
    assert_eq!(before.len(), 5);
}

/// What the person says is recorded whatever was said before, on whatever day: nobody who hears them is refused, and
/// no refusal tells what they said elsewhere.
#[test]
fn what_the_person_says_is_never_refused_for_what_was_said_before() {
    let mut story = treated();
    story.staff_of(SUNDERLAND, "2026-03-01", give(with(POLICE)));
    let agreement = story
        .staff_of(SUNDERLAND, "2026-03-05", agree(POLICE, "consent", None))
        .created[0];
    let objection = story
        .staff_of(SUNDERLAND, "2026-04-01", object_against(POLICE))
        .created[0];
    story.staff_of(SUNDERLAND, "2026-04-10", answer(objection, "upheld"));
    let taken_back = || sharing(SharingCommand::WithdrawObjection(objection.into()));
    for (on_day, command) in [
        ("2026-03-20", withdraw(national())),
        ("2026-03-20", give(national())),
        ("2026-03-20", give(national())),
        ("2026-03-04", withdraw(with(POLICE))),
        ("2026-03-04", object_against(POLICE)),
        ("2026-04-05", taken_back()),
        ("2026-04-20", taken_back()),
    ] {
        story.staff_of(SUNDERLAND, on_day, command);
    }
    let state = story.state();
    assert!(state.conflicts.is_empty(), "{:?}", state.conflicts);
    // Consent was withdrawn the day before the agreement, as is known now: it never counted.
    let agreement = state.sharing.agreement(agreement.into()).unwrap();
    assert!(!state.sharing.lasts_on(agreement, day("2026-03-05")));
}

#[test]
fn an_agreement_rests_on_what_the_person_said_by_its_day() {
    let mut story = treated();
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-05", agree(POLICE, "consent", None)),
        ["no_consent"]
    );
    story.staff_of(SUNDERLAND, "2026-03-05", give(with(SOUTH_TYNESIDE)));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-05", agree(POLICE, "consent", None)),
        ["no_consent"],
        "to another organisation"
    );
    story.staff_of(SUNDERLAND, "2026-03-05", give(with(POLICE)));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-04", agree(POLICE, "consent", None)),
        ["no_consent"],
        "the day before"
    );
    story.staff_of(SUNDERLAND, "2026-03-05", agree(POLICE, "consent", None));

    let objection = story
        .staff_of(SUNDERLAND, "2026-04-01", object_against(SOUTH_TYNESIDE))
        .created[0];
    let protocol = || agree(SOUTH_TYNESIDE, "sharing_protocol", None);
    assert_eq!(
        story.refused(SUNDERLAND, "2026-04-02", protocol()),
        ["person_objected"]
    );
    story.staff_of(SUNDERLAND, "2026-04-03", answer(objection, "compelling_grounds"));
    story.staff_of(SUNDERLAND, "2026-04-03", protocol());
}

#[test]
fn all_that_is_wrong_with_an_agreement_is_said_at_once() {
    let mut story = treated();
    story.staff_of(SUNDERLAND, "2026-03-05", object_against(SUNDERLAND));
    let codes = story.refused(
        SUNDERLAND,
        "2026-03-06",
        agree(SUNDERLAND, "consent", Some("2026-03-01")),
    );
    assert_eq!(
        codes,
        [
            "agreement_with_itself",
            "person_objected",
            "no_consent",
            "ends_before_start"
        ]
    );
    let codes = story.refused(SUNDERLAND, "2026-03-06", agree("nobody-here", "because", None));
    assert_eq!(codes, ["unknown_code", "unknown_organisation"]);
}

#[test]
fn an_agreement_stands_once_and_ends_once() {
    let mut story = treated();
    let first = story
        .staff_of(
            SUNDERLAND,
            "2026-03-05",
            agree(POLICE, "sharing_protocol", Some("2026-03-31")),
        )
        .created[0];
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-31", agree(POLICE, "joint_working", None)),
        ["agreement_stands"]
    );
    story.staff_of(SUNDERLAND, "2026-04-01", agree(POLICE, "joint_working", None));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-04", end(first)),
        ["before_agreement"]
    );
    story.staff_of(SUNDERLAND, "2026-03-20", end(first));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-21", end(first)),
        ["agreement_ended"]
    );
}

#[test]
fn an_objection_is_answered_once_and_a_restriction_lifted_once() {
    let mut story = treated();
    let objection = story
        .staff_of(SUNDERLAND, "2026-03-05", object_to("research"))
        .created[0];
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-04", answer(objection, "upheld")),
        ["before_objection"]
    );
    story.staff_of(SUNDERLAND, "2026-03-06", answer(objection, "upheld"));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-07", answer(objection, "legal_claims")),
        ["objection_answered"]
    );
    let taken_back = story
        .staff_of(SUNDERLAND, "2026-03-05", object_to("planning"))
        .created[0];
    story.staff_of(
        SUNDERLAND,
        "2026-03-06",
        sharing(SharingCommand::WithdrawObjection(taken_back.into())),
    );
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-07", answer(taken_back, "upheld")),
        ["objection_withdrawn"]
    );

    let restriction = story.staff_of(SUNDERLAND, "2026-03-05", restrict()).created[0];
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-05", restrict()),
        ["restriction_stands"]
    );
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-04", lift(restriction)),
        ["before_restriction"]
    );
    story.staff_of(SUNDERLAND, "2026-03-06", lift(restriction));
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-07", lift(restriction)),
        ["restriction_lifted"]
    );
    story.staff_of(SUNDERLAND, "2026-03-07", restrict());
}

#[test]
fn an_objection_is_to_one_thing_and_a_scope_names_an_organisation_where_it_is_about_one() {
    let mut story = treated();
    let both = sharing(SharingCommand::Object {
        purpose: Some(code("research")),
        against: Some(organisation(POLICE)),
    });
    let neither = sharing(SharingCommand::Object {
        purpose: None,
        against: None,
    });
    for command in [both, neither] {
        assert_eq!(story.refused(SUNDERLAND, "2026-03-05", command), ["one_of_two"]);
    }
    let nobody = Scope {
        code: code("share_with_organisation"),
        with: None,
    };
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-05", give(nobody)),
        ["required"]
    );
    let somebody = Scope {
        with: Some(organisation(POLICE)),
        ..national()
    };
    assert_eq!(
        story.refused(SUNDERLAND, "2026-03-05", give(somebody)),
        ["not_of_this_scope"]
    );
}

/// What a system sends is kept; an answer that no list explains takes nothing from the person.
#[test]
fn what_systems_say_is_kept_and_flagged() {
    let mut story = treated();
    let scope = Scope {
        code: code("everything"),
        with: None,
    };
    assert_eq!(story.machine(on("2026-03-05"), withdraw(scope)), ["unknown_code"]);
    let objection = story
        .staff_of(SUNDERLAND, "2026-03-05", object_to("research"))
        .created[0];
    assert_eq!(
        story.machine(on("2026-03-06"), answer(objection, "dismissed")),
        ["unknown_code"]
    );
    let state = story.state();
    assert!(state.sharing.objections[0].stands_on(day("2026-03-07")));
    let itself = agree(POLICE, "sharing_protocol", None);
    assert_eq!(story.machine(on("2026-03-06"), itself), ["agreement_with_itself"]);
    let state = story.state();
    let sharing = &state.sharing;
    assert!(!sharing.lasts_on(&sharing.agreements[0], day("2026-03-06")));
}

/// A withdrawal entered in error was never true: the person is told of again, and the agreement stands again.
#[test]
fn a_withdrawal_entered_in_error_was_never_true_and_an_agreement_keeps_its_id() {
    let mut story = treated();
    story.staff_of(SUNDERLAND, "2026-03-02", give(national()));
    story.staff_of(SUNDERLAND, "2026-03-02", give(with(POLICE)));
    let agreement = story
        .staff_of(SUNDERLAND, "2026-03-05", agree(POLICE, "consent", None))
        .created[0];
    let applied = last(&story);
    story.staff_of(SUNDERLAND, "2026-04-01", withdraw(national()));
    let first = last(&story);
    story.staff_of(SUNDERLAND, "2026-04-01", withdraw(with(POLICE)));
    let second = last(&story);
    let lasts = |story: &Story| {
        let sharing = story.state().sharing;
        sharing.lasts_on(&sharing.agreements[0], day("2026-04-02"))
    };
    assert!(!lasts(&story));
    let void = |events: Vec<EventId>, replaced| Command::VoidEvents {
        events,
        reason: code("entered_in_error"),
        replaced,
    };
    story.staff_of(SUNDERLAND, "2026-04-03", void(vec![first, second], Replaced::No));
    assert_eq!(
        reasons(&story.state(), "2026-04-02"),
        (true, vec![Reason::Consented])
    );
    assert!(lasts(&story));

    let replaced = story.together(
        SUNDERLAND,
        [
            (on("2026-04-03"), void(vec![applied], Replaced::Here)),
            (on("2026-03-06"), agree(POLICE, "consent", Some("2026-06-30"))),
        ],
    );
    assert_eq!(replaced.created, [agreement]);
}

/// Whoever the person tells writes it down, and it counts everywhere.
#[test]
fn what_the_person_tells_one_organisation_counts_for_all() {
    let mut story = treated();
    story.staff_of(PARTNERSHIP, "2026-04-01", withdraw(national()));
    assert_eq!(
        reasons(&story.state(), "2026-04-01"),
        (false, vec![Reason::Withdrawn])
    );
}

#[test]
fn an_erased_answer_is_no_consent() {
    let mut story = treated();
    story.staff_of(SUNDERLAND, "2026-03-02", give(national()));
    let mut events = story.history.events().to_vec();
    let told = events.last().unwrap().envelope.clone();
    let kept = event(
        told.id,
        told.occurred,
        told.recorded_at,
        told.position,
        Origin::Staff,
        told.actor.organisation.clone(),
        story.history.events().last().unwrap().fact().unwrap().clone(),
    );
    assert!(national_statistics(&PersonState::fold([&kept]), day("2026-04-01")).included);
    events.last_mut().unwrap().body = Body::Erased;
    assert_eq!(
        reasons(&PersonState::fold(&events), "2026-04-01"),
        (false, vec![Reason::NeverAsked])
    );
}
