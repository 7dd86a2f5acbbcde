//! How fast the log replays, beside a bare `COPY` of the same rows by the same kind of connection, in no order.
//!
//! Only a quiet machine tells: among other programs the bare `COPY`, which is one process, gets less of the
//! processors than a replay, which is several threads.
//!
//! `cargo run --release -p throughcare-store --example replay_rate -- DATABASE_URL KEY_FILE [EVENTS]`

use futures::StreamExt as _;
use sqlx::{ConnectOptions as _, Connection as _};
use std::time::{Duration, Instant};
use throughcare_store::{Parts, Settings, Store};

/// Rounds, of which the best counts: other programs only ever slow one down.
const ROUNDS: usize = 3;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [url, key_file, rest @ ..] = arguments.as_slice() else {
        return Err("give a database URL, a key file and how many events".into());
    };
    let most = rest.first().map_or(Ok(u64::MAX), |events| events.parse())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let settings = Settings::from_url(url, key_file)?;
        let connect = settings.connect.clone();
        let store = Store::open(settings).await?;
        let events = store.head().await?.position.min(most);
        let mut best = [Duration::MAX; 4];
        for _ in 0..ROUNDS {
            let started = Instant::now();
            let mut connection = connect.connect().await?;
            let statement =
                format!("COPY (SELECT * FROM events WHERE position <= {events}) TO STDOUT (FORMAT binary)");
            let mut bytes = 0;
            let mut copy = connection.copy_out_raw(&statement).await?;
            while let Some(message) = copy.next().await {
                bytes += message?.len();
            }
            drop(copy);
            connection.close().await?;
            best[0] = best[0].min(started.elapsed());
            for (at, parts) in [(1, Parts::Envelope), (2, Parts::Case), (3, Parts::Both)] {
                let started = Instant::now();
                let (mut replay, mut read) = (store.replay(0, events, parts), 0);
                while let Some(batch) = replay.next().await {
                    read += batch?.len() as u64;
                }
                assert_eq!(read, events, "each event once");
                best[at] = best[at].min(started.elapsed());
            }
            println!("{bytes} bytes; best so far: {best:?}");
        }
        for (name, took) in ["bare COPY", "replay, envelope", "replay, case", "replay, both"]
            .iter()
            .zip(best)
        {
            let rate = events as f64 / took.as_secs_f64();
            let ratio = best[0].as_secs_f64() / took.as_secs_f64();
            println!("{name:>17}: {rate:>9.0} events/s, {ratio:.2} of the bare COPY");
        }
        store.close().await;
        Ok(())
    })
}
