//! Following the feed live, by server-sent events.

use super::crashed::feed;
use super::{administrator, worker};
use crate::harness::{Client, PATIENCE, Place, Program};
use crate::lifecycle::{ORGANISATION, SERVICE, case_system, referral, set_up};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};
use throughcare_http::token::Role;

/// An ended membership closes a stream within this time (issue 5), and the machine may be busy.
const CLOSED_WITHIN: Duration = Duration::from_secs(5);
const BUSY: Duration = Duration::from_secs(3);
/// How long the token lives that ends while somebody follows.
const LIVES: Duration = Duration::from_secs(8);

/// Somebody who follows.
struct Stream {
    status: u16,
    form: String,
    events: Receiver<(u64, Value)>,
}

impl Stream {
    fn open(client: &Client, query: &str, last: Option<u64>) -> Self {
        let http = reqwest::blocking::Client::builder()
            .no_proxy()
            .timeout(None)
            .build()
            .unwrap();
        let mut request = http
            .get(format!("http://{}/v1/events{query}", client.authority()))
            .bearer_auth(client.token())
            .header("accept", "text/event-stream");
        if let Some(last) = last {
            request = request.header("last-event-id", last.to_string());
        }
        let response = request.send().unwrap();
        let status = response.status().as_u16();
        let form = response.headers()["content-type"].to_str().unwrap().to_owned();
        let (send, events) = channel();
        // Ends when the stream does, or when nobody listens.
        thread::spawn(move || {
            let mut id = 0;
            for line in BufReader::new(response).lines().map_while(Result::ok) {
                match line.split_once(": ") {
                    Some(("id", text)) => id = text.parse().unwrap(),
                    Some(("data", text)) if send.send((id, serde_json::from_str(text).unwrap())).is_err() => {
                        return;
                    }
                    _ => {}
                }
            }
        });
        Self { status, form, events }
    }

    /// Events until one fits.
    #[track_caller]
    fn until(&self, fits: impl Fn(&Value) -> bool) -> Vec<(u64, Value)> {
        let mut got = Vec::new();
        loop {
            let next = self.events.recv_timeout(PATIENCE).expect("the event arrives");
            let found = fits(&next.1);
            got.push(next);
            if found {
                return got;
            }
        }
    }

    /// Waits until it is closed; what came until then.
    #[track_caller]
    fn closed(&self, within: Duration) -> usize {
        let (begun, mut came) = (Instant::now(), 0);
        loop {
            let left = within.saturating_sub(begun.elapsed());
            match self.events.recv_timeout(left) {
                Ok(_) => came += 1,
                Err(RecvTimeoutError::Disconnected) => return came,
                Err(RecvTimeoutError::Timeout) => panic!("it is open after {:?}", begun.elapsed()),
            }
        }
    }
}

fn sent(place: &Place, program: &Program, name: &str) -> String {
    let sends = case_system(place, program, "sender");
    sends.record("/v1/referrals", &referral(name)).id("referral")
}

fn is_about(event: &Value, referral: &str) -> bool {
    event["data"]["referral"] == referral
}

