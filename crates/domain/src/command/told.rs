//! Who the person is, where they live and how they moved, as it is told.

use crate::code::{AreaCode, Code, PrisonCode};
use crate::identifier::Identifier;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Names as told.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NamesTold {
    /// Given name or names; at most 100 characters.
    pub given: Option<String>,
    /// Family name; at most 100 characters.
    pub family: Option<String>,
}

impl std::fmt::Debug for NamesTold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NamesTold(sealed)")
    }
}

/// Who the person is said to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demographics {
    /// Names.
    pub names: NamesTold,
    /// Date of birth.
    pub date_of_birth: Option<Date>,
    /// Code of `sexes`.
    pub sex: Option<Code>,
    /// Code of `ethnicities`.
    pub ethnicity: Option<Code>,
}

/// Where the person is said to live.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ResidenceTold {
    /// Authority; `None` when unknown.
    pub area: Option<AreaCode>,
    /// No fixed abode.
    pub no_fixed_abode: bool,
    /// Postcode.
    pub postcode: Option<String>,
    /// Address lines.
    pub address: Option<String>,
}

impl std::fmt::Debug for ResidenceTold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ResidenceTold(sealed)")
    }
}

/// What a sender tells of somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonTold {
    /// Who.
    pub demographics: Demographics,
    /// Identifiers; at most 20.
    pub identifiers: Vec<Identifier>,
    /// Where they live.
    pub residence: Option<ResidenceTold>,
}

/// Which way a movement goes. Court and temporary absence have both under one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Into prison.
    In,
    /// Out of prison.
    Out,
}

/// A custody movement as the prison's systems tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Movement {
    /// `ADM`, `REL`, `TRN`, `CRT` or `TAP`.
    pub movement_type: Code,
    /// Reason code; `*` or absent reasons are sent as the type's own code.
    pub reason: Code,
    /// Which way.
    pub direction: Direction,
    /// The prison the message is about: left when going out, reached when coming in.
    pub prison: Option<PrisonCode>,
    /// The prison to which a transfer goes.
    pub to_prison: Option<PrisonCode>,
    /// Authority of residence, for a release.
    pub area: Option<AreaCode>,
    /// No fixed abode, for a release.
    pub no_fixed_abode: bool,
    /// Code of `referral-on-release`, for a release.
    pub referral_on_release: Option<Code>,
}
