//! What an auditor can show without trusting anybody here, with the formats of C2SP alone.
//!
//! Source: `trust.md`, P9; issue 7, "Proof".

use crate::harness::{Answer, Client, County, ago, new_id, somebody};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use throughcare_http::token::Role;
use throughcare_proof::bundle;
use throughcare_proof::checkpoint::Checkpoint;
use throughcare_proof::inclusion::InclusionProof;
use throughcare_proof::note::Note;
use throughcare_proof::policy::Policy;
use throughcare_proof::record::{EventRecord, LookRecord};
use throughcare_proof::sample;
use throughcare_proof::tree::{
    self, Frontier, Hash, TILE_WIDTH, TileAddress, leaf_hash, node_of_tile, root_within, tiles_of,
    verify_consistency, verify_inclusion,
};

/// A client of `c2sp.org/tlog-tiles` that has a token and the log's keys.
struct Auditor {
    by: Client,
    policy: Policy,
    under: &'static str,
}

impl Auditor {
    fn of(by: Client, under: &'static str) -> Self {
        let policy = Policy::parse(&by.get("/v1/log/keys").expect(200).text).unwrap();
        Self { by, policy, under }
    }

    fn opened(&self, note: &str) -> Checkpoint {
        self.policy.judge(&Note::parse(note).unwrap()).unwrap().checkpoint
    }

    fn checkpoint(&self) -> Checkpoint {
        let answer = self.by.get(&format!("/v1/{}/checkpoint", self.under)).expect(200);
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        self.opened(&answer.text)
    }

    /// Waits until the log's checkpoint holds so many entries.
    fn signed(&self, size: u64) -> Checkpoint {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let answer = self.by.get(&format!("/v1/{}/checkpoint", self.under));
            if answer.status == 200 {
                let checkpoint = self.opened(&answer.text);
                if checkpoint.size >= size {
                    return checkpoint;
                }
            } else {
                assert_eq!(answer.status, 503, "{}", answer.text);
            }
            assert!(Instant::now() < until, "no checkpoint of {size} entries");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn bytes(&self, address: TileAddress) -> Vec<u8> {
        let path = format!("/v1/{}/{address}", self.under);
        let response = self.by.request(Method::GET, &path).send().unwrap();
        assert_eq!(response.status().as_u16(), 200, "{path}");
        let caching = response.headers()["cache-control"].to_str().unwrap().to_owned();
        assert!(caching.contains("immutable"), "{caching}");
        response.bytes().unwrap().to_vec()
    }

    fn tile(&self, address: TileAddress) -> Vec<Hash> {
        let bytes = self.bytes(address);
        assert_eq!(bytes.len(), usize::from(address.width) * 32);
        bytes
            .chunks(32)
            .map(|hash| Hash(hash.try_into().unwrap()))
            .collect()
    }

    /// The root of the tree of a checkpoint, from tiles alone.
    fn root(&self, size: u64) -> Hash {
        let needed = tiles_of(size, |ask| {
            let _ = tree::root::<()>(size, &mut |subtree| Ok(ask(subtree)));
        });
        let tiles: HashMap<TileAddress, Vec<Hash>> = needed
            .into_iter()
            .map(|address| (address, self.tile(address)))
            .collect();
        tree::root::<()>(size, &mut |subtree| {
            let (address, offset, count) = node_of_tile(subtree, size);
            Ok(root_within(&tiles[&address], offset, count).unwrap())
        })
        .unwrap()
    }

    /// Every entry of the tree of a checkpoint, from bundles.
    fn entries(&self, size: u64) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        for index in 0..size.div_ceil(TILE_WIDTH) {
            let width = (size - index * TILE_WIDTH).min(TILE_WIDTH);
            let address = TileAddress {
                level: None,
                index,
                width: u16::try_from(width).unwrap(),
            };
            let bytes = self.bytes(address);
            let entries: Vec<_> = bundle::entries(&bytes)
                .map(|entry| entry.unwrap().to_vec())
                .collect();
            assert_eq!(entries.len() as u64, width);
            all.extend(entries);
        }
        all
    }
}

