//! What a verified token says about the one who asks.

use super::claims::Claims;
use crate::problem::{Fault, Problem, ProblemKind};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::collections::BTreeSet;
use throughcare_domain::access::{Purpose, narrowed};

/// What a caller is, as far as this program distinguishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Staff of a treatment provider, and the systems on which they work.
    Worker,
    /// Clinical staff of a treatment provider.
    Clinician,
    /// A system of a prison, police force, court or probation service.
    Liaison,
    /// Replays history.
    Auditor,
    /// Registers organisations and services.
    Administrator,
    /// Commissions services: sees figures and nobody behind them.
    Commissioner,
    /// Answers for the data of an organisation.
    PrivacyOfficer,
}

impl From<Role> for throughcare_domain::event::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Worker => Self::Worker,
            Role::Clinician => Self::Clinician,
            Role::Liaison => Self::Liaison,
            Role::Auditor => Self::Auditor,
            Role::Administrator => Self::Administrator,
            Role::Commissioner => Self::Commissioner,
            Role::PrivacyOfficer => Self::PrivacyOfficer,
        }
    }
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Worker,
        Self::Clinician,
        Self::Liaison,
        Self::Auditor,
        Self::Administrator,
        Self::Commissioner,
        Self::PrivacyOfficer,
    ];

    /// The authority in a token that gives this role.
    pub const fn authority(self) -> &'static str {
        match self {
            Self::Worker => "ROLE_THROUGHCARE_WORKER",
            Self::Clinician => "ROLE_THROUGHCARE_CLINICIAN",
            Self::Liaison => "ROLE_THROUGHCARE_LIAISON",
            Self::Auditor => "ROLE_THROUGHCARE_AUDITOR",
            Self::Administrator => "ROLE_THROUGHCARE_ADMINISTRATOR",
            Self::Commissioner => "ROLE_THROUGHCARE_COMMISSIONER",
            Self::PrivacyOfficer => "ROLE_THROUGHCARE_PRIVACY_OFFICER",
        }
    }
}

/// The authority by which HMPPS lets a system collect what services hold about somebody who asked for a copy. Alone in
/// a token it stands for a privacy officer who may do that and nothing else ([`SUBJECT_ACCESS_SCOPE`]); by membership
/// the system must be registered as one, like any other.
pub const SUBJECT_ACCESS_AUTHORITY: &str = "ROLE_SAR_DATA_ACCESS";

/// The one scope of whoever has only [`SUBJECT_ACCESS_AUTHORITY`]: every other route asks for `read` or `write`.
pub const SUBJECT_ACCESS_SCOPE: &str = "subject_access_request";

/// The one who asks. An extractor for every route behind the token check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The registered client; at most 100 characters. Idempotency keys belong to it.
    pub client_id: String,
    /// The user, when a person asks; at most 100 characters.
    pub user_name: Option<String>,
    /// The subject of the token.
    pub subject: String,
    /// The organisation for which the caller acts, as a slug.
    pub organisation: String,
    /// The one role.
    pub role: Role,
    /// The scopes of the token.
    pub scopes: BTreeSet<String>,
    /// The person behind a machine, when one was named and proved.
    pub on_behalf_of: Option<String>,
    /// For what they ask, when they said so.
    pub purpose: Option<Purpose>,
    /// When the first of the tokens by which they ask expires, in seconds since 1970.
    pub expires: i64,
}

impl Caller {
    pub(super) fn from_claims(claims: &Claims) -> Result<Self, Problem> {
        let mut roles = Role::ALL
            .into_iter()
            .filter(|it| claims.authorities.contains(it.authority()));
        let collects =
            claims.authorities.contains(SUBJECT_ACCESS_AUTHORITY) && claims.scopes.contains("read");
        let (role, scopes) = match (roles.next(), roles.next()) {
            (Some(role), None) => (role, claims.scopes.clone()),
            (None, _) if collects => (
                Role::PrivacyOfficer,
                BTreeSet::from([SUBJECT_ACCESS_SCOPE.to_owned()]),
            ),
            _ => return Err(forbidden("The token must hold exactly one role of this service.")),
        };
        Ok(Self {
            client_id: claims.client_id.clone(),
            user_name: claims.user_name.clone(),
            subject: claims.subject.clone(),
            organisation: claims.organisation.clone(),
            role,
            scopes,
            on_behalf_of: None,
            purpose: None,
            expires: claims.expires,
        })
    }

    /// True when no person signed in: a system asks.
    pub fn is_machine(&self) -> bool {
        self.user_name.is_none()
    }

    /// The scope must be in the token.
    ///
    /// # Errors
    /// `forbidden_scope`, naming the scope.
    pub fn require_scope(&self, scope: &str) -> Result<(), Problem> {
        if self.scopes.contains(scope) {
            return Ok(());
        }
        Err(forbidden(format!("The token lacks the scope {scope}.")))
    }

    /// The role must be one of these.
    ///
    /// # Errors
    /// `forbidden_scope`.
    pub fn require_role(&self, any_of: &[Role]) -> Result<(), Problem> {
        if any_of.contains(&self.role) {
            return Ok(());
        }
        Err(forbidden("The role in the token does not allow this."))
    }

    /// Narrows for what they ask. A purpose that is none of their role's would widen it.
    pub(super) fn asking_for(mut self, told: &str) -> Result<Self, Problem> {
        let purpose = Purpose::parse(told).filter(|purpose| narrowed(self.role.into(), *purpose).is_some());
        // Whoever says two has said none.
        let Some(purpose) = purpose.filter(|_| self.purpose.is_none()) else {
            let detail = "Your role does not ask for this purpose. POLICY.md has those of each role; leave the header out for its own.";
            return Err(forbidden(detail).fault(Fault::new("/headers/X-Purpose", "not_allowed", detail)));
        };
        self.purpose = Some(purpose);
        Ok(self)
    }

    /// Adds the person behind a machine. Only a machine may name one, only a person may be named, and
    /// both must belong to one organisation: otherwise a token would widen what its bearer may do.
    pub(super) fn acting_for(mut self, person: &Self) -> Result<Self, Problem> {
        let fault = |detail: &str| {
            forbidden(detail).fault(Fault::new("/headers/X-On-Behalf-Of", "not_allowed", detail))
        };
        if !self.is_machine() {
            return Err(fault("Only a system may name a person on whose behalf it acts."));
        }
        let Some(name) = &person.user_name else {
            return Err(fault("X-On-Behalf-Of must name a person, not a system."));
        };
        if person.organisation != self.organisation {
            return Err(fault(
                "The person in X-On-Behalf-Of belongs to another organisation.",
            ));
        }
        self.on_behalf_of = Some(name.clone());
        self.expires = self.expires.min(person.expires);
        Ok(self)
    }
}

fn forbidden(detail: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::ForbiddenScope).detail(detail)
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // Absent only when a route was put outside the token check: then nobody is let in.
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| ProblemKind::Unauthenticated.into())
    }
}