#[test]
fn given_who_follows_when_cut_off_and_back_then_nothing_is_missing_and_nothing_comes_twice() {
    let place = Place::new();
    let program = place.start();
    set_up(&place, &program);
    let first = sent(&place, &program, "1");
    let reader = case_system(&place, &program, "reader");
    let stranger = program.client(place.token("other", None, "elsewhere", Role::Worker), true);

    // From the beginning, and then live.
    let stream = Stream::open(&reader, "", None);
    assert_eq!((stream.status, stream.form.as_str()), (200, "text/event-stream"));
    let aside = Stream::open(&stranger, "", None);
    let mut got = stream.until(|event| is_about(event, &first));
    let second = sent(&place, &program, "2");
    let live = stream.until(|event| is_about(event, &second));
    // Whoever was shown somebody live is on record by then.
    let person = live.iter().find_map(|(_, event)| event["personId"].as_str());
    let auditor = program.client(
        place.token("audit", Some("auditor"), "county-audit", Role::Auditor),
        false,
    );
    let known: Vec<Value> = feed(&auditor);
    let person = person.map(str::to_owned).unwrap_or_else(|| {
        let told = known.iter().find(|event| is_about(event, &second)).unwrap();
        told["personId"].as_str().unwrap().to_owned()
    });
    let looks = auditor.list(&format!("/v1/people/{person}/access-log?perPage=100"));
    assert!(
        looks
            .iter()
            .any(|look| look["client"] == "reader" && look["asked"] == "GET /v1/events"),
        "{looks:?}"
    );
    got.extend(live);
    let last = got.last().unwrap().0;
    drop(stream);

    // Cut off for a week of events, and back.
    for name in 3..30 {
        sent(&place, &program, &name.to_string());
    }
    let later = sent(&place, &program, "30");
    let again = Stream::open(&reader, "?after=0", Some(last));
    got.extend(again.until(|event| is_about(event, &later)));
    let ids: Vec<&str> = got
        .iter()
        .map(|(_, event)| event["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids.iter().collect::<HashSet<_>>().len(),
        ids.len(),
        "nothing twice"
    );
    let all = feed(&reader);
    let all: Vec<&str> = all.iter().map(|event| event["id"].as_str().unwrap()).collect();
    assert_eq!(ids, all, "what the feed shows, in its order");
    assert!(got.iter().all(|(id, event)| event["position"] == *id));
    // Types are filtered live as well.
    let accepted = Stream::open(&reader, "?types=referral.accepted", None);
    let works = worker(&place, &program);
    works.record(&format!("/v1/referrals/{later}/acceptance"), &json!({}));
    let one = accepted.until(|_| true);
    assert_eq!(one[0].1["type"], "referral.accepted");
    // Nobody else is shown anything.
    let strangers: Vec<Value> = aside.events.try_iter().map(|(_, event)| event).collect();
    assert!(
        strangers.iter().all(|event| event["about"] != "person"),
        "{strangers:?}"
    );

    // As CloudEvents, the same.
    let request = reader.request(reqwest::Method::GET, "/v1/events?limit=5");
    let batch = reader
        .send(request.header("accept", "application/cloudevents-batch+json"))
        .expect(200);
    assert_eq!(
        batch.header("content-type"),
        Some("application/cloudevents-batch+json")
    );
    let batch = batch.json();
    let listed: Vec<&str> = batch
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(listed, all[..5]);

    // A stop ends what is followed, and is not held up by it.
    let begun = Instant::now();
    assert_eq!(program.stop().code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    again.closed(PATIENCE);
}

#[test]
fn given_a_membership_that_ends_then_its_streams_are_closed_within_five_seconds_and_there_is_an_end_to_their_number()
 {
    let place = Place::new();
    let program = place.start();
    set_up(&place, &program);
    let reader = case_system(&place, &program, "reader");
    let other = case_system(&place, &program, "other-reader");
    let (stream, stays) = (Stream::open(&reader, "", None), Stream::open(&other, "", None));
    let admin = administrator(&place, &program, ORGANISATION);
    let path = format!("/v1/organisations/{ORGANISATION}/clients");
    let clients = admin.list(&path);
    let registered = clients.iter().find(|one| one["client"] == "reader").unwrap();
    let id = registered["registrationId"].as_str().unwrap();
    admin
        .post(&format!("{path}/{id}/revocation"), &json!({}))
        .expect(201);
    stream.closed(CLOSED_WITHIN + BUSY);
    let later = sent(&place, &program, "1");
    stays.until(|event| event["type"] == "referral.received" && !later.is_empty());

    // What cannot be read is refused, and more than a hundred streams of a client.
    let bad = reader_at(&other, "later");
    assert_eq!(bad, 400);
    let many: Vec<Stream> = (1..100).map(|_| Stream::open(&other, "", None)).collect();
    assert!(many.iter().all(|one| one.status == 200));
    assert_eq!(Stream::open(&other, "", None).status, 429);
    assert_eq!(
        Stream::open(&case_system(&place, &program, "third"), "", None).status,
        200,
        "the control"
    );
    assert!(!place.log().contains(SERVICE));
}

#[test]
fn given_a_token_that_ends_while_it_follows_then_its_stream_ends_with_it_and_a_longer_one_goes_on() {
    let place = Place::new();
    let program = place.start();
    set_up(&place, &program);
    let stays = case_system(&place, &program, "reader");
    let who = ("reader", None, ORGANISATION, Role::Worker);
    let token = place.signed_for(LIVES, who, &["read"]);
    let ends = program.client(token, true);
    let begun = Instant::now();
    let (short, long) = (Stream::open(&ends, "", None), Stream::open(&stays, "", None));
    assert_eq!((short.status, long.status), (200, 200));
    // What it was for it is good for until then.
    let first = sent(&place, &program, "1");
    for stream in [&short, &long] {
        stream.until(|event| is_about(event, &first));
    }
    short.closed(LIVES + CLOSED_WITHIN + BUSY);
    assert!(begun.elapsed() + BUSY >= LIVES, "{:?}", begun.elapsed());
    // Nothing is let in by it again but within the tolerance for clocks that differ.
    let later = sent(&place, &program, "2");
    long.until(|event| is_about(event, &later));
    let leaked: Vec<_> = short.events.try_iter().collect();
    assert!(leaked.is_empty(), "{leaked:?}");
}

fn reader_at(client: &Client, last: &str) -> u16 {
    let request = client.request(reqwest::Method::GET, "/v1/events");
    let request = request
        .header("accept", "text/event-stream")
        .header("last-event-id", last);
    client.send(request).status
}
