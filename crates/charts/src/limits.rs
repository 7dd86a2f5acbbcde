//! Control limits of a funnel: how far a percentage of so many may lie from a target by chance.

/// Limits in percent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The lower one.
    pub low: f64,
    /// The upper one.
    pub high: f64,
}

/// Two-sided 95 %.
pub(crate) const Z_95: f64 = 1.959_963_984_540_054;
/// Two-sided 99.8 %.
pub(crate) const Z_998: f64 = 3.090_232_306_167_813;

/// Limits about a target percentage for `denominator` things, at `z` standard deviations.
///
/// Source: D. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24 (2005),
/// 1185–1202 (limits of 95 % and 99.8 %); for proportions by Wilson's score, as public-health observatories draw them
/// (APHO Technical Briefing 2): it stays within 0 and 100 where numbers are small.
pub fn limits(target: f64, denominator: u32, z: f64) -> Limits {
    if denominator == 0 {
        return Limits {
            low: 0.0,
            high: 100.0,
        };
    }
    let all = f64::from(denominator);
    let share = (target / 100.0).clamp(0.0, 1.0);
    let middle = 2.0 * all * share + z * z;
    let spread = z * (z * z + 4.0 * all * share * (1.0 - share)).sqrt();
    let scale = 2.0 * (all + z * z);
    Limits {
        low: ((middle - spread) / scale * 100.0).max(0.0),
        high: ((middle + spread) / scale * 100.0).min(100.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use throughcare_domain::indicators::wilson;

    #[test]
    fn at_95_percent_they_are_wilsons() {
        for (yes, all) in [(3, 10), (50, 100), (75, 100), (900, 1_000)] {
            let here = limits(f64::from(yes) / f64::from(all) * 100.0, all, Z_95);
            let there = wilson(yes, all).unwrap();
            assert!((here.low - there.low).abs() < 0.051, "{yes}/{all}");
            assert!((here.high - there.high).abs() < 0.051, "{yes}/{all}");
        }
    }

    proptest! {
        #[test]
        fn more_things_and_fewer_deviations_are_closer(target in 0.0..100.0_f64, all in 1_u32..5_000) {
            let (near, far) = (limits(target, all, Z_95), limits(target, all, Z_998));
            prop_assert!(far.low <= near.low && near.high <= far.high);
            prop_assert!(near.low <= target + 1e-9 && target <= near.high + 1e-9);
            let larger = limits(target, all * 4, Z_95);
            prop_assert!(larger.high - larger.low <= near.high - near.low);
        }
    }
}
