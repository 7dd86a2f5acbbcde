//! Who the person is. Names and identifiers are never here: see [`IdentityDetail`].

use crate::code::{AreaCode, Code};
use crate::id::EventId;
use crate::identifier::IdentifierKind;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What is sealed under a person's identity key: whatever names, finds or describes them in words.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IdentityDetail {
    /// Given name or names; at most 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Family name; at most 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// The value of an identifier, in canonical form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Address lines, as one text; at most 300 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Postcode; at most 8 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// Telephone or e-mail; at most 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Free text; at most 2,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl std::fmt::Debug for IdentityDetail {
    /// Never prints what it holds: debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdentityDetail(sealed)")
    }
}

/// A record was opened for a person. Birth and sex may be unknown and corrected later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonRegistered {
    /// Date of birth: a coded fact, so that age bands stay reproducible after names are erased.
    pub date_of_birth: Option<Date>,
    /// Code of `sexes`.
    pub sex: Option<Code>,
    /// Code of `ethnicities`.
    pub ethnicity: Option<Code>,
}

/// An identifier became known; its value is in the identity detail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentifierRecorded {
    /// Which kind.
    pub kind: IdentifierKind,
}

/// An identifier turned out not to be this person's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentifierWithdrawn {
    /// The event that recorded it.
    pub recorded_by: EventId,
}

/// Demographics were corrected or completed. What is absent stays as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DemographicsCorrected {
    /// Date of birth.
    pub date_of_birth: Option<Date>,
    /// Code of `sexes`.
    pub sex: Option<Code>,
    /// Code of `ethnicities`.
    pub ethnicity: Option<Code>,
    /// Told by somebody who refers the person, beside what the record says: it completes what is missing, and is an
    /// alias or a further date otherwise. Nothing stands back for it. Absent in events of before there was such.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub alias: bool,
    /// What of it contradicts what the record said then: somebody who has the person finds out. Decided when it was
    /// recorded, because lists are computed without names. Absent in events of before there was such.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contradicts: Vec<Contradicted>,
}

/// What of a record somebody contradicts who tells of the same person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contradicted {
    /// The given name: another one, and no other form of it.
    GivenName,
    /// The date of birth.
    DateOfBirth,
    /// The sex.
    Sex,
}

impl Contradicted {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::GivenName, Self::DateOfBirth, Self::Sex];

    /// The code under which it stands on lists.
    pub fn code(self) -> &'static str {
        match self {
            Self::GivenName => "other_given_name_told",
            Self::DateOfBirth => "other_date_of_birth_told",
            Self::Sex => "other_sex_told",
        }
    }

    /// What it is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::GivenName => "the given name",
            Self::DateOfBirth => "the date of birth",
            Self::Sex => "the sex",
        }
    }
}

/// Where the person lives became known. A prison is never a residence (`domain.md`, 1.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResidenceRecorded {
    /// The authority; absent when unknown.
    pub area: Option<AreaCode>,
    /// No fixed abode.
    pub no_fixed_abode: bool,
}
