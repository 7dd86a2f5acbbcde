//! Decisions: state and command in, events or refusal out.
//!
//! One rule book serves three readers. The fold ([`crate::state`]) says of every fact whether it fits; a
//! decision makes the new facts, folds the history with them, and compares: what would not fit is refused to
//! staff with the reason, and kept and flagged when a machine sent it. So a back-dated entry is judged
//! against the whole history by the same sentences that later describe a conflict.

mod appointment;
mod care;
mod codes;
mod contract;
mod correction;
mod course;
mod custody;
mod harm;
mod identity;
mod justice;
mod member;
mod merge;
mod naloxone;
mod organisation;
mod outcome;
mod protection;
mod referral;
mod seal;
mod sharing;
mod sight;
mod stock;
mod whole;

pub use contract::{MOST_DAYS_AHEAD, MOST_DAYS_LATE, UNDONE_WITHIN_DAYS};
pub use correction::MOST_VOIDED;
pub use justice::{ASSESSED_FROM, MOST_MONTHS, TESTED_FROM};
pub use member::MemberCommand;
pub use merge::{Twofold, decide_merge};
pub use organisation::{NewService, OrganisationCommand, decide_organisation};
pub use protection::TAKEN_BACK_WITHIN_DAYS;
pub use seal::{MOST_NAMED, SealCommand};
pub use stock::{CountedBatch, StockCommand, SuppliedKits, decide_stock};

use crate::code::OrganisationCode;
use crate::command::{Asked, Command};
use crate::directory::Directory;
use crate::event::{Actor, Body, Draft, Envelope, Origin, RecordedEvent, Role};
use crate::fact::{Fact, IdentityDetail, Replaced};
use crate::fault::{Fault, Faults};
use crate::history::History;
use crate::id::{EpisodeId, EventId, IdSource, InterventionId, ReferralId};
use crate::reference::ReferenceData;
use crate::state::{Conflict, PersonState};
use crate::stream::StreamId;
use crate::when::{Occurred, london_date};
use correction::{Creatable, Freed};
use jiff::{Timestamp, civil::Date};
use std::collections::HashSet;
use uuid::Uuid;

/// The earliest date that can be recorded.
pub const EARLIEST: Date = jiff::civil::date(1900, 1, 1);

/// What a decision needs besides the history: everything comes in as a value.
pub struct Context<'a> {
    /// Now.
    pub now: Timestamp,
    /// Typed by staff, or sent by a system.
    pub origin: Origin,
    /// For which organisation.
    pub organisation: &'a OrganisationCode,
    /// The user who acts; a system by itself has none.
    pub user: Option<&'a str>,
    /// Code lists.
    pub reference: &'a ReferenceData,
    /// Organisations and services.
    pub directory: &'a Directory,
    /// New ids.
    pub ids: &'a mut dyn IdSource,
}

/// New events, what they created, and what does not fit.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The events, in order.
    pub drafts: Vec<Draft>,
    /// The id of what was created (referral, episode, plan, …), when something was.
    pub created: Vec<Uuid>,
    /// What does not fit but is kept because a machine sent it.
    pub flags: Vec<Conflict>,
}

/// Why nothing was recorded; every fault of the command at once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("refused: {0}")]
pub struct Refusal(pub Faults);

/// Events in the making.
struct Making<'a, 'b> {
    context: &'a mut Context<'b>,
    /// Everything recorded before the request.
    history: &'a History,
    state: &'a PersonState,
    /// Ids that what is made takes over.
    freed: &'a mut Freed,
    occurred: Occurred,
    note: Option<String>,
    drafts: Vec<Draft>,
    created: Vec<Uuid>,
    faults: Faults,
    flags: Vec<Conflict>,
}

impl Making<'_, '_> {
    fn new_id<T: From<Uuid>>(&mut self) -> T {
        self.context.ids.next_id().into()
    }

    fn created<T: Creatable>(&mut self) -> T {
        let id = T::freed(self.freed).unwrap_or_else(|| self.context.ids.next_id().into());
        self.created.push(id.into());
        id
    }

    fn day(&self) -> Date {
        self.occurred.date()
    }

    fn today(&self) -> Date {
        london_date(self.context.now)
    }

    /// Adds an event; the first carries the note.
    fn record(&mut self, fact: impl Into<Fact>) {
        self.record_with(fact, None);
    }

    fn record_with(&mut self, fact: impl Into<Fact>, identity: Option<IdentityDetail>) {
        let mut identity = identity;
        if let Some(note) = self.note.take() {
            identity.get_or_insert_default().note = Some(note);
        }
        let causation = self.drafts.first().map(|draft| draft.id);
        let id: EventId = self.new_id();
        self.drafts.push(Draft {
            id,
            occurred: self.occurred,
            fact: fact.into(),
            identity,
            causation,
        });
    }

    /// What does not fit is refused to staff, and kept and flagged when a machine sent it.
    fn misfit(&mut self, pointer: &'static str, code: &'static str, detail: impl Into<String>) {
        self.misfit_at(pointer, pointer, code, detail);
    }

