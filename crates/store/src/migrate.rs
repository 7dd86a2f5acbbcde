//! Bringing the database's tables up to date.

use crate::StoreError;
use sqlx::ConnectOptions as _;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;

/// Every migration, as it was when the program was built.
pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Applies the migrations that are missing; without any missing it changes nothing.
///
/// # Errors
/// [`StoreError::Unavailable`] when the database cannot be reached, [`StoreError::Migrate`] when a migration fails
/// or an applied one is not the one this program knows.
pub async fn migrate(connect: &PgConnectOptions) -> Result<(), StoreError> {
    let mut connection = connect
        .clone()
        .application_name("throughcare-migrate")
        .log_statements(tracing::log::LevelFilter::Off)
        .connect()
        .await?;
    MIGRATIONS
        .run(&mut connection)
        .await
        .map_err(|error| StoreError::Migrate(Box::new(error)))?;
    sqlx::Connection::close(connection).await?;
    Ok(())
}
