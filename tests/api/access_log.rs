//! Every look at a person is on record before the answer leaves.
//!
//! Source: `trust.md`, "Who may see what".

use crate::harness::{County, ago, days_from, known_as_two, new_id, somebody, today, until};
use serde_json::{Value, json};
use throughcare_http::token::Role;

/// Routes that show people, with where to ask in the county of [`Known`].
pub(super) const SHOWS: &[(&str, &str)] = &[
    ("/v1/people/{id}", "/v1/people/{person}"),
    ("/v1/people/{id}/appointments", "/v1/people/{person}/appointments"),
    ("/v1/people/{id}/duties", "/v1/people/{person}/duties"),
    (
        "/v1/people/{id}/data-protection",
        "/v1/people/{person}/data-protection",
    ),
    (
        "/v1/people/{id}/subject-access",
        "/v1/people/{person}/subject-access",
    ),
    ("/subject-access-request", "/subject-access-request?prn={prn}"),
    ("/v1/people/{id}/emergency", "/v1/people/{person}/emergency"),
    ("/v1/people/{id}/harm", "/v1/people/{person}/harm"),
    (
        "/v1/people/{id}/knowledge-changes",
        "/v1/people/{person}/knowledge-changes?knownFrom=2020-01-01",
    ),
    ("/v1/people/{id}/naloxone", "/v1/people/{person}/naloxone"),
    (
        "/v1/people/{id}/prescriptions",
        "/v1/people/{person}/prescriptions",
    ),
    (
        "/v1/people/{id}/possible-matches",
        "/v1/people/{person}/possible-matches",
    ),
    ("/v1/people/{id}/sharing", "/v1/people/{person}/sharing"),
    (
        "/v1/people/{id}/status-history",
        "/v1/people/{person}/status-history",
    ),
    (
        "/v1/people/{id}/pathway-chart",
        "/v1/people/{person}/pathway-chart",
    ),
    ("/v1/people/{id}/timeline", "/v1/people/{person}/timeline"),
    ("/v1/people/{id}/access-log", "/v1/people/{person}/access-log"),
    ("/v1/referrals/{id}", "/v1/referrals/{referral}"),
    (
        "/v1/referrals/{id}/status-transitions",
        "/v1/referrals/{referral}/status-transitions",
    ),
    ("/v1/episodes/{id}", "/v1/episodes/{episode}"),
    (
        "/v1/episodes/{id}/status-transitions",
        "/v1/episodes/{episode}/status-transitions",
    ),
    (
        "/v1/required-assessments/{id}",
        "/v1/required-assessments/{assessment}",
    ),
    ("/v1/references/{id}", "/v1/references/{referral}"),
    (
        "/v1/continuity/releases",
        "/v1/continuity/releases?service={service}",
    ),
    (
        "/v1/continuity/planned-releases",
        "/v1/continuity/planned-releases?service={service}",
    ),
    (
        "/v1/continuity/knowledge-changes",
        "/v1/continuity/knowledge-changes?service={service}&knownFrom=2020-01-01",
    ),
    (
        "/v1/indicators/{indicator}/people",
        "/v1/indicators/in_treatment/people?service={service}&from={today}&to={today}",
    ),
    (
        "/v1/indicators/{indicator}/knowledge-changes",
        "/v1/indicators/in_treatment/knowledge-changes?service={service}&from={today}&to={today}&knownFrom=2020-01-01",
    ),
    ("/v1/naloxone-batches/{batch}", "/v1/naloxone-batches/{batch}"),
    (
        "/v1/services/{service}/naloxone-stock-ledger",
        "/v1/services/{service}/naloxone-stock-ledger",
    ),
    ("/v1/services/{service}/overdue", "/v1/services/{service}/overdue"),
    (
        "/v1/services/{service}/worklists/{list}",
        "/v1/services/{service}/worklists/caseload",
    ),
    ("/v1/break-glass/{id}", "/v1/break-glass/{glass}"),
    ("/v1/suggested-merges", "/v1/suggested-merges"),
    (
        "/v1/services/{service}/possible-matches",
        "/v1/services/{service}/possible-matches",
    ),
    ("/v1/events", "/v1/events?after={before}"),
    ("/v1/possible-matches", "/v1/possible-matches?perPage=100"),
    ("/v1/events/{id}/proof", "/v1/events/{event}/proof?position={at}"),
];

