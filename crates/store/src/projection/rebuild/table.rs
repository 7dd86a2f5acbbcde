//! The table beside: made like the live one, from the catalogue, so that a column, index, grant or policy that a later
//! migration adds is in the next rebuild without a word here.

use crate::StoreError;
use crate::connect::Session;
use crate::projection::tables::{Projection, Side};
use sqlx::{AssertSqlSafe, Row as _};

/// An index of the live table, and its twin.
pub(super) struct Index {
    /// Its name on the live table.
    pub name: String,
    /// The name of its twin until the switch.
    pub beside: String,
    definition: String,
    primary: bool,
}

/// Makes an empty table beside, without indexes, with the grants of the live one. An older one goes.
pub(super) async fn make(connection: &mut Session<'_>, projection: Projection) -> Result<(), StoreError> {
    let (live, beside) = (projection.table(Side::Live), projection.table(Side::Beside));
    let statement = format!(
        "/* rebuild::make */ drop table if exists {beside}; \
         create table {beside} (like {live} including defaults including constraints including identity \
                                including storage including comments including generated) with (fillfactor = 90)"
    );
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(&mut *connection)
        .await?;
    let grants: Vec<String> = sqlx::query_scalar(
        "/* rebuild::grants */ select format('grant %s on %I to %s', privilege_type, $2,
                  case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end)
         from pg_class, aclexplode(relacl) where oid = $1::regclass and grantee <> relowner",
    )
    .bind(live)
    .bind(beside)
    .fetch_all(&mut *connection)
    .await?;
    for grant in grants {
        sqlx::raw_sql(AssertSqlSafe(grant))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// True when there is a table beside.
pub(super) async fn exists(connection: &mut Session<'_>, projection: Projection) -> Result<bool, StoreError> {
    Ok(
        sqlx::query_scalar::<_, bool>("/* rebuild::exists */ select to_regclass($1) is not null")
            .bind(projection.table(Side::Beside))
            .fetch_one(connection)
            .await?,
    )
}

/// The live table's indexes, those that take longest to build first: several are built at a time.
pub(super) async fn indexes(
    connection: &mut Session<'_>,
    projection: Projection,
) -> Result<Vec<Index>, StoreError> {
    let rows = sqlx::query(
        "/* rebuild::indexes */ select c.relname, pg_get_indexdef(i.indexrelid) as definition, i.indisprimary,
                n.nspname
         from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
         where i.indrelid = $1::regclass order by i.indnkeyatts desc, c.relname",
    )
    .bind(projection.table(Side::Live))
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let name: String = row.try_get("relname")?;
            let schema: String = row.try_get("nspname")?;
            let beside = format!("{name}_beside");
            // "CREATE INDEX name ON schema.table USING ...": both names stand before USING, and nowhere else there.
            let definition: String = row.try_get("definition")?;
            let definition = definition
                .replacen(
                    &format!(" INDEX {name} ON "),
                    &format!(" INDEX IF NOT EXISTS {beside} ON "),
                    1,
                )
                .replacen(
                    &format!("{schema}.{} USING ", projection.table(Side::Live)),
                    &format!("{schema}.{} USING ", projection.table(Side::Beside)),
                    1,
                );
            Ok(Index {
                name,
                beside,
                definition,
                primary: row.try_get("indisprimary")?,
            })
        })
        .collect()
}

/// Builds the twin of an index; nothing when it is there already.
pub(super) async fn build(connection: &mut Session<'_>, index: &Index) -> Result<(), StoreError> {
    sqlx::raw_sql(AssertSqlSafe(index.definition.clone()))
        .execute(connection)
        .await?;
    Ok(())
}

/// Tells the planner what the table beside holds. Not of what lines show: no query asks for it, and comparing whole
/// documents would take as long as an index.
pub(super) async fn analyze(connection: &mut Session<'_>, projection: Projection) -> Result<(), StoreError> {
    let beside = projection.table(Side::Beside);
    let columns: String = sqlx::query_scalar(
        "/* rebuild::analyzed */ select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
         where attrelid = $1::regclass and attnum > 0 and not attisdropped and atttypid <> 'jsonb'::regtype",
    )
    .bind(beside)
    .fetch_one(&mut *connection)
    .await?;
    let statement = format!("/* rebuild::analyze */ analyze {beside} ({columns})");
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}

/// The live table goes, and the one beside takes its name and those of its indexes.
pub(super) async fn take_the_name(
    connection: &mut Session<'_>,
    projection: Projection,
) -> Result<(), StoreError> {
    let (live, beside) = (projection.table(Side::Live), projection.table(Side::Beside));
    let indexes = indexes(connection, projection).await?;
    let security = row_security(connection, live).await?;
    let mut statement =
        format!("/* rebuild::take_the_name */ drop table {live}; alter table {beside} rename to {live}");
    for index in indexes {
        let Index {
            name,
            beside,
            primary,
            ..
        } = index;
        if primary {
            statement.push_str(&format!(
                "; alter table {live} add constraint {name} primary key using index {beside}"
            ));
        } else {
            statement.push_str(&format!("; alter index {beside} rename to {name}"));
        }
    }
    // Only now: rows are copied into the table beside, and `COPY` refuses a table with policies.
    for one in security {
        statement.push_str("; ");
        statement.push_str(&one);
    }
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}

/// The statements that give a table its row-level security again when another has taken its name.
async fn row_security(connection: &mut Session<'_>, table: &str) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* rebuild::row_security */ select format('alter table %I enable row level security', relname)
         from pg_class where oid = $1::regclass and relrowsecurity
         union all
         select format('alter table %I force row level security', relname)
         from pg_class where oid = $1::regclass and relforcerowsecurity
         union all
         select format('create policy %I on %I as %s for %s to %s', policyname, tablename, permissive, cmd,
                  (select string_agg(quote_ident(role), ', ') from unnest(roles) as role))
                || coalesce(' using (' || qual || ')', '') || coalesce(' with check (' || with_check || ')', '')
         from pg_policies where schemaname = 'public' and tablename = $1::text",
    )
    .bind(table)
    .fetch_all(connection)
    .await?)
}

/// The table beside goes.
pub(super) async fn forget(connection: &mut Session<'_>, projection: Projection) -> Result<(), StoreError> {
    let statement = format!(
        "/* rebuild::forget */ drop table if exists {}",
        projection.table(Side::Beside)
    );
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}
