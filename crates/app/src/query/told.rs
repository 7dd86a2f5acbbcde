//! What of the log somebody may know: one judgement for pages of the feed, for those who follow it live, and for what
//! is told over webhooks.

use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use crate::query::sealed::seal_on;
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use throughcare_domain::access::{self, Ground, Visibility, Whose};
use throughcare_domain::directory::{Directory, Roster, Seals};
use throughcare_domain::event::{RecordedEvent, Role};
use throughcare_domain::fact::Fact;
use throughcare_domain::history::History;
use throughcare_domain::id::ReferralId;
use throughcare_domain::notice::referral_moved;
use throughcare_domain::restricted::{Withheld, without_code};
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_store::{Parts, Reach};

/// Events of the log with what is needed to judge who may know them.
pub(crate) struct Gathered {
    pub(crate) events: Vec<RecordedEvent>,
    histories: HashMap<StreamId, Arc<History>>,
    directory: Arc<Directory>,
    today: Date,
}

impl App {
    /// Events with the histories of the people whom they are about, as far as a reach goes; whoever sees everybody's
    /// needs no histories.
    pub(crate) async fn gathered(
        &self,
        reach: &Reach,
        events: Vec<RecordedEvent>,
        all: bool,
    ) -> Result<Gathered, AppError> {
        let directory = self.directory_lately().await?;
        let histories = if all {
            HashMap::new()
        } else {
            let people: HashSet<StreamId> = events
                .iter()
                .map(|event| event.envelope.stream)
                .filter(|stream| stream.kind == StreamKind::Person)
                .collect();
            let people: Vec<StreamId> = people.into_iter().collect();
            let histories = self.inner.store.read_streams(reach, &people, None).await?;
            self.whole_records(reach, histories, Parts::Case).await?
        };
        Ok(Gathered {
            events,
            histories,
            directory,
            today: self.today(),
        })
    }
}

/// What of a record somebody is shown.
enum Sight {
    /// Nothing: it is sealed from them.
    Sealed,
    /// What their organisation recorded itself.
    Own,
    /// All, but for what is withheld.
    Full(Option<Withheld>),
}

/// Judges for one caller.
pub(crate) struct Judge<'a> {
    caller: &'a Caller,
    gathered: &'a Gathered,
    directory: &'a Directory,
    sights: HashMap<StreamId, Sight>,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(caller: &'a Caller, gathered: &'a Gathered) -> Self {
        Self {
            caller,
            gathered,
            directory: &gathered.directory,
            sights: HashMap::new(),
        }
    }

    /// The same by a later directory: seals and memberships may have changed since the events were read.
    pub(crate) fn by(self, directory: &'a Directory) -> Self {
        Self { directory, ..self }
    }

    /// An event as the caller is shown it; `None` when it is not.
    pub(crate) fn told(&mut self, event: &RecordedEvent) -> Option<RecordedEvent> {
        if self.caller.role() == Role::Auditor {
            return Some(without_code(event));
        }
        let stream = event.envelope.stream;
        let history = self.gathered.histories.get(&stream);
        match (self.sight(stream), history) {
            (Some(Sight::Full(Some(withheld))), Some(history)) => withheld.shown(event).map(|mut shown| {
                let version = shown.envelope.stream_version;
                let hidden = withheld.count_up_to(history, shown.envelope.stream, version);
                shown.envelope.stream_version = version - hidden;
                shown
            }),
            (Some(Sight::Full(_)), _) => Some(event.clone()),
            (Some(Sight::Sealed), _) => None,
            (Some(Sight::Own) | None, _) => {
                let own = event.envelope.actor.organisation == *self.caller.organisation();
                (own && is_shown_own(event, self.caller)).then(|| event.clone())
            }
        }
    }

    /// True when the caller sees the record in full, and may know whose it is.
    pub(crate) fn knows(&mut self, stream: StreamId) -> bool {
        self.caller.role() == Role::Auditor || matches!(self.sight(stream), Some(Sight::Full(_)))
    }

    /// Why the caller is shown something of a record.
    pub(crate) fn grounds(&mut self, stream: StreamId) -> Vec<Ground> {
        let (organisation, role) = (self.caller.organisation(), self.caller.role());
        if role == Role::Auditor {
            return vec![Ground::Audit];
        }
        let full = matches!(self.sight(stream), Some(Sight::Full(_)));
        match self.gathered.histories.get(&stream) {
            Some(history) if full => access::grounds(history, organisation, role, self.gathered.today),
            _ => vec![Ground::RecordedIt],
        }
    }

    /// The referral of which an event moves a stage, where the caller's organisation sent it or has it: both may read it
    /// by its id, whatever else they see.
    pub(crate) fn referral(&mut self, event: &RecordedEvent) -> Option<ReferralId> {
        let stream = event.envelope.stream;
        if access::lists(self.caller.role()) != Whose::Own
            || matches!(self.sight(stream), Some(Sight::Sealed) | None)
        {
            return None;
        }
        let history = self.gathered.histories.get(&stream)?;
        let id = referral_moved(event.fact()?, history)?;
        let state = history.now();
        let referral = state.referral(id)?;
        let organisation = self.caller.organisation();
        let asked = state.responsible(&referral.to_service, &referral.to_organisation) == organisation;
        (asked || referral.from_organisation == *organisation).then_some(id)
    }

    /// What the caller sees of a person's record; `None` for other streams, and for a record out of reach.
    fn sight(&mut self, stream: StreamId) -> Option<&Sight> {
        let history = self.gathered.histories.get(&stream)?;
        let (caller, directory, today) = (self.caller, self.directory, self.gathered.today);
        let sight = self.sights.entry(stream).or_insert_with(|| {
            let (organisation, role) = (caller.organisation(), caller.role());
            if seal_on(directory, history, caller).is_some() {
                Sight::Sealed
            } else if access::visibility(history, organisation, role, today) == Visibility::Full {
                Sight::Full(Withheld::of(history, organisation, role))
            } else {
                Sight::Own
            }
        });
        Some(sight)
    }
}

/// True when somebody is shown what their organisation recorded. Who acts for it is for those who keep it.
fn is_shown_own(event: &RecordedEvent, caller: &Caller) -> bool {
    let (organisation, role) = (caller.organisation(), caller.role());
    // Which record is sealed, and why, is for those who answer for it.
    if event.fact().is_some_and(Seals::is_told_by) {
        return false;
    }
    if event.fact().is_some_and(Roster::is_told_by) {
        return access::is_shown_members(role, organisation, &event.envelope.actor.organisation);
    }
    // To have looked in an emergency is to have recorded nothing about the person.
    if event.fact().is_some_and(Fact::says_who_looked) {
        return false;
    }
    match event.envelope.stream.kind {
        StreamKind::Person | StreamKind::Service => access::lists(role) != Whose::Nobodys,
        StreamKind::Organisation => role == Role::Administrator || access::lists(role) != Whose::Nobodys,
    }
}
