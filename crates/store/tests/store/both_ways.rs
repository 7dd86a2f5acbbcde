//! A group is written at once when all stands as it expects, else append by append: nobody can tell which way it
//! went.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sqlx::{ConnectOptions as _, Row as _};
use throughcare_domain::identifier::IdentifierKind;
use throughcare_domain::stream::StreamId;
use throughcare_store::{Append, AppendOutcome, Claim, Reference, Store};
use throughcare_testkit::{Builder, TestDatabase, fingerprint};
use uuid::Uuid;

/// What one append of a program asks, in small numbers, so that appends clash often.
#[derive(Clone, Debug)]
struct Step {
    stream: usize,
    /// A second stream in the same append.
    other: Option<usize>,
    /// Off by this much from what a client that saw everything would expect.
    stale: u32,
    key: Option<usize>,
    request: u8,
    reference: Option<usize>,
    identifier: Option<usize>,
}

fn step() -> impl Strategy<Value = Step> {
    (
        0..4usize,
        prop::option::weighted(0.2, 0..4usize),
        prop_oneof![6 => Just(0u32), 1 => Just(1u32)],
        prop::option::weighted(0.5, 0..6usize),
        prop_oneof![8 => Just(0u8), 1 => Just(1u8)],
        prop::option::weighted(0.2, 0..4usize),
        prop::option::weighted(0.2, 0..3usize),
    )
        .prop_map(
            |(stream, other, stale, key, request, reference, identifier)| Step {
                stream,
                other: other.filter(|other| *other != stream),
                stale,
                key,
                request,
                reference,
                identifier,
            },
        )
}

/// Runs groups of appends on a store; what it answers, without times.
async fn run(store: &Store, groups: &[Vec<Step>]) -> Vec<AppendOutcome> {
    let mut build = Builder::new(1);
    let streams: Vec<StreamId> = (0..4).map(|_| build.person()).collect();
    let keys: Vec<Uuid> = (0..6).map(|_| build.id()).collect();
    for stream in &streams {
        // Begun one by one: a bulk append goes on from streams that exist.
        store.append(build.append(*stream, 0, 1)).await.unwrap();
    }
    let mut outcomes = Vec::new();
    for group in groups {
        let mut versions: Vec<u32> = Vec::new();
        for stream in &streams {
            versions.push(store.stream_version(*stream).await.unwrap());
        }
        let appends = group
            .iter()
            .map(|step| append(store, &mut build, step, &streams, &keys, &mut versions))
            .collect();
        outcomes.extend(store.append_bulk(appends).await.unwrap());
    }
    for (outcome, step) in outcomes.iter_mut().zip(groups.iter().flatten()) {
        match outcome {
            AppendOutcome::Appended(appended) => appended.recorded_at = jiff::Timestamp::UNIX_EPOCH,
            // Of two streams that stand elsewhere either is named: at once, the one that the group shows.
            AppendOutcome::Conflict { stream, actual } if step.other.is_some() => {
                assert!(streams.contains(stream), "a stream of the append");
                (*stream, *actual) = (streams[0], 0);
            }
            _ => {}
        }
    }
    outcomes
}

fn append(
    store: &Store,
    build: &mut Builder,
    step: &Step,
    streams: &[StreamId],
    keys: &[Uuid],
    versions: &mut [u32],
) -> Append {
    let mut append = Append::default();
    for at in [Some(step.stream), step.other].into_iter().flatten() {
        let expected = versions[at].saturating_sub(step.stale).max(1);
        append.streams.push(build.stream(streams[at], expected, 1));
        if step.stale == 0 {
            versions[at] += 1;
        }
    }
    append.idempotency = step.key.map(|key| throughcare_store::Idempotency {
        client: "northshire-cms".into(),
        key: keys[key],
        fingerprint: fingerprint(&step.request.to_string()),
        answer: step.request.to_string().into_bytes(),
    });
    append.references = step
        .reference
        .map(|value| Reference {
            client: "northshire-cms".into(),
            source: throughcare_domain::event::SourceReference {
                system: "cms".into(),
                value: value.to_string(),
            },
            entity: keys[value],
            stream: streams[step.stream],
        })
        .into_iter()
        .collect();
    append.claims = step
        .identifier
        .map(|value| Claim {
            kind: IdentifierKind::NhsNumber,
            blind: store.blind(IdentifierKind::NhsNumber, &value.to_string()),
            stream: streams[step.stream],
            release: false,
        })
        .into_iter()
        .collect();
    append
}

/// What the tables hold, without what differs from run to run: times and sealed bytes.
async fn tables(database: &TestDatabase) -> Vec<String> {
    let mut owner = database.connect_options().connect().await.unwrap();
    sqlx::query(
        "SELECT format('event %s %s %s %s', position, event_id, stream_id, stream_version) AS line FROM events \
         UNION ALL SELECT format('stream %s %s', stream_id, version) FROM streams \
         UNION ALL SELECT format('key %s %s %s %s', key, answer, first_position, last_position) FROM idempotency \
         UNION ALL SELECT format('reference %s %s %s', value, entity_id, position) FROM external_references \
         UNION ALL SELECT format('concerned %s %s', stream_id, organisation) FROM concerned \
         UNION ALL SELECT format('claim %s', stream_id) FROM identifier_claims \
         UNION ALL SELECT format('head %s', position) FROM log_head ORDER BY 1",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap()
    .iter()
    .map(|row| row.get("line"))
    .collect()
}

#[test]
fn at_once_or_one_by_one_is_the_same() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(
            &prop::collection::vec(prop::collection::vec(step(), 1..7), 1..6),
            |groups| {
                runtime.block_on(async {
                    let (at_once, one_by_one) = (TestDatabase::new().await, TestDatabase::new().await);
                    let mut owner = one_by_one.connect_options().connect().await.unwrap();
                    sqlx::raw_sql(
                        "CREATE OR REPLACE FUNCTION append_group(new_events appended_event[], \
                         new_streams appended_stream[], new_entities appended_entity[], \
                         new_answers appended_answer[], new_references appended_reference[], \
                         new_claims appended_claim[], new_concerned appended_concern[], OUT before bigint, OUT told_at timestamptz) \
                         LANGUAGE plpgsql AS $$ \
                         BEGIN RAISE EXCEPTION 'never at once' USING ERRCODE = 'TC001'; END $$",
                    )
                    .execute(&mut owner)
                    .await
                    .unwrap();
                    let (first, second) = (at_once.store().await, one_by_one.store().await);
                    prop_assert_eq!(run(&first, &groups).await, run(&second, &groups).await);
                    prop_assert_eq!(tables(&at_once).await, tables(&one_by_one).await);
                    Ok(())
                })?;
                Ok(())
            },
        )
        .unwrap();
}
