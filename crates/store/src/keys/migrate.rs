//! Bringing the key store's tables up to date, and making its database where there is none.

use crate::connect::limited_start;
use crate::migrate::bring_up;
use crate::{StoreError, error};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection};
use std::time::Duration;

/// Every migration of the key store, as it was when the program was built.
pub(crate) static KEY_MIGRATIONS: Migrator = sqlx::migrate!("../../key-migrations");

/// How often making the database is tried when another one is made at the same moment.
const TRIES: u32 = 20;

/// Makes the database of the key store where it is missing and the login may, and brings its tables up to date.
/// `main` is where the log is: the first place from which the database can be made, when the server is the same.
pub(crate) async fn migrate(
    keys: &PgConnectOptions,
    main: &PgConnectOptions,
    service: Option<&str>,
) -> Result<(), StoreError> {
    let mut connection = match limited_start(keys).connect().await {
        // invalid catalogue name: there is no such database
        Err(refused) if error::code(&refused).as_deref() == Some("3D000") => {
            make(keys, main).await?;
            limited_start(keys).connect().await?
        }
        other => other?,
    };
    bring_up(&mut connection, &KEY_MIGRATIONS, service).await?;
    connection.close().await?;
    Ok(())
}

async fn make(keys: &PgConnectOptions, main: &PgConnectOptions) -> Result<(), StoreError> {
    let name = keys.get_database().unwrap_or_default().replace('"', "\"\"");
    let near = main.get_database().unwrap_or("postgres");
    let mut connection = match limited_start(&keys.clone().database(near)).connect().await {
        Ok(connection) => connection,
        Err(_) => {
            limited_start(&keys.clone().database("postgres"))
                .connect()
                .await?
        }
    };
    create(&mut connection, &format!("CREATE DATABASE \"{name}\"")).await?;
    connection.close().await?;
    Ok(())
}

async fn create(connection: &mut PgConnection, statement: &str) -> Result<(), StoreError> {
    for attempt in 1..=TRIES {
        let done = sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut *connection)
            .await;
        let Err(refused) = done else { break };
        match error::code(&refused).as_deref() {
            // duplicate database; insufficient privilege
            Some("42P04") => break,
            Some("42501") => return Err(StoreError::NoKeyDatabase),
            // Another one at the same moment: unique violation, the template is in use.
            Some("23505" | "55006") if attempt < TRIES => {
                tokio::time::sleep(Duration::from_millis(u64::from(10 * attempt))).await;
            }
            _ => return Err(refused.into()),
        }
    }
    Ok(())
}
