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

const SEND_ON: Transition = Transition {
    to: "sent_on",
    noun: "onward-referral",
    what: "Pass the person on to another service.",
    fields: &[
        FieldNeeded {
            name: "toService",
            required: true,
            list: None,
        },
        optional("source", Some("referral-sources")),
    ],
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

const HOLD: Transition = Transition {
    to: "on_hold",
    noun: "hold",
    what: "Let treatment rest for a while.",
    fields: &[required("reason", "hold-reasons")],
};

const RESUME: Transition = Transition {
    to: "resumed",
    noun: "resumption",
    what: "Go on after a hold, where treatment stood before it.",
    fields: &[],
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

const FOLLOW_UP: Transition = Transition {
    to: "exited",
    noun: "follow-ups",
    what: "Say what came of following the person up.",
    fields: &[required("outcome", "follow-up-outcomes")],
};

const RESCISSION: Transition = Transition {
    to: "triaged",
    noun: "exit-rescission",
    what: "Take the exit back: the episode goes on as if it had not ended.",
    fields: &[required("reason", "exit-rescission-reasons")],
};

/// What may come next for a referral in this status.
pub fn after_referral_status(status: ReferralStatus) -> &'static [Transition] {
    match status {
        ReferralStatus::Received => &[ACCEPTANCE, REJECTION, SEND_ON, WITHDRAWAL],
        ReferralStatus::Accepted => &[TRIAGE, SEND_ON, WITHDRAWAL],
        ReferralStatus::Rejected
        | ReferralStatus::Withdrawn
        | ReferralStatus::Triaged
        | ReferralStatus::SentOn => &[],
    }
}

/// What may come next for a referral.
pub fn for_referral(referral: &Referral) -> &'static [Transition] {
    after_referral_status(referral.status())
}

/// What may come next for an episode. How open interventions end has to be said with the exit.
pub fn for_episode(episode: &Episode) -> Vec<Transition> {
    if episode.exit.is_some() {
        return vec![FOLLOW_UP, RESCISSION];
    }
    let waiting = if episode.open_wait().is_some() {
        REMOVE
    } else {
        PLACE
    };
    let open = episode.open_interventions().next().is_some();
    let exit = if open { EXIT_WITH_INTERVENTIONS } else { EXIT };
    if episode.on_hold().is_some() {
        vec![RESUME, exit]
    } else {
        vec![waiting, START, HOLD, exit]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::ReferenceData;
    use crate::rows::story::*;

    fn nouns(transitions: &[Transition]) -> Vec<&'static str> {
        transitions.iter().map(|transition| transition.noun).collect()
    }

    fn of_referral(story: &Story) -> Vec<&'static str> {
        nouns(for_referral(&story.state().referrals[0]))
    }

    fn of_episode(story: &Story) -> Vec<&'static str> {
        nouns(&for_episode(&story.state().episodes[0]))
    }

    #[test]
    fn a_referral_is_decided_once() {
        let story = Story::new().on("2026-03-01", referral(1, "northshire-community"));
        assert_eq!(
            of_referral(&story),
            ["acceptance", "rejection", "onward-referral", "withdrawal"]
        );
        let accepted = story.clone().on("2026-03-02", accepted(1));
        assert_eq!(
            of_referral(&accepted),
            ["triage", "onward-referral", "withdrawal"]
        );
        assert!(of_referral(&accepted.on("2026-03-03", triaged(1, "signposted"))).is_empty());
        assert!(of_referral(&story.on("2026-03-02", rejected(1))).is_empty());
    }

    #[test]
    fn an_episode_waits_starts_and_ends() {
        let story = Story::new().on("2026-03-01", opened(1, "northshire-community"));
        assert_eq!(
            of_episode(&story),
            ["waiting-list-entry", "interventions", "hold", "exit"]
        );
        let waiting = story.on("2026-03-02", placed(1, "94"));
        assert_eq!(
            of_episode(&waiting),
            ["waiting-list-removal", "interventions", "hold", "exit"]
        );
        assert_eq!(
            of_episode(&waiting.on("2026-03-05", exit(1, "88"))),
            ["follow-ups", "exit-rescission"]
        );
    }

    #[test]
    fn an_exit_has_to_say_how_open_interventions_end() {
        let needs = |story: &Story| {
            let exit = for_episode(&story.state().episodes[0]).pop().unwrap();
            exit.fields
                .iter()
                .any(|field| field.name == "interventionExit" && field.required)
        };
        let story = Story::new().on("2026-03-01", opened(1, "northshire-community"));
        assert!(!needs(&story));
        assert!(needs(&story.on("2026-03-02", started(1, 1, "94"))));
    }

    /// What is offered is what the fold takes without a conflict.
    #[test]
    fn what_is_offered_fits() {
        let story = Story::new().on("2026-03-01", referral(1, "northshire-community"));
        assert!(
            story
                .clone()
                .on("2026-03-02", rejected(1))
                .state()
                .conflicts
                .is_empty()
        );
        let not_offered = story.on("2026-03-02", triaged(1, "signposted"));
        assert!(!not_offered.state().conflicts.is_empty());
    }

    #[test]
    fn every_list_named_exists() {
        let data = ReferenceData::bundled();
        let all = [
            ACCEPTANCE, REJECTION, WITHDRAWAL, TRIAGE, PLACE, REMOVE, START, EXIT, FOLLOW_UP, RESCISSION,
            SEND_ON, HOLD,
        ];
        let lists: Vec<_> = all
            .iter()
            .flat_map(|one| one.fields)
            .filter_map(|field| field.list)
            .collect();
        assert_eq!(lists.len(), 14);
        assert!(lists.iter().all(|list| data.list(list).is_some()), "{lists:?}");
    }
}
