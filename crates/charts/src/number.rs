//! Numbers as text: the same everywhere, with a fixed number of decimals.

use throughcare_domain::indicators::Measure;

/// A value of a measure: percent to one decimal, else a whole number with its thousands apart.
pub(crate) fn value(value: f64, measure: Measure) -> String {
    match measure {
        Measure::Percentage => format!("{}\u{a0}%", decimal(value)),
        Measure::Count => whole(value),
    }
}

/// One decimal, and no minus before nothing.
pub(crate) fn decimal(value: f64) -> String {
    let text = format!("{value:.1}");
    if text == "-0.0" { "0.0".to_owned() } else { text }
}

fn whole(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value <= -0.5 { format!("-{text}") } else { text }
}

/// Round steps (1, 2 or 5 times a power of ten) that divide 0 to `most` into `parts` at most. The last is `most` or more.
pub(crate) fn steps(most: f64, parts: u32) -> Vec<f64> {
    let most = if most.is_finite() && most > 0.0 { most } else { 1.0 };
    let parts = f64::from(parts.max(1));
    let mut tens = 1.0;
    while tens * parts < most {
        tens *= 10.0;
    }
    let steps = [tens / 10.0, tens / 5.0, tens / 2.0, tens];
    let step = steps
        .into_iter()
        .find(|step| step * parts >= most)
        .unwrap_or(tens)
        .max(1.0);
    let mut all = vec![0.0];
    let mut at = 0.0;
    while at < most {
        at += step;
        all.push(at);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_one_way() {
        assert_eq!(value(45.25, Measure::Percentage), "45.2\u{a0}%");
        assert_eq!(value(1_234_567.0, Measure::Count), "1,234,567");
        assert_eq!(value(999.0, Measure::Count), "999");
        assert_eq!(
            (decimal(-0.04), whole(-0.2), whole(-1000.0)),
            ("0.0".into(), "0".into(), "-1,000".into())
        );
    }

    #[test]
    fn steps_are_round_and_reach_the_most() {
        assert_eq!(steps(100.0, 5), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(steps(7.0, 5), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(steps(0.0, 5), [0.0, 1.0]);
        assert_eq!(steps(f64::NAN, 5), [0.0, 1.0]);
        for most in [1.0, 3.0, 11.0, 99.0, 1_234.0, 99_999.0] {
            let all = steps(most, 5);
            assert!(all.len() <= 6 && *all.last().unwrap() >= most, "{most}: {all:?}");
        }
    }
}