fn root_over(entries: &[Vec<u8>]) -> Hash {
    let mut frontier = Frontier::default();
    for entry in entries {
        frontier.push(leaf_hash(entry), |_, _, _| {});
    }
    frontier.root()
}

/// Somebody registered by a worker: the answer.
fn registered(county: &County) -> Answer {
    county
        .worker()
        .post("/v1/people", &somebody().described())
        .expect(201)
}

#[test]
fn given_checkpoint_tiles_and_entries_then_an_auditor_computes_the_root_again() {
    let county = County::new();
    let auditor = Auditor::of(county.auditor(), "log");
    let first = auditor.signed(1);
    let position = registered(&county).json()["logPosition"].as_u64().unwrap();
    let checkpoint = auditor.signed(position);
    assert_eq!(auditor.root(checkpoint.size), checkpoint.root, "from tiles");
    let entries = auditor.entries(checkpoint.size);
    assert_eq!(root_over(&entries), checkpoint.root, "from entries");
    let at = usize::try_from(position - 1).unwrap();
    let record = EventRecord::parse(&entries[at]).unwrap();
    assert_eq!(record.organisation, county.community_organisation());
    // Negative control: one altered byte is another root.
    let mut altered = entries.clone();
    altered[at][40] ^= 1;
    assert_ne!(root_over(&altered), checkpoint.root);
    // It only grew since the first, and the proof is what a witness takes.
    let path = format!("/v1/log/consistency?from={}&to={}", first.size, checkpoint.size);
    let told = auditor.by.get(&path).expect(200).text;
    let (head, note) = told.split_once("\n\n").unwrap();
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some(format!("old {}", first.size).as_str()));
    let proof: Vec<Hash> = lines.map(|line| Hash::from_base64(line).unwrap()).collect();
    let to = auditor.opened(note);
    verify_consistency(first.size, first.root, to.size, to.root, &proof).unwrap();
    // A checkpoint of a size is served as it was; one that nobody signed is not.
    let again = auditor
        .by
        .get(&format!("/v1/log/checkpoint?size={}", to.size))
        .expect(200);
    assert_eq!(auditor.opened(&again.text), to);
    auditor.by.get("/v1/log/checkpoint?size=999999999").problem(404);
}

