//! Who sees a record by an agreement, in spite of an objection, under a restriction; and who may record which.

use super::*;
use crate::access::{
    Ground, Sight, grounds, handed_over_to, may_record, own_events, sees_all_by_care, sight,
};
use crate::command::{Command, MergeCommand, NewReferral};
use crate::event::Role;
use crate::fact::{ReleaseEffect, Scope};
use crate::rows::story::*;
use jiff::civil::Date;

fn sees_on(story: &Story, who: &str, on: &str) -> (Visibility, Sight) {
    sight(&story.history(), &organisation(who), Role::Worker, day(on))
}

/// What it sees, and by which rule, at the end of the year.
fn sees(story: &Story, who: &str) -> (Visibility, Sight) {
    sees_on(story, who, "2026-12-31")
}

fn may(story: &Story, command: SharingCommand, who: &str, role: Role) -> Permission {
    let (history, who) = (story.history(), organisation(who));
    let today: Date = day("2026-12-31");
    super::super::may_record(
        &Command::Sharing(command),
        &history,
        &directory(),
        &who,
        role,
        today,
    )
}

const AGREEMENT: (Visibility, Sight) = (Visibility::Full, Sight::Agreement);
const STRANGER: (Visibility, Sight) = (Visibility::None, Sight::Unrelated);
const TREATS: (Visibility, Sight) = (Visibility::Full, Sight::Treats);
const OBJECTED: (Visibility, Sight) = (Visibility::None, Sight::Objected);
const RESTRICTED: (Visibility, Sight) = (Visibility::None, Sight::Restricted);

/// Northshire treats the person and gives the county sight of the record.
fn shared(basis: &str, until: Option<&str>) -> Story {
    Story::new()
        .on("2026-03-01", opened(1, "northshire-community"))
        .on("2026-03-02", agreed(1, "county", basis, until))
}

/// Southshire treated the person until February; Northshire treats them now. The one who wrote it down was Northshire.
fn came_over() -> Story {
    Story::new()
        .on("2026-01-01", opened(1, "southshire-community"))
        .on("2026-02-01", exit(1, "83"))
        .on("2026-02-05", opened(2, "northshire-community"))
}

#[test]
fn every_rule_of_sight_has_an_id_of_its_own_and_a_sentence() {
    let ids: std::collections::BTreeSet<_> = Sight::ALL.into_iter().map(Sight::id).collect();
    assert_eq!(ids.len(), Sight::ALL.len());
    assert!(Sight::ALL.into_iter().all(|rule| rule.sentence().ends_with('.')));
}

#[test]
fn an_agreement_gives_sight_from_its_first_day_to_its_last_and_to_nobody_else() {
    let story = shared("sharing_protocol", Some("2026-03-31"));
    for (on, expected) in [
        ("2026-03-01", STRANGER),
        ("2026-03-02", AGREEMENT),
        ("2026-03-31", AGREEMENT),
        ("2026-04-01", STRANGER),
    ] {
        assert_eq!(sees_on(&story, "county", on), expected, "{on}");
    }
    assert_eq!(sees_on(&story, "southshire", "2026-03-15"), STRANGER);
    assert_eq!(sees(&story, "northshire"), TREATS);
}

#[test]
fn an_agreement_that_is_ended_ends_on_its_day_and_one_without_a_last_day_goes_on() {
    let story = shared("joint_working", None);
    assert_eq!(sees(&story, "county"), AGREEMENT);
    let story = story.on("2026-05-01", agreement_ended(1));
    assert_eq!(sees_on(&story, "county", "2026-04-30"), AGREEMENT);
    assert_eq!(sees_on(&story, "county", "2026-05-01"), STRANGER);
}

