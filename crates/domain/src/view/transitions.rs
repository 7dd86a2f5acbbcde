//! What may come next for a referral or an episode: the endpoint, the fields it needs, and the code list of
//! each reason.
//!
//! Source: `api.md` 7 (`GET .../status-transitions`) and 8 (commands are nouns).

use crate::state::{Episode, Referral, ReferralStatus};

/// A field of the request that makes a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldNeeded {
    /// Its name in the request.
    pub name: &'static str,
    /// False when it may be left out.
    pub required: bool,
    /// The code list from which its value comes.
    pub list: Option<&'static str>,
}

/// One step that may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The status to which it leads.
    pub to: &'static str,
    /// The noun under the referral or episode to which the request is posted, such as `acceptance`.
    pub noun: &'static str,
    /// What it does, in words for staff.
    pub what: &'static str,
    /// The fields it takes besides the date on which it happened.
    pub fields: &'static [FieldNeeded],
}

const fn required(name: &'static str, list: &'static str) -> FieldNeeded {
    FieldNeeded {
        name,
        required: true,
        list: Some(list),
    }
}

const fn optional(name: &'static str, list: Option<&'static str>) -> FieldNeeded {
    FieldNeeded {
        name,
        required: false,
        list,
    }
}

const ACCEPTANCE: Transition = Transition {
    to: "accepted",
    noun: "acceptance",
    what: "Take the person on.",
    fields: &[],
};

const REJECTION: Transition = Transition {
    to: "rejected",
    noun: "rejection",
    what: "Decline the referral.",
    fields: &[required("reason", "rejection-reasons")],
};

const WITHDRAWAL: Transition = Transition {
    to: "withdrawn",
    noun: "withdrawal",
    what: "Take the referral back.",
    fields: &[required("reason", "withdrawal-reasons")],
};

const TRIAGE: Transition = Transition {
    to: "triaged",
    noun: "triage",
    what: "Record the first assessment. The outcome treatment_needed opens an episode.",
    fields: &[
        required("outcome", "triage-outcomes"),
        optional("substances", Some("substances")),
    ],
};

const PLACE: Transition = Transition {
    to: "waiting",
    noun: "waiting-list-entry",
    what: "Put the person on the waiting list.",
    fields: &[required("intervention", "interventions")],
};

const REMOVE: Transition = Transition {
    to: "triaged",
    noun: "waiting-list-removal",
    what: "Take the person off the waiting list without a start.",
    fields: &[required("reason", "waiting-list-removal-reasons")],
};

const START: Transition = Transition {
    to: "in_treatment",
    noun: "interventions",
    what: "Start an intervention. Only a structured one begins treatment.",
    fields: &[
        required("intervention", "interventions"),
        required("setting", "intervention-settings"),
        optional("withinCarePlan", None),
    ],
};

const EXIT: Transition = Transition {
    to: "exited",
    noun: "exit",
    what: "End the episode. Open interventions end with it.",
    fields: &[
        required("reason", "discharge-reasons"),
        optional("interventionExit", Some("intervention-exits")),
        optional("profile", None),
    ],
};

const EXIT_WITH_INTERVENTIONS: Transition = Transition {
    fields: &[
        required("reason", "discharge-reasons"),
        required("interventionExit", "intervention-exits"),
        optional("profile", None),
    ],
    ..EXIT
};

/// What may come next for a referral in this status.
pub fn after_referral_status(status: ReferralStatus) -> &'static [Transition] {
    match status {
        ReferralStatus::Received => &[ACCEPTANCE, REJECTION, WITHDRAWAL],
        ReferralStatus::Accepted => &[TRIAGE, WITHDRAWAL],
        ReferralStatus::Rejected | ReferralStatus::Withdrawn | ReferralStatus::Triaged => &[],
    }
}

/// What may come next for a referral.
pub fn for_referral(referral: &Referral) -> &'static [Transition] {
    after_referral_status(referral.status())
}

/// What may come next for an episode. How open interventions end has to be said with the exit.
pub fn for_episode(episode: &Episode) -> Vec<Transition> {
    if episode.exit.is_some() {
        return Vec::new();
    }
    let waiting = if episode.open_wait().is_some() {
        REMOVE
    } else {
        PLACE
    };
    let open = episode.open_interventions().next().is_some();
    vec![waiting, START, if open { EXIT_WITH_INTERVENTIONS } else { EXIT }]
}