/// Routes that show nobody: numbers, code lists, organisations.
const SHOWS_NOBODY: &[(&str, &str)] = &[
    ("/health", "/health"),
    ("/health/liveness", "/health/liveness"),
    ("/health/ping", "/health/ping"),
    ("/health/readiness", "/health/readiness"),
    ("/info", "/info"),
    ("/v1/break-glass", "/v1/break-glass"),
    // With a record that is sealed: tests/stories/sealed.rs.
    ("/v1/seals", "/v1/seals"),
    (
        "/v1/access-log/users",
        "/v1/access-log/users?from={today}&to={today}",
    ),
    (
        "/v1/continuity/summary",
        "/v1/continuity/summary?service={service}",
    ),
    ("/v1/inbound/messages", "/v1/inbound/messages"),
    ("/v1/bullseye", "/v1/bullseye?area=E10000001"),
    ("/v1/indicators", "/v1/indicators"),
    (
        "/v1/indicators/{indicator}",
        "/v1/indicators/in_treatment?service={service}&from={today}&to={today}",
    ),
    (
        "/v1/indicators/{indicator}/trend",
        "/v1/indicators/in_treatment/trend?service={service}&period=2026Q1",
    ),
    (
        "/v1/indicators/{indicator}/funnel",
        "/v1/indicators/representations/funnel?service={service}&period=2026Q1",
    ),
    (
        "/v1/prisons/{prison}/continuity-chart",
        "/v1/prisons/MDI/continuity-chart?service={service}&period=2026Q1",
    ),
    (
        "/v1/spine",
        "/v1/spine?service={service}&area=E06000035&period=2026Q1",
    ),
    ("/v1/naloxone-recalls", "/v1/naloxone-recalls"),
    ("/v1/naloxone-recalls/{id}", "/v1/naloxone-recalls/{recall}"),
    (
        "/v1/organisations/{organisation}",
        "/v1/organisations/{organisation}",
    ),
    (
        "/v1/organisations/{organisation}/clients",
        "/v1/organisations/{organisation}/clients",
    ),
    (
        "/v1/organisations/{organisation}/members",
        "/v1/organisations/{organisation}/members",
    ),
    (
        "/v1/organisations/{organisation}/worker-trainings",
        "/v1/organisations/{organisation}/worker-trainings",
    ),
    ("/v1/log/checkpoint", "/v1/log/checkpoint"),
    ("/v1/log/consistency", "/v1/log/consistency?from=0"),
    ("/v1/log/keys", "/v1/log/keys"),
    // Entries are for auditors, whose looks these tests leave out: tests/api/proof.rs.
    ("/v1/log/tile/{level}/{index}", "/v1/log/tile/0/000.p/1"),
    ("/v1/log/sample", "/v1/log/sample?words=any&count=1"),
    ("/v1/log/witnesses", "/v1/log/witnesses"),
    ("/v1/looks-log/checkpoint", "/v1/looks-log/checkpoint"),
    ("/v1/looks-log/consistency", "/v1/looks-log/consistency?from=0"),
    (
        "/v1/looks-log/tile/{level}/{index}",
        "/v1/looks-log/tile/0/000.p/1",
    ),
    ("/v1/receipt-keys", "/v1/receipt-keys"),
    ("/v1/reference-data", "/v1/reference-data"),
    ("/v1/reference-data/{set}", "/v1/reference-data/areas"),
    (
        "/v1/reference-data/{set}/versions",
        "/v1/reference-data/areas/versions",
    ),
    ("/v1/services", "/v1/services"),
    ("/v1/services/{service}", "/v1/services/{service}"),
    (
        "/v1/services/{service}/contract-move",
        "/v1/services/{service}/contract-move",
    ),
    (
        "/v1/services/{service}/naloxone-stock",
        "/v1/services/{service}/naloxone-stock",
    ),
    (
        "/v1/services/{service}/naloxone-supplies",
        "/v1/services/{service}/naloxone-supplies",
    ),
    (
        "/v1/services/{service}/worklists",
        "/v1/services/{service}/worklists",
    ),
    (
        "/subject-access-request/template",
        "/subject-access-request/template",
    ),
    ("/v1/webhooks", "/v1/webhooks"),
    ("/v1/webhooks/{id}", "/v1/webhooks/{webhook}"),
    // What is told and to be told, without whom it is about.
    (
        "/v1/webhooks/{id}/deliveries",
        "/v1/webhooks/{webhook}/deliveries",
    ),
];

