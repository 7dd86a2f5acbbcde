//! A service's naloxone: received, counted, removed, given to people who are not clients.
//!
//! Stock never blocks: a kit in a hand counts more than a number in a store, so nothing is refused because the log
//! has too few. A count changes no number either; its difference is shown until somebody says what became of the kits.

use super::organisation::settle;
use super::{Context, Decision, MOST_VOIDED, Refusal};
use crate::code::{Code, ServiceCode};
use crate::command::KitRead;
use crate::eligibility::may_supply;
use crate::event::{Origin, RecordedEvent};
use crate::fact::{
    EventVoided, Fact, Pack, Replaced, StockCounted, StockMinimumSet, StockReceived, StockRemoved,
    SuppliedToOther, SupplyRecallTold,
};
use crate::fault::{Fault, Faults};
use crate::id::{EventId, RecallId, SupplyId};
use crate::state::Conflict;
use crate::stock::ServiceStock;
use crate::when::Occurred;
use jiff::civil::Date;
use uuid::Uuid;

/// A batch as it was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedBatch {
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Batch on the packs.
    pub batch: Code,
    /// How many kits, 0 to 10,000.
    pub kits: u16,
}

/// Kits of one batch, given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppliedKits {
    /// What stands on the packs.
    pub pack: KitRead,
    /// How many, 1 to 1,000.
    pub kits: u16,
}

/// What can be asked of a service's stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StockCommand {
    /// Kits came.
    Receive {
        /// What they are.
        pack: KitRead,
        /// How many, 1 to 10,000.
        kits: u16,
    },
    /// The shelf was counted.
    Count {
        /// Batch by batch; 1 to 100.
        batches: Vec<CountedBatch>,
    },
    /// Kits left the shelf without being given to anybody.
    Remove {
        /// Which.
        batch: CountedBatch,
        /// Code of `stock-removal-reasons`.
        reason: Code,
    },
    /// How many kits of a product there should be.
    SetMinimum {
        /// Code of `naloxone-products`.
        product: Code,
        /// At least so many; 0 takes the wish back.
        kits: u16,
    },
    /// Kits were given to somebody who is not a client.
    SupplyToOther {
        /// Code of `naloxone-recipients`.
        recipient: Code,
        /// Code of `naloxone-supply-places`.
        place: Option<Code>,
        /// Batch by batch; 1 to 10.
        kits: Vec<SuppliedKits>,
    },
    /// Whoever got called-back kits was told.
    TellOfRecall {
        /// Which supply.
        supply: SupplyId,
        /// Of which recall.
        recall: RecallId,
        /// Code of `recall-contacts`.
        how: Code,
    },
    /// Take back what was entered in error.
    Void {
        /// Which events of this stream; 1 to [`MOST_VOIDED`].
        events: Vec<EventId>,
        /// Code of `correction-reasons`.
        reason: Code,
    },
}

/// Decides a command about a service's naloxone. `events` is the service's stream.
///
/// # Errors
/// [`Refusal`] with every fault at once. What a machine tells is refused only when the service is not the caller's.
pub fn decide_stock(
    events: &[RecordedEvent],
    occurred: Occurred,
    service: &ServiceCode,
    command: &StockCommand,
    context: &mut Context<'_>,
) -> Result<Decision, Refusal> {
    let mut making = MakingStock {
        context,
        occurred,
        facts: Vec::new(),
        created: Vec::new(),
        faults: Faults::default(),
        flags: Vec::new(),
    };
    making.own_service(service);
    making.make(events, service, command);
    let MakingStock {
        context,
        facts,
        created,
        faults,
        flags,
        ..
    } = making;
    settle(occurred, facts, created, faults, flags, context)
}

struct MakingStock<'a, 'b> {
    context: &'a mut Context<'b>,
    occurred: Occurred,
    facts: Vec<Fact>,
    created: Vec<Uuid>,
    faults: Faults,
    flags: Vec<Conflict>,
}

