//! From a script to the events that tell it: late, out of order, with slips that are voided.

use super::days::written;
use super::places::{PRISON_SERVICE, area, code, event, kind, organisation, prison, service};
use super::script::{Life, Referral, Slip, WayOut};
use crate::dice::Dice;
use jiff::Timestamp;
use jiff::civil::Date;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::fact::*;
use throughcare_domain::id::{
    DeathId, EpisodeId, EventId, InterventionId, KitId, OverdoseId, PersonId, ReferralId,
};
use throughcare_domain::when::Occurred;
use uuid::Uuid;

/// What is told, before it has its place in the log.
struct Line {
    id: EventId,
    on: i32,
    recorded: i32,
    by: OrganisationCode,
    fact: Fact,
}

struct Teller<'d> {
    dice: &'d mut Dice,
    person: PersonId,
    lines: Vec<Line>,
}

fn day(number: i32) -> Date {
    written(number).parse().expect("a day")
}

/// Everything about a person, in the order of recording.
pub(super) fn events(person: PersonId, life: &Life, dice: &mut Dice) -> Vec<RecordedEvent> {
    let mut teller = Teller {
        dice,
        person,
        lines: Vec::new(),
    };
    teller.identity(life);
    teller.referrals(life);
    teller.episodes(life);
    teller.custody(life);
    teller.kits(life);
    teller.harms(life);
    teller.slips(life);
    let mut lines = teller.lines;
    // Stable: what is told on one day stays in its order.
    lines.sort_by_key(|line| line.recorded);
    let events = (1..).zip(lines).map(|(place, line)| {
        let recorded: Timestamp = format!("{}T12:00:00Z", written(line.recorded))
            .parse()
            .expect("a time");
        let occurred = Occurred::On(day(line.on));
        event(person, place, line.id, line.by, (occurred, recorded), line.fact)
    });
    events.collect()
}

