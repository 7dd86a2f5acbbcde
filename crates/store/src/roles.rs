//! The database roles. They belong to the cluster and not to one database, so they are made before the migrations
//! run, by whichever node or test comes first.

use crate::connect::{DATABASE_ROLES, Role};
use sqlx::{AssertSqlSafe, PgConnection, Row as _};
use std::collections::HashSet;
use std::time::Duration;

/// What an administrator runs once in a cluster where the program's login may not create roles, and before a dump
/// is restored into a new cluster. The README shows it, with the grants that follow it.
pub const ROLES_SQL: &str = include_str!("roles.sql");

/// How often a statement about roles is tried when another database's migration changes the same rows.
const TRIES: u32 = 20;

/// What a database made before there were roles holds: it belongs to the login that made it, and goes to the owner.
/// Whatever came later was made by the owner, so this list is closed.
const ADOPT: &str = "/* adopt */ DO $$
DECLARE
    thing record;
BEGIN
    FOR thing IN
        SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relkind IN ('r', 'p') AND pg_get_userbyid(c.relowner) <> 'throughcare_owner'
          AND (c.oid = ANY (ARRAY(SELECT to_regclass(known) FROM unnest(ARRAY[
                  'public._sqlx_migrations', 'public.log_head', 'public.events', 'public.streams', 'public.entities',
                  'public.idempotency', 'public.external_references', 'public.identifier_claims',
                  'keys.stream_keys', 'keys.canary', 'public.reference_lists', 'public.reference_codes',
                  'public.checkpoints', 'public.worklist_rows', 'public.parked', 'public.held_movements']) AS known)::oid[])
               OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = to_regclass('public.events')))
    LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO throughcare_owner', thing.name);
    END LOOP;
    IF to_regproc('public.refuse_change') IS NOT NULL
       AND (SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE oid = to_regproc('public.refuse_change')) <> 'throughcare_owner'
    THEN
        ALTER FUNCTION public.refuse_change() OWNER TO throughcare_owner;
    END IF;
    IF (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'keys') <> 'throughcare_owner' THEN
        ALTER SCHEMA keys OWNER TO throughcare_owner;
    END IF;
END $$";

/// The owner makes schemas and tables, the others find them, and nobody else makes anything in `public` (PostgreSQL
/// 14 let everybody). Where the login may not say so, it was said by an administrator or is found missing later.
const OPEN_DATABASE: &str = "/* open_database */ DO $$
BEGIN
    IF NOT has_database_privilege('throughcare_owner', current_database(), 'CREATE') THEN
        EXECUTE format('GRANT CREATE ON DATABASE %I TO throughcare_owner', current_database());
    END IF;
    IF NOT EXISTS (SELECT FROM pg_namespace, aclexplode(nspacl) AS acl WHERE nspname = 'public'
                   AND acl.grantee = (SELECT oid FROM pg_roles WHERE rolname = 'throughcare_owner')
                   AND acl.privilege_type = 'CREATE')
    THEN
        GRANT USAGE, CREATE ON SCHEMA public TO throughcare_owner;
        GRANT USAGE ON SCHEMA public TO throughcare_writer, throughcare_projector, throughcare_reader;
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END $$";

/// Which roles there are, and which of them the login can take on.
pub(crate) struct Standing {
    exist: HashSet<String>,
    taken_on: HashSet<String>,
}

impl Standing {
    /// Whether every role is there.
    pub(crate) fn is_complete(&self) -> bool {
        DATABASE_ROLES.iter().all(|role| self.exist.contains(*role))
    }

    /// Whether the login can take a role on.
    pub(crate) fn may(&self, role: Role) -> bool {
        self.taken_on.contains(role.name())
    }
}

/// Looks which roles there are.
pub(crate) async fn standing(connection: &mut PgConnection) -> Result<Standing, sqlx::Error> {
    // From PostgreSQL 16 on a member may be forbidden to take a role on.
    let rows = sqlx::query(
        "/* standing */ SELECT rolname::text AS name, CASE \
             WHEN current_setting('server_version_num')::integer >= 160000 THEN pg_has_role(oid, 'SET') \
             ELSE pg_has_role(oid, 'MEMBER') END AS may \
         FROM pg_roles WHERE rolname = ANY($1)",
    )
    .bind(&DATABASE_ROLES[..])
    .fetch_all(connection)
    .await?;
    let mut standing = Standing {
        exist: HashSet::new(),
        taken_on: HashSet::new(),
    };
    for row in rows {
        let name: String = row.try_get("name")?;
        if row.try_get("may")? {
            standing.taken_on.insert(name.clone());
        }
        standing.exist.insert(name);
    }
    Ok(standing)
}

/// Makes the roles that are missing, and the login a member of each, as far as the login may; `service` is another
/// login, which is to work but not to own.
pub(crate) async fn prepare(
    connection: &mut PgConnection,
    service: Option<&str>,
) -> Result<Standing, sqlx::Error> {
    let before = standing(connection).await?;
    for role in DATABASE_ROLES
        .iter()
        .filter(|role| !before.exist.contains(**role))
    {
        as_far_as_allowed(connection, &format!("CREATE ROLE {role} NOLOGIN")).await?;
    }
    let made = standing(connection).await?;
    for role in DATABASE_ROLES
        .iter()
        .filter(|role| !made.taken_on.contains(**role))
    {
        as_far_as_allowed(connection, &format!("GRANT {role} TO CURRENT_USER")).await?;
    }
    if let Some(login) = service {
        let login = login.replace('"', "\"\"");
        for role in DATABASE_ROLES.iter().filter(|role| **role != Role::Owning.name()) {
            as_far_as_allowed(connection, &format!("GRANT {role} TO \"{login}\"")).await?;
        }
    }
    standing(connection).await
}

/// Gives the database's schemas and tables to the owner.
pub(crate) async fn hand_over(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    as_far_as_allowed(connection, OPEN_DATABASE).await?;
    sqlx::raw_sql(ADOPT).execute(connection).await?;
    Ok(())
}

/// Runs a statement about roles. That it is done already, or not allowed, shows in what stands afterwards.
async fn as_far_as_allowed(connection: &mut PgConnection, statement: &str) -> Result<(), sqlx::Error> {
    for attempt in 1..=TRIES {
        let done = sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut *connection)
            .await;
        let Err(error) = done else { return Ok(()) };
        match crate::error::code(&error).as_deref() {
            // duplicate object; insufficient privilege
            Some("42710" | "42501") => return Ok(()),
            // The same row in the cluster's catalogue at the same moment: unique violation, "tuple concurrently
            // updated", a deadlock.
            Some("23505" | "XX000" | "40P01") if attempt < TRIES => {
                tokio::time::sleep(Duration::from_millis(u64::from(10 * attempt))).await;
            }
            _ => return Err(error),
        }
    }
    Ok(())
}
