//! Records that are one person's: case I3, what is refused, and the laws that nothing is lost or moved by joining and
//! parting, in whatever order.

use crate::story::{POLICE, SUNDERLAND, code, day, directory, event, noon, on, service};
use crate::wild::any_history;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;
use throughcare_domain::access::{Permission, Rule, Visibility, may_record, visibility};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::command::{Asked, Command, MergeCommand};
use throughcare_domain::decide::{Context, Refusal, Twofold, decide, decide_merge};
use throughcare_domain::event::{Origin, RecordedEvent, Role};
use throughcare_domain::fact::{
    EpisodeOpened, ExitOutcome, ExitRecorded, Fact, PersonRegistered, Replaced, ServiceKind,
};
use throughcare_domain::history::History;
use throughcare_domain::id::{CountingIds, EpisodeId, MergeId, PersonId};
use throughcare_domain::merge::MOST_RECORDS;
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::rows::{JOINED_LISTED_DAYS, Row, RowKind, rows, steps_of};
use throughcare_domain::state::PersonState;
use throughcare_domain::stream::StreamId;
use uuid::Uuid;

/// A log of several people.
struct Log {
    events: Vec<RecordedEvent>,
    ids: CountingIds,
    reference: ReferenceData,
}

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

impl Log {
    fn new() -> Self {
        Self {
            events: Vec::new(),
            ids: CountingIds::new(9),
            reference: ReferenceData::bundled(),
        }
    }

    /// A log of so many people, registered and otherwise unknown.
    fn of(people: u128) -> Self {
        let mut log = Self::new();
        for n in 1..=people {
            log.tell(person(n), "2026-01-01", SUNDERLAND, registered());
        }
        log
    }

    /// Records something in the record that is addressed.
    fn tell(&mut self, whose: PersonId, when: &str, organisation: &str, fact: impl Into<Fact>) {
        let told = event(
            throughcare_domain::id::IdSource::next_id(&mut self.ids).into(),
            on(when),
            noon(day(when)),
            1,
            Origin::Staff,
            OrganisationCode::parse(organisation).unwrap(),
            fact.into(),
        );
        self.add(whose, told);
    }

    fn add(&mut self, whose: PersonId, mut told: RecordedEvent) {
        let stream = StreamId::person(whose);
        let before = self.own(whose).len();
        told.envelope.stream = stream;
        told.envelope.stream_version = u32::try_from(before).unwrap() + 1;
        told.envelope.position = self.events.len() as u64 + 1;
        self.events.push(told);
    }

    /// The events of one record alone.
    fn own(&self, whose: PersonId) -> Vec<RecordedEvent> {
        let own = self
            .events
            .iter()
            .filter(|event| event.envelope.stream.id == whose.0);
        own.cloned().collect()
    }

    fn history(&self, whose: PersonId) -> History {
        History::of_person(whose, self.events.clone(), None)
    }

    fn said(&mut self, one: PersonId, other: PersonId, command: MergeCommand) -> Result<Twofold, Refusal> {
        self.said_by(Some("r.okafor"), one, other, command)
    }

    fn said_by(
        &mut self,
        user: Option<&str>,
        one: PersonId,
        other: PersonId,
        command: MergeCommand,
    ) -> Result<Twofold, Refusal> {
        let (one, other) = (self.history(one), self.history(other));
        let organisation = OrganisationCode::parse(SUNDERLAND).unwrap();
        let mut context = Context {
            now: noon(day("2026-03-01")),
            origin: Origin::Staff,
            organisation: &organisation,
            user,
            reference: &self.reference,
            directory: directory(),
            ids: &mut self.ids,
        };
        let asked = Asked {
            under: String::new(),
            occurred: on("2026-03-01"),
            note: None,
            command: Command::Merge(command),
        };
        let made = decide_merge(&one, &other, &asked, &mut context)?;
        for (stream, draft) in made.drafts.clone() {
            let told = event(
                draft.id,
                draft.occurred,
                noon(day("2026-03-01")),
                1,
                Origin::Staff,
                organisation.clone(),
                draft.fact,
            );
            self.add(PersonId(stream.id), told);
        }
        Ok(made)
    }

