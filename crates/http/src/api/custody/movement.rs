//! A custody movement on the wire.

use crate::api::wire::Reading;
use serde::Deserialize;
use throughcare_domain::command::{Direction, Movement};
use utoipa::ToSchema;

/// Which way.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DirectionWire {
    /// Into prison.
    In,
    /// Out of prison.
    Out,
}

/// A movement as prison systems tell it.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MovementWire {
    /// `ADM` admission, `REL` release, `TRN` transfer, `CRT` court, `TAP` temporary absence.
    #[schema(min_length = 3, max_length = 10, pattern = "^[A-Z]{3,10}$", example = "REL")]
    pub movement_type: String,
    /// Reason code, such as `N`, `CR` or `BL`; see the reference list `custody-movements`.
    #[schema(
        min_length = 1,
        max_length = 12,
        pattern = "^[A-Z0-9_]{1,12}$",
        example = "CR"
    )]
    pub reason_code: Option<String>,
    /// Which way, for court and temporary absence: out unless said. Other types have only one.
    pub direction: Option<DirectionWire>,
    /// The prison that the movement is about, a code of `prisons`.
    #[schema(min_length = 3, max_length = 3, example = "MDI")]
    pub prison: Option<String>,
    /// The prison to which a transfer goes.
    #[schema(min_length = 3, max_length = 3)]
    pub to_prison: Option<String>,
    /// Authority of residence on release, a code of `areas`; complete it later when unknown.
    #[schema(min_length = 4, max_length = 9)]
    pub area: Option<String>,
    /// No fixed abode on release.
    #[serde(default)]
    pub no_fixed_abode: bool,
    /// A code of `referral-on-release`.
    #[schema(min_length = 1, max_length = 40)]
    pub referral_on_release: Option<String>,
}

impl MovementWire {
    /// As the domain takes it.
    pub fn read(self, reading: &mut Reading, under: &str) -> Option<Movement> {
        let at = |field: &str| format!("{under}/{field}");
        let direction = match (self.direction, self.movement_type.as_str()) {
            (Some(DirectionWire::In), _) | (None, "ADM") => Direction::In,
            _ => Direction::Out,
        };
        // A type without a reason is looked up by the type alone.
        let reason = self.reason_code.as_deref().unwrap_or(&self.movement_type);
        let movement_type = reading.code(&self.movement_type, &at("movementType"));
        let reason = reading.code(reason, &at("reasonCode"));
        let prison = self
            .prison
            .as_deref()
            .and_then(|code| reading.prison(code, &at("prison")));
        let to_prison = self
            .to_prison
            .as_deref()
            .and_then(|code| reading.prison(code, &at("toPrison")));
        let area = self
            .area
            .as_deref()
            .and_then(|code| reading.area(code, &at("area")));
        let referral_on_release = self
            .referral_on_release
            .as_deref()
            .and_then(|code| reading.code(code, &at("referralOnRelease")));
        Some(Movement {
            movement_type: movement_type?,
            reason: reason?,
            direction,
            prison,
            to_prison,
            area,
            no_fixed_abode: self.no_fixed_abode,
            referral_on_release,
        })
    }
}
