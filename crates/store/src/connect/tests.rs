//! What a session of each role works under, whatever the database's own settings say.

use super::{Access, Pooler, Role, Sessions};
use crate::Settings;
use sqlx::{ConnectOptions as _, Row as _};
use std::collections::BTreeMap;
use throughcare_testkit::TestDatabase;

const SHOWN: &str = "SELECT 'role' AS name, current_setting('role') AS setting UNION ALL \
    SELECT name, setting FROM pg_settings WHERE name IN ('lock_timeout', \
    'statement_timeout', 'idle_in_transaction_session_timeout', 'synchronous_commit', 'transaction_isolation', \
    'transaction_read_only', 'search_path', 'log_parameter_max_length_on_error', 'client_min_messages', 'jit')";

async fn shown(sessions: &Sessions) -> BTreeMap<String, String> {
    let rows = sqlx::query(SHOWN).fetch_all(sessions).await.unwrap();
    rows.iter()
        .map(|row| (row.get("name"), row.get("setting")))
        .collect()
}

/// A database whose own settings are the worst there are.
async fn careless_database() -> TestDatabase {
    let database = TestDatabase::new().await;
    let mut owner = database.connect_options().connect().await.unwrap();
    let name: String = sqlx::query_scalar("SELECT current_database()")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    for setting in [
        "synchronous_commit = off",
        "default_transaction_isolation = 'serializable'",
        "statement_timeout = 0",
        "search_path = 'elsewhere'",
        "jit = on",
        "log_parameter_max_length_on_error = -1",
    ] {
        let statement = format!("ALTER DATABASE {name} SET {setting}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
            .execute(&mut owner)
            .await
            .unwrap();
    }
    database
}

#[tokio::test]
async fn every_session_works_under_its_role_and_limits_directly_and_behind_a_pooler() {
    let database = careless_database().await;
    for pooler in [Pooler::None, Pooler::Transaction] {
        for (role, name, statement, idle, read_only) in [
            (Role::Reading, "throughcare_reader", "10000", "10000", "on"),
            (Role::Writing, "throughcare_writer", "10000", "10000", "off"),
            (Role::Projecting, "throughcare_projector", "30000", "30000", "off"),
            (Role::Owning, "throughcare_owner", "3600000", "60000", "off"),
        ] {
            let mut settings = Settings::new(database.connect_options(), "no-keys-are-read");
            settings.pooler = pooler;
            let shown = shown(&Sessions::new(&settings, role, 1)).await;
            let expected = [
                ("role", name),
                ("lock_timeout", "5000"),
                ("statement_timeout", statement),
                ("idle_in_transaction_session_timeout", idle),
                ("synchronous_commit", "on"),
                ("transaction_isolation", "read committed"),
                ("transaction_read_only", read_only),
                ("search_path", "public,pg_temp"),
                ("log_parameter_max_length_on_error", "0"),
                ("client_min_messages", "error"),
                ("jit", "off"),
            ];
            for (setting, value) in expected {
                assert_eq!(shown[setting], value, "{setting} of {role:?}, pooler {pooler:?}");
            }
        }
    }
}

/// Negative control: the settings above are not the database's.
#[tokio::test]
async fn an_ordinary_session_would_lose_acknowledged_writes_there() {
    let database = careless_database().await;
    let mut ordinary = database.connect_options().connect().await.unwrap();
    let rows = sqlx::query(SHOWN).fetch_all(&mut ordinary).await.unwrap();
    let shown: BTreeMap<String, String> = rows
        .iter()
        .map(|row| (row.get("name"), row.get("setting")))
        .collect();
    assert_eq!(shown["synchronous_commit"], "off");
    assert_eq!(shown["transaction_isolation"], "serializable");
    assert_eq!(shown["statement_timeout"], "0");
    assert_eq!(shown["jit"], "on");
}

#[tokio::test]
async fn behind_a_pooler_nothing_stays_in_the_session_and_directly_statements_are_kept() {
    let database = TestDatabase::new().await;
    for (pooler, kept, role) in [
        (Pooler::Transaction, 0_i64, "none"),
        (Pooler::None, 1, "throughcare_writer"),
    ] {
        let mut settings = Settings::new(database.connect_options(), "no-keys-are-read");
        settings.pooler = pooler;
        let access = Access::new(&settings, Role::Writing);
        let mut connection = access.connect().await.unwrap();
        let mut session = access.begin(&mut connection).await.unwrap();
        sqlx::query("SELECT position FROM log_head WHERE position >= $1")
            .bind(0_i64)
            .fetch_all(&mut session)
            .await
            .unwrap();
        session.commit().await.unwrap();
        let found: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT position FROM log_head%'",
        )
        .persistent(false)
        .fetch_one(&mut connection)
        .await
        .unwrap();
        assert_eq!(found, kept, "{pooler:?}");
        let found: String = sqlx::query_scalar("SELECT current_setting('role')")
            .persistent(false)
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(found, role, "{pooler:?}");
    }
}

#[tokio::test]
async fn a_session_that_is_dropped_writes_nothing() {
    let database = TestDatabase::new().await;
    for pooler in [Pooler::None, Pooler::Transaction] {
        let mut settings = Settings::new(database.connect_options(), "no-keys-are-read");
        settings.pooler = pooler;
        let sessions = Sessions::new(&settings, Role::Writing, 1);
        let update = "UPDATE log_head SET position = position + 1";
        let mut session = sessions.begin().await.unwrap();
        sqlx::query(update).execute(&mut session).await.unwrap();
        drop(session);
        let position = async || -> i64 {
            sqlx::query_scalar("SELECT position FROM log_head")
                .fetch_one(&sessions)
                .await
                .unwrap()
        };
        let before = position().await;
        sqlx::query(update).execute(&sessions).await.unwrap();
        assert_eq!(
            position().await,
            before + 1,
            "a single statement is committed, {pooler:?}"
        );
    }
}