/// Somebody of whom something stands in every view.
pub(super) struct Known {
    pub(super) county: County,
    person: String,
    places: Vec<(&'static str, String)>,
}

impl Known {
    pub(super) fn new() -> Self {
        Self::within(County::new())
    }

    pub(super) fn within(county: County) -> Self {
        let (worker, prison, police) = (
            county.worker(),
            county.prison_worker(),
            county.arrest_referral_worker(),
        );
        let before = super::log_head(&county);
        let who = somebody();
        let person = county.registered(&prison, &who);
        county.in_prison_treatment(&person, ago(60));
        let received = json!({ "movementType": "ADM", "reasonCode": "N", "prison": county.prison });
        county.moved(&prison, &person, ago(70), received);
        let released = json!({
            "movementType": "REL", "reasonCode": "CR", "prison": county.prison, "area": county.area,
        });
        county.moved(&prison, &person, ago(30), released);
        let refer = json!({
            "person": { "personId": person }, "source": "prison", "toService": county.community, "occurred": ago(29),
        });
        let referral = prison.record("/v1/referrals", &refer).id("referral");
        worker.record(
            &format!("/v1/referrals/{referral}/acceptance"),
            &json!({ "occurred": ago(28) }),
        );
        let triage = json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": ago(27) });
        let episode = worker
            .record(&format!("/v1/referrals/{referral}/triage"), &triage)
            .id("episode");
        let start = json!({ "intervention": "94", "setting": "community", "occurred": ago(26) });
        worker.record(&format!("/v1/episodes/{episode}/interventions"), &start);
        let batch = format!("LOT-{}", &new_id().simple().to_string()[20..]);
        let kit = json!({ "product": "nyxoid", "batch": batch, "expiresOn": "2029-01-31" });
        let issue = json!({ "service": county.community, "kits": [kit], "occurred": ago(20) });
        worker.record(&format!("/v1/people/{person}/naloxone-issues"), &issue);
        // Received again, with a release to come, and a second referral that nobody decides on.
        let received = json!({ "movementType": "ADM", "reasonCode": "N", "prison": county.prison });
        county.moved(&prison, &person, ago(10), received);
        let plan = json!({
            "prison": county.prison, "plannedOn": days_from(today(), 5), "area": county.area, "occurred": ago(9),
        });
        prison.record(&format!("/v1/people/{person}/release-plans"), &plan);
        let again = json!({
            "person": { "personId": person }, "source": "prison", "toService": county.community, "occurred": ago(9),
        });
        prison.record("/v1/referrals", &again);
        let told = json!({ "offence": "shoplifting", "force": "46", "occurred": ago(12) });
        let outreach = json!({
            "service": county.arrest_referral, "place": "street", "outcome": "talked", "occurred": ago(13),
        });
        // The police know of the person by a record of their own; what they require stands there.
        let arrested = county.registered(&police, &somebody());
        police.record(&format!("/v1/people/{arrested}/outreach-contacts"), &outreach);
        police.record(&format!("/v1/people/{arrested}/arrests"), &told);
        let required = json!({
            "service": county.community, "appointedOn": ago(11), "occurred": ago(12),
        });
        let assessment = police
            .post(&format!("/v1/people/{arrested}/required-assessments"), &required)
            .expect(201)
            .id("assessment");
        let (organisation, administrator) = (county.community_organisation(), county.administrator());
        let recall =
            json!({ "product": "nyxoid", "batch": batch, "reason": "manufacturer", "occurred": ago(1) });
        let recall = administrator.record("/v1/naloxone-recalls", &recall).id("recall");
        // A day so far that nothing moves while the test runs.
        let moved = json!({ "toService": county.successor(), "on": days_from(today(), 30) });
        let move_at = format!(
            "/v1/organisations/{organisation}/services/{}/contract-move",
            county.community
        );
        administrator.record(&move_at, &moved);
        let doctor = county.named("dr.lee", &organisation, Role::Clinician);
        let look = json!({ "personId": person, "reason": "overdose", "note": "Found on the street." });
        let glass = doctor
            .post("/v1/break-glass", &look)
            .expect(201)
            .id("break_glass");
        known_as_two(&county, &who);
        // The police and a stranger each know one of two records that might be one person's: nobody sees both.
        let twice = somebody();
        let unseen = county.registered(&police, &twice);
        county.registered(&county.stranger(), &twice);
        until("an auditor is told of records that nobody sees both of", || {
            let pairs = county.auditor().list("/v1/possible-matches?perPage=100");
            pairs
                .iter()
                .any(|pair| pair.to_string().contains(&unseen))
                .then_some(())
        });
        // The same key, so that all these tests make one webhook.
        county.staff_of("partnership", Role::Worker);
        let told = json!({
            "client": county.system("every-event"), "role": "worker", "url": "https://notices.invalid/",
            "events": ["throughcare.service.updated"],
        });
        let key = uuid::Uuid::from_u128(0x30).to_string();
        let webhook = administrator
            .post_keyed("/v1/webhooks", &key, &told)
            .expect(201)
            .json();
        let webhook = webhook["webhook"]["webhookId"].as_str().unwrap().to_owned();
        let (event, at) = proved(&county, before, &person);
        let places = vec![
            ("{webhook}", webhook),
            ("{glass}", glass),
            ("{organisation}", organisation),
            ("{recall}", recall),
            ("{today}", today().to_string()),
            ("{person}", person.clone()),
            ("{referral}", referral),
            ("{episode}", episode),
            ("{assessment}", assessment),
            ("{service}", county.community.clone()),
            ("{batch}", batch),
            ("{before}", before.to_string()),
            ("{event}", event),
            ("{at}", at.to_string()),
            ("{arrested}", arrested),
            ("{unseen}", unseen),
            ("{prn}", who.prisoner_number),
        ];
        Self {
            county,
            person,
            places,
        }
    }

