//! How far a percentage may lie from what it estimates.

/// The bounds of an interval, in percent to one decimal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

/// The Wilson score interval of 95 % for `numerator` of `denominator`; `None` when nothing was counted.
///
/// Source: `domain.md` section 7 ("CI (Wilson)"). Public-health statistics use it because it stays within 0 and 100 and
/// holds for small counts, where the normal approximation does not.
pub fn wilson(numerator: u32, denominator: u32) -> Option<Interval> {
    const Z: f64 = 1.959_963_984_540_054;
    if denominator == 0 {
        return None;
    }
    let (yes, all) = (f64::from(numerator.min(denominator)), f64::from(denominator));
    let share = yes / all;
    let middle = share + Z * Z / (2.0 * all);
    let spread = Z * (share * (1.0 - share) / all + Z * Z / (4.0 * all * all)).sqrt();
    let scale = 1.0 + Z * Z / all;
    let percent = |bound: f64| (bound / scale * 1000.0).round() / 10.0;
    Some(Interval {
        low: percent(middle - spread).max(0.0),
        high: percent(middle + spread).min(100.0),
    })
}