impl MakingStock<'_, '_> {
    fn make(&mut self, events: &[RecordedEvent], service: &ServiceCode, command: &StockCommand) {
        match command {
            StockCommand::Receive { pack, kits } => {
                let pack = self.pack(pack, "");
                if pack.expires_on < self.day() {
                    self.misfit(
                        "/expiresOn",
                        "kit_expired",
                        "These kits are past their expiry date.",
                    );
                }
                self.facts.push(StockReceived { pack, kits: *kits }.into());
            }
            StockCommand::Count { batches } => self.count(batches),
            StockCommand::Remove { batch, reason } => {
                self.code("naloxone-products", &batch.product, "/product");
                self.code("stock-removal-reasons", reason, "/reason");
                let stock = ServiceStock::fold(events);
                let key = (batch.product.clone(), batch.batch.clone());
                if !stock.batches.contains_key(&key) {
                    self.misfit(
                        "/batch",
                        "unknown_batch",
                        "This service never received, counted or gave out such a batch. Check its number, or record \
                         its receipt first.",
                    );
                }
                self.facts.push(
                    StockRemoved {
                        product: batch.product.clone(),
                        batch: batch.batch.clone(),
                        kits: batch.kits,
                        reason: reason.clone(),
                    }
                    .into(),
                );
            }
            StockCommand::SetMinimum { product, kits } => {
                self.code("naloxone-products", product, "/product");
                self.facts.push(
                    StockMinimumSet {
                        product: product.clone(),
                        kits: *kits,
                    }
                    .into(),
                );
            }
            StockCommand::SupplyToOther {
                recipient,
                place,
                kits,
            } => self.supply(service, recipient, place.as_ref(), kits),
            StockCommand::TellOfRecall { supply, recall, how } => {
                self.tell_of_recall(&ServiceStock::fold(events), *supply, *recall, how);
            }
            StockCommand::Void {
                events: named,
                reason,
            } => self.void(events, named, reason),
        }
    }

    fn count(&mut self, batches: &[CountedBatch]) {
        for (index, one) in batches.iter().enumerate() {
            self.code(
                "naloxone-products",
                &one.product,
                &format!("/batches/{index}/product"),
            );
            let before = &batches[..index];
            if before
                .iter()
                .any(|other| other.product == one.product && other.batch == one.batch)
            {
                self.faults.push(Fault::new(
                    format!("/batches/{index}"),
                    "repeated",
                    "This batch is counted twice. Add its kits up and name it once.",
                ));
            }
            self.facts.push(
                StockCounted {
                    product: one.product.clone(),
                    batch: one.batch.clone(),
                    kits: one.kits,
                }
                .into(),
            );
        }
    }

    fn supply(
        &mut self,
        service: &ServiceCode,
        recipient: &Code,
        place: Option<&Code>,
        kits: &[SuppliedKits],
    ) {
        self.code("naloxone-recipients", recipient, "/recipient");
        if let Some(place) = place {
            self.code("naloxone-supply-places", place, "/place");
        }
        let (day, user) = (self.day(), self.context.user);
        if let Some(found) = self.context.directory.service(service)
            && let Err(not) = may_supply(self.context.reference, self.context.directory, found, user, day)
        {
            self.misfit("/service", not.code(), not.sentence());
        }
        for (index, one) in kits.iter().enumerate() {
            let pack = self.pack(&one.pack, &format!("/kits/{index}"));
            if pack.expires_on < day {
                self.misfit(
                    &format!("/kits/{index}/expiresOn"),
                    "kit_expired",
                    "A kit is past its expiry date on the day of supply. Give one that is in date.",
                );
            }
            let supply = SupplyId(self.context.ids.next_id());
            self.created.push(supply.0);
            self.facts.push(
                SuppliedToOther {
                    supply,
                    recipient: recipient.clone(),
                    place: place.cloned(),
                    pack,
                    kits: one.kits,
                }
                .into(),
            );
        }
    }

