//! Who may do what: every table, sequence and function by every role and every verb, and what happens to those who
//! try.

use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection, Row as _};
use std::collections::BTreeMap;
use throughcare_testkit::{Builder, TestDatabase};

/// What each role may do with each thing: writer, projector, reader. The owner may do everything with everything,
/// and everybody else (PUBLIC) nothing with anything but to look into the schema `public`. A verb with columns is
/// granted for these columns only. Partitions are reached through their table: nobody may do anything with one.
///
/// A new table, view, sequence or function needs a line here, and its migration the grants that the line says.
const MATRIX: &[(&str, &str, &str, &str)] = &[
    // the log
    ("table public.events", "SELECT INSERT", "SELECT", "SELECT"),
    ("partition of public.events", "", "", ""),
    (
        "table public.log_head",
        "SELECT UPDATE(position,recorded_at)",
        "SELECT",
        "SELECT",
    ),
    (
        "table public.streams",
        "SELECT INSERT UPDATE(version)",
        "SELECT",
        "SELECT",
    ),
    // what an append is compared with, and leaves behind
    ("table public.entities", "SELECT INSERT", "", "SELECT"),
    ("table public.idempotency", "SELECT INSERT", "", "SELECT"),
    ("table public.external_references", "SELECT INSERT", "", "SELECT"),
    (
        "table public.identifier_claims",
        "SELECT INSERT DELETE",
        "",
        "SELECT",
    ),
    ("table public.match_keys", "SELECT INSERT DELETE", "", "SELECT"),
    (
        "table public.match_keys_made",
        "SELECT UPDATE(position,compared)",
        "",
        "SELECT",
    ),
    (
        "table public.possible_matches",
        "SELECT INSERT DELETE",
        "",
        "SELECT",
    ),
    ("table public.record_links", "SELECT INSERT", "SELECT", "SELECT"),
    ("table public.concerned", "SELECT INSERT", "", "SELECT"),
    (
        "table public.concerned_filled",
        "SELECT UPDATE(position)",
        "",
        "SELECT",
    ),
    (
        "function public.concern(streams uuid[], organisations text[])",
        "EXECUTE",
        "",
        "",
    ),
    ("function public.stands_on_a_line(record uuid)", "", "", "EXECUTE"),
    // held movements
    (
        "table public.held_movements",
        "SELECT INSERT UPDATE(attempts,last_error) DELETE",
        "",
        "",
    ),
    // messages of other systems
    (
        "table public.inbound_messages",
        "SELECT INSERT UPDATE(state,reason,attempts) DELETE",
        "",
        "SELECT(id,organisation,client,event_type,flags,received_at,state,reason)",
    ),
    // projections
    (
        "table public.checkpoints",
        "",
        "SELECT INSERT UPDATE DELETE",
        "SELECT",
    ),
    (
        "table public.worklist_rows",
        "",
        "SELECT INSERT UPDATE DELETE",
        "SELECT",
    ),
    ("table public.parked", "", "SELECT INSERT UPDATE DELETE", "SELECT"),
    ("table public.leases", "", "SELECT INSERT UPDATE DELETE", "SELECT"),
    (
        "table public.rebuilds",
        "",
        "SELECT INSERT UPDATE DELETE",
        "SELECT",
    ),
    (
        "table public.rebuild_ranges",
        "",
        "SELECT INSERT UPDATE DELETE",
        "SELECT",
    ),
    (
        "table public.rebuild_parked",
        "",
        "SELECT INSERT UPDATE DELETE",
        "SELECT",
    ),
    ("sequence public.worklist_rows_entry_seq", "", "", ""),
    // the access log
    ("table public.looks", "INSERT", "SELECT", "SELECT"),
    ("sequence public.looks_look_seq", "", "", ""),
    ("function public.refuse_unlooking()", "", "", ""),
    // what proves that nothing was altered
    ("table public.log_identity", "", "SELECT", "SELECT"),
    (
        "table public.trees",
        "",
        "SELECT UPDATE(size,roots,grown_at,stopped_reason,stopped_at)",
        "SELECT",
    ),
    ("table public.tree_tiles", "", "SELECT INSERT", "SELECT"),
    (
        "table public.tree_edges",
        "",
        "SELECT INSERT UPDATE(tile,hashes)",
        "SELECT",
    ),
    ("table public.tree_checkpoints", "", "SELECT INSERT", "SELECT"),
    ("table public.tree_cosignatures", "", "SELECT INSERT", "SELECT"),
    (
        "table public.tree_rechecks",
        "",
        "SELECT UPDATE(next_leaf,rounds,round_ended_at,looked_at,differs_from,differs_reason,differs_at)",
        "SELECT",
    ),
    ("table public.beside_waiting", "", "SELECT DELETE", "SELECT"),
    ("table public.beside_leaves", "", "SELECT INSERT", "SELECT"),
    ("function public.wait_for_leaf()", "", "", ""),
    ("function public.refuse_unproving()", "", "", ""),
    ("function public.refuse_shrinking()", "", "", ""),
    // webhooks
    (
        "table public.webhooks",
        "SELECT INSERT UPDATE(position,state,disabled_reason,disabled_at,rotated_by)",
        "SELECT UPDATE(position,state,disabled_reason,disabled_at)",
        "SELECT",
    ),
    (
        "table public.webhook_secrets",
        "SELECT INSERT UPDATE(until) DELETE",
        "SELECT DELETE",
        "",
    ),
    (
        "table public.webhook_happenings",
        "INSERT",
        "SELECT INSERT",
        "SELECT",
    ),
    ("sequence public.webhook_happenings_happening_seq", "", "", ""),
    (
        "table public.webhook_deliveries",
        "SELECT DELETE",
        "SELECT INSERT UPDATE DELETE",
        "SELECT",
    ),
    // national returns
    (
        "table public.national_return_rows",
        "SELECT INSERT UPDATE(dataset,level,fingerprint,number) DELETE",
        "",
        "",
    ),
    ("table public.national_returns", "SELECT INSERT", "", ""),
    // code lists and the rest
    ("table public.benchmarks", "", "", "SELECT"),
    ("sequence public.benchmarks_entry_seq", "", "", ""),
    ("table public.area_neighbours", "", "", "SELECT"),
    ("sequence public.area_neighbours_entry_seq", "", "", ""),
    ("function public.refuse_changed_benchmarks()", "", "", ""),
    ("table public.reference_lists", "", "", "SELECT"),
    ("table public.reference_codes", "", "", "SELECT"),
    ("table public.reference_uses", "", "SELECT", "SELECT"),
    ("sequence public.reference_uses_use_seq", "", "", ""),
    (LOAD_REFERENCE, "EXECUTE", "", ""),
    (
        "function public.take_reference(which_list text, which_version text, by_whom text, expected text)",
        "EXECUTE",
        "",
        "",
    ),
    ("table public._sqlx_migrations", "", "", "SELECT"),
    ("table public.erasures", "", "SELECT", "SELECT"),
    ("sequence public.erasures_number_seq", "", "", ""),
    ("function public.refuse_change()", "", "", ""),
    (APPEND_GROUP, "EXECUTE", "", ""),
    ("schema public", "USAGE", "USAGE", "USAGE"),
];

