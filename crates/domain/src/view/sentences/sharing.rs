//! Sentences about consent, objections, restrictions and sharing agreements.

use super::Teller;
use crate::code::OrganisationCode;
use crate::fact::{Fact, Scope, Wording};
use crate::state::Objection;
use crate::view::words::day;

impl Teller<'_> {
    pub(super) fn sharing(&self, fact: &Fact) -> String {
        let words = self.words;
        let sharing = &self.state.sharing;
        match fact {
            Fact::ConsentGiven(f) => format!(
                "Consent was given: {}.{}",
                self.scope(&f.scope),
                self.wording(f.wording.as_ref())
            ),
            Fact::ConsentRefused(f) => format!(
                "Consent was refused: {}.{}",
                self.scope(&f.scope),
                self.wording(f.wording.as_ref())
            ),
            Fact::ConsentWithdrawn(f) => format!("Consent was withdrawn: {}.", self.scope(&f.scope)),
            Fact::ObjectionMade(f) => {
                let to = f
                    .purpose
                    .as_ref()
                    .map(|purpose| words.label("objection-purposes", purpose));
                let against = f.against.as_ref();
                let against = against.map(|one| format!("sharing with {}", self.organisation(one)));
                let to: Vec<_> = to.into_iter().chain(against).collect();
                format!("The person objected to: {}.", to.join(", "))
            }
            Fact::ObjectionWithdrawn(f) => {
                let objection = self.objection(sharing.objection(f.objection));
                format!("{objection} was taken back.")
            }
            Fact::ObjectionAnswered(f) => {
                let objection = self.objection(sharing.objection(f.objection));
                let outcome = words.label("objection-outcomes", &f.outcome);
                format!("{objection} was answered: {outcome}.")
            }
            Fact::RestrictionPlaced(f) => format!(
                "The use of this record was restricted to the person's care: {}.",
                words.label("restriction-grounds", &f.ground)
            ),
            Fact::RestrictionLifted(f) => {
                let since = sharing.restriction(f.restriction);
                let since = since.map(|one| format!(" of {}", day(one.placed.date())));
                let reason = words.label("restriction-lift-reasons", &f.reason);
                format!(
                    "The restriction{} was lifted: {reason}.",
                    since.unwrap_or_default()
                )
            }
            Fact::AgreementApplied(f) => {
                let until = f.until.map(|last| format!(" until {}", day(last)));
                let basis = words.label("sharing-bases", &f.basis);
                format!(
                    "{} was given sight of this record{}. Basis: {basis}.",
                    self.organisation(&f.with),
                    until.unwrap_or_default()
                )
            }
            Fact::AgreementEnded(f) => {
                let with = sharing.agreement(f.agreement);
                let with = with.map(|one| format!(" with {}", self.organisation(&one.with)));
                let reason = words.label("agreement-end-reasons", &f.reason);
                format!(
                    "The sharing agreement{} ended: {reason}.",
                    with.unwrap_or_default()
                )
            }
            _ => String::new(),
        }
    }

    fn scope(&self, scope: &Scope) -> String {
        let label = self.words.label("sharing-scopes", &scope.code);
        match &scope.with {
            Some(with) => format!("{label} ({})", self.organisation(with)),
            None => label,
        }
    }

    fn wording(&self, wording: Option<&Wording>) -> String {
        let Some(wording) = wording else {
            return String::new();
        };
        let form = self.words.label("consent-wordings", &wording.form);
        match &wording.version {
            Some(version) => format!(" Asked with: {form}, version {version}."),
            None => format!(" Asked with: {form}."),
        }
    }

    pub(super) fn organisation(&self, code: &OrganisationCode) -> String {
        let name = self.words.directory.organisation(code);
        name.map_or_else(|| code.to_string(), str::to_owned)
    }

    fn objection(&self, objection: Option<&Objection>) -> String {
        match objection {
            Some(one) => format!("The objection of {}", day(one.made.date())),
            None => "An objection that is not on this record".to_owned(),
        }
    }
}
