//! Who may do what stands beside the records of people: what leaves by itself and what other systems send, code lists,
//! stock. Each is judged by the role, and by whether a person signed in or a system asks by itself.
//!
//! Source: issue 6, "In" and "Out"; `api.md`, Adopt 14. Own reading where a way in or out is kept by people.

use super::Rule;
use crate::event::{Origin, Role};

/// Work beside records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Making, changing, trying and ending webhooks.
    KeepWebhooks,
    /// Looking at webhooks and at what they told.
    SeeWebhooks,
    /// Telling events of other systems, about people and numbers.
    TellEvents,
    /// Telling a movement by a prisoner's number.
    TellMovementByNumber,
    /// Listing what systems sent.
    ListMessages,
    /// Asking which messages found a record.
    AskWhatFoundARecord,
    /// Changing code lists.
    KeepCodeLists,
    /// Recording a service's stock.
    KeepStock,
}

impl Beside {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::KeepWebhooks,
        Self::SeeWebhooks,
        Self::TellEvents,
        Self::TellMovementByNumber,
        Self::ListMessages,
        Self::AskWhatFoundARecord,
        Self::KeepCodeLists,
        Self::KeepStock,
    ];

    /// What it is, for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::KeepWebhooks => "making, changing, trying and ending webhooks",
            Self::SeeWebhooks => "looking at webhooks and what they told",
            Self::TellEvents => "telling events of HMPPS",
            Self::TellMovementByNumber => "telling movements by prisoner number",
            Self::ListMessages => "listing what systems sent",
            Self::AskWhatFoundARecord => "asking which of it found a record",
            Self::KeepCodeLists => "changing code lists",
            Self::KeepStock => "recording a service's stock",
        }
    }
}

/// May a role do this, signed in or as a system that asks by itself?
///
/// # Errors
/// The rule that keeps it out.
pub fn may_work_beside(work: Beside, role: Role, origin: Origin) -> Result<(), Rule> {
    let holds = |holds: bool, rule: Rule| if holds { Ok(()) } else { Err(rule) };
    match work {
        Beside::SeeWebhooks => holds(role == Role::Administrator, Rule::WebhooksAreKeptByAdministrators),
        Beside::KeepWebhooks => {
            may_work_beside(Beside::SeeWebhooks, role, origin)?;
            holds(origin == Origin::Staff, Rule::WebhooksAreKeptByPeople)
        }
        // What staff enter is judged against the record, and the judgement would tell that there is one.
        Beside::TellEvents | Beside::TellMovementByNumber => {
            let rule = match role {
                Role::Auditor => Some(Rule::AuditorRecordsNothing),
                Role::Administrator => Some(Rule::AdministratorKeepsTheDirectory),
                Role::Commissioner => Some(Rule::CommissionerSeesFigures),
                Role::PrivacyOfficer => Some(Rule::PrivacyOfficerRecordsNoCare),
                Role::Worker | Role::Clinician | Role::Liaison => match (origin, work) {
                    (Origin::Machine, _) => None,
                    (Origin::Staff, Beside::TellEvents) => Some(Rule::EventsAreToldBySystems),
                    (Origin::Staff, _) => Some(Rule::MovementsByNumberAreToldBySystems),
                },
            };
            rule.map_or(Ok(()), Err)
        }
        Beside::ListMessages => {
            let sends = may_work_beside(Beside::TellEvents, role, origin).is_ok();
            holds(
                sends || matches!(role, Role::Auditor | Role::Administrator),
                Rule::MessagesAreListedForTheirSenders,
            )
        }
        Beside::AskWhatFoundARecord => holds(role == Role::Auditor, Rule::FoundRecordsAreToldToAuditors),
        Beside::KeepCodeLists => holds(
            role == Role::Administrator,
            Rule::CodeListsAreKeptByAdministrators,
        ),
        Beside::KeepStock => holds(role.gives_care(), Rule::StockIsRecordedByWorkers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::kept_out_by_role;
    use crate::code::Code;
    use crate::command::{Command, Direction, Movement};

    #[test]
    fn a_way_out_is_opened_by_administrators_who_signed_in_and_by_nobody_else() {
        for role in Role::ALL {
            let (staff, system) = (
                may_work_beside(Beside::KeepWebhooks, role, Origin::Staff),
                may_work_beside(Beside::KeepWebhooks, role, Origin::Machine),
            );
            match role {
                Role::Administrator => {
                    assert_eq!(staff, Ok(()));
                    assert_eq!(system, Err(Rule::WebhooksAreKeptByPeople));
                }
                _ => {
                    assert_eq!(staff, Err(Rule::WebhooksAreKeptByAdministrators));
                    assert_eq!(system, staff);
                }
            }
        }
    }

    /// The roles that tell events are those that may record movements at all.
    #[test]
    fn systems_tell_in_the_roles_in_which_movements_are_recorded() {
        let word = Code::parse("REL").unwrap();
        let movement = Command::RecordMovement(Movement {
            movement_type: word.clone(),
            reason: word,
            direction: Direction::Out,
            prison: None,
            to_prison: None,
            area: None,
            no_fixed_abode: false,
            referral_on_release: None,
        });
        for role in Role::ALL {
            let kept_out = kept_out_by_role(&movement, role);
            for work in [Beside::TellEvents, Beside::TellMovementByNumber] {
                let system = may_work_beside(work, role, Origin::Machine);
                assert_eq!(system, kept_out.map_or(Ok(()), Err), "{role:?}");
                assert!(may_work_beside(work, role, Origin::Staff).is_err(), "{role:?}");
            }
            let lists = may_work_beside(Beside::ListMessages, role, Origin::Machine).is_ok();
            let watches = matches!(role, Role::Auditor | Role::Administrator);
            assert_eq!(lists, kept_out.is_none() || watches, "{role:?}");
        }
    }

    #[test]
    fn lists_stock_and_what_was_found_are_kept_apart() {
        for role in Role::ALL {
            let may = |work| may_work_beside(work, role, Origin::Staff).is_ok();
            assert_eq!(may(Beside::KeepCodeLists), role == Role::Administrator);
            assert_eq!(may(Beside::AskWhatFoundARecord), role == Role::Auditor);
            assert_eq!(may(Beside::KeepStock), role.gives_care());
        }
    }
}
