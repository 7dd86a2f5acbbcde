//! Outcome profiles: what the person says of the last 28 days, at the start, in reviews and at the end.
//!
//! Source: `domain.md` section 3 (TOP) and 1.3 (its items). Whether a profile counts is computed
//! ([`crate::profile`]), never recorded.

use crate::id::EpisodeId;
use serde::{Deserialize, Serialize};

/// For which stage of treatment a profile was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileStage {
    /// At the first intervention's start.
    Start,
    /// During treatment.
    Review,
    /// At the exit.
    Exit,
    /// Some time after it.
    PostExit,
}

impl ProfileStage {
    /// Every stage.
    pub const ALL: [Self; 4] = [Self::Start, Self::Review, Self::Exit, Self::PostExit];

    /// Its name in the log and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Review => "review",
            Self::Exit => "exit",
            Self::PostExit => "post_exit",
        }
    }
}

/// An outcome profile was taken. When it happened is the day on which it was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeProfileRecorded {
    /// In which episode.
    pub episode: EpisodeId,
    /// For which stage.
    pub stage: ProfileStage,
    /// The service says that it co-ordinates the person's profiles; exactly one service may.
    pub co_ordinates: bool,
    /// What the person said.
    pub items: ProfileItems,
}

/// The items of a profile; each covers the last 28 days, and each may be unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileItems {
    /// Days on which alcohol was drunk, 0 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alcohol_days: Option<u8>,
    /// Days on which heroin or other illicit opiates were used, 0 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opiate_days: Option<u8>,
    /// Days on which crack was used, 0 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crack_days: Option<u8>,
    /// Days on which powder cocaine was used, 0 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cocaine_days: Option<u8>,
    /// Days on which amphetamines were used, 0 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amphetamine_days: Option<u8>,
    /// Days on which cannabis was used, 0 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cannabis_days: Option<u8>,
    /// Days on which another drug was used, 0 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_drug_days: Option<u8>,
    /// Days on which the person injected, 0 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub injecting_days: Option<u8>,
    /// Whether the person shared needles or other things for injecting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing: Option<bool>,
    /// Days of theft from shops, 0 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop_theft_days: Option<u8>,
    /// Days of selling drugs, 0 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drug_selling_days: Option<u8>,
    /// Whether there was other theft, or burglary or fraud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_theft: Option<bool>,
    /// Whether there was assault or violence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assault: Option<bool>,
    /// Days of paid work, 0 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_work_days: Option<u8>,
    /// Days at school or college, 0 to 28.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub education_days: Option<u8>,
    /// Psychological health, 0 (poor) to 20 (good).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub psychological_health: Option<u8>,
    /// Physical health, 0 (poor) to 20 (good).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physical_health: Option<u8>,
    /// Quality of life, 0 (poor) to 20 (good).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality_of_life: Option<u8>,
    /// Whether there was an acute housing problem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acute_housing_problem: Option<bool>,
    /// Whether the person was at risk of eviction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eviction_risk: Option<bool>,
}

impl ProfileItems {
    /// The counted items, each with its name on the wire and the most it can be.
    pub fn counted(&self) -> [(&'static str, Option<u8>, u8); 15] {
        [
            ("alcoholDays", self.alcohol_days, MOST_DAYS),
            ("opiateDays", self.opiate_days, MOST_DAYS),
            ("crackDays", self.crack_days, MOST_DAYS),
            ("cocaineDays", self.cocaine_days, MOST_DAYS),
            ("amphetamineDays", self.amphetamine_days, MOST_DAYS),
            ("cannabisDays", self.cannabis_days, MOST_DAYS),
            ("otherDrugDays", self.other_drug_days, MOST_DAYS),
            ("injectingDays", self.injecting_days, MOST_DAYS),
            ("shopTheftDays", self.shop_theft_days, MOST_DAYS),
            ("drugSellingDays", self.drug_selling_days, MOST_DAYS),
            ("paidWorkDays", self.paid_work_days, MOST_DAYS),
            ("educationDays", self.education_days, MOST_DAYS),
            ("psychologicalHealth", self.psychological_health, MOST_ON_SCALE),
            ("physicalHealth", self.physical_health, MOST_ON_SCALE),
            ("qualityOfLife", self.quality_of_life, MOST_ON_SCALE),
        ]
    }

    /// True when it says that heroin, another illicit opiate or crack was used.
    pub fn shows_heroin_or_crack(&self) -> bool {
        [self.opiate_days, self.crack_days]
            .into_iter()
            .flatten()
            .any(|days| days > 0)
    }
}

/// Days that an item covers.
pub const MOST_DAYS: u8 = 28;

/// The best of a scale.
pub const MOST_ON_SCALE: u8 = 20;
