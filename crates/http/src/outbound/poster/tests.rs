use super::*;
use crate::outbound::verify;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use axum::{Router, routing::post};
use std::net::SocketAddr;
use std::sync::Mutex;
use throughcare_app::webhooks::{About, WebhookSecret};
use throughcare_domain::id::{PersonId, ReferralId};
use throughcare_domain::notice::Notice;
use tokio::net::TcpListener;
use uuid::Uuid;

fn loopback() -> Allowed {
    Allowed::with(vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()])
}

fn parcel(url: String) -> Parcel {
    Parcel {
        url,
        id: Uuid::from_u128(7),
        secrets: vec![WebhookSecret(vec![1; 32]), WebhookSecret(vec![2; 32])],
        sent_at: "2026-03-01T12:00:00Z".parse().unwrap(),
        notice: Notice::ReferralUpdated,
        occurred_at: "2026-03-01T11:59:00Z".parse().unwrap(),
        position: 9,
        person: Some(PersonId(Uuid::from_u128(1))),
        about: About::Referral(ReferralId(Uuid::from_u128(2))),
    }
}

type Got = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

/// A receiver that answers by its path.
async fn receiver() -> (SocketAddr, Got) {
    let got = Got::default();
    let kept = got.clone();
    let take = async move |headers: HeaderMap, body: Bytes| {
        kept.lock().unwrap().push((headers, body));
        StatusCode::NO_CONTENT
    };
    let router: Router = Router::new()
        .route("/", post(take))
        .route(
            "/busy",
            post(async || (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "120")])),
        )
        .route(
            "/until",
            post(async || {
                (
                    StatusCode::TOO_MANY_REQUESTS,
                    [("retry-after", "Sun, 01 Mar 2026 12:01:00 GMT")],
                )
            }),
        )
        .route(
            "/elsewhere",
            post(async || (StatusCode::FOUND, [("location", "/")])),
        )
        .route(
            "/talks",
            post(async || "a".repeat(10 * MAX_ANSWER_BYTES).into_response()),
        );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(crate::serve::serve(
        listener,
        router,
        crate::serve::Limits::default(),
        tokio_util::sync::CancellationToken::new(),
    ));
    (at, got)
}

#[tokio::test]
async fn what_is_told_is_thin_and_signed_by_every_secret() {
    let (at, got) = receiver().await;
    let poster = Poster::new(loopback(), "https://throughcare.example/".to_owned()).unwrap();
    let told = parcel(format!("http://{at}/"));
    let carried = poster.carry(told.clone()).await;
    assert_eq!(
        carried,
        Carried::Answered {
            status: 204,
            retry_after: None
        }
    );
    let (headers, body) = got.lock().unwrap().remove(0);
    let body_read: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        body_read,
        serde_json::json!({
            "eventType": "throughcare.referral.updated",
            "version": 1,
            "description": "A referral has come, or has gone a step further.",
            "detailUrl": "https://throughcare.example/v1/referrals/00000000-0000-0000-0000-000000000002",
            "occurredAt": "2026-03-01T11:59:00Z",
            "personReference": { "identifiers": [
                { "type": "THROUGHCARE_PERSON", "value": "00000000-0000-0000-0000-000000000001" },
                { "type": "THROUGHCARE_REFERRAL", "value": "00000000-0000-0000-0000-000000000002" },
            ] },
        })
    );
    let header = |name| headers.get(&name).unwrap().to_str().unwrap();
    let signed = (
        header(WEBHOOK_ID),
        header(WEBHOOK_TIMESTAMP),
        header(WEBHOOK_SIGNATURE),
    );
    for secret in &told.secrets {
        assert_eq!(verify(secret, signed, &body, told.sent_at), Ok(()));
    }
    let other = WebhookSecret(vec![3; 32]);
    assert!(
        verify(&other, signed, &body, told.sent_at).is_err(),
        "the control"
    );
}

#[tokio::test]
async fn a_receiver_says_when_to_come_again_leads_nowhere_else_and_is_not_listened_to_for_long() {
    let (at, got) = receiver().await;
    let poster = Poster::new(loopback(), String::new()).unwrap();
    let carried = async |path: &str| poster.carry(parcel(format!("http://{at}{path}"))).await;
    let answered = |status, seconds: Option<u64>| Carried::Answered {
        status,
        retry_after: seconds.map(Duration::from_secs),
    };
    assert_eq!(carried("/busy").await, answered(503, Some(120)));
    assert_eq!(carried("/until").await, answered(429, Some(60)));
    assert_eq!(carried("/elsewhere").await, answered(302, None));
    assert!(got.lock().unwrap().is_empty(), "the redirect was not followed");
    assert_eq!(carried("/talks").await, answered(200, None));
}

