//! A life as a script. Whoever writes a chapter says what it comes to: here treatment in the community, in [`inside`] what
//! happens in prison and at the gate, in [`beside`] everything else.

mod beside;
mod inside;

use super::days::months_after;
use super::places::{AREAS, HOUSE, PRISON_SERVICE};
use super::script::{Asked, Episode, Journey, Life, Referral, Slip, Verdict};
use crate::dice::Dice;

/// The last day on which a chapter begins.
const LAST: i32 = 1_826;
/// Most chapters of a life.
const MOST: usize = 14;

struct Writer<'d> {
    dice: &'d mut Dice,
    life: Life,
    area: usize,
    /// From this day on something new may begin.
    now: i32,
    /// The last exit.
    exit: Option<i32>,
    treated: bool,
    over: bool,
}

pub(super) fn written(dice: &mut Dice) -> Life {
    let area = dice.number(0..=2) as usize;
    let now = dice.number(0..=1_500);
    let mut writer = Writer {
        life: Life {
            minor: dice.percent(3),
            residences: vec![(-500, area)],
            ..Life::default()
        },
        dice,
        area,
        now,
        exit: None,
        treated: false,
        over: false,
    };
    for _ in 0..MOST {
        if writer.over || writer.now > LAST {
            break;
        }
        writer.chapter();
    }
    writer.life
}

