//! Whether a projection, and telling receivers, do their work: what readiness, the doctor and metrics agree on.

use throughcare_domain::rows::LINES_OF;
use throughcare_store::projection::{LEASE, ProjectionState, ProjectionStatus};
use throughcare_store::{RecheckStanding, TreeStanding, WebhookStanding};

/// Lists further behind than this are down.
const MOST_BEHIND: u64 = 10_000;
/// What is due to a receiver is sent within this time, or sending stands still: a receiver may take 15 s to answer, and
/// eight slow ones at a time hold up the others of one webhook.
const DUE_WITHIN_SECONDS: u64 = 300;

/// What is wrong with a projection; `None` when it does its work. Names no machine and no person.
pub fn fault(one: &ProjectionStatus) -> Option<String> {
    if let ProjectionState::Stopped { since, .. } = &one.state {
        return Some(format!(
            "stands still since {since} before an event that only a newer program can read"
        ));
    }
    // An owner that lives renews its lease long before it runs out, and a free lease is taken within a second.
    if !one.lease.lasts && one.lag_events > 0 && one.lag_seconds >= LEASE.as_secs() {
        return Some("nobody works on it: its worker is dead or asleep, and no other took over".to_owned());
    }
    (one.lag_events > MOST_BEHIND).then(|| format!("more than {MOST_BEHIND} events behind"))
}

/// What is wrong with the lines of a projection, although it does its work: figures are refused until they are rebuilt,
/// and lists may lack what a newer program would put on them. People are served all the same.
pub fn to_rebuild(one: &ProjectionStatus) -> Option<&'static str> {
    (one.position > 0 && one.lines_of < LINES_OF).then_some(
        "its lines were made by an older program, and figures wait until `throughcare rebuild --accept-changes` has \
         made them anew",
    )
}

/// What is wrong with telling receivers; `None` when nothing is. A receiver that takes nothing is no fault of it.
pub fn courier_fault(stand: &WebhookStanding) -> Option<String> {
    if stand.active == 0 {
        return None;
    }
    let late = stand.unread_seconds.max(stand.oldest_due_seconds);
    let anything = stand.unread_events > 0 || stand.due > 0;
    if !stand.lease_lasts && anything && late >= LEASE.as_secs() {
        return Some("nobody works on it: its worker is dead or asleep, and no other took over".to_owned());
    }
    if stand.oldest_due_seconds > DUE_WITHIN_SECONDS {
        return Some(format!(
            "what is due waits for {} s already",
            stand.oldest_due_seconds
        ));
    }
    // Full receivers are read for no further: what waits for them is bounded.
    (stand.unread_events > MOST_BEHIND && stand.failing == 0)
        .then(|| format!("more than {MOST_BEHIND} events behind"))
}

/// How far it is, in one line.
pub fn told(one: &ProjectionStatus) -> String {
    format!(
        "{} events and {} s behind, {} people parked",
        one.lag_events, one.lag_seconds, one.parked
    )
}

/// A newest checkpoint older than this, with something new that it does not hold, is a fault: one is signed every ten
/// seconds, and a node that dies is replaced within the time of a lease.
const OLDEST_CHECKPOINT: u64 = 60;

/// What is wrong with a tree that proves that nothing was altered; `None` when it grows and is signed.
pub fn tree_fault(one: &TreeStanding) -> Option<String> {
    if let Some((why, since)) = &one.stopped {
        return Some(format!("stands still since {since}: {why}"));
    }
    let unsigned = one.head > one.checkpoint;
    let old = one.age_seconds.is_some_and(|age| age > OLDEST_CHECKPOINT);
    (unsigned && old && one.behind() > 0).then(|| {
        format!("nobody signs: the newest checkpoint is more than {OLDEST_CHECKPOINT} s old, and it does not hold what is new")
    })
}

/// What was found when old rows were looked at again; `None` when they are what they were.
pub fn recheck_fault(one: &RecheckStanding) -> Option<String> {
    let found = one.differs.as_ref()?;
    Some(format!(
        "rows from entry {} on are not what they were (found {}): {}",
        found.from, found.since, found.reason
    ))
}

/// How far looking again is, in one line.
pub fn recheck_told(one: &RecheckStanding) -> String {
    let round = one
        .round_age_seconds
        .map_or("no whole round yet".to_owned(), |age| {
            format!("{} whole rounds, the last ended {age} s ago", one.rounds)
        });
    format!("next is entry {}; {round}", one.next)
}

