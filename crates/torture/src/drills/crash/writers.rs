//! Writers: each sends one referral after the other, each until it is acknowledged, always with the same key.

use crate::Progress;
use crate::program::Program;
use crate::referrals::{Answered, Desk};
use crate::rng::{Dice, RngExt as _, dice};
use anyhow::{Result, bail};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

/// How many write at the same time.
pub(super) const WRITERS: u64 = 64;
/// A referral that stays without an acknowledgement for longer is a failure: recovery is in it.
const PATIENCE: Duration = Duration::from_secs(180);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(20);

/// Writers at work.
pub(super) struct Writers {
    tasks: JoinSet<Result<Vec<Uuid>>>,
    address: watch::Sender<String>,
    over: Arc<AtomicBool>,
    acknowledged: Arc<AtomicU64>,
}

impl Writers {
    /// The systems by which they write.
    pub(super) fn desks() -> Vec<String> {
        (0..WRITERS)
            .map(|number| format!("case-system-{number}"))
            .collect()
    }

    pub(super) fn start(program: &Program, address: &str, seed: u64, progress: Progress) -> Result<Self> {
        let (address, told) = watch::channel(address.to_owned());
        let (over, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let mut tasks = JoinSet::new();
        for number in 0..WRITERS {
            let writer = Writer {
                desk: Desk::new(program, &format!("case-system-{number}"))?,
                address: told.clone(),
                over: over.clone(),
                acknowledged: acknowledged.clone(),
                progress: progress.clone(),
                dice: dice(seed, number),
            };
            tasks.spawn(writer.write());
        }
        Ok(Self {
            tasks,
            address,
            over,
            acknowledged,
        })
    }

    /// How many were acknowledged so far.
    pub(super) fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// The program answers at another address.
    pub(super) fn moved(&self, address: &str) {
        self.address.send_replace(address.to_owned());
    }

    /// Ends when each is answered for what it asked last; answers every id that they were told.
    pub(super) async fn end(mut self) -> Result<Vec<Uuid>> {
        self.over.store(true, Ordering::Relaxed);
        let mut acknowledged = Vec::new();
        while let Some(done) = self.tasks.join_next().await {
            acknowledged.extend(done??);
        }
        Ok(acknowledged)
    }
}

struct Writer {
    desk: Desk,
    address: watch::Receiver<String>,
    over: Arc<AtomicBool>,
    acknowledged: Arc<AtomicU64>,
    progress: Progress,
    dice: Dice,
}

impl Writer {
    async fn write(mut self) -> Result<Vec<Uuid>> {
        let mut told = Vec::new();
        while !self.over.load(Ordering::Relaxed) {
            let key = Uuid::from_u128(self.dice.random());
            let begun = Instant::now();
            loop {
                let address = self.address.borrow().clone();
                match self.desk.refer(&address, key, None).await? {
                    Answered::Acknowledged(referral) => {
                        told.push(referral);
                        break;
                    }
                    Answered::NotYet if begun.elapsed() > PATIENCE => {
                        bail!(
                            "a referral stayed without an acknowledgement for {} s",
                            PATIENCE.as_secs()
                        )
                    }
                    Answered::NotYet => tokio::time::sleep(PAUSE).await,
                }
            }
            self.acknowledged.fetch_add(1, Ordering::Relaxed);
            self.progress.add(1);
        }
        Ok(told)
    }
}
