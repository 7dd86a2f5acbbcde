//! Referrals: who asks, what the service asked decides, and triage.

use super::{After, Course, Life};
use crate::dice::later;
use crate::places::{code, service};
use crate::rates;
use crate::script::{Slot, Told};
use crate::voice::Voice;
use jiff::civil::Date;
use throughcare_domain::command::{Command, NewReferral};

/// A referral to be made.
pub(crate) struct Asking {
    pub(crate) day: Date,
    pub(crate) source: &'static str,
    pub(crate) voice: Voice,
    pub(crate) from: Option<&'static str>,
    pub(crate) to: &'static str,
    pub(crate) transfer_of: Option<Slot>,
}

impl Life {
    /// A chapter in the community: somebody asks, the service decides, treatment follows or not.
    pub(crate) fn community(&mut self, day: Date) -> After {
        let to = self.who.community_service(day);
        let mut source = self.dice.weighted(rates::SOURCES);
        if self.who.age_on(day) < 18 {
            source = "relative";
        }
        let voice = self.voice_of(source, to);
        let wrong = self.wrong_service(day, to);
        let mut referral = self.ask(Asking {
            day,
            source,
            voice,
            from: None,
            to: wrong.unwrap_or(to),
            transfer_of: None,
        });
        self.behind_the_referral(source, to, referral, day);
        if source == "outreach" {
            self.met_by_outreach(to, referral, day);
        }
        if let Some(wrong) = wrong {
            referral = self.aside(|life| life.sent_on(referral, wrong, to, day));
        }
        if self.dice.percent(rates::REJECTED) {
            let on = self.dice.after(day, 1..=9);
            let reason = self.dice.weighted(&[
                ("not_contactable", 4),
                ("out_of_area", 2),
                ("insufficient_information", 2),
                ("need_met_elsewhere", 2),
            ]);
            self.reject(referral, to, on, reason);
            return After::Free(on);
        }
        let accepted = self.dice.after(day, 0..=6);
        self.accept(referral, to, accepted);
        let Some(triaged) = self.day_of_triage(source, day, accepted) else {
            self.aside(|life| life.triage_missed(to, referral, accepted));
            return self.without_triage(referral, to, accepted);
        };
        self.aside(|life| life.triage_appointments(to, referral, accepted, triaged));
        if self.dice.percent(6) {
            let outcome = self
                .dice
                .weighted(&[("no_treatment_needed", 1), ("signposted", 1)]);
            self.triage(referral, to, triaged, outcome);
            return After::Free(triaged);
        }
        let episode = self.triage(referral, to, triaged, "treatment_needed");
        let course = Course::draw(to, triaged, &self.who, &mut self.dice);
        self.course(course, episode)
    }

