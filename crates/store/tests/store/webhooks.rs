//! What is to be told is noted with the webhook's position, once, by whoever holds the lease; of each record it goes out
//! one thing after the other.

use std::time::Duration;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::Role;
use throughcare_store::projection::Lease;
use throughcare_store::{
    DeliveryQuery, Due, Filled, NewDelivery, NewWebhook, Outcome, Reach, Store, WEBHOOKS, Webhook,
    WebhookMade,
};
use throughcare_testkit::TestDatabase;
use uuid::Uuid;

struct Known {
    _database: TestDatabase,
    store: Store,
    lease: Lease,
}

impl Known {
    async fn new() -> Self {
        let database = TestDatabase::new().await;
        let store = database.store().await;
        let lease = store.take_lease(WEBHOOKS, "one", true).await.unwrap().unwrap();
        Self {
            _database: database,
            store,
            lease,
        }
    }

    async fn webhook(&self, id: u128) -> Webhook {
        match self
            .store
            .make_webhook(&new(id), Uuid::from_u128(id + 1_000), 3)
            .await
            .unwrap()
        {
            WebhookMade::New(webhook) => webhook,
            other => panic!("{other:?}"),
        }
    }

    /// As it stands now.
    async fn now(&self, webhook: &Webhook) -> Webhook {
        self.store.webhook(webhook.id).await.unwrap().unwrap()
    }

    async fn due(&self, webhook: &Webhook, busy: &[u128]) -> Vec<u64> {
        let busy: Vec<Uuid> = busy.iter().map(|one| Uuid::from_u128(*one)).collect();
        let due = self.store.due_deliveries(webhook.id, &busy, 10).await.unwrap();
        let mut due: Vec<u64> = due.iter().map(|one| one.position).collect();
        due.sort_unstable();
        due
    }

    async fn states(&self, webhook: &Webhook) -> Vec<(u64, String, u16)> {
        let query = DeliveryQuery {
            webhook: webhook.id,
            state: None,
            before: None,
            limit: 100,
        };
        let found = self
            .store
            .webhook_deliveries(&reach("north"), &query)
            .await
            .unwrap();
        let one = |one: throughcare_store::Delivery| (one.position, one.state, one.attempts);
        found.into_iter().map(one).collect()
    }
}

fn reach(code: &str) -> Reach {
    Reach::of(&OrganisationCode::parse(code).unwrap(), [], [])
}

pub fn new(id: u128) -> NewWebhook {
    NewWebhook {
        id: Uuid::from_u128(id),
        organisation: OrganisationCode::parse("north").unwrap(),
        client: "records".into(),
        role: Role::Worker,
        url: "https://records.example/".into(),
        kinds: Vec::new(),
        position: 0,
        by: "a.dministrator".into(),
    }
}

fn told(position: u64, stream: u128) -> NewDelivery {
    NewDelivery {
        position,
        stream: Uuid::from_u128(stream),
        event: Uuid::from_u128(u128::from(position) + 10_000),
        kind: "throughcare.person.updated",
    }
}

fn due(webhook: &Webhook, position: u64, attempts: u16) -> Due {
    Due {
        webhook: webhook.id,
        position,
        stream: Uuid::nil(),
        attempts,
    }
}

#[tokio::test]
async fn what_is_to_be_told_is_noted_once_with_the_position_and_by_the_holder_alone() {
    let known = Known::new().await;
    let webhook = known.webhook(1).await;
    let write = async |lease: &Lease, webhook: &Webhook, to, new: &[NewDelivery]| {
        known
            .store
            .write_deliveries(lease, webhook, to, new)
            .await
            .unwrap()
    };
    assert_eq!(
        write(&known.lease, &webhook, 5, &[told(2, 7), told(4, 8)]).await,
        Filled::Moved
    );
    assert_eq!(known.now(&webhook).await.position, 5);
    // Read by a node that had not seen that it moved: nothing twice.
    assert_eq!(
        write(&known.lease, &webhook, 9, &[told(8, 7)]).await,
        Filled::Elsewhere
    );
    // By a node that overslept.
    let moved = known.now(&webhook).await;
    known.store.give_up_lease(&known.lease).await.unwrap();
    let other = known
        .store
        .take_lease(WEBHOOKS, "two", true)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        write(&known.lease, &moved, 9, &[told(8, 7)]).await,
        Filled::LeaseLost
    );
    assert_eq!(known.states(&webhook).await.len(), 2);
    assert_eq!(
        write(&other, &moved, 9, &[told(8, 7)]).await,
        Filled::Moved,
        "the control"
    );
    let positions: Vec<u64> = known.states(&webhook).await.iter().map(|one| one.0).collect();
    assert_eq!(positions, [8, 4, 2]);
    // Its own organisation reads them, and nobody else.
    let query = DeliveryQuery {
        webhook: webhook.id,
        state: None,
        before: None,
        limit: 100,
    };
    let foreign = known
        .store
        .webhook_deliveries(&reach("south"), &query)
        .await
        .unwrap();
    assert!(foreign.is_empty());
}

