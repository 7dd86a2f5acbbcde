//! Who there is: organisations and services, folded from the organisation streams, and which service is
//! responsible for an area or a prison on a day; and what organisations told that everybody must know: batches of
//! naloxone called back, who was trained, and who may act for an organisation.

mod members;
mod seals;

pub use members::{InForce, Member, Registration, Roster, Told};
pub use seals::{Seal, Seals};

use crate::code::{AreaCode, Code, OrganisationCode, PrisonCode, ServiceCode};
use crate::event::{RecordedEvent, Role};
use crate::fact::{ContractMoved, Fact, Pack, PersonErased, ServiceKind};
use crate::id::{ContractId, ErasureId, EventId, RecallId};
use crate::state::order;
use crate::stream::StreamId;
use jiff::civil::Date;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its code.
    pub code: ServiceCode,
    /// Its name.
    pub name: String,
    /// Its organisation.
    pub organisation: OrganisationCode,
    /// What it is.
    pub kind: ServiceKind,
    /// Authorities for whose residents it is responsible.
    pub areas: Vec<AreaCode>,
    /// Prisons in which it works.
    pub prisons: Vec<PrisonCode>,
    /// Since when.
    pub opened: Date,
    /// Until when.
    pub closed: Option<Date>,
}

impl Service {
    /// True when it works on that day.
    pub fn works_on(&self, day: Date) -> bool {
        self.opened <= day && self.closed.is_none_or(|closed| day < closed)
    }
}

/// A contract that moves from one service to another, or was going to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// What was told.
    pub told: ContractMoved,
    /// The organisation that is left.
    pub from_organisation: OrganisationCode,
    /// The event that says so.
    pub by: EventId,
    /// The day on which it was undone.
    pub undone: Option<Date>,
}

impl Contract {
    /// True when what the one service has open on that day is the other's.
    pub fn has_moved(&self, day: Date) -> bool {
        self.undone.is_none() && self.told.on <= day
    }
}

/// A batch of naloxone called back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recall {
    /// Its id.
    pub id: RecallId,
    /// Who told of it.
    pub organisation: OrganisationCode,
    /// Code of `naloxone-products`.
    pub product: Code,
    /// Batch on the packs.
    pub batch: Code,
    /// Code of `recall-reasons`.
    pub reason: Code,
    /// Since when.
    pub since: Date,
    /// Since when nobody is to be told any more, with code of `recall-end-reasons`.
    pub ended: Option<(Date, Code)>,
}

impl Recall {
    /// True for kits of its batch.
    pub fn is_of(&self, pack: &Pack) -> bool {
        self.product == pack.product && self.batch == pack.batch
    }

    /// True on the days on which holders are to be told.
    pub fn goes_on(&self, day: Date) -> bool {
        self.since <= day && self.ended.as_ref().is_none_or(|(ended, _)| day < *ended)
    }
}

/// A worker's training.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerTraining {
    /// The worker's user name.
    pub worker: String,
    /// Code of `worker-trainings`.
    pub training: Code,
    /// When it was given.
    pub given: Date,
    /// The last day on which it counts, where it runs out.
    pub expires_on: Option<Date>,
}

impl WorkerTraining {
    /// True on the days on which it counts.
    pub fn counts_on(&self, day: Date) -> bool {
        self.given <= day && self.expires_on.is_none_or(|last| day <= last)
    }
}

/// Organisations and services.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    organisations: BTreeMap<OrganisationCode, String>,
    services: BTreeMap<ServiceCode, Service>,
    contracts: BTreeMap<ContractId, Contract>,
    /// Whose stream is whose.
    streams: BTreeMap<Uuid, ServiceCode>,
    /// In the order in which they were told.
    recalls: Vec<Recall>,
    /// In the order in which they were given.
    trainings: BTreeMap<OrganisationCode, Vec<WorkerTraining>>,
    rosters: BTreeMap<OrganisationCode, Roster>,
    /// Records that were erased, in the order in which that was told.
    erased: Vec<PersonErased>,
    seals: Seals,
    /// How far each organisation's stream has come.
    versions: BTreeMap<OrganisationCode, u32>,
}

impl Directory {
    /// The tombstones of records that were erased, in order.
    pub fn erased(&self) -> &[PersonErased] {
        &self.erased
    }

    /// The tombstone of an erasure: from then on there is no way back.
    pub fn tombstone(&self, erasure: ErasureId) -> Option<&PersonErased> {
        self.erased.iter().find(|one| one.erasure == erasure)
    }

    /// Which records are sealed.
    pub fn seals(&self) -> &Seals {
        &self.seals
    }

