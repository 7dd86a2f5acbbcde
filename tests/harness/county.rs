//! A county of its own for each story: an authority, two prisons, and the organisations that work there.

use super::{Answer, COUNTIES_EACH, Client, RULES_ALONE, Somebody, shared};
use jiff::civil::Date;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use throughcare_domain::reference::ReferenceData;
use throughcare_http::token::Role;

static COUNTIES: AtomicUsize = AtomicUsize::new(0);
static RULES_ALONE_COUNTIES: AtomicUsize = AtomicUsize::new(RULES_ALONE);

/// A county. Its organisations and its area are known to no other test.
pub struct County {
    /// The authority.
    pub area: String,
    /// Another authority, which no other test knows.
    pub other_area: String,
    /// The prison of most stories.
    pub prison: String,
    /// Another prison.
    pub other_prison: String,
    /// The community service.
    pub community: String,
    /// The treatment service in the prison.
    pub prison_treatment: String,
    /// The service in police custody.
    pub arrest_referral: String,
    number: usize,
    seen: Arc<AtomicU64>,
}

impl County {
    /// Two that know of each other: they are asked about at one program.
    pub fn two() -> (Self, Self) {
        loop {
            let first = COUNTIES.fetch_add(2, Ordering::Relaxed);
            if first / COUNTIES_EACH == (first + 1) / COUNTIES_EACH {
                return (Self::numbered(first), Self::numbered(first + 1));
            }
        }
    }

    /// Registers the organisations and opens their services.
    pub fn new() -> Self {
        Self::numbered(COUNTIES.fetch_add(1, Ordering::Relaxed))
    }

    /// One of which the database gives every row to whoever reads, as if it had no row-level security.
    pub fn without_row_security() -> Self {
        Self::numbered(RULES_ALONE_COUNTIES.fetch_add(1, Ordering::Relaxed))
    }

    fn numbered(number: usize) -> Self {
        let reference = ReferenceData::bundled();
        let codes = |list: &str, fits: fn(&str) -> bool| -> Vec<String> {
            let list = reference.list(list).unwrap();
            let entries = list
                .entries()
                .iter()
                .filter(|entry| entry.valid_from.is_none() && entry.valid_to.is_none());
            entries
                .map(|entry| entry.code.to_string())
                .filter(|code| fits(code))
                .collect()
        };
        let areas = codes("areas", |code| code.starts_with('E'));
        let prisons = codes("prisons", |code| code.len() == 3);
        // No other county of the same program has these authorities or prisons.
        let place = number % COUNTIES_EACH;
        assert!(2 * place + 1 < areas.len(), "more counties than authorities");
        let prison = |nth: usize| prisons[(2 * place + nth) % prisons.len()].clone();
        let county = Self {
            area: areas[place].clone(),
            other_area: areas[areas.len() - 1 - place].clone(),
            prison: prison(0),
            other_prison: prison(1),
            community: format!("community-{number}"),
            prison_treatment: format!("prison-treatment-{number}"),
            arrest_referral: format!("arrest-referral-{number}"),
            number,
            seen: Arc::new(AtomicU64::new(0)),
        };
        county.set_up();
        county
    }

    fn set_up(&self) {
        let (community, prison, police) = (
            self.community.clone(),
            self.prison_treatment.clone(),
            self.arrest_referral.clone(),
        );
        self.organisation(&self.community_organisation());
        self.organisation(&self.prison_organisation());
        self.organisation(&self.police_organisation());
        self.organisation(&self.stranger_organisation());
        self.service(
            &self.community_organisation(),
            &community,
            "community",
            json!([self.area]),
            json!([]),
        );
        self.service(
            &self.prison_organisation(),
            &prison,
            "prison",
            json!([]),
            json!([self.prison, self.other_prison]),
        );
        self.service(
            &self.police_organisation(),
            &police,
            "police_custody",
            json!([self.area]),
            json!([]),
        );
    }

    /// Opens a service of the stranger's organisation for the same area, which takes over from the community service.
    pub fn successor(&self) -> String {
        let service = format!("successor-{}", self.number);
        let areas = json!([self.area]);
        self.service(
            &self.stranger_organisation(),
            &service,
            "community",
            areas,
            json!([]),
        );
        service
    }

