//! Who acts for an organisation: granted, ended, asked about later; and who may say so.

use crate::story::{PARTNERSHIP, SUNDERLAND as PROVIDER, day, directory_events, noon};
use jiff::Timestamp;
use jiff::civil::Date;
use throughcare_domain::access::{Claimed, Permission, Rule, may_keep_members, membership};
use throughcare_domain::code::{ClientName, OrganisationCode, UserName};
use throughcare_domain::decide::{Context, MemberCommand, OrganisationCommand, decide_organisation};
use throughcare_domain::directory::{Directory, InForce};
use throughcare_domain::event::{Origin, RecordedEvent, Role};
use throughcare_domain::fact::{Fact, Sector};
use throughcare_domain::id::{CountingIds, MemberId, RegistrationId};
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;

const RECORDS: &str = "northshire-records";
const DESK: &str = "administration";

/// Everything that organisations told, by decisions.
struct Log {
    events: Vec<RecordedEvent>,
    ids: CountingIds,
}

impl Log {
    /// The provider's system is registered for workers and clinicians, a.worker works there, and two people administer.
    fn new() -> Self {
        let mut log = Self {
            events: directory_events(),
            ids: CountingIds::new(77),
        };
        log.registers(PROVIDER, RECORDS, &[Role::Worker, Role::Clinician]);
        log.registers(PARTNERSHIP, DESK, &[Role::Administrator]);
        log.grants("2026-01-05", PROVIDER, "a.worker", Role::Worker);
        log.grants("2026-01-05", PARTNERSHIP, "an.administrator", Role::Administrator);
        log
    }

    fn directory(&self) -> Directory {
        Directory::fold(&self.events)
    }

