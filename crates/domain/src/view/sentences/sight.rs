//! Sentences about presence attested and looks in an emergency.

use super::Teller;
use crate::fact::Fact;
use crate::view::words::day;

impl Teller<'_> {
    pub(super) fn sight(&self, fact: &Fact) -> String {
        let words = self.words;
        match fact {
            Fact::SightWithheld(_) => {
                "The referral of the organisation to itself gives it no sight of what others recorded, until the \
                 person's presence is attested."
                    .to_owned()
            }
            Fact::PresenceAttested(f) => format!(
                "{} of {} attested that the person is there: {}.",
                f.user,
                self.organisation(&f.organisation),
                words.label("presence-attestations", &f.attested)
            ),
            Fact::GlassBroken(f) => format!(
                "{} of {} looked in an emergency: {}.",
                f.user,
                self.organisation(&f.organisation),
                words.label("break-glass-reasons", &f.reason)
            ),
            Fact::GlassReviewed(f) => {
                let look = self.state.sight.glass(f.glass);
                let of = look.map(|one| format!(" of {}", day(one.at.date())));
                format!(
                    "The emergency look{} was reviewed: {}.",
                    of.unwrap_or_default(),
                    words.label("break-glass-outcomes", &f.outcome)
                )
            }
            _ => String::new(),
        }
    }
}
