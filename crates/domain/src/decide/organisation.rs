//! Registering organisations, opening and closing services; calling batches of naloxone back, and training workers.

use super::member::MemberCommand;
use super::seal::SealCommand;
use super::{Context, Decision, Refusal};
use super::{contract, member, seal};
use crate::code::{AreaCode, Code, OrganisationCode, PrisonCode, ServiceCode};
use crate::event::Draft;
use crate::fact::{
    BatchRecalled, Fact, OrganisationRegistered, PersonErased, RecallEnded, ServiceClosed, ServiceKind,
    ServiceOpened, WorkerTrained,
};
use crate::fault::{Fault, Faults};
use crate::id::RecallId;
use crate::state::Conflict;
use crate::when::Occurred;
use jiff::civil::Date;
use uuid::Uuid;

/// A service to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewService {
    /// Its code.
    pub code: ServiceCode,
    /// Its name; at most 100 characters.
    pub name: String,
    /// What it is.
    pub kind: ServiceKind,
    /// Authorities for whose residents it is responsible; at most 50.
    pub areas: Vec<AreaCode>,
    /// Prisons in which it works; at most 50.
    pub prisons: Vec<PrisonCode>,
}

/// What can be asked of an organisation's stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrganisationCommand {
    /// Register the organisation.
    Register {
        /// Its code.
        organisation: OrganisationCode,
        /// Its name; at most 100 characters.
        name: String,
    },
    /// Open a service.
    OpenService {
        /// Whose.
        organisation: OrganisationCode,
        /// Which.
        service: NewService,
    },
    /// Close a service.
    CloseService {
        /// Whose.
        organisation: OrganisationCode,
        /// Which.
        service: ServiceCode,
    },
    /// Move the contract of a service to another service.
    MoveContract {
        /// Whose service is left.
        organisation: OrganisationCode,
        /// Which.
        service: ServiceCode,
        /// Which takes over.
        to: ServiceCode,
        /// The first day on which it has everything.
        on: Date,
    },
    /// Take the move of a contract back.
    UndoMove {
        /// Whose service was left.
        organisation: OrganisationCode,
        /// Which.
        service: ServiceCode,
    },
    /// Call a batch of naloxone back.
    RecallBatch {
        /// Who tells of it.
        organisation: OrganisationCode,
        /// Code of `naloxone-products`.
        product: Code,
        /// Batch on the packs.
        batch: Code,
        /// Code of `recall-reasons`.
        reason: Code,
    },
    /// Say that a recall is over.
    EndRecall {
        /// Who told of it.
        organisation: OrganisationCode,
        /// Which.
        recall: RecallId,
        /// Code of `recall-end-reasons`.
        reason: Code,
    },
    /// Put a worker's training on the register.
    TrainWorker {
        /// Whose worker.
        organisation: OrganisationCode,
        /// The user name; at most 100 characters.
        worker: String,
        /// Code of `worker-trainings`.
        training: Code,
        /// The last day on which it counts.
        expires_on: Option<Date>,
    },
    /// Say that a record was erased. The program says so.
    RecordErasure {
        /// Which organisation asked for it.
        organisation: OrganisationCode,
        /// What was erased.
        erased: PersonErased,
    },
    /// Seal a record, say who sees it, or open it again.
    Seals {
        /// Which organisation answers for the seal.
        organisation: OrganisationCode,
        /// What is said.
        command: SealCommand,
    },
    /// Say who acts for the organisation.
    Members {
        /// For whom they act.
        organisation: OrganisationCode,
        /// What is said.
        command: MemberCommand,
    },
}

impl OrganisationCommand {
    /// In whose stream it is recorded.
    pub fn organisation(&self) -> &OrganisationCode {
        match self {
            Self::Register { organisation, .. }
            | Self::OpenService { organisation, .. }
            | Self::CloseService { organisation, .. }
            | Self::MoveContract { organisation, .. }
            | Self::UndoMove { organisation, .. }
            | Self::RecallBatch { organisation, .. }
            | Self::EndRecall { organisation, .. }
            | Self::TrainWorker { organisation, .. }
            | Self::RecordErasure { organisation, .. }
            | Self::Seals { organisation, .. }
            | Self::Members { organisation, .. } => organisation,
        }
    }
}