    fn tell_of_recall(&mut self, stock: &ServiceStock, supply: SupplyId, recall: RecallId, how: &Code) {
        let known = self.code("recall-contacts", how, "/how");
        let found = stock.supplies.get(&supply);
        if found.is_none() {
            self.misfit(
                "/supply",
                "unknown_supply",
                "This service gave nothing out under this id.",
            );
        }
        match (self.context.directory.recall(recall), found) {
            (None, _) => self.misfit(
                "/recall",
                "unknown_recall",
                "No batch was called back under this id.",
            ),
            (Some(recall), Some(supply))
                if recall.product != supply.product || recall.batch != supply.batch =>
            {
                self.misfit(
                    "/recall",
                    "another_batch",
                    "This recall is of another batch than these kits'.",
                );
            }
            (Some(recall), Some(supply)) if supply.told.contains_key(&recall.id) => self.misfit(
                "/supply",
                "already_told",
                "That they were told of this recall is already on the record.",
            ),
            _ => {}
        }
        let entry = self
            .context
            .reference
            .find("recall-contacts", how.as_str(), self.day());
        let reached = known && entry.and_then(|entry| entry.attribute("reached")) == Some("yes");
        self.facts.push(
            SupplyRecallTold {
                supply,
                recall,
                how: how.clone(),
                reached,
            }
            .into(),
        );
    }

    fn void(&mut self, events: &[RecordedEvent], named: &[EventId], reason: &Code) {
        self.code("correction-reasons", reason, "/reason");
        let stock = ServiceStock::fold(events);
        for (index, event) in named.iter().take(MOST_VOIDED).enumerate() {
            let pointer = format!("/events/{index}");
            if named[..index].contains(event) {
                self.faults.push(Fault::new(
                    &pointer,
                    "named_twice",
                    "This entry is named twice. Name it once.",
                ));
            } else if !events.iter().any(|one| one.envelope.id == *event) {
                self.faults.push(Fault::new(
                    &pointer,
                    "unknown_event",
                    "This service's stock has no such entry. Its ledger lists them.",
                ));
            } else if stock.voided.contains(event) {
                self.faults.push(Fault::new(
                    &pointer,
                    "already_voided",
                    "This entry was voided before. Leave it out.",
                ));
            }
            self.facts.push(
                EventVoided {
                    event: *event,
                    reason: reason.clone(),
                    replaced: Replaced::No,
                }
                .into(),
            );
        }
    }

    fn day(&self) -> Date {
        self.occurred.date()
    }

    fn own_service(&mut self, service: &ServiceCode) {
        let found = self.context.directory.service(service);
        if found.is_none_or(|found| found.organisation != *self.context.organisation) {
            self.faults.push(Fault::new(
                "/service",
                "unknown_service",
                "This is no service of your organisation.",
            ));
        }
    }

    fn pack(&mut self, told: &KitRead, under: &str) -> Pack {
        self.code("naloxone-products", &told.product, &format!("{under}/product"));
        let entry = self
            .context
            .reference
            .find("naloxone-products", told.product.as_str(), self.day());
        let doses = entry.and_then(|entry| entry.attribute("doses_per_kit")?.parse().ok());
        Pack {
            product: told.product.clone(),
            batch: told.batch.clone(),
            expires_on: told.expires_on,
            doses: doses.unwrap_or(0),
        }
    }

    fn code(&mut self, list: &str, code: &Code, pointer: &str) -> bool {
        match self.context.reference.check(list, code.as_str(), self.day()) {
            Ok(_) => true,
            Err(unknown) => {
                self.misfit(pointer, "unknown_code", unknown.to_string());
                false
            }
        }
    }

    /// Refused to staff; kept and flagged when a machine sent it.
    fn misfit(&mut self, pointer: &str, code: &'static str, detail: impl Into<String>) {
        match self.context.origin {
            Origin::Staff => self.faults.push(Fault::new(pointer, code, detail)),
            Origin::Machine => self.flags.push(Conflict {
                event: EventId(Uuid::nil()),
                code,
                pointer: "",
                detail: detail.into(),
                of: None,
            }),
        }
    }
}
