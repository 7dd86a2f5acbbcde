//! What services and their organisations record, in order: each entry decided by the rules of the API on what was
//! recorded before it.

use crate::dice::{Dice, seed_of};
use crate::entry::Entry;
use crate::error::CountyError;
use crate::ids::CountyIds;
use crate::places::{Place, organisation};
use crate::plan::{Plan, start_of};
use crate::voice::Voice;
use jiff::{SignedDuration, civil::Date};
use std::collections::BTreeMap;
use throughcare_domain::decide::{
    Context, Decision, OrganisationCommand, Refusal, StockCommand, decide_organisation, decide_stock,
};
use throughcare_domain::directory::Directory;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::stock::ServiceStock;
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_domain::when::Occurred;

/// The number under which the directory has its generators: no person has it.
pub(crate) const NOBODY: u32 = u32::MAX;

/// What was recorded of services, and when the next entry is.
pub(crate) struct Books<'a> {
    pub(crate) plan: &'a Plan,
    reference: &'a ReferenceData,
    pub(crate) directory: Directory,
    streams: BTreeMap<StreamId, Vec<RecordedEvent>>,
    ids: CountyIds,
    pub(crate) entries: Vec<Entry>,
    /// The day that is written about.
    pub(crate) day: Date,
    /// How many entries were there before it.
    before: usize,
}

impl<'a> Books<'a> {
    /// Nothing yet, on that day.
    pub(crate) fn new(plan: &'a Plan, reference: &'a ReferenceData, day: Date) -> Self {
        Self {
            plan,
            reference,
            directory: Directory::default(),
            streams: BTreeMap::new(),
            ids: CountyIds::new(seed_of(plan.seed, NOBODY)),
            entries: Vec::new(),
            day,
            before: 0,
        }
    }

    /// Turns to a later day.
    pub(crate) fn turn_to(&mut self, day: Date) {
        if day > self.day {
            (self.day, self.before) = (day, self.entries.len());
        }
    }

    pub(crate) fn administer(&mut self, of: &str, command: &OrganisationCommand) -> Result<(), CountyError> {
        let stream = StreamId::organisation(&organisation(of));
        let day = Occurred::On(self.day);
        self.record(stream, Voice::administrator(of), |_, context| {
            decide_organisation(day, command, context)
        })?;
        let streams = self.streams.iter();
        let told = streams.filter(|(stream, _)| stream.kind == StreamKind::Organisation);
        self.directory = Directory::fold(told.flat_map(|(_, events)| events));
        Ok(())
    }

    pub(crate) fn keep(
        &mut self,
        place: &Place,
        command: &StockCommand,
        dice: &mut Dice,
    ) -> Result<(), CountyError> {
        let (service, day) = (place.service(), Occurred::On(self.day));
        let voice = Voice::staff(place.code, dice);
        self.record(StreamId::service(&service), voice, |events, context| {
            decide_stock(events, day, &service, command, context)
        })
    }

    /// What a service has on its shelf.
    pub(crate) fn stock(&self, place: &Place) -> ServiceStock {
        let events = self.streams.get(&StreamId::service(&place.service()));
        ServiceStock::fold(events.map_or(&[][..], Vec::as_slice))
    }

    fn record(
        &mut self,
        stream: StreamId,
        voice: Voice,
        decide: impl FnOnce(&[RecordedEvent], &mut Context<'_>) -> Result<Decision, Refusal>,
    ) -> Result<(), CountyError> {
        let seconds = i64::try_from(self.entries.len() - self.before).unwrap_or(0) * 10;
        let now = start_of(self.day) + SignedDuration::from_hours(9) + SignedDuration::from_secs(seconds);
        self.ids.set(now);
        let correlation = self.ids.any();
        let events = self.streams.entry(stream).or_default();
        let mut context = Context {
            now,
            origin: voice.origin(),
            organisation: &voice.actor.organisation,
            user: voice.actor.user.as_deref(),
            reference: self.reference,
            directory: &self.directory,
            ids: &mut self.ids,
        };
        let decision = decide(events, &mut context).map_err(|refusal| CountyError::Refused {
            stream: stream.id,
            step: self.entries.len(),
            refusal,
        })?;
        let entry = Entry {
            stream,
            expected_version: u32::try_from(events.len()).unwrap_or(u32::MAX),
            recorded_at: now,
            received_at: now,
            origin: voice.origin(),
            actor: voice.actor,
            source: None,
            correlation,
            drafts: decision.drafts,
            made_before: Vec::new(),
        };
        events.extend(entry.recorded());
        self.entries.push(entry);
        Ok(())
    }
}