/// The access log says by what each look was allowed.
#[test]
fn a_look_by_an_agreement_is_on_record_as_one() {
    let story = shared("sharing_protocol", Some("2026-03-31"));
    let on = |who: &str, on: &str| grounds(&story.history(), &organisation(who), Role::Worker, day(on));
    assert_eq!(on("county", "2026-03-31"), [Ground::SharingAgreement]);
    assert_eq!(on("county", "2026-04-01"), []);
    assert_eq!(on("northshire", "2026-03-31"), [Ground::Episode]);
}

/// A relationship needs an act of someone other than the one who gains by it.
#[test]
fn an_agreement_that_an_organisation_applied_for_itself_gives_nothing() {
    let itself = crate::fact::AgreementApplied {
        organisation: organisation("county"),
        ..agreed(1, "county", "sharing_protocol", None)
    };
    let story = Story::new()
        .on("2026-03-01", opened(1, "northshire-community"))
        .by("county")
        .on("2026-03-02", itself);
    assert_eq!(sees(&story, "county"), (Visibility::Sent, Sight::Recorded));
    // Negative control: the same by somebody else.
    assert_eq!(sees(&shared("sharing_protocol", None), "county"), AGREEMENT);
}

#[test]
fn an_agreement_by_consent_lasts_as_long_as_the_consent_and_does_not_come_back_with_it() {
    let never_asked = shared("consent", None);
    assert_eq!(sees(&never_asked, "county"), STRANGER);

    let scope = || sharing_with("county");
    let asked = Story::new()
        .on("2026-03-01", opened(1, "northshire-community"))
        .on("2026-03-02", consented(scope()))
        .on("2026-03-02", agreed(1, "county", "consent", None));
    assert_eq!(sees(&asked, "county"), AGREEMENT);
    // Another organisation's consent, and another scope's, are something else.
    let others = asked
        .clone()
        .on("2026-04-01", withdrew_consent(sharing_with("southshire")))
        .on(
            "2026-04-01",
            withdrew_consent(Scope::national_statistics().unwrap()),
        );
    assert_eq!(sees(&others, "county"), AGREEMENT);

    for gone in [
        asked.clone().on("2026-04-01", withdrew_consent(scope())),
        asked.clone().on("2026-04-01", refused_consent(scope())),
    ] {
        assert_eq!(sees_on(&gone, "county", "2026-03-31"), AGREEMENT);
        assert_eq!(sees_on(&gone, "county", "2026-04-01"), STRANGER);
        let again = gone.on("2026-05-01", consented(scope()));
        assert_eq!(sees(&again, "county"), STRANGER, "it ended for good");
        let anew = again.on("2026-05-02", agreed(2, "county", "consent", None));
        assert_eq!(sees(&anew, "county"), AGREEMENT);
    }
    // One that rests on something else stays.
    let other_basis = shared("sharing_protocol", None).on("2026-04-01", withdrew_consent(scope()));
    assert_eq!(sees(&other_basis, "county"), AGREEMENT);
}

#[test]
fn an_objection_ends_an_agreement_until_it_is_taken_back_or_not_upheld() {
    let story = shared("sharing_protocol", None).on("2026-04-01", objected(1, "county"));
    assert_eq!(sees_on(&story, "county", "2026-03-31"), AGREEMENT);
    assert_eq!(sees(&story, "county"), OBJECTED);
    let upheld = story.clone().on("2026-04-10", answered(1, true));
    assert_eq!(sees(&upheld, "county"), OBJECTED);
    for over in [
        story.clone().on("2026-04-10", answered(1, false)),
        story.clone().on("2026-04-10", objection_withdrawn(1)),
    ] {
        assert_eq!(sees_on(&over, "county", "2026-04-09"), OBJECTED);
        assert_eq!(sees_on(&over, "county", "2026-04-10"), AGREEMENT);
    }
    // Negative control: an objection to another organisation.
    let other = shared("sharing_protocol", None).on("2026-04-01", objected(1, "southshire"));
    assert_eq!(sees(&other, "county"), AGREEMENT);
}

