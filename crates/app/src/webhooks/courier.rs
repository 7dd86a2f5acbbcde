//! The worker that tells receivers what is new: one node at a time, by a lease, as with projections.
//!
//! It reads the log after each webhook's position, notes what is to be told in the transaction that moves the position,
//! and sends what is due: of each record one thing at a time, in order of the log. Killed anywhere, the next one goes on
//! from what is on disk, and what was under way is sent again under the same id.

use super::carried::{Carried, Carrier, Parcel};
use super::notices::{caller_of, note, told};
use super::schedule::Retries;
use crate::App;
use crate::error::AppError;
use crate::held_lease::HeldLease;
use crate::query::feed::{PASSED, SCANNED};
use crate::query::told::{Gathered, Judge};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use throughcare_domain::access::{self, Whose};
use throughcare_domain::event::Role;
use throughcare_store::projection::Lease;
use throughcare_store::{Due, Filled, LogQuery, NewDelivery, Outcome, Parts, Reach, WEBHOOKS, Webhook};
use tokio::sync::watch;
use tokio::task::{Id, JoinSet};
use tokio::time::Instant;
use uuid::Uuid;

/// Most that is under way at one time.
const UNDER_WAY: usize = 64;
/// Most that is under way to one receiver at one time.
const UNDER_WAY_EACH: usize = 8;
/// Most that waits for one receiver; what comes after stays in the log until there is room.
const MOST_WAITING: u64 = 10_000;
/// How long what was told, or given up, stays to be looked at.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How often what is older is forgotten.
const FORGETS: Duration = Duration::from_secs(60 * 60);
/// How long to wait for news when there is none: another node may have appended, or something may be due.
const IDLE: Duration = Duration::from_millis(250);
/// How long to gather what is appended before it is looked at: a turn costs the database as much as some commands.
const GATHER: Duration = Duration::from_millis(50);
/// How often to look whether there is a webhook, where there is none.
const NOBODY: Duration = Duration::from_millis(500);
/// How often to look whether a lease that another node holds has become free.
const HELD_ELSEWHERE: Duration = Duration::from_millis(500);
/// How long to wait after an error.
const AFTER_ERROR: Duration = Duration::from_secs(1);

/// A receiver that answers so is gone for good.
const GONE: u16 = 410;

/// Tells receivers what is new.
pub struct Courier {
    app: App,
    carrier: Arc<dyn Carrier>,
    retries: Retries,
    lease: HeldLease,
    forgot: Option<Instant>,
    sending: JoinSet<Result<(), AppError>>,
    under_way: HashMap<Id, (Uuid, Uuid)>,
}

/// What one turn came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// There may be more at once.
    More,
    /// There is nothing more to do now.
    Idle,
    /// There is no webhook.
    Nobody,
    /// Another node has the lease.
    HeldElsewhere,
}

impl Courier {
    /// One that works on this node under this name.
    pub fn new(app: App, carrier: Arc<dyn Carrier>, retries: Retries, owner: &str) -> Self {
        Self {
            app,
            carrier,
            retries,
            lease: HeldLease::of(WEBHOOKS, owner),
            forgot: None,
            sending: JoinSet::new(),
            under_way: HashMap::new(),
        }
    }

