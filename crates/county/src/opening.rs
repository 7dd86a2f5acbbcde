//! The directory: organisations and their services, and what the county begins with: naloxone on the shelves, workers
//! who were trained, and a batch that is called back.

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
    Context, CountedBatch, Decision, NewService, OrganisationCommand, Refusal, StockCommand, SuppliedKits,
    decide_organisation, decide_stock,
};
use throughcare_domain::directory::Directory;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::id::SupplyId;
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::stock::ServiceStock;
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;

/// How many days before the first story the directory is recorded.
const DAYS_BEFORE: i32 = 7;

/// The batch of [`RECALLED_PRODUCT`] that is called back.
pub(crate) const RECALLED: &str = "NX100007";
/// Its product.
pub(crate) const RECALLED_PRODUCT: &str = "nyxoid";
/// A batch whose recall was lifted.
const LIFTED: &str = "NX099001";

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
    opening.recalls()?;
    let mut dice = Dice::new(seed_of(plan.seed, NOBODY));
    for place in SERVICES.iter().filter(|place| place.gives_naloxone()) {
        opening.trainings(place)?;
        opening.shelf(place, &mut dice)?;
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

    /// A batch that is called back, of which a kit is given out now and then all the same; and a recall that was lifted.
    fn recalls(&mut self) -> Result<(), CountyError> {
        let of = "northshire-partnership";
        for (batch, reason) in [(RECALLED, "manufacturer"), (LIFTED, "storage")] {
            let command = OrganisationCommand::RecallBatch {
                organisation: organisation(of),
                product: code(RECALLED_PRODUCT),
                batch: code(batch),
                reason: code(reason),
            };
            self.administer(of, &command)?;
        }
        let Some(lifted) = self.directory.recalls().last().map(|recall| recall.id) else {
            return Ok(());
        };
        let command = OrganisationCommand::EndRecall {
            organisation: organisation(of),
            recall: lifted,
            reason: code("lifted"),
        };
        self.administer(of, &command)
    }

    /// Everybody was trained for two years, one after the other.
    fn trainings(&mut self, place: &Place) -> Result<(), CountyError> {
        for number in 1..=Voice::STAFF {
            let command = OrganisationCommand::TrainWorker {
                organisation: organisation(place.organisation),
                worker: Voice::worker(place.code, number),
                training: code("naloxone_supply"),
                expires_on: Some(later(self.plan.from, 365 + 60 * number)),
            };
            self.administer(place.organisation, &command)?;
        }
        Ok(())
    }

    /// The shelf: what came, how much there should be, what was given to others, and what was counted.
    fn shelf(&mut self, place: &Place, dice: &mut Dice) -> Result<(), CountyError> {
        let day = later(self.plan.from, -DAYS_BEFORE);
        let pack = |product: &str, batch: &str| KitRead {
            product: code(product),
            batch: code(batch),
            expires_on: day.checked_add(30.months()).unwrap_or(day),
        };
        let first = pack(
            dice.weighted(&[("prenoxad", 1), ("nyxoid", 1)]),
            &format!("NX{}", dice.number(100_000..=999_999)),
        );
        let number = u16::try_from(dice.number(100..=600)).unwrap_or(100);
        let counted = |pack: &KitRead, kits| CountedBatch {
            product: pack.product.clone(),
            batch: pack.batch.clone(),
            kits,
        };
        let given = |pack: &KitRead, kits, recipient: &str, where_to: &str| StockCommand::SupplyToOther {
            recipient: code(recipient),
            place: Some(code(where_to)),
            kits: vec![SuppliedKits {
                pack: pack.clone(),
                kits,
            }],
        };
        let recalled = pack(RECALLED_PRODUCT, RECALLED);
        let mut told = vec![
            StockCommand::Receive {
                pack: first.clone(),
                kits: number,
            },
            StockCommand::Receive {
                pack: recalled.clone(),
                kits: 20,
            },
        ];
        // What clients get is of forty batches of two products.
        for batch in (100_000..100_040).filter(|batch| batch % 8 != 7) {
            for product in ["prenoxad", "nyxoid"] {
                told.push(StockCommand::Receive {
                    pack: pack(product, &format!("NX{batch}")),
                    kits: 20,
                });
            }
        }
        for product in ["prenoxad", "nyxoid"] {
            told.push(StockCommand::SetMinimum {
                product: code(product),
                kits: 30,
            });
        }
        told.extend([
            given(&first, 6, "family_or_friend", "service"),
            given(&first, 10, "service_stock", "hostel"),
            given(&recalled, 2, "service_worker", "day_centre"),
            StockCommand::Remove {
                batch: counted(&first, 3),
                reason: code("damaged"),
            },
            // One is missing.
            StockCommand::Count {
                batches: vec![counted(&first, number - 20)],
            },
        ]);
        for command in &told {
            self.keep(place, command, dice)?;
        }
        let supplied = self.supplied(place);
        let recall = self.directory.recalls().first().map(|recall| recall.id);
        if let (Some(supply), Some(recall)) = (supplied, recall) {
            let command = StockCommand::TellOfRecall {
                supply,
                recall,
                how: code("telephone"),
            };
            self.keep(place, &command, dice)?;
        }
        Ok(())
    }

    /// What the service gave out of the batch that is called back.
    fn supplied(&self, place: &Place) -> Option<SupplyId> {
        let stream = StreamId::service(&place.service());
        let events = self.events.iter().filter(|event| event.envelope.stream == stream);
        let stock = ServiceStock::fold(events);
        let mut supplies = stock.supplies.values();
        supplies
            .find(|supply| supply.batch.as_str() == RECALLED)
            .map(|supply| supply.id)
    }

    fn keep(&mut self, place: &Place, command: &StockCommand, dice: &mut Dice) -> Result<(), CountyError> {
        let day = later(self.plan.from, -DAYS_BEFORE);
        let service = place.service();
        let stream = StreamId::service(&service);
        let events: Vec<RecordedEvent> = self
            .events
            .iter()
            .filter(|event| event.envelope.stream == stream)
            .cloned()
            .collect();
        let voice = Voice::staff(place.code, dice);
        self.record(stream, voice, |context| {
            decide_stock(&events, Occurred::On(day), &service, command, context)
        })
    }

    fn record(
        &mut self,
        stream: StreamId,
        voice: Voice,
        decide: impl FnOnce(&mut Context<'_>) -> Result<Decision, Refusal>,
    ) -> Result<(), CountyError> {
        let seconds = i64::try_from(self.entries.len()).unwrap_or(0) * 10;
        let day = start_of(later(self.plan.from, -DAYS_BEFORE));
        let now = day + SignedDuration::from_hours(9) + SignedDuration::from_secs(seconds);
        self.ids.set(now);
        let correlation = self.ids.any();
        let decision = decide(&mut Context {
            now,
            origin: voice.origin(),
            organisation: &voice.actor.organisation,
            user: voice.actor.user.as_deref(),
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
