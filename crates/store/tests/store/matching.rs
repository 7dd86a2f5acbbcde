//! Keys by which records that might be one person's find each other: made from the log, the same however often, and
//! gone with whoever was erased.

use sqlx::{ConnectOptions as _, PgConnection};
use throughcare_domain::code::{Code, OrganisationCode};
use throughcare_domain::fact::{DemographicsCorrected, IdentityDetail, ResidenceRecorded};
use throughcare_domain::id::PersonId;
use throughcare_domain::matching::{NameTold, Portrait};
use throughcare_domain::stream::StreamId;
use throughcare_store::keys::Destroy;
use throughcare_store::{Erasure, MOST_CANDIDATES, MOST_PAIRS, Pair, Reach, Store, TOO_COMMON};
use throughcare_testkit::{Builder, TestDatabase};
use uuid::Uuid;

const NOBODY: [Uuid; 0] = [];

fn named(given: &str, family: &str) -> Portrait {
    Portrait {
        names: [NameTold {
            given: Some(given.to_owned()),
            family: Some(family.to_owned()),
        }]
        .into(),
        ..Portrait::default()
    }
}

async fn registered(store: &Store, build: &mut Builder, given: &str, family: &str) -> StreamId {
    let person = build.person();
    let append = build.register(person, given, family);
    store.append(append).await.unwrap().appended().unwrap();
    person
}

async fn made(store: &Store) {
    while !store.make_match_keys().await.unwrap().is_all() {}
    while !store.compare_records().await.unwrap().is_all() {}
}

/// Pairs that are listed for somebody.
async fn pairs(store: &Store, reach: &Reach) -> Vec<[Uuid; 2]> {
    let (pairs, _) = store.match_pairs(reach, None, MOST_PAIRS).await.unwrap();
    pairs.iter().map(|pair| [pair.one, pair.other]).collect()
}

fn two(one: StreamId, other: StreamId) -> [Uuid; 2] {
    [one.id.min(other.id), one.id.max(other.id)]
}

/// Where somebody lives: with the name it is enough to be offered.
async fn lives(store: &Store, build: &mut Builder, person: StreamId, version: u32) {
    let residence = ResidenceRecorded {
        area: None,
        no_fixed_abode: false,
    };
    let detail = IdentityDetail {
        postcode: Some("ZZ1 1AA".to_owned()),
        ..IdentityDetail::default()
    };
    let corrected = DemographicsCorrected {
        date_of_birth: None,
        sex: Some(Code::parse("male").unwrap()),
        ethnicity: None,
        alias: false,
        contradicts: Vec::new(),
    };
    let events = vec![build.event(residence, Some(detail)), build.event(corrected, None)];
    let mut append = build.append(person, version, 1);
    append.streams[0].events = events;
    store.append(append).await.unwrap().appended().unwrap();
}

async fn found(store: &Store, portrait: &Portrait) -> Vec<Uuid> {
    let candidates = store.match_candidates(&Reach::EVERYBODY, portrait, &[]).await;
    candidates.unwrap().records
}

async fn stored(admin: &mut PgConnection) -> Vec<(String, Vec<u8>, Uuid)> {
    sqlx::query_as("SELECT kind, blind, stream_id FROM match_keys ORDER BY kind, blind, stream_id")
        .fetch_all(admin)
        .await
        .unwrap()
}

async fn again(admin: &mut PgConnection, empty: bool) {
    if empty {
        sqlx::raw_sql("DELETE FROM match_keys; DELETE FROM possible_matches")
            .execute(&mut *admin)
            .await
            .unwrap();
    }
    sqlx::query("UPDATE match_keys_made SET position = 0, compared = 0")
        .execute(&mut *admin)
        .await
        .unwrap();
}

#[tokio::test]
async fn records_that_sound_alike_find_each_other_and_an_alias_is_found_too() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(31);
    let one = registered(&store, &mut build, "Stephen", "Philips").await;
    let other = registered(&store, &mut build, "Grace", "Farsley").await;
    assert_eq!(
        found(&store, &named("Steven", "Fillips")).await,
        NOBODY,
        "nothing is made yet"
    );
    made(&store).await;
    assert_eq!(found(&store, &named("Steven", "Fillips")).await, [one.id]);
    assert_eq!(found(&store, &named("FILLIPS", "steven")).await, [one.id]);
    let but = store
        .match_candidates(&Reach::EVERYBODY, &named("Stephen", "Philips"), &[one.id])
        .await
        .unwrap();
    assert!(but.records.is_empty());
    assert_eq!(found(&store, &named("Dean", "Marsden")).await, NOBODY);
    // An alias told later, and the name as before.
    let alias = DemographicsCorrected {
        date_of_birth: None,
        sex: None,
        ethnicity: None,
        alias: true,
        contradicts: Vec::new(),
    };
    let detail = IdentityDetail {
        given_name: Some("Dean".to_owned()),
        family_name: Some("Marsden".to_owned()),
        ..IdentityDetail::default()
    };
    let event = build.event(alias, Some(detail));
    let mut append = build.append(other, 1, 1);
    append.streams[0].events = vec![event];
    store.append(append).await.unwrap().appended().unwrap();
    made(&store).await;
    assert_eq!(found(&store, &named("Dean", "Marsden")).await, [other.id]);
    assert_eq!(found(&store, &named("Grace", "Farsley")).await, [other.id]);
}

