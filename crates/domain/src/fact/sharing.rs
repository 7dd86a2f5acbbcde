//! What the person says about the use of their data, and who is given sight of the record: consent, objections,
//! restrictions, sharing agreements.
//!
//! Sources: `design.md`, family Sharing; `domain.md` 6 (direct care does not rest on consent, the national statistics
//! do; the leaflet's version is kept with each answer); UK GDPR art. 18 (restriction) and 21 (objection).

use crate::code::{Code, OrganisationCode};
use crate::id::{AgreementId, ObjectionId, RestrictionId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The code of `sharing-scopes` and of `objection-purposes` for the national statistics on drug and alcohol treatment.
pub const NATIONAL_STATISTICS: &str = "national_statistics";
/// The code of `sharing-scopes` for showing the record to one organisation, which is named with it.
pub const SHARE_WITH_ORGANISATION: &str = "share_with_organisation";
/// The code of `sharing-bases` for an agreement that rests on the person's consent.
pub const BY_CONSENT: &str = "consent";
/// The code of `objection-outcomes` that means that the objection stands.
pub const UPHELD: &str = "upheld";

/// What the person was asked about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scope {
    /// Code of `sharing-scopes`.
    pub code: Code,
    /// With which organisation, where the scope is about one.
    pub with: Option<OrganisationCode>,
}

impl Scope {
    /// The national statistics.
    pub fn national_statistics() -> Option<Self> {
        let code = Code::parse(NATIONAL_STATISTICS).ok()?;
        Some(Self { code, with: None })
    }

    /// Showing the record to an organisation.
    pub fn with_organisation(organisation: &OrganisationCode) -> Option<Self> {
        let code = Code::parse(SHARE_WITH_ORGANISATION).ok()?;
        Some(Self {
            code,
            with: Some(organisation.clone()),
        })
    }
}

/// In which words the person was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wording {
    /// Code of `consent-wordings`: which leaflet or form.
    pub form: Code,
    /// The version printed on it.
    pub version: Option<Code>,
}

/// The person agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentGiven {
    /// To what.
    pub scope: Scope,
    /// In which words they were asked; absent when the message did not say.
    pub wording: Option<Wording>,
    /// Who asked.
    pub organisation: OrganisationCode,
}

/// The person was asked and did not agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentRefused {
    /// To what.
    pub scope: Scope,
    /// In which words they were asked; absent when the message did not say.
    pub wording: Option<Wording>,
    /// Who asked.
    pub organisation: OrganisationCode,
}

/// The person no longer agrees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentWithdrawn {
    /// To what.
    pub scope: Scope,
    /// Whom they told.
    pub organisation: OrganisationCode,
}

/// The person objected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectionMade {
    /// The objection.
    pub objection: ObjectionId,
    /// To a purpose: code of `objection-purposes`.
    pub purpose: Option<Code>,
    /// To sharing with this organisation.
    pub against: Option<OrganisationCode>,
    /// Whom they told.
    pub organisation: OrganisationCode,
}

/// The person took their objection back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectionWithdrawn {
    /// Which.
    pub objection: ObjectionId,
}

/// The person was told what becomes of their objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectionAnswered {
    /// Which.
    pub objection: ObjectionId,
    /// Code of `objection-outcomes`.
    pub outcome: Code,
    /// Whether it stands, as the answer meant it on its day.
    pub stands: bool,
}

/// What is known of the person is kept and not used, but for what the law leaves open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RestrictionPlaced {
    /// The restriction.
    pub restriction: RestrictionId,
    /// Code of `restriction-grounds`.
    pub ground: Code,
    /// Who placed it.
    pub organisation: OrganisationCode,
}

/// A restriction is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RestrictionLifted {
    /// Which.
    pub restriction: RestrictionId,
    /// Code of `restriction-lift-reasons`.
    pub reason: Code,
}

/// An organisation is given sight of the record by another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgreementApplied {
    /// The agreement.
    pub agreement: AgreementId,
    /// Who sees the record by it.
    pub with: OrganisationCode,
    /// Code of `sharing-bases`.
    pub basis: Code,
    /// The last day on which it counts; absent when it counts until it is ended.
    pub until: Option<Date>,
    /// Who applied it.
    pub organisation: OrganisationCode,
}

/// A sharing agreement no longer counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgreementEnded {
    /// Which.
    pub agreement: AgreementId,
    /// Code of `agreement-end-reasons`.
    pub reason: Code,
}
