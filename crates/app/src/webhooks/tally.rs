//! How often receivers were told by this node, by what came of it.

use super::carried::Carried;
use crate::App;
use std::sync::atomic::{AtomicU64, Ordering};

/// What came of telling a receiver once: few kinds, none of which names anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It was taken.
    Delivered,
    /// The receiver is gone for good (410).
    Gone,
    /// It was sent elsewhere, where nobody goes (3xx).
    Redirected,
    /// It was refused (4xx).
    Refused,
    /// The receiver could not take it (5xx).
    Faulty,
    /// The address is one to which nothing is sent.
    NotAllowed,
    /// There was no answer.
    NoAnswer,
}

impl Tried {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Delivered,
        Self::Gone,
        Self::Redirected,
        Self::Refused,
        Self::Faulty,
        Self::NotAllowed,
        Self::NoAnswer,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Gone => "gone",
            Self::Redirected => "redirected",
            Self::Refused => "refused",
            Self::Faulty => "faulty",
            Self::NotAllowed => "not_allowed",
            Self::NoAnswer => "no_answer",
        }
    }

    fn of(carried: Carried) -> Self {
        match carried {
            Carried::Answered { status, .. } => match status {
                200..=299 => Self::Delivered,
                410 => Self::Gone,
                ..=399 => Self::Redirected,
                400..=499 => Self::Refused,
                _ => Self::Faulty,
            },
            Carried::NotAllowed => Self::NotAllowed,
            Carried::Failed(_) => Self::NoAnswer,
        }
    }
}

/// The counters.
#[derive(Debug, Default)]
pub struct Tally([AtomicU64; Tried::ALL.len()]);

impl Tally {
    pub(super) fn count(&self, carried: Carried) {
        if let Some(counter) = self.0.get(Tried::of(carried) as usize) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How often, since this node started.
    pub fn so_far(&self, tried: Tried) -> u64 {
        self.0
            .get(tried as usize)
            .map_or(0, |counter| counter.load(Ordering::Relaxed))
    }
}

impl App {
    /// How often this node told receivers, by what came of it.
    pub fn webhook_tally(&self) -> &Tally {
        &self.inner.tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_is_counted_once_and_under_its_own_kind() {
        let answered = |status| Carried::Answered {
            status,
            retry_after: None,
        };
        let cases = [
            (answered(204), Tried::Delivered),
            (answered(410), Tried::Gone),
            (answered(302), Tried::Redirected),
            (answered(404), Tried::Refused),
            (answered(503), Tried::Faulty),
            (Carried::NotAllowed, Tried::NotAllowed),
            (Carried::Failed("no connection"), Tried::NoAnswer),
        ];
        let tally = Tally::default();
        for (carried, _) in cases {
            tally.count(carried);
        }
        tally.count(answered(200));
        for tried in Tried::ALL {
            let twice = u64::from(tried == Tried::Delivered);
            assert_eq!(tally.so_far(tried), 1 + twice, "{tried:?}");
            assert!(cases.iter().any(|(_, kind)| *kind == tried));
        }
    }
}
