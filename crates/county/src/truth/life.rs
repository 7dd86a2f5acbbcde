//! A life as a script: plain days and what they mean. Whoever writes a chapter says what it comes to.

use super::days::months_after;
use super::places::{AREAS, HOUSE, PRISON_SERVICE};
use crate::dice::Dice;

/// The last day on which a chapter begins.
const LAST: i32 = 1_826;
/// Most chapters of a life.
const MOST: usize = 14;

/// How a journey came out, if nothing is written after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Open,
    Completed,
    Unplanned,
    Transferred,
    Died,
    Contradicting,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Episode {
    pub service: usize,
    pub referral: usize,
    pub triaged: i32,
    pub structured: Option<i32>,
    /// Day and reason.
    pub exit: Option<(i32, &'static str)>,
    /// Seen within it.
    pub contact: Option<i32>,
    pub journey: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Journey {
    pub began: i32,
    pub area: usize,
    pub naive: bool,
    pub verdict: Verdict,
    /// The first triage of the next one.
    pub next: Option<i32>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Referral {
    pub service: usize,
    pub source: &'static str,
    pub justice: bool,
    pub on: i32,
    pub area: usize,
    pub accepted: Option<i32>,
    pub triaged: Option<i32>,
    pub rejected: Option<i32>,
    pub structured: Option<i32>,
    pub in_treatment: bool,
    pub opiate: bool,
    /// Sent to this service first, which passed it on that day: the wait counts from the first.
    pub passed_on: Option<(usize, i32)>,
}

/// A structured intervention that was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub episode: usize,
    pub code: &'static str,
    pub on: i32,
    pub area: usize,
    pub offered_for: Option<i32>,
    pub started: Option<i32>,
    pub first: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Stay {
    pub received: i32,
    pub recall: bool,
    pub moved: Option<i32>,
    /// Out for a night and back.
    pub absence: Option<i32>,
    pub left: i32,
    pub way_out: WayOut,
}

/// How a stay in prison ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WayOut {
    Released,
    /// By a court, to which they had been taken.
    FromCourt,
    Escaped,
    Died,
    Deported,
}

/// What a release comes to: whether it counts, and whether the answer is yes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Release {
    pub on: i32,
    pub received: i32,
    pub area: usize,
    pub national: Option<bool>,
    pub local: Option<bool>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Kit {
    pub service: usize,
    pub area: usize,
    /// In property since; it reaches the person at release.
    pub property: Option<i32>,
    pub supplied: Option<i32>,
    pub expires: i32,
    pub used: Option<(i32, &'static str)>,
    /// Taken away on the one day, given back on the other.
    pub gone: Option<(i32, Option<i32>)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Harm {
    pub on: i32,
    pub area: usize,
    pub death: bool,
    pub rejected: Option<i32>,
    /// Concluded on a day, from drugs or not.
    pub concluded: Option<(i32, bool)>,
}

/// Something entered in error and voided.
#[derive(Clone, Copy, Debug)]
pub(super) enum Slip {
    /// An exit of this episode on another day, with another reason.
    Exit(usize, i32),
    /// A structured start on another day.
    Start(usize, i32),
    /// A release on another day.
    Released(i32),
    /// An overdose that somebody else had.
    Overdose(i32),
    /// A kit that somebody else was given.
    Kit(i32),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Life {
    pub minor: bool,
    pub residences: Vec<(i32, usize)>,
    pub episodes: Vec<Episode>,
    pub journeys: Vec<Journey>,
    pub referrals: Vec<Referral>,
    pub asked: Vec<Asked>,
    pub stays: Vec<Stay>,
    pub releases: Vec<Release>,
    pub kits: Vec<Kit>,
    pub harms: Vec<Harm>,
    pub slips: Vec<Slip>,
}

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

    /// A stay in prison while the episode in the community stays open.
    fn through_custody(&mut self, episode: usize, received: i32) {
        let received = received + 1;
        let left = received + self.pick(&[10, 40]);
        let treated = self.dice.percent(60);
        if treated {
            let inside = self.begins(PRISON_SERVICE, received + 1, received + 1, Some(received + 2));
            self.ends(inside, left, "83", Verdict::Open);
        }
        let seen = self.pick(&[0, 2, 21, 22]);
        self.life.episodes[episode].contact = Some(left + seen);
        self.stay(received, left, false);
        self.life.releases.push(Release {
            on: left,
            received,
            area: self.area,
            // Whether an episode that stayed open counts nationally is not published: never in the numerator.
            national: (treated && !self.life.minor).then_some(false),
            local: Some(seen <= 21),
        });
        let end = left + self.pick(&[30, 90]);
        self.ends(episode, end, "85", Verdict::Unplanned);
    }

    fn stay(&mut self, received: i32, left: i32, recall: bool) {
        let from_court = self.dice.percent(10);
        let way_out = if from_court {
            WayOut::FromCourt
        } else {
            WayOut::Released
        };
        self.out(received, left, recall, way_out);
    }

    fn out(&mut self, received: i32, left: i32, recall: bool, way_out: WayOut) {
        let moved = (self.dice.percent(15) && left - received > 7).then_some(received + 3);
        let absence = (self.dice.percent(15) && left - received > 7).then_some(received + 5);
        self.life.stays.push(Stay {
            received,
            recall,
            moved,
            absence,
            left,
            way_out,
        });
        self.now = self.now.max(left);
    }

    /// A stay in prison with nothing open outside, and what comes after it.
    fn prison(&mut self) {
        let received = self.now + self.pick(&[1, 15, 22, 23, 100, 250]);
        self.now = received;
        let recall = self.life.stays.last().is_some() && self.dice.percent(10);
        self.inside(received, recall);
    }

    fn inside(&mut self, received: i32, recall: bool) {
        let left = received + self.pick(&[8, 30, 90, 200]);
        if self.dice.percent(12) {
            self.no_release(received, left, recall);
            return;
        }
        let treated = self.dice.percent(80);
        let reason = *self.dice.pick(&["83", "83", "83", "80", "85", "84"]);
        let in_property = self.dice.percent(30);
        let before = self.area;
        if treated {
            let start = self.dice.percent(90).then_some(received + 3);
            let verdict = match reason {
                "80" => Verdict::Completed,
                "85" => Verdict::Unplanned,
                _ => Verdict::Transferred,
            };
            let inside = self.begins(PRISON_SERVICE, received + 1, received + 2, start);
            let end = left - self.pick(&[0, 0, 3]);
            self.ends(inside, end, reason, verdict);
        }
        self.stay(received, left, recall);
        if in_property {
            self.property(left, Some(left));
        }
        if self.dice.percent(4) {
            self.life.slips.push(Slip::Released(left - 1));
        }
        let national = treated && reason == "83" && !self.life.minor;
        let need = !(treated && reason == "80");
        let counted = |picked_up: bool, local: Option<bool>| Release {
            on: left,
            received,
            area: before,
            national: national.then_some(picked_up),
            local: if need { local } else { None },
        };
        match self.dice.number(0..=99) {
            0..=49 => {
                let triaged = self.pick(&[0, 1, 12, 20, 21, 22, 35]);
                let start = triaged + self.pick(&[0, 0, 1, 5]);
                let service = self.service();
                self.life.releases.push(counted(triaged <= 21, Some(start <= 21)));
                let asked = left - 2;
                let episode = self.begins(service, asked, left + triaged, Some(left + start));
                let end = left + start + self.pick(&[10, 83, 84, 200]);
                self.comes_to_an_end(episode, end);
            }
            50..=69 => {
                self.life.releases.push(counted(false, Some(false)));
                self.now = left + 22;
            }
            70..=84 => {
                // Back in prison: within the window the local figure leaves it out, with nothing in between.
                let back = self.pick(&[1, 7, 21, 22, 30]);
                let seen = back > 5 && self.dice.percent(30);
                let local = if back <= 21 && !seen { None } else { Some(false) };
                self.life.releases.push(counted(seen, local));
                if seen {
                    // Triaged in between: it stays in, and fails.
                    let service = self.service();
                    let episode = self.begins(service, left + 1, left + 3, None);
                    self.ends(episode, left + back, "87", Verdict::Unplanned);
                }
                self.now = left + back;
                self.inside(left + back, true);
            }
            85..=89 => {
                let day = self.pick(&[1, 8, 21, 22, 28, 29]);
                let local = if day <= 21 { None } else { Some(false) };
                self.life.releases.push(counted(false, local));
                self.dies(left + day);
            }
            _ => {
                // Triaged, and nothing structured begins.
                let triaged = self.pick(&[3, 21, 22]);
                self.life.releases.push(counted(triaged <= 21, Some(false)));
                let service = self.service();
                let episode = self.begins(service, left + 1, left + triaged, None);
                self.ends(episode, left + triaged + 30, "88", Verdict::Unplanned);
            }
        }
    }

    /// Out of prison, and not released to the community: what lay in property never reached them.
    fn no_release(&mut self, received: i32, left: i32, recall: bool) {
        let way_out = *self.dice.pick(&[WayOut::Escaped, WayOut::Died, WayOut::Deported]);
        let treated = self.dice.percent(50);
        let inside =
            treated.then(|| self.begins(PRISON_SERVICE, received + 1, received + 2, Some(received + 3)));
        // What an escaped person had in property waits for the next release: told of nobody here.
        if way_out != WayOut::Escaped && self.dice.percent(50) {
            self.property(left, None);
        }
        self.out(received, left, recall, way_out);
        match (way_out, inside) {
            (WayOut::Died, _) => self.dies(left),
            (_, Some(inside)) => self.ends(inside, left, "86", Verdict::Unplanned),
            (_, None) => {}
        }
        match way_out {
            // At large: found, or found dead. What was a release before is none since the reception.
            WayOut::Escaped if self.dice.percent(30) => self.dies(left + 4),
            WayOut::Escaped => {
                self.now = left + 40;
                self.inside(self.now, false);
            }
            WayOut::Deported => self.over = true,
            _ => {}
        }
    }

    fn property(&mut self, left: i32, supplied: Option<i32>) {
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

    fn gives_kit(&mut self, service: usize, on: i32) {
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

    fn kit(&mut self) {
        let on = self.now + 1;
        self.gives_kit(self.area, on);
        self.now = on;
    }

    fn harm(&mut self, on: i32, death: bool) {
        self.life.harms.push(Harm {
            on,
            area: self.area,
            death,
            rejected: None,
            concluded: None,
        });
    }

    fn overdose(&mut self) {
        let on = self.now + self.pick(&[1, 14, 28, 29]);
        self.harm(on, false);
        if self.dice.percent(10) {
            self.life.slips.push(Slip::Overdose(on + 1));
        }
        self.now = on;
    }

    fn dies(&mut self, on: i32) {
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

    fn mistaken_death(&mut self) {
        let on = self.now + 1;
        self.harm(on, true);
        if let Some(harm) = self.life.harms.last_mut() {
            harm.rejected = Some(on + 2);
        }
        self.now = on + 30;
    }

    fn turned_away(&mut self) {
        let on = self.now + self.pick(&[1, 30]);
        let service = self.service();
        let referral = self.referral(service, on);
        self.life.referrals[referral].rejected = Some(on + 3);
        self.now = on + 3;
    }

    fn moves(&mut self) {
        let on = self.now + 1;
        self.area = (self.area + 1) % AREAS.len();
        self.life.residences.push((on, self.area));
        self.now = on;
    }
}
