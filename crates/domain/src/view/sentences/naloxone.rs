//! Sentences about naloxone.

use super::super::words::day;
use super::Teller;
use crate::fact::{Fact, Pack, UsedOn};
use crate::id::KitId;

impl Teller<'_> {
    pub(super) fn naloxone(&self, fact: &Fact) -> String {
        let words = self.words;
        match fact {
            Fact::KitIssued(f) => {
                let replaces = if f.replaces.is_some() {
                    ", replacing an earlier one"
                } else {
                    ""
                };
                let service = words.service(&f.service);
                format!(
                    "A naloxone kit was issued by {service}: {}{replaces}.",
                    self.pack(&f.pack)
                )
            }
            Fact::KitPlacedInProperty(f) => format!(
                "A naloxone kit was placed in property at {}, for the day of release: {}.",
                words.prison(&f.prison),
                self.pack(&f.pack)
            ),
            Fact::KitHandedOver(f) => {
                format!(
                    "The naloxone kit in property was handed over{}.",
                    self.batch(f.kit)
                )
            }
            Fact::KitLost(f) => format!(
                "A naloxone kit is no longer with the person{}: {}.",
                self.batch(f.kit),
                words.label("kit-loss-reasons", &f.reason)
            ),
            Fact::KitConfiscated(f) => format!(
                "A naloxone kit was taken away{}, by: {}. It is to be given back or replaced.",
                self.batch(f.kit),
                words.label("kit-confiscators", &f.by)
            ),
            Fact::KitReturned(f) => {
                format!("The naloxone kit is with the person again{}.", self.batch(f.kit))
            }
            Fact::KitRecallTold(f) => {
                let told = if f.reached {
                    "was told"
                } else {
                    "was not reached and is still to be told"
                };
                format!(
                    "The holder of a naloxone kit{} {told} that its batch is called back: {}.",
                    self.batch(f.kit),
                    words.label("recall-contacts", &f.how)
                )
            }
            Fact::NaloxoneOffered(f) => {
                let service = words.service(&f.service);
                match &f.declined {
                    None => format!("Naloxone was offered by {service}."),
                    Some(reason) => format!(
                        "Naloxone was offered by {service} and declined: {}.",
                        words.label("naloxone-decline-reasons", reason)
                    ),
                }
            }
            Fact::TrainingGiven(f) => {
                let service = words.service(&f.service);
                let until = f
                    .expires_on
                    .map(|last| format!(" It counts until {}.", day(last)));
                format!(
                    "The person was trained by {service} to recognise an overdose and use naloxone.{}",
                    until.unwrap_or_default()
                )
            }
            Fact::KitUsed(f) => {
                let on = match f.used_on {
                    UsedOn::Holder => " on the person",
                    UsedOn::SomebodyElse => " on somebody else",
                    UsedOn::NotKnown => "",
                };
                let place = f
                    .place
                    .as_ref()
                    .map(|code| words.label("naloxone-use-places", code));
                let place = place.map(|place| format!(" Place: {place}.")).unwrap_or_default();
                let outcome = words.label("naloxone-use-outcomes", &f.outcome);
                format!(
                    "A naloxone kit was used{on}{}. Outcome: {outcome}.{place}",
                    self.batch(f.kit)
                )
            }
            _ => String::new(),
        }
    }

    fn pack(&self, pack: &Pack) -> String {
        let product = self.words.label("naloxone-products", &pack.product);
        format!(
            "{product}, batch {}, expires {}",
            pack.batch,
            day(pack.expires_on)
        )
    }

    fn batch(&self, id: KitId) -> String {
        self.state
            .kit(id)
            .map(|kit| format!(" (batch {})", kit.pack.batch))
            .unwrap_or_default()
    }
}