impl Teller<'_> {
    /// An id that nobody else has.
    fn id(&self, kind: u128, number: usize) -> Uuid {
        Uuid::from_u128(self.person.0.as_u128() << 40 | kind << 32 | number as u128)
    }

    fn told(&mut self, on: i32, by: usize, fact: impl Into<Fact>) -> EventId {
        let late = match self.dice.number(0..=99) {
            0..=79 => 0,
            80..=94 => self.dice.number(1..=6),
            _ => self.dice.number(7..=300),
        };
        self.told_on(on, on + late, by, fact)
    }

    fn told_on(&mut self, on: i32, recorded: i32, by: usize, fact: impl Into<Fact>) -> EventId {
        let id = EventId(self.id(1, self.lines.len()));
        self.lines.push(Line {
            id,
            on,
            recorded,
            by: organisation(by),
            fact: fact.into(),
        });
        id
    }

    fn void(&mut self, event: EventId, on: i32, by: usize) {
        let recorded = self
            .lines
            .iter()
            .find(|line| line.id == event)
            .map_or(on, |line| line.recorded);
        let fact = EventVoided {
            event,
            reason: code("entered_in_error"),
            replaced: Replaced::No,
        };
        self.told_on(on, recorded + 9, by, fact);
    }

    fn identity(&mut self, life: &Life) {
        let born = if life.minor { "2007-06-01" } else { "1980-03-17" };
        let fact = PersonRegistered {
            date_of_birth: Some(born.parse().expect("a day")),
            sex: Some(code("male")),
            ethnicity: None,
        };
        self.told_on(-500, -500, 0, fact);
        for (on, place) in &life.residences {
            let fact = ResidenceRecorded {
                area: Some(area(*place)),
                no_fixed_abode: false,
            };
            self.told(*on, 0, fact);
        }
    }

    fn referral(&self, number: usize) -> ReferralId {
        ReferralId(self.id(2, number))
    }

    fn episode(&self, number: usize) -> EpisodeId {
        EpisodeId(self.id(3, number))
    }

    fn substances(told: &Referral) -> Vec<throughcare_domain::code::Code> {
        vec![code(if told.opiate { "1011" } else { "7000" })]
    }

    fn referrals(&mut self, life: &Life) {
        for (number, told) in life.referrals.iter().enumerate() {
            let referral = self.referral(number);
            let received = |referral, by: usize| ReferralReceived {
                referral,
                source: code(told.source),
                from_organisation: organisation(0),
                from_service: None,
                to_service: service(by),
                to_organisation: organisation(by),
                to_kind: kind(by),
                transfer_of: None,
                substances: Self::substances(told),
            };
            match told.passed_on {
                None => {
                    self.told(told.on, told.service, received(referral, told.service));
                }
                Some((first, on)) => {
                    let before = ReferralId(self.id(9, number));
                    self.told(told.on, first, received(before, first));
                    let fact = ReferralSentOn {
                        referral: before,
                        onward: referral,
                    };
                    self.told(on, first, fact);
                    self.told(on, told.service, received(referral, told.service));
                }
            }
            if let Some(on) = told.accepted {
                self.told(on, told.service, ReferralAccepted { referral });
            }
            if let Some(on) = told.triaged {
                let fact = Triaged {
                    referral,
                    outcome: code("treatment_needed"),
                    treatment_needed: true,
                    substances: Vec::new(),
                };
                self.told(on, told.service, fact);
            }
            if let Some(on) = told.rejected {
                let fact = ReferralRejected {
                    referral,
                    reason: code("out_of_area"),
                };
                self.told(on, told.service, fact);
            }
        }
    }

    fn starts(
        &mut self,
        number: usize,
        intervention: InterventionId,
        by: usize,
        on: i32,
        what: &str,
    ) -> EventId {
        let fact = InterventionStarted {
            episode: self.episode(number),
            intervention,
            code: code(what),
            structured: true,
            setting: code("community"),
        };
        self.told(on, by, fact)
    }

    fn episodes(&mut self, life: &Life) {
        for (number, told) in life.episodes.iter().enumerate() {
            let (episode, by) = (self.episode(number), told.service);
            let fact = EpisodeOpened {
                episode,
                service: service(by),
                organisation: organisation(by),
                kind: kind(by),
                referral: Some(self.referral(told.referral)),
            };
            self.told(told.triaged, by, fact);
            let mut begun = Vec::new();
            // The main one, asked for or not; others only where they were asked for.
            let mut main = told.structured;
            for (place, one) in life
                .asked
                .iter()
                .enumerate()
                .filter(|(_, one)| one.episode == number)
            {
                let intervention = InterventionId(self.id(4, place));
                let fact = InterventionReferred {
                    episode,
                    intervention,
                    code: code(one.code),
                    setting: code("community"),
                };
                self.told(one.on, by, fact);
                if let Some(offered_for) = one.offered_for {
                    let fact = FirstAppointmentOffered {
                        episode,
                        intervention,
                        offered_for: day(offered_for),
                    };
                    self.told(one.on, by, fact);
                }
                if let Some(on) = one.started {
                    self.starts(number, intervention, by, on, one.code);
                    begun.push((intervention, on));
                    if main == Some(on) {
                        main = None;
                    }
                }
            }
            if let Some(on) = main {
                let intervention = InterventionId(self.id(5, number));
                self.starts(number, intervention, by, on, "94");
                begun.push((intervention, on));
            }
            if let Some(on) = told.contact {
                self.told(on, by, ContactRecorded { episode });
            }
            let Some((end, reason)) = told.exit else { continue };
            for (intervention, _) in begun {
                let fact = InterventionEnded {
                    episode,
                    intervention,
                    exit: code("A"),
                };
                self.told(end, by, fact);
            }
            self.exits(number, by, end, reason);
        }
    }

    fn exits(&mut self, number: usize, by: usize, on: i32, reason: &str) -> EventId {
        let outcome = match reason {
            "80" | "81" | "82" => ExitOutcome::SuccessfulCompletion,
            "83" | "84" => ExitOutcome::Transfer,
            "71" | "88" => ExitOutcome::Declined,
            "89" => ExitOutcome::Death,
            _ => ExitOutcome::Unplanned,
        };
        let fact = ExitRecorded {
            episode: self.episode(number),
            reason: code(reason),
            outcome,
            profile: None,
        };
        self.told(on, by, fact)
    }

    fn released(&mut self, on: i32, effect: ReleaseEffect, place: Option<usize>) -> EventId {
        let fact = Released {
            prison: Some(prison()),
            reason: code(match effect {
                ReleaseEffect::Died => "DEC",
                ReleaseEffect::Abroad => "DE",
                ReleaseEffect::AtLarge => "UAL",
                _ => "CR",
            }),
            effect,
            area: place.map(area),
            no_fixed_abode: false,
            referral_on_release: None,
        };
        self.told(on, PRISON_SERVICE, fact)
    }

    fn custody(&mut self, life: &Life) {
        for stay in &life.stays {
            let fact = Received {
                prison: Some(prison()),
                reason: code(if stay.recall { "L" } else { "N" }),
                recall: stay.recall,
            };
            self.told(stay.received, PRISON_SERVICE, fact);
            if let Some(on) = stay.moved {
                let there = throughcare_domain::code::PrisonCode::parse("LEI").expect("a code");
                let fact = Transferred {
                    from: Some(prison()),
                    to: Some(there.clone()),
                };
                self.told(on, PRISON_SERVICE, fact);
                let fact = Transferred {
                    from: Some(there),
                    to: Some(prison()),
                };
                self.told(on + 1, PRISON_SERVICE, fact);
            }
            if let Some(on) = stay.absence {
                let there = Some(prison());
                let fact = TemporaryAbsenceStarted {
                    prison: there.clone(),
                    reason: code("ROR"),
                };
                self.told(on, PRISON_SERVICE, fact);
                self.told(on + 1, PRISON_SERVICE, TemporaryAbsenceEnded { prison: there });
            }
            let to = life
                .releases
                .iter()
                .find(|one| one.on == stay.left)
                .map(|one| one.area);
            let effect = match stay.way_out {
                WayOut::Escaped => ReleaseEffect::AtLarge,
                WayOut::Died => ReleaseEffect::Died,
                WayOut::Deported => ReleaseEffect::Abroad,
                WayOut::Released | WayOut::FromCourt => ReleaseEffect::Community,
            };
            if stay.way_out == WayOut::FromCourt {
                self.told(
                    stay.left,
                    PRISON_SERVICE,
                    SentToCourt {
                        prison: Some(prison()),
                    },
                );
            }
            self.released(stay.left, effect, to);
        }
    }

    fn pack(expires: i32) -> Pack {
        Pack {
            product: code("prenoxad"),
            batch: code("B1"),
            expires_on: day(expires),
            doses: 5,
        }
    }

    fn kits(&mut self, life: &Life) {
        for (number, told) in life.kits.iter().enumerate() {
            let kit = KitId(self.id(6, number));
            let pack = Self::pack(told.expires);
            if let Some(on) = told.property {
                let fact = KitPlacedInProperty {
                    kit,
                    pack,
                    service: service(told.service),
                    prison: prison(),
                };
                self.told(on, told.service, fact);
            } else if let Some(on) = told.supplied {
                let fact = KitIssued {
                    kit,
                    pack,
                    service: service(told.service),
                    replaces: None,
                };
                self.told(on, told.service, fact);
            }
            if let Some((on, outcome)) = told.used {
                let fact = KitUsed {
                    kit,
                    doses: Some(1),
                    used_on: UsedOn::SomebodyElse,
                    outcome: code(outcome),
                    place: None,
                };
                self.told(on, told.service, fact);
            }
            if let Some((on, back)) = told.gone {
                let by = code("police");
                self.told(on, told.service, KitConfiscated { kit, by });
                if let Some(back) = back {
                    self.told(back, told.service, KitReturned { kit });
                }
            }
        }
    }

    fn overdosed(&mut self, number: usize, on: i32) -> EventId {
        let fact = OverdoseReported {
            overdose: OverdoseId(self.id(7, number)),
            outcome: code("recovered"),
            substances: Vec::new(),
            place: None,
            naloxone_given: None,
            ambulance_called: None,
        };
        self.told(on, 0, fact)
    }

    fn harms(&mut self, life: &Life) {
        for (number, told) in life.harms.iter().enumerate() {
            if !told.death {
                self.overdosed(number, told.on);
                continue;
            }
            let death = DeathId(self.id(8, number));
            let fact = DeathReported {
                death,
                source: code("police"),
                suspected: code("drug_related"),
            };
            self.told(told.on, 0, fact);
            if let Some(on) = told.rejected {
                let fact = DeathRejected {
                    death,
                    reason: code("mistaken_identity"),
                };
                self.told(on, 0, fact);
            }
            if let Some((on, related)) = told.concluded {
                let fact = DeathConcluded {
                    death,
                    conclusion: code("drug_related"),
                    drug_related: related,
                    alcohol_related: false,
                };
                self.told(on, 0, fact);
            }
        }
    }

    /// What was never true, told and voided some days later.
    fn slips(&mut self, life: &Life) {
        for (number, slip) in life.slips.iter().enumerate() {
            let number = 1_000 + number;
            let (event, on) = match *slip {
                Slip::Exit(episode, on) => {
                    (self.exits(episode, life.episodes[episode].service, on, "85"), on)
                }
                Slip::Start(episode, on) => {
                    let intervention = InterventionId(self.id(5, number));
                    let by = life.episodes[episode].service;
                    (self.starts(episode, intervention, by, on, "95"), on)
                }
                Slip::Released(on) => (self.released(on, ReleaseEffect::Community, Some(0)), on),
                Slip::Overdose(on) => (self.overdosed(number, on), on),
                Slip::Kit(on) => {
                    let fact = KitIssued {
                        kit: KitId(self.id(6, number)),
                        pack: Self::pack(on + 400),
                        service: service(0),
                        replaces: None,
                    };
                    (self.told(on, 0, fact), on)
                }
            };
            self.void(event, on, 0);
        }
    }
}
