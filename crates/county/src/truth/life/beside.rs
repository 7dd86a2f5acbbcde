//! Kits, overdoses, deaths, referrals that come to nothing, moves.

use super::Writer;
use crate::truth::places::{AREAS, PRISON_SERVICE};
use crate::truth::script::{Harm, Kit, Slip, Verdict};

impl Writer<'_> {
    pub(super) fn property(&mut self, left: i32, supplied: Option<i32>) {
        self.life.kits.push(Kit {
            service: PRISON_SERVICE,
            area: self.area,
            property: Some(left - 2),
            supplied,
            expires: left + 700,
            used: None,
            gone: None,
        });
    }

    pub(super) fn gives_kit(&mut self, service: usize, on: i32) {
        let expires = on + self.pick(&[100, 700]);
        let used = self.dice.percent(20).then(|| {
            let outcome = *self.dice.pick(&["survived", "survived", "died", "unknown"]);
            (on + self.dice.number(1..=60), outcome)
        });
        let gone = match self.dice.number(0..=9) {
            0 if used.is_none() => Some((on + 5, None)),
            1 if used.is_none() => Some((on + 5, Some(on + 70))),
            _ => None,
        };
        self.life.kits.push(Kit {
            service,
            area: self.area,
            property: None,
            supplied: Some(on),
            expires,
            used,
            gone,
        });
        if self.dice.percent(5) {
            self.life.slips.push(Slip::Kit(on));
        }
    }

    pub(super) fn kit(&mut self) {
        let on = self.now + 1;
        self.gives_kit(self.area, on);
        self.now = on;
    }

    pub(super) fn harm(&mut self, on: i32, death: bool) {
        self.life.harms.push(Harm {
            on,
            area: self.area,
            death,
            rejected: None,
            concluded: None,
        });
    }

    pub(super) fn overdose(&mut self) {
        let on = self.now + self.pick(&[1, 14, 28, 29]);
        self.harm(on, false);
        if self.dice.percent(10) {
            self.life.slips.push(Slip::Overdose(on + 1));
        }
        self.now = on;
    }

    pub(super) fn dies(&mut self, on: i32) {
        self.harm(on, true);
        if let Some(harm) = self.life.harms.last_mut() {
            harm.concluded = match self.dice.number(0..=3) {
                0 => None,
                1 => Some((on + 200, false)),
                _ => Some((on + 120, true)),
            };
        }
        for episode in 0..self.life.episodes.len() {
            if self.life.episodes[episode].exit.is_none() {
                self.life.episodes[episode].exit = Some((on, "89"));
                let journey = self.life.episodes[episode].journey;
                self.life.journeys[journey].verdict = Verdict::Died;
            }
        }
        self.over = true;
    }

    pub(super) fn mistaken_death(&mut self) {
        let on = self.now + 1;
        self.harm(on, true);
        if let Some(harm) = self.life.harms.last_mut() {
            harm.rejected = Some(on + 2);
        }
        self.now = on + 30;
    }

    pub(super) fn turned_away(&mut self) {
        let on = self.now + self.pick(&[1, 30]);
        let service = self.service();
        let referral = self.referral(service, on);
        self.life.referrals[referral].rejected = Some(on + 3);
        self.now = on + 3;
    }

    pub(super) fn moves(&mut self) {
        let on = self.now + 1;
        self.area = (self.area + 1) % AREAS.len();
        self.life.residences.push((on, self.area));
        self.now = on;
    }
}
