//! When what was not taken is sent again.

use std::time::Duration;
use uuid::Uuid;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// How long to wait after each attempt that failed: ten attempts over 75 hours and 35 minutes, as Standard Webhooks has
/// it (`api.md`, Adopt 14).
pub const RETRIES: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_secs(5 * MINUTE),
    Duration::from_secs(30 * MINUTE),
    Duration::from_secs(2 * HOUR),
    Duration::from_secs(5 * HOUR),
    Duration::from_secs(10 * HOUR),
    Duration::from_secs(14 * HOUR),
    Duration::from_secs(20 * HOUR),
    Duration::from_secs(24 * HOUR),
];
/// A receiver may ask for as much time at most.
const LONGEST: Duration = Duration::from_secs(24 * HOUR);
/// And for as little.
const SHORTEST: Duration = Duration::from_secs(1);
/// A wait is longer or shorter by up to one part in so many, so that receivers that come back are not told all at once.
const SPREAD: u32 = 10;

/// The waits between attempts.
#[derive(Clone, Debug)]
pub struct Retries(pub Vec<Duration>);

impl Default for Retries {
    fn default() -> Self {
        Self(RETRIES.to_vec())
    }
}

impl Retries {
    /// How long to wait after so many attempts that failed; `None` when that was the last. What the receiver asked for
    /// counts, within bounds.
    pub(super) fn after(&self, attempts: u16, asked: Option<Duration>, delivery: Uuid) -> Option<Duration> {
        let wait = *self.0.get(usize::from(attempts.checked_sub(1)?))?;
        Some(match asked {
            Some(asked) => asked.clamp(SHORTEST, LONGEST),
            None => spread(wait, delivery, attempts),
        })
    }
}

/// The wait, longer or shorter by what the delivery's own id gives: no two are alike, and each is the same every time.
fn spread(wait: Duration, delivery: Uuid, attempts: u16) -> Duration {
    let bytes = Uuid::new_v5(&delivery, &attempts.to_be_bytes()).into_bytes();
    let part = u32::from(u16::from_be_bytes([bytes[0], bytes[1]]));
    let width = wait * 2 / SPREAD;
    wait - wait / SPREAD + width * part / u32::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_ten_attempts_then_they_reach_over_seventy_five_hours_and_end() {
        let whole: Duration = RETRIES.iter().sum();
        assert_eq!(whole.as_secs() / HOUR, 75);
        let retries = Retries::default();
        let one = Uuid::from_u128(7);
        assert!(retries.after(9, None, one).is_some());
        assert_eq!(retries.after(10, None, one), None, "the tenth was the last");
        assert_eq!(
            retries.after(10, Some(SHORTEST), one),
            None,
            "whoever asks gets no eleventh"
        );
    }

    #[test]
    fn given_many_deliveries_then_their_waits_differ_by_a_tenth_at_most() {
        let retries = Retries::default();
        let waits: Vec<_> = (0..200)
            .map(|one| retries.after(2, None, Uuid::from_u128(one)).unwrap())
            .collect();
        let (least, most) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
        assert!(
            *least >= RETRIES[1] * 9 / 10 && *most <= RETRIES[1] * 11 / 10,
            "{least:?} {most:?}"
        );
        assert!(
            *most - *least > RETRIES[1] / 10,
            "they are spread: {least:?} {most:?}"
        );
        let again = retries.after(2, None, Uuid::from_u128(5));
        assert_eq!(again, Some(waits[5]));
    }

    #[test]
    fn given_what_a_receiver_asks_for_then_it_counts_within_bounds() {
        let retries = Retries::default();
        let one = Uuid::from_u128(7);
        let minute = Duration::from_secs(60);
        assert_eq!(retries.after(1, Some(minute), one), Some(minute));
        assert_eq!(retries.after(1, Some(Duration::ZERO), one), Some(SHORTEST));
        assert_eq!(retries.after(1, Some(LONGEST * 100), one), Some(LONGEST));
    }
}
