//! UmaDB, driven by `bench`: a server with storage of its own, in a process of its own, and its client over gRPC.
//!
//! `peer-umadb serve DIRECTORY ADDRESS` is the server; `peer-umadb drive ADDRESS` fills it and serves rounds.

use anyhow::{Context, Result, anyhow, bail, ensure};
use bench_load::{CONNECTIONS, Note, SHORT_STREAMS, System, history, note, stream_id};
use futures::StreamExt as _;
use umadb_client::{AsyncUmaDbClient, UmaDbClient};
use umadb_dcb::{DcbAppendCondition, DcbEvent, DcbEventStoreAsync, DcbQuery, DcbQueryItem};
use umadb_server::{ServerOptions, StorageOptions, start_server_with_options};

#[tokio::main]
async fn main() -> Result<()> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    match given.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve", directory, address] => serve(directory, address).await,
        ["drive", address] => bench_load::serve("UmaDB 0.7", UmaDb::new(address).await).await,
        _ => bail!("usage: peer-umadb serve DIRECTORY ADDRESS | drive ADDRESS"),
    }
}

/// Runs the server until the input ends: with the program that started it.
async fn serve(directory: &str, address: &str) -> Result<()> {
    let (stop, stopped) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = stop.send(());
    });
    let options = ServerOptions {
        listen_addr: address.to_owned(),
        tls: None,
        api_key: None,
        storage: StorageOptions::default().db_path(directory),
    };
    start_server_with_options(options, stopped)
        .await
        .map_err(|error| anyhow!("{error}"))
}

/// Its client, with as many connections as the other systems have.
struct UmaDb {
    clients: Vec<AsyncUmaDbClient>,
}

impl UmaDb {
    async fn new(address: &str) -> Result<Self> {
        let mut clients = Vec::new();
        for _ in 0..CONNECTIONS {
            let client = UmaDbClient::new(format!("http://{address}"))
                .connect_async()
                .await;
            clients.push(client.map_err(|error| anyhow!("{error}"))?);
        }
        let rows: Vec<_> = history().collect();
        for rows in rows.chunks(1_000) {
            let events: Result<Vec<_>> = rows
                .iter()
                .map(|(stream, number)| recorded(*stream, *number))
                .collect();
            clients[0]
                .append(events?, None, None)
                .await
                .map_err(|error| anyhow!("{error}"))?;
        }
        Ok(Self { clients })
    }

    async fn count(&self, client: usize, query: Option<DcbQuery>) -> Result<u64> {
        let client = &self.clients[client % self.clients.len()];
        let mut events = client
            .read(query, None, false, None)
            .await
            .map_err(|error| anyhow!("{error}"))?;
        let mut count = 0;
        while let Some(event) = events.next().await {
            let event = event.map_err(|error| anyhow!("{error}"))?;
            let note: Note = serde_json::from_slice(&event.event.data)?;
            ensure!(note.number > 0, "a note without number");
            count += 1;
        }
        Ok(count)
    }
}

fn tag(stream: usize) -> String {
    format!("case:{}", stream_id(stream))
}

fn recorded(stream: usize, number: i64) -> Result<DcbEvent> {
    let data = serde_json::to_vec(&note(stream_id(stream), number))?;
    Ok(DcbEvent::default()
        .event_type("CaseNoteAdded")
        .tags([tag(stream)])
        .data(data))
}

fn of(stream: usize) -> DcbQuery {
    DcbQuery::new().item(DcbQueryItem::new().tags([tag(stream)]))
}

impl System for UmaDb {
    /// Its expected version is the last event that the decision saw, of any stream: the end of the log will do.
    async fn tokens(&self) -> Result<Vec<i64>> {
        let head = self.clients[0].head().await.map_err(|error| anyhow!("{error}"))?;
        Ok(vec![i64::try_from(head.context("an empty log")?)?; SHORT_STREAMS])
    }

    async fn append(&self, client: usize, stream: usize, expected: i64, events: usize) -> Result<i64> {
        let events: Result<Vec<_>> = (0..events as i64)
            .map(|at| recorded(stream, expected % 1_000 + 1 + at))
            .collect();
        let condition = DcbAppendCondition {
            fail_if_events_match: of(stream),
            after: Some(u64::try_from(expected)?),
        };
        let client = &self.clients[client % self.clients.len()];
        let reached = client
            .append(events?, Some(condition), None)
            .await
            .map_err(|error| anyhow!("{error}"))?;
        Ok(i64::try_from(reached)?)
    }

    async fn read(&self, client: usize, stream: usize) -> Result<usize> {
        Ok(self.count(client, Some(of(stream))).await? as usize)
    }

    async fn replay(&self) -> Result<u64> {
        self.count(0, None).await
    }
}
