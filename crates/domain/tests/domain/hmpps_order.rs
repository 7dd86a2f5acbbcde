//! What HMPPS told of one prisoner comes to the same, whatever the order in which it arrived, and however often.
//!
//! Source: `api.md`, Adopt 13 (late, repeated, and out of order); `cases.md` C1 to C9.

use crate::story::{Story, code, directory, reception};
use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use throughcare_domain::code::{OrganisationCode, PrisonCode};
use throughcare_domain::command::{Asked, Command};
use throughcare_domain::decide::{Context, decide};
use throughcare_domain::event::{Body, Envelope, Origin, RecordedEvent, SourceReference};
use throughcare_domain::fact::{Fact, Replaced};
use throughcare_domain::history::History;
use throughcare_domain::hmpps::{
    Event, Known, Meaning, Numbers, NumbersStep, due, is_recorded, numbers_due, stand_joined, understand,
};
use throughcare_domain::id::CountingIds;
use throughcare_domain::identifier::{Identifier, IdentifierKind};
use throughcare_domain::reference::{CustodyEffect, ReferenceData};
use throughcare_domain::state::PersonState;
use throughcare_domain::when::Occurred;

static REFERENCE: LazyLock<ReferenceData> = LazyLock::new(ReferenceData::bundled);

/// A message: which way, published reason, code, prison, and how many hours after the one before it happened.
type Step = (
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
    i64,
);

/// Steps of a pathway as prisons tell it: one after the other, possible or not.
fn step() -> impl Strategy<Value = Step> {
    let what = select(vec![
        ("received", "ADMISSION", Some("N")),
        ("received", "ADMISSION", Some("L")),
        ("received", "READMISSION", Some("N")),
        ("received", "READMISSION", None),
        ("received", "READMISSION", Some("N")),
        ("received", "RETURN_FROM_COURT", Some("CRT")),
        ("received", "TEMPORARY_ABSENCE_RETURN", Some("RDR")),
        ("received", "TRANSFERRED", Some("INT")),
        ("released", "RELEASED", Some("CR")),
        ("released", "RELEASED", Some("BL")),
        ("released", "RELEASED", Some("CR")),
        ("released", "RELEASED", Some("DEC")),
        ("released", "RELEASED", None),
        ("released", "RELEASED_TO_HOSPITAL", Some("HQ")),
        ("released", "SENT_TO_COURT", Some("CRT")),
        ("released", "TEMPORARY_ABSENCE_RELEASE", Some("RDR")),
        ("released", "TRANSFERRED", Some("NOTR")),
        ("released", "UNKNOWN", None),
    ]);
    let prison = select(vec!["MDI", "MDI", "LEI"]);
    // Some at the same moment, most within a day, some weeks later.
    let hours = prop_oneof![Just(0_i64), 1_i64..23, 24_i64..600];
    (what, prison, hours).prop_map(|((way, reason, code), prison, hours)| (way, reason, code, prison, hours))
}

/// The messages of a pathway, each with the key under which the same event is known again.
fn messages(steps: &[Step]) -> Vec<Known> {
    let mut at: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    for (way, reason, code, prison, hours) in steps {
        at += SignedDuration::from_hours(*hours);
        let mut facts: BTreeMap<String, String> = [("nomsNumber", "A1234BC"), ("prisonId", prison)]
            .into_iter()
            .chain([("reason", *reason)])
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        if let Some(code) = code {
            facts.insert("nomisMovementReasonCode".into(), (*code).to_owned());
        }
        let event = Event {
            event_type: format!("prison-offender-events.prisoner.{way}"),
            version: 1,
            occurred_at: at,
            published_at: None,
            facts,
            identifiers: Vec::new(),
        };
        let meaning = understand(&event, &REFERENCE);
        let key = meaning.sameness(&event).unwrap();
        let Meaning::Movement(told) = meaning else {
            panic!("not a movement")
        };
        // The first message of an event is the one that counts: a store keeps one of each.
        known.entry(key.clone()).or_insert(Known { key, told });
    }
    known.into_values().collect()
}

/// The record of somebody, and the messages that have arrived.
struct Receiver {
    history: History,
    ids: CountingIds,
    now: Timestamp,
    known: Vec<Known>,
}

