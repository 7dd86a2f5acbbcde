//! Who asks, and the particulars of one request.

use crate::error::AppError;
use crate::looks::Looks;
use jiff::Timestamp;
use throughcare_domain::access::{self, Beside, Purpose};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::decide::Planned;
use throughcare_domain::event::{Actor, Origin, Role, SourceReference};
use uuid::Uuid;

/// Who asks, from a verified token.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Client, user, organisation and role.
    pub actor: Actor,
    /// The person behind a system, when named and proved.
    pub on_behalf_of: Option<String>,
    /// For what they ask; what their role is for, when they say nothing.
    pub purpose: Option<Purpose>,
    /// Whom the answer shows, noted for the access log.
    pub looks: Looks,
    /// By what they may ask.
    pub standing: Standing,
}

/// By what somebody may ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// By membership of this organisation, which is judged whenever they ask.
    Claims(OrganisationCode),
    /// The program itself, and whoever has its database and its keys; and what was accepted before from somebody whose
    /// membership counted then.
    Trusted,
}

impl Caller {
    /// The same caller, who is shown nothing of what is read meanwhile.
    pub(crate) fn unnoticed(&self) -> Self {
        Self {
            looks: Looks::default(),
            ..self.clone()
        }
    }

    /// Without a user it is a system.
    pub fn origin(&self) -> Origin {
        if self.actor.user.is_some() {
            Origin::Staff
        } else {
            Origin::Machine
        }
    }

    /// The organisation for which they ask.
    pub fn organisation(&self) -> &OrganisationCode {
        &self.actor.organisation
    }

    /// As which role they are judged: their own, or the one whose purpose they narrowed theirs to. A purpose that is
    /// none of theirs shows nothing: whoever only sees figures sees nobody.
    pub fn role(&self) -> Role {
        match self.purpose {
            None => self.actor.role,
            Some(purpose) => access::narrowed(self.actor.role, purpose).unwrap_or(Role::Commissioner),
        }
    }

    /// Whether they may do something beside records.
    ///
    /// # Errors
    /// [`AppError::WrongRole`] with the sentence of the rule.
    pub(crate) fn may_work(&self, work: Beside) -> Result<(), AppError> {
        access::may_work_beside(work, self.role(), self.origin())
            .map_err(|rule| AppError::WrongRole(rule.sentence()))
    }

    /// The roles in which what they record must be allowed: their own, and the narrower one.
    pub(crate) fn roles(&self) -> impl Iterator<Item = Role> {
        let narrower = Some(self.role()).filter(|role| *role != self.actor.role);
        std::iter::once(self.actor.role).chain(narrower)
    }
}

/// The client's key for one request, with what it asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// The value of `Idempotency-Key`.
    pub key: Uuid,
    /// SHA-256 over method, path and body.
    pub fingerprint: [u8; 32],
}

/// One request to record something.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who asks.
    pub caller: Caller,
    /// Ties together what one request, or a chain of them, did.
    pub correlation: Uuid,
    /// When it arrived.
    pub received_at: Timestamp,
    /// Idempotency key, when one was sent.
    pub key: Option<RequestKey>,
    /// Value of `If-Match`, without quotes.
    pub if_match: Option<String>,
    /// The sender's own reference.
    pub source: Option<SourceReference>,
    /// How it is to be recorded, when it is a row of an import.
    pub import: Option<Import>,
}

/// How a row of an import is recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// Only tried: everything is judged, and nothing recorded.
    pub trial: bool,
    /// Ids by which the commands of the row name what its first ones make.
    pub(crate) planned: Planned,
    /// How many of the commands rest on what the first ones make: they are of the same organisation, and cannot be
    /// judged by a record in which it does not stand yet.
    pub(crate) follow: usize,
}

impl Import {
    /// A row that is recorded, or only tried.
    pub fn row(trial: bool) -> Self {
        Self {
            trial,
            ..Self::default()
        }
    }
}

/// The client under which the program records by itself.
const PROGRAM: &str = "throughcare";

impl Request {
    /// True when it is only tried.
    pub(crate) fn is_trial(&self) -> bool {
        self.import.as_ref().is_some_and(|import| import.trial)
    }

    /// What the program records by itself for an organisation; whose decision it carries out stands in what it rests on.
    pub(crate) fn of_the_program(
        organisation: OrganisationCode,
        correlation: Uuid,
        received_at: Timestamp,
    ) -> Self {
        Self {
            caller: Caller {
                actor: Actor {
                    client: PROGRAM.to_owned(),
                    user: None,
                    organisation,
                    role: Role::Administrator,
                },
                on_behalf_of: None,
                purpose: None,
                looks: Looks::default(),
                standing: Standing::Trusted,
            },
            correlation,
            received_at,
            key: None,
            if_match: None,
            source: None,
            import: None,
        }
    }
}
