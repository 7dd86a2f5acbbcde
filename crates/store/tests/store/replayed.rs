//! Rows of a past position from the log alone: what the live table was when it stood there, and nothing of it is touched.

use crate::projecting::{LISTS, Projected};
use throughcare_store::projection::{CanonicalRow, Digest, RANGE, Schema};

/// The digest of what the log comes to at a position, in parts of so many events.
async fn replayed(projected: &Projected, position: u64, part: u32) -> Digest {
    let store = &projected.store;
    let mut rows: Vec<CanonicalRow> = Vec::new();
    for range in store.replay_ranges(part).await.unwrap() {
        let batch = store.read_range(LISTS, range, position).await.unwrap();
        let computed = store.compute_range(batch, &*projected.rows).unwrap();
        rows.extend(store.canonical_rows(&computed).await.unwrap());
    }
    let text: String = rows.iter().map(|row| format!("{}\n", row.canonical)).collect();
    let sha256 = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    Digest {
        rows: rows.len() as u64,
        sha256: sha256.as_ref().iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

async fn live(projected: &Projected) -> (u64, Digest) {
    projected.store.digest(LISTS).await.unwrap()
}

#[tokio::test]
async fn a_replay_comes_to_what_the_live_table_was_whatever_came_later() {
    let mut projected = Projected::new().await;
    let people = projected.people(6, 3).await;
    projected.catch_up("one", 5).await;
    let (then, before) = live(&projected).await;
    projected.append(people[1], 3, 2).await;
    projected.people(2, 2).await;
    projected.catch_up("one", 5).await;
    let (now, after) = live(&projected).await;
    assert!(then < now && before != after);

    for part in [1, 4, RANGE] {
        assert_eq!(
            replayed(&projected, then, part).await,
            before,
            "in parts of {part}"
        );
        assert_eq!(replayed(&projected, now, part).await, after, "in parts of {part}");
        assert_eq!(replayed(&projected, then, part).await, before, "once more");
    }
    assert_eq!(replayed(&projected, 0, 4).await.rows, 0);
    assert_eq!(
        live(&projected).await,
        (now, after),
        "the live table stands where it stood"
    );
}

#[tokio::test]
async fn somebody_whose_event_is_damaged_stands_still_in_a_replay_as_in_the_live_table() {
    let mut projected = Projected::new().await;
    projected.people(3, 3).await;
    projected.damage(5).await;
    projected.catch_up("one", 9).await;
    let (position, digest) = live(&projected).await;
    assert_eq!(replayed(&projected, position, 4).await, digest);
}

/// Negative control: rows that are computed otherwise have another digest.
#[tokio::test]
async fn other_code_comes_to_another_digest() {
    let mut projected = Projected::new().await;
    projected.people(3, 2).await;
    projected.catch_up("one", 9).await;
    let (position, digest) = live(&projected).await;
    projected.rows = crate::projecting::counting(7);
    assert_ne!(replayed(&projected, position, RANGE).await, digest);
}

#[tokio::test]
async fn a_schema_of_its_own_is_gone_on_with_and_belongs_to_one_replay() {
    let mut projected = Projected::new().await;
    projected.people(6, 3).await;
    projected.catch_up("one", 9).await;
    let (position, digest) = live(&projected).await;
    // As `migrate` does: a copy of the template database has its tables, and not the grants on it.
    let granted = "do $$ begin execute format('grant create on database %I to throughcare_owner', current_database()); end $$";
    projected.sql(granted).await;
    let store = &projected.store;
    let schema = Schema::parse("then").unwrap();
    let planned = store.replay_ranges(5).await.unwrap();
    let begun = store
        .begin_scratch(LISTS, &schema, "this", &planned)
        .await
        .unwrap();
    assert!(begun.ranges.len() > 2 && begun.done.iter().all(|done| !done));
    for (at, range) in begun.ranges.iter().enumerate() {
        // As after a stop: what is done is remembered, whatever would be planned now.
        let again = store.begin_scratch(LISTS, &schema, "this", &[]).await.unwrap();
        assert_eq!(again.ranges, begun.ranges);
        assert_eq!(again.done.iter().filter(|done| **done).count(), at);
        let batch = store.read_range(LISTS, *range, position).await.unwrap();
        let computed = store.compute_range(batch, &*projected.rows).unwrap();
        store.write_scratch(LISTS, &schema, &computed).await.unwrap();
        let twice = store.write_scratch(LISTS, &schema, &computed).await;
        assert!(twice.is_err(), "once");
    }
    assert_eq!(store.scratch_digest(LISTS, &schema).await.unwrap(), digest);
    assert!(
        store
            .begin_scratch(LISTS, &schema, "that", &planned)
            .await
            .is_err()
    );
    assert_eq!(live(&projected).await, (position, digest));
}