impl Receiver {
    fn new(history: History) -> Self {
        Self {
            history,
            ids: CountingIds::new(1_000_000),
            now: "2026-12-01T09:00:00Z".parse().unwrap(),
            known: Vec::new(),
        }
    }

    /// A message arrives, perhaps again: everything that is due then is done.
    fn arrives(&mut self, message: &Known) {
        if !self.known.iter().any(|one| one.key == message.key) {
            self.known.push(message.clone());
        }
        for _ in 0..20 {
            let due = due(&self.history, &self.known);
            if due.is_done() {
                return;
            }
            for void in &due.void {
                let command = Command::VoidEvents {
                    events: vec![void.event],
                    reason: code("entered_in_error"),
                    replaced: Replaced::No,
                };
                let now = self.now;
                self.record(Occurred::At(now), command, None);
            }
            for (at, source) in due.record {
                let one = self.known[at].clone();
                let command = Command::RecordMovement(one.told.movement.clone());
                self.record(one.occurred(), command, Some(source));
            }
        }
        panic!("it never comes to an end");
    }

    fn record(&mut self, occurred: Occurred, command: Command, source: Option<SourceReference>) {
        let organisation = OrganisationCode::parse("gatehouse").unwrap();
        self.now += SignedDuration::from_secs(1);
        let mut context = Context {
            now: self.now,
            origin: Origin::Machine,
            organisation: &organisation,
            user: None,
            reference: &REFERENCE,
            directory: directory(),
            ids: &mut self.ids,
        };
        let asked = Asked {
            under: String::new(),
            occurred,
            note: None,
            command,
        };
        let decision = decide(&self.history, &asked, &mut context).unwrap();
        let first = self.history.events()[0].envelope.clone();
        let new = decision.drafts.into_iter().enumerate().map(|(more, draft)| {
            let position = self.history.events().len() + 1 + more;
            RecordedEvent {
                envelope: Envelope {
                    id: draft.id,
                    stream_version: u32::try_from(position).unwrap(),
                    position: position as u64,
                    occurred: draft.occurred,
                    received_at: self.now,
                    recorded_at: self.now,
                    origin: Origin::Machine,
                    causation: draft.causation,
                    source: source.clone(),
                    ..first.clone()
                },
                body: Body::Fact(draft.fact),
                identity: draft.identity,
            }
        });
        let new: Vec<RecordedEvent> = new.collect();
        self.history.learn(new);
    }
}

/// Everything that is shown of somebody's custody, without the ids of events and the moments at which it was recorded.
fn shown(state: &PersonState) -> String {
    let custody = &state.custody;
    let changes: Vec<_> = custody
        .changes
        .iter()
        .map(|one| (one.setting, one.prison.clone(), one.since.occurred))
        .collect();
    let spells: Vec<_> = custody
        .spells
        .iter()
        .map(|one| {
            (
                one.began.occurred,
                one.recall,
                one.ended.map(|ended| ended.occurred),
            )
        })
        .collect();
    let releases: Vec<_> = custody
        .releases
        .iter()
        .map(|one| {
            (
                one.at.occurred,
                one.reason.clone(),
                one.effect,
                one.from_court,
                one.doubtful,
            )
        })
        .collect();
    let mut conflicts: Vec<_> = state
        .conflicts
        .iter()
        .map(|one| {
            (
                one.of.as_ref().map(|of| format!("{:?}", of.at.occurred)),
                one.code,
            )
        })
        .collect();
    conflicts.sort();
    format!(
        "{:?} {:?} {changes:#?} {spells:#?} {releases:#?} {conflicts:#?}",
        custody.setting, custody.prison
    )
}

fn record_of(staff_recorded_a_reception: bool) -> History {
    let mut story = Story::of_an_adult();
    if staff_recorded_a_reception {
        story.moves("2026-01-02", reception("MDI"));
    }
    story.history
}

