//! The items of an outcome profile on the wire.

use serde::{Deserialize, Serialize};
use throughcare_domain::fact::{ProfileItems, ProfileStage};
use utoipa::ToSchema;

/// For which stage a profile was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProfileStage)]
pub enum ProfileStageWire {
    /// At the first intervention's start.
    Start,
    /// During treatment.
    Review,
    /// At the exit.
    Exit,
    /// Some time after it.
    PostExit,
}

impl From<ProfileStageWire> for ProfileStage {
    fn from(wire: ProfileStageWire) -> Self {
        match wire {
            ProfileStageWire::Start => Self::Start,
            ProfileStageWire::Review => Self::Review,
            ProfileStageWire::Exit => Self::Exit,
            ProfileStageWire::PostExit => Self::PostExit,
        }
    }
}

impl From<ProfileStage> for ProfileStageWire {
    fn from(stage: ProfileStage) -> Self {
        match stage {
            ProfileStage::Start => Self::Start,
            ProfileStage::Review => Self::Review,
            ProfileStage::Exit => Self::Exit,
            ProfileStage::PostExit => Self::PostExit,
        }
    }
}

macro_rules! items {
    ($($(#[$doc:meta])* $name:ident: $type:ty,)*) => {
        /// The items of a profile, each about the last 28 days; what is not known is absent.
        #[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        #[schema(as = ProfileItems)]
        pub struct ProfileItemsWire {
            $($(#[$doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $name: Option<$type>,)*
        }

        impl From<ProfileItemsWire> for ProfileItems {
            fn from(wire: ProfileItemsWire) -> Self {
                Self { $($name: wire.$name,)* }
            }
        }

        impl From<ProfileItems> for ProfileItemsWire {
            fn from(items: ProfileItems) -> Self {
                Self { $($name: items.$name,)* }
            }
        }
    };
}

items! {
    /// Days on which alcohol was drunk.
    #[schema(maximum = 28)]
    alcohol_days: u8,
    /// Days on which heroin or other illicit opiates were used.
    #[schema(maximum = 28)]
    opiate_days: u8,
    /// Days on which crack was used.
    #[schema(maximum = 28)]
    crack_days: u8,
    /// Days on which powder cocaine was used.
    #[schema(maximum = 28)]
    cocaine_days: u8,
    /// Days on which amphetamines were used.
    #[schema(maximum = 28)]
    amphetamine_days: u8,
    /// Days on which cannabis was used.
    #[schema(maximum = 28)]
    cannabis_days: u8,
    /// Days on which another drug was used.
    #[schema(maximum = 28)]
    other_drug_days: u8,
    /// Days on which the person injected.
    #[schema(maximum = 28)]
    injecting_days: u8,
    /// Whether the person shared needles or other things for injecting.
    sharing: bool,
    /// Days of theft from shops.
    #[schema(maximum = 28)]
    shop_theft_days: u8,
    /// Days of selling drugs.
    #[schema(maximum = 28)]
    drug_selling_days: u8,
    /// Whether there was other theft, or burglary or fraud.
    other_theft: bool,
    /// Whether there was assault or violence.
    assault: bool,
    /// Days of paid work.
    #[schema(maximum = 28)]
    paid_work_days: u8,
    /// Days at school or college.
    #[schema(maximum = 28)]
    education_days: u8,
    /// Psychological health, 0 (poor) to 20 (good).
    #[schema(maximum = 20)]
    psychological_health: u8,
    /// Physical health, 0 (poor) to 20 (good).
    #[schema(maximum = 20)]
    physical_health: u8,
    /// Quality of life, 0 (poor) to 20 (good).
    #[schema(maximum = 20)]
    quality_of_life: u8,
    /// Whether there was an acute housing problem.
    acute_housing_problem: bool,
    /// Whether the person was at risk of eviction.
    eviction_risk: bool,
}
