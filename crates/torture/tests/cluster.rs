//! The drills' own server.

use torture::{Cluster, Scale};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_killed_server_when_it_recovers_then_what_was_committed_is_there() {
    let cluster = Cluster::start(Scale::Short).await.unwrap();
    let database = cluster.database().await.unwrap();
    let mut connection = database.connect().await.unwrap();
    sqlx::raw_sql("CREATE TABLE kept AS SELECT 42 AS n")
        .execute(&mut connection)
        .await
        .unwrap();

    for _ in 0..3 {
        cluster.kill().await.unwrap();
        assert!(database.connect().await.is_err(), "the server still answers");
        cluster.recover().await.unwrap();
    }

    let mut connection = database.connect().await.unwrap();
    let kept: i32 = sqlx::query_scalar("SELECT n FROM kept")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(kept, 42);
    assert_eq!(database.node().await.unwrap().head().await.unwrap().position, 0);
}