#[test]
fn an_objection_never_ends_the_sight_of_those_who_treat_the_person() {
    let against = |story: Story, who: &str| story.on("2026-12-01", objected(1, who));
    let episode = Story::new().on("2026-03-01", opened(1, "northshire-community"));
    assert_eq!(
        sees(&against(episode.clone(), "northshire"), "northshire"),
        TREATS
    );
    // A referral that it accepted.
    let asked = Story::new()
        .by("gatehouse")
        .on("2026-03-01", referral(1, "southshire-community"));
    let taken_on = asked.on("2026-03-02", accepted(1));
    assert_eq!(
        sees(&against(taken_on.clone(), "southshire"), "southshire"),
        TREATS
    );
    // Custody, where its prison service knows the person.
    let inside = Story::new()
        .by("county")
        .on("2026-01-01", opened(1, "moorland-health"))
        .on("2026-02-01", exit(1, "83"))
        .on("2026-03-01", received("MDI"));
    assert_eq!(sees(&against(inside.clone(), "gatehouse"), "gatehouse"), TREATS);

    // Negative controls: the episode has ended, the referral was taken back, the person was released.
    let past = episode.on("2026-06-01", exit(1, "80"));
    assert_eq!(sees(&past, "northshire"), (Visibility::Full, Sight::Treated));
    assert_eq!(
        sees(&against(past, "northshire"), "northshire"),
        (Visibility::Sent, Sight::Objected)
    );
    let taken_back = taken_on.on("2026-03-03", withdrawn(1));
    assert_eq!(sees(&against(taken_back, "southshire"), "southshire"), OBJECTED);
    let out = inside.on("2026-05-01", released("MDI", ReleaseEffect::Community, None));
    assert_eq!(sees(&against(out, "gatehouse"), "gatehouse"), OBJECTED);
}

/// Whoever was handed the person by custody may take them on, whatever the person said of sharing with it.
#[test]
fn an_objection_takes_nothing_that_custody_gave() {
    let out = Story::new().by("gatehouse").on("2026-01-01", received("MDI")).on(
        "2026-02-01",
        released("MDI", ReleaseEffect::Community, Some(SOUTHSHIRE)),
    );
    let refer = |story: &Story| {
        let command = Command::Refer(NewReferral {
            source: code("prison"),
            to_service: service("southshire-community"),
            from_service: None,
            transfer_of: None,
            substances: Vec::new(),
        });
        let who = organisation("southshire");
        let today = day("2026-12-31");
        may_record(
            &command,
            &story.history(),
            &directory(),
            &who,
            Role::Worker,
            today,
        )
    };
    let objects = out.on("2026-02-02", objected(1, "southshire"));
    assert!(handed_over_to(
        objects.history().now(),
        &directory(),
        &organisation("southshire")
    ));
    assert_eq!(refer(&objects), Permission::Allowed);
    // Negative control: nobody handed the person over.
    let stranger = came_over().on("2026-03-01", objected(1, "southshire"));
    assert_eq!(refer(&stranger), Permission::NotFound);
}

#[test]
fn a_restriction_leaves_the_record_to_those_who_treat_the_person_and_to_auditors() {
    let story = came_over()
        .on("2026-03-02", agreed(1, "county", "sharing_protocol", None))
        .by("gatehouse")
        .on("2026-03-03", raised(1, "housing"))
        .by("northshire")
        .on("2026-04-01", restricted(1));
    assert_eq!(sees(&story, "northshire"), TREATS);
    assert_eq!(sees(&story, "southshire"), RESTRICTED);
    assert_eq!(sees(&story, "county"), RESTRICTED);
    assert_eq!(
        sees(&story, "gatehouse"),
        (Visibility::Sent, Sight::Recorded),
        "its own entry"
    );
    let auditor = sight(
        &story.history(),
        &organisation("county"),
        Role::Auditor,
        day("2026-12-31"),
    );
    assert_eq!(auditor, (Visibility::Full, Sight::Audits));
    // Negative controls: the day before, and from the day on which it is lifted.
    let over = story.on("2026-05-01", lifted(1));
    for on in ["2026-03-31", "2026-05-01"] {
        assert_eq!(
            sees_on(&over, "southshire", on),
            (Visibility::Full, Sight::Treated),
            "{on}"
        );
        assert_eq!(sees_on(&over, "county", on), AGREEMENT, "{on}");
    }
    assert_eq!(sees_on(&over, "southshire", "2026-04-30"), RESTRICTED);
}