    /// As [`Self::misfit`], for something inside an array: staff are told the place.
    fn misfit_at(
        &mut self,
        pointer: &'static str,
        place: &str,
        code: &'static str,
        detail: impl Into<String>,
    ) {
        match self.context.origin {
            Origin::Staff => self.fault(place, code, detail),
            Origin::Machine => {
                self.flags.push(Conflict {
                    event: EventId(Uuid::nil()),
                    code,
                    pointer,
                    detail: detail.into(),
                    of: None,
                });
            }
        }
    }

    fn fault(&mut self, pointer: &str, code: &'static str, detail: impl Into<String>) {
        self.faults.push(Fault::new(pointer, code, detail));
    }
}

/// Decides a command about a person.
///
/// # Errors
/// [`Refusal`] with every fault at once: unknown codes, impossible dates, and whatever would not fit the
/// person's history (staff only).
pub fn decide(history: &History, asked: &Asked, context: &mut Context<'_>) -> Result<Decision, Refusal> {
    decide_in_turn(history, std::slice::from_ref(asked), context)
}

/// Decides commands that belong together: each is made on the history with what the ones before it made, and
/// all are judged as one, so that a stay in prison that nobody recorded can be entered whole.
///
/// # Errors
/// [`Refusal`] with every fault of all of them; nothing is recorded then.
pub fn decide_in_turn(
    history: &History,
    asked: &[Asked],
    context: &mut Context<'_>,
) -> Result<Decision, Refusal> {
    decide_planned(history, asked, &Planned::default(), context)
}

/// Ids chosen before the decision, so that commands can name what the ones before them make: an episode that another
/// system has finished is entered whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// Of the referral that is made.
    pub referral: Option<ReferralId>,
    /// Of the episode that is opened.
    pub episode: Option<EpisodeId>,
    /// Of the interventions that are started, in order.
    pub interventions: Vec<InterventionId>,
}

/// As [`decide_in_turn`], with ids chosen before.
///
/// # Errors
/// As there.
pub fn decide_planned(
    history: &History,
    asked: &[Asked],
    planned: &Planned,
    context: &mut Context<'_>,
) -> Result<Decision, Refusal> {
    let mut after = history.running().clone();
    let mut made: Vec<RecordedEvent> = Vec::new();
    let mut whole = Made::default();
    let mut freed = Freed::of(planned);
    let mut places: Vec<(EventId, &str)> = Vec::new();
    for one in asked {
        let part = make(history, after.state(), one, &mut freed, context);
        if let Command::VoidEvents {
            events,
            replaced: Replaced::Here,
            ..
        } = &one.command
        {
            freed.add(history.events(), events);
        }
        let version = history.version() + u32::try_from(made.len()).unwrap_or(u32::MAX);
        let new = provisional_all(&part.drafts, history.stream(), version, context);
        after.learn(history.events().iter().chain(&made), &new);
        made.extend(new);
        places.extend(part.drafts.iter().map(|draft| (draft.id, one.under.as_str())));
        whole.drafts.extend(part.drafts);
        whole.created.extend(part.created);
        whole.flags.extend(part.flags);
        whole.faults.absorb(&one.under, part.faults);
    }
    let Made {
        drafts,
        created,
        mut flags,
        mut faults,
    } = whole;
    let voids = asked
        .iter()
        .any(|one| matches!(one.command, Command::VoidEvents { .. }));
    for conflict in conflicts_made(history.now(), after.into_state()) {
        let conflict = match history
            .events()
            .iter()
            .find(|event| event.envelope.id == conflict.event)
        {
            Some(event) if voids => rests_on_it(event, conflict),
            _ => conflict,
        };
        match context.origin {
            Origin::Staff => {
                let under = places.iter().find(|(event, _)| *event == conflict.event);
                let pointer = format!("{}{}", under.map_or("", |(_, under)| under), conflict.pointer);
                faults.push(Fault::new(pointer, conflict.code, conflict.detail));
            }
            Origin::Machine => flags.push(conflict),
        }
    }
    if faults.is_empty() {
        Ok(Decision {
            drafts,
            created,
            flags,
        })
    } else {
        Err(Refusal(faults))
    }
}

/// What a command makes, not yet judged against the history.
#[derive(Default)]
struct Made {
    drafts: Vec<Draft>,
    created: Vec<Uuid>,
    flags: Vec<Conflict>,
    faults: Faults,
}

