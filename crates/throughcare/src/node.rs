//! A running node: the API, the workers, and their orderly end.

use crate::cli::{NodeRole, Outbound, Watched};
use crate::database::Database;
use crate::health::Components;
use crate::metrics::{self, Metrics};
use crate::room;
use anyhow::{Context, Result, bail};
use prometheus_client::registry::Registry;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use throughcare_app::proving::TreeKeeper;
use throughcare_app::webhooks::Courier;
use throughcare_app::{App, Ids as _, Projector, SystemClock, SystemIds};
use throughcare_http::api::{self, ApiState};
use throughcare_http::assemble::{Foundation, assemble};
use throughcare_http::lists::CursorKey;
use throughcare_http::metrics::RequestMetrics;
use throughcare_http::outbound::{Poster, WitnessClient};
use throughcare_http::receipt::ReceiptKey;
use throughcare_http::serve::{InFlight, Limits, serve};
use throughcare_http::sources;
use throughcare_http::sweeping::Lookups;
use throughcare_http::token::{IssuerConfig, Verifier};
use throughcare_store::Store;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How often the keys of token issuers are fetched again.
const KEY_REFRESH: Duration = Duration::from_secs(300);
/// How long workers may take to end their step.
const WORKERS_END: Duration = Duration::from_secs(3);

/// Opens the use cases over a store, with the machine's clock and ids.
///
/// # Errors
/// When the code lists cannot be read.
pub async fn app(store: Store) -> Result<App> {
    Ok(App::open(store, Arc::new(SystemClock), Arc::new(SystemIds)).await?)
}

/// What a node serves, and where.
pub struct Serving {
    /// Address of the API.
    pub listen: SocketAddr,
    /// Address of the metrics page.
    pub metrics_listen: Option<SocketAddr>,
    /// What the node does.
    pub role: NodeRole,
    /// Who issues tokens.
    pub issuers: Vec<IssuerConfig>,
    /// Webhooks.
    pub outbound: Outbound,
    /// Who watches the log.
    pub watched: Watched,
}

