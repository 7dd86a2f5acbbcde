//! An event that fails parks its person, visibly; one of a newer program stops the projection; the others go on.

use crate::projecting::{LISTS, Projected, person};
use std::sync::Arc;
use throughcare_domain::id::PersonId;
use throughcare_domain::stream::StreamId;
use throughcare_store::keys::Destroy;
use throughcare_store::projection::{ParkedPerson, ProjectionState, RowsOf, Written};

/// Rows as before, but the computation fails at the event at this position.
fn failing_at(rows: Arc<RowsOf>, position: u64) -> Arc<RowsOf> {
    Arc::new(move |person, history, positions| {
        assert!(
            history.iter().all(|event| event.envelope.position != position),
            "a fault, on purpose"
        );
        rows(person, history, positions)
    })
}

async fn parked(projected: &Projected) -> Vec<ParkedPerson> {
    projected.store.parked().await.unwrap()
}

#[tokio::test]
async fn a_damaged_event_parks_its_person_at_it_and_the_others_go_on() {
    let mut projected = Projected::new().await;
    let people = projected.people(3, 3).await; // person 1 has positions 2, 5 and 8
    projected.damage(5).await;
    projected.catch_up("one", 9).await;

    let parked = parked(&projected).await;
    assert_eq!(parked.len(), 1);
    assert_eq!(
        (parked[0].person, parked[0].position, parked[0].tries),
        (person(people[1]), 5, 1)
    );
    assert!(
        parked[0]
            .reason
            .starts_with("the event at position 5: it does not open"),
        "{}",
        parked[0].reason
    );
    let status = projected.status().await;
    assert_eq!(
        (status.position, status.parked, &status.state),
        (9, 1, &ProjectionState::Running)
    );

    // Rows of the event before it are there; a rebuild parks the same person at the same event.
    let found = projected.compared().await;
    assert!(found.equal() && found.parked == 0, "{found:?}");
    assert_eq!(found.live.rows, (1 + 3) * 2 + 2);
}

#[tokio::test]
async fn where_batches_end_does_not_change_where_a_person_is_parked() {
    for most in [1, 2, 5, 9] {
        let mut projected = Projected::new().await;
        projected.people(3, 3).await;
        projected.damage(5).await;
        projected.catch_up("one", most).await;
        assert_eq!(parked(&projected).await[0].position, 5, "batches of {most}");
        let found = projected.compared().await;
        assert!(found.equal() && found.parked == 0, "batches of {most}: {found:?}");
    }
}

#[tokio::test]
async fn a_computation_that_fails_parks_its_person_and_tells_nothing_of_them() {
    let mut projected = Projected::new().await;
    let people = projected.people(3, 3).await;
    let sound = projected.rows.clone();
    projected.rows = failing_at(sound.clone(), 8);
    projected.catch_up("one", 9).await;
    let found = parked(&projected).await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].person, found[0].position), (person(people[1]), 8));
    assert!(
        !found[0].reason.contains("on purpose"),
        "no text of the panic: it may hold values"
    );
    assert!(projected.compared().await.equal(), "steps before it are written");

    projected.rows = sound;
    let resumed = projected
        .store
        .resume(LISTS, &[person(people[1])], projected.rows.clone())
        .await
        .unwrap();
    assert_eq!(resumed.resumed, [person(people[1])]);
    projected.assert_equal_to_a_rebuild().await;
}

#[tokio::test]
async fn a_person_who_is_parked_again_is_parked_once() {
    let mut projected = Projected::new().await;
    let people = projected.people(2, 2).await;
    projected.damage(3).await;
    projected.catch_up("one", 9).await;
    let first = parked(&projected).await;
    projected.append(people[0], 2, 2).await;
    projected.catch_up("one", 9).await;
    assert_eq!(
        parked(&projected).await,
        first,
        "new events of theirs change nothing"
    );

    for tries in 2..4 {
        let again = projected
            .store
            .resume(LISTS, &[person(people[0])], projected.rows.clone())
            .await
            .unwrap();
        assert_eq!(again.parked.len(), 1);
        let found = parked(&projected).await;
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].since, found[0].tries), (first[0].since, tries));
    }
    assert!(projected.compared().await.equal());
}

