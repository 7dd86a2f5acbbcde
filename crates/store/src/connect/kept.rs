//! Connections that are kept between single statements.
//!
//! sqlx's pool makes connections, watches their age and cleans each one that comes back: a message of the hook
//! ([`super::clean_on_release`]) and a ping, both waited for. Most uses are one statement that was read to its end,
//! after which the session is known to be at rest outside any transaction. Such a connection is kept here and used
//! again as it is. One whose use ended in any other way (an error, a future that was dropped, a transaction) goes back
//! to sqlx's pool, and so through the hook (`trust.md`, trap 1).

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{Connection as _, Error, Postgres};
use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A connection that rested for longer is asked whether its server is still there.
pub(super) const RESTED: Duration = Duration::from_secs(1);
/// A connection that rests for longer goes back to sqlx's pool, which closes what nobody needs.
const SPARE: Duration = Duration::from_secs(60);
/// A connection that was kept for longer goes back too, so that sqlx sees its age.
const LONGEST: Duration = Duration::from_secs(300);

/// A pool, and those of its connections that are known to be clean.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pool: PgPool,
    /// One permit for each connection that may be at work.
    room: Arc<Semaphore>,
    resting: Arc<Mutex<VecDeque<Resting>>>,
    wait: Duration,
}

#[derive(Debug)]
struct Resting {
    connection: PoolConnection<Postgres>,
    /// When it left sqlx's pool.
    taken: Instant,
    since: Instant,
}

/// A connection at work. Dropped without [`Line::rest`] it goes back through sqlx's pool and its hook.
#[derive(Debug)]
pub(super) struct Line {
    connection: PoolConnection<Postgres>,
    taken: Instant,
    kept: Kept,
    // Last: whoever gets the permit finds the connection on its way back.
    permit: OwnedSemaphorePermit,
}

impl Kept {
    pub(super) fn new(pool: PgPool, wait: Duration) -> Self {
        let most = pool.options().get_max_connections();
        Self {
            pool,
            room: Arc::new(Semaphore::new(most as usize)),
            resting: Arc::default(),
            wait,
        }
    }

    /// A connection, kept or new; waits for one as long as the pool would.
    pub(super) async fn take(&self) -> Result<Line, Error> {
        let room = Arc::clone(&self.room).acquire_owned();
        let permit = tokio::time::timeout(self.wait, room)
            .await
            .map_err(|_| Error::PoolTimedOut)?
            .map_err(|_| Error::PoolClosed)?;
        while let Some(mut resting) = self.pop() {
            if resting.since.elapsed() > RESTED {
                // Bounded: a server that is gone without a word would hold the request.
                match tokio::time::timeout(self.wait, resting.connection.ping()).await {
                    Ok(Ok(())) => {}
                    _ => continue,
                }
            }
            return Ok(Line {
                connection: resting.connection,
                taken: resting.taken,
                kept: self.clone(),
                permit,
            });
        }
        Ok(Line {
            connection: self.pool.acquire().await?,
            taken: Instant::now(),
            kept: self.clone(),
            permit,
        })
    }

    /// How many rest here.
    pub(super) fn resting(&self) -> usize {
        self.lock().len()
    }

    /// Lets nobody take one any more, and those that rest go.
    pub(super) fn close(&self) {
        self.room.close();
        self.lock().clear();
    }

    fn pop(&self) -> Option<Resting> {
        self.lock().pop_back()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Resting>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    /// Keeps the connection for the next use. Only after a statement that was a transaction of its own and was read
    /// to its end: then the server has said that the session is idle.
    pub(super) fn rest(self) {
        let Self {
            connection,
            taken,
            kept,
            permit,
        } = self;
        let now = Instant::now();
        let spare = {
            let mut resting = kept.lock();
            if kept.room.is_closed() || now.duration_since(taken) > LONGEST {
                Some(connection)
            } else {
                resting.push_back(Resting {
                    connection,
                    taken,
                    since: now,
                });
                // The one that rests longest is in front.
                match resting.front() {
                    Some(first) if now.duration_since(first.since) > SPARE => {
                        resting.pop_front().map(|first| first.connection)
                    }
                    _ => None,
                }
            }
        };
        drop(spare);
        drop(permit);
    }

    /// The connection and its permit, for a transaction. The connection must be dropped first.
    pub(super) fn into_parts(self) -> (PoolConnection<Postgres>, OwnedSemaphorePermit) {
        (self.connection, self.permit)
    }
}

impl Deref for Line {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Line {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}
