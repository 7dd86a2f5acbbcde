//! Issuing, placing in property, handing over and using naloxone kits.
//!
//! Stock never blocks an issue: a kit in a hand counts more than a number in a store.

use super::Making;
use crate::code::{Code, ServiceCode};
use crate::command::{Command, KitRead};
use crate::eligibility::may_supply;
use crate::fact::{
    KitConfiscated, KitHandedOver, KitIssued, KitLost, KitPlacedInProperty, KitRecallTold, KitReturned,
    KitUsed, NaloxoneOffered, Pack, TrainingGiven,
};
use crate::id::{KitId, RecallId};

impl Making<'_, '_> {
    pub(super) fn naloxone(&mut self, command: &Command) {
        match command {
            Command::IssueKits {
                service,
                kits,
                replaces,
            } => {
                self.supplier(service);
                if let Some(replaced) = replaces
                    && self.state.kit(*replaced).is_none()
                {
                    self.misfit(
                        "/replaces",
                        "kit_never_issued",
                        "No kit with this id was issued to this person.",
                    );
                }
                for (index, told) in kits.iter().enumerate() {
                    let pack = self.pack(told, index);
                    let kit: KitId = self.created();
                    let replaces = replaces.filter(|_| index == 0);
                    self.record(KitIssued {
                        kit,
                        pack,
                        service: service.clone(),
                        replaces,
                    });
                }
            }
            Command::PlaceKitsInProperty {
                service,
                prison,
                kits,
            } => {
                self.supplier(service);
                self.prison(prison, "/prison");
                for (index, told) in kits.iter().enumerate() {
                    let pack = self.pack(told, index);
                    let kit: KitId = self.created();
                    self.record(KitPlacedInProperty {
                        kit,
                        pack,
                        service: service.clone(),
                        prison: prison.clone(),
                    });
                }
            }
            Command::LoseKit { kit, reason } => {
                self.code("kit-loss-reasons", reason, "/reason");
                self.record(KitLost {
                    kit: *kit,
                    reason: reason.clone(),
                });
            }
            Command::ConfiscateKit { kit, by } => {
                self.code("kit-confiscators", by, "/by");
                self.record(KitConfiscated {
                    kit: *kit,
                    by: by.clone(),
                });
            }
            Command::ReturnKit(kit) => self.record(KitReturned { kit: *kit }),
            Command::TellOfRecall { kit, recall, how } => self.tell_of_recall(*kit, *recall, how),
            Command::OfferNaloxone { service, declined } => {
                self.own_service(service);
                if let Some(reason) = declined {
                    self.code("naloxone-decline-reasons", reason, "/declined");
                }
                self.record(NaloxoneOffered {
                    service: service.clone(),
                    declined: declined.clone(),
                });
            }
            Command::GiveTraining { service, expires_on } => {
                self.own_service(service);
                if expires_on.is_some_and(|last| last < self.day()) {
                    self.fault(
                        "/expiresOn",
                        "out_of_range",
                        "The training would have run out before it was given. Check the date.",
                    );
                }
                self.record(TrainingGiven {
                    service: service.clone(),
                    expires_on: *expires_on,
                });
            }
            Command::HandOverKit(kit) => self.record(KitHandedOver { kit: *kit }),
            Command::UseKit {
                kit,
                doses,
                used_on,
                outcome,
                place,
            } => {
                self.code("naloxone-use-outcomes", outcome, "/outcome");
                if let Some(place) = place {
                    self.code("naloxone-use-places", place, "/place");
                }
                if let (Some(given), Some(known)) = (doses, self.state.kit(*kit))
                    && *given > known.pack.doses
                {
                    self.misfit(
                        "/doses",
                        "out_of_range",
                        format!("This kit holds {} doses.", known.pack.doses),
                    );
                }
                self.record(KitUsed {
                    kit: *kit,
                    doses: *doses,
                    used_on: *used_on,
                    outcome: outcome.clone(),
                    place: place.clone(),
                });
            }
            _ => {}
        }
    }

    /// The service that gives naloxone out: the caller's own, and one that may on that day.
    fn supplier(&mut self, service: &ServiceCode) {
        self.own_service(service);
        let day = self.day();
        if let Some(found) = self.context.directory.service(service)
            && found.organisation == *self.context.organisation
            && let Err(not) = may_supply(
                self.context.reference,
                self.context.directory,
                found,
                self.context.user,
                day,
            )
        {
            self.misfit("/service", not.code(), not.sentence());
        }
    }

    fn tell_of_recall(&mut self, kit: KitId, recall: RecallId, how: &Code) {
        let known = self.code("recall-contacts", how, "/how");
        match (self.context.directory.recall(recall), self.state.kit(kit)) {
            (None, _) => self.misfit(
                "/recall",
                "unknown_recall",
                "No batch was called back under this id.",
            ),
            (Some(found), Some(kit)) if !found.is_of(&kit.pack) => self.misfit(
                "/recall",
                "another_batch",
                "This recall is of another batch than this kit's.",
            ),
            _ => {}
        }
        let entry = self
            .context
            .reference
            .find("recall-contacts", how.as_str(), self.day());
        // A way that no list explains reaches nobody until somebody says so.
        let reached = known && entry.and_then(|entry| entry.attribute("reached")) == Some("yes");
        self.record(KitRecallTold {
            kit,
            recall,
            how: how.clone(),
            reached,
        });
    }

    pub(super) fn own_service(&mut self, service: &ServiceCode) {
        if let Some(found) = self.working_service(service, "/service")
            && found.organisation != *self.context.organisation
        {
            self.fault(
                "/service",
                "not_your_service",
                "This service belongs to another organisation. Name one of yours.",
            );
        }
    }

    fn pack(&mut self, told: &KitRead, index: usize) -> Pack {
        self.code_at(
            "naloxone-products",
            &told.product,
            "/kits",
            format!("/kits/{index}/product"),
        );
        let doses = self
            .context
            .reference
            .find("naloxone-products", told.product.as_str(), self.day())
            .and_then(|code| code.attributes.get("doses_per_kit"))
            .and_then(|doses| doses.parse().ok())
            .unwrap_or(0);
        Pack {
            product: told.product.clone(),
            batch: told.batch.clone(),
            expires_on: told.expires_on,
            doses,
        }
    }
}