    /// The service of the other area, for somebody who is referred there first.
    fn wrong_service(&mut self, day: Date, right: &'static str) -> Option<&'static str> {
        let adult = self.who.age_on(day) >= 18;
        let sent = self.aside(|life| life.dice.permille(rates::SENT_ON));
        (adult && sent && !self.script.punctual).then_some(match right {
            "southmarsh-community" => "northshire-community",
            _ => "southmarsh-community",
        })
    }

    /// Source: `domain.md` 3 (triage within six weeks of the arrest-referral worker's referral).
    fn day_of_triage(&mut self, source: &str, referred: Date, accepted: Date) -> Option<Date> {
        if source == "arrest_referral" {
            let in_time = self.dice.percent(rates::ARREST_TRIAGED_IN_SIX_WEEKS);
            let share = 100 * rates::ARREST_TRIAGED_LATER / (100 - rates::ARREST_TRIAGED_IN_SIX_WEEKS);
            return if in_time {
                Some(self.dice.after(referred, 3..=42).max(accepted))
            } else if self.dice.percent(share) {
                Some(self.dice.after(referred, 43..=85))
            } else {
                None
            };
        }
        let comes = self.dice.percent(88);
        comes.then(|| self.dice.after(accepted, 1..=21))
    }

    fn without_triage(&mut self, referral: Slot, to: &'static str, accepted: Date) -> After {
        let on = self.dice.after(accepted, 20..=60);
        if self.dice.percent(50) {
            self.triage(referral, to, on, "did_not_engage");
        } else {
            let reason = self.dice.weighted(&[("person_declined", 3), ("moved_away", 1)]);
            self.withdraw(referral, to, on, reason);
        }
        After::Free(on)
    }

    fn voice_of(&mut self, source: &str, to: &'static str) -> Voice {
        match source {
            "arrest_referral" => Voice::arrest_referral(),
            "court" => Voice::court(),
            "probation" => Voice::probation(),
            _ => Voice::staff(to, &mut self.dice),
        }
    }

    /// A referral; it registers the person when nobody has.
    pub(crate) fn ask(&mut self, asking: Asking) -> Slot {
        let Asking {
            day,
            source,
            voice,
            from,
            to,
            transfer_of,
        } = asking;
        let referral = self.script.slot();
        let substances = self.who.substances.clone();
        let refer = Told::on(day, move |ids| {
            Command::Refer(NewReferral {
                source: code(source),
                to_service: ids.service(to),
                from_service: from.map(service),
                transfer_of: transfer_of.map(|episode| ids.id(episode)),
                substances: substances.clone(),
            })
        });
        let mut told = Vec::new();
        if self.script.registered_at.is_none() {
            told.push(self.registration(day, source));
        }
        told.push(refer);
        let touches: Vec<Slot> = transfer_of.into_iter().collect();
        let dice = &mut self.dice;
        let at = if voice.system.is_some() {
            self.script.sent(dice, voice, day, &touches, &[referral], told)
        } else {
            self.script.typed(dice, voice, day, &touches, &[referral], told)
        };
        self.script.registered_at.get_or_insert(at);
        referral
    }

    /// What the sender knows: the police a PNC id, probation its own number, prison the prisoner number.
    pub(crate) fn registration(&mut self, day: Date, source: &str) -> Told {
        let who = &self.who;
        let nhs = self.dice.percent(85).then(|| who.nhs_number()).flatten();
        let own = match source {
            "arrest_referral" | "court" => who.pnc(),
            "probation" => who.crn(),
            "prison" => who.prisoner_number(),
            _ => None,
        };
        self.prisoner |= source == "prison";
        let identifiers: Vec<_> = nhs.into_iter().chain(own).collect();
        let (demographics, residence) = (who.demographics(), who.residence());
        Told::on(day, move |_| Command::Register {
            demographics: demographics.clone(),
            identifiers: identifiers.clone(),
            residence: residence.clone(),
        })
    }

    pub(crate) fn accept(&mut self, referral: Slot, by: &str, day: Date) {
        let told = Told::on(day, move |ids| Command::AcceptReferral(ids.id(referral)));
        self.staff(by, day, &[referral], &[], told);
    }

    pub(crate) fn reject(&mut self, referral: Slot, by: &str, day: Date, reason: &'static str) {
        let told = Told::on(day, move |ids| Command::RejectReferral {
            referral: ids.id(referral),
            reason: code(reason),
        });
        self.staff(by, day, &[referral], &[], told);
    }

    pub(crate) fn withdraw(&mut self, referral: Slot, by: &str, day: Date, reason: &'static str) {
        let told = Told::on(day, move |ids| Command::WithdrawReferral {
            referral: ids.id(referral),
            reason: code(reason),
        });
        self.staff(by, day, &[referral], &[], told);
    }

    /// The first assessment; the slot is that of the episode when the outcome opens one.
    pub(crate) fn triage(&mut self, referral: Slot, by: &str, day: Date, outcome: &'static str) -> Slot {
        let episode = self.script.slot();
        let substances = self.who.substances.clone();
        let told = Told::on(day, move |ids| Command::Triage {
            referral: ids.id(referral),
            outcome: code(outcome),
            substances: substances.clone(),
        });
        let touches: Vec<Slot> = self.last_episode.into_iter().chain([referral]).collect();
        if outcome == "treatment_needed" {
            self.staff(by, day, &touches, &[episode], told);
            self.last_episode = Some(episode);
        } else {
            self.staff(by, day, &touches, &[], told);
        }
        episode
    }

    /// One thing typed by staff of a service.
    pub(crate) fn staff(&mut self, by: &str, day: Date, touches: &[Slot], creates: &[Slot], told: Told) {
        let voice = Voice::staff(by, &mut self.dice);
        self.script
            .typed(&mut self.dice, voice, day, touches, creates, vec![told]);
    }

    /// A day in the middle of a span, never before its first day.
    pub(crate) fn between(&mut self, first: Date, last: Date) -> Date {
        let span = throughcare_domain::when::days_between(first, last).max(0);
        let days = self.dice.number(0..=span);
        later(first, days)
    }
}
