//! `asOf` and `knownAt` in queries.

use crate::problem::{Fault, Problem, ProblemKind};
use crate::time::WhenWire;
use throughcare_app::query::{Known, Times};
use throughcare_domain::when::AsOf;

/// Reads the two times of a question. `knownAt` is a date, an instant, or a log position in digits.
///
/// # Errors
/// `validation_failed` naming the parameter.
pub fn times(as_of: Option<&str>, known_at: Option<&str>) -> Result<Times, Problem> {
    let as_of = as_of
        .map(|text| match text.parse::<WhenWire>() {
            Ok(WhenWire::On(date)) => Ok(AsOf::EndOf(date)),
            Ok(WhenWire::At(at)) => Ok(AsOf::Moment(at)),
            Err(_) => Err(fault("/query/asOf", "Expected a date such as 2026-03-01, or an instant with offset.")),
        })
        .transpose()?;
    let known_at = known_at
        .map(|text| match (text.parse::<u64>(), text.parse::<WhenWire>()) {
            (Ok(position), _) if text.len() <= 18 => Ok(Known::Position(position)),
            (_, Ok(WhenWire::On(date))) => Ok(Known::EndOf(date)),
            (_, Ok(WhenWire::At(at))) => Ok(Known::At(at)),
            _ => Err(fault("/query/knownAt", "Expected a date, an instant with offset, or a log position.")),
        })
        .transpose()?;
    Ok(Times { as_of, known_at })
}

fn fault(pointer: &str, detail: &str) -> Problem {
    Problem::new(ProblemKind::ValidationFailed).fault(Fault::new(pointer, "bad_format", detail))
}
