//! A record is sealed: shown to who is named, and to nobody else.
//!
//! Source: `trust.md`, "Who may see what" (sealed records).

use crate::story::{PRISON_CARE, SOUTH_TYNESIDE, SUNDERLAND, Story, code, day, directory_events, noon};
use jiff::Timestamp;
use throughcare_domain::access::{Permission, Viewer, is_warned, left_without, may_seal, sealed_from};
use throughcare_domain::code::{ClientName, OrganisationCode, UserName};
use throughcare_domain::command::Command;
use throughcare_domain::decide::{
    Context, MOST_NAMED, MemberCommand, OrganisationCommand, SealCommand, decide_organisation,
};
use throughcare_domain::directory::Directory;
use throughcare_domain::event::{Body, Origin, RecordedEvent, Role};
use throughcare_domain::fact::{Fact, Named, Sector};
use throughcare_domain::id::{CountingIds, PersonId, SealId};
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;
use uuid::Uuid;

/// What organisations told: three of them have a worker, w.NAME, and a privacy officer.
struct Told {
    events: Vec<RecordedEvent>,
    ids: CountingIds,
}

fn organisation(text: &str) -> OrganisationCode {
    OrganisationCode::parse(text).unwrap()
}

fn named(of: &str, user: &str) -> Named {
    Named {
        organisation: organisation(of),
        user: UserName::parse(user).unwrap(),
    }
}

fn now(when: &str) -> Timestamp {
    noon(day(when))
}

impl Told {
    fn new() -> Self {
        let mut told = Self {
            events: directory_events(),
            ids: CountingIds::new(91),
        };
        for of in [SUNDERLAND, PRISON_CARE, SOUTH_TYNESIDE] {
            let registers = MemberCommand::RegisterClient {
                client: ClientName::parse("records").unwrap(),
                sector: Sector::Treatment,
                roles: vec![Role::Worker],
            };
            told.says("2026-01-05", of, |organisation| OrganisationCommand::Members {
                organisation,
                command: registers,
            })
            .unwrap();
            let grants = MemberCommand::Grant {
                user: UserName::parse("a.worker").unwrap(),
                role: Role::Worker,
                from: None,
                until: None,
            };
            told.says("2026-01-05", of, |organisation| OrganisationCommand::Members {
                organisation,
                command: grants,
            })
            .unwrap();
        }
        told
    }

    fn directory(&self) -> Directory {
        Directory::fold(&self.events)
    }

    fn says(
        &mut self,
        when: &str,
        of: &str,
        command: impl FnOnce(OrganisationCode) -> OrganisationCommand,
    ) -> Result<(), Vec<(String, &'static str)>> {
        let (of, directory) = (organisation(of), self.directory());
        let mut context = Context {
            now: now(when),
            origin: Origin::Staff,
            organisation: &of,
            user: Some("an.officer"),
            reference: &ReferenceData::bundled(),
            directory: &directory,
            ids: &mut self.ids,
        };
        let decision = decide_organisation(Occurred::At(now(when)), &command(of.clone()), &mut context)
            .map_err(|refusal| {
                refusal
                    .0
                    .into_iter()
                    .map(|fault| (fault.pointer, fault.code))
                    .collect::<Vec<_>>()
            })?;
        for draft in decision.drafts {
            self.learn(&of, now(when), draft.fact);
        }
        Ok(())
    }

    fn learn(&mut self, of: &OrganisationCode, at: Timestamp, fact: Fact) {
        let position = self.events.len() as u64 + 1;
        let mut told = self.events[0].clone();
        told.body = Body::Fact(fact);
        told.envelope.id.0 = Uuid::from_u128(0xfeed_0000 + u128::from(position));
        told.envelope.stream = StreamId::organisation(of);
        told.envelope.stream_version = self.directory().version_of(of) + 1;
        told.envelope.position = position;
        told.envelope.occurred = Occurred::At(at);
        (told.envelope.received_at, told.envelope.recorded_at) = (at, at);
        told.envelope.actor.organisation = of.clone();
        told.envelope.actor.user = Some("an.officer".to_owned());
        self.events.push(told);
    }

    fn seals(
        &mut self,
        story: &Story,
        of: &str,
        named: Vec<Named>,
    ) -> Result<SealId, Vec<(String, &'static str)>> {
        let command = SealCommand::Seal {
            records: vec![story.history.person()],
            reason: code("staff_as_patient"),
            left_without: left_without(&story.history, &named),
            named,
        };
        self.says("2026-04-01", of, |organisation| OrganisationCommand::Seals {
            organisation,
            command,
        })?;
        Ok(self.directory().seals().all().last().unwrap().id)
    }

