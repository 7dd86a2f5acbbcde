//! Which messages came, and what became of them.
//!
//! Whether a message found somebody is told to auditors alone: whoever sent it knows of whom it was, and would learn who
//! is in treatment. Everybody else is told that it was taken up, or why it could not be read.

use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use jiff::Timestamp;
use throughcare_domain::access::Beside;
use throughcare_domain::event::Role;
use throughcare_store::{InboundLine, InboundQuery, Reach};
use uuid::Uuid;

/// In which state a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InboundState {
    /// It was understood. What became of it, auditors are told.
    Accepted,
    /// It is about to be given its effect.
    Received,
    /// It waits until a record holds the number.
    Held,
    /// It is on the record, or changes nothing there.
    Applied,
    /// A release that was taken back, what took it back, or what the source corrected since: nothing of it is on the record.
    Undone,
    /// It is on the record, and does not fit what else is there.
    InConflict,
    /// Two records hold the numbers of one person: somebody has to join them.
    ToJoin,
    /// One record holds the numbers of two people: somebody has to part them.
    ToPart,
    /// Somebody had said that these are two people.
    SetAside,
    /// It cannot be on the record.
    Refused,
    /// A type of event that is not read here.
    UnknownType,
    /// A version of a type that is not read here.
    UnknownVersion,
    /// Something that its type needs is not in it.
    NotUnderstood,
    /// About the subscription itself.
    Subscription,
}

impl InboundState {
    /// Every state.
    pub const ALL: [Self; 14] = [
        Self::Accepted,
        Self::Received,
        Self::Held,
        Self::Applied,
        Self::Undone,
        Self::InConflict,
        Self::ToJoin,
        Self::ToPart,
        Self::SetAside,
        Self::Refused,
        Self::UnknownType,
        Self::UnknownVersion,
        Self::NotUnderstood,
        Self::Subscription,
    ];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Received => "received",
            Self::Held => "held",
            Self::Applied => "applied",
            Self::Undone => "undone",
            Self::InConflict => "in_conflict",
            Self::ToJoin => "to_join",
            Self::ToPart => "to_part",
            Self::SetAside => "set_aside",
            Self::Refused => "refused",
            Self::UnknownType => "unknown_type",
            Self::UnknownVersion => "unknown_version",
            Self::NotUnderstood => "not_understood",
            Self::Subscription => "subscription",
        }
    }

    /// True for what depends on the message alone.
    fn tells_nothing_of_a_record(self) -> bool {
        matches!(
            self,
            Self::Accepted
                | Self::UnknownType
                | Self::UnknownVersion
                | Self::NotUnderstood
                | Self::Subscription
        )
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// Which messages.
#[derive(Clone, Debug, Default)]
pub struct MessagesQuery {
    /// In this state.
    pub state: Option<InboundState>,
    /// Those that arrived before this one.
    pub before: Option<(Timestamp, Uuid)>,
    /// At most so many.
    pub limit: u32,
}

/// A message as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLine {
    /// The receipt.
    pub id: Uuid,
    /// Whose system sent it.
    pub organisation: String,
    /// Which.
    pub client: String,
    /// The type of the event.
    pub event_type: String,
    /// When it arrived.
    pub received_at: Timestamp,
    /// In which state it is, as far as the caller is told.
    pub state: InboundState,
    /// Why, as far as the caller is told.
    pub reason: Option<String>,
    /// What is odd about the message itself.
    pub flags: Vec<String>,
}

/// Messages, the last first.
pub type MessagePage = Vec<MessageLine>;

impl App {
    /// Messages: those of its own, for a system that sends them; those of all systems of the organisation, for its
    /// administrators; everybody's, for auditors.
    ///
    /// # Errors
    /// [`AppError::WrongRole`] for everybody else, and for who asks what is told to auditors alone.
    pub async fn messages(&self, caller: &Caller, query: MessagesQuery) -> Result<MessagePage, AppError> {
        let audits = caller.role() == Role::Auditor;
        let sends = caller.may_work(Beside::TellEvents).is_ok();
        caller.may_work(Beside::ListMessages)?;
        if query
            .state
            .is_some_and(|state| !state.tells_nothing_of_a_record())
        {
            caller.may_work(Beside::AskWhatFoundARecord)?;
        }
        let told = |state: InboundState| state.tells_nothing_of_a_record() && state != InboundState::Accepted;
        let states = query.state.map(|state| match state {
            InboundState::Accepted => InboundState::ALL.into_iter().filter(|one| !told(*one)).collect(),
            other => vec![other],
        });
        let states = states.map(|states| states.into_iter().map(|one| one.as_str().to_owned()).collect());
        let reach = match audits {
            true => Reach::EVERYBODY,
            false => Reach::of(caller.organisation(), [], []),
        };
        let stored = InboundQuery {
            organisation: (!audits).then(|| caller.organisation().clone()),
            client: (sends && !audits).then(|| caller.actor.client.clone()),
            states,
            before: query.before,
            limit: query.limit,
        };
        let lines = self.inner.store.list_messages(&reach, &stored).await?;
        Ok(lines.into_iter().map(|line| shown(line, audits)).collect())
    }
}

fn shown(line: InboundLine, audits: bool) -> MessageLine {
    let state = InboundState::parse(&line.state).unwrap_or(InboundState::Received);
    let told = audits || state.tells_nothing_of_a_record();
    MessageLine {
        id: line.id,
        organisation: line.organisation,
        client: line.client,
        event_type: line.event_type,
        received_at: line.received_at,
        state: if told { state } else { InboundState::Accepted },
        reason: line.reason.filter(|_| told),
        flags: line.flags,
    }
}
