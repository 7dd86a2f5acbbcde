//! Who is shown and may record what, where a mutant of the rules had survived.
//!
//! Sources: `trust.md`, "Who may see what"; Drugs Act 2005 s. 9 to 12 for required assessments.

use crate::story::{
    PARTNERSHIP, POLICE, PRISON_CARE, SOUTH_TYNESIDE, SUNDERLAND, Story, code, day, directory, service,
};
use throughcare_domain::access::{
    Ground, Permission, Rule, grounds, is_shown_members, may_record, own_events,
};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::command::{Command, JusticeCommand, NewOverdose};
use throughcare_domain::event::{RecordedEvent, Role};
use throughcare_domain::fact::Fact;
use throughcare_domain::id::{AssessmentId, OverdoseId};

fn of(organisation: &str) -> OrganisationCode {
    OrganisationCode::parse(organisation).unwrap()
}

#[test]
fn members_are_shown_to_administrators_and_auditors_and_to_privacy_officers_of_their_own() {
    let (own, other) = (of(SUNDERLAND), of(POLICE));
    let shown = |role| {
        (
            is_shown_members(role, &own, &own),
            is_shown_members(role, &own, &other),
        )
    };
    assert_eq!(shown(Role::Administrator), (true, true));
    assert_eq!(shown(Role::Auditor), (true, true));
    assert_eq!(shown(Role::PrivacyOfficer), (true, false));
    for role in [Role::Worker, Role::Clinician, Role::Liaison, Role::Commissioner] {
        assert_eq!(shown(role), (false, false), "{role:?}");
    }
}

#[test]
fn an_auditor_looks_as_an_auditor_even_where_the_organisation_treats_the_person() {
    let mut story = Story::of_an_adult();
    story.episode("2026-03-01", SUNDERLAND);
    let by = |role| grounds(&story.history, &of(SUNDERLAND), role, day("2026-03-02"));
    assert_eq!(by(Role::Auditor), [Ground::Audit]);
    assert!(by(Role::Worker).contains(&Ground::Episode), "negative control");
}

fn attended(assessment: AssessmentId) -> Command {
    Command::Justice(JusticeCommand::AttendAssessment {
        assessment,
        follow_up_needed: Some(false),
        follow_up_on: None,
    })
}

fn missed(assessment: AssessmentId) -> Command {
    Command::Justice(JusticeCommand::MissAssessment {
        assessment,
        reason: code("did_not_attend"),
    })
}

fn lapsed(assessment: AssessmentId) -> Command {
    Command::Justice(JusticeCommand::LapseAssessment {
        assessment,
        reason: code("no_further_action"),
    })
}

/// The police require somebody, whom the prison's service treats, to come to the service in Sunderland.
fn required() -> (Story, AssessmentId) {
    let mut story = Story::of_an_adult();
    story.recorded_on("2026-12-31");
    story.episode("2026-03-01", PRISON_CARE);
    let require = Command::Justice(JusticeCommand::RequireAssessment {
        service: service(SUNDERLAND),
        test: None,
        appointed_on: None,
    });
    let made = story.staff_of(POLICE, "2026-03-05", require);
    let first = made.drafts.iter().find_map(|draft| match &draft.fact {
        Fact::AssessmentRequired(f) => Some(f.assessment),
        _ => None,
    });
    (story, first.unwrap())
}