    fn then(&mut self, of: &str, command: SealCommand) -> Result<(), Vec<(String, &'static str)>> {
        self.says("2026-04-02", of, |organisation| OrganisationCommand::Seals {
            organisation,
            command,
        })
    }

    fn hides(&self, story: &Story, of: &str, role: Role, user: Option<&str>) -> bool {
        let of = organisation(of);
        let viewer = Viewer {
            organisation: &of,
            role,
            user,
        };
        sealed_from(&self.directory(), [story.history.person()], viewer).is_some()
    }
}

/// Somebody whom Sunderland treats.
fn treated() -> Story {
    let mut story = Story::of_an_adult();
    story.episode("2026-03-01", SUNDERLAND);
    story
}

#[test]
fn given_a_sealed_record_then_those_named_see_it_and_auditors_and_the_officers_who_answer_for_it_and_nobody_else()
 {
    let (story, mut told) = (treated(), Told::new());
    assert!(
        !told.hides(&story, SUNDERLAND, Role::Worker, Some("b.worker")),
        "not sealed yet"
    );
    told.seals(&story, SUNDERLAND, vec![named(SUNDERLAND, "a.worker")])
        .unwrap();
    for (of, role, user, hidden) in [
        (SUNDERLAND, Role::Worker, Some("a.worker"), false),
        (SUNDERLAND, Role::Clinician, Some("a.worker"), false),
        (SUNDERLAND, Role::Worker, Some("b.worker"), true),
        (SUNDERLAND, Role::Clinician, Some("b.worker"), true),
        // Somebody of the same name elsewhere is somebody else, and a system is nobody.
        (SOUTH_TYNESIDE, Role::Worker, Some("a.worker"), true),
        (SUNDERLAND, Role::Worker, None, true),
        (SUNDERLAND, Role::Liaison, None, true),
        (SUNDERLAND, Role::PrivacyOfficer, Some("an.officer"), false),
        (SOUTH_TYNESIDE, Role::PrivacyOfficer, Some("an.officer"), true),
        (SUNDERLAND, Role::Administrator, Some("an.administrator"), true),
        (SUNDERLAND, Role::Commissioner, Some("a.commissioner"), true),
        (SOUTH_TYNESIDE, Role::Auditor, Some("an.auditor"), false),
    ] {
        assert_eq!(
            told.hides(&story, of, role, user),
            hidden,
            "{of} {role:?} {user:?}"
        );
    }
    let directory = told.directory();
    let other = sealed_from(
        &directory,
        [PersonId(Uuid::from_u128(5))],
        Viewer {
            organisation: &organisation(SOUTH_TYNESIDE),
            role: Role::Worker,
            user: None,
        },
    );
    assert!(other.is_none(), "nobody else's record");
}

#[test]
fn given_two_seals_then_who_is_named_in_one_alone_sees_nothing() {
    let (story, mut told) = (treated(), Told::new());
    let both = [named(SUNDERLAND, "a.worker"), named(PRISON_CARE, "a.worker")];
    told.seals(&story, SUNDERLAND, both.to_vec()).unwrap();
    told.seals(&story, PRISON_CARE, both[..1].to_vec()).unwrap();
    assert!(!told.hides(&story, SUNDERLAND, Role::Worker, Some("a.worker")));
    assert!(told.hides(&story, PRISON_CARE, Role::Worker, Some("a.worker")));
}

#[test]
fn given_a_seal_when_others_are_named_or_it_is_lifted_then_it_counts_from_then_on() {
    let (story, mut told) = (treated(), Told::new());
    let seal = told
        .seals(&story, SUNDERLAND, vec![named(SUNDERLAND, "a.worker")])
        .unwrap();
    let others = |named: Vec<Named>| SealCommand::Change {
        seal,
        named,
        left_without: Vec::new(),
    };
    told.then(SUNDERLAND, others(vec![named(PRISON_CARE, "a.worker")]))
        .unwrap();
    assert!(told.hides(&story, SUNDERLAND, Role::Worker, Some("a.worker")));
    assert!(!told.hides(&story, PRISON_CARE, Role::Worker, Some("a.worker")));
    let lift = || SealCommand::Lift {
        seal,
        reason: code("no_longer_needed"),
    };
    // Only by the organisation that placed it.
    assert_eq!(
        told.then(PRISON_CARE, lift()),
        Err(vec![(String::new(), "unknown_seal")])
    );
    told.then(SUNDERLAND, lift()).unwrap();
    assert!(!told.hides(&story, SOUTH_TYNESIDE, Role::Worker, Some("z")));
    assert_eq!(
        told.then(SUNDERLAND, lift()),
        Err(vec![(String::new(), "seal_lifted")])
    );
    let late = others(vec![named(PRISON_CARE, "a.worker")]);
    assert_eq!(
        told.then(SUNDERLAND, late),
        Err(vec![(String::new(), "seal_lifted")])
    );
    told.seals(&story, SUNDERLAND, vec![named(SUNDERLAND, "a.worker")])
        .unwrap();
    assert!(
        told.hides(&story, SUNDERLAND, Role::Worker, Some("b.worker")),
        "again"
    );
}

