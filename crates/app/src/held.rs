//! Movements sent by prisoner number. The sender is answered the same whether a record holds the number or not.

use crate::App;
use crate::caller::{Caller, Request, RequestKey, Standing};
use crate::error::AppError;
use crate::inbound::THOROUGH_EVERY;
use crate::record::Address;
use crate::write::blind;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use throughcare_domain::access::{self, Beside, Permission};
use throughcare_domain::command::{Asked, Command, Movement};
use throughcare_domain::directory::Directory;
use throughcare_domain::event::{Actor, SourceReference};
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::identifier::Identifier;
use throughcare_domain::when::{Occurred, london_date};
use throughcare_store::{Held, Hold};
use uuid::Uuid;

/// How long a movement waits for a record to gain its prisoner number.
pub const HELD_FOR: SignedDuration = SignedDuration::from_hours(24 * 365);
/// Movements taken at once.
const TAKEN: u32 = 100;
/// How long between looks.
const EVERY: Duration = Duration::from_millis(500);

const RECEIPTS: Uuid = Uuid::from_u128(0x91d3_58f0_2c6e_5f4b_8b70_1de9_44aa_63c5);

/// A movement told by prisoner number.
#[derive(Clone, Debug)]
pub struct HeldMovement {
    /// Whose.
    pub prisoner_number: Identifier,
    /// When.
    pub occurred: Occurred,
    /// Free text.
    pub note: Option<String>,
    /// What moved.
    pub movement: Movement,
}

/// What the sender gets: that it arrived, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovementReceipt {
    /// The receipt's id; the same for a repeated request.
    pub id: Uuid,
}

/// What waits, sealed.
#[derive(Serialize, Deserialize)]
struct Waiting {
    actor: Actor,
    on_behalf_of: Option<String>,
    correlation: Uuid,
    received_at: Timestamp,
    key: Option<(Uuid, [u8; 32])>,
    source: Option<SourceReference>,
    occurred: Occurred,
    note: Option<String>,
    movement: Movement,
}

