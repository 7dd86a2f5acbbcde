//! What lines show that are there to be counted: no list of work, but the things of which figures are made.

use crate::code::{Code, OrganisationCode, ServiceCode};
use crate::fact::{ExitOutcome, ServiceKind};
use crate::reference::SubstanceGroup;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Of whom a line is, as far as figures are broken down by it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Whom {
    /// The eighteenth birthday, from which every age follows; `None` while no date of birth is known.
    pub turns_adult_on: Option<Date>,
    /// Code of `sexes`.
    pub sex: Option<Code>,
}

/// A journey: episodes chained by short gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JourneyRow {
    /// Whose.
    pub whom: Whom,
    /// Code of `referral-sources` of the referral from which its first episode came.
    pub source: Option<Code>,
    /// By the substances named at its referrals and triages.
    pub substances: SubstanceGroup,
    /// No structured treatment had started anywhere before it.
    pub treatment_naive: bool,
    /// Its episodes, in order of triage; never empty.
    pub spells: Vec<Spell>,
    /// When the next journey began.
    pub next_began_on: Option<Date>,
}

/// An episode of a journey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Spell {
    /// The service's kind.
    pub kind: ServiceKind,
    /// Whose it is: the service that opened it, then those that took its contract over; never empty.
    pub holders: Vec<SpellHolder>,
    /// The triage date.
    pub opened_on: Date,
    /// The first structured start.
    pub structured_on: Option<Date>,
    /// Its exit.
    pub exit: Option<SpellEnd>,
}

/// Whose an episode is, from a day on until the next holder's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpellHolder {
    /// The service.
    pub service: ServiceCode,
    /// Its organisation.
    pub organisation: OrganisationCode,
    /// Since this day.
    pub from: Date,
}

/// How an episode of a journey ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpellEnd {
    /// When.
    pub on: Date,
    /// Code of `discharge-reasons`.
    pub reason: Code,
    /// What it means.
    pub outcome: ExitOutcome,
}

/// A referral, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferralMadeRow {
    /// Whose.
    pub whom: Whom,
    /// Code of `referral-sources`.
    pub source: Code,
    /// By the substances named with it and at its triage.
    pub substances: SubstanceGroup,
    /// The day from which the wait counts: of the first referral, when it was sent on.
    pub referred_on: Date,
    /// When it was accepted.
    pub accepted_on: Option<Date>,
    /// When the person was triaged.
    pub triaged_on: Option<Date>,
    /// When it ended otherwise: rejected or withdrawn.
    pub closed_on: Option<Date>,
    /// The first structured start of the episode that came of it.
    pub structured_on: Option<Date>,
    /// In structured treatment somewhere in the community on the day of the referral.
    pub in_treatment_already: bool,
}

/// A referral to an intervention, and the wait for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AwaitedRow {
    /// Whose.
    pub whom: Whom,
    /// By the substances of the referral from which the episode came.
    pub substances: SubstanceGroup,
    /// The episode.
    pub episode: Uuid,
    /// Code of `interventions`.
    pub intervention: Code,
    /// No structured intervention of the journey had been asked for before.
    pub first: bool,
    /// The day from which the wait counts.
    pub referred_on: Date,
    /// When a first appointment was offered.
    pub offered_on: Option<Date>,
    /// For which day.
    pub offered_for: Option<Date>,
    /// When it began.
    pub started_on: Option<Date>,
}
