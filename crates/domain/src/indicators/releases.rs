//! Continuity of care as an indicator: the two readings of [`crate::continuity`], one release each.

use super::{Counted, Question};
use crate::continuity::{Answer, CareState, Figure, Reading, ReleaseFacts, assess};
use crate::fact::ReleaseEffect;
use jiff::civil::Date;

pub(super) fn national(facts: &ReleaseFacts, _: Date, question: &Question) -> Option<Counted> {
    judged(facts, question, |care| &care.national)
}

pub(super) fn local(facts: &ReleaseFacts, _: Date, question: &Question) -> Option<Counted> {
    judged(facts, question, |care| &care.local)
}

fn judged(
    facts: &ReleaseFacts,
    question: &Question,
    figure: impl Fn(&crate::continuity::ReleaseCare) -> &Figure,
) -> Option<Counted> {
    if !question.period.holds(facts.released_on) {
        return None;
    }
    let care = assess(facts, question.as_of, &Reading::default());
    let figure = figure(&care);
    // What is uncertain is in no numerator; whether it belongs at all may be uncertain too, and then it is left out.
    (figure.in_denominator == Answer::Yes).then(|| Counted {
        in_numerator: figure.in_numerator == Answer::Yes,
        provisional: matches!(care.state, CareState::Due { .. }),
    })
}

/// Source: `domain.md` section 4 (supply at release, of those who left with opioid need).
pub(super) fn naloxone_in_hand(facts: &ReleaseFacts, _: Date, question: &Question) -> Option<Counted> {
    let counts = question.period.holds(facts.released_on)
        && facts.released_on <= question.as_of
        && matches!(facts.effect, ReleaseEffect::Community | ReleaseEffect::Unknown)
        && facts.opioid_need;
    counts.then(|| Counted::settled(facts.naloxone_on.is_some_and(|on| on <= facts.released_on)))
}
