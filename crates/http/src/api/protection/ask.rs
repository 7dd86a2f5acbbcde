//! `POST /v1/people/{id}/erasures`: ask for a record to be erased.

use crate::api::recording::entry;
use throughcare_app::Address;
use throughcare_domain::command::{Command, ProtectionCommand};
use throughcare_domain::fact::Erased;
use throughcare_domain::id::PersonId;
use utoipa::ToSchema;

/// What is to go.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErasedWire {
    /// Names, identifiers, addresses, contact and free text. Coded facts stay, so that figures stay what they were.
    Identity,
    /// Everything that was told of the person.
    Everything,
}

impl From<ErasedWire> for Erased {
    fn from(wire: ErasedWire) -> Self {
        match wire {
            ErasedWire::Identity => Self::Identity,
            ErasedWire::Everything => Self::Everything,
        }
    }
}

impl From<Erased> for ErasedWire {
    fn from(erased: Erased) -> Self {
        match erased {
            Erased::Identity => Self::Identity,
            Erased::Everything => Self::Everything,
        }
    }
}

entry! {
    /// An erasure.
    pub struct NewErasure {
        /// What is to go.
        pub what: ErasedWire,
        /// A code of `erasure-bases`.
        #[schema(min_length = 1, max_length = 40, example = "unlawful")]
        pub basis: String,
    }

    /// Ask for a record to be erased
    ///
    /// By a privacy officer of an organisation that knows the person. Somebody else has to agree to it; seven days later it
    /// is carried out, and nobody can undo it. A legal hold refuses it.
    post "/v1/people/{id}/erasures" in "Data protection" as ask_erasure;
    at id => Address::Found(PersonId(id));
    |body, reading, _now| {
        let basis = reading.code(&body.basis, "/basis")?;
        Some(Command::Protection(ProtectionCommand::AskErasure { what: body.what.into(), basis }))
    }
}
