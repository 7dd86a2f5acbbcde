//! Carrying out erasures on which two people agreed, once their day has come; and what stands about a record.
//!
//! The tombstone comes first, in the stream of the organisation that asked: from then on there is no way back, and the
//! store's ledger, keys and copies follow. Whatever stops it, the next look goes on: the line of the erasure stands
//! until everything is gone, and what the ledger has is done at every start.
//!
//! Source: `trust.md`, "Confidentiality".

use crate::App;
use crate::caller::{Caller, Request};
use crate::error::AppError;
use crate::looks::Extent;
use std::sync::Arc;
use std::time::Duration;
use throughcare_domain::access::{self, Ground};
use throughcare_domain::decide::OrganisationCommand;
use throughcare_domain::event::Role;
use throughcare_domain::fact::{Erased, PersonErased};
use throughcare_domain::history::History;
use throughcare_domain::id::{ErasureId, PersonId};
use throughcare_domain::rows::RowKind;
use throughcare_domain::state::{Erasure, ProtectionState};
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_domain::when::Occurred;
use throughcare_store::projection::{ListOrder, ListQuery};
use throughcare_store::{Destroy, Parts, StoreError};
use tokio::sync::watch;

/// People taken at once.
const TAKEN: u32 = 100;
/// How long between looks.
const BETWEEN: Duration = Duration::from_secs(10);
/// What stands about erasing a record.
#[derive(Clone, Debug)]
pub struct ProtectionRead {
    /// Under which id the person is read.
    pub person: PersonId,
    /// Erasures and legal holds.
    pub protection: ProtectionState,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// Carries out erasures until `stop` says true.
    pub async fn erase_until(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.erase_now(&stop).await {
                tracing::error!(%error, "an erasure could not go on; trying again");
            }
            tokio::select! {
                _ = stop.changed() => {}
                () = tokio::time::sleep(BETWEEN) => {}
            }
        }
    }

    /// Looks once through the erasures whose day has come; how many were carried out.
    ///
    /// # Errors
    /// When the store cannot be read or written. One record that cannot be erased holds up no other: the last error is
    /// told when all were tried.
    pub async fn erase_now(&self, stop: &watch::Receiver<bool>) -> Result<u64, AppError> {
        let today = self.today();
        let mut query = ListQuery {
            kind: RowKind::ErasureDue,
            service: None,
            organisation: None,
            prison: None,
            area: None,
            key_worker: None,
            on: Some(today),
            opened_from: None,
            opened_to: None,
            known_at: None,
            order: ListOrder::Oldest,
            after: None,
            limit: TAKEN,
            marked: None,
        };
        // The line of one that took the names alone stands on.
        let done = self.inner.store.erasures_done().await?;
        let (mut erased, mut failed) = (0, None);
        while !*stop.borrow() {
            let page = self
                .inner
                .store
                .list(&throughcare_store::Reach::EVERYBODY, &query)
                .await?;
            let Some(last) = page.rows.last() else { break };
            query.after = Some(last.place(query.order));
            for listed in page.rows.iter().filter(|listed| !done.contains(&listed.row.id)) {
                match self.erase_one(listed.person, ErasureId(listed.row.id)).await {
                    Ok(carried_out) => erased += u64::from(carried_out),
                    Err(error) => failed = Some(error),
                }
            }
        }
        failed.map_or(Ok(erased), Err)
    }

    /// False when it is not to be carried out: it was taken back, or a legal hold stands.
    async fn erase_one(&self, person: PersonId, erasure: ErasureId) -> Result<bool, AppError> {
        let directory = self.directory().await?;
        let tombstone = match directory.tombstone(erasure) {
            Some(tombstone) => tombstone.clone(),
            None => {
                let history = self.history(person).await?;
                let protection = &history.now().protection;
                match protection.to_carry_out(self.today()) {
                    Some(due) if due.id == erasure => self.bury(due, &history).await?,
                    _ => return Ok(false),
                }
            }
        };
        let erasure = throughcare_store::Erasure {
            id: tombstone.erasure.0,
            people: tombstone.records.clone(),
            what: match tombstone.what {
                Erased::Identity => Destroy::Identity,
                Erased::Everything => Destroy::Both,
            },
            at: self.inner.clock.now(),
        };
        self.inner.store.erase(&erasure).await?;
        Ok(true)
    }

    /// Records the tombstone.
    async fn bury(&self, due: &Erasure, history: &History) -> Result<PersonErased, AppError> {
        let Some(agreed) = &due.confirmed else {
            return Err(AppError::Internal(Some(StoreError::Invalid(
                "nobody agreed to it",
            ))));
        };
        let records = history.streams().into_iter();
        let erased = PersonErased {
            erasure: due.id,
            records: records.map(|(stream, _)| PersonId(stream.id)).collect(),
            what: due.what,
            basis: due.basis.clone(),
            asked_by: due.user.clone(),
            confirmed_by: agreed.user.clone(),
            asked_on: due.asked.date(),
        };
        let now = self.inner.clock.now();
        let request = Request::of_the_program(due.organisation.clone(), due.id.0, now);
        let command = OrganisationCommand::RecordErasure {
            organisation: due.organisation.clone(),
            erased: erased.clone(),
        };
        self.administer(Occurred::At(now), command, request).await?;
        Ok(erased)
    }

    /// The history of somebody for whose data a privacy officer answers.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for everybody else, and for a person of whom the officer's organisation knows nothing.
    pub(crate) async fn answered_for(
        &self,
        caller: &Caller,
        person: PersonId,
    ) -> Result<(Arc<History>, u64), AppError> {
        if caller.role() != Role::PrivacyOfficer {
            return Err(AppError::NotFound);
        }
        let reach = self.reach(caller).await?;
        let (own, head) = self.whole_history(&reach, StreamId::person(person)).await?;
        if own.events().is_empty() || own.stream().kind != StreamKind::Person {
            return Err(AppError::NotFound);
        }
        let (whole, head_of_all) = self.with_joined(&reach, own, Parts::Known, None).await?;
        self.expect_unsealed(caller, &whole).await?;
        match access::answers_for(&whole, caller.organisation(), self.today()) {
            true => Ok((whole, head_of_all.unwrap_or(head))),
            false => Err(AppError::NotFound),
        }
    }

    /// What stands about erasing a record, for privacy officers who answer for it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for everybody else.
    pub async fn protection(&self, caller: &Caller, person: PersonId) -> Result<ProtectionRead, AppError> {
        let (whole, position) = self.answered_for(caller, person).await?;
        caller.looks.note(
            Some(whole.person()),
            Extent::Protection,
            vec![Ground::DataProtection],
        );
        Ok(ProtectionRead {
            person: whole.person(),
            protection: whole.now().protection.clone(),
            position,
        })
    }
}