    fn join(&mut self, one: PersonId, other: PersonId) -> Result<MergeId, Refusal> {
        let made = self.said(one, other, join(false))?;
        Ok(made.created.unwrap().into())
    }

    fn undo(&mut self, merge: MergeId) {
        let told = self.events.iter().find_map(|event| match event.fact() {
            Some(Fact::RecordsMerged(f)) if f.merge == merge => Some(f.surviving),
            _ => None,
        });
        let surviving = told.unwrap();
        let reason = code("two_people");
        self.said(surviving, surviving, MergeCommand::Undo { merge, reason })
            .unwrap();
    }
}

fn join(despite_mark: bool) -> MergeCommand {
    MergeCommand::Join {
        attested: code("photo_compared"),
        despite_mark,
    }
}

fn registered() -> PersonRegistered {
    PersonRegistered {
        date_of_birth: Some(day("1990-05-17")),
        sex: None,
        ethnicity: None,
    }
}

fn opened(n: u128, at: &str) -> EpisodeOpened {
    EpisodeOpened {
        episode: EpisodeId(Uuid::from_u128(n)),
        referral: None,
        service: service(at),
        organisation: OrganisationCode::parse(at).unwrap(),
        kind: ServiceKind::Community,
    }
}

fn codes(refusal: &Refusal) -> Vec<&str> {
    refusal.0.as_slice().iter().map(|fault| fault.code).collect()
}

/// I3: two records are merged, events go on, the merge is undone: each record has its own events again, later events go
/// where they were addressed, and the two are never offered as a match again.
#[test]
fn i3_two_records_are_joined_go_on_and_part_again() {
    let (one, other) = (person(1), person(2));
    let mut log = Log::of(2);
    log.tell(one, "2026-02-01", SUNDERLAND, opened(1, SUNDERLAND));
    log.tell(other, "2026-02-02", POLICE, opened(2, POLICE));
    let merge = log.join(one, other).unwrap();

    // Both ids answer with both records' events, under the surviving id.
    for asked in [one, other] {
        let history = log.history(asked);
        assert_eq!((history.person(), history.is_joined()), (one, true));
        assert_eq!(history.now().episodes.len(), 2);
        assert_eq!(
            history.stream(),
            StreamId::person(asked),
            "what follows goes there"
        );
    }
    // Events go on, each where it is addressed.
    let exit = |n| ExitRecorded {
        episode: EpisodeId(Uuid::from_u128(n)),
        reason: code("80"),
        outcome: ExitOutcome::SuccessfulCompletion,
        profile: None,
    };
    log.tell(other, "2026-03-02", POLICE, exit(2));
    log.tell(one, "2026-03-03", SUNDERLAND, opened(3, SUNDERLAND));
    assert_eq!(log.history(other).now().episodes.len(), 3);

    log.undo(merge);
    let (first, second) = (log.history(one), log.history(other));
    let episodes = |history: &History| {
        let all = history.now().episodes.iter();
        all.map(|episode| episode.id.0.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!((episodes(&first), episodes(&second)), (vec![1, 3], vec![2]));
    assert!(second.now().episodes[0].exit.is_some(), "later events went there");
    assert_eq!((first.person(), second.person()), (one, other));

    // Never offered again, from either side; joined again only by somebody who says so expressly.
    assert!(first.now().never_match(one, other) && second.now().never_match(other, one));
    for (a, b) in [(one, other), (other, one)] {
        assert_eq!(codes(&log.join(a, b).unwrap_err()), ["marked_never_to_match"]);
    }
    log.said(one, other, join(true)).unwrap();
    assert_eq!(log.history(other).person(), one);
}

#[test]
fn as_known_before_a_merge_each_record_stands_alone() {
    let (one, other) = (person(1), person(2));
    let mut log = Log::of(2);
    let before = log.events.len() as u64;
    let merge = log.join(one, other).unwrap();
    let during = log.events.len() as u64;
    log.undo(merge);
    let known = |at| History::of_person(other, log.events.clone(), at).person();
    assert_eq!(
        [known(Some(before)), known(Some(during)), known(None)],
        [other, one, other]
    );
}

#[test]
fn chained_merges_part_in_any_order() {
    for undone in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1]] {
        let people = [1, 2, 3, 4].map(person);
        let mut log = Log::of(4);
        // The second pair joins the first by a record that was given up: what survives there is joined.
        let merges = [
            log.join(people[0], people[1]).unwrap(),
            log.join(people[2], people[3]).unwrap(),
            log.join(people[3], people[1]).unwrap(),
        ];
        for one in people {
            assert_eq!(log.history(one).person(), people[2]);
            assert_eq!(log.history(one).streams().len(), 4);
        }
        for merge in undone {
            log.undo(merges[merge]);
        }
        for one in people {
            assert_eq!(log.history(one).person(), one, "{undone:?}");
            assert!(!log.history(one).is_joined());
        }
    }
}

