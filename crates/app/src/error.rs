//! Why a use case did not do what was asked. The HTTP layer turns each into a problem for people.

use throughcare_domain::code::OrganisationCode;
use throughcare_domain::decide::Refusal;
use throughcare_domain::fault::Faults;
use throughcare_store::StoreError;
use uuid::Uuid;

/// Why nothing was done, or why it is not known.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is no such thing, or the caller may not know of it: the same answer for both.
    #[error("not found")]
    NotFound,
    /// The caller's role does not do this.
    #[error("not for this role: {0}")]
    WrongRole(&'static str),
    /// There may be information that the caller cannot see, and might harm by not knowing of: the record is sealed.
    #[error("sealed")]
    Sealed {
        /// Whose privacy officer to ask.
        ask: OrganisationCode,
    },
    /// The caller does not act for the organisation in this role.
    #[error("no membership")]
    NoMembership(&'static str),
    /// What was asked cannot be recorded; every fault at once.
    #[error("refused: {0}")]
    Refused(Faults),
    /// `If-Match` named another version.
    #[error("somebody else has changed this record since it was read")]
    Stale,
    /// Others kept changing the same record; nothing was written.
    #[error("others are changing this record at the moment")]
    Busy,
    /// The key was used for another request.
    #[error("this idempotency key was used for another request")]
    KeyReused,
    /// The first request with this key still runs.
    #[error("a request with this idempotency key is under way")]
    InProgress,
    /// The sender's reference was used before.
    #[error("this reference was used before")]
    DuplicateReference {
        /// What it became then.
        entity: Uuid,
    },
    /// No checkpoint goes so far yet.
    #[error("not proved yet")]
    NotProvedYet,
    /// Lines of before lack what is to be counted, until they are rebuilt.
    #[error("the lists were made by an older program and lack what is counted here")]
    LinesToMake,
    /// What is stored is not what was recorded.
    #[error("altered: {0}")]
    Altered(throughcare_store::TreeFault),
    /// Nothing was written; trying again is safe.
    #[error("unavailable")]
    Unavailable(#[source] Option<StoreError>),
    /// It is not known whether it was written; trying again with the same key is safe.
    #[error("outcome unknown")]
    Unknown,
    /// A fault of this program or its database; nothing was written.
    #[error("internal")]
    Internal(#[source] Option<StoreError>),
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unknown => Self::Unknown,
            StoreError::Tree(fault) => Self::Altered(fault),
            StoreError::Unavailable(_) => Self::Unavailable(Some(error)),
            other => Self::Internal(Some(other)),
        }
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.0)
    }
}
