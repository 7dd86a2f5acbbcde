//! What is counted of journeys. Each rule is told a journey as it stood at the end of the day asked for.

use super::{Counted, Provider, Question};
use crate::code::Code;
use crate::fact::ExitOutcome;
use crate::journey::{CHAIN_DAYS, EFFECTIVE_DAYS, JourneyReason, is_representation, reason_of};
use crate::rows::{JourneyRow, Spell};
use crate::when::days_between;
use jiff::{ToSpan, civil::Date};

/// A journey, and what is asked of it.
pub(super) struct Seen<'a> {
    row: &'a JourneyRow,
    question: &'a Question,
    /// Episodes that had been opened, with their exits as far as these had happened.
    spells: Vec<Spell>,
}

impl<'a> Seen<'a> {
    /// None of a journey that had not begun.
    pub fn of(row: &'a JourneyRow, question: &'a Question) -> Option<Self> {
        let as_of = question.as_of;
        let mut spells: Vec<_> = row
            .spells
            .iter()
            .filter(|spell| spell.opened_on <= as_of)
            .cloned()
            .collect();
        for spell in &mut spells {
            spell.structured_on = spell.structured_on.filter(|on| *on <= as_of);
            spell.exit = spell.exit.take().filter(|exit| exit.on <= as_of);
        }
        (!spells.is_empty()).then_some(Self {
            row,
            question,
            spells,
        })
    }

    /// What is asked.
    pub fn question(&self) -> &Question {
        self.question
    }

    /// Episodes that had been opened, with their exits as far as these had happened.
    pub fn spells(&self) -> &[Spell] {
        &self.spells
    }

    /// The person's eighteenth birthday.
    pub fn turns_adult_on(&self) -> Option<Date> {
        self.row.whom.turns_adult_on
    }

    /// When a treated journey ended, if in the period.
    pub fn treated_and_ended(&self) -> Option<Date> {
        self.ended_in_period().filter(|_| self.treated())
    }

    /// True when no further episode can belong to this journey.
    pub fn chain_is_over(&self, ended: Date) -> bool {
        days_between(ended, self.question.as_of) > CHAIN_DAYS
    }

    fn began(&self) -> Option<Date> {
        self.spells.iter().map(|spell| spell.opened_on).min()
    }

    fn ended(&self) -> Option<Date> {
        let ends: Option<Vec<_>> = self
            .spells
            .iter()
            .map(|spell| Some(spell.exit.as_ref()?.on))
            .collect();
        ends?.into_iter().max()
    }

    fn first_structured_start(&self) -> Option<Date> {
        self.spells.iter().filter_map(|spell| spell.structured_on).min()
    }

    fn reason(&self) -> JourneyReason {
        if self.ended().is_none() {
            return JourneyReason::Open;
        }
        let exits = self.spells.iter().filter_map(|spell| spell.exit.as_ref());
        reason_of(exits.map(|exit| (exit.on, &exit.reason, exit.outcome)))
    }

    pub fn outcome(&self) -> Option<ExitOutcome> {
        match self.reason() {
            JourneyReason::Ended { outcome, .. } => Some(outcome),
            JourneyReason::Open | JourneyReason::Inconsistent { .. } => None,
        }
    }

    fn next_began(&self) -> Option<Date> {
        self.row.next_began_on.filter(|on| *on <= self.question.as_of)
    }

    /// Episodes in the community with the days on which they are the provider's who is asked for, the last one of a
    /// former holder excluded.
    fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let provider: Option<&Provider> = self.question.provider.as_ref();
        let community = self
            .spells
            .iter()
            .filter(|spell| spell.kind.treats_in_community());
        community.flat_map(move |spell| {
            let next = spell.holders.iter().skip(1).map(|holder| Some(holder.from));
            let held = spell.holders.iter().zip(next.chain([None]));
            held.filter_map(move |(holder, until)| {
                let asked = provider.is_none_or(|asked| asked.is(&holder.service, &holder.organisation));
                asked.then_some(Part {
                    spell,
                    from: holder.from,
                    until,
                })
            })
        })
    }

    /// In structured treatment in the community on a day of the period, the day of the exit included.
    fn in_treatment(&self) -> bool {
        let period = self.question.period;
        self.parts().any(|part| {
            part.structured_from().is_some_and(|start| start <= period.to)
                && part.until.is_none_or(|until| until > period.from)
                && part.spell.exit.as_ref().is_none_or(|exit| exit.on >= period.from)
        })
    }

    fn treated(&self) -> bool {
        self.parts().any(|part| part.structured_from().is_some())
    }

    fn is_new_presentation(&self) -> bool {
        self.began()
            .is_some_and(|began| self.question.period.holds(began))
            && self.parts().any(|part| part.from == part.spell.opened_on)
    }

    fn ended_in_period(&self) -> Option<Date> {
        self.ended().filter(|ended| self.question.period.holds(*ended))
    }

    /// Whether a transfer on this day reached nobody: yes, no, or not known yet.
    fn lost(&self, on: Date) -> Option<bool> {
        // A journey that goes on is no end, so whatever follows came too late.
        self.chain_is_over(on).then_some(true)
    }

    fn unplanned(&self, outcome: ExitOutcome, on: Date) -> Counted {
        match outcome {
            ExitOutcome::Transfer => match self.lost(on) {
                Some(lost) => Counted::settled(lost),
                None => Counted::open(false),
            },
            ExitOutcome::Unplanned | ExitOutcome::Declined | ExitOutcome::Unknown => Counted::settled(true),
            ExitOutcome::SuccessfulCompletion | ExitOutcome::AdministrativeTransfer | ExitOutcome::Death => {
                Counted::settled(false)
            }
        }
    }
}

