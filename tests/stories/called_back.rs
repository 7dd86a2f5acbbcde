//! A batch of naloxone is called back: everybody who holds a kit of it is found and told, clients and others.
//!
//! Source: `cases.md` N1; `domain.md` section 4; `design.md`, "Streams".

use crate::harness::{Client, County, ago, days_from, new_id, somebody, today};
use serde_json::{Value, json};

/// A batch that no other story has.
fn batch(county: &County, name: &str) -> String {
    format!("{name}-{}", county.community)
}

fn kit(batch: &str) -> Value {
    json!({ "product": "nyxoid", "batch": batch, "expiresOn": days_from(today(), 400) })
}

fn stock(county: &County, what: &str) -> String {
    format!("/v1/services/{}/{what}", county.community)
}

fn shelf(by: &Client, county: &County, batch: &str) -> Value {
    let shown = by.read(&stock(county, "naloxone-stock"));
    let batches = shown["batches"].as_array().unwrap();
    let found = batches.iter().find(|line| line["batch"] == batch);
    found.unwrap_or_else(|| panic!("no {batch} in {shown}")).clone()
}

fn receive(by: &Client, county: &County, batch: &str, kits: u32) {
    let mut body = kit(batch);
    body["kits"] = kits.into();
    body["occurred"] = json!(ago(30));
    by.record(&stock(county, "naloxone-stock"), &body);
}

fn recalled(by: &Client, batch: &str) -> String {
    let body = json!({ "product": "nyxoid", "batch": batch, "reason": "manufacturer", "occurred": ago(2) });
    by.record("/v1/naloxone-recalls", &body).id("recall")
}