#[tokio::test]
async fn of_each_record_one_thing_goes_out_at_a_time_in_order_of_the_log() {
    let known = Known::new().await;
    let webhook = known.webhook(1).await;
    let all = [told(1, 7), told(2, 8), told(3, 7), told(4, 7)];
    known
        .store
        .write_deliveries(&known.lease, &webhook, 4, &all)
        .await
        .unwrap();
    assert_eq!(known.due(&webhook, &[]).await, [1, 2]);
    assert_eq!(known.due(&webhook, &[7]).await, [2], "but for what is under way");
    let again = Outcome::Again {
        status: Some(500),
        fault: None,
        after: Duration::from_secs(600),
    };
    known
        .store
        .settle_delivery(&due(&webhook, 1, 0), &again)
        .await
        .unwrap();
    assert_eq!(
        known.due(&webhook, &[]).await,
        [2],
        "what comes after waits for what is tried again"
    );
    let done = Outcome::Delivered { status: 204 };
    known
        .store
        .settle_delivery(&due(&webhook, 1, 1), &done)
        .await
        .unwrap();
    assert_eq!(known.due(&webhook, &[]).await, [2, 3]);
    // Settled by somebody who had read it before: nothing changes.
    known
        .store
        .settle_delivery(&due(&webhook, 1, 0), &again)
        .await
        .unwrap();
    let parked = Outcome::Parked {
        status: None,
        fault: Some("no connection"),
    };
    known
        .store
        .settle_delivery(&due(&webhook, 3, 0), &parked)
        .await
        .unwrap();
    assert_eq!(
        known.due(&webhook, &[]).await,
        [2, 4],
        "what is given up holds nothing up"
    );
    known
        .store
        .settle_delivery(&due(&webhook, 4, 0), &Outcome::Withdrawn)
        .await
        .unwrap();
    let state = |position, state: &str, attempts| (position, state.to_owned(), attempts);
    assert_eq!(
        known.states(&webhook).await,
        [
            state(3, "parked", 1),
            state(2, "waiting", 0),
            state(1, "delivered", 2)
        ]
    );
    let forgotten = known.store.forget_deliveries(Duration::ZERO).await.unwrap();
    assert_eq!(
        (forgotten, known.states(&webhook).await.len()),
        (2, 1),
        "what waits stays"
    );
}

#[tokio::test]
async fn a_replay_tells_again_and_what_stood_behind_it_waits_until_it_is_reached() {
    let known = Known::new().await;
    let webhook = known.webhook(1).await;
    let all = [told(1, 7), told(2, 7), told(3, 8)];
    known
        .store
        .write_deliveries(&known.lease, &webhook, 3, &all)
        .await
        .unwrap();
    let done = Outcome::Delivered { status: 200 };
    known
        .store
        .settle_delivery(&due(&webhook, 1, 0), &done)
        .await
        .unwrap();
    assert!(
        known
            .store
            .disable_webhook(webhook.id, "disabled_gone")
            .await
            .unwrap()
    );
    assert!(
        known.due(&webhook, &[]).await.is_empty(),
        "nothing goes to one that is disabled"
    );
    assert!(
        !known
            .store
            .disable_webhook(webhook.id, "disabled_gone")
            .await
            .unwrap()
    );

    assert!(known.store.replay_webhook(webhook.id, 0, "a").await.unwrap());
    assert!(
        known.due(&webhook, &[]).await.is_empty(),
        "the log is read again first"
    );
    let now = known.now(&webhook).await;
    assert_eq!((now.position, now.state.as_str()), (0, "active"));
    known
        .store
        .write_deliveries(&known.lease, &now, 2, &all[..2])
        .await
        .unwrap();
    assert_eq!(known.due(&webhook, &[]).await, [1]);
    let now = known.now(&webhook).await;
    known
        .store
        .write_deliveries(&known.lease, &now, 3, &all[2..])
        .await
        .unwrap();
    assert_eq!(known.due(&webhook, &[]).await, [1, 3]);
    // It never goes forward: what has not been read yet would be lost.
    assert!(known.store.replay_webhook(webhook.id, 900, "a").await.unwrap());
    assert_eq!(known.now(&webhook).await.position, 3);
    let what: Vec<_> = known.store.webhook_happenings(webhook.id, 9).await.unwrap();
    let what: Vec<_> = what.iter().map(|one| one.what.as_str()).collect();
    assert_eq!(what, ["replayed", "replayed", "disabled_gone", "made"]);
}