impl App {
    /// Records a movement for whoever holds the prisoner number, or holds it until somebody does.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn send_movement(
        &self,
        told: HeldMovement,
        request: Request,
    ) -> Result<MovementReceipt, AppError> {
        let app = self.clone();
        let work = tokio::spawn(async move { app.send_movement_now(told, request).await });
        work.await.map_err(|_| AppError::Internal(None))?
    }

    async fn send_movement_now(
        &self,
        told: HeldMovement,
        request: Request,
    ) -> Result<MovementReceipt, AppError> {
        let _ = self.admitted_now(&request.caller).await?;
        let command = Command::RecordMovement(told.movement.clone());
        let (organisation, role) = (request.caller.organisation(), request.caller.role());
        if let Permission::WrongRole(sentence) = access::may_record(
            &command,
            &History::default(),
            &Directory::default(),
            organisation,
            role,
            london_date(request.received_at),
        ) {
            return Err(AppError::WrongRole(sentence));
        }
        // What staff enter is judged against the record, and the judgement would tell that there is one.
        request.caller.may_work(Beside::TellMovementByNumber)?;
        let receipt = MovementReceipt {
            id: self.receipt_of(&request),
        };
        let request = Request {
            if_match: None,
            ..request
        };
        let sent = self.record_or_hold(told, command, receipt, &request).await;
        match (sent, &request.source) {
            (Ok(()), _) => Ok(receipt),
            // The same id whether the reference stands on a record or waits.
            (Err(AppError::DuplicateReference { .. }), Some(source)) => {
                let name = format!(
                    "{}\n{}\n{}",
                    request.caller.actor.client, source.system, source.value
                );
                Err(AppError::DuplicateReference {
                    entity: Uuid::new_v5(&RECEIPTS, name.as_bytes()),
                })
            }
            (Err(error), _) => Err(error),
        }
    }

    async fn record_or_hold(
        &self,
        told: HeldMovement,
        command: Command,
        receipt: MovementReceipt,
        request: &Request,
    ) -> Result<(), AppError> {
        let HeldMovement {
            prisoner_number,
            occurred,
            note,
            movement,
        } = told;
        if self.answered_before(request).await?.is_some() {
            return Ok(());
        }
        let client = &request.caller.actor.client;
        if let Some(source) = &request.source {
            let recorded = self.inner.store.find_reference(client, source).await?.is_some();
            if recorded
                || self
                    .inner
                    .store
                    .holds_reference(client, source, receipt.id)
                    .await?
            {
                return Err(AppError::DuplicateReference { entity: receipt.id });
            }
        }
        let prisoner = blind(&self.inner.store, &prisoner_number);
        let holders = self
            .inner
            .store
            .find_claim(
                &throughcare_store::Reach::EVERYBODY,
                prisoner_number.kind(),
                &prisoner,
            )
            .await?;
        if let Some(stream) = holders.first() {
            let asked = Asked {
                under: String::new(),
                occurred,
                note,
                command,
            };
            self.record_now(Address::Found(PersonId(stream.id)), &[asked], request)
                .await?;
            return Ok(());
        }
        if request.is_trial() {
            return Ok(());
        }
        let key = request
            .key
            .map(|RequestKey { key, fingerprint }| (key, fingerprint));
        let waiting = Waiting {
            actor: request.caller.actor.clone(),
            on_behalf_of: request.caller.on_behalf_of.clone(),
            correlation: request.correlation,
            received_at: request.received_at,
            key,
            source: request.source.clone(),
            occurred,
            note,
            movement,
        };
        let hold = Hold {
            id: receipt.id,
            prisoner,
            client: client.clone(),
            key,
            source: request.source.clone(),
            payload: serde_json::to_vec(&waiting).map_err(|_| AppError::Internal(None))?,
            until: request.received_at + HELD_FOR,
        };
        match self.inner.store.hold(hold).await? {
            Held::Waits => Ok(()),
            Held::KeyReused => Err(AppError::KeyReused),
            Held::DuplicateReference => Err(AppError::DuplicateReference { entity: receipt.id }),
        }
    }

    fn receipt_of(&self, request: &Request) -> Uuid {
        match request.key {
            Some(RequestKey { key, .. }) => {
                let mut name = request.caller.actor.client.clone().into_bytes();
                name.extend_from_slice(key.as_bytes());
                Uuid::new_v5(&RECEIPTS, &name)
            }
            None => self.inner.ids.one(),
        }
    }

    /// Records held movements whose number a record has gained, and gives messages their effect, until `stop` says true.
    pub async fn release_held_movements(&self, mut stop: tokio::sync::watch::Receiver<bool>) {
        let mut thorough_at = tokio::time::Instant::now();
        while !*stop.borrow() {
            let thorough = tokio::time::Instant::now() >= thorough_at;
            if thorough {
                thorough_at = tokio::time::Instant::now() + THOROUGH_EVERY;
            }
            if let Err(error) = self.apply_messages_now(thorough).await {
                tracing::error!(%error, "messages could not be given their effect; trying again");
            }
            if let Err(error) = self.release_held_now().await {
                tracing::error!(%error, "held movements could not be looked through; trying again");
            }
            tokio::select! {
                _ = stop.changed() => {}
                () = tokio::time::sleep(EVERY) => {}
                () = self.inner.messages.notified() => {}
            }
        }
    }

    /// Records those that can be recorded now; answers how many.
    ///
    /// # Errors
    /// When the store cannot be read. What one movement is refused does not stop the others.
    pub async fn release_held_now(&self) -> Result<usize, AppError> {
        let claimable = self.inner.store.claimable(TAKEN).await?;
        let mut recorded = 0;
        for held in claimable {
            let Ok(waiting) = serde_json::from_slice::<Waiting>(&held.payload) else {
                self.inner.store.note_held(held.id, "unreadable").await?;
                continue;
            };
            let request = Request {
                caller: Caller {
                    actor: waiting.actor,
                    purpose: None,
                    on_behalf_of: waiting.on_behalf_of,
                    looks: Default::default(),
                    standing: Standing::Trusted,
                },
                correlation: waiting.correlation,
                received_at: waiting.received_at,
                key: waiting
                    .key
                    .map(|(key, fingerprint)| RequestKey { key, fingerprint }),
                if_match: None,
                source: waiting.source,
                import: None,
            };
            let asked = Asked {
                under: String::new(),
                occurred: waiting.occurred,
                note: waiting.note,
                command: Command::RecordMovement(waiting.movement),
            };
            match self
                .record_now(Address::Found(held.person), &[asked], &request)
                .await
            {
                // The sender's reference is on record: this movement came another way.
                Ok(_) | Err(AppError::DuplicateReference { .. }) => {
                    self.inner.store.release_held(held.id).await?;
                    recorded += 1;
                }
                Err(error @ (AppError::Unavailable(_) | AppError::Unknown | AppError::Busy)) => {
                    return Err(error);
                }
                Err(error) => self.inner.store.note_held(held.id, &error.to_string()).await?,
            }
        }
        self.inner.store.expire_held(self.inner.clock.now()).await?;
        Ok(recorded)
    }
}