#[tokio::test]
async fn a_person_resumed_after_mending_has_the_rows_of_a_rebuild() {
    let mut projected = Projected::new().await;
    let people = projected.people(3, 3).await;
    projected.damage(5).await;
    projected.catch_up("one", 4).await;
    projected.append(people[1], 3, 2).await;
    projected.catch_up("one", 4).await;
    projected.damage(5).await;

    let still = projected.compared().await;
    assert_eq!(
        (still.people, still.parked),
        (0, 1),
        "parked rows stand still, and are no difference"
    );
    let nobody = projected
        .store
        .resume(LISTS, &[person(people[0])], projected.rows.clone())
        .await
        .unwrap();
    assert!(
        nobody.resumed.is_empty() && nobody.parked.is_empty(),
        "who is not parked is left alone"
    );
    let all = projected.store.parked_people(LISTS, None).await.unwrap();
    let resumed = projected
        .store
        .resume(LISTS, &all, projected.rows.clone())
        .await
        .unwrap();
    assert_eq!(resumed.resumed, [person(people[1])]);
    assert_eq!(projected.status().await.parked, 0);
    projected.assert_equal_to_a_rebuild().await;
    projected.append(people[1], 5, 1).await;
    projected.catch_up("one", 4).await;
    projected.assert_equal_to_a_rebuild().await;
}

/// A worker read a batch without the parked person, who is then resumed: the batch must not be written.
async fn resumed_under_a_batch() -> (
    Projected,
    throughcare_store::projection::Lease,
    throughcare_store::projection::Computed,
) {
    let mut projected = Projected::new().await;
    let people = projected.people(2, 2).await;
    projected.damage(3).await;
    projected.catch_up("one", 9).await;
    projected.append(people[0], 2, 1).await;
    projected.append(people[1], 2, 1).await;
    let lease = projected.take("one").await;
    let computed = projected.compute(9).await;
    projected.damage(3).await;
    projected
        .store
        .resume(LISTS, &[person(people[0])], projected.rows.clone())
        .await
        .unwrap();
    (projected, lease, computed)
}

#[tokio::test]
async fn a_batch_read_without_a_person_is_not_written_once_they_are_resumed() {
    let (projected, lease, computed) = resumed_under_a_batch().await;
    let written = projected.store.write_batch(&lease, &computed).await.unwrap();
    assert_eq!(written, Written::LeaseLost);
    projected.catch_up("one", 9).await;
    projected.assert_equal_to_a_rebuild().await;
}

/// Negative control: with a lease that resuming did not end, the person's event is lost.
#[tokio::test]
async fn without_ending_the_lease_the_resumed_person_would_miss_an_event() {
    let (projected, _, computed) = resumed_under_a_batch().await;
    let lease = projected.take("one").await;
    projected.store.write_batch(&lease, &computed).await.unwrap();
    assert_eq!(projected.compared().await.people, 1);
}

#[tokio::test]
async fn an_erased_person_is_no_fault() {
    let mut projected = Projected::new().await;
    let people = projected.people(2, 2).await;
    projected
        .store
        .destroy_keys(&[PersonId(people[0].id)], Destroy::Both, people[0].id)
        .await
        .unwrap();
    projected.catch_up("one", 9).await;
    assert_eq!(projected.status().await.parked, 0);
    projected.assert_equal_to_a_rebuild().await;
}

async fn rename(projected: &mut Projected, position: u64, set: &str) {
    projected
        .sql(&format!(
            "alter table events disable trigger user; update events set {set} where position = {position}; \
             alter table events enable trigger user"
        ))
        .await;
}

async fn halts_before(position: u64, most: u64, newer: &str) {
    let mut projected = Projected::new().await;
    let people: Vec<StreamId> = projected.people(3, 3).await;
    rename(&mut projected, position, newer).await;
    projected.catch_up("an old program", most).await;
    let status = projected.status().await;
    assert_eq!(status.position, position - 1, "it stands just before the event");
    assert_eq!(status.parked, 0, "nobody is parked for it");
    let ProjectionState::Stopped { reason, since } = status.state else {
        panic!("it says that it stands still");
    };
    assert!(reason.contains(&format!("position {position}:")), "{reason}");

    // Another attempt stands still at the same place, since the same time; the store goes on.
    projected.catch_up("an old program", most).await;
    assert_eq!(
        projected.status().await.state,
        ProjectionState::Stopped { reason, since }
    );
    projected.append(people[0], 3, 1).await;
    if position > 1 {
        assert!(projected.compared().await.equal(), "what is there is right");
    }

    // A newer program knows the type: here the event is what it was.
    rename(
        &mut projected,
        position,
        "event_type = 'identity.residence-recorded', schema_version = 1",
    )
    .await;
    projected.catch_up("a new program", most).await;
    let status = projected.status().await;
    assert_eq!((status.state, status.position), (ProjectionState::Running, 10));
    projected.assert_equal_to_a_rebuild().await;
}

#[tokio::test]
async fn an_event_of_an_unknown_type_stops_the_projection_before_it() {
    halts_before(5, 9, "event_type = 'custody.teleported'").await;
    halts_before(5, 1, "event_type = 'custody.teleported'").await;
    halts_before(1, 4, "event_type = 'custody.teleported'").await;
}

#[tokio::test]
async fn an_event_of_a_newer_version_stops_the_projection_before_it() {
    halts_before(6, 4, "schema_version = 9").await;
}