    /// Works until it is told to stop. What is under way then is sent again later.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut committed = self.app.inner.store.committed();
        while !*stop.borrow() {
            let pause = match self.turn().await {
                Ok(Turn::More) => continue,
                Ok(Turn::Idle) => IDLE,
                Ok(Turn::Nobody) => NOBODY,
                Ok(Turn::HeldElsewhere) => HELD_ELSEWHERE,
                Err(error) => {
                    tracing::error!(%error, "webhooks could not be worked on; trying again");
                    AFTER_ERROR
                }
            };
            tokio::select! {
                _ = stop.changed() => {}
                _ = committed.changed(), if pause == IDLE => tokio::time::sleep(GATHER).await,
                Some(ended) = self.sending.join_next_with_id(), if !self.sending.is_empty() => self.ended(ended),
                () = tokio::time::sleep(pause) => {}
            }
        }
        self.sending.abort_all();
        self.lease.give_up(&self.app.inner.store).await;
    }

    async fn turn(&mut self) -> Result<Turn, AppError> {
        while let Some(ended) = self.sending.try_join_next_with_id() {
            self.ended(ended);
        }
        let Some(lease) = self.lease.hold(&self.app.inner.store).await? else {
            return Ok(Turn::HeldElsewhere);
        };
        self.forget().await?;
        let webhooks = self.app.inner.store.active_webhooks().await?;
        if webhooks.is_empty() {
            return Ok(Turn::Nobody);
        }
        let head = self.app.inner.store.head().await?.position;
        let mut read = HashMap::new();
        let mut turn = Turn::Idle;
        for (webhook, waiting) in &webhooks {
            let mut waiting = *waiting;
            if webhook.position < head && waiting < MOST_WAITING {
                // One that cannot be read for must not keep the others waiting.
                match self.fill(&lease, webhook, head, &mut read).await {
                    Ok(Some(noted)) if noted.lost => {
                        self.lease.lost();
                        return Ok(Turn::HeldElsewhere);
                    }
                    Ok(Some(noted)) => {
                        waiting += noted.many;
                        if noted.more {
                            turn = Turn::More;
                        }
                    }
                    Ok(None) => {}
                    Err(error) => {
                        tracing::error!(%error, webhook = %webhook.id, "what is to be told could not be read; trying again");
                    }
                }
            }
            if waiting > 0 {
                self.send_due(webhook).await?;
            }
        }
        Ok(turn)
    }

    /// Notes what is to be told of what came after a webhook's position.
    async fn fill(
        &self,
        lease: &Lease,
        webhook: &Webhook,
        head: u64,
        read: &mut HashMap<(Reach, u64), Arc<Read>>,
    ) -> Result<Option<Noted>, AppError> {
        let caller = caller_of(webhook);
        if self.turned_away(webhook).await? {
            return Ok(None);
        }
        let reach = self.app.reach(&caller).await?;
        let all = access::lists(caller.role()) == Whose::Everybodys;
        let place = (reach.clone(), webhook.position);
        let gathered = match read.get(&place) {
            Some(known) => known.clone(),
            None => {
                let upto = head.min(webhook.position.saturating_add(PASSED));
                let fresh = Arc::new(self.read(&reach, webhook.position, upto, all).await?);
                read.insert(place, fresh.clone());
                fresh
            }
        };
        let mut judge = Judge::new(&caller, &gathered.events);
        let new: Vec<NewDelivery> = gathered
            .events
            .events
            .iter()
            .filter_map(|event| {
                let told = told(&mut judge, event, &webhook.kinds)?;
                Some(NewDelivery {
                    position: event.envelope.position,
                    stream: event.envelope.stream.id,
                    event: event.envelope.id.0,
                    kind: told.notice.name(),
                })
            })
            .collect();
        let filled = self
            .app
            .inner
            .store
            .write_deliveries(lease, webhook, gathered.upto, &new)
            .await?;
        Ok(Some(Noted {
            many: match filled {
                Filled::Moved => new.len() as u64,
                Filled::LeaseLost | Filled::Elsewhere => 0,
            },
            more: filled != Filled::Moved || gathered.upto < head,
            lost: filled == Filled::LeaseLost,
        }))
    }

    async fn read(&self, reach: &Reach, after: u64, upto: u64, all: bool) -> Result<Read, AppError> {
        let query = LogQuery {
            after,
            upto: Some(upto),
            limit: SCANNED,
            types: Vec::new(),
            kind: None,
            parts: Parts::Case,
        };
        let events = self.app.inner.store.read_log(reach, &query).await?;
        let cut = events.len() >= SCANNED as usize;
        let last = events.last().map(|event| event.envelope.position);
        Ok(Read {
            upto: last.filter(|_| cut).unwrap_or(upto),
            events: self.app.gathered(reach, events, all).await?,
        })
    }

    /// Disables a webhook whose system may not follow the feed any more.
    async fn turned_away(&self, webhook: &Webhook) -> Result<bool, AppError> {
        let reason = match self.app.admit(&caller_of(webhook)).await {
            Ok(None) => return Ok(false),
            Ok(Some(_)) => "disabled_some_services_only",
            Err(AppError::NoMembership(_)) => "disabled_not_registered",
            Err(error) => return Err(error),
        };
        disable(&self.app, webhook.id, reason).await?;
        Ok(true)
    }

    /// Sends what is due to a webhook, as far as there is room.
    async fn send_due(&mut self, webhook: &Webhook) -> Result<(), AppError> {
        let busy: Vec<Uuid> = self
            .under_way
            .values()
            .filter(|(to, _)| *to == webhook.id)
            .map(|(_, stream)| *stream)
            .collect();
        let room = (UNDER_WAY - self.under_way.len().min(UNDER_WAY))
            .min(UNDER_WAY_EACH - busy.len().min(UNDER_WAY_EACH));
        if room == 0 {
            return Ok(());
        }
        let limit = u32::try_from(room).unwrap_or(1);
        let due = self
            .app
            .inner
            .store
            .due_deliveries(webhook.id, &busy, limit)
            .await?;
        for due in due {
            let stream = due.stream;
            let sending = send(
                self.app.clone(),
                self.carrier.clone(),
                self.retries.clone(),
                webhook.clone(),
                due,
            );
            let id = self.sending.spawn(sending).id();
            self.under_way.insert(id, (webhook.id, stream));
        }
        Ok(())
    }

    fn ended(&mut self, ended: Result<(Id, Result<(), AppError>), tokio::task::JoinError>) {
        let id = match &ended {
            Ok((id, Ok(()))) => *id,
            Ok((id, Err(error))) => {
                tracing::warn!(%error, "something could not be told; trying again");
                *id
            }
            Err(fault) => {
                tracing::error!(%fault, "telling a receiver ended badly; trying again");
                fault.id()
            }
        };
        self.under_way.remove(&id);
    }

    async fn forget(&mut self) -> Result<(), AppError> {
        if self.forgot.is_none_or(|at| at.elapsed() >= FORGETS) {
            self.forgot = Some(Instant::now());
            self.app.inner.store.forget_deliveries(KEPT).await?;
        }
        Ok(())
    }
}

