//! message-db, disintegrate-postgres and postgres-es, driven by `bench`.
//!
//! `peer-postgres SYSTEM HOST PORT DATABASE [SQL]`: fills the empty database, then serves rounds. The host is the directory
//! of a unix socket. For message-db the database holds its SQL already.

mod disintegrate_postgres;
mod message_db;
mod postgres_es;

use anyhow::{Context, Result, bail};
use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

#[tokio::main]
async fn main() -> Result<()> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [system, host, port, database] = given.as_slice() else {
        bail!("usage: peer-postgres SYSTEM HOST PORT DATABASE");
    };
    let connect = PgConnectOptions::new_without_pgpass()
        .socket(host)
        .port(port.parse().context("a port")?)
        .username("postgres")
        .database(database)
        .disable_statement_logging();
    match system.as_str() {
        "message-db" => bench_load::serve("message-db", message_db::MessageDb::new(connect).await).await,
        "disintegrate-postgres" => {
            bench_load::serve(
                "disintegrate-postgres 4",
                disintegrate_postgres::Disintegrate::new(connect).await,
            )
            .await
        }
        "postgres-es" => {
            bench_load::serve("postgres-es 0.5", postgres_es::PostgresEs::new(connect).await).await
        }
        other => bail!("{other} is not one of message-db, disintegrate-postgres, postgres-es"),
    }
}

/// A pool as every system gets it.
async fn pool(connect: PgConnectOptions) -> Result<PgPool> {
    Ok(PgPoolOptions::new()
        .max_connections(bench_load::CONNECTIONS)
        .min_connections(bench_load::CONNECTIONS)
        .test_before_acquire(false)
        .connect_with(connect)
        .await?)
}
