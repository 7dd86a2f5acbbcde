//! Whether two sorts of answers can be told apart by how long they took.

/// Where two distributions count as told apart (`trust.md`, P18).
pub const TOLD_APART: f64 = 4.5;

/// How far two samples are apart.
#[derive(Clone, Copy, Debug)]
pub struct Apart {
    /// Welch's t of all.
    pub all: f64,
    /// Welch's t of the fastest nine tenths: a few very slow answers hide a small difference.
    pub fast: f64,
}

impl Apart {
    /// Compares two samples, in whatever order and unit.
    pub fn of(one: &[f64], other: &[f64]) -> Self {
        let fast = |times: &[f64]| {
            let mut times = times.to_vec();
            times.sort_by(f64::total_cmp);
            times.truncate(times.len() * 9 / 10);
            times
        };
        Self {
            all: welch(one, other),
            fast: welch(&fast(one), &fast(other)),
        }
    }

    /// True when they can be told apart.
    pub fn is_told(self) -> bool {
        self.all.abs().max(self.fast.abs()) > TOLD_APART
    }
}

/// Welch's t of two samples.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn welch(one: &[f64], other: &[f64]) -> f64 {
    let moments = |of: &[f64]| {
        let count = of.len() as f64;
        let mean = of.iter().sum::<f64>() / count;
        let variance = of.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean, variance / count)
    };
    let ((mean, spread), (other_mean, other_spread)) = (moments(one), moments(other));
    (mean - other_mean) / (spread + other_spread).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_apart_and_what_does_not_is_not() {
        let times = |slower: f64| -> Vec<f64> {
            let numbers = (0..10_000_u32).map(|number| f64::from(number.wrapping_mul(2_654_435_761) % 1_000));
            numbers.map(|noise| 1_000.0 + noise + slower).collect()
        };
        assert!(!Apart::of(&times(0.0), &times(0.0)).is_told());
        assert!(Apart::of(&times(40.0), &times(0.0)).is_told());
    }
}
