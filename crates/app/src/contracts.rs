//! Carrying out the move of a contract: everybody who has something open with the service that is left gets an event
//! that says so, and everybody who had one gets it voided when the move is taken back.
//!
//! Each event is an append of its own to that person's stream, decided on their record as it is, so that what staff
//! record at the same time is neither lost nor waits. Who is still to go over is read from the lists: a move that was
//! interrupted goes on from there, on any node, and two nodes that carry out the same move meet as a version conflict.
//! What is told late of the time before, and stands on the list of the service that was left, goes over as well,
//! however long ago the contract moved.

use crate::App;
use crate::caller::Request;
use crate::error::AppError;
use crate::record::addressed;
use crate::write::append_to;
use std::time::Duration;
use throughcare_domain::code::{Code, ServiceCode};
use throughcare_domain::command::{Asked, Command};
use throughcare_domain::decide::{self, Context};
use throughcare_domain::directory::Contract;
use throughcare_domain::event::Origin;
use throughcare_domain::fact::{ProviderChanged, Replaced};
use throughcare_domain::history::History;
use throughcare_domain::id::{ContractId, EventId, PersonId};
use throughcare_domain::rows::GoesOver;
use throughcare_domain::when::Occurred;
use throughcare_store::AppendOutcome;
use throughcare_store::projection::Left;
use tokio::sync::watch;

/// People taken at once.
const TAKEN: u32 = 100;
/// How long between looks while people go over: the lists follow meanwhile.
const UNDER_WAY: Duration = Duration::from_millis(500);
/// How long between looks when nobody did.
const IDLE: Duration = Duration::from_secs(5);
/// What a look through the moves came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// People who went over or came back.
    pub moved: u64,
    /// What is wrong with a record that does not, the last one if there are several; no personal data.
    pub stuck: Option<String>,
}

/// How far the move of a contract has come.
#[derive(Clone, Debug)]
pub struct Move {
    /// The contract.
    pub contract: Contract,
    /// True once its day has come.
    pub has_begun: bool,
    /// People who have gone over.
    pub gone_over: u64,
    /// People who are still to go over; or to come back, when it was taken back.
    pub left: u64,
    /// Log position up to which both are true.
    pub position: u64,
}