    /// Opens the partnership of the area, and answers its service and somebody of its staff.
    pub fn partnership(&self) -> (String, Client) {
        self.partnership_of(&json!([self.area]))
    }

    /// Opens a partnership of some areas, and answers its service and somebody of its staff.
    pub fn partnership_of(&self, areas: &Value) -> (String, Client) {
        let (organisation, service) = (
            format!("board-{}", self.number),
            format!("partnership-{}", self.number),
        );
        self.organisation(&organisation);
        self.service(&organisation, &service, "partnership", areas.clone(), json!([]));
        let staff = self.staff_of(&organisation, Role::Worker);
        (service, staff)
    }

    fn organisation(&self, organisation: &str) {
        let body = json!({ "organisation": organisation, "name": organisation, "occurred": "2020-01-01" });
        self.administrator().record("/v1/organisations", &body);
    }

    /// Opens a service.
    pub fn service(&self, organisation: &str, service: &str, kind: &str, areas: Value, prisons: Value) {
        let body = json!({
            "service": service, "name": service, "kind": kind, "areas": areas, "prisons": prisons, "occurred": "2020-01-01",
        });
        self.administrator()
            .record(&format!("/v1/organisations/{organisation}/services"), &body);
    }

    /// The organisation of the community service.
    pub fn community_organisation(&self) -> String {
        format!("recovery-{}", self.number)
    }

    /// The organisation of the treatment services in prison.
    pub fn prison_organisation(&self) -> String {
        format!("prison-health-{}", self.number)
    }

    /// The organisation of the service in police custody.
    pub fn police_organisation(&self) -> String {
        format!("liaison-{}", self.number)
    }

    /// The organisation that has nothing to do with anybody here.
    pub fn stranger_organisation(&self) -> String {
        format!("elsewhere-{}", self.number)
    }

    fn client(&self, client: &str, user: Option<&str>, organisation: &str, role: Role) -> Client {
        let shared = shared(self.number);
        let client = format!("{client}-{}", self.number);
        let token = shared.place.token(&client, user, organisation, role);
        Client::new(&shared.address, Some(token), user.is_none(), self.seen.clone())
    }

    /// Somebody whose token claims this, whatever they were granted. Systems are named as they are, without the county's
    /// number.
    pub fn claims(&self, client: &str, user: Option<&str>, organisation: &str, role: Role) -> Client {
        let shared = shared(self.number);
        let token = shared
            .place
            .signed(client, user, organisation, role, &["read", "write"]);
        Client::new(&shared.address, Some(token), user.is_none(), self.seen.clone())
    }

    /// The name of a system in this county.
    pub fn system(&self, client: &str) -> String {
        format!("{client}-{}", self.number)
    }

    /// Staff of the community service.
    pub fn worker(&self) -> Client {
        self.client(
            "case-system",
            Some("community-worker"),
            &self.community_organisation(),
            Role::Worker,
        )
    }

    /// A liaison worker in the organisation of the community service.
    pub fn community_liaison(&self) -> Client {
        self.client(
            "case-system",
            Some("community-liaison"),
            &self.community_organisation(),
            Role::Liaison,
        )
    }

    /// The case system of the community service, asking by itself.
    pub fn case_system(&self) -> Client {
        self.client("case-system", None, &self.community_organisation(), Role::Worker)
    }

    /// Staff of an organisation in a role.
    pub fn staff_of(&self, organisation: &str, role: Role) -> Client {
        let user = format!("staff-of-{organisation}");
        self.client("every-event", Some(&user), organisation, role)
    }

    /// Somebody by their user name.
    pub fn named(&self, user: &str, organisation: &str, role: Role) -> Client {
        self.client("case-system", Some(user), organisation, role)
    }

    /// Staff of the treatment service in prison.
    pub fn prison_worker(&self) -> Client {
        self.client(
            "prison-clinic",
            Some("prison-nurse"),
            &self.prison_organisation(),
            Role::Worker,
        )
    }

