//! The directory: organisations and their services, and what the county begins with: naloxone on the shelves, workers
//! who were trained, and a batch that is called back.

use crate::books::{Books, NOBODY};
use crate::dice::{Dice, later, seed_of};
use crate::error::CountyError;
use crate::places::{ORGANISATIONS, Place, SERVICES, area, code, organisation};
use crate::voice::Voice;
use jiff::ToSpan;
use throughcare_domain::code::PrisonCode;
use throughcare_domain::command::KitRead;
use throughcare_domain::decide::{CountedBatch, NewService, OrganisationCommand, StockCommand, SuppliedKits};
use throughcare_domain::id::SupplyId;

/// How many days before the first story the directory is recorded.
pub(crate) const DAYS_BEFORE: i32 = 7;

/// The batch of [`RECALLED_PRODUCT`] that is called back.
pub(crate) const RECALLED: &str = "NX100007";
/// Its product.
pub(crate) const RECALLED_PRODUCT: &str = "nyxoid";
/// A batch whose recall was lifted.
const LIFTED: &str = "NX099001";

/// Registers organisations, opens services and receives stock.
pub(crate) fn open(books: &mut Books<'_>) -> Result<(), CountyError> {
    for (code, name) in ORGANISATIONS {
        books.administer(
            code,
            &OrganisationCommand::Register {
                organisation: organisation(code),
                name: (*name).to_owned(),
            },
        )?;
    }
    for place in SERVICES {
        books.administer(
            place.organisation,
            &OrganisationCommand::OpenService {
                organisation: organisation(place.organisation),
                service: place.to_open(),
            },
        )?;
    }
    books.recalls()?;
    let mut dice = Dice::new(seed_of(books.plan.seed, NOBODY));
    for place in SERVICES.iter().filter(|place| place.gives_naloxone()) {
        books.trainings(place)?;
        books.shelf(place, &mut dice)?;
    }
    Ok(())
}

impl Books<'_> {
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
    pub(crate) fn trainings(&mut self, place: &Place) -> Result<(), CountyError> {
        for number in 1..=Voice::STAFF {
            let command = OrganisationCommand::TrainWorker {
                organisation: organisation(place.organisation),
                worker: Voice::worker(place.code, number),
                training: code("naloxone_supply"),
                expires_on: Some(later(self.day, DAYS_BEFORE + 365 + 60 * number)),
            };
            self.administer(place.organisation, &command)?;
        }
        Ok(())
    }

    /// The shelf: what came, how much there should be, what was given to others, and what was counted.
    pub(crate) fn shelf(&mut self, place: &Place, dice: &mut Dice) -> Result<(), CountyError> {
        let day = self.day;
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
        let stock = self.stock(place);
        let mut supplies = stock.supplies.values();
        supplies
            .find(|supply| supply.batch.as_str() == RECALLED)
            .map(|supply| supply.id)
    }
}

impl Place {
    pub(crate) fn to_open(&self) -> NewService {
        let prison = |code: &&str| PrisonCode::parse(code).ok();
        NewService {
            code: self.service(),
            name: self.name.to_owned(),
            kind: self.kind,
            areas: self.areas.iter().map(|code| area(code)).collect(),
            prisons: self.prisons.iter().filter_map(prison).collect(),
        }
    }

    pub(crate) fn gives_naloxone(&self) -> bool {
        use throughcare_domain::fact::ServiceKind::{Community, Prison, YoungPeople};
        matches!(self.kind, Community | Prison | YoungPeople)
    }
}
