//! What exit reasons and interventions mean.
//!
//! Source: `domain.md` 1.4.

use super::ReferenceData;
use crate::fact::ExitOutcome;

/// The list of exit reasons.
pub const DISCHARGE_REASONS: &str = "discharge-reasons";

/// The list of interventions.
pub const INTERVENTIONS: &str = "interventions";

/// What an exit reason means; `None` when the list never had it. (Whether a code may be used on a day is
/// another question: [`ReferenceData::check`].)
pub fn exit_outcome(data: &ReferenceData, code: &str) -> Option<ExitOutcome> {
    Some(
        match data.list(DISCHARGE_REASONS)?.ever(code)?.attribute("outcome")? {
            "successful_completion" => ExitOutcome::SuccessfulCompletion,
            "transfer" => ExitOutcome::Transfer,
            "administrative_transfer" => ExitOutcome::AdministrativeTransfer,
            "unplanned" => ExitOutcome::Unplanned,
            "declined" => ExitOutcome::Declined,
            "death" => ExitOutcome::Death,
            _ => ExitOutcome::Unknown,
        },
    )
}

/// The exit reason as it is read today: 90, 91 and 92 are 80, 82 and 81; every other, known or not, is
/// itself.
pub fn reads_as<'a>(data: &'a ReferenceData, code: &'a str) -> &'a str {
    let entry = data.list(DISCHARGE_REASONS).and_then(|list| list.ever(code));
    entry
        .and_then(|entry| entry.attribute("reads_as"))
        .unwrap_or(code)
}

/// True for structured treatment; recovery support (96) only within a care plan. A code which the list
/// never had is not structured.
pub fn is_structured(data: &ReferenceData, code: &str, within_care_plan: bool) -> bool {
    let entry = data.list(INTERVENTIONS).and_then(|list| list.ever(code));
    match entry.and_then(|entry| entry.attribute("structured")) {
        Some("yes") => true,
        Some("within_care_plan") => within_care_plan,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_reasons_have_their_outcome() {
        let data = ReferenceData::bundled();
        for (codes, outcome) in [
            (
                &["80", "81", "82", "90", "91", "92"][..],
                ExitOutcome::SuccessfulCompletion,
            ),
            (&["83", "84", "93", "94", "95", "96", "97"], ExitOutcome::Transfer),
            (&["74"], ExitOutcome::AdministrativeTransfer),
            (&["85", "86", "87"], ExitOutcome::Unplanned),
            (&["71", "88"], ExitOutcome::Declined),
            (&["89"], ExitOutcome::Death),
        ] {
            for code in codes {
                assert_eq!(exit_outcome(&data, code), Some(outcome), "{code}");
            }
        }
        assert_eq!(exit_outcome(&data, "98"), None);
    }

    #[test]
    fn no_outcome_of_the_list_is_a_word_that_we_do_not_know() {
        let data = ReferenceData::bundled();
        for entry in data.list(DISCHARGE_REASONS).unwrap().entries() {
            let outcome = exit_outcome(&data, entry.code.as_str());
            assert!(
                outcome.is_some_and(|outcome| outcome != ExitOutcome::Unknown),
                "{}",
                entry.code
            );
        }
    }

    #[test]
    fn old_completions_are_read_as_their_current_form() {
        let data = ReferenceData::bundled();
        assert_eq!(
            ["90", "91", "92", "85"].map(|code| reads_as(&data, code)),
            ["80", "82", "81", "85"]
        );
        assert_eq!(reads_as(&data, "98"), "98");
        for code in ["90", "91", "92"] {
            assert_eq!(
                exit_outcome(&data, code),
                exit_outcome(&data, reads_as(&data, code)),
                "{code}"
            );
        }
    }

    #[test]
    fn recovery_support_is_structured_only_within_a_care_plan() {
        let data = ReferenceData::bundled();
        for (code, alone, planned) in [
            ("94", true, true),
            ("95", true, true),
            ("96", false, true),
            ("76", false, false),
        ] {
            assert_eq!(is_structured(&data, code, false), alone, "{code}");
            assert_eq!(is_structured(&data, code, true), planned, "{code}");
        }
        assert!(!is_structured(&data, "99", true));
    }
}