/// What the one who erases may do; nothing with anything that is not here. `keeper` works in the key store alone.
const ERASER: &[(&str, &str)] = &[
    ("table public.events", "SELECT(position,stream_id)"),
    (
        "table public.idempotency",
        "SELECT(first_position,last_position) UPDATE(fingerprint,answer)",
    ),
    ("table public.external_references", "SELECT DELETE"),
    ("table public.identifier_claims", "SELECT DELETE"),
    ("table public.match_keys", "SELECT DELETE"),
    ("table public.possible_matches", "SELECT DELETE"),
    ("table public.match_keys_made", "SELECT(fence) UPDATE(fence)"),
    ("table public.held_movements", "SELECT DELETE"),
    ("table public.inbound_messages", "SELECT DELETE"),
    ("table public.worklist_rows", "SELECT DELETE"),
    ("table public.leases", "SELECT UPDATE(owner,fence,until)"),
    ("table public.webhook_deliveries", "SELECT(stream_id) DELETE"),
    ("table public.erasures", "SELECT INSERT"),
    ("schema public", "USAGE"),
];

const APPEND_GROUP: &str = "function public.append_group(new_events appended_event[], \
    new_streams appended_stream[], new_entities appended_entity[], \
    new_answers appended_answer[], new_references appended_reference[], new_claims appended_claim[], \
    new_concerned appended_concern[], OUT before bigint, OUT told_at timestamp with time zone)";

const LOAD_REFERENCE: &str = "function public.load_reference(which_list text, which_version text, by_whom text, \
    expected text, codes text[], labels text[], statuses text[], origins text[], valid_froms date[], \
    valid_tos date[], attributes_of text[])";