    fn tells(&mut self, when: &str, of: &str, command: MemberCommand) -> Result<(), Vec<&'static str>> {
        let (of, directory) = (organisation(of), self.directory());
        let now = noon(day(when));
        let mut context = Context {
            now,
            origin: Origin::Staff,
            organisation: &of,
            user: Some("an.administrator"),
            reference: &ReferenceData::bundled(),
            directory: &directory,
            ids: &mut self.ids,
        };
        let command = OrganisationCommand::Members {
            organisation: of.clone(),
            command,
        };
        let decision = decide_organisation(Occurred::At(now), &command, &mut context)
            .map_err(|refusal| refusal.0.into_iter().map(|fault| fault.code).collect::<Vec<_>>())?;
        for draft in decision.drafts {
            self.learn(&of, now, draft.fact);
        }
        Ok(())
    }

    fn learn(&mut self, of: &OrganisationCode, now: Timestamp, fact: Fact) {
        let position = self.events.len() as u64 + 1;
        let stream = StreamId::organisation(of);
        let version = self.directory().version_of(of) + 1;
        let mut told = self.events[0].clone();
        told.body = throughcare_domain::event::Body::Fact(fact);
        told.envelope.id.0 = uuid::Uuid::from_u128(0xfeed_0000 + u128::from(position));
        told.envelope.stream = stream;
        told.envelope.stream_version = version;
        told.envelope.position = position;
        told.envelope.occurred = Occurred::At(now);
        (told.envelope.received_at, told.envelope.recorded_at) = (now, now);
        told.envelope.actor.organisation = of.clone();
        told.envelope.actor.user = Some("an.administrator".to_owned());
        self.events.push(told);
    }

    fn registers(&mut self, of: &str, client: &str, roles: &[Role]) -> RegistrationId {
        let command = MemberCommand::RegisterClient {
            client: ClientName::parse(client).unwrap(),
            sector: Sector::Treatment,
            roles: roles.to_vec(),
            services: Vec::new(),
        };
        self.tells("2026-01-05", of, command).unwrap();
        let directory = self.directory();
        let roster = directory.roster(&organisation(of)).unwrap();
        roster.registrations().last().unwrap().id
    }

    fn grants(&mut self, when: &str, of: &str, user: &str, role: Role) -> MemberId {
        self.tells(when, of, grant(user, role, None, None)).unwrap();
        let directory = self.directory();
        let roster = directory.roster(&organisation(of)).unwrap();
        roster.members().last().unwrap().id
    }

    /// Whether a.worker, or another claim, is admitted.
    fn admits(&self, change: impl FnOnce(&mut Claimed<'_>), today: &str) -> bool {
        self.admits_of(&organisation(PROVIDER), change, today)
    }

    fn admits_of(&self, of: &OrganisationCode, change: impl FnOnce(&mut Claimed<'_>), today: &str) -> bool {
        let mut claimed = Claimed {
            organisation: of,
            client: RECORDS,
            user: Some("a.worker"),
            on_behalf_of: None,
            role: Role::Worker,
        };
        change(&mut claimed);
        match membership(&self.directory(), claimed, day(today)) {
            Ok(_) => true,
            Err(rule) => {
                assert_eq!(rule, Rule::NoMembership);
                false
            }
        }
    }

    fn states(&self, member: MemberId, on: &str) -> InForce {
        let directory = self.directory();
        let roster = directory.roster(&organisation(PROVIDER)).unwrap();
        roster.member(member).unwrap().in_force(day(on))
    }
}

fn organisation(text: &str) -> OrganisationCode {
    OrganisationCode::parse(text).unwrap()
}

fn grant(user: &str, role: Role, from: Option<Date>, until: Option<Date>) -> MemberCommand {
    MemberCommand::Grant {
        user: UserName::parse(user).unwrap(),
        role,
        from,
        until,
    }
}

#[test]
fn given_a_member_through_a_registered_system_then_they_act_in_that_role_for_that_organisation_alone() {
    let log = Log::new();
    assert!(log.admits(|_| {}, "2026-02-01"));
    assert!(
        log.admits(|claimed| claimed.user = None, "2026-02-01"),
        "the system by itself"
    );
    let elsewhere = organisation(PARTNERSHIP);
    assert!(!log.admits_of(&elsewhere, |_| {}, "2026-02-01"));
    assert!(!log.admits(|claimed| claimed.client = DESK, "2026-02-01"));
    assert!(!log.admits(|claimed| claimed.user = Some("a.stranger"), "2026-02-01"));
    assert!(
        !log.admits(|claimed| claimed.role = Role::Clinician, "2026-02-01"),
        "the system may, the user may not"
    );
    assert!(
        !log.admits(
            |claimed| (claimed.role, claimed.user) = (Role::Auditor, None),
            "2026-02-01"
        ),
        "the system may not"
    );
}

#[test]
fn given_a_person_behind_a_system_then_they_must_be_a_member_too() {
    let log = Log::new();
    let behind = |name: &'static str| {
        log.admits(
            |claimed| (claimed.user, claimed.on_behalf_of) = (None, Some(name)),
            "2026-02-01",
        )
    };
    assert!(behind("a.worker"));
    assert!(!behind("a.stranger"));
    assert!(!behind("an.administrator"), "a member elsewhere");
}

#[test]
fn given_first_and_last_days_then_a_membership_counts_on_these_and_between() {
    let mut log = Log::new();
    let command = grant(
        "a.locum",
        Role::Worker,
        Some(day("2026-03-02")),
        Some(day("2026-03-31")),
    );
    log.tells("2026-02-20", PROVIDER, command).unwrap();
    for (on, counts) in [
        ("2026-03-01", false),
        ("2026-03-02", true),
        ("2026-03-31", true),
        ("2026-04-01", false),
    ] {
        assert_eq!(
            log.admits(|claimed| claimed.user = Some("a.locum"), on),
            counts,
            "{on}"
        );
    }
    let directory = log.directory();
    let members = directory.roster(&organisation(PROVIDER)).unwrap().members();
    let id = members.last().unwrap().id;
    assert_eq!(log.states(id, "2026-03-01"), InForce::Planned);
    assert_eq!(log.states(id, "2026-04-01"), InForce::RanOut);

    // A new last day, while it lasts.
    let until = Some(day("2026-04-30"));
    log.tells(
        "2026-03-20",
        PROVIDER,
        MemberCommand::Change { member: id, until },
    )
    .unwrap();
    assert!(log.admits(|claimed| claimed.user = Some("a.locum"), "2026-04-01"));
    let late = MemberCommand::Change {
        member: id,
        until: None,
    };
    assert_eq!(
        log.tells("2026-05-01", PROVIDER, late),
        Err(vec!["membership_ended"])
    );
}

