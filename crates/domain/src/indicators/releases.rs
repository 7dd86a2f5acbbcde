//! Continuity of care as an indicator: the two readings of [`crate::continuity`], one release each.

use super::{Counted, Question};
use crate::continuity::{Answer, CareState, Figure, Reading, ReleaseFacts, assess};

pub(super) fn national(facts: &ReleaseFacts, question: &Question) -> Option<Counted> {
    judged(facts, question, |care| &care.national)
}

pub(super) fn local(facts: &ReleaseFacts, question: &Question) -> Option<Counted> {
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