impl Writer<'_> {
    fn pick(&mut self, from: &[i32]) -> i32 {
        *self.dice.pick(from)
    }

    fn chapter(&mut self) {
        match self.dice.number(0..=99) {
            0..=44 => self.care(),
            45..=74 => self.prison(),
            75..=80 => self.kit(),
            81..=86 => self.overdose(),
            87..=90 => self.turned_away(),
            91..=95 => self.moves(),
            96..=97 => self.mistaken_death(),
            _ => {
                let on = self.now + self.pick(&[1, 27, 28, 29, 180, 360]);
                // Half a year and a year after the last exit, to the day.
                let on = match (self.exit, self.dice.number(0..=3)) {
                    (Some(exit), 0) => months_after(exit, 6).max(on),
                    (Some(exit), 1) => (months_after(exit, 6) + 1).max(on),
                    (Some(exit), 2) => months_after(exit, 12).max(on),
                    _ => on,
                };
                self.dies(on);
            }
        }
    }

    /// The day of the next triage: often just within, or just without, what a rule asks.
    fn next_triage(&mut self) -> i32 {
        let gap = self.pick(&[1, 5, 12, 20, 21, 22, 23, 40, 90, 200, 300]);
        let Some(exit) = self.exit else {
            return self.now + gap;
        };
        let at = match self.dice.number(0..=9) {
            0 => months_after(exit, 6) - 1,
            1 => months_after(exit, 6),
            _ => exit + gap,
        };
        at.max(self.now + 1)
    }

    /// A journey goes on while something of it is open, and when its last exit lies 21 days back at most.
    fn journey_at(&mut self, triaged: i32) -> usize {
        let last = self.life.journeys.len().wrapping_sub(1);
        let open = self
            .life
            .episodes
            .iter()
            .any(|one| one.journey == last && one.exit.is_none());
        if open || self.exit.is_some_and(|exit| triaged - exit <= 21) {
            return last;
        }
        if let Some(last) = self.life.journeys.last_mut() {
            last.next = Some(triaged);
        }
        self.life.journeys.push(Journey {
            began: triaged,
            area: self.area,
            naive: !self.treated,
            verdict: Verdict::Open,
            next: None,
        });
        self.life.journeys.len() - 1
    }

    fn service(&mut self) -> usize {
        match self.dice.number(0..=19) {
            0 => HOUSE,
            1 => (self.area + 1) % AREAS.len(),
            _ => self.area,
        }
    }

    fn referral(&mut self, service: usize, on: i32) -> usize {
        let (source, justice) = if service == PRISON_SERVICE {
            ("self", false)
        } else {
            *self.dice.pick(&[
                ("self", false),
                ("gp", false),
                ("arrest_referral", true),
                ("probation", true),
                ("hospital", false),
            ])
        };
        let opiate = self.dice.percent(60);
        self.life.referrals.push(Referral {
            service,
            source,
            justice,
            on,
            area: self.area,
            accepted: None,
            triaged: None,
            rejected: None,
            structured: None,
            in_treatment: false,
            opiate,
            passed_on: None,
        });
        self.life.referrals.len() - 1
    }

    /// Referral, triage and structured start.
    fn begins(&mut self, service: usize, referred: i32, triaged: i32, structured: Option<i32>) -> usize {
        let referral = self.referral(service, referred);
        let told = &mut self.life.referrals[referral];
        told.accepted = Some(triaged);
        told.triaged = Some(triaged);
        told.structured = structured;
        let journey = self.journey_at(triaged);
        self.life.episodes.push(Episode {
            service,
            referral,
            triaged,
            structured,
            exit: None,
            contact: None,
            journey,
        });
        self.life.journeys[journey].verdict = Verdict::Open;
        self.treated |= structured.is_some();
        self.life.episodes.len() - 1
    }

    fn ends(&mut self, episode: usize, on: i32, reason: &'static str, verdict: Verdict) {
        let told = &mut self.life.episodes[episode];
        told.exit = Some((on, reason));
        self.life.journeys[told.journey].verdict = verdict;
        self.exit = Some(self.exit.map_or(on, |before| before.max(on)));
        self.now = self.now.max(on);
        if self.dice.percent(4) {
            let wrong = on
                - self
                    .dice
                    .number(0..=3)
                    .min(on - self.life.episodes[episode].triaged);
            self.life.slips.push(Slip::Exit(episode, wrong));
        }
    }

    fn asks(
        &mut self,
        episode: usize,
        code: &'static str,
        on: i32,
        offered_for: Option<i32>,
        started: Option<i32>,
    ) {
        let journey = self.life.episodes[episode].journey;
        let before = self.life.asked.iter();
        let first = !before
            .into_iter()
            .any(|one| self.life.episodes[one.episode].journey == journey);
        self.life.asked.push(Asked {
            episode,
            code,
            on,
            area: self.area,
            offered_for,
            started,
            first,
        });
    }

    /// Treatment in the community, from referral to whatever end.
    fn care(&mut self) {
        let triaged = self.next_triage();
        let since = self.now.max(self.exit.unwrap_or(self.now));
        let waited = self.pick(&[0, 3, 14, 41, 42, 43, 60]).min(triaged - since).max(0);
        let service = self.service();
        if self.dice.percent(12) {
            // Nothing structured ever begins.
            let episode = self.begins(service, triaged - waited, triaged, None);
            let left = triaged + self.pick(&[0, 9, 50, 90]);
            if self.dice.percent(40) {
                let offered = self.dice.percent(50).then_some(triaged + 15);
                self.asks(episode, "95", triaged, offered, None);
            }
            let reason = *self.dice.pick(&["85", "88", "86"]);
            self.ends(episode, left, reason, Verdict::Unplanned);
            return;
        }
        let start = triaged + self.pick(&[0, 1, 6, 20, 21, 22, 42, 43, 44]);
        let episode = self.begins(service, triaged - waited, triaged, Some(start));
        if waited > 2 && self.dice.percent(15) {
            let (first, referral) = ((service + 1) % AREAS.len(), self.life.episodes[episode].referral);
            self.life.referrals[referral].passed_on = Some((first, triaged - 2));
        }
        if self.dice.percent(70) {
            let offered = self.pick(&[0, 7, 20, 21, 22, 42, 43]);
            let offered = self.dice.percent(75).then_some(triaged + offered);
            self.asks(episode, "94", triaged, offered, Some(start));
        }
        let end = start + self.pick(&[5, 40, 83, 84, 85, 150, 420]);
        self.beside(start, end);
        if self.dice.percent(4) && start > triaged {
            self.life.slips.push(Slip::Start(episode, triaged));
        }
        self.comes_to_an_end(episode, end);
    }

    /// What happens while treatment goes on.
    fn beside(&mut self, start: i32, end: i32) {
        let episode = self.life.episodes.len() - 1;
        if self.dice.percent(25) {
            let on = start + 1;
            let offered = self.pick(&[0, 20, 21, 22, 42]);
            let begun = self.dice.percent(50).then_some(on + self.pick(&[3, 30]));
            let begun = begun.filter(|begun| *begun <= end);
            self.asks(episode, "95", on, self.life.minor.then_some(on + offered), begun);
        }
        if self.dice.percent(10) {
            // Referred from an arrest while in treatment, and turned away for it.
            let on = start + self.pick(&[0, 2]);
            let referral = self.referral(self.area, on);
            let told = &mut self.life.referrals[referral];
            (told.source, told.justice, told.in_treatment) =
                ("arrest_referral", true, start < on && on < end);
            told.rejected = Some(on + 4);
        }
        if self.dice.percent(12) {
            let on = self.pick(&[start, start + 3, end]);
            self.harm(on, false);
        }
        if self.dice.percent(30) {
            let service = self.life.episodes[episode].service;
            self.gives_kit(service, start + 1);
        }
    }

    fn comes_to_an_end(&mut self, episode: usize, end: i32) {
        let service = self.life.episodes[episode].service;
        let other = (service + 1) % AREAS.len();
        match self.dice.number(0..=99) {
            0..=29 => {
                let reason = *self.dice.pick(&["80", "81", "82"]);
                self.ends(episode, end, reason, Verdict::Completed);
            }
            30..=54 => {
                let reason = *self.dice.pick(&["85", "86", "87"]);
                self.ends(episode, end, reason, Verdict::Unplanned);
            }
            55..=64 => self.ends(episode, end, "83", Verdict::Transferred),
            65..=72 => {
                // Another service beside, and both end on one day.
                let from = end - 2;
                let reasons = *self.dice.pick(&[
                    ("80", "82", Verdict::Completed),
                    ("80", "85", Verdict::Contradicting),
                    ("85", "86", Verdict::Contradicting),
                    ("80", "80", Verdict::Completed),
                    ("71", "88", Verdict::Unplanned),
                ]);
                let beside = self.begins(other, from, from, Some(from + 1));
                // Whoever is asked on the second day is in treatment with the first.
                let referral = self.life.episodes[beside].referral;
                self.life.referrals[referral].in_treatment = self.structured_on(episode, from, end);
                self.ends(episode, end, reasons.0, Verdict::Open);
                self.ends(beside, end, reasons.1, reasons.2);
            }
            73..=79 => {
                // Another service beside, which goes on longer: the last one's reason counts.
                let from = end - 1;
                let beside = self.begins(other, from, from, Some(from));
                let referral = self.life.episodes[beside].referral;
                self.life.referrals[referral].in_treatment = self.structured_on(episode, from, end);
                self.ends(episode, end, "80", Verdict::Open);
                let later = end + self.pick(&[1, 60]);
                self.ends(beside, later, "85", Verdict::Unplanned);
            }
            80..=89 => self.through_custody(episode, end),
            90..=92 => {
                self.dies(end);
            }
            _ => self.over = true,
        }
    }

    /// In structured treatment on a day, begun before it and not ended by it.
    fn structured_on(&self, episode: usize, on: i32, end: i32) -> bool {
        self.life.episodes[episode]
            .structured
            .is_some_and(|start| start < on && on < end)
    }
}
