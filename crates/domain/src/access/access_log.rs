//! Who is told what of the access log, and who looked at far more people than others.
//!
//! Source: `trust.md`, "Who may see what": the person can be told who looked; users are compared with their like.

use super::{Permission, Rule};
use crate::event::Role;

/// Whoever looked at fewer people is no outlier, however few others looked at. Own reading: a caseload.
pub const OUTLIER_LEAST: i64 = 20;
/// An outlier looked at more people than this many times what half of the users of the same organisation and role did
/// not exceed. Own reading.
pub const OUTLIER_TIMES: f64 = 3.0;

/// May this role ask how much everybody looks? Auditors may.
pub fn may_compare_users(role: Role) -> Permission {
    match role {
        Role::Auditor => Permission::Allowed,
        Role::Worker
        | Role::Clinician
        | Role::Liaison
        | Role::Administrator
        | Role::Commissioner
        | Role::PrivacyOfficer => Rule::UsersAreComparedByAuditors.into(),
    }
}

/// May this role read entries of the log as they are hashed: what kind of thing was recorded about whom, and when?
/// Auditors may (issue 7, "Proof").
pub fn may_read_entries(role: Role) -> Permission {
    match role {
        Role::Auditor => Permission::Allowed,
        Role::Worker
        | Role::Clinician
        | Role::Liaison
        | Role::Administrator
        | Role::Commissioner
        | Role::PrivacyOfficer => Rule::EntriesAreForAuditors.into(),
    }
}

/// True when somebody is told which user of an organisation looked: auditors are of everybody's, others of their own
/// organisation's. Which user of another it was is for that organisation to say.
pub fn is_told_users(role: Role, own: &str, of: &str) -> bool {
    role == Role::Auditor || own == of
}

/// True when somebody looked at far more people than `median`, at which half of those who do the same work looked at
/// most.
pub fn is_outlier(people: i64, median: f64) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "counts of people, compared roughly")]
    let counted = people as f64;
    people >= OUTLIER_LEAST && counted > OUTLIER_TIMES * median
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlier_looked_at_many_people_and_at_far_more_than_others() {
        assert!(is_outlier(61, 20.0));
        assert!(!is_outlier(60, 20.0), "three times as many");
        assert!(!is_outlier(19, 1.0), "a caseload");
        assert!(is_outlier(20, 1.0));
    }

    #[test]
    fn users_of_others_are_told_to_auditors_alone() {
        assert!(is_told_users(Role::Worker, "northshire", "northshire"));
        assert!(!is_told_users(Role::Worker, "northshire", "gatehouse"));
        assert!(is_told_users(Role::Auditor, "northshire", "gatehouse"));
        assert_eq!(may_compare_users(Role::Auditor), Permission::Allowed);
        assert_eq!(
            may_compare_users(Role::Worker),
            Rule::UsersAreComparedByAuditors.into()
        );
    }
}