#[tokio::test]
async fn nothing_is_sent_inside_unless_it_is_allowed_whatever_a_name_resolves_to() {
    let (at, got) = receiver().await;
    let refused = Carried::NotAllowed;
    let public = Poster::new(Allowed::default(), String::new()).unwrap();
    let port = at.port();
    for url in [
        format!("http://{at}/"),
        format!("https://{at}/"),
        format!("https://localhost:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
    ] {
        assert_eq!(public.carry(parcel(url.clone())).await, refused, "{url}");
    }
    // Another network is allowed: plain HTTP to this one is judged by what the name resolves to.
    let elsewhere = Allowed::with(vec!["10.0.0.0/8".parse().unwrap()]);
    let elsewhere = Poster::new(elsewhere, String::new()).unwrap();
    let by_name = format!("http://localhost:{port}/");
    assert_eq!(elsewhere.carry(parcel(by_name.clone())).await, refused);
    assert!(got.lock().unwrap().is_empty());
    let inside = Poster::new(loopback(), String::new()).unwrap();
    assert_eq!(
        inside.carry(parcel(by_name)).await,
        Carried::Answered {
            status: 204,
            retry_after: None
        },
        "the control"
    );
}

#[tokio::test]
async fn nobody_there_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    drop(listener);
    let poster = Poster::new(loopback(), String::new()).unwrap();
    let carried = poster.carry(parcel(format!("http://{at}/"))).await;
    assert_eq!(carried, Carried::Failed("no connection"));
}

/// A name that leads somewhere else the next time it is asked (DNS rebinding): 127.0.0.2 stands for an address in public,
/// 127.0.0.1 for one inside, where the same port would take what is sent.
#[tokio::test]
async fn given_a_name_that_resolves_otherwise_the_next_time_then_only_the_address_that_was_judged_is_connected_to()
 {
    let (trap, trapped) = receiver().await;
    let outside = SocketAddr::from(([127, 0, 0, 2], trap.port()));
    let got = Got::default();
    let kept = got.clone();
    let take = async move |headers: HeaderMap, body: Bytes| {
        kept.lock().unwrap().push((headers, body));
        // So that the next message is a connection of its own.
        (StatusCode::NO_CONTENT, [("connection", "close")])
    };
    tokio::spawn(crate::serve::serve(
        TcpListener::bind(outside).await.unwrap(),
        Router::new().route("/", post(take)),
        crate::serve::Limits::default(),
        tokio_util::sync::CancellationToken::new(),
    ));
    // What each question for the name is answered, the last one for ever.
    let answering = |answers: Vec<Vec<SocketAddr>>| -> (LookUp, Arc<Mutex<usize>>) {
        let asked = Arc::new(Mutex::new(0));
        let count = asked.clone();
        let look_up: LookUp = Arc::new(move |_| {
            let mut times = count.lock().unwrap();
            let answer = answers[(*times).min(answers.len() - 1)].clone();
            *times += 1;
            Box::pin(async move { Ok(answer) })
        });
        (look_up, asked)
    };
    let url = format!("http://receiver.example:{}/", trap.port());
    let allowed = || Allowed::with(vec!["127.0.0.2/32".parse().unwrap()]);
    let taken = Carried::Answered {
        status: 204,
        retry_after: None,
    };

    // Good when it is judged, inside whenever it is asked again: one question, and the connection goes where it led.
    let (look_up, asked) = answering(vec![vec![outside], vec![trap]]);
    let poster = Poster::looking_up(allowed(), String::new(), &look_up).unwrap();
    assert_eq!(poster.carry(parcel(url.clone())).await, taken);
    assert_eq!((got.lock().unwrap().len(), *asked.lock().unwrap()), (1, 1));
    // The next message asks anew, and is judged by what it is told then.
    assert_eq!(poster.carry(parcel(url.clone())).await, Carried::NotAllowed);
    assert_eq!(*asked.lock().unwrap(), 2);
    // Both at once: the one inside is not tried, also when it stands first.
    let (look_up, _) = answering(vec![vec![trap, outside]]);
    let poster = Poster::looking_up(allowed(), String::new(), &look_up).unwrap();
    assert_eq!(poster.carry(parcel(url.clone())).await, taken);
    assert_eq!(got.lock().unwrap().len(), 2);
    assert!(trapped.lock().unwrap().is_empty(), "nothing went inside");

    // The control: where it may, a name leads inside.
    let (look_up, _) = answering(vec![vec![trap]]);
    let poster = Poster::looking_up(loopback(), String::new(), &look_up).unwrap();
    assert_eq!(poster.carry(parcel(url)).await, taken);
    assert_eq!(trapped.lock().unwrap().len(), 1);
}
