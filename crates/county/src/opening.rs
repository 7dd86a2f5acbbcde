//! The directory: organisations, their services, and naloxone on the shelf.

use crate::dice::{Dice, later, seed_of};
use crate::entry::Entry;
use crate::error::CountyError;
use crate::ids::CountyIds;
use crate::places::{ORGANISATIONS, Place, SERVICES, area, code, organisation};
use crate::plan::{Plan, start_of};
use crate::voice::Voice;
use jiff::{SignedDuration, ToSpan};
use std::collections::HashMap;
use throughcare_domain::code::PrisonCode;
use throughcare_domain::command::KitRead;
use throughcare_domain::decide::{
    Context, Decision, NewService, OrganisationCommand, Refusal, decide_organisation, decide_stock,
};
use throughcare_domain::directory::Directory;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;

/// How many days before the first story the directory is recorded.
const DAYS_BEFORE: i32 = 7;

/// The number under which the directory has its generator: no person has it.
const NOBODY: u32 = u32::MAX;

struct Opening<'a> {
    plan: &'a Plan,
    reference: &'a ReferenceData,
    directory: Directory,
    events: Vec<RecordedEvent>,
    versions: HashMap<StreamId, u32>,
    ids: CountyIds,
    entries: Vec<Entry>,
}

/// Registers organisations, opens services and receives stock.
pub(crate) fn open(plan: &Plan, reference: &ReferenceData) -> Result<(Vec<Entry>, Directory), CountyError> {
    let mut opening = Opening {
        plan,
        reference,
        directory: Directory::default(),
        events: Vec::new(),
        versions: HashMap::new(),
        ids: CountyIds::new(seed_of(plan.seed, NOBODY)),
        entries: Vec::new(),
    };
    for (code, name) in ORGANISATIONS {
        let command = OrganisationCommand::Register {
            organisation: organisation(code),
            name: (*name).to_owned(),
        };
        opening.administer(code, &command)?;
    }
    for place in SERVICES {
        let command = OrganisationCommand::OpenService {
            organisation: organisation(place.organisation),
            service: place.to_open(),
        };
        opening.administer(place.organisation, &command)?;
    }
    let mut dice = Dice::new(seed_of(plan.seed, NOBODY));
    for place in SERVICES.iter().filter(|place| place.gives_naloxone()) {
        opening.stock(place, &mut dice)?;
    }
    Ok((opening.entries, opening.directory))
}

impl Opening<'_> {
    fn administer(&mut self, of: &str, command: &OrganisationCommand) -> Result<(), CountyError> {
        let day = later(self.plan.from, -DAYS_BEFORE);
        let stream = StreamId::organisation(&organisation(of));
        self.record(stream, Voice::administrator(of), |context| {
            decide_organisation(Occurred::On(day), command, context)
        })?;
        self.directory = Directory::fold(&self.events);
        Ok(())
    }

    fn stock(&mut self, place: &Place, dice: &mut Dice) -> Result<(), CountyError> {
        let day = later(self.plan.from, -DAYS_BEFORE);
        let kits = KitRead {
            product: code(dice.weighted(&[("prenoxad", 1), ("nyxoid", 1)])),
            batch: code(&format!("NX{}", dice.number(100_000..=999_999))),
            expires_on: day.checked_add(30.months()).unwrap_or(day),
        };
        let number = u16::try_from(dice.number(100..=600)).unwrap_or(100);
        let service = place.service();
        let voice = Voice::staff(place.code, dice);
        self.record(StreamId::service(&service), voice, |context| {
            decide_stock(Occurred::On(day), &service, &kits, number, context)
        })
    }

    fn record(
        &mut self,
        stream: StreamId,
        voice: Voice,
        decide: impl FnOnce(&mut Context<'_>) -> Result<Decision, Refusal>,
    ) -> Result<(), CountyError> {
        let seconds = i64::try_from(self.entries.len()).unwrap_or(0) * 20;
        let day = start_of(later(self.plan.from, -DAYS_BEFORE));
        let now = day + SignedDuration::from_hours(9) + SignedDuration::from_secs(seconds);
        self.ids.set(now);
        let correlation = self.ids.any();
        let decision = decide(&mut Context {
            now,
            origin: voice.origin(),
            organisation: &voice.actor.organisation,
            reference: self.reference,
            directory: &self.directory,
            ids: &mut self.ids,
        })
        .map_err(|refusal| CountyError::Refused {
            stream: stream.id,
            step: self.entries.len(),
            refusal,
        })?;
        let version = self.versions.entry(stream).or_default();
        let entry = Entry {
            stream,
            expected_version: *version,
            recorded_at: now,
            received_at: now,
            origin: voice.origin(),
            actor: voice.actor,
            source: None,
            correlation,
            drafts: decision.drafts,
            made_before: Vec::new(),
        };
        *version += u32::try_from(entry.drafts.len()).unwrap_or(0);
        self.events.extend(entry.recorded());
        self.entries.push(entry);
        Ok(())
    }
}

impl Place {
    fn to_open(&self) -> NewService {
        let prison = |code: &&str| PrisonCode::parse(code).ok();
        NewService {
            code: self.service(),
            name: self.name.to_owned(),
            kind: self.kind,
            areas: self.areas.iter().map(|code| area(code)).collect(),
            prisons: self.prisons.iter().filter_map(prison).collect(),
        }
    }

    fn gives_naloxone(&self) -> bool {
        use throughcare_domain::fact::ServiceKind::{Community, Prison, YoungPeople};
        matches!(self.kind, Community | Prison | YoungPeople)
    }
}
