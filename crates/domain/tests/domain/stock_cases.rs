//! A service's naloxone, recalls, and who may supply: cases N1, and `domain.md` section 4.

use crate::story::{
    PARTNERSHIP, POLICE, SUNDERLAND, Story, code, day, directory, event, kit, noon, on, service,
};
use jiff::civil::Date;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::command::{Command, KitRead};
use throughcare_domain::decide::{
    Context, CountedBatch, Decision, OrganisationCommand, Refusal, StockCommand, SuppliedKits,
    decide_organisation, decide_stock,
};
use throughcare_domain::directory::Directory;
use throughcare_domain::eligibility::{NotEligible, may_supply};
use throughcare_domain::event::{Origin, RecordedEvent};
use throughcare_domain::fact::{Fact, ServiceKind, WorkerTrained};
use throughcare_domain::id::{CountingIds, IdSource, RecallId, SupplyId};
use throughcare_domain::reference::{CodeList, ReferenceData};
use throughcare_domain::stock::ServiceStock;
use throughcare_domain::stream::StreamId;
use uuid::Uuid;

const TODAY: &str = "2026-06-01";

fn organisation(text: &str) -> OrganisationCode {
    OrganisationCode::parse(text).unwrap()
}

/// One service's stream, told through decisions.
struct Shelf {
    ids: CountingIds,
    events: Vec<RecordedEvent>,
    directory: Directory,
    of: &'static str,
}

impl Shelf {
    fn of(of: &'static str) -> Self {
        Self {
            ids: CountingIds::new(11),
            events: Vec::new(),
            directory: directory().clone(),
            of,
        }
    }

    fn tries(&mut self, origin: Origin, when: &str, command: &StockCommand) -> Result<Decision, Refusal> {
        let of = organisation(self.of);
        let mut context = Context {
            now: noon(day(TODAY)),
            origin,
            organisation: &of,
            user: Some("a.worker"),
            reference: &ReferenceData::bundled(),
            directory: &self.directory,
            ids: &mut self.ids,
        };
        let decision = decide_stock(
            &self.events,
            on(when),
            &service(SUNDERLAND),
            command,
            &mut context,
        )?;
        for draft in &decision.drafts {
            let position = self.events.len() as u64 + 1;
            let mut told = event(
                draft.id,
                draft.occurred,
                noon(day(TODAY)),
                position,
                origin,
                organisation(self.of),
                draft.fact.clone(),
            );
            told.envelope.stream = StreamId::service(&service(SUNDERLAND));
            self.events.push(told);
        }
        Ok(decision)
    }

    #[track_caller]
    fn told(&mut self, when: &str, command: &StockCommand) -> Decision {
        self.tries(Origin::Staff, when, command).unwrap()
    }

    #[track_caller]
    fn refused(&mut self, when: &str, command: &StockCommand) -> Vec<(String, &'static str)> {
        let refusal = self.tries(Origin::Staff, when, command).expect_err("refused");
        refusal
            .0
            .into_iter()
            .map(|fault| (fault.pointer, fault.code))
            .collect()
    }

    fn stock(&self) -> ServiceStock {
        ServiceStock::fold(&self.events)
    }

    /// Calls a batch back, as another organisation would.
    fn recall(&mut self, batch: &str, when: &str) -> RecallId {
        let command = OrganisationCommand::RecallBatch {
            organisation: organisation(PARTNERSHIP),
            product: code("nyxoid"),
            batch: code(batch),
            reason: code("manufacturer"),
        };
        let decision = organisation_decides(&self.directory, when, &command).unwrap();
        let id = RecallId(decision.created[0]);
        self.directory = directory_with(&[(PARTNERSHIP, when, decision.drafts[0].fact.clone())]);
        id
    }
}

fn organisation_decides(
    directory: &Directory,
    when: &str,
    command: &OrganisationCommand,
) -> Result<Decision, Refusal> {
    let mut ids = CountingIds::new(12);
    let mut context = Context {
        now: noon(day(TODAY)),
        origin: Origin::Staff,
        organisation: command.organisation(),
        user: Some("a.worker"),
        reference: &ReferenceData::bundled(),
        directory,
        ids: &mut ids,
    };
    decide_organisation(on(when), command, &mut context)
}