/// Serves until SIGTERM, SIGINT or the end of the private server; then stops in order: no new requests, what was
/// accepted is finished, workers end, the database is closed. Takes at most 20 seconds.
///
/// `ready` is called once the address answers.
///
/// # Errors
/// When the address is taken or the private server gave up.
pub async fn run(
    database: Database,
    app: App,
    serving: Serving,
    ready: impl FnOnce(SocketAddr),
) -> Result<()> {
    let Serving {
        listen,
        metrics_listen,
        role,
        issuers,
        outbound,
        watched,
    } = serving;
    let watched = Arc::new(watched.witnesses);
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("{listen} cannot be listened on; choose another address with --listen"))?;
    // The address given, not the one asked for: two nodes that ask for any port must not go by one name.
    let address = listener.local_addr().unwrap_or(listen);
    let clock = sources::Clock::new({
        let app = app.clone();
        move || app.clock().now()
    });
    let ids = sources::Ids::new(|| SystemIds.one());
    let verifier = Verifier::new(issuers, clock)?;
    let (stop_workers, workers) = (CancellationToken::new(), watch::channel(false));
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(
        verifier
            .clone()
            .keep_keys_fresh(KEY_REFRESH, stop_workers.clone()),
    );
    tasks.spawn(room::keep(app.store().clone(), workers.1.clone()));
    let public = outbound.public_url.clone();
    let public = public.unwrap_or_else(|| format!("http://{address}"));
    let poster = Arc::new(Poster::new(outbound.allowed(), public)?);
    if role != NodeRole::Api {
        let projector = Projector::new(app.clone()).on_node(&format!("{} {address}", machine()));
        let (stopped, held, contracts) = (workers.1.clone(), workers.1.clone(), workers.1.clone());
        tasks.spawn(async move { projector.run(stopped).await });
        let releasing = app.clone();
        tasks.spawn(async move { releasing.release_held_movements(held).await });
        let moving = app.clone();
        tasks.spawn(async move { moving.move_contracts(contracts).await });
        let (matching, keys) = (app.clone(), workers.1.clone());
        tasks.spawn(async move { matching.make_match_keys_until(keys).await });
        let (erasing, erasures) = (app.clone(), workers.1.clone());
        tasks.spawn(async move { erasing.erase_until(erasures).await });
        let name = format!("{} {address}", machine());
        let courier = Courier::new(app.clone(), poster.clone(), outbound.retries(), &name);
        tasks.spawn(courier.run(workers.1.clone()));
        tasks.spawn(TreeKeeper::new(app.clone(), &name).run(workers.1.clone()));
        let (rechecking, until, owner) = (app.clone(), workers.1.clone(), name.clone());
        tasks.spawn(async move { rechecking.recheck_until(&owner, until).await });
        let (watching, told) = (app.clone(), workers.1.clone());
        let (carrier, witnesses) = (Arc::new(WitnessClient::new()?), watched.to_vec());
        tasks.spawn(async move { watching.ask_witnesses_until(carrier, witnesses, told).await });
    }
    // Before connections are drained: whoever follows the feed would hold theirs.
    let closing = watch::channel(false);
    if role != NodeRole::Worker {
        let (following, closed) = (app.clone(), closing.1.clone());
        tasks.spawn(async move { following.follow_live(closed).await });
    }
    let limits = Limits::default();
    let in_flight = InFlight::new(limits.in_flight);
    let counted = RequestMetrics::default();
    let mut page = Registry::default();
    counted.register(&mut page, &verifier, &in_flight);
    let lookups = Lookups::default();
    lookups.register(&mut page);
    let foundation = Foundation {
        ids,
        verifier: verifier.clone(),
        health: Arc::new(Components {
            app: app.clone(),
            verifier,
        }),
        in_flight,
        metrics: counted,
    };
    let state = ApiState {
        app: app.clone(),
        cursors: CursorKey::new(&app.store().cursor_key()),
        receipts: ReceiptKey::new(app.log_keys().receipts()),
        watched: api::log::Watched(watched.clone()),
        lookups,
        receivers: outbound.allowed(),
        carrier: poster,
    };
    let routes = if role == NodeRole::Worker {
        api::none()
    } else {
        api::routed(state)
    };
    let (router, _) = assemble(foundation, routes);
    let shutdown = CancellationToken::new();
    if let Some(at) = metrics_listen {
        let metrics = Metrics {
            app: app.clone(),
            requests: page,
            witnesses: watched.iter().map(|one| one.key.name().to_owned()).collect(),
        };
        if let Some(address) = metrics::start(metrics, at, stop_workers.clone()).await {
            println!("Metrics stand on http://{address}/metrics");
        }
    }
    let mut serving = tokio::spawn(serve(listener, router, limits, shutdown.clone()));
    ready(address);

    let over = told_to_stop(&database).await;
    closing.0.send_replace(true);
    shutdown.cancel();
    if let Ok(false) = (&mut serving).await {
        tracing::warn!("some connections were cut off after {} s", limits.drain.as_secs());
    }
    workers.0.send_replace(true);
    stop_workers.cancel();
    let ended = tokio::time::timeout(WORKERS_END, async { while tasks.join_next().await.is_some() {} }).await;
    if ended.is_err() {
        tracing::warn!("the workers were cut off; they go on from their checkpoint at the next start");
    }
    app.store().close().await;
    database.close().await?;
    if let Over::DatabaseGaveUp = over {
        bail!("the private PostgreSQL kept stopping; its log in the data directory says why");
    }
    Ok(())
}

/// What this machine is called: stands in the leases it holds.
pub fn machine() -> String {
    let mut name = [0_u8; 256];
    // SAFETY: the buffer is writable for the length given, less the last byte, which stays NUL.
    let told = unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) };
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    match String::from_utf8_lossy(name) {
        name if told == 0 && !name.is_empty() => name.into_owned(),
        _ => "a machine without a name".to_owned(),
    }
}

enum Over {
    Signal,
    DatabaseGaveUp,
}

async fn told_to_stop(database: &Database) -> Over {
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return Over::Signal;
    };
    let server = database.server();
    let gave_up = async {
        match server {
            Some(server) => {
                // A plain thread: a blocking task of the runtime would keep the program from ending.
                let (tell, told) = tokio::sync::oneshot::channel();
                std::thread::spawn(move || {
                    server.wait_until_over();
                    let _ = tell.send(());
                });
                let _ = told.await;
            }
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = term.recv() => Over::Signal,
        _ = int.recv() => Over::Signal,
        () = gave_up => Over::DatabaseGaveUp,
    }
}

/// Cancelled by SIGTERM or Ctrl-C: what is being recorded is finished first.
///
/// # Errors
/// When signals cannot be waited for.
pub fn stop_on_signal() -> Result<CancellationToken> {
    let stop = CancellationToken::new();
    let told = stop.clone();
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
        told.cancel();
    });
    Ok(stop)
}