#[test]
fn given_an_event_then_its_proof_is_one_file_for_whom_it_is_and_its_hashes_for_everybody_who_sees_it() {
    let county = County::new();
    let (nurse, worker) = (county.prison_worker(), county.worker());
    let person = county.registered(&nurse, &somebody());
    let refer = json!({
        "person": { "personId": person }, "source": "prison", "toService": county.community, "occurred": ago(3),
    });
    let referred = nurse.record("/v1/referrals", &refer);
    let referral = referred.id("referral");
    let accepted = json!({ "occurred": ago(2) });
    let answer = worker.record(&format!("/v1/referrals/{referral}/acceptance"), &accepted);
    let answer = answer.json();
    let (event, position) = (
        answer["eventIds"][0].as_str().unwrap().to_owned(),
        answer["logPosition"].as_u64().unwrap(),
    );
    let first = position + 1 - answer["eventIds"].as_array().unwrap().len() as u64;
    let auditor = Auditor::of(county.auditor(), "log");
    auditor.signed(position);
    let path = format!("/v1/events/{event}/proof?position={first}");
    let checked_at = |by: &Client, path: &str, first: u64| {
        let proof = InclusionProof::parse(&by.get(path).expect(200).text).unwrap();
        let checkpoint = auditor.opened(&proof.checkpoint.to_string());
        assert_eq!(proof.index, first - 1);
        let leaf = match &proof.extra {
            Some(entry) => leaf_hash(entry),
            None => {
                let address = TileAddress {
                    level: Some(0),
                    index: proof.index / TILE_WIDTH,
                    width: u16::try_from(proof.index % TILE_WIDTH + 1).unwrap(),
                };
                *auditor.tile(address).last().unwrap()
            }
        };
        verify_inclusion(leaf, proof.index, checkpoint.size, &proof.hashes, checkpoint.root).unwrap();
        let other = leaf_hash(b"another");
        assert!(
            verify_inclusion(
                other,
                proof.index,
                checkpoint.size,
                &proof.hashes,
                checkpoint.root
            )
            .is_err()
        );
        proof.extra
    };
    let checked = |by: &Client| checked_at(by, &path, first);
    let record = checked(&auditor.by).unwrap();
    assert_eq!(EventRecord::parse(&record).unwrap().event.to_string(), event);
    assert_eq!(checked(&worker), Some(record), "who recorded it");
    // The sender sees its own event and not the record: it is told neither whose it is nor which number it has.
    let referred = referred.json();
    let (sent, at) = (
        referred["eventIds"][0].as_str().unwrap(),
        referred["logPosition"].as_u64().unwrap(),
    );
    let of_sender = format!("/v1/events/{sent}/proof?position={at}");
    assert_eq!(checked_at(&nurse, &of_sender, at), None);
    nurse.get(&path).problem(404);
    // Whoever has nothing to do with it is told nothing, by whatever position or id.
    let stranger = county.custody_system();
    stranger.get(&path).problem(404);
    auditor
        .by
        .get(&format!("/v1/events/{event}/proof?position={}", first + 1))
        .problem(404);
    auditor
        .by
        .get(&format!("/v1/events/{}/proof?position={first}", new_id()))
        .problem(404);
    auditor.by.get(&format!("/v1/events/{event}/proof")).problem(400);
    auditor
        .by
        .get(&format!("/v1/events/{event}/proof?position=99999999"))
        .problem(404);
    // The feed tells the same places, to auditors.
    let feed = format!("/v1/events?after={}&proofs=true", first - 1);
    let page = auditor.by.read(&feed);
    assert_eq!(page["data"][0]["leafIndex"].as_u64(), Some(first - 1));
    assert!(auditor.opened(page["checkpoint"].as_str().unwrap()).size >= first);
    assert_eq!(county.worker().get(&feed).problem(403), "forbidden_scope");
}