/// The directory of the stories, and what else organisations told.
fn directory_with(told: &[(&str, &str, Fact)]) -> Directory {
    let mut ids = CountingIds::new(13);
    let mut events = crate::story::directory_events();
    for (of, when, fact) in told {
        events.push(event(
            ids.next_id().into(),
            on(when),
            noon(day(when)),
            events.len() as u64 + 1,
            Origin::Staff,
            organisation(of),
            fact.clone(),
        ));
    }
    Directory::fold(&events)
}

fn read(batch: &str) -> KitRead {
    kit(batch)
}

fn receive(batch: &str, kits: u16) -> StockCommand {
    StockCommand::Receive {
        pack: read(batch),
        kits,
    }
}

fn counted(batch: &str, kits: u16) -> CountedBatch {
    CountedBatch {
        product: code("nyxoid"),
        batch: code(batch),
        kits,
    }
}

fn remove(batch: &str) -> StockCommand {
    StockCommand::Remove {
        batch: counted(batch, 2),
        reason: code("lost"),
    }
}

fn supply(kits: &[(&str, u16)]) -> StockCommand {
    StockCommand::SupplyToOther {
        recipient: code("family_or_friend"),
        place: Some(code("own_home")),
        kits: kits
            .iter()
            .map(|(batch, kits)| SuppliedKits {
                pack: read(batch),
                kits: *kits,
            })
            .collect(),
    }
}

#[test]
fn n1_kits_of_several_batches_given_to_a_family_are_two_supplies_and_nobodys_record() {
    let mut shelf = Shelf::of(SUNDERLAND);
    let decision = shelf.told("2026-03-01", &supply(&[("LOT-A1", 2), ("LOT-B2", 1)]));
    assert_eq!((decision.drafts.len(), decision.created.len()), (2, 2));
    let supplies = shelf.stock().supplies;
    let mut found: Vec<_> = supplies
        .values()
        .map(|one| (one.batch.to_string(), one.kits))
        .collect();
    found.sort();
    assert_eq!(found, [("LOT-A1".to_owned(), 2), ("LOT-B2".to_owned(), 1)]);
    let identity = decision
        .drafts
        .iter()
        .filter(|draft| draft.identity.is_some())
        .count();
    assert_eq!(identity, 0, "no name is kept of who got them");
}

#[test]
fn a_batch_that_was_never_there_is_not_removed_and_a_machine_is_flagged() {
    let mut shelf = Shelf::of(SUNDERLAND);
    assert_eq!(
        shelf.refused("2026-03-01", &remove("LOT-A1")),
        [("/batch".to_owned(), "unknown_batch")]
    );
    let kept = shelf
        .tries(Origin::Machine, "2026-03-01", &remove("LOT-A1"))
        .unwrap();
    assert_eq!(kept.flags[0].code, "unknown_batch");
    // Negative control: once it came, it may go.
    shelf.told("2026-02-01", &receive("LOT-C3", 5));
    shelf.told("2026-03-01", &remove("LOT-C3"));
}

#[test]
fn a_count_of_fewer_or_of_a_batch_nobody_received_is_recorded() {
    let mut shelf = Shelf::of(SUNDERLAND);
    shelf.told("2026-02-01", &receive("LOT-A1", 5));
    let batches = vec![counted("LOT-A1", 3), counted("LOT-Z9", 1)];
    assert_eq!(
        shelf
            .told("2026-03-01", &StockCommand::Count { batches })
            .drafts
            .len(),
        2
    );
    let twice = vec![counted("LOT-A1", 3), counted("LOT-A1", 1)];
    assert_eq!(
        shelf.refused("2026-03-01", &StockCommand::Count { batches: twice }),
        [("/batches/1".to_owned(), "repeated")]
    );
}

#[test]
fn unknown_codes_expired_packs_and_the_future_are_told_at_once() {
    let mut shelf = Shelf::of(SUNDERLAND);
    let old = KitRead {
        expires_on: day("2026-02-28"),
        ..read("LOT-A1")
    };
    let kits = vec![SuppliedKits { pack: old, kits: 1 }];
    let command = StockCommand::SupplyToOther {
        recipient: code("neighbour"),
        place: Some(code("moon")),
        kits,
    };
    let found = shelf.refused("2026-06-02", &command);
    let codes: Vec<_> = found.iter().map(|(_, code)| *code).collect();
    assert_eq!(
        codes,
        ["unknown_code", "unknown_code", "kit_expired", "in_the_future"]
    );
    let kept = shelf.tries(Origin::Machine, "2026-05-02", &command).unwrap();
    assert_eq!(kept.flags.len(), 3);
}

