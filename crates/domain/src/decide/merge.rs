//! Whether two records may be joined, and what that makes of them.
//!
//! Source: `design.md`, "Streams" (merge); `trust.md`, "Who may see what" (a merge needs a named worker's attestation);
//! `cases.md` I2, I3.

use super::{Context, Making, Refusal, conflicts_made, make, provisional};
use crate::command::{Asked, Command, MergeCommand};
use crate::event::Draft;
use crate::fact::{Fact, IdentityDetail, MarkedNeverToMatch, MergeUndone, RecordsMerged};
use crate::fault::Fault;
use crate::history::History;
use crate::id::{EventId, PersonId};
use crate::merge::MOST_RECORDS;
use crate::state::Conflict;
use crate::stream::StreamId;
use uuid::Uuid;

/// What is recorded in two records at once.
#[derive(Clone, Debug)]
pub struct Twofold {
    /// In each of two streams.
    pub drafts: [(StreamId, Draft); 2],
    /// The id of the merge, when one was made.
    pub created: Option<Uuid>,
    /// What does not fit once both are read as one. Nobody is refused for it: what each record says stays, and is there
    /// for somebody to settle.
    pub flags: Vec<Conflict>,
    /// The record of the first person afterwards, as far as it is known before it is appended.
    pub after: History,
}

/// Decides about two records: to join them, to take that back, or to say that they are two people's. When a merge is
/// undone both are the joined history, once.
///
/// # Errors
/// [`Refusal`] with every fault at once.
pub fn decide_merge(
    one: &History,
    other: &History,
    asked: &Asked,
    context: &mut Context<'_>,
) -> Result<Twofold, Refusal> {
    let Command::Merge(command) = &asked.command else {
        return Err(Refusal(
            Fault::new("", "not_about_records", "This is about one record.").into(),
        ));
    };
    let made = make(one, one.now(), asked, &mut Default::default(), context);
    let mut faults = made.faults;
    let (created, pair, facts): (_, _, [Fact; 2]) = match command {
        MergeCommand::Join {
            attested,
            despite_mark,
        } => {
            let (surviving, absorbed) = (one.person(), other.person());
            if surviving == absorbed {
                faults.push(same_person("These two ids are of one record already."));
            } else if !despite_mark && marked(one, other) {
                let detail = "It was said before that these are two people, by a mark or by undoing a merge. Look there first; \
                              if they are one person all the same, send despiteMark: true.";
                faults.push(Fault::new("/otherPersonId", "marked_never_to_match", detail));
            }
            if one.streams().len() + other.streams().len() > MOST_RECORDS {
                let detail = format!("At most {MOST_RECORDS} records can be one person's.");
                faults.push(Fault::new("/otherPersonId", "too_many_records", detail));
            }
            if context.user.is_none() {
                let detail = "Somebody has to answer for it that this is one person: records are joined by a named worker. \
                              Use the token of a user.";
                faults.push(Fault::new("/attested", "named_worker_needed", detail));
            }
            let merge = context.ids.next_id();
            let fact = RecordsMerged {
                merge: merge.into(),
                surviving,
                absorbed,
                attested: attested.clone(),
            };
            (
                Some(merge),
                (surviving, absorbed),
                [fact.clone().into(), fact.into()],
            )
        }
        MergeCommand::Undo { merge, reason } => {
            let known = one.now().merge(*merge);
            match known {
                None => faults.push(Fault::new("", "unknown_merge", "There is no such merge.")),
                Some(known) if known.undone.is_some() => {
                    faults.push(Fault::new("", "already_undone", "This merge was undone before."));
                }
                Some(_) => {}
            }
            let pair = known.map_or((one.person(), one.person()), |known| {
                (known.surviving, known.absorbed)
            });
            let fact = MergeUndone {
                merge: *merge,
                reason: reason.clone(),
            };
            (None, pair, [fact.clone().into(), fact.into()])
        }
        MergeCommand::NeverMatch { reason } => {
            let (first, second) = (one.person(), other.person());
            if first == second {
                faults.push(same_person(
                    "These two ids are of one record. If they are two people, undo the merge.",
                ));
            } else if marked(one, other) {
                let detail = "This was said before.";
                faults.push(Fault::new("/otherPersonId", "already_marked", detail));
            }
            let mark = |other| MarkedNeverToMatch {
                other,
                reason: reason.clone(),
            };
            (None, (first, second), [mark(second).into(), mark(first).into()])
        }
    };
    if !faults.is_empty() {
        return Err(Refusal(faults));
    }
    let [first, second] = facts;
    // The note stands in the first of both.
    let note = |note: &String| IdentityDetail {
        note: Some(note.clone()),
        ..Default::default()
    };
    let mut identity = asked.note.as_ref().map(note);
    let mut causation = None;
    let drafts = [(pair.0, first), (pair.1, second)].map(|(person, fact)| {
        let id = EventId(context.ids.next_id());
        let draft = Draft {
            id,
            occurred: asked.occurred,
            fact,
            identity: identity.take(),
            causation,
        };
        causation.get_or_insert(id);
        (StreamId::person(person), draft)
    });
    let (after, flags) = afterwards(one, other, &drafts, context);
    Ok(Twofold {
        drafts,
        created,
        flags,
        after,
    })
}

impl Making<'_, '_> {
    /// Codes are judged like everybody's; what is recorded, where two records are known.
    pub(super) fn merge(&mut self, command: &MergeCommand) {
        match command {
            MergeCommand::Join { attested, .. } => self.code("identity-attestations", attested, "/attested"),
            MergeCommand::Undo { reason, .. } => self.code("merge-undoing-reasons", reason, "/reason"),
            MergeCommand::NeverMatch { reason } => self.code("mismatch-reasons", reason, "/reason"),
        };
    }
}

fn same_person(detail: &str) -> Fault {
    Fault::new("/otherPersonId", "same_person", detail)
}

/// True when any of the records of one was said to be somebody else's than any of the other's.
fn marked(one: &History, other: &History) -> bool {
    let person = |(stream, _): (StreamId, u32)| PersonId(stream.id);
    let others: Vec<PersonId> = other.streams().into_iter().map(person).collect();
    one.streams().into_iter().map(person).any(|one_record| {
        others.iter().any(|other_record| {
            one.now().never_match(one_record, *other_record)
                || other.now().never_match(one_record, *other_record)
        })
    })
}

/// The first person's record with the new events, and what does not fit in it that fitted before.
fn afterwards(
    one: &History,
    other: &History,
    drafts: &[(StreamId, Draft); 2],
    context: &Context<'_>,
) -> (History, Vec<Conflict>) {
    let mut events = one.events().to_vec();
    if one.person() != other.person() {
        events.extend(other.events().iter().cloned());
    }
    let reached: Vec<(StreamId, u32)> = one.streams().into_iter().chain(other.streams()).collect();
    for (stream, draft) in drafts {
        let version = reached.iter().find(|(known, _)| known == stream);
        let next = version.map_or(1, |(_, version)| version + 1);
        events.push(provisional(
            draft,
            (*stream, next),
            context.origin,
            context.organisation,
            context.now,
        ));
    }
    let after = History::of_person(PersonId(drafts[0].0.id), events, None);
    let mut flags = conflicts_made(one.now(), after.now().clone());
    flags.retain(|flag| {
        let known = |conflict: &Conflict| (conflict.event, conflict.code) == (flag.event, flag.code);
        !other.now().conflicts.iter().any(known)
    });
    (after, flags)
}
