//! The names of worklists in addresses.

use throughcare_domain::rows::RowKind;

/// Every worklist of a service: its name in the address and its kind.
pub const LISTS: [(&str, RowKind); 30] = [
    ("referrals", RowKind::ReferralToActOn),
    ("triage-due", RowKind::TriageDue),
    ("waiting-list", RowKind::Waiting),
    ("caseload", RowKind::Caseload),
    ("transfers", RowKind::TransferToAccept),
    ("appointments", RowKind::AppointmentToCome),
    ("appointments-missed", RowKind::AppointmentMissed),
    ("prescriptions-to-take-over", RowKind::PrescriptionToTakeOver),
    ("prescribed-twice", RowKind::PrescribedTwice),
    ("naloxone-to-replace", RowKind::NaloxoneToReplace),
    ("naloxone-to-hand-over", RowKind::NaloxoneToHandOver),
    ("naloxone-called-back", RowKind::NaloxoneKit),
    ("releases-to-complete", RowKind::ReleaseToComplete),
    ("movements-to-classify", RowKind::MovementToClassify),
    ("required-assessments", RowKind::AssessmentRequired),
    ("conflicts-to-settle", RowKind::ConflictToSettle),
    ("overdoses-to-review", RowKind::OverdoseToReview),
    ("deaths-to-follow", RowKind::DeathToFollow),
    ("start-profiles-due", RowKind::StartProfileDue),
    ("outcome-reviews-due", RowKind::OutcomeReviewDue),
    ("follow-ups-due", RowKind::FollowUpDue),
    ("to-re-engage", RowKind::ToReEngage),
    ("transitions-due", RowKind::TransitionDue),
    ("needs", RowKind::Need),
    ("restricted-needs", RowKind::RestrictedNeed),
    ("tags", RowKind::Tag),
    ("placements", RowKind::Placement),
    ("outreach-contacts", RowKind::OutreachContact),
    ("records-merged", RowKind::RecordsMerged),
    ("sight-widened", RowKind::SightWidened),
];

/// The kind of the list with this name.
pub fn kind_of(name: &str) -> Option<RowKind> {
    LISTS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, kind)| *kind)
}