#[test]
fn another_organisations_shelf_is_not_kept_by_anybody_else() {
    let mut shelf = Shelf::of(PARTNERSHIP);
    let found = shelf.refused("2026-03-01", &receive("LOT-A1", 5));
    assert_eq!(found[0], ("/service".to_owned(), "unknown_service"));
    assert!(
        shelf
            .tries(Origin::Machine, "2026-03-01", &receive("LOT-A1", 5))
            .is_err()
    );
}

#[test]
fn an_entry_in_error_is_voided_once() {
    let mut shelf = Shelf::of(SUNDERLAND);
    let wrong = shelf.told("2026-03-01", &receive("LOT-A1", 500)).drafts[0].id;
    let void = |events| StockCommand::Void {
        events,
        reason: code("entered_in_error"),
    };
    shelf.told("2026-03-02", &void(vec![wrong]));
    assert!(shelf.stock().batches.is_empty());
    assert_eq!(
        shelf.refused("2026-03-03", &void(vec![wrong])),
        [("/events/0".to_owned(), "already_voided")]
    );
    let nobody = throughcare_domain::id::EventId(Uuid::from_u128(1));
    assert_eq!(
        shelf.refused("2026-03-03", &void(vec![nobody])),
        [("/events/0".to_owned(), "unknown_event")]
    );
}