    /// Folds the organisation streams, in whatever order their events come.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a RecordedEvent>) -> Self {
        let mut directory = Self::default();
        let mut as_told = Vec::new();
        for event in order::in_order(events) {
            let day = event.envelope.occurred.date();
            let version = directory
                .versions
                .entry(event.envelope.actor.organisation.clone());
            let version = version.or_default();
            *version = event.envelope.stream_version.max(*version);
            let counts_as_told = |fact| Roster::is_told_by(fact) || Seals::is_told_by(fact);
            if event.fact().is_some_and(counts_as_told) {
                as_told.push(event);
                continue;
            }
            match event.fact() {
                Some(Fact::OrganisationRegistered(f)) => {
                    directory
                        .organisations
                        .insert(f.organisation.clone(), f.name.clone());
                }
                Some(Fact::ServiceOpened(f)) => {
                    let stream = StreamId::service(&f.service).id;
                    directory.streams.insert(stream, f.service.clone());
                    directory.services.insert(
                        f.service.clone(),
                        Service {
                            code: f.service.clone(),
                            name: f.name.clone(),
                            organisation: event.envelope.actor.organisation.clone(),
                            kind: f.kind,
                            areas: f.areas.clone(),
                            prisons: f.prisons.clone(),
                            opened: day,
                            closed: None,
                        },
                    );
                }
                Some(Fact::ServiceClosed(f)) => {
                    if let Some(service) = directory.services.get_mut(&f.service) {
                        service.closed = Some(day);
                    }
                }
                Some(Fact::ContractMoved(f)) => directory.contract_moves(f, event),
                Some(Fact::ContractMoveUndone(f)) => directory.contract_stays(f.contract, day),
                Some(Fact::PersonErased(f)) => directory.erased.push(f.clone()),
                Some(Fact::BatchRecalled(f)) => directory.recalls.push(Recall {
                    id: f.recall,
                    organisation: event.envelope.actor.organisation.clone(),
                    product: f.product.clone(),
                    batch: f.batch.clone(),
                    reason: f.reason.clone(),
                    since: day,
                    ended: None,
                }),
                Some(Fact::RecallEnded(f)) => {
                    if let Some(recall) = directory.recalls.iter_mut().find(|one| one.id == f.recall) {
                        recall.ended.get_or_insert((day, f.reason.clone()));
                    }
                }
                Some(Fact::WorkerTrained(f)) => {
                    let of = event.envelope.actor.organisation.clone();
                    directory.trainings.entry(of).or_default().push(WorkerTraining {
                        worker: f.worker.clone(),
                        training: f.training.clone(),
                        given: day,
                        expires_on: f.expires_on,
                    });
                }
                _ => {}
            }
        }
        as_told.sort_by_key(|event| event.envelope.position);
        for event in as_told {
            directory.seals.learn(event);
            let of = event.envelope.actor.organisation.clone();
            directory.rosters.entry(of).or_default().learn(event);
        }
        directory
    }

    /// The service left works until the day on which the other takes over.
    fn contract_moves(&mut self, told: &ContractMoved, event: &RecordedEvent) {
        if let Some(service) = self.services.get_mut(&told.from_service) {
            service.closed = Some(told.on);
        }
        let contract = Contract {
            told: told.clone(),
            from_organisation: event.envelope.actor.organisation.clone(),
            by: event.envelope.id,
            undone: None,
        };
        self.contracts.insert(told.contract, contract);
    }

    fn contract_stays(&mut self, contract: ContractId, day: Date) {
        let Some(contract) = self.contracts.get_mut(&contract) else {
            return;
        };
        contract.undone = Some(day);
        if let Some(service) = self.services.get_mut(&contract.told.from_service) {
            service.closed = None;
        }
    }

    /// Every move of a contract, undone ones included.
    pub fn contracts(&self) -> impl Iterator<Item = &Contract> {
        self.contracts.values()
    }

    /// The move by which a service is left, unless it was undone.
    pub fn contract_of(&self, service: &ServiceCode) -> Option<&Contract> {
        let mut left = self.contracts.values();
        left.find(|one| one.told.from_service == *service && one.undone.is_none())
    }

    /// The service that took over from one whose contract moved, however often it has moved on by that day.
    pub fn successor(&self, service: &ServiceCode, day: Date) -> Option<&Service> {
        let mut last = None;
        let mut left = service;
        // A service that was left takes nothing over, so this ends; the bound is against a directory that lies.
        for _ in 0..self.contracts.len() {
            let Some(contract) = self.contract_of(left).filter(|one| one.has_moved(day)) else {
                break;
            };
            left = &contract.told.to_service;
            last = self.services.get(left);
        }
        last
    }

    /// The services of whose kits a service tells when a batch is called back: itself and those whose contracts it
    /// took over; none once its own contract has moved on.
    pub fn tells_for(&self, service: &ServiceCode, day: Date) -> Vec<ServiceCode> {
        if self.successor(service, day).is_some() {
            return Vec::new();
        }
        let left = self.contracts().map(|one| &one.told.from_service);
        let left = left.filter(|left| self.successor(left, day).is_some_and(|to| to.code == *service));
        let mut services: Vec<ServiceCode> = left.cloned().chain([service.clone()]).collect();
        services.sort_unstable();
        services.dedup();
        services
    }

    /// An organisation's name.
    pub fn organisation(&self, code: &OrganisationCode) -> Option<&str> {
        self.organisations.get(code).map(String::as_str)
    }

    /// Every organisation with its name, in order of code.
    pub fn organisations(&self) -> impl Iterator<Item = (&OrganisationCode, &str)> {
        self.organisations
            .iter()
            .map(|(code, name)| (code, name.as_str()))
    }

    /// A service.
    pub fn service(&self, code: &ServiceCode) -> Option<&Service> {
        self.services.get(code)
    }

    /// The service whose stream this is.
    pub fn service_of(&self, stream: Uuid) -> Option<&Service> {
        self.service(self.streams.get(&stream)?)
    }

    /// Every service, in order of code.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.services.values()
    }

    /// Every recall, those that are over included, in the order in which they were told.
    pub fn recalls(&self) -> &[Recall] {
        &self.recalls
    }

    /// A recall.
    pub fn recall(&self, id: RecallId) -> Option<&Recall> {
        self.recalls.iter().find(|one| one.id == id)
    }

    /// The recalls of a kit's batch that go on on a day.
    pub fn recalls_of<'a>(&'a self, pack: &'a Pack, day: Date) -> impl Iterator<Item = &'a Recall> {
        self.recalls
            .iter()
            .filter(move |one| one.is_of(pack) && one.goes_on(day))
    }

    /// Every training of an organisation's workers, those that ran out included, in the order in which they were
    /// given.
    pub fn trainings(&self, organisation: &OrganisationCode) -> &[WorkerTraining] {
        self.trainings.get(organisation).map_or(&[], Vec::as_slice)
    }

    /// Who may act for an organisation; `None` where nobody ever might.
    pub fn roster(&self, organisation: &OrganisationCode) -> Option<&Roster> {
        self.rosters.get(organisation)
    }

    /// The memberships of administrators that count on a day, of all organisations.
    pub fn administrators(&self, today: Date) -> impl Iterator<Item = &Member> {
        let members = self.rosters.values().flat_map(Roster::members);
        members.filter(move |one| one.role == Role::Administrator && one.in_force(today) == InForce::Yes)
    }

    /// How far an organisation's stream has come; 0 without one.
    pub fn version_of(&self, organisation: &OrganisationCode) -> u32 {
        self.versions.get(organisation).copied().unwrap_or(0)
    }

    /// The community services responsible for residents of an area on a day.
    pub fn responsible_for_area<'a>(
        &'a self,
        area: &'a AreaCode,
        day: Date,
    ) -> impl Iterator<Item = &'a Service> {
        self.services().filter(move |service| {
            service.kind.treats_in_community() && service.works_on(day) && service.areas.contains(area)
        })
    }

    /// The treatment services that work in a prison on a day.
    pub fn working_in_prison<'a>(
        &'a self,
        prison: &'a PrisonCode,
        day: Date,
    ) -> impl Iterator<Item = &'a Service> {
        self.services().filter(move |service| {
            service.kind == ServiceKind::Prison && service.works_on(day) && service.prisons.contains(prison)
        })
    }

    /// Who owns a release that no service has accepted: the community services for the area; where the area
    /// is unknown, unserved or there is no fixed abode, the prison's services and the partnerships.
    /// Nobody is unowned as long as one partnership is registered.
    ///
    /// Source: `design.md`, "Continuity".
    pub fn owners_of_release<'a>(
        &'a self,
        area: Option<&'a AreaCode>,
        prison: Option<&'a PrisonCode>,
        day: Date,
    ) -> Vec<&'a Service> {
        let mut owners: Vec<&Service> = area
            .into_iter()
            .flat_map(|area| self.responsible_for_area(area, day))
            .collect();
        if owners.is_empty() {
            owners.extend(
                prison
                    .into_iter()
                    .flat_map(|prison| self.working_in_prison(prison, day)),
            );
            owners.extend(
                self.services()
                    .filter(|s| s.kind == ServiceKind::Partnership && s.works_on(day)),
            );
        }
        owners
    }
}
