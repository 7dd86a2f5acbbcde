//! Stays in prison, the ways out of it, and what comes after the gate.

use super::Writer;
use crate::truth::places::PRISON_SERVICE;
use crate::truth::script::{Release, Slip, Stay, Verdict, WayOut};

impl Writer<'_> {
    /// A stay in prison while the episode in the community stays open.
    pub(super) fn through_custody(&mut self, episode: usize, received: i32) {
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

    pub(super) fn stay(&mut self, received: i32, left: i32, recall: bool) {
        let from_court = self.dice.percent(10);
        let way_out = if from_court {
            WayOut::FromCourt
        } else {
            WayOut::Released
        };
        self.out(received, left, recall, way_out);
    }

    pub(super) fn out(&mut self, received: i32, left: i32, recall: bool, way_out: WayOut) {
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
    pub(super) fn prison(&mut self) {
        let received = self.now + self.pick(&[1, 15, 22, 23, 100, 250]);
        self.now = received;
        let recall = self.life.stays.last().is_some() && self.dice.percent(10);
        self.inside(received, recall);
    }

    pub(super) fn inside(&mut self, received: i32, recall: bool) {
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
    pub(super) fn no_release(&mut self, received: i32, left: i32, recall: bool) {
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
}