/// What came after a position, for one reach.
struct Read {
    events: Gathered,
    /// Up to where it goes.
    upto: u64,
}

/// What came of a fill.
struct Noted {
    /// So many deliveries are new.
    many: u64,
    /// There is more to read.
    more: bool,
    /// The lease is another node's.
    lost: bool,
}

async fn disable(app: &App, webhook: Uuid, reason: &'static str) -> Result<(), AppError> {
    if app.inner.store.disable_webhook(webhook, reason).await? {
        tracing::warn!(%webhook, reason, "a webhook is disabled until an administrator has it replay");
    }
    Ok(())
}

/// The id under which a receiver is told of an event, however often: by it, it knows what it has had.
fn id_of(webhook: Uuid, event: Uuid) -> Uuid {
    Uuid::new_v5(&webhook, event.as_bytes())
}

/// Sends one thing, if it may be told now, and notes what came of it.
async fn send(
    app: App,
    carrier: Arc<dyn Carrier>,
    retries: Retries,
    webhook: Webhook,
    due: Due,
) -> Result<(), AppError> {
    let Some(parcel) = parcel(&app, &webhook, &due).await? else {
        app.inner.store.settle_delivery(&due, &Outcome::Withdrawn).await?;
        return Ok(());
    };
    let id = parcel.id;
    let carried = carrier.carry(parcel).await;
    app.webhook_tally().count(carried);
    if let Carried::Answered { status: GONE, .. } = carried {
        // It keeps its place: an administrator may have it told after all.
        disable(&app, webhook.id, "disabled_gone").await?;
        return Ok(());
    }
    let asked = match carried {
        Carried::Answered { status, .. } if (200..300).contains(&status) => {
            app.inner
                .store
                .settle_delivery(&due, &Outcome::Delivered { status })
                .await?;
            return Ok(());
        }
        Carried::Answered { retry_after, .. } => retry_after,
        Carried::NotAllowed | Carried::Failed(_) => None,
    };
    let (status, fault) = carried.outcome();
    let outcome = match retries.after(due.attempts + 1, asked, id) {
        Some(after) => Outcome::Again { status, fault, after },
        None => Outcome::Parked { status, fault },
    };
    app.inner.store.settle_delivery(&due, &outcome).await?;
    Ok(())
}

/// What is told now; `None` when it may not be told any more. That it is told is on record before it leaves.
async fn parcel(app: &App, webhook: &Webhook, due: &Due) -> Result<Option<Parcel>, AppError> {
    let caller = caller_of(webhook);
    match app.admit(&caller).await {
        Ok(None) => {}
        // The next turn disables the webhook; until then nothing leaves.
        Ok(Some(_)) => {
            return Err(AppError::NoMembership(
                "the system is registered for some services alone",
            ));
        }
        Err(error) => return Err(error),
    }
    let reach = app.reach(&caller).await?;
    let query = LogQuery {
        after: due.position - 1,
        upto: Some(due.position),
        limit: 1,
        types: Vec::new(),
        kind: None,
        parts: Parts::Case,
    };
    let events = app.inner.store.read_log(&reach, &query).await?;
    let gathered = app
        .gathered(&reach, events, caller.role() == Role::Auditor)
        .await?;
    let Some(event) = gathered.events.first() else {
        return Ok(None);
    };
    let told = {
        let mut judge = Judge::new(&caller, &gathered);
        let Some(told) = told(&mut judge, event, &webhook.kinds) else {
            return Ok(None);
        };
        note(&caller, &mut judge, event);
        told
    };
    let id = id_of(webhook.id, event.envelope.id.0);
    app.record_looks(&caller, "WEBHOOK".to_owned(), id).await?;
    Ok(Some(Parcel {
        url: webhook.url.clone(),
        id,
        secrets: app.inner.store.webhook_secrets(webhook.id).await?,
        sent_at: app.clock().now(),
        notice: told.notice,
        occurred_at: event.envelope.recorded_at,
        position: due.position,
        person: told.person,
        about: told.about,
    }))
}
