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
    /// Codes of `cohorts` to which the person belonged on a day of what is counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cohorts: Vec<Code>,
    /// Codes of `needs-and-risks` that were open on such a day; of those alone that everybody may see who sees the record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Code>,
    /// Codes of `tags` (grants, schemes, campaigns) to which the person's care belonged on such a day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Code>,
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
    /// The day on which this service received it: another than `referred_on` where it was sent on.
    #[serde(default)]
    pub received_on: Option<Date>,
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

/// A kit that reached a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KitSuppliedRow {
    /// Whose.
    pub whom: Whom,
    /// Code of `naloxone-products`.
    pub product: Code,
    /// It came out of property at release.
    pub at_release: bool,
    /// When it was used.
    pub used_on: Option<Date>,
    /// Code of `naloxone-use-outcomes`.
    pub outcome: Option<Code>,
    /// When it was lost or taken away for good.
    pub gone_on: Option<Date>,
    /// Expiry on the pack.
    pub expires_on: Date,
    /// When the person did not have it, lost or taken away.
    #[serde(default)]
    pub absences: Vec<Absent>,
    /// When another kit was supplied in its place.
    #[serde(default)]
    pub replaced_on: Option<Date>,
}

/// Days on which a kit was not with its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Absent {
    /// The first day.
    pub from: Date,
    /// The day on which it was there again.
    pub until: Option<Date>,
}

/// An overdose or a death, with what was known of the person on that day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HarmRow {
    /// Whose.
    pub whom: Whom,
    /// Whether treatment knew the person: `now`, `within_12_months`, `ever` or `never`.
    pub known: String,
    /// Within four weeks of release to the community.
    pub after_release: bool,
    /// Within six months of leaving treatment.
    pub after_treatment: bool,
    /// Of an overdose, whether naloxone was given; `None` where nobody told.
    pub naloxone_given: Option<bool>,
    /// Of a death, when it was confirmed.
    pub confirmed_on: Option<Date>,
    /// Of a death, when it was concluded to be drug-related or alcohol-related.
    pub related_on: Option<Date>,
    /// Of a death, when it was concluded not to be.
    pub unrelated_on: Option<Date>,
    /// Of a death, when the report turned out to be mistaken.
    pub rejected_on: Option<Date>,
}
