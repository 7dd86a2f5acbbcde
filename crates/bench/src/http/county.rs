//! The people about whom commands are sent: one service, and a caseload of people in treatment there.

use super::{Connection, Service};
use anyhow::{Context, Result};
use bench_load::Random;
use serde_json::{Value, json};
use std::sync::Arc;
use throughcare_http::token::Role;
use tokio::sync::Mutex;
use uuid::Uuid;

/// Before any machine's today, and after every code used here came into force.
const SINCE: &str = "2025-03-03";
/// Connections that make the people.
const MAKERS: usize = 8;
/// Most lines in one page of a list.
const PAGE: usize = 100;

/// Somebody in treatment.
pub struct InTreatment {
    /// The person.
    pub person: Uuid,
    /// The episode that is open.
    pub episode: Uuid,
}

/// A service and its caseload.
#[derive(Clone)]
pub struct County {
    /// The organisation whose staff ask.
    pub organisation: &'static str,
    /// Its service.
    pub service: &'static str,
    /// The caseload. One client at a time works on a person, so that nothing conflicts.
    pub people: Arc<Vec<Mutex<InTreatment>>>,
}

impl County {
    /// Makes people over HTTP, each registered, referred, accepted, triaged and in structured treatment.
    ///
    /// # Errors
    /// When a command is refused.
    pub async fn make(service: &Service, people: usize) -> Result<Self> {
        let mut county = Self {
            organisation: "bench-recovery",
            service: "bench-community",
            people: Arc::default(),
        };
        county.open_service(service).await?;
        let makers = (0..MAKERS).map(|maker| {
            let county = county.clone();
            let connection = service.connection(county.organisation, Role::Worker);
            async move {
                let mut connection = connection.await?;
                let mut random = Random::new(1 << 50 | maker as u64);
                let mut made = Vec::new();
                for _ in (maker..people).step_by(MAKERS) {
                    made.push(Mutex::new(county.take_on(&mut connection, &mut random).await?));
                }
                anyhow::Ok(made)
            }
        });
        let made = futures::future::try_join_all(makers).await?;
        county.people = Arc::new(made.into_iter().flatten().collect());
        Ok(county)
    }

    /// The caseload of a service that is there already, up to a number of people.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub async fn found(
        service: &Service,
        organisation: &'static str,
        code: &'static str,
        most: usize,
    ) -> Result<Self> {
        let mut connection = service.connection(organisation, Role::Worker).await?;
        let (mut people, mut cursor) = (Vec::new(), String::new());
        while people.len() < most {
            let path = format!("/v1/services/{code}/worklists/caseload?perPage={PAGE}{cursor}");
            let page: Value = serde_json::from_slice(&connection.get(&path).await?)?;
            for line in page["data"].as_array().context("no lines")? {
                people.push(Mutex::new(InTreatment {
                    person: id(&line["personId"])?,
                    episode: id(&line["episodeId"])?,
                }));
            }
            match page["pagination"]["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        Ok(Self {
            organisation,
            service: code,
            people: Arc::new(people),
        })
    }

    /// Records contacts of a person until they have about as many events as asked for.
    ///
    /// # Errors
    /// When a command is refused.
    pub async fn lengthen(&self, service: &Service, person: usize, events: usize) -> Result<Uuid> {
        let mut connection = service.connection(self.organisation, Role::Worker).await?;
        let person = self.people[person].lock().await;
        let mut random = Random::new(person.episode.as_u64_pair().0);
        let path = format!("/v1/people/{}/timeline?perPage=100", person.person);
        let page: Value = serde_json::from_slice(&connection.get(&path).await?)?;
        let has = page["data"].as_array().context("no timeline")?.len();
        for _ in has..events {
            let path = format!("/v1/episodes/{}/contacts", person.episode);
            connection.post(&path, random.uuid(), &contact()).await?;
        }
        Ok(person.person)
    }

    async fn open_service(&self, service: &Service) -> Result<()> {
        let mut administrator = service
            .connection("bench-partnership", Role::Administrator)
            .await?;
        let mut random = Random::new(1 << 51);
        let organisation =
            json!({ "organisation": self.organisation, "name": "Recovery", "occurred": "2020-01-01" });
        administrator
            .post("/v1/organisations", random.uuid(), &organisation)
            .await?;
        let path = format!("/v1/organisations/{}/services", self.organisation);
        let opened = json!({
            "service": self.service, "name": "Community", "kind": "community", "areas": ["E10000017"], "prisons": [],
            "occurred": "2020-01-01",
        });
        administrator.post(&path, random.uuid(), &opened).await?;
        Ok(())
    }

    async fn take_on(&self, worker: &mut Connection, random: &mut Random) -> Result<InTreatment> {
        let registered = json!({
            "demographics": {
                "names": { "given": format!("Robin{}", random.below(10_000)), "family": "Ashdown" },
                "dateOfBirth": "1988-04-17", "sex": "male",
            },
            "residence": { "area": "E10000017" }, "occurred": SINCE,
        });
        let person = id(&ask(worker, "/v1/people", random, registered).await?["personId"])?;
        let referred = json!({
            "person": { "personId": person }, "source": "self", "toService": self.service, "occurred": SINCE,
        });
        let referral = created(&ask(worker, "/v1/referrals", random, referred).await?, "referral")?;
        let path = format!("/v1/referrals/{referral}/acceptance");
        ask(worker, &path, random, json!({ "occurred": SINCE })).await?;
        let triaged = json!({ "outcome": "treatment_needed", "substances": ["1011"], "occurred": SINCE });
        let path = format!("/v1/referrals/{referral}/triage");
        let episode = created(&ask(worker, &path, random, triaged).await?, "episode")?;
        let started = json!({ "intervention": "94", "setting": "community", "occurred": SINCE });
        ask(
            worker,
            &format!("/v1/episodes/{episode}/interventions"),
            random,
            started,
        )
        .await?;
        Ok(InTreatment { person, episode })
    }
}

/// The most ordinary command: the person was seen, and what was said. About 300 bytes are recorded.
pub fn contact() -> Value {
    json!({ "note": bench_load::note(Uuid::nil(), 1).note.repeat(2) })
}

async fn ask(worker: &mut Connection, path: &str, random: &mut Random, body: Value) -> Result<Value> {
    Ok(serde_json::from_slice(
        &worker.post(path, random.uuid(), &body).await?,
    )?)
}

fn created(answer: &Value, kind: &str) -> Result<Uuid> {
    let made = answer["created"].as_array().context("nothing was created")?;
    let made = made
        .iter()
        .find(|one| one["kind"] == kind)
        .with_context(|| format!("no {kind} was created"))?;
    id(&made["id"])
}

fn id(value: &Value) -> Result<Uuid> {
    Ok(Uuid::parse_str(value.as_str().context("no id")?)?)
}