/// An episode, or the part of it that one holder had.
struct Part<'a> {
    spell: &'a Spell,
    from: Date,
    /// The first day on which it was the next holder's.
    until: Option<Date>,
}

impl Part<'_> {
    /// Since when the holder treated, when it did.
    fn structured_from(&self) -> Option<Date> {
        let from = self.spell.structured_on?.max(self.from);
        self.until.is_none_or(|until| from < until).then_some(from)
    }
}

pub(super) fn in_treatment(seen: &Seen<'_>) -> Option<Counted> {
    seen.in_treatment().then(|| Counted::settled(true))
}

pub(super) fn new_presentation(seen: &Seen<'_>) -> Option<Counted> {
    seen.is_new_presentation().then(|| Counted::settled(true))
}

pub(super) fn treatment_naive(seen: &Seen<'_>) -> Option<Counted> {
    seen.is_new_presentation()
        .then(|| Counted::settled(seen.row.treatment_naive))
}

/// Source: `cases.md` E5.
pub(super) fn effective(seen: &Seen<'_>) -> Option<Counted> {
    if !seen.in_treatment() {
        return None;
    }
    let start = seen.first_structured_start()?;
    let until = seen.ended().unwrap_or(seen.question.as_of);
    if days_between(start, until) >= EFFECTIVE_DAYS
        || seen.outcome() == Some(ExitOutcome::SuccessfulCompletion)
    {
        Some(Counted::settled(true))
    } else if seen.ended().is_some() {
        Some(Counted::settled(false))
    } else {
        Some(Counted::open(false))
    }
}

pub(super) fn completed(seen: &Seen<'_>) -> Option<Counted> {
    let completed =
        seen.outcome() == Some(ExitOutcome::SuccessfulCompletion) && seen.ended_in_period().is_some();
    seen.in_treatment().then(|| Counted::settled(completed))
}

pub(super) fn unplanned(seen: &Seen<'_>) -> Option<Counted> {
    let on = seen.ended_in_period()?;
    let outcome = seen.outcome()?;
    seen.treated().then(|| seen.unplanned(outcome, on))
}

pub(super) fn early_unplanned(seen: &Seen<'_>) -> Option<Counted> {
    if !seen.is_new_presentation() || !seen.treated() {
        return None;
    }
    let start = seen.first_structured_start()?;
    let Some(ended) = seen.ended() else {
        let early = days_between(start, seen.question.as_of) < EFFECTIVE_DAYS;
        return Some(if early {
            Counted::open(false)
        } else {
            Counted::settled(false)
        });
    };
    if days_between(start, ended) >= EFFECTIVE_DAYS {
        return Some(Counted::settled(false));
    }
    Some(seen.unplanned(seen.outcome()?, ended))
}

/// Source: `cases.md` E7.
pub(super) fn lost_transfer(seen: &Seen<'_>) -> Option<Counted> {
    let on = seen.ended_in_period()?;
    if seen.outcome() != Some(ExitOutcome::Transfer) || !seen.treated() {
        return None;
    }
    Some(seen.unplanned(ExitOutcome::Transfer, on))
}

/// Source: `cases.md` E6.
pub(super) fn represented(seen: &Seen<'_>) -> Option<Counted> {
    let on = seen.ended_in_period()?;
    if seen.outcome() != Some(ExitOutcome::SuccessfulCompletion) || !seen.treated() {
        return None;
    }
    if seen.next_began().is_some_and(|next| is_representation(on, next)) {
        return Some(Counted::settled(true));
    }
    // The last day on which somebody re-presents has to be over.
    let over = seen
        .question
        .as_of
        .checked_add(1.day())
        .is_ok_and(|after| !is_representation(on, after));
    Some(if over {
        Counted::settled(false)
    } else {
        Counted::open(false)
    })
}

/// Source: `cases.md` E3.
pub(super) fn contradicting(seen: &Seen<'_>) -> Option<Counted> {
    let contradicting = matches!(seen.reason(), JourneyReason::Inconsistent { .. });
    (contradicting && seen.ended_in_period().is_some() && seen.treated()).then(|| Counted::settled(true))
}

/// The referral source by which a journey is broken down.
pub(super) fn source(row: &JourneyRow) -> Option<&Code> {
    row.source.as_ref()
}
