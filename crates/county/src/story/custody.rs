//! A stay in prison, from reception to the way out.
//!
//! Source: `domain.md` 5.3; `cases.md` C1 to C9.

use super::prison_care::Move;
use super::{After, AfterRelease, Life};
use crate::dice::{Dice, later};
use crate::places::Prison;
use crate::rates;
use crate::script::Slot;
use crate::who::Who;
use jiff::civil::Date;

/// A stay as it will go.
pub(crate) struct Stay {
    pub(crate) began: Date,
    pub(crate) prison: Prison,
    /// Reason of the reception: `N` remand, `V` convicted, `I` imprisoned, `L` recalled.
    pub(crate) reason: &'static str,
    /// Treated in prison.
    pub(crate) treated: bool,
    /// Moved to another prison.
    pub(crate) moved: Option<(Date, Prison)>,
    /// Out overnight on temporary licence.
    pub(crate) absence: Option<Date>,
    /// To court and back.
    pub(crate) court: Option<Date>,
    pub(crate) leaves: Date,
    pub(crate) way_out: WayOut,
    /// The day on which the release is planned.
    pub(crate) planned: Option<Date>,
    /// The day on which the prison's service refers on.
    pub(crate) referred: Option<Date>,
    /// The service asked takes the person on before release.
    pub(crate) accepted: bool,
    /// The day on which a naloxone kit is put with the property.
    pub(crate) kit: Option<Date>,
    /// Reason of the exit from prison treatment.
    pub(crate) exit: &'static str,
    /// Residence is told with the release, not later.
    pub(crate) area_told: bool,
    pub(crate) after: AfterRelease,
}