#[test]
fn an_assessment_is_recorded_by_its_service_lapses_by_who_imposed_it_and_is_nothing_to_others() {
    let (story, assessment) = required();
    let may = |command: &Command, organisation: &str| {
        may_record(
            command,
            &story.history,
            directory(),
            &of(organisation),
            Role::Worker,
            day("2026-03-06"),
        )
    };
    let is_its_services = Permission::WrongRole(Rule::AssessmentIsItsServices.sentence());
    for command in [attended(assessment), missed(assessment)] {
        assert_eq!(may(&command, SUNDERLAND), Permission::Allowed);
        assert_eq!(
            may(&command, POLICE),
            is_its_services,
            "who imposed it knows of it"
        );
        assert_eq!(
            may(&command, PRISON_CARE),
            is_its_services,
            "who sees the record knows of it"
        );
        assert_eq!(may(&command, SOUTH_TYNESIDE), Permission::NotFound);
    }
    let lapse = lapsed(assessment);
    assert_eq!(may(&lapse, SUNDERLAND), Permission::Allowed);
    assert_eq!(may(&lapse, POLICE), Permission::Allowed);
    assert_eq!(may(&lapse, PRISON_CARE), Permission::Allowed);
    assert_eq!(may(&lapse, SOUTH_TYNESIDE), Permission::NotFound);
    // Whoever recorded something else about the person has imposed nothing.
    let mut other = story.clone();
    let raise = Command::RaiseNeed {
        code: code("housing"),
        service: None,
    };
    other.staff_of(SOUTH_TYNESIDE, "2026-03-06", raise);
    let stranger = of(SOUTH_TYNESIDE);
    let may = may_record(
        &lapse,
        &other.history,
        directory(),
        &stranger,
        Role::Worker,
        day("2026-03-07"),
    );
    assert_eq!(may, Permission::NotFound);
}

/// What became of an assessment that others imposed is told by its own id, and stands in no view of one's own entries.
#[test]
fn what_became_of_an_assessment_stands_in_the_own_view_of_who_imposed_it_alone() {
    type Told = fn(AssessmentId) -> Command;
    let tellings: [(Told, &str); 3] = [
        (attended, "justice.assessment-attended"),
        (missed, "justice.assessment-missed"),
        (lapsed, "justice.assessment-lapsed"),
    ];
    for (command, event_type) in tellings {
        for (by, shown) in [(SUNDERLAND, false), (POLICE, true)] {
            let (mut story, assessment) = required();
            if by == POLICE && event_type != "justice.assessment-lapsed" {
                continue;
            }
            story.staff_of(by, "2026-03-08", command(assessment));
            let own = own_events(&story.history, &of(by));
            let mut facts = own.events().iter().filter_map(RecordedEvent::fact);
            assert_eq!(
                facts.any(|fact| fact.event_type() == event_type),
                shown,
                "{event_type} by {by}"
            );
            let mut all = story.history.events().iter().filter_map(RecordedEvent::fact);
            assert!(all.any(|fact| fact.event_type() == event_type), "it was recorded");
        }
    }
}

fn overdosed(story: &mut Story, on: &str) -> OverdoseId {
    let report = Command::ReportOverdose(NewOverdose {
        outcome: code("hospital"),
        substances: vec![code("1011")],
        place: None,
        naloxone_given: None,
        ambulance_called: None,
    });
    let made = story.staff_of(POLICE, on, report);
    let first = made.drafts.iter().find_map(|draft| match &draft.fact {
        Fact::OverdoseReported(f) => Some(f.overdose),
        _ => None,
    });
    first.unwrap()
}

/// Whoever has an overdose on its list goes through it, and through nothing else that is told of the same person.
#[test]
fn an_overdose_on_the_own_list_is_gone_through_and_another_one_is_nobodys() {
    let mut story = Story::of_an_adult();
    story.recorded_on("2026-12-31");
    // The first when nobody treats them and nobody knows where they live: the partnership's.
    let alone = overdosed(&mut story, "2026-02-01");
    story.episode("2026-03-01", PRISON_CARE);
    let treated = overdosed(&mut story, "2026-03-05");
    let may = |by: &str, overdose| {
        let review = Command::ReviewOverdose {
            overdose,
            outcome: code("seen"),
        };
        may_record(
            &review,
            &story.history,
            directory(),
            &of(by),
            Role::Worker,
            day("2026-03-06"),
        )
    };
    assert_eq!(may(PARTNERSHIP, alone), Permission::Allowed);
    assert_eq!(may(PARTNERSHIP, treated), Permission::NotFound);
    // Neither list has it: who reported it may tell more, and so may who sees the record.
    assert_eq!(may(POLICE, treated), Permission::Allowed);
    assert_eq!(may(PRISON_CARE, alone), Permission::Allowed);
    assert_eq!(may(SOUTH_TYNESIDE, alone), Permission::NotFound);
}
