//! Bringing the database's tables up to date.

use crate::connect::{Role, Session, limited_start};
use crate::settings::beside;
use crate::{StoreError, partition, roles};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};

/// Every migration, as it was when the program was built.
pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Makes the database roles, applies the migrations that are missing, and adds partitions when room in the log is
/// short; makes the key store beside the database. Where nothing is missing it changes nothing. Needs a connection to
/// PostgreSQL itself, not to a pooler.
///
/// # Errors
/// [`StoreError::Unavailable`] when the database cannot be reached, [`StoreError::Roles`] when the roles are missing
/// and the login may not make them, [`StoreError::NoKeyDatabase`] when it may not make the key store's database,
/// [`StoreError::NotOwner`] when something is to be done and the login is not the owner's, [`StoreError::Migrate`]
/// when a migration fails or an applied one is not the one this program knows.
pub async fn migrate(connect: &PgConnectOptions) -> Result<(), StoreError> {
    migrate_for(connect, &beside(connect), None).await
}

/// [`migrate`] with the key store elsewhere; lets another login, which the service works as, take on the roles for
/// the daily work, when this one may allow it.
///
/// # Errors
/// As [`migrate`].
pub async fn migrate_for(
    connect: &PgConnectOptions,
    keys: &PgConnectOptions,
    service: Option<&str>,
) -> Result<(), StoreError> {
    let mut connection = limited_start(connect).connect().await?;
    if bring_up(&mut connection, &MIGRATIONS, service).await? {
        let mut session = Session::on(connection.begin().await?);
        partition::add_where_short(&mut session).await?;
        session.commit().await?;
    }
    connection.close().await?;
    crate::keys::migrate(keys, connect, service).await
}

/// Makes the roles and applies migrations, as far as the login may; whether it works as the owner.
pub(crate) async fn bring_up(
    connection: &mut PgConnection,
    migrations: &Migrator,
    service: Option<&str>,
) -> Result<bool, StoreError> {
    let standing = roles::prepare(connection, service).await?;
    if !standing.is_complete() {
        return Err(StoreError::Roles);
    }
    if standing.may(Role::Owning) {
        own_and_migrate(connection, migrations).await?;
        return Ok(true);
    }
    if !standing.may(Role::Reading) {
        return Err(StoreError::Roles);
    }
    if !is_up_to_date(connection, migrations).await? {
        return Err(StoreError::NotOwner);
    }
    Ok(false)
}

async fn own_and_migrate(connection: &mut PgConnection, migrations: &Migrator) -> Result<(), StoreError> {
    roles::hand_over(connection).await.map_err(not_handed_over)?;
    sqlx::raw_sql("SET ROLE throughcare_owner")
        .execute(&mut *connection)
        .await?;
    let may_create: bool =
        sqlx::query_scalar("/* may_create */ SELECT has_schema_privilege('public', 'CREATE')")
            .fetch_one(&mut *connection)
            .await?;
    if !may_create {
        return Err(StoreError::Roles);
    }
    migrations
        .run(&mut *connection)
        .await
        .map_err(|error| StoreError::Migrate(Box::new(error)))
}

/// Whether every migration that this program knows is applied; asked by a login that could not apply one.
async fn is_up_to_date(connection: &mut PgConnection, migrations: &Migrator) -> Result<bool, StoreError> {
    sqlx::raw_sql("SET ROLE throughcare_reader")
        .execute(&mut *connection)
        .await?;
    let there: bool = sqlx::query_scalar(
        "/* is_up_to_date */ SELECT coalesce(has_table_privilege(to_regclass('_sqlx_migrations'), 'SELECT'), false)",
    )
    .fetch_one(&mut *connection)
    .await?;
    if !there {
        return Ok(false);
    }
    let applied: Vec<i64> =
        sqlx::query_scalar("/* is_up_to_date */ SELECT version FROM _sqlx_migrations WHERE success")
            .fetch_all(connection)
            .await?;
    Ok(migrations
        .iter()
        .all(|migration| applied.contains(&migration.version)))
}

/// The tables are another login's, which is no member of the owner's role.
fn not_handed_over(error: sqlx::Error) -> StoreError {
    match crate::error::code(&error).as_deref() {
        Some("42501") => StoreError::Roles,
        _ => error.into(),
    }
}

/// Whether a connection was refused because of its role: there is none (22023), or the login is no member (42501).
pub(crate) fn roles_missing(error: &sqlx::Error) -> bool {
    matches!(crate::error::code(error).as_deref(), Some("22023" | "42501"))
}