const ROLES: [&str; 7] = [
    "throughcare_owner",
    "throughcare_writer",
    "throughcare_projector",
    "throughcare_reader",
    "throughcare_keeper",
    "throughcare_eraser",
    "public",
];

/// Everything in our schemas with what each role may do with it, from the server's catalogue.
const CATALOGUE: &str = "
WITH thing (kind, name, oid, owner, verbs) AS (
    SELECT CASE WHEN c.relispartition THEN 'partition of' WHEN c.relkind = 'S' THEN 'sequence' ELSE 'table' END,
           CASE WHEN c.relispartition
                THEN (SELECT format('%s.%s', pn.nspname, p.relname) FROM pg_inherits i
                      JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
                      WHERE i.inhrelid = c.oid)
                ELSE format('%s.%s', n.nspname, c.relname) END,
           c.oid, c.relowner,
           CASE WHEN c.relkind = 'S' THEN ARRAY['USAGE', 'SELECT', 'UPDATE']
                ELSE ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'] END
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'keys') AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL
    SELECT 'function', format('%s.%s(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
           p.oid, p.proowner, ARRAY['EXECUTE']
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('public', 'keys')
    UNION ALL
    SELECT 'schema', nspname, oid, nspowner, ARRAY['USAGE', 'CREATE'] FROM pg_namespace
    WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
)
SELECT kind || ' ' || name AS thing, role,
       pg_get_userbyid(owner)::text AS owner, array_length(verbs, 1) AS verbs,
       coalesce(string_agg(CASE
           WHEN kind = 'sequence' THEN CASE WHEN has_sequence_privilege(role, oid, verb) THEN verb END
           WHEN kind = 'function' THEN CASE WHEN has_function_privilege(role, oid, verb) THEN verb END
           WHEN kind = 'schema' THEN CASE WHEN has_schema_privilege(role, oid, verb) THEN verb END
           WHEN has_table_privilege(role, oid, verb) THEN verb
           WHEN verb IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege(role, oid, verb)
           THEN verb || '(' || (SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute
                WHERE attrelid = oid AND attnum > 0 AND NOT attisdropped
                AND has_column_privilege(role, oid, attnum, verb)) || ')'
       END, ' ' ORDER BY ord), '') AS may
FROM thing, unnest(verbs) WITH ORDINALITY AS v (verb, ord), unnest($1::text[]) AS role
GROUP BY kind, name, oid, owner, verbs, role ORDER BY 1, oid, role";

/// Where the database differs from the matrix: one line for each difference.
async fn deviations(connection: &mut PgConnection) -> Vec<String> {
    let mut lines: BTreeMap<_, _> = MATRIX.iter().map(|line| (line.0, (line, false))).collect();
    let mut found = Vec::new();
    let rows = sqlx::query(CATALOGUE)
        .bind(&ROLES[..])
        .fetch_all(connection)
        .await
        .unwrap();
    for row in rows {
        let (thing, role, may): (String, String, String) =
            (row.get("thing"), row.get("role"), row.get("may"));
        let Some((line, seen)) = lines.get_mut(thing.as_str()) else {
            found.push(format!("{thing} has no line in the matrix"));
            continue;
        };
        *seen = true;
        let expected = match role.as_str() {
            "throughcare_owner" => {
                let owner: String = row.get("owner");
                let all =
                    may.split_whitespace().count() == usize::try_from(row.get::<i32, _>("verbs")).unwrap();
                // The schema `public` is the cluster's; the owner may make things in it.
                if !all || (owner != "throughcare_owner" && thing != "schema public") {
                    found.push(format!("{thing} is {owner}'s, and the owner may only {may}"));
                }
                continue;
            }
            "throughcare_writer" => line.1,
            "throughcare_projector" => line.2,
            "throughcare_reader" => line.3,
            "throughcare_eraser" => ERASER
                .iter()
                .find(|(of, _)| *of == thing)
                .map_or("", |(_, may)| may),
            _ if thing == "schema public" => "USAGE",
            _ => "",
        };
        if may != expected {
            found.push(format!("{role} may `{may}` with {thing}, not `{expected}`"));
        }
    }
    let missing = lines.values().filter(|(_, seen)| !seen);
    found.extend(missing.map(|(line, _)| format!("{} is not there", line.0)));
    found
}

async fn run(connection: &mut PgConnection, statement: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(connection)
        .await
        .map(drop)
}

/// The server's code and message for what it refuses.
async fn refused(connection: &mut PgConnection, statement: &str) -> (String, String) {
    let error = run(connection, statement).await.expect_err(statement);
    let told = error.as_database_error().unwrap();
    (told.code().unwrap().into_owned(), told.message().to_owned())
}

