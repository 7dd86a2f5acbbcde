//! How fast are rows imported, beside the same referrals posted one by one?
//!
//! `cargo run --release -p torture --example import_rate -- [--rows 100000]`
//!
//! One system sends all rows in parts of 500, as `throughcare import` does: tried, recorded, and sent again. Before that
//! it posts some of the same kind one by one, from one client and from sixteen, and afterwards again, when as many people
//! are known as the rows brought. Prints rows a second and the ratios.

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use indicatif::ProgressBar;
use reqwest::Client;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use throughcare_http::token::Role;
use torture::rng::{RngExt as _, dice};
use torture::{Cluster, Process, Program, Scale};
use uuid::Uuid;

const PART: usize = 500;
const AT_ONCE: usize = 16;

/// Where the people begin that are posted one by one.
const OTHERS: usize = 10_000_000;

const STARTS: [&str; 20] = [
    "al", "be", "ca", "do", "el", "fra", "ga", "ha", "i", "jo", "ka", "le", "ma", "no", "o", "pe", "ro",
    "sa", "te", "wi",
];
const GIVEN_ENDS: [&str; 8] = ["bin", "den", "ine", "lie", "ma", "nna", "rtin", "son"];
const MIDDLES: [&str; 15] = [
    "ber", "dle", "ffer", "gan", "ken", "lling", "mmer", "nder", "pple", "rring", "sher", "tter", "ver",
    "wn", "xter",
];
const FAMILY_ENDS: [&str; 12] = [
    "by", "cott", "don", "field", "ford", "ham", "ley", "man", "ster", "ton", "well", "wood",
];

#[derive(Parser)]
struct Cli {
    /// Rows
    #[arg(long, default_value_t = 100_000)]
    rows: usize,
    /// Referrals posted one by one, to compare with
    #[arg(long, default_value_t = 4_000)]
    posted: usize,
}

/// Where referrals go, and for whom.
#[derive(Clone)]
struct Sender {
    http: Client,
    address: String,
    token: String,
}

impl Sender {
    async fn record(&self, path: &str, key: u128, body: &Value) -> Result<()> {
        let request = self
            .http
            .post(format!("{}{path}", self.address))
            .bearer_auth(&self.token);
        let request = request.header("idempotency-key", Uuid::from_u128(key).to_string());
        let response = request.json(body).send().await?;
        let status = response.status();
        ensure!(
            status == 201,
            "{path} was answered {status}: {}",
            response.text().await?
        );
        Ok(())
    }

    /// How many rows of a part came to this.
    async fn part(&self, query: &str, rows: String, outcome: &str) -> Result<u64> {
        let address = format!("{}/v1/imports?kind=referrals&system=old&{query}", self.address);
        let request = self.http.post(address).bearer_auth(&self.token);
        let response = request
            .header("content-type", "application/x-ndjson")
            .body(rows)
            .send()
            .await?;
        let status = response.status();
        let text = response.text().await?;
        ensure!(status == 200, "the part was answered {status}: {text}");
        let report: Value = serde_json::from_str(&text)?;
        report[outcome].as_u64().context("the answer is no report")
    }
}