/// Decides a command about an organisation.
///
/// # Errors
/// [`Refusal`] when the code is taken or unknown, or a list does not know an area or prison.
pub fn decide_organisation(
    occurred: Occurred,
    command: &OrganisationCommand,
    context: &mut Context<'_>,
) -> Result<Decision, Refusal> {
    let mut faults = Faults::default();
    let mut created = Vec::new();
    let day = occurred.date();
    let directory = context.directory;
    let listed = |faults: &mut Faults, list: &str, code: &Code, pointer: &str| {
        if let Err(unknown) = context.reference.check(list, code.as_str(), day) {
            faults.push(Fault::new(pointer, "unknown_code", unknown.to_string()));
        }
    };
    let fact: Fact = match command {
        OrganisationCommand::Register { organisation, name } => {
            if directory.organisation(organisation).is_some() {
                faults.push(Fault::new(
                    "/organisation",
                    "organisation_exists",
                    "An organisation with this code is registered.",
                ));
            }
            OrganisationRegistered {
                organisation: organisation.clone(),
                name: name.clone(),
            }
            .into()
        }
        OrganisationCommand::OpenService {
            organisation,
            service,
        } => {
            if directory.organisation(organisation).is_none() {
                faults.push(Fault::new(
                    "/organisation",
                    "unknown_organisation",
                    "Register the organisation first.",
                ));
            }
            if directory.service(&service.code).is_some() {
                faults.push(Fault::new(
                    "/service",
                    "service_exists",
                    "A service with this code exists, or existed. Choose another.",
                ));
            }
            for (index, area) in service.areas.iter().enumerate() {
                if let Err(unknown) = context.reference.check("areas", area.as_str(), day) {
                    faults.push(Fault::new(
                        format!("/areas/{index}"),
                        "unknown_code",
                        unknown.to_string(),
                    ));
                }
            }
            for (index, prison) in service.prisons.iter().enumerate() {
                if let Err(unknown) = context.reference.check("prisons", prison.as_str(), day) {
                    faults.push(Fault::new(
                        format!("/prisons/{index}"),
                        "unknown_code",
                        unknown.to_string(),
                    ));
                }
            }
            if service.kind == ServiceKind::Prison && service.prisons.is_empty() {
                faults.push(Fault::new(
                    "/prisons",
                    "missing",
                    "Name the prisons in which the service works.",
                ));
            }
            ServiceOpened {
                service: service.code.clone(),
                name: service.name.clone(),
                kind: service.kind,
                areas: service.areas.clone(),
                prisons: service.prisons.clone(),
            }
            .into()
        }
        OrganisationCommand::CloseService {
            organisation,
            service,
        } => {
            match directory.service(service) {
                Some(found) if found.organisation == *organisation && found.closed.is_none() => {}
                _ => faults.push(Fault::new(
                    "/service",
                    "unknown_service",
                    "The organisation has no such open service.",
                )),
            }
            ServiceClosed {
                service: service.clone(),
            }
            .into()
        }
        OrganisationCommand::MoveContract {
            organisation,
            service,
            to,
            on,
        } => return contract::moved(occurred, organisation, service, to, *on, context),
        OrganisationCommand::UndoMove {
            organisation,
            service,
        } => return contract::undone(occurred, organisation, service, context),
        OrganisationCommand::RecallBatch {
            product,
            batch,
            reason,
            ..
        } => {
            listed(&mut faults, "naloxone-products", product, "/product");
            listed(&mut faults, "recall-reasons", reason, "/reason");
            let mut recalls = directory.recalls().iter();
            if recalls.any(|one| one.product == *product && one.batch == *batch && one.ended.is_none()) {
                faults.push(Fault::new(
                    "/batch",
                    "already_recalled",
                    "This batch is called back already. GET /v1/naloxone-recalls lists what is.",
                ));
            }
            let recall = RecallId(context.ids.next_id());
            created.push(recall.0);
            BatchRecalled {
                recall,
                product: product.clone(),
                batch: batch.clone(),
                reason: reason.clone(),
            }
            .into()
        }
        OrganisationCommand::EndRecall {
            organisation,
            recall,
            reason,
        } => {
            listed(&mut faults, "recall-end-reasons", reason, "/reason");
            match directory.recall(*recall) {
                Some(found) if found.organisation != *organisation => faults.push(Fault::new(
                    "/recall",
                    "not_your_recall",
                    "A recall is ended by the organisation that told of it.",
                )),
                Some(found) if found.ended.is_some() => {
                    faults.push(Fault::new(
                        "/recall",
                        "recall_ended",
                        "This recall is over already.",
                    ));
                }
                Some(found) if found.since > day => faults.push(Fault::new(
                    "/occurred",
                    "out_of_range",
                    "The recall began after that day. Check the date.",
                )),
                Some(_) => {}
                None => faults.push(Fault::new(
                    "/recall",
                    "unknown_recall",
                    "No batch was called back under this id.",
                )),
            }
            RecallEnded {
                recall: *recall,
                reason: reason.clone(),
            }
            .into()
        }
        OrganisationCommand::TrainWorker {
            worker,
            training,
            expires_on,
            ..
        } => {
            listed(&mut faults, "worker-trainings", training, "/training");
            if expires_on.is_some_and(|last| last < day) {
                faults.push(Fault::new(
                    "/expiresOn",
                    "out_of_range",
                    "The training would have run out before it was given. Check the date.",
                ));
            }
            WorkerTrained {
                worker: worker.clone(),
                training: training.clone(),
                expires_on: *expires_on,
            }
            .into()
        }
        OrganisationCommand::RecordErasure { erased, .. } => erased.clone().into(),
        OrganisationCommand::Seals {
            organisation,
            command,
        } => return seal::decided(organisation, command, context),
        OrganisationCommand::Members {
            organisation,
            command,
        } => return member::decided(organisation, command, context),
    };
    settle(occurred, vec![fact], created, faults, Vec::new(), context)
}

/// The decision, unless anything is wrong.
pub(super) fn settle(
    occurred: Occurred,
    facts: Vec<Fact>,
    created: Vec<Uuid>,
    mut faults: Faults,
    flags: Vec<Conflict>,
    context: &mut Context<'_>,
) -> Result<Decision, Refusal> {
    if occurred.date() > crate::when::london_date(context.now) {
        faults.push(Fault::new(
            "/occurred",
            "in_the_future",
            "This is dated in the future. Give the date on which it happened.",
        ));
    }
    if !faults.is_empty() {
        return Err(Refusal(faults));
    }
    let mut drafts: Vec<Draft> = Vec::with_capacity(facts.len());
    for fact in facts {
        drafts.push(Draft {
            id: context.ids.next_id().into(),
            occurred,
            fact,
            identity: None,
            causation: drafts.first().map(|draft| draft.id),
        });
    }
    Ok(Decision {
        drafts,
        created,
        flags,
    })
}
