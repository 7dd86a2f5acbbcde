//! What clients ask over HTTP.

use super::county::contact;
use super::{Connection, County, Service};
use crate::contender::{Contender, Running, name};
use crate::plan::Case;
use anyhow::{Result, ensure};
use bench_load::{Client, Random, Round, Workload, closed_loop};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// A client that records contacts: token, body, loading, decision, sealing, idempotency, append.
struct CommandClient {
    connection: Connection,
    county: County,
    random: Random,
    contact: Value,
}

impl Client for CommandClient {
    async fn operate(&mut self) -> Result<u64> {
        let person = loop {
            let person = self.random.below(self.county.people.len());
            if let Ok(person) = self.county.people[person].try_lock() {
                break person;
            }
        };
        let path = format!("/v1/episodes/{}/contacts", person.episode);
        self.connection
            .post(&path, self.random.uuid(), &self.contact)
            .await?;
        Ok(0)
    }
}

/// Whole commands, as a system of the comparison.
pub struct Commands {
    service: Arc<Service>,
    county: County,
    rounds: u64,
}

impl Commands {
    /// Commands about the people of a county.
    pub fn new(service: Arc<Service>, county: County) -> Self {
        Self {
            service,
            county,
            rounds: 0,
        }
    }

    /// Clients with a connection each.
    ///
    /// # Errors
    /// When a connection cannot be opened.
    pub async fn clients(&mut self, clients: usize) -> Result<Vec<impl Client + use<>>> {
        self.rounds += 1;
        let connections = self.service.workers(self.county.organisation, clients).await?;
        let clients = connections
            .into_iter()
            .enumerate()
            .map(|(number, connection)| CommandClient {
                connection,
                county: self.county.clone(),
                random: Random::new(self.rounds << 20 | number as u64),
                contact: contact(),
            });
        Ok(clients.collect())
    }
}

impl Contender for Commands {
    fn name(&self) -> &'static str {
        name::COMMAND
    }

    fn takes(&self, case: &Case) -> bool {
        case.workload == Workload::Append && case.events == 1 && case.clients <= 32
    }

    fn round<'a>(&'a mut self, round: &'a Round) -> Running<'a> {
        Box::pin(async move {
            let clients = self.clients(round.clients).await?;
            closed_loop(clients, round.warm_up, round.seconds)
                .await?
                .measured(1)
        })
    }
}

/// Clients that read where somebody's care stands.
pub struct Pathways {
    connection: Connection,
    people: Arc<Vec<Uuid>>,
    random: Random,
}

impl Pathways {
    /// Clients with a connection each.
    ///
    /// # Errors
    /// When a connection cannot be opened.
    pub async fn clients(
        service: &Service,
        county: &County,
        people: Vec<Uuid>,
        clients: usize,
    ) -> Result<Vec<Self>> {
        let people = Arc::new(people);
        let connections = service.workers(county.organisation, clients).await?;
        let clients = connections
            .into_iter()
            .enumerate()
            .map(|(number, connection)| Self {
                connection,
                people: people.clone(),
                random: Random::new(1 << 52 | number as u64),
            });
        Ok(clients.collect())
    }
}

impl Client for Pathways {
    async fn operate(&mut self) -> Result<u64> {
        let person = self.people[self.random.below(self.people.len())];
        let body = self.connection.get(&format!("/v1/people/{person}")).await?;
        ensure!(!body.is_empty(), "an empty answer");
        Ok(0)
    }
}

/// Clients that read the first page of a service's caseload.
pub struct Worklists {
    connection: Connection,
    path: String,
}

impl Worklists {
    /// Clients with a connection each.
    ///
    /// # Errors
    /// When a connection cannot be opened.
    pub async fn clients(service: &Service, county: &County, clients: usize) -> Result<Vec<Self>> {
        let path = format!("/v1/services/{}/worklists/caseload", county.service);
        let connections = service.workers(county.organisation, clients).await?;
        let clients = connections.into_iter().map(|connection| Self {
            connection,
            path: path.clone(),
        });
        Ok(clients.collect())
    }
}

impl Client for Worklists {
    async fn operate(&mut self) -> Result<u64> {
        let body = self.connection.get(&self.path).await?;
        ensure!(!body.is_empty(), "an empty answer");
        Ok(0)
    }
}