#[test]
fn what_cannot_be_joined_is_refused_with_every_reason() {
    let (one, other, third) = (person(1), person(2), person(3));
    let mut log = Log::of(3);
    // Itself, and a circle.
    assert_eq!(codes(&log.join(one, one).unwrap_err()), ["same_person"]);
    log.join(one, other).unwrap();
    log.join(other, third).unwrap();
    assert_eq!(codes(&log.join(third, one).unwrap_err()), ["same_person"]);
    // Nobody answers for it, and a code that is none.
    let unattested = MergeCommand::Join {
        attested: code("looks_alike"),
        despite_mark: false,
    };
    let mut log = Log::of(2);
    let refusal = log.said_by(None, one, other, unattested).unwrap_err();
    assert_eq!(codes(&refusal), ["unknown_code", "named_worker_needed"]);
    // An undone merge is not undone again; one that never was neither.
    let merge = log.join(one, other).unwrap();
    log.undo(merge);
    let undo = |merge| MergeCommand::Undo {
        merge,
        reason: code("two_people"),
    };
    assert_eq!(
        codes(&log.said(one, one, undo(merge)).unwrap_err()),
        ["already_undone"]
    );
    assert_eq!(
        codes(&log.said(one, one, undo(MergeId(Uuid::nil()))).unwrap_err()),
        ["unknown_merge"]
    );
}

#[test]
fn two_people_who_look_alike_are_marked_once_and_then_not_joined() {
    let (one, other) = (person(1), person(2));
    let twins = || MergeCommand::NeverMatch {
        reason: code("twins"),
    };
    let mut log = Log::of(2);
    log.said(one, other, twins()).unwrap();
    assert_eq!(
        codes(&log.said(other, one, twins()).unwrap_err()),
        ["already_marked"]
    );
    assert_eq!(
        codes(&log.join(other, one).unwrap_err()),
        ["marked_never_to_match"]
    );
    // It holds for whatever is joined with either later.
    let mut log = Log::of(3);
    log.said(one, other, twins()).unwrap();
    log.join(person(3), other).unwrap();
    assert_eq!(
        codes(&log.join(one, person(3)).unwrap_err()),
        ["marked_never_to_match"]
    );
    assert_eq!(
        codes(&log.said(person(3), other, twins()).unwrap_err()),
        ["same_person"]
    );
}

#[test]
fn no_more_records_than_one_append_can_compare_are_joined() {
    let most = u128::try_from(MOST_RECORDS).unwrap();
    let mut log = Log::of(most + 1);
    for n in 2..=most {
        log.join(person(1), person(n)).unwrap();
    }
    let refusal = log.join(person(1), person(most + 1)).unwrap_err();
    assert_eq!(codes(&refusal), ["too_many_records"]);
}

#[test]
fn a_merge_is_undone_and_not_voided() {
    let (one, other) = (person(1), person(2));
    let mut log = Log::of(2);
    log.join(one, other).unwrap();
    let merged = log.own(one).last().unwrap().envelope.id;
    let organisation = OrganisationCode::parse(SUNDERLAND).unwrap();
    let asked = Asked {
        under: String::new(),
        occurred: on("2026-03-02"),
        note: None,
        command: Command::VoidEvents {
            events: vec![merged],
            reason: code("entered_in_error"),
            replaced: Replaced::No,
        },
    };
    let history = log.history(one);
    let mut context = Context {
        now: noon(day("2026-03-02")),
        origin: Origin::Staff,
        organisation: &organisation,
        user: Some("r.okafor"),
        reference: &log.reference,
        directory: directory(),
        ids: &mut log.ids,
    };
    let refusal = decide(&history, &asked, &mut context).unwrap_err();
    assert_eq!(codes(&refusal), ["of_two_records"]);
}

