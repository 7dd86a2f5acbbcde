//! Roles and sectors as they are written.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use throughcare_domain::directory::Told;
use throughcare_domain::event::Role;
use throughcare_domain::fact::Sector;
use utoipa::ToSchema;

macro_rules! named {
    ($(#[$doc:meta])* $name:ident of $domain:ident { $($variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($variant,)*
        }

        impl From<$name> for $domain {
            fn from(name: $name) -> Self {
                match name {
                    $($name::$variant => Self::$variant,)*
                }
            }
        }

        impl From<$domain> for $name {
            fn from(value: $domain) -> Self {
                match value {
                    $($domain::$variant => Self::$variant,)*
                }
            }
        }
    };
}

named! {
    /// A role.
    RoleName of Role { Worker, Clinician, Liaison, Auditor, Administrator, Commissioner, PrivacyOfficer, }
}

named! {
    /// What a system is for.
    SectorName of Sector { Treatment, Prison, PoliceCustody, Court, Probation, Oversight, }
}

/// When something was told, and by whom.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ToldShown {
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The user who told it, else the system.
    pub by: String,
}

impl From<&Told> for ToldShown {
    fn from(told: &Told) -> Self {
        Self {
            at: told.at,
            by: told.by.clone(),
        }
    }
}
