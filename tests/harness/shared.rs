//! Programs for all stories of this test process, stopped when the process ends.

use super::program::{Place, Program};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use std::sync::{Mutex, OnceLock, PoisonError};

/// A program that stories share; each plays in a county of its own.
pub struct Shared {
    /// Where it keeps its data, and who issues tokens.
    pub place: &'static Place,
    /// Where it answers.
    pub address: String,
}

/// Counties that one program takes: each has two authorities of its own.
pub const COUNTIES_EACH: usize = 60;
/// Programs, so many counties each: more than there will ever be tests.
const PROGRAMS: usize = 8;
/// From this county on the database gives every row to whoever reads: the rules of the domain stand alone.
pub const RULES_ALONE: usize = (PROGRAMS - 1) * COUNTIES_EACH;

static SHARED: [OnceLock<Shared>; PROGRAMS] = [const { OnceLock::new() }; PROGRAMS];
static RUNNING: Mutex<Vec<(Program, &'static Place)>> = Mutex::new(Vec::new());

/// The program of a county by its number, started when it is first asked for.
pub fn shared(county: usize) -> &'static Shared {
    SHARED[county / COUNTIES_EACH].get_or_init(|| {
        let place: &'static Place = Box::leak(Box::new(Place::new()));
        let program = place.start();
        if county >= RULES_ALONE {
            without_row_security(place);
        }
        let address = program.address.clone();
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_empty() {
            // SAFETY: `stop` is a plain function without arguments that does not unwind, as atexit asks.
            unsafe { libc::atexit(stop) };
        }
        running.push((program, place));
        Shared { place, address }
    })
}

/// Switches the second net off in every table that has it.
fn without_row_security(place: &Place) {
    let options: sqlx::postgres::PgConnectOptions = place.database_url().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut connection = options.connect().await.unwrap();
        let tables: Vec<String> =
            sqlx::query_scalar("select oid::regclass::text from pg_class where relrowsecurity")
                .fetch_all(&mut connection)
                .await
                .unwrap();
        assert!(tables.len() >= 11, "{tables:?}");
        for table in tables {
            let off = format!("alter table {table} disable row level security");
            sqlx::query(AssertSqlSafe(off))
                .execute(&mut connection)
                .await
                .unwrap();
        }
        connection.close().await.unwrap();
    });
}

/// Statics are not dropped, so the end of the process is what stops the programs: also after a failed test.
extern "C" fn stop() {
    for (program, place) in RUNNING.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        drop(program);
        place.remove();
    }
}