/// What does not fit once both are one is flagged, and nobody is refused for it.
#[test]
fn what_clashes_once_both_are_one_is_flagged() {
    let (one, other) = (person(1), person(2));
    let received = |prison: &str| throughcare_domain::fact::Received {
        prison: Some(throughcare_domain::code::PrisonCode::parse(prison).unwrap()),
        reason: code("N"),
        recall: false,
    };
    let mut log = Log::of(2);
    log.tell(one, "2026-02-01", POLICE, received("MDI"));
    log.tell(other, "2026-02-02", POLICE, received("LEI"));
    let made = log.said(one, other, join(false)).unwrap();
    assert_eq!(
        made.flags.iter().map(|flag| flag.code).collect::<Vec<_>>(),
        ["overlapping_prison_spell"]
    );
    assert_eq!(made.after.now().conflicts.len(), 1);
    // Without a clash nothing is flagged.
    let mut log = Log::of(2);
    log.tell(one, "2026-02-01", POLICE, received("MDI"));
    assert!(log.said(one, other, join(false)).unwrap().flags.is_empty());
}

#[test]
fn only_workers_who_see_a_record_join_it() {
    let mut log = Log::of(1);
    log.tell(person(1), "2026-02-01", SUNDERLAND, opened(1, SUNDERLAND));
    let history = log.history(person(1));
    let may = |organisation: &str, role| {
        let organisation = OrganisationCode::parse(organisation).unwrap();
        may_record(
            &Command::Merge(join(false)),
            &history,
            directory(),
            &organisation,
            role,
            day("2026-12-31"),
        )
    };
    assert_eq!(may(SUNDERLAND, Role::Worker), Permission::Allowed);
    assert_eq!(may(POLICE, Role::Worker), Permission::NotFound);
    assert_eq!(
        may(SUNDERLAND, Role::Liaison),
        Rule::RecordsAreJoinedByWorkers.into()
    );
}

/// Whoever sees one record sees both once they are joined, is told of it for a fortnight, and sees one again when they
/// part.
#[test]
fn a_wider_view_comes_with_an_alert_and_goes_with_the_undoing() {
    let (one, other) = (person(1), person(2));
    let mut log = Log::of(2);
    log.tell(one, "2026-02-01", SUNDERLAND, opened(1, SUNDERLAND));
    log.tell(other, "2026-02-02", POLICE, opened(2, POLICE));
    let police = OrganisationCode::parse(POLICE).unwrap();
    let seen = |log: &Log, whose| visibility(&log.history(whose), &police, Role::Worker, day("2026-12-31"));
    assert_eq!(seen(&log, one), Visibility::None);
    let merge = log.join(one, other).unwrap();
    assert_eq!(
        (seen(&log, one), seen(&log, other)),
        (Visibility::Full, Visibility::Full)
    );

    let alerts = |log: &Log| {
        let lines = rows(log.history(one).now(), directory());
        let lines = lines
            .into_iter()
            .filter(|line| line.kind == RowKind::RecordsMerged);
        lines.collect::<Vec<_>>()
    };
    let told = alerts(&log);
    let mut organisations: Vec<_> = told.iter().flat_map(|line| &line.organisation).collect();
    organisations.sort();
    assert_eq!(organisations.len(), 2, "both services are told");
    assert!(organisations.contains(&&police));
    let days = throughcare_domain::when::days_between(day("2026-03-01"), told[0].closed_on.unwrap());
    assert_eq!(days, JOINED_LISTED_DAYS);

    log.undo(merge);
    assert_eq!(seen(&log, one), Visibility::None);
    assert!(alerts(&log).is_empty(), "undone on the day of the merge");
}

/// What happens to a log.
#[derive(Clone, Debug)]
enum Step {
    /// So many of the facts that are left are told of somebody.
    Tell(usize, usize),
    /// Two are joined, if they may be.
    Join(usize, usize),
    /// One of the merges is undone, if any is.
    Undo(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0usize..4, 1usize..6).prop_map(|(whose, most)| Step::Tell(whose, most)),
        (0usize..4, 0usize..4).prop_map(|(one, other)| Step::Join(one, other)),
        (0usize..9).prop_map(Step::Undo),
    ];
    vec(step, 0..14)
}

