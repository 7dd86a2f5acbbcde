//! Computing a projection anew beside the live table: by ranges of streams, then batch by batch until it stands where
//! the live one does; then the two are compared, and only then does the new one take the name of the old.
//!
//! What is done is remembered in `rebuilds` and `rebuild_ranges`, in the transactions that write the rows, so that a
//! rebuild that was stopped or killed goes on from there. Every write compares the fence of the rebuild's own lease.

mod beside;
mod digest;
mod load;
mod plan;
mod read;
mod replayed;
mod scratch;
mod switch;
mod table;

pub use digest::{Comparison, Digest, Digesting, LiveSnapshot};
pub use load::ComputedRange;
pub use plan::{RANGE, Range, RebuildUnderWay};
pub use read::RangeBatch;
pub use replayed::{CanonicalRow, LinesThen};
pub use scratch::{Schema, Scratch};
pub use switch::Switched;

use crate::StoreError;
use crate::connect::{Session, Sessions};

/// The limits of one statement of a rebuild: reading a range, an index, a comparison. The sessions' own are made for
/// requests.
const LIMITS: &str = "/* rebuild::limits */ set local statement_timeout = '30min'; \
                      set local idle_in_transaction_session_timeout = '10min'; \
                      set local maintenance_work_mem = '128MB'; set local work_mem = '64MB'; \
                      set local datestyle = 'ISO, YMD'; set local cursor_tuple_fraction = 1";

/// A transaction with the limits of a rebuild; they end with it, so a pooler between does not matter.
async fn begin(sessions: &Sessions) -> Result<Session<'static>, StoreError> {
    let mut transaction = sessions.begin().await?;
    sqlx::raw_sql(LIMITS).execute(&mut transaction).await?;
    Ok(transaction)
}

/// The lease of the rebuild is somebody else's now.
const LOST: StoreError = StoreError::Invalid("another rebuild of this projection has taken over");

async fn must_hold(connection: &mut Session<'_>, lease: &super::Lease) -> Result<(), StoreError> {
    match super::lease::holds(connection, lease).await? {
        true => Ok(()),
        false => Err(LOST),
    }
}