#[test]
fn given_kits_of_two_batches_in_many_hands_when_one_is_called_back_then_its_holders_are_found_and_told() {
    let county = County::new();
    let (worker, prison) = (county.worker(), county.prison_worker());
    let (bad, good) = (batch(&county, "BAD"), batch(&county, "GOOD"));

    // Given: N1, two kits of two batches in one act; a kit of the same batch from the prison; three given to a family
    // and a hostel.
    receive(&worker, &county, &bad, 20);
    receive(&worker, &county, &good, 20);
    let person = county.registered(&worker, &somebody());
    county.in_community_treatment(&person, ago(40));
    let issue = json!({ "service": county.community, "kits": [kit(&bad), kit(&good)], "occurred": ago(20) });
    let issued = worker.record(&format!("/v1/people/{person}/naloxone-issues"), &issue);
    let inside = county.registered(&prison, &somebody());
    county.in_prison_treatment(&inside, ago(40));
    let issue = json!({ "service": county.prison_treatment, "kits": [kit(&bad)], "occurred": ago(15) });
    prison.record(&format!("/v1/people/{inside}/naloxone-issues"), &issue);
    let give = |recipient: &str, kits: u32| {
        let mut one = kit(&bad);
        one["kits"] = kits.into();
        let body = json!({ "recipient": recipient, "place": "hostel", "kits": [one], "occurred": ago(10) });
        worker
            .record(&stock(&county, "naloxone-supplies"), &body)
            .id("supply")
    };
    let (family, hostel) = (give("family_or_friend", 1), give("service_stock", 2));
    assert_eq!(shelf(&worker, &county, &bad)["onHand"], 16);

    // When: the partnership's administrator calls the batch back.
    let administrator = county.administrator();
    let recall = recalled(&administrator, &bad);
    let again = administrator.post(
        "/v1/naloxone-recalls",
        &json!({ "product": "nyxoid", "batch": bad, "reason": "manufacturer" }),
    );
    assert_eq!(again.expect(422).faults()[0].1, "already_recalled");

    // Then: each service sees its own holders line by line, and the others' as a number.
    let who = |by: &Client| by.read(&format!("/v1/naloxone-batches/{bad}?toTell={recall}"));
    let seen = who(&worker);
    let lines = seen["data"].as_array().unwrap();
    assert_eq!(lines.len(), 1, "{seen}");
    assert_eq!(
        (&lines[0]["personId"], &lines[0]["names"]["given"].is_string()),
        (&json!(person), &true)
    );
    assert_eq!(
        (&seen["own"][0]["held"], &seen["own"][0]["supplied"]),
        (&json!(1), &json!(3))
    );
    assert_eq!(
        (&seen["others"][0]["held"], &seen["others"][0]["service"]),
        (&json!(1), &Value::Null)
    );
    assert_eq!(who(&county.stranger())["data"], json!([]));
    let audited = who(&county.auditor());
    assert_eq!(audited["data"].as_array().unwrap().len(), 2);
    assert!(audited["data"][0]["names"].is_null(), "auditors see no names");
    assert_eq!(shelf(&worker, &county, &bad)["recall"], json!(recall));

    // And: a repeated reference of either is pointed to where it is found; of a supply, by its own service alone.
    let found = |by: &Client, id: &str| by.get(&format!("/v1/references/{id}"));
    let address = |by: &Client, id: &str| by.read(&format!("/v1/references/{id}"))["href"].clone();
    assert_eq!(
        address(&worker, &family),
        json!(stock(&county, "naloxone-supplies"))
    );
    assert_eq!(
        address(&prison, &recall),
        json!(format!("/v1/naloxone-recalls/{recall}"))
    );
    for other in [&prison, &county.stranger()] {
        found(other, &family).expect(404);
    }

    let counts = || worker.read(&format!("/v1/naloxone-recalls/{recall}"));
    assert_eq!(
        (&counts()["own"]["toBeTold"], &counts()["all"]["toBeTold"]),
        (&json!(4), &json!(5))
    );
    let duties = worker.read(&format!("/v1/people/{person}/duties"));
    let kinds: Vec<_> = duties["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|duty| &duty["kind"])
        .collect();
    assert!(kinds.contains(&&json!("tell_of_recall")), "{duties}");
    let to_tell = format!("/v1/services/{}/worklists/naloxone-called-back", county.community);
    let due = worker.list(&to_tell);
    assert_eq!(
        (due.len(), &due[0]["kitId"], &due[0]["ageDays"]),
        (1, &issued.json()["created"][0]["id"], &json!(2))
    );
    assert_eq!(
        (&due[0]["dueOn"], &due[0]["overdue"]),
        (&json!(days_from(today(), 1)), &json!(false))
    );
    assert!(
        worker.list(&format!("{to_tell}?asOf={}", ago(3))).is_empty(),
        "before the recall"
    );

    assert_eq!(worker.list(&format!("{to_tell}?sort=due&perPage=1")), due);
    assert_eq!(worker.list(&format!("{to_tell}?sort=-due&perPage=1")), due);

    // Nobody who is not told in time is forgotten: it is overdue, and three days later the partnership's business.
    let (partnership, board) = county.partnership();
    let late = |by: &Client, service: &str, in_days: i32| -> Vec<Value> {
        let day = days_from(today(), in_days);
        let lines = by.list(&format!("/v1/services/{service}/overdue?asOf={day}&perPage=1"));
        let ours = lines.into_iter().filter(|line| line["duty"] == "tell_of_recall");
        ours.filter(|line| [json!(person), json!(inside)].contains(&line["personId"]))
            .collect()
    };
    assert!(late(&worker, &county.community, 1).is_empty());
    let overdue = late(&worker, &county.community, 2);
    assert_eq!(
        (
            overdue.len(),
            &overdue[0]["personId"],
            &overdue[0]["dueOn"],
            &overdue[0]["daysOverdue"]
        ),
        (1, &json!(person), &json!(days_from(today(), 1)), &json!(1))
    );
    assert!(overdue[0]["names"]["family"].is_string());
    assert!(late(&board, &partnership, 4).is_empty());
    let climbed = late(&board, &partnership, 5);
    assert_eq!(climbed.len(), 2, "of every service: {climbed:?}");
    assert!(climbed.iter().all(|line| line.get("names").is_none()));

    let known: u64 = worker
        .get(&to_tell)
        .header("x-log-position")
        .unwrap()
        .parse()
        .unwrap();

    // When: they are told one by one; the hostel is not reached at first.
    let notice = |how: &str| json!({ "recall": recall, "how": how });
    let kits: Vec<String> = issued.json()["created"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect();
    worker.record(
        &format!("/v1/naloxone-kits/{}/recall-notice", kits[0]),
        &notice("in_person"),
    );
    assert!(late(&worker, &county.community, 2).is_empty(), "told");
    assert_eq!(late(&board, &partnership, 5).len(), 1);
    let other = worker.post(
        &format!("/v1/naloxone-kits/{}/recall-notice", kits[1]),
        &notice("in_person"),
    );
    assert_eq!(other.expect(422).faults()[0].1, "another_batch");
    let tell = |supply: &str, how: &str| {
        let path = format!("{}/{supply}/recall-notice", stock(&county, "naloxone-supplies"));
        worker.post(&path, &notice(how))
    };
    tell(&family, "telephone").expect(201);
    tell(&hostel, "not_reached").expect(201);
    let left = worker.list(&format!(
        "{}?toTell={recall}",
        stock(&county, "naloxone-supplies")
    ));
    assert_eq!((left.len(), &left[0]["supplyId"]), (1, &json!(hostel)));
    assert_eq!(counts()["own"]["toBeTold"], 2, "two kits at the hostel");
    tell(&hostel, "in_person").expect(201);
    assert_eq!(
        tell(&hostel, "in_person").expect(422).faults()[0].1,
        "already_told"
    );

    // Then: only the prison's client is left, and it is not for the community service to say who that is.
    assert_eq!(
        (&counts()["own"]["toBeTold"], &counts()["all"]["toBeTold"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(who(&worker)["data"], json!([]));
    assert!(worker.list(&to_tell).is_empty());
    assert_eq!(
        worker.list(&format!("{to_tell}?knownAt={known}")).len(),
        1,
        "as it was known before"
    );
    let kits = worker.read(&format!("/v1/people/{person}/naloxone"));
    assert_eq!(kits["held"][0]["recallNotices"][0]["how"], "in_person");
    let duties = worker.read(&format!("/v1/people/{person}/duties"));
    assert!(!duties.to_string().contains("tell_of_recall"), "{duties}");

    // And whoever called it back says when it is over.
    let end = format!("/v1/naloxone-recalls/{recall}/end");
    worker.post(&end, &json!({ "reason": "completed" })).problem(422);
    administrator.record(&end, &json!({ "reason": "completed" }));
    assert_eq!(counts()["endReason"], "completed");
    assert!(shelf(&worker, &county, &bad)["recall"].is_null());
    let listed = worker.list("/v1/naloxone-recalls?perPage=1");
    assert!(listed.iter().any(|one| one["recallId"] == json!(recall)));
}

#[test]
fn given_a_shelf_when_it_is_counted_then_the_difference_is_shown_until_somebody_says_what_became_of_it() {
    let county = County::new();
    let worker = county.worker();
    let lot = batch(&county, "LOT");
    receive(&worker, &county, &lot, 10);
    worker.record(
        &stock(&county, "naloxone-stock-minimums"),
        &json!({ "product": "nyxoid", "kits": 9 }),
    );
    let counted = worker.record(
        &stock(&county, "naloxone-stock-counts"),
        &json!({ "batches": [{ "product": "nyxoid", "batch": lot, "kits": 7 }], "occurred": ago(1) }),
    );
    let line = shelf(&worker, &county, &lot);
    assert_eq!(
        (&line["onHand"], &line["lastCount"]["difference"]),
        (&json!(10), &json!(-3))
    );

    // Two were lost, told late; one was never there: the receipt was wrong, and is voided and entered again.
    let lost = json!({ "product": "nyxoid", "batch": lot, "kits": 2, "reason": "lost", "occurred": ago(3) });
    worker.record(&stock(&county, "naloxone-stock-removals"), &lost);
    assert_eq!(shelf(&worker, &county, &lot)["lastCount"]["difference"], -1);
    let ledger = worker.list(&format!("{}?perPage=1", stock(&county, "naloxone-stock-ledger")));
    let types: Vec<_> = ledger.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(
        types,
        [
            "naloxone.stock-received",
            "naloxone.stock-minimum-set",
            "naloxone.stock-counted",
            "naloxone.stock-removed"
        ]
    );
    let positions: Vec<_> = ledger
        .iter()
        .map(|line| line["position"].as_u64().unwrap())
        .collect();
    assert!(
        positions.is_sorted() && positions[2] == counted.json()["logPosition"],
        "{positions:?}"
    );
    let void = json!({ "events": [ledger[0]["id"]], "reason": "wrong_detail" });
    worker.record(&stock(&county, "naloxone-stock-corrections"), &void);
    receive(&worker, &county, &lot, 9);
    let line = shelf(&worker, &county, &lot);
    assert_eq!(
        (&line["onHand"], &line["lastCount"]["difference"]),
        (&json!(7), &json!(0))
    );
    assert_eq!(
        worker.list(&stock(&county, "naloxone-stock-ledger"))[0]["voided"],
        true
    );

    // Fewer than the minimum; and it is as it was known before, for whoever asks.
    let shown = worker.read(&stock(&county, "naloxone-stock"));
    assert_eq!(shown["products"][0]["belowMinimum"], true);
    let then = worker.read(&format!(
        "{}?knownAt={}",
        stock(&county, "naloxone-stock"),
        positions[0]
    ));
    assert_eq!(then["batches"][0]["onHand"], 10);

    // Nobody else sees or keeps it.
    let stranger = county.stranger();
    for what in ["naloxone-stock", "naloxone-stock-ledger", "naloxone-supplies"] {
        assert_eq!(stranger.get(&stock(&county, what)).problem(404), "not_found");
    }
    stranger
        .post(&stock(&county, "naloxone-stock-removals"), &lost)
        .problem(422);
    assert_eq!(
        county
            .administrator()
            .post(&stock(&county, "naloxone-stock-removals"), &lost)
            .problem(403),
        "forbidden_scope"
    );
}

/// A supply, a recall or a service's stream is nobody's record, whatever address it is put into.
#[test]
fn given_an_id_of_a_services_stream_when_it_is_named_as_a_kit_then_there_is_no_such_kit() {
    let county = County::new();
    let (worker, machine) = (county.worker(), county.case_system());
    let lot = batch(&county, "LOT");
    let mut one = kit(&lot);
    one["kits"] = 1.into();
    let body = json!({ "recipient": "unknown", "kits": [one] });
    let supply = worker
        .record(&stock(&county, "naloxone-supplies"), &body)
        .id("supply");
    let recall = recalled(&worker, &lot);
    for id in [supply, recall, new_id().to_string()] {
        for client in [&worker, &machine] {
            let lost = client.post(
                &format!("/v1/naloxone-kits/{id}/loss"),
                &json!({ "reason": "lost" }),
            );
            assert_eq!(lost.problem(404), "not_found");
        }
    }
    // Nor is the service itself a person, though its stream holds what the caller recorded.
    let service = throughcare_domain::code::ServiceCode::parse(&county.community).unwrap();
    let stream = throughcare_domain::stream::StreamId::service(&service).id;
    assert_eq!(
        worker.get(&format!("/v1/people/{stream}")).problem(404),
        "not_found"
    );
    let residence = machine.post(
        &format!("/v1/people/{stream}/residences"),
        &json!({ "noFixedAbode": true }),
    );
    assert_eq!(residence.problem(404), "not_found");
}
