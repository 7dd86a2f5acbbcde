//! Overdoses, deaths, and entries made in error.
//!
//! Sources: `domain.md` section 7; `design.md`, families Harm and Correction.

use super::Life;
use crate::dice::later;
use crate::places::code;
use crate::rates;
use crate::script::{Slot, Told};
use crate::voice::Voice;
use jiff::civil::Date;
use throughcare_domain::command::{Command, NewOverdose};
use throughcare_domain::fact::Replaced;

impl Life {
    /// What may happen to somebody in treatment besides treatment.
    pub(crate) fn harm(&mut self, service: &'static str, episode: Slot, first: Date, last: Date) {
        if self.who.is_opiate_user() && self.dice.percent(rates::OVERDOSES) {
            let day = self.between(first, last);
            if day < last {
                self.overdose(service, episode, day, last);
            }
        }
    }

    fn overdose(&mut self, service: &'static str, episode: Slot, day: Date, last: Date) {
        let overdose = self.script.slot();
        let outcome = self.dice.weighted(&[
            ("hospital", 55),
            ("recovered", 25),
            ("declined_hospital", 15),
            ("not_known", 5),
        ]);
        let place = *self.dice.pick(&["own_home", "other_home", "hostel", "street"]);
        let naloxone_given = self
            .dice
            .weighted(&[(Some(true), 60), (Some(false), 20), (None, 20)]);
        let told = Told::on(day, move |_| {
            Command::ReportOverdose(NewOverdose {
                outcome: code(outcome),
                substances: vec![code("1011")],
                place: Some(code(place)),
                naloxone_given,
                ambulance_called: naloxone_given.map(|_| true),
            })
        });
        self.staff(service, day, &[episode], &[overdose], told);
        let reviewed = self.dice.after(day, 1..=9);
        if reviewed < last && self.dice.percent(85) {
            let came_of_it = self.dice.weighted(&[
                ("seen", 50),
                ("seen_new_treatment", 25),
                ("declined", 15),
                ("not_reached", 10),
            ]);
            let told = Told::on(reviewed, move |ids| Command::ReviewOverdose {
                overdose: ids.id(overdose),
                outcome: code(came_of_it),
            });
            self.staff(service, reviewed, &[overdose, episode], &[], told);
        }
    }

    /// Somebody says that the person died, who comes to the door some days later. All of it is told on its day: what
    /// is recorded in between would be dated after a death.
    pub(crate) fn mistaken_death(&mut self, service: &'static str, episode: Slot, day: Date) {
        let death = self.script.slot();
        let report = Told::on(day, |_| Command::ReportDeath {
            source: code("family"),
            suspected: code("not_known"),
        });
        let voice = Voice::staff(service, &mut self.dice);
        self.script
            .sent(&mut self.dice, voice, day, &[episode], &[death], vec![report]);
        let back = self.dice.after(day, 1..=6);
        let rejected = Told::on(back, move |ids| Command::RejectDeath {
            death: ids.id(death),
            reason: code("seen_alive"),
        });
        let voice = Voice::staff(service, &mut self.dice);
        self.script.sent(
            &mut self.dice,
            voice,
            back,
            &[death, episode],
            &[],
            vec![rejected],
        );
    }

    /// A death in treatment, told by who heard of it, confirmed, and concluded months later.
    pub(crate) fn death(&mut self, service: &'static str, episode: Slot, day: Date) {
        let source = self
            .dice
            .weighted(&[("family", 40), ("police", 30), ("hospital", 20), ("service", 10)]);
        let death = self.report_death(service, episode, day, source);
        let confirmed = self.dice.after(day, 1..=8);
        let told = Told::on(confirmed, move |ids| Command::ConfirmDeath {
            death: ids.id(death),
            source: code("coroner"),
        });
        self.staff(service, confirmed, &[death, episode], &[], told);
        let concluded = self.dice.after(confirmed, 60..=240);
        let conclusion = self.dice.weighted(&[
            ("drug_related", 45),
            ("alcohol_related", 15),
            ("natural_causes", 20),
            ("long_term_illness", 12),
            ("open", 8),
        ]);
        let told = Told::on(concluded, move |ids| Command::ConcludeDeath {
            death: ids.id(death),
            conclusion: code(conclusion),
        });
        self.staff(service, concluded, &[death, episode], &[], told);
    }

    fn report_death(
        &mut self,
        service: &'static str,
        episode: Slot,
        day: Date,
        source: &'static str,
    ) -> Slot {
        let death = self.script.slot();
        let suspected = if self.who.is_opiate_user() {
            "drugs"
        } else {
            "not_known"
        };
        let told = Told::on(day, move |_| Command::ReportDeath {
            source: code(source),
            suspected: code(suspected),
        });
        self.staff(service, day, &[episode], &[death], told);
        death
    }

    /// A contact entered for the wrong day, and put right within the week: one request, two facts and their reason.
    pub(crate) fn contact_put_right(
        &mut self,
        service: &'static str,
        episode: Slot,
        wrong: Date,
        right: Date,
    ) {
        let entry = self.script.slot();
        let seen = move |day| {
            Told::on(day, move |ids| Command::RecordContact {
                episode: ids.id(episode),
            })
        };
        let entered = later(wrong.max(right), 1);
        let voice = Voice::staff(service, &mut self.dice);
        self.script.typed(
            &mut self.dice,
            voice,
            entered,
            &[episode],
            &[entry],
            vec![seen(wrong)],
        );
        let mended = self.dice.after(entered, 1..=6);
        let void = Told::on(mended, move |ids| Command::VoidEvents {
            events: vec![ids.id(entry)],
            reason: code("wrong_date"),
            replaced: Replaced::Here,
        });
        let instead = Told::on(mended, move |ids| Command::EnterReplacement {
            replaces: vec![ids.id(entry)],
            from_elsewhere: false,
        });
        let voice = Voice::staff(service, &mut self.dice);
        let told = vec![void, instead, seen(right)];
        self.script
            .typed(&mut self.dice, voice, mended, &[episode, entry], &[], told);
    }
}