const PEOPLE: [u128; 4] = [1, 2, 3, 4];

/// The state but for what it says of merges.
fn but_merges(state: &PersonState) -> PersonState {
    PersonState {
        merges: Vec::new(),
        mismatches: Vec::new(),
        ..state.clone()
    }
}

fn is_of_merges(event: &RecordedEvent) -> bool {
    matches!(
        event.fact(),
        Some(Fact::RecordsMerged(_) | Fact::MergeUndone(_) | Fact::MarkedNeverToMatch(_))
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// After any joining, parting and telling: every event is in exactly one person's history, whoever asks for a
    /// record of a person is answered the same, and what is folded is what the records say together. When all is
    /// undone, each record says what it would say had nobody joined it.
    #[test]
    fn nothing_is_lost_or_moved(facts in any_history(50, 40), steps in steps(), order in any::<u64>()) {
        let mut log = Log::of(4);
        let mut facts = facts.into_iter();
        let mut holding: Vec<MergeId> = Vec::new();
        for step in steps {
            match step {
                Step::Tell(whose, most) => {
                    for fact in facts.by_ref().take(most) {
                        log.add(person(PEOPLE[whose]), fact);
                    }
                }
                Step::Join(one, other) => {
                    let (one, other) = (person(PEOPLE[one]), person(PEOPLE[other]));
                    let same = log.history(one).person() == log.history(other).person();
                    match log.said(one, other, join(true)) {
                        Ok(made) => {
                            prop_assert!(!same, "a circle");
                            prop_assert_eq!(made.after.now().episodes.len(), log.history(one).now().episodes.len());
                            holding.push(made.created.unwrap().into());
                        }
                        Err(refusal) => prop_assert_eq!((same, codes(&refusal)), (true, vec!["same_person"])),
                    }
                }
                Step::Undo(which) if !holding.is_empty() => {
                    let merge = holding.remove(which % holding.len());
                    log.undo(merge);
                }
                Step::Undo(_) => {}
            }
            let mut counted = 0;
            for n in PEOPLE {
                let history = log.history(person(n));
                let streams: Vec<StreamId> = history.streams().into_iter().map(|(stream, _)| stream).collect();
                prop_assert!(streams.contains(&StreamId::person(history.person())));
                let told: Vec<RecordedEvent> = log.events.iter()
                    .filter(|event| streams.contains(&event.envelope.stream)).cloned().collect();
                prop_assert_eq!(history.now(), &PersonState::fold(&told));
                for stream in &streams {
                    prop_assert_eq!(log.history(PersonId(stream.id)).person(), history.person());
                }
                if history.person() == person(n) {
                    counted += history.events().len();
                }
            }
            prop_assert_eq!(counted, log.events.len());
        }
        // Rows position by position are those of each prefix.
        let positions: Vec<u64> = (1..=log.events.len() as u64).collect();
        for n in PEOPLE {
            let stepped: BTreeMap<u64, Vec<Row>> =
                steps_of(person(n), &log.events, &positions, |_| directory()).into_iter().collect();
            let mut last = Vec::new();
            for position in &positions {
                let known = log.events[..usize::try_from(*position).unwrap()].to_vec();
                let history = History::of_person(person(n), known, None);
                let expected = match history.person() == person(n) && !history.events().is_empty() {
                    true => rows(history.now(), directory()),
                    false => Vec::new(),
                };
                // What is left out changes nothing.
                let lines = stepped.get(position).unwrap_or(&last);
                prop_assert_eq!(lines, &expected);
                last = expected;
            }
        }
        // All is undone, in some order.
        let mut order = order;
        while !holding.is_empty() {
            let merge = holding.remove(usize::try_from(order % holding.len() as u64).unwrap());
            order /= 3;
            log.undo(merge);
        }
        for n in PEOPLE {
            let history = log.history(person(n));
            let own = log.own(person(n));
            prop_assert_eq!(history.events(), &own[..]);
            let never: Vec<_> = own.into_iter().filter(|event| !is_of_merges(event)).collect();
            prop_assert_eq!(but_merges(history.now()), PersonState::fold(&never));
        }
    }
}