#[test]
fn given_a_sample_then_anybody_draws_the_same_places_again() {
    let county = County::new();
    registered(&county);
    let auditor = Auditor::of(county.auditor(), "log");
    auditor.signed(10);
    let told = auditor.by.read("/v1/log/sample?words=rain+on+Tuesday&count=5");
    let checkpoint = auditor.opened(told["checkpoint"].as_str().unwrap());
    let drawn: Vec<u64> = sample::draw(&checkpoint, "rain on Tuesday", 5)
        .into_iter()
        .collect();
    let shown: Vec<u64> = told["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["index"].as_u64().unwrap())
        .collect();
    assert_eq!(shown, drawn);
    for one in told["data"].as_array().unwrap() {
        let proof = InclusionProof::parse(one["proof"].as_str().unwrap()).unwrap();
        let leaf = leaf_hash(&proof.extra.unwrap());
        verify_inclusion(leaf, proof.index, checkpoint.size, &proof.hashes, checkpoint.root).unwrap();
    }
    let other: Vec<u64> = sample::draw(&checkpoint, "sun on Tuesday", 5)
        .into_iter()
        .collect();
    assert_ne!(other, drawn, "other words draw other places");
    for bad in ["", "?words=", "?words=a&count=0", "?words=a&count=101"] {
        auditor.by.get(&format!("/v1/log/sample{bad}")).problem(400);
    }
}

#[test]
fn given_a_look_then_it_is_an_entry_of_a_log_that_is_proved_as_well() {
    let county = County::new();
    let person = registered(&county).json()["personId"]
        .as_str()
        .unwrap()
        .to_owned();
    let worker = county.worker();
    worker.get(&format!("/v1/people/{person}")).expect(200);
    let auditor = Auditor::of(county.auditor(), "looks-log");
    let until = Instant::now() + Duration::from_secs(30);
    let found = loop {
        let checkpoint = auditor.signed(1);
        let entries = auditor.entries(checkpoint.size);
        assert_eq!(root_over(&entries), checkpoint.root);
        assert_eq!(auditor.root(checkpoint.size), checkpoint.root);
        let looks = entries.iter().filter_map(|entry| LookRecord::parse(entry).ok());
        let found = looks.into_iter().find(|look| {
            look.person.is_some_and(|seen| seen.to_string() == person) && look.route == "GET /v1/people/{id}"
        });
        if let Some(found) = found {
            break found;
        }
        assert!(Instant::now() < until, "the look is no entry");
        std::thread::sleep(Duration::from_millis(100));
    };
    assert_eq!(found.organisation, county.community_organisation());
    // It has a name and a key of its own.
    assert_ne!(
        auditor.checkpoint().origin,
        Auditor::of(county.auditor(), "log").checkpoint().origin
    );
}

#[test]
fn given_hashes_then_they_are_for_everybody_with_a_token_and_entries_are_for_auditors() {
    let county = County::new();
    Auditor::of(county.auditor(), "log").signed(1);
    for by in [
        county.worker(),
        county.administrator(),
        county.custody_system(),
        county.staff_of("partnership", Role::Commissioner),
    ] {
        by.get("/v1/log/tile/0/000.p/1").expect(200);
        by.get("/v1/log/checkpoint").expect(200);
        by.get("/v1/log/witnesses").expect(200);
        for path in [
            "/v1/log/tile/entries/000.p/1",
            "/v1/looks-log/tile/entries/000.p/1",
        ] {
            assert_eq!(by.get(path).problem(403), "forbidden_scope");
        }
        assert_eq!(by.get("/v1/log/sample?words=a").problem(403), "forbidden_scope");
    }
    let auditor = county.auditor();
    auditor.get("/v1/log/tile/entries/000.p/1").expect(200);
    // Nothing is there under any other way of writing an address, and nothing fails.
    for path in [
        "0/0",
        "0/000.p/0",
        "0/000.p/257",
        "0/000.p/256",
        "0/000.p/01",
        "8/000",
        "64/000",
        "x/000",
        "0/x000/000",
        "0/999",
        "0/x999/x999/x999/999",
        "-1/000",
        "0/-01",
        "entries/x999/000",
        "0/000/000",
        "entries/000.p/256",
        "63/000",
    ] {
        let answer = auditor.get(&format!("/v1/log/tile/{path}"));
        assert_eq!(answer.status, 404, "{path}: {}", answer.text);
    }
}

/// Every accepted command leaves its sender with something to show, also that it was left out.
#[test]
fn given_any_command_then_its_receipt_says_by_when_the_log_holds_it_and_it_does() {
    let county = County::new();
    let answer = registered(&county);
    let receipt = answer.json()["receipt"].clone();
    let signed = receipt["signed"].as_str().unwrap().to_owned();
    let line = |name: &str| {
        let prefix = format!("{name} ");
        let line = signed.lines().find(|line| line.starts_with(&prefix));
        line.unwrap_or_else(|| panic!("no {name} in {signed}"))[prefix.len()..].to_owned()
    };
    let (recorded, by): (jiff::Timestamp, jiff::Timestamp) =
        (line("recorded").parse().unwrap(), line("by").parse().unwrap());
    assert_eq!(
        by.duration_since(recorded),
        throughcare_app::proving::LOGGED_WITHIN
    );
    let auditor = Auditor::of(county.auditor(), "log");
    let position: u64 = line("position").parse().unwrap();
    let checkpoint = auditor.signed(position);
    assert_eq!(line("log"), checkpoint.origin);
    let entries = auditor.entries(checkpoint.size);
    let record = EventRecord::parse(&entries[usize::try_from(position - 1).unwrap()]).unwrap();
    assert!(signed.contains(&format!("event {}\n", record.event)));
    assert_eq!(record.recorded, recorded);
    // The same again is given the same.
    let (key, body) = (new_id().to_string(), somebody().described());
    let send = || -> Value {
        county
            .worker()
            .post_keyed("/v1/people", &key, &body)
            .expect(201)
            .json()["receipt"]
            .clone()
    };
    assert_eq!(send(), send());
}