#[test]
fn given_somebody_in_care_then_whoever_treats_them_has_somebody_who_sees_the_record() {
    let (mut story, mut told) = (treated(), Told::new());
    let faults = told.seals(&story, PRISON_CARE, vec![named(PRISON_CARE, "a.worker")]);
    assert_eq!(faults, Err(vec![("/named".to_owned(), "care_without_sight")]));
    let both = vec![named(PRISON_CARE, "a.worker"), named(SUNDERLAND, "a.worker")];
    told.seals(&story, PRISON_CARE, both).unwrap();
    // Whoever treats the person no longer need not be among them.
    let episode = story.state().episodes[0].id;
    story.exit("2026-03-20", episode, "80");
    assert_eq!(left_without(&story.history, &[]), vec![]);
}

#[test]
fn given_who_is_named_then_each_is_a_member_once_and_a_misspelt_name_is_refused() {
    let (story, mut told) = (Story::of_an_adult(), Told::new());
    let one = named(SUNDERLAND, "a.worker");
    let refused = |told: &mut Told, named: Vec<Named>| told.seals(&story, SUNDERLAND, named).unwrap_err();
    assert_eq!(
        refused(&mut told, vec![]),
        [("/named".to_owned(), "out_of_range")]
    );
    assert_eq!(
        refused(&mut told, vec![one.clone(), named(SUNDERLAND, "a.wroker")]),
        [("/named/1".to_owned(), "not_a_member")]
    );
    assert_eq!(
        refused(&mut told, vec![one.clone(); MOST_NAMED + 1]),
        [("/named".to_owned(), "out_of_range")]
    );
    told.seals(&story, SUNDERLAND, vec![one.clone(), one.clone()])
        .unwrap();
    assert_eq!(told.directory().seals().all()[0].named, [one.clone()]);
    assert_eq!(refused(&mut told, vec![one]), [(String::new(), "already_sealed")]);
}

#[test]
fn given_a_sealed_record_then_staff_who_treat_or_are_asked_are_warned_and_nobody_else() {
    let mut story = treated();
    story.refer("2026-03-02", SOUTH_TYNESIDE);
    let warned = |of: &str, role: Role, user: Option<&str>| {
        let of = organisation(of);
        let viewer = Viewer {
            organisation: &of,
            role,
            user,
        };
        is_warned(&story.history, viewer, day("2026-04-01"))
    };
    assert!(warned(SUNDERLAND, Role::Clinician, Some("b.worker")), "it treats");
    assert!(warned(SUNDERLAND, Role::Worker, Some("b.worker")));
    assert!(
        warned(SOUTH_TYNESIDE, Role::Worker, Some("b.worker")),
        "it is asked"
    );
    assert!(
        !warned(SUNDERLAND, Role::Worker, None),
        "a system harms nobody by not knowing"
    );
    assert!(!warned(SUNDERLAND, Role::Liaison, Some("b.worker")));
    assert!(
        !warned(PRISON_CARE, Role::Clinician, Some("b.worker")),
        "it knows nothing of them"
    );
}

#[test]
fn given_a_role_then_privacy_officers_seal_for_their_own_organisation_alone() {
    let (own, other) = (organisation(SUNDERLAND), organisation(PRISON_CARE));
    for role in Role::ALL {
        let may = may_seal(role, &own, &own) == Permission::Allowed;
        assert_eq!(may, role == Role::PrivacyOfficer, "{role:?}");
    }
    assert_eq!(may_seal(Role::PrivacyOfficer, &own, &other), Permission::NotFound);
}

#[test]
fn given_a_command_then_looks_in_an_emergency_go_past_a_seal_and_attesting_presence_does_not() {
    use throughcare_domain::command::SightCommand;
    let past = |command: Command| matches!(&command, Command::Sight(sight) if sight.is_of_emergencies());
    assert!(past(Command::Sight(SightCommand::BreakGlass {
        reason: code("overdose"),
        hours: 1,
    })));
    assert!(!past(Command::Sight(SightCommand::AttestPresence {
        referral: throughcare_domain::id::ReferralId(Uuid::nil()),
        attested: code("document_seen"),
    })));
}