/// How far it is, in one line.
pub fn tree_told(one: &TreeStanding) -> String {
    let age = one
        .age_seconds
        .map_or("never signed".to_owned(), |age| format!("signed {age} s ago"));
    format!(
        "{} entries, {} to come; checkpoint of {}, {age}",
        one.size,
        one.behind(),
        one.checkpoint
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use throughcare_store::Tree;

    #[test]
    fn a_tree_that_stands_still_or_is_not_signed_is_told() {
        let healthy = TreeStanding {
            tree: Tree::Log,
            size: 100,
            head: 110,
            checkpoint: 90,
            made_at: Some(Timestamp::UNIX_EPOCH),
            age_seconds: Some(4),
            stopped: None,
        };
        assert_eq!(tree_fault(&healthy), None);
        let old = TreeStanding {
            age_seconds: Some(61),
            ..healthy.clone()
        };
        assert!(tree_fault(&old).is_some());
        // Nothing new needs no new checkpoint.
        let quiet = TreeStanding {
            size: 110,
            checkpoint: 110,
            ..old
        };
        assert_eq!(tree_fault(&quiet), None);
        let stopped = TreeStanding {
            stopped: Some(("it was altered".to_owned(), Timestamp::UNIX_EPOCH)),
            ..healthy
        };
        assert!(tree_fault(&stopped).is_some_and(|told| told.contains("it was altered")));
    }
    #[test]
    fn rows_that_are_not_what_they_were_are_told_with_their_place() {
        let mut one = RecheckStanding {
            tree: Tree::Log,
            next: 2_048,
            rounds: 3,
            round_age_seconds: Some(70),
            idle_seconds: 5,
            differs: None,
        };
        assert_eq!(recheck_fault(&one), None);
        assert_eq!(
            recheck_told(&one),
            "next is entry 2048; 3 whole rounds, the last ended 70 s ago"
        );
        one.differs = Some(throughcare_store::Difference {
            from: 1_024,
            reason: "the row was altered".to_owned(),
            since: Timestamp::UNIX_EPOCH,
        });
        let said = recheck_fault(&one).unwrap();
        assert!(
            said.contains("from entry 1024 on") && said.contains("the row was altered"),
            "{said}"
        );
    }

    use jiff::Timestamp;
    use throughcare_store::projection::LeaseStatus;

    /// A projection that does its work.
    fn healthy() -> ProjectionStatus {
        ProjectionStatus {
            lines_of: LINES_OF,
            name: "worklists".to_owned(),
            position: 90,
            head: 100,
            moved_at: Timestamp::UNIX_EPOCH,
            lag_events: 10,
            lag_seconds: 60,
            state: ProjectionState::Running,
            lease: LeaseStatus {
                owner: Some("node-1".to_owned()),
                fence: 3,
                until: Some(Timestamp::UNIX_EPOCH),
                lasts: true,
            },
            parked: 0,
        }
    }

    #[test]
    fn a_projection_that_lags_under_a_lasting_lease_does_its_work() {
        assert_eq!(fault(&healthy()), None);
    }

    #[test]
    fn lines_of_an_older_program_want_a_rebuild_and_take_nobody_down() {
        let old = ProjectionStatus {
            lines_of: LINES_OF - 1,
            ..healthy()
        };
        assert_eq!(fault(&old), None, "people are served");
        assert!(to_rebuild(&old).is_some_and(|told| told.contains("rebuild")));
        assert_eq!(to_rebuild(&healthy()), None);
        let empty = ProjectionStatus { position: 0, ..old };
        assert_eq!(to_rebuild(&empty), None, "nothing was made by anybody");
    }

    #[test]
    fn a_stopped_projection_is_down_and_its_reason_is_not_told_to_everybody() {
        let mut one = healthy();
        one.state = ProjectionState::Stopped {
            reason: "at 91: a type of tomorrow".to_owned(),
            since: Timestamp::UNIX_EPOCH,
        };
        let said = fault(&one).unwrap();
        assert!(
            said.contains("stands still") && !said.contains("tomorrow"),
            "{said}"
        );
    }

    #[test]
    fn a_lease_that_ran_out_with_events_waiting_is_a_dead_worker() {
        let mut one = healthy();
        one.lease.lasts = false;
        assert!(fault(&one).is_some_and(|said| said.contains("nobody works on it")));
        one.lag_seconds = LEASE.as_secs() - 1;
        assert_eq!(fault(&one), None, "another may be about to take it");
        one.lag_seconds = 60;
        one.lag_events = 0;
        assert_eq!(fault(&one), None, "there is nothing to do");
    }

    #[test]
    fn too_far_behind_is_down_whoever_works() {
        let mut one = healthy();
        one.lag_events = MOST_BEHIND + 1;
        assert!(fault(&one).is_some());
    }

    #[test]
    fn a_courier_that_is_dead_or_late_is_a_fault_and_a_receiver_that_fails_is_none() {
        let good = WebhookStanding {
            active: 2,
            failing: 1,
            waiting: 40,
            due: 3,
            oldest_due_seconds: 20,
            parked: 7,
            unread_events: MOST_BEHIND + 1,
            unread_seconds: 900,
            lease_lasts: true,
            ..WebhookStanding::default()
        };
        assert_eq!(courier_fault(&good), None);
        let dead = WebhookStanding {
            lease_lasts: false,
            ..good
        };
        assert!(courier_fault(&dead).is_some_and(|said| said.contains("nobody works on it")));
        assert_eq!(courier_fault(&WebhookStanding { active: 0, ..dead }), None);
        let late = WebhookStanding {
            oldest_due_seconds: DUE_WITHIN_SECONDS + 1,
            ..good
        };
        assert!(courier_fault(&late).is_some_and(|said| said.contains("301 s")));
        let behind = WebhookStanding { failing: 0, ..good };
        assert!(courier_fault(&behind).is_some_and(|said| said.contains("events behind")));
    }

    #[test]
    fn parked_people_are_told_and_make_nothing_down() {
        let mut one = healthy();
        one.parked = 2;
        assert_eq!(fault(&one), None);
        assert!(told(&one).contains("2 people parked"));
    }
}