/// What an outreach worker's list tells of treatment elsewhere follows the same rule.
#[test]
fn lists_tell_those_alone_who_see_the_record_by_care() {
    let tells = |story: &Story, who: &str| sees_all_by_care(&story.state(), &organisation(who));
    let story = came_over();
    assert!(tells(&story, "southshire") && tells(&story, "northshire"));
    for kept_out in [
        story.clone().on("2026-04-01", objected(1, "southshire")),
        story.on("2026-04-01", restricted(1)),
    ] {
        assert!(!tells(&kept_out, "southshire"));
        assert!(tells(&kept_out, "northshire"));
    }
    assert!(
        !tells(&shared("sharing_protocol", None), "county"),
        "an agreement may end any day"
    );
}

fn apply(with: &str) -> SharingCommand {
    SharingCommand::ApplyAgreement {
        with: organisation(with),
        basis: code("sharing_protocol"),
        until: None,
    }
}

#[test]
fn sight_is_given_by_those_who_treat_and_not_by_who_gains_it_nor_by_who_has_it_by_an_agreement() {
    let story = shared("sharing_protocol", None);
    assert_eq!(
        may(&story, apply("southshire"), "northshire", Role::Worker),
        Permission::Allowed
    );
    assert_eq!(
        may(&story, apply("northshire"), "northshire", Role::Worker),
        Rule::AgreementNeedsAnother.into()
    );
    assert_eq!(
        may(&story, apply("southshire"), "county", Role::Worker),
        Rule::AgreementIsAppliedByCare.into()
    );
    assert_eq!(
        may(&story, apply("county"), "southshire", Role::Worker),
        Permission::NotFound
    );
    assert_eq!(
        may(&story, apply("southshire"), "northshire", Role::Liaison),
        Rule::SharingIsForWorkers.into()
    );
}

#[test]
fn an_agreement_is_ended_by_either_side_and_by_who_treats() {
    let story = shared("sharing_protocol", None);
    let end = || SharingCommand::EndAgreement {
        agreement: agreement_id(1),
        reason: code("no_longer_needed"),
    };
    for who in ["northshire", "county"] {
        assert_eq!(
            may(&story, end(), who, Role::Worker),
            Permission::Allowed,
            "{who}"
        );
    }
    assert_eq!(
        may(&story, end(), "southshire", Role::Worker),
        Permission::NotFound
    );
    let unknown = SharingCommand::EndAgreement {
        agreement: agreement_id(9),
        reason: code("no_longer_needed"),
    };
    assert_eq!(
        may(&story, unknown, "northshire", Role::Worker),
        Permission::NotFound
    );
}

#[test]
fn a_record_is_restricted_by_those_who_keep_it_and_the_restriction_lifted_by_who_placed_it_or_treats() {
    let place = || SharingCommand::PlaceRestriction {
        ground: code("accuracy_contested"),
    };
    let lift = || SharingCommand::LiftRestriction {
        restriction: restriction_id(1),
        reason: code("accuracy_settled"),
    };
    let story = came_over().on("2026-03-02", agreed(1, "county", "sharing_protocol", None));
    for who in ["northshire", "southshire"] {
        assert_eq!(
            may(&story, place(), who, Role::Worker),
            Permission::Allowed,
            "{who}"
        );
    }
    assert_eq!(
        may(&story, place(), "county", Role::Worker),
        Rule::RestrictionIsPlacedByCare.into()
    );
    assert_eq!(
        may(&story, place(), "gatehouse", Role::Worker),
        Permission::NotFound
    );
    assert_eq!(
        may(&story, place(), "northshire", Role::Liaison),
        Rule::SharingIsForWorkers.into()
    );
    let story = story.on("2026-04-01", restricted(1));
    assert_eq!(
        may(&story, lift(), "northshire", Role::Worker),
        Permission::Allowed
    );
    // Those whom it keeps out do not lift it.
    for who in ["southshire", "county"] {
        assert_eq!(
            may(&story, lift(), who, Role::Worker),
            Permission::NotFound,
            "{who}"
        );
    }
}

