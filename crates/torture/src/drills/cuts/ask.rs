//! A client that asks until it is answered, always with the same key.

use crate::rng::{Dice, RngExt as _};
use anyhow::{Result, bail};
use std::time::{Duration, Instant};
use throughcare_domain::stream::StreamId;
use throughcare_store::{Append, AppendOutcome, Idempotency, Store, StoreError};
use throughcare_testkit::{Builder, fingerprint};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Events of each append: a torn one would show.
pub(super) const EVENTS: usize = 2;
/// No append may stay without an answer for longer, whatever is cut.
const PATIENCE: Duration = Duration::from_secs(90);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(5);

/// What one client wants recorded.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    /// Who asks.
    pub client: &'static str,
    /// Its key.
    pub key: Uuid,
    /// Whose record.
    pub stream: StreamId,
}

/// What a client was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// Positions of its first and last event.
    pub positions: (u64, u64),
    /// The answer's bytes: made by the try that was recorded.
    pub bytes: Vec<u8>,
}

/// What came of one try.
enum Tried {
    Answered(Answer),
    Again,
    Wrong(String),
}

/// Asks the nodes in turn until one answers. With patience for the first try only, that try goes on while the next
/// node is asked; its answer is waited for too. Answers everything that it was told.
///
/// # Errors
/// When nobody answers in a minute and a half, or somebody answers what nobody asked.
pub(super) async fn ask(
    nodes: &[&Store],
    wish: &Wish,
    patience: Option<Duration>,
    dice: &mut Dice,
) -> Result<Vec<Answer>> {
    let begun = Instant::now();
    let mut build = Builder::new(dice.random());
    let mut answers = Vec::new();
    let mut left: Option<JoinHandle<Tried>> = None;
    for number in 0.. {
        if begun.elapsed() > PATIENCE {
            bail!("no answer in {} s", PATIENCE.as_secs());
        }
        let node = nodes[number % nodes.len()].clone();
        let bytes = format!("{} answer {:x}", wish.client, dice.random::<u64>());
        let mut trying = tokio::spawn(attempt(node, wish.clone(), build.id(), bytes));
        let tried = match patience.filter(|_| number == 0) {
            None => trying.await?,
            Some(patience) => match tokio::time::timeout(patience, &mut trying).await {
                Ok(tried) => tried?,
                Err(_) => {
                    left = Some(trying);
                    continue;
                }
            },
        };
        match tried {
            Tried::Answered(answer) => {
                answers.push(answer);
                break;
            }
            Tried::Again => tokio::time::sleep(PAUSE).await,
            Tried::Wrong(what) => bail!(what),
        }
    }
    if let Some(left) = left {
        match tokio::time::timeout(PATIENCE, left).await?? {
            Tried::Answered(answer) => answers.push(answer),
            Tried::Again => {}
            Tried::Wrong(what) => bail!(what),
        }
    }
    Ok(answers)
}

/// Loads and decides anew, as a use case does: only the key ties the tries together.
async fn attempt(node: Store, wish: Wish, seed: Uuid, bytes: String) -> Tried {
    let version = match node.stream_version(wish.stream).await {
        Ok(version) => version,
        Err(error) => return failed(&error),
    };
    let mut build = Builder::new(seed.as_u64_pair().0 ^ seed.as_u64_pair().1);
    let append = Append {
        idempotency: Some(Idempotency {
            client: wish.client.to_owned(),
            key: wish.key,
            fingerprint: fingerprint("what was asked"),
            answer: bytes.clone().into_bytes(),
        }),
        ..build.append(wish.stream, version, EVENTS)
    };
    match node.append(append).await {
        Ok(AppendOutcome::Appended(appended)) => Tried::Answered(Answer {
            positions: (appended.first_position, appended.last_position),
            bytes: bytes.into_bytes(),
        }),
        Ok(AppendOutcome::Replayed {
            answer,
            first_position,
            last_position,
        }) => Tried::Answered(Answer {
            positions: (first_position, last_position),
            bytes: answer,
        }),
        // Somebody recorded for this person since: load and decide again.
        Ok(AppendOutcome::Conflict { .. }) => Tried::Again,
        Ok(other) => Tried::Wrong(format!("an outcome that nothing here explains: {other:?}")),
        Err(error) => failed(&error),
    }
}

fn failed(error: &StoreError) -> Tried {
    match error {
        StoreError::Unavailable(_) | StoreError::Unknown => Tried::Again,
        other => Tried::Wrong(format!("an error that a cut does not explain: {other}")),
    }
}