#[test]
fn a_recipient_is_told_of_a_recall_of_their_batch_once() {
    let mut shelf = Shelf::of(SUNDERLAND);
    let created = shelf
        .told("2026-03-01", &supply(&[("LOT-A1", 2), ("LOT-B2", 1)]))
        .created;
    let recall = shelf.recall("LOT-A1", "2026-04-01");
    let tell = |supply: Uuid, recall, how: &str| StockCommand::TellOfRecall {
        supply: SupplyId(supply),
        recall,
        how: code(how),
    };
    shelf.told("2026-04-02", &tell(created[0], recall, "not_reached"));
    assert!(shelf.stock().supplies[&SupplyId(created[0])].told.is_empty());
    shelf.told("2026-04-03", &tell(created[0], recall, "telephone"));
    let codes = |found: Vec<(String, &'static str)>| found[0].1;
    assert_eq!(
        codes(shelf.refused("2026-04-04", &tell(created[0], recall, "telephone"))),
        "already_told"
    );
    assert_eq!(
        codes(shelf.refused("2026-04-04", &tell(created[1], recall, "telephone"))),
        "another_batch"
    );
    let nobody = Uuid::from_u128(9);
    assert_eq!(
        codes(shelf.refused("2026-04-04", &tell(nobody, recall, "telephone"))),
        "unknown_supply"
    );
    assert_eq!(
        codes(shelf.refused("2026-04-04", &tell(created[0], RecallId(nobody), "telephone"))),
        "unknown_recall"
    );
}

#[test]
fn a_batch_is_called_back_once_and_ended_by_who_called() {
    let mut shelf = Shelf::of(SUNDERLAND);
    let recall = shelf.recall("LOT-A1", "2026-04-01");
    let again = OrganisationCommand::RecallBatch {
        organisation: organisation(SUNDERLAND),
        product: code("nyxoid"),
        batch: code("LOT-A1"),
        reason: code("manufacturer"),
    };
    let fault = |outcome: Result<Decision, Refusal>| outcome.unwrap_err().0.into_iter().next().unwrap().code;
    assert_eq!(
        fault(organisation_decides(&shelf.directory, "2026-04-02", &again)),
        "already_recalled"
    );
    let end = |by: &str| OrganisationCommand::EndRecall {
        organisation: organisation(by),
        recall,
        reason: code("completed"),
    };
    assert_eq!(
        fault(organisation_decides(
            &shelf.directory,
            "2026-05-01",
            &end(SUNDERLAND)
        )),
        "not_your_recall"
    );
    assert_eq!(
        fault(organisation_decides(
            &shelf.directory,
            "2026-03-01",
            &end(PARTNERSHIP)
        )),
        "out_of_range"
    );
    organisation_decides(&shelf.directory, "2026-05-01", &end(PARTNERSHIP)).unwrap();
}

fn trained(worker: &str, given: &str, expires: Option<&str>) -> (&'static str, String, Fact) {
    let fact = WorkerTrained {
        worker: worker.to_owned(),
        training: code("naloxone_supply"),
        expires_on: expires.map(day),
    };
    (POLICE, given.to_owned(), fact.into())
}

/// A police custody service beside those of the stories, and who was trained there.
fn with_custody(trainings: &[(&'static str, String, Fact)]) -> Directory {
    let opened = throughcare_domain::fact::ServiceOpened {
        service: service("custody-suite"),
        name: "Custody suite".to_owned(),
        kind: ServiceKind::PoliceCustody,
        areas: Vec::new(),
        prisons: Vec::new(),
    };
    let mut told: Vec<(&str, &str, Fact)> = vec![(POLICE, "2020-01-01", opened.into())];
    told.extend(
        trainings
            .iter()
            .map(|(of, when, fact)| (*of, when.as_str(), fact.clone())),
    );
    directory_with(&told)
}

fn may(
    reference: &ReferenceData,
    directory: &Directory,
    of: &str,
    worker: &str,
    on: Date,
) -> Result<(), NotEligible> {
    let service = directory.service(&service(of)).unwrap();
    may_supply(reference, directory, service, Some(worker), on)
}

#[test]
fn who_may_supply_follows_from_the_kind_of_service_the_training_and_the_day() {
    let reference = ReferenceData::bundled();
    let known = with_custody(&[trained("a.sergeant", "2025-01-10", Some("2026-01-09"))]);
    let custody = |worker: &str, when: &str| may(&reference, &known, "custody-suite", worker, day(when));
    // Treatment services need no training by the regulation, on any day.
    assert_eq!(
        may(&reference, &known, SUNDERLAND, "anybody", day("2016-01-01")),
        Ok(())
    );
    // Police staff may since December 2024, when they are trained.
    assert_eq!(custody("a.sergeant", "2025-06-01"), Ok(()));
    assert_eq!(
        custody("a.sergeant", "2024-12-01"),
        Err(NotEligible::Kind),
        "before the regulations"
    );
    for (worker, when) in [
        ("a.sergeant", "2025-01-09"),
        ("a.sergeant", "2026-01-10"),
        ("a.constable", "2025-06-01"),
    ] {
        let not = custody(worker, when).unwrap_err();
        assert_eq!(not.code(), "supplier_not_trained", "{worker} {when}");
        assert!(
            not.sentence().contains("Storage and supply of naloxone"),
            "{}",
            not.sentence()
        );
    }
    // A kind that nobody named is no supplier.
    assert_eq!(
        may(&reference, &known, PARTNERSHIP, "anybody", day("2026-01-01")),
        Err(NotEligible::Kind)
    );
}

#[test]
fn the_list_switches_the_rule_off() {
    let head = "code,label,status,origin,valid_from,valid_to,service_kind,may,training,enforced\n";
    let row = |enforced: &str| format!("{head}all,Everybody,current,local,,,*,no,,{enforced}\n");
    let known = with_custody(&[]);
    let with = |text: &str| {
        let list = CodeList::from_csv("naloxone-suppliers", "1", text).unwrap();
        may(
            &ReferenceData::new([list]),
            &known,
            "custody-suite",
            "x",
            day("2026-01-01"),
        )
    };
    assert_eq!(with(&row("yes")), Err(NotEligible::Kind));
    assert_eq!(with(&row("no")), Ok(()));
    let none = may(
        &ReferenceData::default(),
        &known,
        "custody-suite",
        "x",
        day("2026-01-01"),
    );
    assert_eq!(none, Ok(()), "without the list everybody may");
}

fn issue_at(service_code: &str) -> Command {
    Command::IssueKits {
        service: service(service_code),
        kits: vec![kit("LOT-A1")],
        replaces: None,
    }
}

#[test]
fn an_issue_by_a_service_that_may_not_is_refused_to_staff_and_flagged_when_a_machine_sent_it() {
    let mut story = Story::of_an_adult();
    let refused = story.refused(PARTNERSHIP, "2026-03-01", issue_at(PARTNERSHIP));
    assert_eq!(refused, ["service_may_not_supply"]);
    let kept = story.ask(
        Origin::Machine,
        PARTNERSHIP,
        on("2026-03-01"),
        issue_at(PARTNERSHIP),
    );
    assert_eq!(kept.unwrap().flags[0].code, "service_may_not_supply");
    // Negative control: a treatment service may.
    story.staff_of(SUNDERLAND, "2026-03-01", issue_at(SUNDERLAND));
}