#[tokio::test]
async fn made_again_they_are_the_same_and_nothing_stands_in_clear() {
    let database = TestDatabase::new().await;
    let mut admin = database.connect_options().connect().await.unwrap();
    let store = database.store().await;
    let mut build = Builder::new(32);
    for (given, family) in [("Stephen", "Philips"), ("Grace", "Farsley"), ("Dean", "Marsden")] {
        registered(&store, &mut build, given, family).await;
        // By and by, as a node follows.
        made(&store).await;
    }
    let before = stored(&mut admin).await;
    assert!(before.len() >= 3, "{}", before.len());
    for empty in [true, false] {
        again(&mut admin, empty).await;
        made(&store).await;
        assert_eq!(stored(&mut admin).await, before);
    }
    assert!(before.iter().all(|(_, blind, _)| blind.len() == 32));
}

#[tokio::test]
async fn whoever_was_erased_is_found_by_nothing_and_not_brought_back() {
    for what in [Destroy::Both, Destroy::Identity] {
        let database = TestDatabase::new().await;
        let mut admin = database.connect_options().connect().await.unwrap();
        let store = database.store().await;
        let mut build = Builder::new(33);
        let erased = registered(&store, &mut build, "Stephen", "Philips").await;
        let other = registered(&store, &mut build, "Grace", "Farsley").await;
        made(&store).await;
        let fence = "SELECT fence FROM match_keys_made";
        let before: i64 = sqlx::query_scalar(fence).fetch_one(&mut admin).await.unwrap();
        assert_eq!(
            found(&store, &named("Stephen", "Philips")).await,
            [erased.id],
            "the control"
        );
        let erasure = Erasure {
            id: Uuid::from_u128(1),
            people: vec![PersonId(erased.id)],
            what,
            at: "2026-11-23T09:30:00Z".parse().unwrap(),
        };
        store.erase(&erasure).await.unwrap();
        let after: i64 = sqlx::query_scalar(fence).fetch_one(&mut admin).await.unwrap();
        assert_eq!(after, before + 1, "what was read before is not written after");
        for empty in [false, true] {
            assert_eq!(found(&store, &named("Stephen", "Philips")).await, NOBODY);
            assert_eq!(found(&store, &named("Grace", "Farsley")).await, [other.id]);
            again(&mut admin, empty).await;
            made(&store).await;
        }
    }
}

#[tokio::test]
async fn a_key_that_too_many_share_is_passed_over_and_said_so() {
    let database = TestDatabase::new().await;
    let store = database.store().await;
    let mut build = Builder::new(34);
    for _ in 0..TOO_COMMON {
        registered(&store, &mut build, "Stephen", "Philips").await;
    }
    made(&store).await;
    let asked = named("Stephen", "Philips");
    let all = store
        .match_candidates(&Reach::EVERYBODY, &asked, &[])
        .await
        .unwrap();
    assert_eq!(all.records.len(), MOST_CANDIDATES);
    assert_eq!((all.too_common, all.left_out), (0, TOO_COMMON - MOST_CANDIDATES));
    registered(&store, &mut build, "Stephen", "Philips").await;
    made(&store).await;
    let none = store
        .match_candidates(&Reach::EVERYBODY, &asked, &[])
        .await
        .unwrap();
    assert!(none.records.is_empty() && none.too_common > 0, "{none:?}");
}

#[tokio::test]
async fn pairs_are_listed_when_they_compare_so_and_are_the_same_when_all_are_compared_again() {
    let database = TestDatabase::new().await;
    let mut admin = database.connect_options().connect().await.unwrap();
    let store = database.store().await;
    let mut build = Builder::new(35);
    let one = registered(&store, &mut build, "Stephen", "Philips").await;
    let other = registered(&store, &mut build, "Stephen", "Philips").await;
    let brother = registered(&store, &mut build, "Dean", "Philips").await;
    made(&store).await;
    assert!(
        pairs(&store, &Reach::EVERYBODY).await.is_empty(),
        "a name alone is nothing"
    );
    for person in [one, other, brother] {
        lives(&store, &mut build, person, 1).await;
        made(&store).await;
    }
    let expected = [two(one, other)];
    assert_eq!(pairs(&store, &Reach::EVERYBODY).await, expected);
    for empty in [true, false] {
        again(&mut admin, empty).await;
        made(&store).await;
        assert_eq!(pairs(&store, &Reach::EVERYBODY).await, expected);
    }
    // After the pair there is none, and before it there is.
    let (all, _) = store.match_pairs(&Reach::EVERYBODY, None, 1).await.unwrap();
    let last = all.last().copied();
    let after = store.match_pairs(&Reach::EVERYBODY, last, 1).await.unwrap();
    assert!(after.0.is_empty());
    let before = last.map(|pair| Pair {
        points: pair.points + 1,
        ..pair
    });
    let before = store.match_pairs(&Reach::EVERYBODY, before, 1).await.unwrap();
    assert_eq!(before.0, all);
    // A pair is nobody's who has nothing to do with both.
    let stranger = Reach::of(&OrganisationCode::parse("elsewhere").unwrap(), [], []);
    assert!(pairs(&store, &stranger).await.is_empty());
    for (record, listed) in [(one, 0), (other, 1)] {
        sqlx::query("INSERT INTO concerned VALUES ($1, 'elsewhere')")
            .bind(record.id)
            .execute(&mut admin)
            .await
            .unwrap();
        assert_eq!(
            pairs(&store, &stranger).await.len(),
            listed,
            "one of the two is not enough"
        );
    }
    // Whoever is erased stands in no pair, and comes back in none.
    let erasure = Erasure {
        id: Uuid::from_u128(2),
        people: vec![PersonId(other.id)],
        what: Destroy::Identity,
        at: "2026-11-23T09:30:00Z".parse().unwrap(),
    };
    store.erase(&erasure).await.unwrap();
    assert!(pairs(&store, &Reach::EVERYBODY).await.is_empty());
    again(&mut admin, false).await;
    made(&store).await;
    assert!(pairs(&store, &Reach::EVERYBODY).await.is_empty());
}
