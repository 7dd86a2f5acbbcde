//! A list as CSV, for a spreadsheet.

use super::line::WorklistLine;
use crate::api::csv::csv_of;
pub use crate::api::csv::{MAX_LINES, wanted};
use crate::problem::Problem;
use axum::response::Response;

/// What a column is called, and where it stands in a line.
const COLUMNS: &[(&str, &str)] = &[
    ("person_id", "/personId"),
    ("given_names", "/names/given"),
    ("family_name", "/names/family"),
    ("date_of_birth", "/dateOfBirth"),
    ("id", "/id"),
    ("referral_id", "/referralId"),
    ("episode_id", "/episodeId"),
    ("kit_id", "/kitId"),
    ("on_list_since", "/onListSince"),
    ("counted_from", "/countedFrom"),
    ("age_days", "/ageDays"),
    ("duty", "/duty"),
    ("due_on", "/dueOn"),
    ("overdue", "/overdue"),
    ("area", "/area"),
    ("source", "/source"),
    ("from_organisation", "/fromOrganisation"),
    ("substances", "/substances"),
    ("triage_due_on", "/triageDueOn"),
    ("accepted_on", "/acceptedOn"),
    ("triaged_on", "/triagedOn"),
    ("placed_on", "/placedOn"),
    ("interventions", "/interventions"),
    ("first_structured_start", "/firstStructuredStart"),
    ("last_seen_on", "/lastSeenOn"),
    ("kit_product", "/kit/product"),
    ("kit_batch", "/kit/batch"),
    ("kit_expires_on", "/kit/expiresOn"),
    ("kit_supplied_on", "/kit/suppliedOn"),
    ("kit_used_on", "/kit/usedOn"),
    ("kit_gone_on", "/kit/goneOn"),
    ("last_profile_on", "/lastProfileOn"),
    ("appointment_id", "/appointment/appointmentId"),
    ("appointment_kind", "/appointment/kind"),
    ("appointment_starts_at", "/appointment/startsAt"),
    ("appointment_miss_reason", "/appointment/reason"),
    ("appointment_on", "/appointmentOn"),
    ("first_referred_on", "/firstReferredOn"),
    ("referred_on", "/referredOn"),
    ("first_appointment_for", "/firstAppointmentFor"),
    ("days_waited", "/daysWaited"),
    ("key_worker", "/keyWorker"),
    ("on_hold_since", "/onHoldSince"),
    ("hold_reason", "/holdReason"),
    ("care_plan_review_on", "/carePlanReviewOn"),
    ("prescription_medicine", "/prescription/medicine"),
    ("prescription_from", "/prescription/from"),
    ("prescription_until", "/prescription/until"),
    ("prescribed_twice", "/prescribedTwice"),
    ("left_on", "/left/leftOn"),
    ("left_reason", "/left/reason"),
    ("follow_up_attempts", "/left/attempts"),
    ("last_attempt_on", "/left/lastAttemptOn"),
    ("last_outcome", "/left/lastOutcome"),
    ("turns_adult_on", "/turnsAdultOn"),
    ("offered_to", "/offeredTo"),
    ("need", "/need"),
    ("tag", "/tag"),
    ("attested", "/attested"),
    ("emergency", "/emergency"),
    ("by_organisation", "/byOrganisation"),
    ("until", "/until"),
    ("placement_kind", "/placement/kind"),
    ("placement_provider_service", "/placement/providerService"),
    ("placement_provider", "/placement/provider"),
    ("placement_commissioner", "/placement/commissioner"),
    ("placement_commissioner_area", "/placement/commissionerArea"),
    ("outreach_place", "/outreach/place"),
    ("outreach_outcome", "/outreach/outcome"),
    ("outreach_contacts", "/outreach/contacts"),
    ("treatment_naive", "/outreach/treatmentNaive"),
    ("missing", "/missing"),
    ("movement_type", "/movementType"),
    ("movement_reason", "/movementReason"),
    ("prison", "/prison"),
    ("assessment_id", "/assessment/assessmentId"),
    ("assessment_kind", "/assessment/kind"),
    ("assessment_appointed_on", "/assessment/appointedOn"),
    ("assessment_missed_on", "/assessment/missedOn"),
    ("release_planned_on", "/releasePlannedOn"),
    ("conflict_codes", "/conflict/codes"),
    ("conflict_event_type", "/conflict/eventType"),
    ("conflict_happened_on", "/conflict/happenedOn"),
    ("conflict_recorded_on", "/conflict/recordedOn"),
    ("overdose_outcome", "/overdose/outcome"),
    ("naloxone_given", "/overdose/naloxoneGiven"),
    ("death_suspected", "/death/suspected"),
    ("death_confirmed_on", "/death/confirmedOn"),
    ("known_to_treatment", "/death/knownToTreatment"),
    ("death_after_release", "/death/afterRelease"),
    ("death_after_treatment", "/death/afterTreatment"),
    ("sealed_ask", "/sealed/ask"),
];

/// The lines as CSV, under a line with the names of the columns.
///
/// # Errors
/// When a line cannot be written: a fault of this program.
pub fn csv(lines: &[WorklistLine], name: &str) -> Result<Response, Problem> {
    csv_of(COLUMNS, lines, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::csv::written;
    use crate::api::wire::NamesWire;
    use std::collections::BTreeSet;
    use utoipa::PartialSchema as _;

    #[test]
    fn every_field_of_a_line_has_a_column() {
        let schema = serde_json::to_value(WorklistLine::schema()).unwrap();
        let fields: BTreeSet<&str> = schema["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let shown: BTreeSet<&str> = COLUMNS
            .iter()
            .filter_map(|(_, at)| at.split('/').nth(1))
            .collect();
        assert_eq!(fields, shown);
    }

    #[test]
    fn a_name_that_looks_like_a_formula_is_text() {
        let line = WorklistLine {
            names: Some(NamesWire {
                given: Some("=HYPERLINK(\"x\")".to_owned()),
                family: Some("Ash, \"Robin\"".to_owned()),
            }),
            substances: vec!["1011".to_owned(), "7000".to_owned()],
            ..WorklistLine::default()
        };
        let text = written(COLUMNS, &[line]).unwrap();
        let (names, values) = text.split_once('\n').unwrap();
        assert!(names.starts_with("person_id,given_names,family_name"), "{names}");
        assert!(
            values.contains(r#""'=HYPERLINK(""x"")","Ash, ""Robin""","#),
            "{values}"
        );
        assert!(values.contains(",1011 7000,"), "{values}");
    }
}
