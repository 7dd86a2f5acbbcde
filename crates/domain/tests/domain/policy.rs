//! The policy as a page: `POLICY.md` is written from the rules themselves. Run with `UPDATE_POLICY=1` to bring it up to
//! date.

use std::fmt::Write as _;
use std::path::Path;
use throughcare_domain::access::{
    Beside, Ground, Held, MOST_GLASS_HOURS, Purpose, REVIEW_WITHIN_WORKING_DAYS, Rule, Sight, Whose,
    emergency_looks, figures, kept_out_by_role, lists, may_work_beside, narrowed, needs_sight_alone,
    sees_identity, withholds_small_numbers,
};
use throughcare_domain::command::{Command, ProtectionCommand, ResidenceTold, SightCommand};
use throughcare_domain::decide::TAKEN_BACK_WITHIN_DAYS;
use throughcare_domain::event::{Origin, Role};
use throughcare_domain::fact::Erased;
use throughcare_domain::id::{GlassId, NeedId, ReferralId};
use throughcare_domain::view::subject_access::Review;

use crate::story::code;
use uuid::Uuid;

fn whose(whose: Whose) -> &'static str {
    match whose {
        Whose::Nobodys => "nobody's",
        Whose::Own => "own organisation's",
        Whose::Everybodys => "everybody's",
    }
}

/// For what a role asks, and what it may narrow that to.
fn purposes(role: Role) -> String {
    let own = Purpose::of(role);
    let mut others = Purpose::ALL.into_iter();
    let narrower = others.find(|other| *other != own && narrowed(role, *other).is_some());
    match narrower {
        Some(narrower) => format!("{}, or {} by `X-Purpose`", own.id(), narrower.id()),
        None => own.id().to_owned(),
    }
}

/// One command of each kind of work on which roles differ.
fn work() -> Vec<(&'static str, Command)> {
    let referral = ReferralId(Uuid::nil());
    let named = |name, command| (name, command);
    vec![
        named(
            "who the person is, where they are, what is planned",
            Command::RecordResidence(ResidenceTold {
                area: None,
                no_fixed_abode: true,
                postcode: None,
                address: None,
            }),
        ),
        named(
            "decisions on referrals, triage, treatment",
            Command::AcceptReferral(referral),
        ),
        named(
            "issuing naloxone",
            Command::GiveTraining {
                service: crate::story::service("sunderland-recovery"),
                expires_on: None,
            },
        ),
        named(
            "clearing a need",
            Command::ClearNeed {
                need: NeedId(Uuid::nil()),
                reason: code("resolved"),
            },
        ),
        named(
            "looking in an emergency",
            Command::Sight(SightCommand::BreakGlass {
                reason: code("overdose"),
                hours: 1,
            }),
        ),
        named(
            "reviewing such a look",
            Command::Sight(SightCommand::ReviewGlass {
                glass: GlassId(Uuid::nil()),
                outcome: code("justified"),
            }),
        ),
        named(
            "attesting that the person is there",
            Command::Sight(SightCommand::AttestPresence {
                referral,
                attested: code("document_seen"),
            }),
        ),
        named(
            "erasing and holding records",
            Command::Protection(ProtectionCommand::AskErasure {
                what: Erased::Everything,
                basis: code("unlawful"),
            }),
        ),
    ]
}

