//! The commands.

mod admin;
mod backup;
mod benchmarks;
mod demo;
mod doctor;
mod export;
mod import;
mod keys;
mod listen;
mod national_return;
mod projections;
mod rebuild;
mod reference;
mod replay;
mod report;
mod simulate;
mod subject_access;
mod verify;
mod witness;

use crate::cli::{Cli, Command, Place, Serve};
use crate::database::Database;
use crate::node;
use anyhow::{Result, bail};
use std::process::ExitCode;

/// Runs a command.
///
/// # Errors
/// With a sentence for people.
pub async fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Serve(serve) => serve_command(serve).await?,
        Command::Demo(demo) => demo::run(demo).await?,
        Command::Simulate(asked) => return simulate::run(asked).await,
        Command::Migrate(place) => migrate(&place).await?,
        Command::Doctor(place) => return doctor::run(&place).await,
        Command::Projections(projections) => return projections::run(projections).await,
        Command::Rebuild(rebuild) => return rebuild::run(rebuild).await,
        Command::Replay(asked) => return replay::run(asked).await,
        Command::Admin(asked) => admin::run(asked.action).await?,
        Command::Keys(asked) => return keys::run(asked.action).await,
        Command::Import(asked) => return import::run(asked).await,
        Command::Report(asked) => return report::run(asked).await,
        Command::Benchmarks(asked) => return benchmarks::run(asked.action).await,
        Command::Reference(asked) => return reference::run(asked.action).await,
        Command::SubjectAccess(asked) => subject_access::run(asked).await?,
        Command::NationalReturn(asked) => national_return::run(asked).await?,
        Command::Listen(asked) => listen::run(asked).await?,
        Command::Export(asked) => export::export(asked).await?,
        Command::ImportLog(asked) => export::import(asked).await?,
        Command::Verify(asked) => return Ok(verify::run(&asked)),
        Command::Backup(asked) => return Ok(backup::run(asked.action).await),
        Command::Witness(asked) => witness::run(asked).await?,
        Command::Asyncapi => println!(
            "{}",
            serde_json::to_string_pretty(&throughcare_http::outbound::asyncapi::file())?
        ),
        Command::Openapi => println!("{}", throughcare_http::api::openapi().to_pretty_json()?),
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve_command(serve: Serve) -> Result<()> {
    if serve.issuers.is_empty() {
        bail!(
            "nobody could sign in: name who issues tokens with --issuer (see `throughcare serve --help`), \
             or try `throughcare demo`, which brings tokens of its own"
        );
    }
    let database = Database::open(&serve.place, "serve").await?;
    let store = database.migrated_store().await?;
    let app = node::app(store).await?;
    node::run(
        database,
        app,
        node::Serving {
            listen: serve.listen,
            metrics_listen: serve.metrics_listen,
            role: serve.role,
            issuers: serve.issuers,
            outbound: serve.outbound,
            watched: serve.watched.checked()?,
        },
        |address| {
            println!(
                "Throughcare answers on http://{address}  (documentation: http://{address}/swagger-ui/)"
            );
        },
    )
    .await
}

async fn migrate(place: &Place) -> Result<()> {
    let database = Database::open(place, "serve").await?;
    let store = database.migrated_store().await?;
    let check = store.check().await?;
    println!(
        "Tables and code lists are up to date. The log holds {} events.",
        check.head.position
    );
    store.close().await;
    database.close().await
}