/// How many server connections there are beside this one, and how many of them are in a transaction.
async fn connections(database: &TestDatabase) -> (i64, i64) {
    let mut observer = database.connect_options().connect().await.unwrap();
    let row = sqlx::query(
        "SELECT count(*), count(*) FILTER (WHERE state LIKE 'idle in transaction%') FROM pg_stat_activity \
         WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
    )
    .fetch_one(&mut observer)
    .await
    .unwrap();
    (row.get(0), row.get(1))
}

async fn served_by(sessions: &Sessions) -> i32 {
    sqlx::query_scalar("SELECT pg_backend_pid()")
        .fetch_one(sessions)
        .await
        .unwrap()
}

#[tokio::test]
async fn statements_one_after_the_other_use_one_connection_and_more_than_there_may_be_wait() {
    let database = TestDatabase::new().await;
    let mut settings = Settings::new(database.connect_options(), "no-keys-are-read");
    settings.wait = std::time::Duration::from_secs(10);
    let sessions = Sessions::new(&settings, Role::Writing, 2);
    let first = served_by(&sessions).await;
    for _ in 0..10 {
        assert_eq!(served_by(&sessions).await, first);
    }
    assert_eq!(sessions.sizes(), (1, 1, 2));
    let many = (0..20).map(|_| sqlx::query("SELECT pg_sleep(0.01)").execute(&sessions));
    for done in futures::future::join_all(many).await {
        done.unwrap();
    }
    assert!(connections(&database).await.0 <= 2);
    // Transactions share the connections with statements: neither starves the other.
    let mut session = sessions.begin().await.unwrap();
    sqlx::query("SELECT 1").execute(&mut session).await.unwrap();
    served_by(&sessions).await;
    session.commit().await.unwrap();
    sessions.close().await;
    assert!(matches!(
        sqlx::query("SELECT 1").execute(&sessions).await,
        Err(sqlx::Error::PoolClosed)
    ));
    assert_eq!(connections(&database).await, (0, 0));
}

/// `trust.md`, trap 1, with its negative control: a connection kept inside a transaction loses the next write.
#[tokio::test]
async fn a_connection_is_kept_only_when_its_statement_was_read_to_the_end() {
    let database = TestDatabase::new().await;
    let settings = Settings::new(database.connect_options(), "no-keys-are-read");
    let update = "UPDATE log_head SET position = position + 1";
    for careless in [true, false] {
        let sessions = Sessions::new(&settings, Role::Writing, 1);
        let mut line = sessions.kept.take().await.unwrap();
        // What is left when a future is dropped after the server has begun and before sqlx has noted it.
        sqlx::raw_sql("BEGIN").execute(&mut *line).await.unwrap();
        if careless {
            line.rest();
        } else {
            drop(line);
        }
        let before = head(&database).await;
        let written = sqlx::query(update).execute(&sessions).await.unwrap();
        assert_eq!(written.rows_affected(), 1, "acknowledged either way");
        sessions.close().await;
        assert_eq!(head(&database).await - before, i64::from(!careless));
    }
}

async fn head(database: &TestDatabase) -> i64 {
    let mut observer = database.connect_options().connect().await.unwrap();
    sqlx::query_scalar("SELECT position FROM log_head")
        .fetch_one(&mut observer)
        .await
        .unwrap()
}

#[tokio::test]
async fn what_was_given_up_or_failed_half_way_does_not_stay_in_a_connection() {
    let database = TestDatabase::new().await;
    let mut settings = Settings::new(database.connect_options(), "no-keys-are-read");
    settings.wait = std::time::Duration::from_secs(10);
    let sessions = Sessions::new(&settings, Role::Writing, 1);
    let update = "UPDATE log_head SET position = position + 1";
    // Given up while the server is at work on it, and while it begins.
    for _ in 0..20 {
        let short = std::time::Duration::from_micros(300);
        let _ = tokio::time::timeout(short, sqlx::query("SELECT pg_sleep(0.02)").execute(&sessions)).await;
        let _ = tokio::time::timeout(short, sessions.begin()).await;
        assert!(sqlx::query("SELECT 1 / 0").execute(&sessions).await.is_err());
        let before = head(&database).await;
        sqlx::query(update).execute(&sessions).await.unwrap();
        assert_eq!(head(&database).await, before + 1);
    }
    assert_eq!(connections(&database).await, (1, 0));
}

#[tokio::test]
async fn a_transaction_that_can_be_repeated_is_not_forced_to_disk_and_the_next_one_is() {
    let database = TestDatabase::new().await;
    for pooler in [Pooler::None, Pooler::Transaction] {
        let mut settings = Settings::new(database.connect_options(), "no-keys-are-read");
        settings.pooler = pooler;
        let sessions = Sessions::new(&settings, Role::Projecting, 1);
        let mut session = sessions.begin_repeatable().await.unwrap();
        let commit: String = sqlx::query_scalar("SELECT current_setting('synchronous_commit')")
            .fetch_one(&mut session)
            .await
            .unwrap();
        assert_eq!(commit, "off", "{pooler:?}");
        session.commit().await.unwrap();
        assert_eq!(shown(&sessions).await["synchronous_commit"], "on", "{pooler:?}");
        let mut session = sessions.begin().await.unwrap();
        let commit: String = sqlx::query_scalar("SELECT current_setting('synchronous_commit')")
            .fetch_one(&mut session)
            .await
            .unwrap();
        assert_eq!(commit, "on", "{pooler:?}");
    }
}