#[tokio::test]
async fn an_organisation_has_so_many_and_an_id_makes_one() {
    let known = Known::new().await;
    for id in 1..=3 {
        known.webhook(id).await;
    }
    let made = async |id: u128| {
        let made = known
            .store
            .make_webhook(&new(id), Uuid::from_u128(id + 2_000), 3)
            .await;
        made.unwrap()
    };
    assert!(matches!(made(4).await, WebhookMade::TooMany));
    assert!(
        matches!(made(3).await, WebhookMade::There(_)),
        "the same again is no fourth"
    );
    assert!(known.store.end_webhook(Uuid::from_u128(3), "a").await.unwrap());
    assert!(!known.store.end_webhook(Uuid::from_u128(3), "a").await.unwrap());
    assert!(
        known
            .store
            .webhook_secrets(Uuid::from_u128(3))
            .await
            .unwrap()
            .is_empty()
    );
    assert!(matches!(made(4).await, WebhookMade::New(_)));
    let organisation = OrganisationCode::parse("north").unwrap();
    assert_eq!(known.store.webhooks(&organisation).await.unwrap().len(), 3);
}

#[tokio::test]
async fn two_secrets_count_while_one_takes_over_and_a_request_sent_again_changes_nothing() {
    let known = Known::new().await;
    let webhook = known.webhook(1).await;
    let secrets = async || known.store.webhook_secrets(webhook.id).await.unwrap();
    let rotate = async |secret: u128, key: u128, overlap: Duration| {
        let asked = (Uuid::from_u128(secret), Some(Uuid::from_u128(key)));
        known
            .store
            .rotate_webhook_secret(webhook.id, asked, overlap, "a")
            .await
            .unwrap()
    };
    let first = secrets().await;
    let day = Duration::from_secs(86_400);
    assert!(rotate(51, 1, day).await);
    let second = secrets().await;
    assert_eq!((second.len(), &second[1]), (2, &first[0]));
    assert!(second[0] != second[1]);
    assert!(rotate(52, 1, day).await);
    assert!(secrets().await == second, "the same request");
    assert!(rotate(53, 2, Duration::ZERO).await);
    let third = secrets().await;
    assert!(
        third.len() == 1 && !second.contains(&third[0]),
        "without an overlap the new one alone counts"
    );
}

#[tokio::test]
async fn how_webhooks_stand_is_counted_over_all_and_the_troubled_are_named_since_when() {
    let known = Known::new().await;
    let (one, other) = (known.webhook(1).await, known.webhook(2).await);
    let stand = known.store.webhook_standing().await.unwrap();
    assert_eq!((stand.active, stand.waiting, stand.due), (2, 0, 0));
    assert!(stand.lease_lasts && known.store.troubled_webhooks().await.unwrap().is_empty());
    let write = async |webhook: &Webhook, new: &[NewDelivery]| {
        let written = known.store.write_deliveries(&known.lease, webhook, 4, new).await;
        assert_eq!(written.unwrap(), Filled::Moved);
    };
    write(&one, &[told(1, 7), told(2, 7), told(3, 8), told(4, 9)]).await;
    write(&other, &[told(1, 7)]).await;
    let stand = known.store.webhook_standing().await.unwrap();
    assert_eq!(
        (stand.waiting, stand.due, stand.failing),
        (5, 4, 0),
        "of each record the first is due"
    );
    let settle = async |webhook: &Webhook, position, attempts, outcome: Outcome| {
        let due = due(webhook, position, attempts);
        known.store.settle_delivery(&due, &outcome).await.unwrap();
    };
    let again = |after| Outcome::Again {
        status: Some(500),
        fault: None,
        after: Duration::from_secs(after),
    };
    let parked = Outcome::Parked {
        status: None,
        fault: Some("no connection"),
    };
    settle(&one, 1, 0, again(600)).await;
    settle(&one, 3, 0, parked).await;
    let stand = known.store.webhook_standing().await.unwrap();
    assert_eq!(
        (stand.waiting, stand.due, stand.failing, stand.parked),
        (4, 2, 1, 1),
        "what waits for its next time is not due, nor what stands behind it"
    );
    // It fails since the first time, however often it is tried, until it is taken.
    let first = known.store.troubled_webhooks().await.unwrap();
    settle(&one, 1, 1, again(600)).await;
    let still = known.store.troubled_webhooks().await.unwrap();
    assert_eq!(still, first);
    let [troubled] = &first[..] else {
        panic!("{first:?}")
    };
    assert_eq!((troubled.id, troubled.failing), (one.id, 1));
    assert_eq!(
        (troubled.organisation.as_str(), &troubled.disabled_reason),
        ("north", &None)
    );
    settle(&one, 1, 2, Outcome::Delivered { status: 204 }).await;
    assert!(known.store.troubled_webhooks().await.unwrap().is_empty());

    let disabled = known.store.disable_webhook(other.id, "disabled_gone").await;
    assert!(disabled.unwrap());
    let stand = known.store.webhook_standing().await.unwrap();
    assert_eq!(
        (stand.active, stand.disabled, stand.waiting),
        (1, 1, 2),
        "what waits for a disabled one is not counted"
    );
    let troubled = known.store.troubled_webhooks().await.unwrap();
    assert_eq!(troubled[0].disabled_reason.as_deref(), Some("disabled_gone"));
    // Whoever held the lease is gone.
    known.store.give_up_lease(&known.lease).await.unwrap();
    assert!(!known.store.webhook_standing().await.unwrap().lease_lasts);
}
