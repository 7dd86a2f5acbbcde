//! Giving messages their effect: all that was told of one number is settled together, until nothing is due.

use super::{Payload, Sent};
use crate::App;
use crate::error::AppError;
use crate::reach::EVERYBODY;
use crate::record::Address;
use crate::write::blind;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use throughcare_domain::code::Code;
use throughcare_domain::command::{Asked, Command};
use throughcare_domain::fact::Replaced;
use throughcare_domain::history::History;
use throughcare_domain::hmpps::{Known, Meaning, due, is_recorded};
use throughcare_domain::id::{EventId, PersonId};
use throughcare_domain::identifier::Identifier;
use throughcare_domain::when::Occurred;
use throughcare_store::{InboundMessage, MOST_ABOUT};
use uuid::Uuid;

/// Messages taken at once.
const TAKEN: u32 = 100;
/// Looks at what is due for one number. Each records something, unless others change the record meanwhile.
pub(super) const ROUNDS: usize = 8;
/// How long between looks that also ask for what was left asleep, and whether what somebody has to decide was decided.
pub(crate) const THOROUGH_EVERY: Duration = Duration::from_secs(60);
/// Questions for people looked at in one thorough look.
pub(super) const DECIDED_AT_ONCE: u32 = 500;

/// Why a message leaves nothing on the record of which the source has said something else since.
const CORRECTED: &str = "corrected_by_the_source";
/// The reason under which a release is voided that was taken back.
const TAKEN_BACK: &str = "entered_in_error";

impl App {
    /// Gives every message its effect that has none yet; answers how many were looked at.
    ///
    /// # Errors
    /// When the store cannot be read or written. What one message is refused does not stop the others.
    pub async fn apply_messages_now(&self, thorough: bool) -> Result<usize, AppError> {
        let store = &self.inner.store;
        if thorough {
            store.wake_all_messages().await?;
            store.expire_messages(self.inner.clock.now()).await?;
            self.look_at_questions().await?;
        }
        let mut looked_at = 0;
        loop {
            let waiting = store.messages_to_apply(TAKEN).await?;
            let mut failed = false;
            for message in &waiting {
                looked_at += 1;
                match self.apply(message).await {
                    Ok(()) => {}
                    Err(error @ (AppError::Unavailable(_) | AppError::Unknown)) => return Err(error),
                    Err(error) => {
                        failed = true;
                        store.message_failed(message.id, word_of(&error)).await?;
                    }
                }
            }
            if failed || waiting.len() < TAKEN as usize {
                return Ok(looked_at);
            }
        }
    }

    /// Has messages looked at that waited for numbers which were recorded now. What is lost of this, a thorough look
    /// finds.
    pub(crate) async fn wake(&self, numbers: &[[u8; 32]]) {
        if numbers.is_empty() {
            return;
        }
        match self.inner.store.wake_messages(numbers).await {
            Ok(0) => {}
            Ok(_) => self.inner.messages.notify_one(),
            Err(error) => tracing::warn!(%error, "messages that wait for a number were not woken"),
        }
    }

    async fn apply(&self, message: &InboundMessage) -> Result<(), AppError> {
        let note = |state, reason| self.inner.store.note_message(message.id, state, Some(reason));
        let Some(sent) = self.sent(message).await else {
            return Ok(note("not_understood", "cannot_be_opened").await?);
        };
        match &sent.meaning {
            Meaning::Movement(told) => self.settle_movements(&told.number).await,
            Meaning::Numbers(numbers) => self.settle_numbers(numbers).await,
            Meaning::Kept(_) => Ok(note("not_understood", "not_understood_any_more").await?),
        }
    }

    /// Everything that was told of these numbers, the first message first.
    pub(super) async fn told_of(&self, numbers: &[[u8; 32]]) -> Result<Vec<Sent>, AppError> {
        let messages = self.inner.store.messages_about(numbers).await?;
        if messages.len() as i64 >= MOST_ABOUT {
            tracing::warn!("very many messages about one number: the oldest are not judged with the others");
        }
        let mut told = Vec::with_capacity(messages.len());
        for message in messages.iter().rev() {
            told.extend(self.sent(message).await);
        }
        Ok(told)
    }

