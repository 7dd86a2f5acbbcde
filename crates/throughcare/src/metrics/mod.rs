//! The metrics page of a node: what it counted itself, and what the database says of the log and the lists.
//!
//! Everything is read with plain SELECTs, which take no lock that a worker waits for (`event-log.md`, pitfall 8).
//! When the database does not answer in time, the page comes without its part and says so.

mod page;

use anyhow::Result;
use page::Page;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::registry::Registry;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use throughcare_app::proving::WitnessLine;
use throughcare_app::{App, AppError};
use throughcare_http::metrics::{MetricsSource, Writing, routes};
use throughcare_http::serve::{Limits, serve};
use throughcare_store::projection::ProjectionStatus;
use throughcare_store::{Check, InboundCounts, RecheckStanding, Tree, TreeStanding, WebhookStanding};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long the database has; the rest of the page needs no time.
const DEADLINE: Duration = Duration::from_millis(1_500);
/// Connections to the metrics port. Each Prometheus server keeps one.
const CONNECTIONS: usize = 8;

/// What stands on the page.
pub struct Metrics {
    /// The use cases.
    pub app: App,
    /// What is counted of requests.
    pub requests: Registry,
    /// Names of the witnesses that are asked.
    pub witnesses: Vec<String>,
}

/// What the database says.
struct Told {
    check: Check,
    projections: Vec<ProjectionStatus>,
    waiting: u64,
    stuck: u64,
    messages: InboundCounts,
    webhooks: WebhookStanding,
    trees: Vec<TreeStanding>,
    rechecks: Vec<RecheckStanding>,
    witnesses: Vec<(Tree, WitnessLine)>,
}

async fn ask(app: &App, asked: &[String]) -> Result<Told, AppError> {
    let store = app.store();
    let (waiting, stuck) = store.held_counts().await?;
    let mut witnesses = Vec::new();
    for tree in Tree::ALL {
        let lines = app.witnesses(tree, asked).await?;
        witnesses.extend(lines.into_iter().map(|line| (tree, line)));
    }
    Ok(Told {
        check: store.check().await?,
        projections: store.projections().await?,
        waiting,
        stuck,
        messages: store.message_counts().await?,
        webhooks: store.webhook_standing().await?,
        trees: store.trees().await?,
        rechecks: store.rechecks().await?,
        witnesses,
    })
}

impl MetricsSource for Metrics {
    fn page(&self) -> Writing<'_> {
        Box::pin(async {
            let store = self.app.store();
            let told = tokio::time::timeout(DEADLINE, ask(&self.app, &self.witnesses)).await;
            let told = told.ok().and_then(Result::ok);
            let mut page = Page::default();
            page.node(told.is_some(), &store.writer_status(), store.connections());
            page.webhook_attempts(self.app.webhook_tally());
            if let Some(told) = &told {
                page.log(&told.check);
                page.projections(&told.projections);
                page.held(told.waiting, told.stuck);
                page.messages(told.messages);
                page.webhooks(&told.webhooks);
                page.trees(&told.trees);
                page.rechecks(&told.rechecks);
                page.witnesses(&told.witnesses);
            }
            let mut text = String::new();
            let written = encode_registry(&mut text, &self.requests)
                .and_then(|()| encode_registry(&mut text, page.registry()))
                .and_then(|()| encode_eof(&mut text));
            match written {
                Ok(()) => text,
                Err(_) => "# EOF\n".to_owned(), // a String takes everything
            }
        })
    }
}

/// Listens on the metrics port and serves it until told to stop. A port that is taken is told in the log: care does
/// not wait for metrics. Answers the address.
pub async fn start(metrics: Metrics, at: SocketAddr, stop: CancellationToken) -> Option<SocketAddr> {
    let listener = match TcpListener::bind(at).await {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(
                %error,
                "no metrics: {at} cannot be listened on; everything else goes on. Choose another address with --metrics-listen"
            );
            return None;
        }
    };
    let address = listener.local_addr().unwrap_or(at);
    let limits = Limits {
        connections: CONNECTIONS,
        // Prometheus asks every 15 s to a minute and keeps its connection.
        header_read: Duration::from_secs(120),
        drain: Duration::from_secs(2),
        ..Limits::default()
    };
    tokio::spawn(serve(listener, routes(Arc::new(metrics)), limits, stop));
    Some(address)
}
