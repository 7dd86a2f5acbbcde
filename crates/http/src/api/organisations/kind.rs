//! Kinds of service on the wire.

use serde::{Deserialize, Serialize};
use throughcare_domain::fact::ServiceKind;
use utoipa::ToSchema;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// What a service is to the pathway.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = ServiceKind)]
        pub enum ServiceKindWire {
            $($(#[$doc])* $name,)*
        }

        impl From<ServiceKindWire> for ServiceKind {
            fn from(wire: ServiceKindWire) -> Self {
                match wire { $(ServiceKindWire::$name => Self::$name,)* }
            }
        }

        impl From<ServiceKind> for ServiceKindWire {
            fn from(kind: ServiceKind) -> Self {
                match kind { $(ServiceKind::$name => Self::$name,)* }
            }
        }
    };
}

kinds! {
    /// Structured treatment in the community.
    Community,
    /// Treatment in prison.
    Prison,
    /// Liaison in police custody.
    PoliceCustody,
    /// Liaison at court.
    Court,
    /// Probation.
    Probation,
    /// Young people's treatment in the community.
    YoungPeople,
    /// Residential rehabilitation.
    Residential,
    /// Hospital.
    Hospital,
    /// A partnership that owns what no service owns.
    Partnership,
}