    /// Has the record of whoever holds a number say what all messages together say. Where nobody does, they wait.
    async fn settle_movements(&self, number: &Identifier) -> Result<(), AppError> {
        let blind = blind(&self.inner.store, number);
        let mut left_out = LeftOut::new();
        for _ in 0..ROUNDS {
            let told = self.told_of(&[blind]).await?;
            let (mut first_of, mut ids): (BTreeMap<&str, &Sent>, HashMap<&str, Vec<Uuid>>) =
                Default::default();
            for sent in &told {
                if matches!(&sent.meaning, Meaning::Movement(one) if one.number == *number) {
                    first_of.entry(&sent.key).or_insert(sent);
                    ids.entry(&sent.key).or_default().push(sent.id);
                }
            }
            let holders = self
                .inner
                .store
                .find_claim(&EVERYBODY, number.kind(), &blind)
                .await?;
            let Some(holder) = holders.first() else {
                for id in ids.values().flatten() {
                    self.inner.store.note_message(*id, "held", None).await?;
                }
                // It may have been recorded in between: then nobody woke these.
                let now = self.inner.store.find_claim(&EVERYBODY, number.kind(), &blind);
                match now.await?.is_empty() {
                    true => return Ok(()),
                    false => continue,
                }
            };
            let person = PersonId(holder.id);
            let history = self.history(person).await?;
            let counted: Vec<&Sent> = first_of.values().copied().collect();
            let known: Vec<Known> = counted.iter().filter_map(|sent| known(sent)).collect();
            let mut due = due(&history, &known);
            // What was refused is not tried again; what it says of the others still counts.
            due.void
                .retain(|void| !left_out.contains_key(&known[void.of].key));
            due.record
                .retain(|(at, _)| !left_out.contains_key(&known[*at].key));
            if due.is_done() {
                let undone = |key: &str| due.undone.iter().any(|at| known[*at].key == key);
                for (at, one) in known.iter().enumerate() {
                    let Some(ids) = ids.get(one.key.as_str()) else {
                        continue;
                    };
                    let stands = due.stands.get(at).copied().flatten();
                    // Several messages that say the same are on the record by one of them.
                    let key = stands.map_or(one.key.as_str(), |by| known[by].key.as_str());
                    let (state, reason) = match (is_recorded(&history, key), left_out.get(key)) {
                        (None, Some((state, reason))) => (*state, Some(reason.as_str())),
                        (None, None) if stands.is_none() => ("undone", Some(CORRECTED)),
                        (None, None) if undone(key) => ("undone", None),
                        (event, _) => on_record(&history, event),
                    };
                    for id in ids {
                        self.inner.store.note_message(*id, state, reason).await?;
                    }
                }
                return Ok(());
            }
            for void in &due.void {
                let sent = counted[void.of];
                let asked = taken_back(void.event, Occurred::At(self.inner.clock.now()))?;
                let done = self.put_down(person, asked, sent, None).await;
                leave_out_refused(done, sent, &mut left_out)?;
            }
            for (at, source) in due.record {
                let (sent, one) = (counted[at], &known[at]);
                let asked = Asked {
                    under: String::new(),
                    occurred: one.occurred(),
                    note: None,
                    command: Command::RecordMovement(one.told.movement.clone()),
                };
                let done = self.put_down(person, asked, sent, Some(source)).await;
                leave_out_refused(done, sent, &mut left_out)?;
            }
        }
        Err(AppError::Busy)
    }

    /// Records something as whoever sent a message.
    pub(super) async fn put_down(
        &self,
        person: PersonId,
        asked: Asked,
        sent: &Sent,
        source: Option<throughcare_domain::event::SourceReference>,
    ) -> Result<(), AppError> {
        let request = sent.request(self.inner.clock.now(), source);
        self.record_now(Address::Found(person), &[asked], &request)
            .await
            .map(drop)
    }
}

/// Why a message is not on the record: its state, and the reason.
type LeftOut = HashMap<String, (&'static str, String)>;

/// What is refused is told of its message, and not tried again. What another node did meanwhile is no refusal: the next
/// look finds it done.
fn leave_out_refused(
    done: Result<(), AppError>,
    sent: &Sent,
    left_out: &mut LeftOut,
) -> Result<(), AppError> {
    let outcome = match done {
        Ok(()) => return Ok(()),
        // Recorded on another node just now; or in another record, whose number it was then.
        Err(AppError::DuplicateReference { .. }) => ("applied", "in_another_record".to_owned()),
        Err(AppError::Refused(faults)) => {
            let code = faults.into_iter().next().map_or("refused", |fault| fault.code);
            if code == "already_voided" {
                return Ok(());
            }
            ("refused", code.to_owned())
        }
        Err(AppError::WrongRole(_) | AppError::NotFound | AppError::NoMembership(_)) => {
            ("refused", "of_another_organisation".to_owned())
        }
        Err(other) => return Err(other),
    };
    left_out.insert(sent.key.clone(), outcome);
    Ok(())
}

/// What is on record of a message: that it fits, or that it does not.
fn on_record(history: &History, event: Option<EventId>) -> (&'static str, Option<&'static str>) {
    let mut conflicts = history.now().conflicts.iter();
    match conflicts.find(|one| Some(one.event) == event) {
        Some(conflict) => ("in_conflict", Some(conflict.code)),
        None => ("applied", None),
    }
}

fn known(sent: &Sent) -> Option<Known> {
    match &sent.meaning {
        Meaning::Movement(told) => Some(Known {
            key: sent.key.clone(),
            told: told.clone(),
        }),
        Meaning::Numbers(_) | Meaning::Kept(_) => None,
    }
}

fn taken_back(event: EventId, occurred: Occurred) -> Result<Asked, AppError> {
    Ok(Asked {
        under: String::new(),
        occurred,
        note: None,
        command: Command::VoidEvents {
            events: vec![event],
            reason: Code::parse(TAKEN_BACK).map_err(|_| AppError::Internal(None))?,
            replaced: Replaced::No,
        },
    })
}

/// An error in a word that can stand in a list.
fn word_of(error: &AppError) -> &'static str {
    match error {
        AppError::Busy | AppError::InProgress | AppError::Stale => "record_busy",
        AppError::NotFound => "no_record",
        _ => "could_not_be_recorded",
    }
}

impl std::fmt::Debug for Payload {
    /// Never prints what it holds: debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Payload(sealed)")
    }
}
