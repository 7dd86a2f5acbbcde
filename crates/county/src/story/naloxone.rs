//! Naloxone: issued, used, replaced; placed in property and handed over.
//!
//! Source: `domain.md` 4; `cases.md` N1 to N3.

use super::Life;
use crate::dice::later;
use crate::opening::{RECALLED, RECALLED_PRODUCT};
use crate::places::{Prison, code, service};
use crate::rates;
use crate::script::{Slot, Told};
use jiff::civil::Date;
use throughcare_domain::command::{Command, KitRead};
use throughcare_domain::fact::UsedOn;
use uuid::Uuid;

impl Life {
    fn kit(&mut self, day: Date) -> KitRead {
        KitRead {
            product: code(self.dice.weighted(&[("prenoxad", 1), ("nyxoid", 1)])),
            batch: code(&format!("NX{}", self.dice.number(100_000..=100_039))),
            expires_on: self.dice.after(day, 240..=900),
        }
    }

    /// Issues one or two kits in the community; some are used, and some of those replaced.
    pub(crate) fn issue_kits(&mut self, by: &'static str, day: Date, last: Date) {
        let kits: Vec<KitRead> = (0..self.dice.number(1..=2)).map(|_| self.kit(day)).collect();
        let slots: Vec<Slot> = kits.iter().map(|_| self.script.slot()).collect();
        let batches = kits.clone();
        let told = Told::on(day, move |ids| Command::IssueKits {
            service: ids.service(by),
            kits: kits.clone(),
            replaces: None,
        });
        self.staff(by, day, &[], &slots, told);
        for (slot, batch) in slots.iter().zip(batches) {
            self.kit_called_back(by, *slot, &batch, day, last);
        }
        if self.dice.percent(rates::TRAINED) {
            let last = later(day, 730);
            let told = Told::on(day, move |ids| Command::GiveTraining {
                service: ids.service(by),
                expires_on: Some(last),
            });
            self.staff(by, day, &[slots[0]], &[], told);
        }
        if let Some(second) = slots.get(1) {
            self.kit_gone(by, *second, day, last);
        }
        if !self.dice.percent(2 * rates::NALOXONE_USED) {
            return;
        }
        let used = self.dice.after(day, 20..=220);
        if used >= last {
            return;
        }
        let kit = slots[0];
        self.use_kit(by, kit, used);
        if self.dice.percent(60) {
            let replaced = self.dice.after(used, 1..=30).min(last);
            let fresh = self.kit(replaced);
            let slot = self.script.slot();
            let told = Told::on(replaced, move |ids| Command::IssueKits {
                service: ids.service(by),
                kits: vec![fresh.clone()],
                replaces: Some(ids.id(kit)),
            });
            self.staff(by, replaced, &[kit], &[slot], told);
        }
    }

    /// A kit of the batch that is called back was given out all the same: it is noticed, and the person told.
    fn kit_called_back(&mut self, by: &'static str, slot: Slot, kit: &KitRead, issued: Date, last: Date) {
        let noticed = later(issued, 2);
        let called_back = kit.batch.as_str() == RECALLED && kit.product.as_str() == RECALLED_PRODUCT;
        if !called_back || noticed >= last {
            return;
        }
        let told = Told::on(noticed, move |ids| Command::TellOfRecall {
            kit: ids.id(slot),
            recall: ids.recall.unwrap_or_else(|| Uuid::nil().into()),
            how: code("telephone"),
        });
        self.staff(by, noticed, &[slot], &[], told);
    }

    /// A kit is lost or taken away; half of those that were taken away are given back.
    fn kit_gone(&mut self, by: &'static str, kit: Slot, issued: Date, last: Date) {
        let gone = self.dice.after(issued, 5..=160);
        let back = self.dice.after(gone, 1..=20);
        if back >= last {
            return;
        }
        if self.dice.percent(rates::KIT_LOST) {
            let reason = *self.dice.pick(&["lost", "stolen", "damaged"]);
            let told = Told::on(gone, move |ids| Command::LoseKit {
                kit: ids.id(kit),
                reason: code(reason),
            });
            self.staff(by, gone, &[kit], &[], told);
        } else if self.dice.percent(rates::KIT_CONFISCATED) {
            let taker = *self.dice.pick(&["police", "prison", "accommodation"]);
            let told = Told::on(gone, move |ids| Command::ConfiscateKit {
                kit: ids.id(kit),
                by: code(taker),
            });
            self.staff(by, gone, &[kit], &[], told);
            if self.dice.percent(50) {
                let told = Told::on(back, move |ids| Command::ReturnKit(ids.id(kit)));
                self.staff(by, back, &[kit], &[], told);
            }
        }
    }

    /// Offered, and declined.
    pub(crate) fn offer_declined(&mut self, by: &'static str, episode: Slot, day: Date) {
        if !self.dice.percent(rates::NALOXONE_DECLINED) {
            return;
        }
        let reason = *self.dice.pick(&["has_kit", "not_now", "no_risk", "not_stated"]);
        let told = Told::on(day, move |ids| Command::OfferNaloxone {
            service: ids.service(by),
            declined: Some(code(reason)),
        });
        self.staff(by, day, &[episode], &[], told);
    }

    fn use_kit(&mut self, by: &'static str, kit: Slot, day: Date) {
        let used_on = self.dice.weighted(&[
            (UsedOn::SomebodyElse, 60),
            (UsedOn::Holder, 30),
            (UsedOn::NotKnown, 10),
        ]);
        let outcome = match used_on {
            // The holder of a record that goes on.
            UsedOn::Holder => "survived",
            _ => self
                .dice
                .weighted(&[("survived", 88), ("unknown", 9), ("died", 3)]),
        };
        let place = *self.dice.pick(&["own_home", "other_home", "hostel", "street"]);
        let doses = u8::try_from(self.dice.number(1..=2)).ok();
        let told = Told::on(day, move |ids| Command::UseKit {
            kit: ids.id(kit),
            doses,
            used_on,
            outcome: code(outcome),
            place: Some(code(place)),
        });
        self.staff(by, day, &[kit], &[], told);
    }

    /// A kit with the property that is given back at release, and most of them handed over at the gate.
    pub(crate) fn kit_in_property(&mut self, prison: Prison, placed: Date, released: Date) {
        let kit = self.script.slot();
        let read = self.kit(released);
        let told = Told::on(placed, move |_| Command::PlaceKitsInProperty {
            service: service(prison.treatment),
            prison: prison.code(),
            kits: vec![read.clone()],
        });
        self.staff(prison.treatment, placed, &[], &[kit], told);
        if self.dice.percent(60) {
            let told = Told::on(released, move |ids| Command::HandOverKit(ids.id(kit)));
            let recorded = later(released, 0);
            self.staff(prison.treatment, recorded, &[kit], &[], told);
        }
    }
}