/// Of a person as names and birthdays are spread in a county: 160 given names, 3,600 family names, 50 years.
fn referral(number: usize) -> Value {
    let mut dice = dice(7, number as u64);
    let mut syllables = |of: &[&[&str]]| -> String {
        let said: String = of
            .iter()
            .map(|some| some[dice.random_range(0..some.len())])
            .collect();
        let (first, rest) = said.split_at(1);
        first.to_uppercase() + rest
    };
    let given = syllables(&[&STARTS, &GIVEN_ENDS]);
    let family = syllables(&[&STARTS, &MIDDLES, &FAMILY_ENDS]);
    let born =
        jiff::civil::date(1955, 1, 1).saturating_add(jiff::Span::new().days(dice.random_range(0..18_250)));
    json!({
        "person": { "demographics": {
            "names": { "given": given, "family": family }, "dateOfBirth": born,
        }},
        "source": "self", "toService": "north-community", "occurred": "2026-01-05", "substances": ["1011"],
    })
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let (cluster, program) = (Cluster::start(Scale::Long).await?, Program::build().await?);
    let database = cluster.database().await?;
    let process = program.start_on(&database, "all").await?;
    let sender = set_up(&program, &database, &process).await?;

    let alone = posted(&sender, cli.posted / 4, 1, 0).await?;
    println!("posted one by one, by one client:      {alone:>7.0} a second");
    let many = posted(&sender, cli.posted, AT_ONCE, cli.posted).await?;
    println!("posted one by one, by {AT_ONCE} clients:      {many:>7.0} a second");
    for (what, query, outcome) in [
        ("tried", "dryRun=true", "accepted"),
        ("recorded", "dryRun=false", "accepted"),
        ("sent again", "dryRun=false", "replayed"),
    ] {
        let bar = ProgressBar::new(u64::try_from(cli.rows)?);
        let begun = Instant::now();
        for from in (0..cli.rows).step_by(PART) {
            let to = cli.rows.min(from + PART);
            let rows: String = (from..to)
                .map(|number| {
                    let mut row = referral(number);
                    row["reference"] = json!(format!("row-{number}"));
                    format!("{row}\n")
                })
                .collect();
            let done = sender.part(query, rows, outcome).await?;
            ensure!(
                done == u64::try_from(to - from)?,
                "{done} of {} rows were {outcome}",
                to - from
            );
            bar.inc(done);
        }
        bar.finish_and_clear();
        let rate = cli.rows as f64 / begun.elapsed().as_secs_f64();
        println!(
            "{} rows {what:<11}           {rate:>7.0} a second: {:.2} of one client's posts, {:.2} of {AT_ONCE} clients'",
            cli.rows,
            rate / alone,
            rate / many
        );
    }
    let later = posted(&sender, cli.posted, AT_ONCE, cli.posted * 2).await?;
    println!("posted by {AT_ONCE} clients, afterwards:      {later:>7.0} a second");
    Ok(())
}

async fn set_up(program: &Program, database: &torture::Database, process: &Process) -> Result<Sender> {
    let first = [
        "admin",
        "begin",
        "--organisation",
        "partnership",
        "--name",
        "Partnership",
    ];
    let whom = ["--client", "administration", "--user", "administrator"];
    let (begun, said) = program.run(&[&first[..], &whom[..]].concat(), database).await?;
    ensure!(begun, "nobody administers: {said}");
    let mut dice = dice(1, 0);
    let sender = |token| -> Result<Sender> {
        Ok(Sender {
            http: Client::builder().no_proxy().build()?,
            address: process.address().to_owned(),
            token,
        })
    };
    let administrator = sender(program.token("administration", "partnership", Role::Administrator))?;
    for (path, body) in [
        (
            "/v1/organisations",
            json!({ "organisation": "north", "name": "North" }),
        ),
        (
            "/v1/organisations/north/services",
            json!({
                "service": "north-community", "name": "North Community", "kind": "community", "areas": ["E08000021"],
                "occurred": "2020-01-01",
            }),
        ),
        (
            "/v1/organisations/north/clients",
            json!({ "client": "importer", "sector": "treatment", "roles": ["worker"] }),
        ),
    ] {
        administrator.record(path, dice.random(), &body).await?;
    }
    sender(program.token("importer", "north", Role::Worker))
}

/// Referrals a second, posted by some clients.
async fn posted(sender: &Sender, count: usize, clients: usize, from: usize) -> Result<f64> {
    let next = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..clients {
        let (sender, next) = (sender.clone(), Arc::clone(&next));
        tasks.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return anyhow::Ok(());
                }
                let key = u128::try_from(from + number)? + (1 << 100);
                sender
                    .record("/v1/referrals", key, &referral(OTHERS + from + number))
                    .await?;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(count as f64 / begun.elapsed().as_secs_f64())
}