#[test]
fn given_a_membership_or_a_registration_that_ended_then_nothing_is_admitted_by_it_any_more() {
    let mut log = Log::new();
    let member = log.directory().roster(&organisation(PROVIDER)).unwrap().members()[0].id;
    let mut ended = Log {
        events: log.events.clone(),
        ids: CountingIds::new(78),
    };
    ended
        .tells("2026-02-10", PROVIDER, MemberCommand::End(member))
        .unwrap();
    assert!(
        !ended.admits(|_| {}, "2026-02-01"),
        "whatever day it is: it is known"
    );
    assert!(
        ended.admits(|claimed| claimed.user = None, "2026-02-10"),
        "the system stays"
    );
    assert_eq!(
        ended.tells("2026-02-11", PROVIDER, MemberCommand::End(member)),
        Err(vec!["membership_ended"])
    );

    let directory = log.directory();
    let registration = directory.roster(&organisation(PROVIDER)).unwrap().registrations()[0].id;
    log.tells("2026-02-10", PROVIDER, MemberCommand::RevokeClient(registration))
        .unwrap();
    assert!(!log.admits(|_| {}, "2026-02-10"));
    assert_eq!(
        log.tells("2026-02-11", PROVIDER, MemberCommand::RevokeClient(registration)),
        Err(vec!["already_revoked"])
    );
    // Registered again, the same people act again.
    log.registers(PROVIDER, RECORDS, &[Role::Worker]);
    assert!(log.admits(|_| {}, "2026-02-12"));
}

#[test]
fn given_a_membership_when_it_is_asked_about_later_then_it_stood_as_it_was_in_force() {
    let mut log = Log::new();
    let member = log.directory().roster(&organisation(PROVIDER)).unwrap().members()[0].id;
    let until = Some(day("2026-03-31"));
    log.tells("2026-02-01", PROVIDER, MemberCommand::Change { member, until })
        .unwrap();
    log.tells("2026-03-10", PROVIDER, MemberCommand::End(member))
        .unwrap();
    let directory = log.directory();
    let one = directory
        .roster(&organisation(PROVIDER))
        .unwrap()
        .member(member)
        .unwrap();
    let at = |text: &str| {
        let instant = noon(day(text));
        (one.in_force_at(instant), one.until_at(instant))
    };
    assert_eq!(at("2026-01-04"), (None, None), "not yet granted");
    assert_eq!(at("2026-01-31"), (Some(InForce::Yes), None));
    assert_eq!(at("2026-02-02"), (Some(InForce::Yes), until));
    assert_eq!(at("2026-03-09"), (Some(InForce::Yes), until));
    assert_eq!(at("2026-03-10"), (Some(InForce::Ended), until));
    assert_eq!(one.granted.by, "an.administrator");
}

/// Clocks of nodes differ, and a batch may be read in any order: the log alone says what came first.
#[test]
fn given_the_events_in_another_order_then_the_same_people_act() {
    let mut log = Log::new();
    let member = log.directory().roster(&organisation(PROVIDER)).unwrap().members()[0].id;
    log.tells("2026-01-05", PROVIDER, MemberCommand::End(member))
        .unwrap();
    let reached = log.directory().version_of(&organisation(PROVIDER));
    assert_eq!(log.events.last().unwrap().envelope.stream_version, reached);
    log.events.reverse();
    assert!(!log.admits(|_| {}, "2026-02-01"));
    assert_eq!(log.directory().version_of(&organisation(PROVIDER)), reached);
}