fn make(
    history: &History,
    state: &PersonState,
    asked: &Asked,
    freed: &mut Freed,
    context: &mut Context<'_>,
) -> Made {
    let mut making = Making {
        history,
        state,
        freed,
        occurred: asked.occurred,
        note: asked.note.clone(),
        drafts: Vec::new(),
        created: Vec::new(),
        faults: Faults::default(),
        flags: Vec::new(),
        context,
    };
    if making.day() < EARLIEST {
        making.fault("/occurred", "out_of_range", "The date must not lie before 1900.");
    }
    match &asked.command {
        Command::VoidEvents { .. } | Command::EnterReplacement { .. } => making.correction(&asked.command),
        Command::Appointment(command) => making.appointment(command),
        Command::Justice(command) => making.justice(command),
        Command::Merge(command) => making.merge(command),
        Command::Sharing(command) => making.sharing(command),
        Command::Sight(command) => making.sight(command),
        Command::Protection(command) => making.protection(command),
        Command::Course { episode, step } => making.course(*episode, step),
        Command::ReportOverdose(_)
        | Command::ReviewOverdose { .. }
        | Command::ReportDeath { .. }
        | Command::ConfirmDeath { .. }
        | Command::ConcludeDeath { .. }
        | Command::RejectDeath { .. } => making.harm(&asked.command),
        Command::Register { .. }
        | Command::RecordIdentifier(_)
        | Command::WithdrawIdentifier { .. }
        | Command::CorrectDemographics(_)
        | Command::TellOf(_)
        | Command::RecordResidence(_) => making.identity(&asked.command),
        Command::RecordMovement(_)
        | Command::CompleteRelease { .. }
        | Command::PlanRelease { .. }
        | Command::ReplanRelease { .. }
        | Command::CancelReleasePlan { .. } => making.custody(&asked.command),
        Command::Refer(_)
        | Command::AcceptReferral(_)
        | Command::RejectReferral { .. }
        | Command::WithdrawReferral { .. }
        | Command::SendReferralOn { .. }
        | Command::Triage { .. } => making.referral(&asked.command),
        Command::PlaceOnWaitingList { .. }
        | Command::TakeOffWaitingList { .. }
        | Command::StartIntervention { .. }
        | Command::RecordContact { .. }
        | Command::EndIntervention { .. }
        | Command::RecordExit { .. }
        | Command::ChangeProvider(_) => making.care(&asked.command),
        Command::RecordOutcomeProfile { .. }
        | Command::RescindExit { .. }
        | Command::RecordFollowUp { .. } => making.outcome(&asked.command),
        Command::RaiseNeed { .. }
        | Command::ClearNeed { .. }
        | Command::RecordOutreachContact { .. }
        | Command::AddTag { .. }
        | Command::RemoveTag(_)
        | Command::StartPlacement(_)
        | Command::EndPlacement { .. } => making.whole_person(&asked.command),
        Command::IssueKits { .. }
        | Command::PlaceKitsInProperty { .. }
        | Command::HandOverKit(_)
        | Command::LoseKit { .. }
        | Command::ConfiscateKit { .. }
        | Command::ReturnKit(_)
        | Command::TellOfRecall { .. }
        | Command::OfferNaloxone { .. }
        | Command::GiveTraining { .. }
        | Command::UseKit { .. } => making.naloxone(&asked.command),
    }
    let Making {
        drafts,
        created,
        faults,
        flags,
        ..
    } = making;
    Made {
        drafts,
        created,
        flags,
        faults,
    }
}

/// Something recorded before no longer fits, because what it rests on is voided.
fn rests_on_it(event: &RecordedEvent, conflict: Conflict) -> Conflict {
    let what = event.fact().map_or("an entry", Fact::event_type);
    Conflict {
        event: conflict.event,
        code: "others_rest_on_it",
        pointer: "/events",
        detail: format!(
            "Another entry rests on this: {what} of {}, entry {}. Void it as well. Without this one: {}",
            event.envelope.occurred.date(),
            event.envelope.id,
            conflict.detail
        ),
        ..conflict
    }
}

/// The conflicts that were not there before.
fn conflicts_made(before: &PersonState, after: PersonState) -> Vec<Conflict> {
    let known: HashSet<_> = before
        .conflicts
        .iter()
        .map(|conflict| (conflict.event, conflict.code))
        .collect();
    after
        .conflicts
        .into_iter()
        .filter(|conflict| !known.contains(&(conflict.event, conflict.code)))
        .collect()
}

fn provisional_all(
    drafts: &[Draft],
    stream: StreamId,
    version: u32,
    context: &Context<'_>,
) -> Vec<RecordedEvent> {
    drafts
        .iter()
        .zip(version + 1..)
        .map(|(draft, version)| {
            provisional(
                draft,
                (stream, version),
                context.origin,
                context.organisation,
                context.now,
            )
        })
        .collect()
}

/// A draft as it would be recorded now, for judging it: in the stream of its history, for a correction counts in its
/// own stream alone.
pub(crate) fn provisional(
    draft: &Draft,
    (stream, stream_version): (StreamId, u32),
    origin: Origin,
    organisation: &OrganisationCode,
    now: Timestamp,
) -> RecordedEvent {
    RecordedEvent {
        envelope: Envelope {
            id: draft.id,
            schema_version: 1,
            stream,
            stream_version,
            position: 0,
            occurred: draft.occurred,
            received_at: now,
            recorded_at: now,
            origin,
            actor: Actor {
                client: String::new(),
                user: None,
                organisation: organisation.clone(),
                role: Role::Worker,
            },
            on_behalf_of: None,
            purpose: String::new(),
            correlation: Uuid::nil(),
            causation: draft.causation,
            source: None,
        },
        body: Body::Fact(draft.fact.clone()),
        identity: draft.identity.clone(),
    }
}