fn written() -> String {
    let mut page = String::from(
        "# Who sees and may record what\n\n\
         Written by the test `policy` from `crates/domain/src/access/`, which is where each rule stands with its source. \
         What is not allowed here is refused. Out of reach is 404, as if it did not exist; a 403 tells somebody who knows \
         of the thing who may. Which role records which event: `EVENTS.md`. Before any of this the caller's membership is \
         judged: a token only narrows it.\n\n\
         ## Roles\n\n\
         | Role | Purpose, in the access log | Lists, referrals, events about people | Figures | Emergency looks | Names and \
         identifiers |\n|---|---|---|---|---|---|\n",
    );
    for role in Role::ALL {
        let names = if sees_identity(role) { "yes" } else { "no" };
        let withheld = if withholds_small_numbers(role) {
            ", of five people at least"
        } else {
            ""
        };
        let _ = writeln!(
            page,
            "| {} | {} | {} | {}{withheld} | {} | {names} |",
            role.as_str(),
            purposes(role),
            whose(lists(role)),
            whose(figures(role)),
            whose(emergency_looks(role))
        );
    }
    page.push_str("\n## What a role may record at all\n\n| Work |");
    for role in Role::ALL {
        let _ = write!(page, " {} |", role.as_str());
    }
    page.push_str("\n|---|");
    page.push_str(&"---|".repeat(Role::ALL.len()));
    page.push('\n');
    for (name, command) in work() {
        let _ = write!(page, "| {name} |");
        for role in Role::ALL {
            match kept_out_by_role(&command, role) {
                Some(rule) => {
                    let _ = write!(page, " no: `{}` |", rule.id());
                }
                None if needs_sight_alone(&command) => page.push_str(" who sees the person |"),
                None => page.push_str(" by the record |"),
            }
        }
        page.push('\n');
    }
    page.push_str(
        "\n## What stands beside records\n\nWhoever signed in, and systems that ask by themselves where it differs for \
         them.\n\n| Work |",
    );
    for role in Role::ALL {
        let _ = write!(page, " {} |", role.as_str());
    }
    page.push_str("\n|---|");
    page.push_str(&"---|".repeat(Role::ALL.len()));
    page.push('\n');
    for work in Beside::ALL {
        let _ = write!(page, "| {} |", work.sentence());
        for role in Role::ALL {
            let may = |origin| match may_work_beside(work, role, origin) {
                Ok(()) => "yes".to_owned(),
                Err(rule) => format!("no: `{}`", rule.id()),
            };
            let (staff, system) = (may(Origin::Staff), may(Origin::Machine));
            let _ = if staff == system {
                write!(page, " {staff} |")
            } else {
                write!(page, " {staff}; systems {system} |")
            };
        }
        page.push('\n');
    }
    page.push_str(
        "\n## How much of a record an organisation sees\n\nThe first that holds. Restricted needs, and drug tests on arrest \
         with the assessments that follow, are left out of the record before it is looked at, for whoever may not know \
         of them (`crates/domain/src/restricted.rs`).\n\n| Rule | What it says |\n|---|---|\n",
    );
    for rule in Sight::ALL {
        let _ = writeln!(page, "| `{}` | {} |", rule.id(), rule.sentence());
    }
    page.push_str(
        "\n## Sealed records\n\n\
         A privacy officer seals a record and names who goes on seeing it, at least one person of each organisation that \
         treats the person. For everybody else it is as if there were nobody, whatever rule above would show it. Auditors \
         see coded facts without names. Workers and clinicians who would see it, or whose organisation is asked to take \
         the person on, are told that there may be information that they cannot see, and whom to ask (`record_sealed`). \
         Lists keep the line, without the person. What systems tell is recorded, referrals arrive, and a look in an \
         emergency shows the smallest useful set. Seals are told by their organisation and judged by user, so they \
         stand in no table of roles.\n",
    );
    page.push_str("\n## Rules of recording\n\n| Rule | What it says |\n|---|---|\n");
    for rule in Rule::ALL {
        let _ = writeln!(page, "| `{}` | {} |", rule.id(), rule.sentence());
    }
    page.push_str(
        "\n## Grounds in the access log\n\nWhat a look at a person is kept with.\n\n| Ground | What the person is told |\n\
         |---|---|\n",
    );
    for ground in Ground::ALL {
        let _ = writeln!(page, "| `{}` | {} |", ground.id(), ground.sentence());
    }
    page.push_str(
        "\n## A person's own copy\n\nWhat a privacy officer of an organisation gives a person who asks what is held about \
         them. Members of staff stand in it by numbers, and records of other people not at all.\n\n| Held | What the \
         person is told |\n|---|---|\n",
    );
    for held in Held::ALL {
        let _ = writeln!(page, "| `{}` | {} |", held.id(), held.sentence());
    }
    page.push_str(
        "\nWhat could harm somebody is marked for the officer, who says what is left out.\n\n| Marked | What the officer \
         is told |\n|---|---|\n",
    );
    for mark in Review::ALL {
        let _ = writeln!(page, "| `{}` | {} |", mark.id(), mark.sentence());
    }
    let _ = write!(
        page,
        "\n## Times\n\n- An emergency look lasts {MOST_GLASS_HOURS} hours at most; its review is due within \
         {REVIEW_WITHIN_WORKING_DAYS} working days.\n- An erasure on which two people agreed is carried out \
         {TAKEN_BACK_WITHIN_DAYS} days later, unless it is taken back or a legal hold stands.\n"
    );
    page
}

#[test]
fn the_page_says_what_the_rules_say() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../POLICY.md");
    let written = written();
    if std::env::var_os("UPDATE_POLICY").is_some() {
        std::fs::write(&file, &written).unwrap();
    }
    let stands = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = stands
        .lines()
        .zip(written.lines())
        .find(|(is, should)| is != should);
    assert!(
        stands == written,
        "POLICY.md is not what the rules say: run with UPDATE_POLICY=1. First: {differs:?}"
    );
}

#[test]
fn every_rule_has_an_id_of_its_own_and_a_sentence() {
    let ids: std::collections::BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(ids.len(), Rule::ALL.len());
    assert!(Rule::ALL.iter().all(|rule| rule.sentence().ends_with('.')));
}