#[tokio::test]
async fn each_role_may_do_what_the_matrix_says_and_nothing_else() {
    let database = TestDatabase::new().await;
    let mut connection = database.connect_options().connect().await.unwrap();
    assert_eq!(deviations(&mut connection).await, Vec::<String>::new());
}

/// Negative control of the matrix: every kind of widening is told.
#[tokio::test]
async fn a_grant_too_many_and_a_thing_without_a_line_are_told() {
    let database = TestDatabase::new().await;
    for (widening, told) in [
        (
            "GRANT UPDATE ON events TO throughcare_writer",
            "throughcare_writer may `SELECT INSERT UPDATE` with table public.events, not `SELECT INSERT`",
        ),
        (
            "GRANT SELECT ON events_00 TO throughcare_reader",
            "throughcare_reader may `SELECT` with partition of public.events, not ``",
        ),
        (
            "GRANT UPDATE (stream_id) ON entities TO throughcare_writer",
            "throughcare_writer may `SELECT INSERT UPDATE(stream_id)` with table public.entities, not `SELECT INSERT`",
        ),
        (
            "GRANT EXECUTE ON FUNCTION refuse_change() TO PUBLIC",
            "public may `EXECUTE` with function public.refuse_change(), not ``",
        ),
        (
            "CREATE TABLE anything (n integer)",
            "table public.anything has no line in the matrix",
        ),
        (
            "CREATE VIEW seen AS SELECT 1",
            "table public.seen has no line in the matrix",
        ),
        (
            "CREATE FUNCTION did() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
            "function public.did() has no line in the matrix",
        ),
        (
            "ALTER TABLE streams OWNER TO throughcare_writer",
            "table public.streams is throughcare_writer's, and the owner may only ",
        ),
    ] {
        let mut connection = database.connect_options().connect().await.unwrap();
        run(&mut connection, &format!("BEGIN; {widening}")).await.unwrap();
        let found = deviations(&mut connection).await;
        assert!(found.contains(&told.to_owned()), "{widening}: {found:?}");
    }
}