impl App {
    /// Carries out moves of contracts until `stop` says true.
    pub async fn move_contracts(&self, mut stop: watch::Receiver<bool>) {
        let mut told = None;
        while !*stop.borrow() {
            let pause = match self.move_contracts_now(&stop).await {
                Ok(looked) => {
                    // Tried again at every look, and said once.
                    if let Some(reason) = looked.stuck.as_deref().filter(|_| looked.stuck != told) {
                        tracing::error!(reason, "a record does not go over with its contract");
                    }
                    told = looked.stuck;
                    if looked.moved == 0 { IDLE } else { UNDER_WAY }
                }
                Err(error) => {
                    tracing::error!(%error, "the move of a contract could not go on; trying again");
                    IDLE
                }
            };
            tokio::select! {
                _ = stop.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Looks once through every move.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn move_contracts_now(&self, stop: &watch::Receiver<bool>) -> Result<Looked, AppError> {
        let directory = self.directory().await?;
        let mut looked = Looked::default();
        for contract in directory.contracts() {
            if contract.undone.is_none() && !contract.has_moved(self.today()) {
                continue;
            }
            self.carry_out(contract, stop, &mut looked).await?;
        }
        Ok(looked)
    }

    /// How far the move of a service's contract has come; the last one when several were taken back.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when its contract never was to move.
    pub async fn contract_move(&self, service: &ServiceCode) -> Result<Move, AppError> {
        let directory = self.directory().await?;
        let of_service = directory
            .contracts()
            .filter(|one| one.told.from_service == *service);
        let contract = directory
            .contract_of(service)
            .or_else(|| of_service.last())
            .ok_or(AppError::NotFound)?;
        let (left, gone_over, position) = self
            .inner
            .store
            .count_left(&left_by(contract), contract.told.contract)
            .await?;
        let undone = contract.undone.is_some();
        Ok(Move {
            contract: contract.clone(),
            has_begun: contract.told.on <= self.today(),
            gone_over: if undone { 0 } else { gone_over },
            left: if undone { gone_over } else { left },
            position,
        })
    }

    async fn carry_out(
        &self,
        contract: &Contract,
        stop: &watch::Receiver<bool>,
        looked: &mut Looked,
    ) -> Result<(), AppError> {
        let (store, left) = (&self.inner.store, left_by(contract));
        let mut after = None;
        while !*stop.borrow() {
            let people = match contract.undone {
                None => store.people_left(&left, after, TAKEN).await?,
                Some(_) => {
                    let (service, id) = (&left.service, contract.told.contract);
                    store.people_gone_over(service, id, after, TAKEN).await?
                }
            };
            let Some(last) = people.last() else { break };
            after = Some(*last);
            for person in people {
                match self.go_over(contract, person).await {
                    Ok(recorded) => looked.moved += u64::from(recorded),
                    // One record that cannot be read or does not take the event holds nobody else up. The person
                    // stays counted among those still to go over.
                    Err(error) => match of_one_record(&error) {
                        Some(reason) => looked.stuck = Some(reason),
                        None => return Err(error),
                    },
                }
            }
        }
        Ok(())
    }

    /// Records it for one person, unless it is recorded; false also when somebody else recorded something first: then
    /// the next look finds the person again.
    async fn go_over(&self, contract: &Contract, person: PersonId) -> Result<bool, AppError> {
        let history = self.history(person).await?;
        if history.events().is_empty() {
            return Ok(false); // nobody's record
        }
        let now = self.inner.clock.now();
        let (reference, directory) = (self.reference().await, self.directory().await?);
        let Some(asked) = asked(contract, &history, Occurred::At(now)) else {
            return Ok(false);
        };
        let history = addressed(history, std::slice::from_ref(&asked))?;
        let decision = {
            let mut ids = self.inner.ids.source();
            let mut context = Context {
                now,
                origin: Origin::Machine,
                organisation: &contract.told.to_organisation,
                user: None,
                reference: &reference,
                directory: &directory,
                ids: &mut *ids,
            };
            decide::decide(&history, &asked, &mut context)?
        };
        let mut drafts = decision.drafts;
        if drafts.is_empty() {
            return Ok(false);
        }
        for draft in &mut drafts {
            draft.causation = Some(contract.by);
        }
        let request = Request::of_the_program(
            contract.told.to_organisation.clone(),
            contract.told.contract.0,
            now,
        );
        let append = append_to(&self.inner.store, person, drafts, &request, &history);
        match self.inner.store.append(append).await? {
            AppendOutcome::Appended(_) => Ok(true),
            _ => Ok(false),
        }
    }
}

/// What is wrong with one record, in words without personal data; `None` for what stops the look.
fn of_one_record(error: &AppError) -> Option<String> {
    match error {
        AppError::Refused(_) => Some("its rules refuse the event".to_owned()),
        AppError::Internal(Some(error)) if error.is_of_one_record() => Some(error.to_string()),
        _ => None,
    }
}

/// What is recorded in a person's record, if anything is to be.
fn asked(contract: &Contract, history: &History, now: Occurred) -> Option<Asked> {
    let known = known(history, contract.told.contract);
    let (command, occurred) = match (contract.undone, known) {
        (None, None) => {
            let told = &contract.told;
            let change = ProviderChanged {
                contract: told.contract,
                from_service: told.from_service.clone(),
                from_organisation: contract.from_organisation.clone(),
                to_service: told.to_service.clone(),
                to_organisation: told.to_organisation.clone(),
                to_kind: told.to_kind,
            };
            (Command::ChangeProvider(change), Occurred::On(told.on))
        }
        (Some(_), Some(event)) => {
            let void = Command::VoidEvents {
                events: vec![event],
                reason: Code::parse("did_not_happen").ok()?,
                replaced: Replaced::No,
            };
            (void, now)
        }
        _ => return None,
    };
    Some(Asked {
        under: String::new(),
        occurred,
        note: None,
        command,
    })
}

/// The event by which the person went over.
fn known(history: &History, contract: ContractId) -> Option<EventId> {
    let changes = &history.now().provider_changes;
    changes
        .iter()
        .find(|one| one.contract == contract)
        .map(|one| one.at.by)
}

fn left_by(contract: &Contract) -> Left {
    Left {
        service: contract.told.from_service.clone(),
        on: contract.told.on,
        goes: GoesOver::on(contract.told.on),
    }
}