    pub(super) fn at(&self, path: &str) -> String {
        let fill = |path: String, (place, value): &(&str, String)| path.replace(place, value);
        self.places.iter().fold(path.to_owned(), fill)
    }

    /// The access log of somebody, as an auditor reads it, without the auditor's own looks at it.
    pub(super) fn looks_at(&self, person: &str) -> Vec<Value> {
        let mut looks = self.all_looks_at(person);
        looks.retain(|look| look["role"] != "auditor");
        looks
    }

    fn all_looks_at(&self, person: &str) -> Vec<Value> {
        self.county
            .auditor()
            .list(&format!("/v1/people/{person}/access-log?perPage=100"))
    }
}

/// The first event about somebody and its position, once a checkpoint goes so far.
fn proved(county: &County, before: u64, person: &str) -> (String, u64) {
    let auditor = county.auditor();
    let events = super::events_after(&auditor, before);
    let event = events.iter().find(|event| event["personId"] == person).unwrap();
    let (event, at) = (event["id"].as_str().unwrap(), event["position"].as_u64().unwrap());
    let until = std::time::Instant::now() + crate::harness::PATIENCE;
    while auditor
        .get(&format!("/v1/events/{event}/proof?position={at}"))
        .status
        != 200
    {
        assert!(std::time::Instant::now() < until, "no checkpoint goes so far");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    (event.to_owned(), at)
}

/// A route that is in neither list fails: whoever adds one says which it is, and it is held to it.
#[test]
fn every_route_that_shows_people_is_in_the_access_log_and_no_other_is() {
    let known = Known::new();
    let worker = known.county.worker();
    let described = worker.get("/v3/api-docs").expect(200).json();
    let paths = described["paths"].as_object().unwrap();
    let routes: Vec<&String> = paths
        .iter()
        .filter(|(_, item)| item.get("get").is_some())
        .map(|(path, _)| path)
        .collect();
    let listed = |route: &str| SHOWS.iter().any(|(shows, _)| *shows == route);
    let shows_nobody = |route: &str| SHOWS_NOBODY.iter().any(|(shows, _)| *shows == route);
    let unlisted: Vec<_> = routes
        .iter()
        .filter(|route| !listed(route) && !shows_nobody(route))
        .collect();
    assert!(unlisted.is_empty(), "say whether these show people: {unlisted:?}");
    let gone = SHOWS.iter().chain(SHOWS_NOBODY).map(|(route, _)| *route);
    let gone: Vec<_> = gone
        .filter(|route| !routes.iter().any(|path| path == route))
        .collect();
    assert!(gone.is_empty(), "no such routes: {gone:?}");

    let own = known.county.community_organisation();
    let officer = known.county.named("p.officer", &own, Role::PrivacyOfficer);
    let auditor = known.county.auditor();
    for (route, path) in SHOWS {
        let by = match *route {
            "/v1/break-glass/{id}"
            | "/v1/people/{id}/data-protection"
            | "/v1/people/{id}/subject-access"
            | "/subject-access-request" => &officer,
            "/v1/possible-matches" => &auditor,
            _ => &worker,
        };
        let person = match *route {
            "/v1/required-assessments/{id}" => known.at("{arrested}"),
            "/v1/possible-matches" => known.at("{unseen}"),
            _ => known.person.clone(),
        };
        let asked = format!("GET {route}");
        let count = |looks: Vec<Value>| {
            looks
                .iter()
                .filter(|look| look["asked"] == asked.as_str())
                .count()
        };
        let looks = || match *route {
            "/v1/possible-matches" => known.all_looks_at(&person),
            _ => known.looks_at(&person),
        };
        let before = count(looks());
        by.get(&known.at(path)).expect(200);
        let after = count(looks());
        assert_eq!(after, before + 1, "{route} shows {person}");
    }
    let people = [known.person.clone(), known.at("{arrested}")];
    let count = || people.iter().map(|one| known.looks_at(one).len()).sum::<usize>();
    for (route, path) in SHOWS_NOBODY {
        let before = count();
        let shown = match *route {
            "/v1/access-log/users" | "/v1/bullseye" | "/v1/log/sample" => {
                known.county.auditor().get(&known.at(path))
            }
            "/v1/break-glass" | "/v1/seals" | "/subject-access-request/template" => officer.get(path),
            "/v1/inbound/messages"
            | "/v1/organisations/{organisation}/clients"
            | "/v1/organisations/{organisation}/members"
            | "/v1/webhooks"
            | "/v1/webhooks/{id}"
            | "/v1/webhooks/{id}/deliveries" => known.county.administrator().get(&known.at(path)),
            _ => worker.get(&known.at(path)),
        };
        shown.expect(200);
        assert_eq!(count(), before, "{route} shows nobody");
    }
}

#[test]
fn a_look_says_who_when_why_and_how_much_and_each_is_told_what_is_theirs() {
    let known = Known::new();
    let county = &known.county;
    let (worker, nurse) = (county.worker(), county.prison_worker());
    let path = format!("/v1/people/{}", known.person);
    worker.get(&path).expect(200);
    nurse.get(&format!("{path}/timeline")).expect(200);

    // Its own organisation's staff see which user it was; the other's see that it was the other.
    let log = format!("{path}/access-log");
    let own = worker.list(&log);
    let mine = own
        .iter()
        .find(|look| look["asked"] == "GET /v1/people/{id}")
        .unwrap();
    assert_eq!(
        (
            &mine["user"],
            &mine["organisation"],
            &mine["role"],
            &mine["purpose"]
        ),
        (
            &json!("community-worker"),
            &json!(county.community_organisation()),
            &json!("worker"),
            &json!("direct_care")
        )
    );
    assert_eq!(mine["shown"], "record");
    let grounds = |look: &Value| {
        let all = look["grounds"].as_array().unwrap().iter();
        all.map(|ground| ground["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(grounds(mine), ["accepted_referral", "episode"]);
    let theirs = own
        .iter()
        .find(|look| look["asked"] == "GET /v1/people/{id}/timeline")
        .unwrap();
    assert_eq!(
        (&theirs["organisation"], &theirs["user"], &theirs["client"]),
        (&json!(county.prison_organisation()), &Value::Null, &Value::Null)
    );
    // The last look comes first, and reading the log is a look.
    let again = worker.list(&log);
    assert_eq!(
        (&again[0]["asked"], &again[0]["shown"]),
        (&json!("GET /v1/people/{id}/access-log"), &json!("access_log"))
    );
    // An auditor sees users of everybody.
    let seen = county.auditor().list(&log);
    let users: Vec<_> = seen.iter().filter_map(|look| look["user"].as_str()).collect();
    assert!(
        users.contains(&"prison-nurse") && users.contains(&"community-worker"),
        "{users:?}"
    );

    // That nothing has changed is a look too; what is refused is none.
    let count = || known.looks_at(&known.person).len();
    let tag = worker.get(&path).expect(200).header("etag").unwrap().to_owned();
    let before = count();
    let request = worker
        .request(reqwest::Method::GET, &path)
        .header("if-none-match", tag);
    assert_eq!(worker.send(request).status, 304);
    assert_eq!(count(), before + 1);
    county.stranger().get(&path).problem(404);
    county.stranger().get(&log).problem(404);
    worker.get(&format!("{path}?asOf=never")).problem(400);
    assert_eq!(count(), before + 1);
    // A sender who sees only what it sent is not told who else looks.
    let arrested = known.at("/v1/people/{arrested}");
    county.arrest_referral_worker().get(&arrested).expect(200);
    county
        .arrest_referral_worker()
        .get(&format!("{arrested}/access-log"))
        .problem(404);
    assert!(
        known
            .looks_at(&known.at("{arrested}"))
            .iter()
            .any(|look| look["shown"] == "sent" && grounds(look) == ["recorded_it"])
    );
}

#[test]
fn pages_of_the_access_log_go_on_where_the_last_one_ended() {
    let known = Known::new();
    let worker = known.county.worker();
    let log = format!("/v1/people/{}/access-log", known.person);
    for _ in 0..5 {
        worker.get(&format!("/v1/people/{}", known.person)).expect(200);
    }
    let all = worker.read(&format!("{log}?perPage=100"));
    let paged = worker.list(&format!("{log}?perPage=2"));
    // Each page is a look of its own, later than what it shows.
    let all: Vec<&Value> = all["data"].as_array().unwrap().iter().collect();
    assert!(
        all.len() >= 5 && paged.len() == all.len() + 1,
        "{} {}",
        all.len(),
        paged.len()
    );
    assert!(paged[1..].iter().zip(all).all(|(one, other)| one == other));
    let other = format!("/v1/people/{}/access-log", known.at("{arrested}"));
    let cursor = worker.read(&format!("{log}?perPage=2"))["pagination"]["nextCursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let auditor = known.county.auditor();
    auditor.get(&format!("{other}?cursor={cursor}")).problem(400);
}

#[test]
fn auditors_see_who_looks_at_far_more_people_than_others() {
    let county = County::new();
    let (worker, colleague) = (
        county.worker(),
        county.staff_of(&county.community_organisation(), Role::Worker),
    );
    let people: Vec<String> = (0..25)
        .map(|_| {
            let person = county.registered(&worker, &somebody());
            worker.get(&format!("/v1/people/{person}")).expect(200);
            person
        })
        .collect();
    colleague.get(&format!("/v1/people/{}", people[0])).expect(200);
    // A system by itself counts as one that looks.
    county
        .case_system()
        .get(&format!("/v1/people/{}", people[0]))
        .expect(200);
    // A search that finds nobody is a look at nobody.
    let search = json!({ "identifier": somebody().nhs() });
    colleague.post("/v1/people/search", &search).expect(200);

    let auditor = county.auditor();
    let days = format!("from={}&to={}", ago(1), days_from(today(), 1));
    let users = auditor.read(&format!("/v1/access-log/users?{days}"));
    let of = |client: &str| {
        let users = users["data"].as_array().unwrap().iter();
        let mut own = users.filter(|one| one["organisation"] == json!(county.community_organisation()));
        own.find(|one| one["user"] == client).unwrap().clone()
    };
    let most = of("community-worker");
    assert_eq!(
        (&most["people"], &most["outlier"]),
        (&json!(25), &json!(true)),
        "{most}"
    );
    let least = of(&format!("staff-of-{}", county.community_organisation()));
    assert_eq!(
        (&least["people"], &least["looks"], &least["outlier"]),
        (&json!(1), &json!(2), &json!(false)),
        "{least}"
    );
    assert_eq!((&most["searches"], &least["searches"]), (&json!(0), &json!(1)));
    worker.get(&format!("/v1/access-log/users?{days}")).problem(403);
    auditor
        .get(&format!("/v1/access-log/users?from={}&to={}", ago(40), today()))
        .problem(400);
    auditor
        .get(&format!("/v1/access-log/users?from={}&to={}", today(), ago(1)))
        .problem(400);
    for edge in ["-009999-01-01", "9999-12-31"] {
        auditor
            .get(&format!("/v1/access-log/users?from={edge}&to={edge}"))
            .problem(400);
    }
}