/// The rule for later migrations holds by itself: what the owner makes is nobody else's, functions included.
#[tokio::test]
async fn what_the_owner_makes_is_nobody_elses() {
    let database = TestDatabase::new().await;
    let mut owner = database.connect_options().connect().await.unwrap();
    run(
        &mut owner,
        "SET ROLE throughcare_owner; CREATE TABLE later (n integer); \
         CREATE FUNCTION later() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    )
    .await
    .unwrap();
    for role in &ROLES[1..6] {
        run(&mut owner, &format!("SET ROLE {role}")).await.unwrap();
        for statement in ["SELECT FROM later", "SELECT later()"] {
            assert_eq!(
                refused(&mut owner, statement).await.0,
                "42501",
                "{role}: {statement}"
            );
        }
    }
}

/// A log with an event in every partition, so that a row trigger has a row to fire on.
async fn an_event_in_every_partition() -> (TestDatabase, PgConnection) {
    let database = TestDatabase::new().await;
    let mut admin = database.connect_options().connect().await.unwrap();
    let store = database.store().await;
    let mut build = Builder::new(1);
    for partition in 0..4 {
        run(
            &mut admin,
            &format!("UPDATE log_head SET position = {}", partition * 50_000_000),
        )
        .await
        .unwrap();
        let person = build.person();
        store.append(build.append(person, 0, 1)).await.unwrap();
    }
    (database, admin)
}

const TABLES: [&str; 5] = ["events", "events_00", "events_01", "events_02", "events_03"];

#[tokio::test]
async fn the_owner_and_a_superuser_change_no_event_in_any_partition() {
    let (_database, mut connection) = an_event_in_every_partition().await;
    let version: i32 = sqlx::query_scalar("SELECT current_setting('server_version_num')::integer")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    for who in [
        // Without saying for whom it works the owner would find no row to change.
        "SET ROLE throughcare_owner; SET throughcare.scope = 'everybody'",
        "RESET ROLE",
        // A superuser who plays a replica skips ordinary triggers, but not these.
        "SET session_replication_role = replica",
    ] {
        run(&mut connection, who).await.unwrap();
        for table in TABLES {
            let mut statements = vec![
                format!("UPDATE {table} SET client = 'another'"),
                format!("DELETE FROM {table}"),
                format!("TRUNCATE {table}"),
                format!(
                    "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (position) DO UPDATE SET client = 'x'"
                ),
            ];
            if version >= 150_000 {
                statements.push(format!(
                    "MERGE INTO {table} AS e USING {table} AS o ON e.position = o.position WHEN MATCHED THEN DELETE"
                ));
            }
            for statement in statements {
                let (_, told) = refused(&mut connection, &statement).await;
                assert!(told.contains("append-only"), "{who}; {statement}: {told}");
            }
        }
    }
}

/// Negative control: an ordinary trigger would not fire for a replica.
#[tokio::test]
async fn an_ordinary_trigger_would_let_a_replica_through() {
    let (_database, mut connection) = an_event_in_every_partition().await;
    run(
        &mut connection,
        "ALTER TABLE events_00 ENABLE TRIGGER events_never_change; SET session_replication_role = replica; \
         DELETE FROM events_00",
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn whoever_tries_more_than_the_role_allows_is_refused() {
    let (_database, mut connection) = an_event_in_every_partition().await;
    let tries: &[(&str, &[&str])] = &[
        (
            "throughcare_writer",
            &[
                "UPDATE events SET client = 'another'",
                "DELETE FROM events",
                "TRUNCATE events",
                "INSERT INTO events SELECT * FROM events ON CONFLICT (position) DO UPDATE SET client = 'x'",
                "MERGE INTO events AS e USING log_head AS o ON e.position = o.position WHEN MATCHED THEN DELETE",
                "COPY (DELETE FROM events RETURNING *) TO STDOUT",
                "COPY events_00 TO STDOUT",
                "SELECT FROM events_00",
                "INSERT INTO events_00 SELECT * FROM events",
                "SELECT FROM events FOR UPDATE",
                "DO $$ BEGIN LOCK TABLE events IN ACCESS EXCLUSIVE MODE; END $$",
                "ALTER TABLE events DISABLE TRIGGER events_never_change",
                "ALTER TABLE events_00 DISABLE TRIGGER ALL",
                "DROP TRIGGER events_never_change ON events",
                "CREATE TRIGGER mine BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse_change()",
                "CREATE RULE mine AS ON INSERT TO events DO INSTEAD NOTHING",
                "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
                "ALTER TABLE events DETACH PARTITION events_03",
                "DROP TABLE events",
                "CREATE TABLE mine (n integer)",
                "SET session_replication_role = replica",
                "UPDATE streams SET stream_id = gen_random_uuid()",
                "DELETE FROM log_head",
                "UPDATE idempotency SET answer = ''",
                "UPDATE held_movements SET sealed = ''",
                "UPDATE worklist_rows SET known_to = 1",
                "INSERT INTO reference_lists VALUES ('a', 'b', now(), 'c')",
                "INSERT INTO reference_uses (list, list_version, taken_by) VALUES ('a', 'b', 'c')",
                "DELETE FROM reference_uses",
                "UPDATE reference_codes SET label = 'another'",
                "DELETE FROM reference_codes",
                "DELETE FROM _sqlx_migrations",
            ],
        ),
        (
            "throughcare_projector",
            &[
                "INSERT INTO events SELECT * FROM events",
                "UPDATE log_head SET position = 0",
                "UPDATE streams SET version = 1",
                "SELECT FROM identifier_claims",
                "SELECT FROM held_movements",
                "SELECT FROM idempotency",
                "TRUNCATE worklist_rows",
                "CREATE TABLE mine (n integer)",
            ],
        ),
        (
            "throughcare_reader",
            &[
                "INSERT INTO events SELECT * FROM events",
                "SELECT position FROM log_head FOR UPDATE",
                "UPDATE worklist_rows SET known_to = 1",
                "INSERT INTO idempotency SELECT * FROM idempotency",
                "SELECT FROM held_movements",
                "SELECT take_reference('a', 'b', 'c', NULL)",
                "CREATE TABLE mine (n integer)",
            ],
        ),
    ];
    for (role, statements) in tries {
        // A connection that logs in with no more than the role; SET ROLE alone would leave a superuser's rights to
        // change settings.
        run(&mut connection, "RESET SESSION AUTHORIZATION").await.unwrap();
        run(&mut connection, &format!("SET SESSION AUTHORIZATION {role}"))
            .await
            .unwrap();
        for statement in *statements {
            let (code, told) = refused(&mut connection, statement).await;
            // 42601: a server before 15 has no MERGE.
            assert!(
                code == "42501" || code == "42601" && statement.starts_with("MERGE"),
                "{role}: {statement}: {code} {told}"
            );
        }
    }
}