#[test]
fn given_what_does_not_fit_then_each_is_refused_with_its_code() {
    let mut log = Log::new();
    let on = "2026-02-01";
    let refused = |log: &mut Log, of: &str, command| log.tells(on, of, command).unwrap_err();
    let again = grant("a.worker", Role::Worker, None, None);
    assert_eq!(refused(&mut log, PROVIDER, again), ["already_member"]);
    let backwards = grant("b.worker", Role::Worker, Some(day("2026-01-31")), None);
    assert_eq!(refused(&mut log, PROVIDER, backwards), ["out_of_range"]);
    let inside_out = grant(
        "b.worker",
        Role::Worker,
        Some(day("2026-03-02")),
        Some(day("2026-03-01")),
    );
    assert_eq!(refused(&mut log, PROVIDER, inside_out), ["out_of_range"]);
    let nowhere = grant("b.worker", Role::Worker, None, None);
    assert_eq!(
        refused(&mut log, "nobody-knows-it", nowhere),
        ["unknown_organisation"]
    );
    let client = |roles: &[Role]| MemberCommand::RegisterClient {
        client: ClientName::parse(RECORDS).unwrap(),
        sector: Sector::Treatment,
        roles: roles.to_vec(),
        services: Vec::new(),
    };
    assert_eq!(refused(&mut log, PROVIDER, client(&[])), ["missing"]);
    assert_eq!(
        refused(&mut log, PROVIDER, client(&[Role::Worker])),
        ["already_registered"]
    );
    log.tells(on, PROVIDER, client(&[Role::Worker, Role::Liaison]))
        .unwrap();
    let nobody = MemberId(uuid::Uuid::from_u128(1));
    assert_eq!(
        refused(&mut log, PROVIDER, MemberCommand::End(nobody)),
        ["unknown_membership"]
    );
    // Another role of the same person is another membership.
    log.tells(on, PROVIDER, grant("a.worker", Role::Clinician, None, None))
        .unwrap();
}

fn may(log: &Log, command: &MemberCommand, role: Role, user: Option<&str>) -> Permission {
    let of = organisation(match command {
        MemberCommand::End(_) | MemberCommand::Change { .. } => PARTNERSHIP,
        _ => PROVIDER,
    });
    may_keep_members(&of, command, &log.directory(), role, user, day("2026-02-01"))
}

#[test]
fn given_who_keeps_members_then_it_is_an_administrator_who_signed_in_and_never_for_themselves() {
    let log = Log::new();
    let command = grant("b.worker", Role::Worker, None, None);
    for role in Role::ALL {
        let expected = match role {
            Role::Administrator => Permission::Allowed,
            _ => Rule::MembersAreKeptByAdministrators.into(),
        };
        assert_eq!(
            may(&log, &command, role, Some("an.administrator")),
            expected,
            "{role:?}"
        );
    }
    assert_eq!(
        may(&log, &command, Role::Administrator, None),
        Rule::MembersAreKeptByPeople.into()
    );
    for oneself in ["an.administrator", "An.Administrator"] {
        let command = grant(oneself, Role::Worker, None, None);
        assert_eq!(
            may(&log, &command, Role::Administrator, Some("an.administrator")),
            Rule::MembershipNeedsAnother.into(),
            "{oneself}"
        );
    }
}

#[test]
fn given_the_only_administrator_then_they_stay_one_until_there_is_another() {
    let mut log = Log::new();
    let own = log
        .directory()
        .roster(&organisation(PARTNERSHIP))
        .unwrap()
        .members()[0]
        .id;
    let (end, longer) = (
        MemberCommand::End(own),
        MemberCommand::Change {
            member: own,
            until: None,
        },
    );
    let oneself = Some("an.administrator");
    assert_eq!(
        may(&log, &end, Role::Administrator, oneself),
        Rule::LastAdministratorStays.into()
    );
    assert_eq!(
        may(&log, &longer, Role::Administrator, oneself),
        Rule::MembershipNeedsAnother.into()
    );
    log.grants("2026-01-06", PROVIDER, "another", Role::Administrator);
    assert_eq!(may(&log, &end, Role::Administrator, oneself), Permission::Allowed);
    assert_eq!(
        may(&log, &longer, Role::Administrator, Some("another")),
        Permission::Allowed
    );
}
