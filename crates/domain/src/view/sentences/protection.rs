//! Sentences about erasing a record, and keeping it.

use super::Teller;
use crate::fact::{Erased, Fact};
use crate::view::words::day;

impl Teller<'_> {
    pub(super) fn protection(&self, fact: &Fact) -> String {
        let words = self.words;
        match fact {
            Fact::ErasureAsked(f) => format!(
                "{} of {} asked for {} to be erased: {}.",
                f.user,
                self.organisation(&f.organisation),
                match f.what {
                    Erased::Identity => "names, identifiers and free text",
                    Erased::Everything => "this record",
                },
                words.label("erasure-bases", &f.basis)
            ),
            Fact::ErasureConfirmed(f) => format!(
                "{} of {} agreed to the erasure. It is carried out on {} unless somebody takes it back.",
                f.user,
                self.organisation(&f.organisation),
                day(f.carried_out_on)
            ),
            Fact::ErasureTakenBack(f) => format!(
                "{} took the erasure back: {}.",
                f.user,
                words.label("erasure-withdrawal-reasons", &f.reason)
            ),
            Fact::HoldPlaced(f) => format!(
                "{} placed a legal hold on this record: {}.",
                self.organisation(&f.organisation),
                words.label("legal-hold-grounds", &f.ground)
            ),
            Fact::HoldLifted(f) => {
                let hold = self.state.protection.hold(f.hold);
                let of = hold.map(|one| format!(" of {}", day(one.placed.date())));
                format!(
                    "The legal hold{} was lifted: {}.",
                    of.unwrap_or_default(),
                    words.label("legal-hold-lift-reasons", &f.reason)
                )
            }
            _ => String::new(),
        }
    }
}
