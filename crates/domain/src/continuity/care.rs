//! Where a release stands: the words of the worklist.

use super::Figure;
use crate::code::ServiceCode;
use jiff::civil::Date;

/// The days at which a release that nobody has picked up is looked at again.
///
/// Source: `domain.md` section 2 (day 3, 7, 14 prompts and the day 21 timer).
pub const MARKS: [i32; 4] = [3, 7, 14, 21];

/// Where the care of somebody released stands on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CareState {
    /// Pick-up is due, and there is time.
    Due {
        /// Days since release: 0 to 21.
        day: i32,
    },
    /// Picked up within the window.
    PickedUp {
        /// Days from release to pick-up.
        day: i32,
        /// By which service.
        service: ServiceCode,
    },
    /// Picked up after the window.
    Late {
        /// Days from release to pick-up.
        day: i32,
        /// By which service.
        service: ServiceCode,
    },
    /// The window is over and nobody has picked the person up.
    NotFound {
        /// Days since release.
        days: i32,
    },
    /// Received into prison again before being picked up.
    ReturnedToCustody {
        /// Days from release to return.
        day: i32,
    },
    /// Died before being picked up.
    Died {
        /// Days from release to death.
        day: i32,
    },
    /// No pick-up is due.
    NoneDue {
        /// Why not, in words for staff.
        why: &'static str,
    },
}

impl CareState {
    /// Every name on the wire.
    pub const NAMES: [&'static str; 7] = [
        "due",
        "picked_up",
        "late",
        "not_found",
        "returned_to_custody",
        "died",
        "none_due",
    ];

    /// Its name on the wire.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Due { .. } => "due",
            Self::PickedUp { .. } => "picked_up",
            Self::Late { .. } => "late",
            Self::NotFound { .. } => "not_found",
            Self::ReturnedToCustody { .. } => "returned_to_custody",
            Self::Died { .. } => "died",
            Self::NoneDue { .. } => "none_due",
        }
    }

    /// The day on which it came about, counted from release; days so far while it is open.
    pub fn day(&self) -> Option<i32> {
        match self {
            Self::Due { day }
            | Self::PickedUp { day, .. }
            | Self::Late { day, .. }
            | Self::NotFound { days: day }
            | Self::ReturnedToCustody { day }
            | Self::Died { day } => Some(*day),
            Self::NoneDue { .. } => None,
        }
    }

    /// The service that picked the person up.
    pub fn picked_up_by(&self) -> Option<&ServiceCode> {
        match self {
            Self::PickedUp { service, .. } | Self::Late { service, .. } => Some(service),
            _ => None,
        }
    }

    /// True while somebody has to act.
    pub fn needs_action(&self) -> bool {
        matches!(self, Self::Due { .. } | Self::NotFound { .. })
    }
}

/// A day at which the release is looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Days after release.
    pub day: i32,
    /// The civil day on which it falls.
    pub on: Date,
    /// True from that day on.
    pub reached: bool,
}

/// What is missing at a release, or before a planned one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Missing {
    /// No referral to community treatment was sent that still stands.
    ReferralSent,
    /// No community service has taken the person on.
    ReferralAccepted,
    /// No appointment with a community service that stands: offered for the day of release or later, and neither
    /// missed nor called off.
    Appointment,
    /// No naloxone kit in hand, or in property before release.
    Naloxone,
    /// The person was prescribed for in prison, and nothing carries them over until the next service takes over.
    BridgingPrescription,
    /// Structured treatment in the community has not started.
    StructuredStart,
}

impl Missing {
    /// Everything that can be missing.
    pub const ALL: [Self; 6] = [
        Self::ReferralSent,
        Self::ReferralAccepted,
        Self::Appointment,
        Self::Naloxone,
        Self::BridgingPrescription,
        Self::StructuredStart,
    ];

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReferralSent => "referral_sent",
            Self::ReferralAccepted => "referral_accepted",
            Self::Appointment => "appointment",
            Self::Naloxone => "naloxone",
            Self::BridgingPrescription => "bridging_prescription",
            Self::StructuredStart => "structured_start",
        }
    }
}

/// Where the care of somebody released stands on a day, and how the release counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseCare {
    /// Where it stands.
    pub state: CareState,
    /// Days since release on the day asked for; negative for a release yet to come.
    pub days_since_release: i32,
    /// The last day of the window.
    pub due_until: Date,
    /// Days 3, 7, 14 and 21.
    pub marks: Vec<Mark>,
    /// What is missing; empty where nobody has to act.
    pub missing: Vec<Missing>,
    /// Days by which the release became known late, when it did (`cases.md` C9).
    pub known_late_days: Option<i32>,
    /// Picked up by a service that is not responsible for the area of residence (`cases.md` C13).
    pub cross_area: bool,
    /// The national reading.
    pub national: Figure,
    /// The local reading.
    pub local: Figure,
}

impl ReleaseCare {
    /// The last of days 3, 7, 14 and 21 that has come.
    pub fn last_mark(&self) -> Option<i32> {
        self.marks
            .iter()
            .rev()
            .find(|mark| mark.reached)
            .map(|mark| mark.day)
    }
}