#[test]
fn an_objection_is_settled_by_anybody_who_sees_it_but_for_whom_it_is_about() {
    let withdraw = || SharingCommand::WithdrawObjection(objection_id(1));
    let answer = || SharingCommand::AnswerObjection {
        objection: objection_id(1),
        outcome: code("compelling_grounds"),
    };
    let story = came_over()
        .on("2026-03-02", agreed(1, "county", "sharing_protocol", None))
        .on("2026-04-01", objected(1, "county"));
    for command in [withdraw(), answer()] {
        for who in ["northshire", "southshire"] {
            assert_eq!(
                may(&story, command.clone(), who, Role::Worker),
                Permission::Allowed,
                "{who}"
            );
        }
        // It does not see the record any more, and learns nothing of an objection.
        assert_eq!(
            may(&story, command.clone(), "county", Role::Worker),
            Permission::NotFound
        );
        assert_eq!(
            may(&story, command, "gatehouse", Role::Worker),
            Permission::NotFound
        );
    }
    // Though the person told it themselves.
    let told_to_it = came_over().by("county").on(
        "2026-04-01",
        crate::fact::ObjectionMade {
            organisation: organisation("county"),
            ..objected(1, "county")
        },
    );
    assert_eq!(
        may(&told_to_it, withdraw(), "county", Role::Worker),
        Rule::ObjectionIsSettledByOthers.into()
    );
    assert_eq!(
        may(&told_to_it, answer(), "county", Role::Worker),
        Permission::NotFound
    );
    // Nor does who treats the person settle an objection to sharing with itself.
    let against_treating = came_over().on("2026-04-01", objected(1, "northshire"));
    for command in [withdraw(), answer()] {
        assert_eq!(
            may(&against_treating, command, "northshire", Role::Worker),
            Rule::ObjectionIsSettledByOthers.into()
        );
    }
}

/// What the person says is written down by whoever hears it.
#[test]
fn consent_and_objections_are_recorded_by_staff_and_systems_alike() {
    let scope = || Scope::national_statistics().unwrap();
    let said = || {
        [
            SharingCommand::GiveConsent {
                scope: scope(),
                wording: None,
            },
            SharingCommand::RefuseConsent {
                scope: scope(),
                wording: None,
            },
            SharingCommand::WithdrawConsent { scope: scope() },
            SharingCommand::Object {
                purpose: Some(code("research")),
                against: None,
            },
        ]
    };
    let story = shared("sharing_protocol", None);
    for role in [Role::Worker, Role::Liaison] {
        for who in ["northshire", "county", "gatehouse"] {
            for command in said() {
                assert_eq!(may(&story, command, who, role), Permission::Allowed);
            }
        }
    }
    for role in [Role::Auditor, Role::Administrator] {
        for command in said() {
            assert_ne!(may(&story, command, "northshire", role), Permission::Allowed);
        }
    }
}