/// How somebody leaves prison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WayOut {
    /// To the community, with a reason code.
    Released(&'static str),
    /// Bailed by the court on the day; whether the liaison worker there referred them on.
    AtCourt { caught: bool },
    /// To court, and nothing heard since.
    ToCourt,
    /// Not to the community, with a reason code: died, absconded, deported, to hospital.
    Elsewhere(&'static str),
}

impl Stay {
    pub(crate) fn draw(began: Date, prison: Prison, who: &Who, dice: &mut Dice) -> Self {
        let reason = dice.weighted(&[("N", 40), ("V", 15), ("I", 45)]);
        let (shortest, longest) = match reason {
            "N" => dice.weighted(&[((10, 30), 45), ((31, 110), 55)]),
            _ => dice.weighted(&[((14, 60), 40), ((61, 180), 40), ((181, 400), 20)]),
        };
        let leaves = dice.after(began, shortest..=longest);
        Self::of(began, leaves, prison, reason, who, dice)
    }

    /// Recalled from licence: 14, 28 or 56 days (`domain.md` 5.3).
    pub(crate) fn recalled(began: Date, prison: Prison, who: &Who, dice: &mut Dice) -> Self {
        let days = dice.weighted(&[(14, 25), (28, 50), (56, 25)]);
        Self::of(began, later(began, days), prison, "L", who, dice)
    }

    fn of(
        began: Date,
        leaves: Date,
        prison: Prison,
        reason: &'static str,
        who: &Who,
        dice: &mut Dice,
    ) -> Self {
        let length = throughcare_domain::when::days_between(began, leaves);
        let moved = (length >= 40 && dice.percent(rates::MOVED_BETWEEN_PRISONS))
            .then(|| (dice.after(began, 12..=length - 20), prison.other(dice)));
        let treated = dice.percent(rates::TREATED_IN_PRISON);
        let way_out = Self::draw_way_out(reason, dice);
        let released = matches!(way_out, WayOut::Released(_));
        let planned = (released && reason != "N" && dice.percent(85)).then(|| {
            let ahead = dice.number(12..=84).min(length - 8).max(1);
            later(leaves, -ahead)
        });
        let ready = treated && released;
        let referred = (ready && dice.percent(rates::REFERRED_BEFORE_RELEASE)).then(|| {
            let ahead = dice.number(3..=28).min(length - 7).max(1);
            later(leaves, -ahead)
        });
        let caught = way_out == WayOut::AtCourt { caught: true };
        let kit =
            (released && who.is_opiate_user() && dice.percent(rates::NALOXONE_AT_THE_GATE)).then(|| {
                let ahead = dice.number(1..=7);
                later(leaves, -ahead)
            });
        let exit = if released {
            dice.weighted(&[("83", 88), ("80", 7), ("85", 5)])
        } else {
            "83"
        };
        let after = AfterRelease::draw(referred.is_some() || caught, dice);
        Self {
            began,
            prison,
            reason,
            treated,
            moved,
            absence: (length >= 90 && dice.percent(rates::TEMPORARY_RELEASE))
                .then(|| dice.after(began, length - 15..=length - 10)),
            court: (length >= 25 && matches!(reason, "N" | "V")).then(|| dice.after(began, 9..=11)),
            leaves,
            way_out,
            planned,
            referred,
            accepted: dice.percent(85),
            kit,
            exit,
            area_told: dice.percent(80),
            after,
        }
    }

    fn draw_way_out(reason: &str, dice: &mut Dice) -> WayOut {
        let rare = dice.number(0..=999);
        match rare {
            0..=3 => return WayOut::Elsewhere("DEC"),
            4..=9 => return WayOut::Elsewhere("UAL"),
            10..=19 => return WayOut::Elsewhere("DE"),
            20..=23 => return WayOut::Elsewhere("HO"),
            24..=31 => return WayOut::Released("QQ"),
            _ => {}
        }
        if reason == "N" {
            if dice.percent(rates::RELEASED_AT_COURT) {
                return WayOut::AtCourt {
                    caught: dice.percent(rates::CAUGHT_AT_COURT),
                };
            }
            return WayOut::Released("BL");
        }
        WayOut::Released(dice.weighted(&[("CR", 78), ("HR", 12), ("SC", 6), ("PX", 4)]))
    }
}

impl Life {
    /// A stay in prison and what follows the release.
    pub(crate) fn custody(&mut self, stay: Stay) -> After {
        let mut prison = stay.prison;
        let screened = later(stay.began, 1);
        let referral = self.screened(prison, screened, None);
        self.moves(
            stay.began,
            (13, 19),
            &[],
            Move::into(prison, "ADM", stay.reason).told(),
        );
        let first_until = stay.moved.map_or(stay.leaves, |(day, _)| day);
        let mut episode: Option<Slot> = None;
        if stay.treated {
            episode = Some(self.prison_episode(prison, screened, referral, first_until));
        } else {
            self.triage(
                referral,
                prison.treatment,
                later(screened, 2),
                "no_treatment_needed",
            );
        }
        if self.dice.permille(rates::MESSAGES_NOT_UNDERSTOOD) {
            self.moves(
                later(stay.began, 5),
                (9, 17),
                &[],
                Move::out_of(prison, "ZZZ", "Z1").told(),
            );
        }
        if let Some(day) = stay.court {
            self.moves(day, (8, 9), &[], Move::out_of(prison, "CRT", "CRT").told());
            self.moves(day, (15, 18), &[], Move::into(prison, "CRT", "CRT").told());
        }
        if let Some((day, to)) = stay.moved {
            if let Some(open) = episode {
                self.prison_exit(prison, open, day, "84");
            }
            self.moves(
                day,
                (9, 11),
                &[],
                Move {
                    to: Some(to),
                    ..Move::out_of(prison, "TRN", "TRN")
                }
                .told(),
            );
            self.moves(day, (13, 17), &[], Move::into(to, "ADM", "INT").told());
            if let Some(open) = episode {
                let next = later(day, 1);
                let referral = self.screened(to, next, Some((prison, open)));
                episode = Some(self.prison_episode(to, next, referral, stay.leaves));
            }
            prison = to;
        }
        if let Some(day) = stay.absence {
            self.moves(day, (9, 10), &[], Move::out_of(prison, "TAP", "ROR").told());
            self.moves(
                later(day, 1),
                (15, 17),
                &[],
                Move::into(prison, "TAP", "ROR").told(),
            );
        }
        self.leave(stay, prison, episode)
    }

    fn leave(&mut self, stay: Stay, prison: Prison, episode: Option<Slot>) -> After {
        let leaves = stay.leaves;
        match stay.way_out {
            WayOut::Released(reason) => self.release(&stay, prison, episode, reason),
            WayOut::AtCourt { caught } => {
                self.moves(leaves, (8, 9), &[], Move::out_of(prison, "CRT", "CRT").told());
                self.release_at_court(&stay, prison, episode, caught)
            }
            WayOut::ToCourt => {
                self.moves(leaves, (8, 9), &[], Move::out_of(prison, "CRT", "CRT").told());
                After::Free(self.plan.until)
            }
            WayOut::Elsewhere(reason) => {
                let ends = match reason {
                    "DEC" => "89",
                    "DE" => "85",
                    _ => "86",
                };
                if let Some(open) = episode {
                    self.prison_exit(prison, open, leaves, ends);
                }
                self.moves(leaves, (10, 20), &[], Move::out_of(prison, "REL", reason).told());
                // Nobody of these is followed further.
                After::Died
            }
        }
    }
}
