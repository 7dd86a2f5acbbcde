//! Whether a release counts, with the reason in a sentence.

/// Yes, no, or not known for certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// It counts.
    Yes,
    /// It does not count.
    No,
    /// The published rules, or the record, do not say.
    Uncertain,
}

impl Answer {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Uncertain => "uncertain",
        }
    }
}

/// How a release counts in a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Among those of whom the question is asked.
    pub in_denominator: Answer,
    /// Among those of whom the answer is yes. Never `Yes` where the denominator says `No`.
    pub in_numerator: Answer,
    /// Why, in words for staff; no names and no dates, so that equal reasons can be counted.
    pub why: &'static str,
}

impl Figure {
    pub(super) fn left_out(why: &'static str) -> Self {
        Self {
            in_denominator: Answer::No,
            in_numerator: Answer::No,
            why,
        }
    }

    pub(super) fn counted(in_numerator: Answer, why: &'static str) -> Self {
        Self {
            in_denominator: Answer::Yes,
            in_numerator,
            why,
        }
    }

    /// Whether it belongs is not certain; if it does, `in_numerator` holds.
    pub(super) fn perhaps(in_numerator: Answer, why: &'static str) -> Self {
        Self {
            in_denominator: Answer::Uncertain,
            in_numerator,
            why,
        }
    }
}