    /// Staff of the liaison team in police custody and at court.
    pub fn arrest_referral_worker(&self) -> Client {
        self.client(
            "liaison-desk",
            Some("arrest-referral-worker"),
            &self.police_organisation(),
            Role::Liaison,
        )
    }

    /// The prison's system, which tells movements by prisoner number.
    pub fn prison_system(&self) -> Client {
        self.client(
            "prison-movements",
            None,
            &self.police_organisation(),
            Role::Liaison,
        )
    }

    /// Staff of the service in police custody, in the role of those who give out naloxone.
    pub fn custody_officer(&self) -> Client {
        self.client(
            "custody-record",
            Some("custody-officer"),
            &self.police_organisation(),
            Role::Worker,
        )
    }

    /// The system of the service in police custody.
    pub fn custody_system(&self) -> Client {
        self.client("custody-feed", None, &self.police_organisation(), Role::Worker)
    }

    /// A worker of an organisation that has nothing to do with anybody here.
    pub fn stranger(&self) -> Client {
        self.client(
            "elsewhere",
            Some("worker-elsewhere"),
            &self.stranger_organisation(),
            Role::Worker,
        )
    }

    /// An auditor.
    pub fn auditor(&self) -> Client {
        self.client("audit-desk", Some("auditor"), "county-audit", Role::Auditor)
    }

    /// Who keeps the directory of organisations and services.
    pub fn administrator(&self) -> Client {
        self.client(
            "administration",
            Some("administrator"),
            "partnership",
            Role::Administrator,
        )
    }

    /// A client whose token has other scopes than usual.
    pub fn worker_with(&self, scopes: &[&str]) -> Client {
        let shared = shared(self.number);
        let token = shared.place.token_with(
            "case-system",
            Some("w"),
            &self.community_organisation(),
            Role::Worker,
            scopes,
        );
        Client::new(&shared.address, Some(token), false, self.seen.clone())
    }

    /// Refers somebody to the community service and gets them triaged there: the episode.
    pub fn in_community_treatment(&self, person: &str, since: Date) -> String {
        let referred = json!({
            "person": { "personId": person }, "source": "self", "toService": self.community, "occurred": since,
        });
        self.taken_on(&self.worker(), &referred, since)
    }

    /// Refers somebody to the treatment service in prison and gets them triaged there: the episode.
    pub fn in_prison_treatment(&self, person: &str, since: Date) -> String {
        let referred = json!({
            "person": { "personId": person }, "source": "prison", "toService": self.prison_treatment, "occurred": since,
        });
        self.taken_on(&self.prison_worker(), &referred, since)
    }

    fn taken_on(&self, worker: &Client, referred: &Value, since: Date) -> String {
        let referral = worker.record("/v1/referrals", referred).id("referral");
        worker.record(
            &format!("/v1/referrals/{referral}/acceptance"),
            &json!({ "occurred": since }),
        );
        let triaged = worker.record(
            &format!("/v1/referrals/{referral}/triage"),
            &json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": since }),
        );
        let episode = triaged.id("episode");
        let setting = if referred["source"] == "prison" {
            "prison"
        } else {
            "community"
        };
        worker.record(
            &format!("/v1/episodes/{episode}/interventions"),
            &json!({ "intervention": "94", "setting": setting, "occurred": since }),
        );
        episode
    }

    /// Opens a record for somebody, at a client's organisation.
    pub fn registered(&self, by: &Client, who: &Somebody) -> String {
        self.registered_in(by, who, &json!({ "area": self.area }))
    }

    /// Registers somebody who lives somewhere.
    pub fn registered_in(&self, by: &Client, who: &Somebody, residence: &Value) -> String {
        let body = json!({
            "demographics": who.demographics(),
            "identifiers": [who.nhs(), who.prisoner()],
            "residence": residence,
            "occurred": "2021-05-01",
        });
        by.record("/v1/people", &body).person()
    }

    /// Tells a movement of somebody whose record the client sees.
    #[track_caller]
    pub fn moved(&self, by: &Client, person: &str, on: Date, movement: Value) -> Answer {
        let body = json!({ "movement": movement, "occurred": on });
        by.record(&format!("/v1/people/{person}/custody-movements"), &body)
    }
}