/// Copies of messages that the source corrected: of which, at another prison or with another code, published how many
/// minutes later; equal ones among them, and some without a time of publication.
fn corrected(told: &[Known], copies: &[(prop::sample::Index, u8, Option<i64>)]) -> Vec<Known> {
    let mut all = told.to_vec();
    for (of, what, later) in copies {
        let mut copy = told[of.index(told.len())].clone();
        match what % 4 {
            0 => copy.told.movement.prison = PrisonCode::parse("LEI").ok(),
            1 => copy.told.movement.prison = None,
            2 if copy.comes_in() => {}
            2 => {
                copy.told.movement.reason = code("DEC");
                copy.told.effect = CustodyEffect::Died;
            }
            _ => {}
        }
        copy.told.published = later.map(|later| copy.told.at + SignedDuration::from_mins(later));
        copy.key = format!("{} {:?} {}", copy.key, copy.told.published, what % 4);
        if !all.iter().any(|one| one.key == copy.key) {
            all.push(copy);
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    /// However often the source corrects itself, and in whatever order that arrives.
    #[test]
    fn the_end_state_is_the_same_for_every_order_of_corrected_copies(
        steps in vec(step(), 1..6),
        copies in vec((any::<prop::sample::Index>(), any::<u8>(), proptest::option::of(0_i64..90)), 1..6),
        keys in vec(any::<u32>(), 12),
        known_before in any::<bool>(),
    ) {
        let told = corrected(&messages(&steps), &copies);
        let mut in_order = Receiver::new(record_of(known_before));
        told.iter().for_each(|one| in_order.arrives(one));
        let mut shuffled: Vec<(u32, &Known)> = keys.into_iter().zip(&told).collect();
        shuffled.sort_by_key(|(key, _)| *key);
        let mut as_it_came = Receiver::new(record_of(known_before));
        shuffled.iter().for_each(|(_, one)| as_it_came.arrives(one));
        prop_assert_eq!(shown(as_it_came.history.now()), shown(in_order.history.now()));
    }

    #[test]
    fn the_end_state_is_the_same_for_every_order_of_arrival(
        steps in vec(step(), 1..9),
        keys in vec(any::<u32>(), 9),
        again in vec(any::<prop::sample::Index>(), 0..6),
        known_before in any::<bool>(),
    ) {
        let told = messages(&steps);
        let mut in_order = Receiver::new(record_of(known_before));
        told.iter().for_each(|one| in_order.arrives(one));

        let mut shuffled: Vec<(u32, &Known)> = keys.into_iter().zip(&told).collect();
        shuffled.sort_by_key(|(key, _)| *key);
        let mut arrivals: Vec<&Known> = shuffled.into_iter().map(|(_, one)| one).collect();
        for place in again {
            let repeated = arrivals[place.index(arrivals.len())];
            arrivals.insert(place.index(arrivals.len() + 1), repeated);
        }
        let mut as_it_came = Receiver::new(record_of(known_before));
        arrivals.iter().for_each(|one| as_it_came.arrives(one));
        prop_assert_eq!(shown(as_it_came.history.now()), shown(in_order.history.now()));
    }

    /// Messages that waited for a number are settled at once, and come to the same as one by one.
    #[test]
    fn held_messages_come_to_the_same_as_those_that_found_somebody(steps in vec(step(), 1..9)) {
        let told = messages(&steps);
        let mut one_by_one = Receiver::new(record_of(false));
        told.iter().for_each(|one| one_by_one.arrives(one));
        let mut at_once = Receiver::new(record_of(false));
        at_once.known.clone_from(&told);
        if let Some(last) = told.last() {
            at_once.arrives(last);
        }
        prop_assert_eq!(shown(at_once.history.now()), shown(one_by_one.history.now()));
    }
}

fn hours(steps: &[Step]) -> Receiver {
    let mut receiver = Receiver::new(record_of(false));
    for message in messages(steps).iter().rev() {
        receiver.arrives(message);
    }
    receiver
}

/// The last published counts, in either order of arrival; what was corrected is voided and stays to be looked at.
#[test]
fn a_corrected_copy_is_no_second_fact_and_the_last_published_counts() {
    let told = messages(&[IN, OUT]);
    let release = told.iter().find(|one| !one.comes_in()).unwrap();
    let reception = told.iter().find(|one| one.comes_in()).unwrap();
    let copy = |prison: &str, minutes: i64| {
        let mut copy = release.clone();
        copy.told.movement.prison = PrisonCode::parse(prison).ok();
        copy.told.published = Some(copy.told.at + SignedDuration::from_mins(minutes));
        copy.key = format!("{} {prison} {minutes}", copy.key);
        copy
    };
    let (first, second) = (copy("MDI", 45), copy("LEI", 90));
    for arrivals in [[&first, &second], [&second, &first]] {
        let mut receiver = Receiver::new(record_of(false));
        receiver.arrives(reception);
        arrivals.into_iter().for_each(|one| receiver.arrives(one));
        let custody = &receiver.history.now().custody;
        assert_eq!(custody.releases.len(), 1);
        let counts = is_recorded(&receiver.history, &second.key).expect("the later one counts");
        assert_eq!(is_recorded(&receiver.history, &first.key), None);
        let mut events = receiver.history.events().iter();
        let by = events.find(|event| event.envelope.id == counts).unwrap().fact();
        assert!(matches!(by, Some(Fact::Released(f)) if f.prison == PrisonCode::parse("LEI").ok()));
    }
    // What says the same again, published later still, changes nothing; said anew after a correction it counts again.
    let mut receiver = Receiver::new(record_of(false));
    for one in [reception, &first, &copy("MDI", 60)] {
        receiver.arrives(one);
    }
    let voided = |receiver: &Receiver| {
        let events = receiver.history.events().iter();
        events
            .filter(|event| matches!(event.fact(), Some(Fact::EventVoided(_))))
            .count()
    };
    assert_eq!(voided(&receiver), 0, "the control: nothing was corrected");
    receiver.arrives(&second);
    receiver.arrives(&copy("MDI", 120));
    assert_eq!(receiver.history.now().custody.releases.len(), 1);
    assert_eq!(voided(&receiver), 2);
    assert!(is_recorded(&receiver.history, &second.key).is_none());
}

const IN: Step = ("received", "ADMISSION", Some("N"), "MDI", 0);
const OUT: Step = ("released", "RELEASED", Some("CR"), "MDI", 400);

/// Negative control of the rule: without the readmission there is a release, and after more than a day there still is.
#[test]
fn a_release_that_was_taken_back_never_was_and_one_that_was_not_stays() {
    let back = |after| ("received", "READMISSION", Some("N"), "MDI", after);
    for (steps, releases, spells) in [
        (&[IN, OUT][..], 1, 1),
        (&[IN, OUT, back(2)], 0, 1),
        (&[IN, OUT, back(30)], 1, 2),
        // Nobody told that they came: that they are back is the first that is known.
        (&[OUT, back(2)], 0, 1),
        // Taken back, and released for good a week later.
        (
            &[IN, OUT, back(2), ("released", "RELEASED", Some("CR"), "MDI", 168)],
            1,
            1,
        ),
    ] {
        let state = hours(steps).history.now().clone();
        assert_eq!(state.custody.releases.len(), releases, "{steps:?}");
        assert_eq!(state.custody.spells.len(), spells, "{steps:?}");
    }
}

/// What staff found out is not undone by a message that arrives again.
#[test]
fn what_staff_took_back_is_not_recorded_again() {
    let mut receiver = hours(&[IN, OUT]);
    let release = receiver.history.now().custody.releases[0].id();
    let mut by_staff = receiver.history.events().to_vec();
    let void = Command::VoidEvents {
        events: vec![release],
        reason: code("entered_in_error"),
        replaced: Replaced::No,
    };
    let now = receiver.now;
    receiver.record(Occurred::At(now), void, None);
    by_staff = [by_staff, vec![receiver.history.events().last().unwrap().clone()]].concat();
    by_staff.last_mut().unwrap().envelope.origin = Origin::Staff;
    let mut receiver = Receiver {
        history: History::new(by_staff),
        ..receiver
    };
    let again = messages(&[IN, OUT]);
    again.iter().for_each(|one| receiver.arrives(one));
    assert!(receiver.history.now().custody.releases.is_empty());
}

/// Negative control: a receiver that looks at each message alone comes to a release that never was.
#[test]
fn a_receiver_that_forgets_what_was_told_before_is_wrong_whichever_way_it_came() {
    let told = messages(&[IN, OUT, ("received", "READMISSION", Some("N"), "MDI", 2)]);
    let mut orders = [told.clone(), told];
    orders[1].reverse();
    for order in orders {
        let mut forgetful = Receiver::new(record_of(false));
        for message in &order {
            forgetful.known.clear();
            forgetful.arrives(message);
        }
        assert_eq!(forgetful.history.now().custody.releases.len(), 1);
    }
}

/// A record on which somebody recorded one CRN, and what was told of it and another.
struct Numbered {
    receiver: Receiver,
    told: Vec<(String, Numbers)>,
}

fn crn(value: &str) -> Identifier {
    Identifier::parse(IdentifierKind::Crn, value, 2026).unwrap()
}

impl Numbered {
    fn new(known: &str) -> Self {
        let mut receiver = Receiver::new(record_of(false));
        let now = receiver.now;
        receiver.record(Occurred::At(now), Command::RecordIdentifier(crn(known)), None);
        Self {
            receiver,
            told: Vec::new(),
        }
    }

    fn arrives(&mut self, key: &str, numbers: &Numbers) {
        if !self.told.iter().any(|(known, _)| known == key) {
            self.told.push((key.to_owned(), numbers.clone()));
        }
        let all: Vec<Numbers> = self.told.iter().map(|(_, one)| one.clone()).collect();
        let joined = stand_joined(numbers, &all);
        for _ in 0..4 {
            let due = numbers_due(&self.receiver.history, numbers, joined, key);
            for step in due.steps {
                let now = self.receiver.now;
                let (command, source) = match step {
                    NumbersStep::Record(number, source) => (Command::RecordIdentifier(number), source),
                    NumbersStep::Withdraw(recorded_by, source) => {
                        (Command::WithdrawIdentifier { recorded_by }, source)
                    }
                };
                self.receiver.record(Occurred::At(now), command, Some(source));
            }
        }
    }

    fn numbers(&self) -> Vec<String> {
        let identity = &self.receiver.history.now().identity;
        let mut numbers: Vec<String> = identity
            .current_identifiers()
            .filter_map(|one| one.value.clone())
            .collect();
        numbers.sort();
        numbers
    }
}

#[test]
fn numbers_that_are_joined_and_parted_come_to_the_same_in_every_order_and_what_was_known_stays() {
    let said = |hour: u8, joined| Numbers {
        kept: crn("X222222"),
        other: crn("X111111"),
        at: format!("2026-03-01T{hour:02}:00:00Z").parse().unwrap(),
        joined,
    };
    for (told, left) in [
        (vec![said(9, true)], 2),
        (vec![said(9, true), said(10, false)], 1),
        (vec![said(9, true), said(10, false), said(11, true)], 2),
        (vec![said(9, false), said(10, true), said(11, false)], 1),
    ] {
        let told: Vec<(String, Numbers)> = told.into_iter().map(|one| (one.at.to_string(), one)).collect();
        for known in ["X111111", "X222222"] {
            for order in orders(&told) {
                let mut record = Numbered::new(known);
                // Each twice, the second time after all the others.
                for (key, one) in order.iter().chain(&order) {
                    record.arrives(key, one);
                }
                let numbers = record.numbers();
                assert_eq!(numbers.len(), left, "{known} {order:?}");
                assert!(numbers.contains(&known.to_owned()), "{known} {order:?}");
                assert!(record.receiver.history.now().conflicts.is_empty());
            }
        }
    }
    // What was told of neither of its numbers changes nothing.
    let mut record = Numbered::new("X333333");
    record.arrives("a", &said(9, true));
    assert_eq!(record.numbers(), ["X333333"]);
    // Two people's numbers that somebody recorded themselves are theirs to part.
    let mut both = Numbered::new("X111111");
    let now = both.receiver.now;
    let by_hand = Command::RecordIdentifier(crn("X222222"));
    both.receiver.record(Occurred::At(now), by_hand, None);
    let due = numbers_due(&both.receiver.history, &said(9, false), false, "a");
    assert!(due.to_part && due.steps.is_empty());
}

/// Every order of some things.
fn orders<T: Clone>(of: &[T]) -> Vec<Vec<T>> {
    if of.len() < 2 {
        return vec![of.to_vec()];
    }
    let first = |at: usize| {
        let mut rest = of.to_vec();
        let one = rest.remove(at);
        orders(&rest)
            .into_iter()
            .map(move |order| [vec![one.clone()], order].concat())
    };
    (0..of.len()).flat_map(first).collect()
}
