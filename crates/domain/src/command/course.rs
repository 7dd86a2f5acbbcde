//! What is asked about the course of treatment within an episode, besides waiting, starts, contacts and the exit.

use crate::code::{Code, ServiceCode, UserName};
use crate::id::InterventionId;
use jiff::civil::Date;

/// A step within an episode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CourseStep {
    /// Refer the person to an intervention.
    ReferTo {
        /// Code of `interventions`.
        code: Code,
        /// Code of `intervention-settings`.
        setting: Code,
    },
    /// Say for which day the first appointment of an intervention was offered.
    OfferFirstAppointment {
        /// Which intervention.
        intervention: InterventionId,
        /// For which day.
        offered_for: Date,
    },
    /// Start an intervention to which the person was referred.
    StartReferred {
        /// Which.
        intervention: InterventionId,
        /// Code of `intervention-settings`; that of the referral when `None`.
        setting: Option<Code>,
        /// Given within a care plan: makes recovery support (96) structured.
        within_care_plan: bool,
    },
    /// Review an intervention.
    Review {
        /// Which.
        intervention: InterventionId,
        /// Codes of `intervention-components`.
        components: Vec<Code>,
    },
    /// Let treatment rest.
    Hold {
        /// Code of `hold-reasons`.
        reason: Code,
    },
    /// Go on after a hold.
    Resume,
    /// Make a prescription out until the next service takes over.
    BridgePrescription {
        /// The service that is to take over.
        to_service: Option<ServiceCode>,
        /// Code of `bridging-medicines`.
        medicine: Code,
        /// The first day that it covers.
        from: Date,
        /// The last day that it covers.
        until: Date,
    },
    /// Agree a care plan.
    AgreeCarePlan(PlanTold),
    /// Agree a care plan anew.
    ReviseCarePlan(PlanTold),
    /// Say who is responsible for the person's care, by the user name of their tokens.
    AssignKeyWorker(UserName),
}

/// A care plan as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanTold {
    /// Codes of `care-plan-goals`.
    pub goals: Vec<Code>,
    /// When it is to be reviewed.
    pub review_on: Date,
}