/// Accepting its own referral would tie it to the person for good.
#[test]
fn nobody_makes_lasting_by_a_referral_to_itself_what_an_agreement_gave() {
    let refer = |story: &Story, from: &str, to: &str| {
        let command = Command::Refer(NewReferral {
            source: code("self"),
            to_service: service(to),
            from_service: None,
            transfer_of: None,
            substances: Vec::new(),
        });
        let today = day("2026-12-31");
        may_record(
            &command,
            &story.history(),
            &directory(),
            &organisation(from),
            Role::Worker,
            today,
        )
    };
    let story = Story::new()
        .on("2026-03-01", opened(1, "northshire-community"))
        .on("2026-03-02", agreed(1, "southshire", "sharing_protocol", None));
    assert_eq!(
        refer(&story, "southshire", "southshire-community"),
        Rule::AgreementTiesNobody.into()
    );
    assert_eq!(
        refer(&story, "northshire", "southshire-community"),
        Permission::Allowed,
        "somebody else's act"
    );
    assert_eq!(
        refer(&story, "southshire", "northshire-community"),
        Permission::Allowed
    );
    assert_eq!(
        refer(&story, "northshire", "northshire-community"),
        Permission::Allowed
    );
    let restricted = came_over().on("2026-04-01", restricted(1));
    assert_eq!(
        refer(&restricted, "southshire", "southshire-community"),
        Permission::NotFound
    );
    assert_eq!(
        refer(&came_over(), "southshire", "southshire-community"),
        Permission::Allowed,
        "the control"
    );
}

/// A record of its own, joined with one that it sees by an agreement, would tie the other to it as well.
#[test]
fn nobody_joins_records_by_an_agreement() {
    let joins = |story: &Story, who: &str| {
        let command = Command::Merge(MergeCommand::Undo {
            merge: crate::id::MergeId(uuid::Uuid::from_u128(1)),
            reason: code("other"),
        });
        let today = day("2026-12-31");
        may_record(
            &command,
            &story.history(),
            &directory(),
            &organisation(who),
            Role::Worker,
            today,
        )
    };
    let story = came_over().on("2026-03-02", agreed(1, "county", "sharing_protocol", None));
    assert_eq!(joins(&story, "county"), Rule::AgreementTiesNobody.into());
    assert_eq!(joins(&story, "gatehouse"), Permission::NotFound);
    for who in ["northshire", "southshire"] {
        assert_eq!(joins(&story, who), Permission::Allowed, "{who}");
    }
}

#[test]
fn a_view_of_ones_own_events_does_not_tell_of_what_rests_on_others() {
    let story = shared("sharing_protocol", None)
        .on("2026-03-05", objected(1, "gatehouse"))
        .on("2026-03-05", restricted(1))
        .by("county")
        .on("2026-04-01", agreement_ended(1))
        .on("2026-04-01", objection_withdrawn(1))
        .on("2026-04-01", answered(1, true))
        .on("2026-04-01", lifted(1))
        .on("2026-04-02", consented(sharing_with("county")));
    let own = own_events(&story.history(), &organisation("county"));
    assert_eq!(own.events().len(), 1);
    assert!(own.now().conflicts.is_empty());
    // Negative control: what rests on one's own is told.
    let all = own_events(&story.history(), &organisation("northshire"));
    assert_eq!(all.events().len(), 4);
    // What rests on one's own entry is told with it; of another number it rests on others.
    let told = |story: Story| {
        let own = own_events(&story.history(), &organisation("northshire"));
        own.events().len()
    };
    let on = "2026-04-01";
    let applied = || shared("sharing_protocol", None);
    assert_eq!(told(applied().on(on, agreement_ended(1))), 3);
    assert_eq!(told(applied().on(on, agreement_ended(2))), 2);
    let made = || Story::new().on("2026-03-05", objected(1, "gatehouse"));
    assert_eq!(told(made().on(on, objection_withdrawn(1))), 2);
    assert_eq!(told(made().on(on, objection_withdrawn(2))), 1);
    assert_eq!(told(made().on(on, answered(1, true))), 2);
    assert_eq!(told(made().on(on, answered(2, true))), 1);
    let placed = || Story::new().on("2026-03-05", restricted(1));
    assert_eq!(told(placed().on(on, lifted(1))), 2);
    assert_eq!(told(placed().on(on, lifted(2))), 1);
}
