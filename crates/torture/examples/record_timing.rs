//! Can whoever asks for a record by its id tell one that they may not see from one that is not there?
//!
//! `cargo run --release -p torture --example record_timing -- [--samples 20000] [--at-once 4]`
//!
//! Two organisations with people of their own; the one asks in random order for its own (the control), for those of the
//! other (hidden) and for ids that are nobody's (a miss). Prints Welch's t of how long hidden and miss took, fails when
//! they can be told apart, or when status or body differ.

use anyhow::{Context as _, Result, bail, ensure};
use clap::Parser;
use reqwest::Client;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use throughcare_http::token::Role;
use torture::rng::{RngExt as _, dice};
use torture::timing::{Apart, TOLD_APART};
use torture::{Cluster, Process, Program, Scale};
use uuid::Uuid;

/// People of each organisation.
const PEOPLE: usize = 200;

#[derive(Parser)]
struct Cli {
    /// Questions in all
    #[arg(long, default_value_t = 20_000)]
    samples: usize,
    /// Questions under way at one time
    #[arg(long, default_value_t = 4)]
    at_once: usize,
    /// Where chance begins
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Own,
    Hidden,
    Miss,
}

struct Taken {
    sort: Sort,
    micros: f64,
    status: u16,
    code: Value,
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let (cluster, program) = (Cluster::start(Scale::Long).await?, Program::build().await?);
    let database = cluster.database().await?;
    let process = program.start_on(&database, "all").await?;
    let first = [
        "admin",
        "begin",
        "--organisation",
        "partnership",
        "--name",
        "Partnership",
    ];
    let whom = ["--client", "administration", "--user", "administrator"];
    let (begun, said) = program.run(&[&first[..], &whom[..]].concat(), &database).await?;
    ensure!(begun, "nobody administers: {said}");

    let mut dice = dice(cli.seed, 0);
    let administrator = program.token("administration", "partnership", Role::Administrator);
    let mut sides = Vec::new();
    for organisation in ["own", "other"] {
        let token = program.token("records", organisation, Role::Worker);
        let opened = json!({ "organisation": organisation, "name": organisation });
        record(
            &process,
            &administrator,
            "/v1/organisations",
            dice.random(),
            &opened,
        )
        .await?;
        let registered = json!({ "client": "records", "sector": "treatment", "roles": ["worker"] });
        let clients = format!("/v1/organisations/{organisation}/clients");
        record(&process, &administrator, &clients, dice.random(), &registered).await?;
        let mut people = Vec::new();
        for _ in 0..PEOPLE {
            let person = json!({
                "demographics": { "names": { "given": "Robin", "family": "Ashdown" }, "dateOfBirth": "1988-04-17" },
            });
            let answer = record(&process, &token, "/v1/people", dice.random(), &person).await?;
            let id = answer["personId"].as_str().context("no person was opened")?;
            people.push(id.parse::<Uuid>()?);
        }
        sides.push((token, people));
    }
    let (token, own) = &sides[0];
    let questions: Vec<(Sort, Uuid)> = (0..cli.samples)
        .map(|_| match dice.random_range(0..5) {
            0 => (Sort::Own, own[dice.random_range(0..PEOPLE)]),
            1 | 2 => (Sort::Hidden, sides[1].1[dice.random_range(0..PEOPLE)]),
            // As ids are made: what differs must be that nobody has it.
            _ => (Sort::Miss, Uuid::from_u128(dice.random())),
        })
        .collect();
    println!("{} questions, {} at once", questions.len(), cli.at_once);
    judged(&asked(questions, token, &process, cli.at_once).await?)
}

async fn record(process: &Process, token: &str, path: &str, key: u128, body: &Value) -> Result<Value> {
    let http = Client::builder().no_proxy().build()?;
    let request = http
        .post(format!("{}{path}", process.address()))
        .bearer_auth(token)
        .header("idempotency-key", Uuid::from_u128(key).to_string());
    let response = request.json(body).send().await?;
    let status = response.status();
    let text = response.text().await?;
    ensure!(status == 201, "{path} was answered {status}: {text}");
    Ok(serde_json::from_str(&text)?)
}

async fn asked(
    questions: Vec<(Sort, Uuid)>,
    token: &str,
    process: &Process,
    at_once: usize,
) -> Result<Vec<Taken>> {
    let (questions, next) = (Arc::new(questions), Arc::new(AtomicUsize::new(0)));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..at_once.max(1) {
        let (questions, next) = (Arc::clone(&questions), Arc::clone(&next));
        let (address, token) = (process.address().to_owned(), token.to_owned());
        tasks.spawn(async move {
            let http = Client::builder().no_proxy().build()?;
            let mut taken = Vec::new();
            while let Some((sort, id)) = questions.get(next.fetch_add(1, Ordering::Relaxed)) {
                let request = http
                    .get(format!("{address}/v1/people/{id}"))
                    .bearer_auth(&token)
                    .build()?;
                let begun = Instant::now();
                let response = http.execute(request).await?;
                let (status, text) = (response.status().as_u16(), response.text().await?);
                let micros = begun.elapsed().as_secs_f64() * 1e6;
                let body: Value = serde_json::from_str(&text)?;
                taken.push(Taken {
                    sort: *sort,
                    micros,
                    status,
                    code: body["errorCode"].clone(),
                });
            }
            anyhow::Ok(taken)
        });
    }
    let mut all = Vec::new();
    while let Some(done) = tasks.join_next().await {
        all.extend(done??);
    }
    Ok(all)
}

fn judged(taken: &[Taken]) -> Result<()> {
    let of = |sort| taken.iter().filter(move |one| one.sort == sort);
    let times = |sort| {
        let mut times: Vec<f64> = of(sort).map(|one| one.micros).collect();
        times.sort_by(f64::total_cmp);
        times
    };
    for sort in [Sort::Own, Sort::Hidden, Sort::Miss] {
        let times = times(sort);
        ensure!(times.len() > 10, "too few questions of the sort {sort:?}");
        let at = |percent: usize| times[(times.len() - 1) * percent / 100] / 1e3;
        println!(
            "{:<7} {:>6} questions: median {:.3} ms, p90 {:.3} ms, p99 {:.3} ms",
            format!("{sort:?}"),
            times.len(),
            at(50),
            at(90),
            at(99)
        );
    }
    let apart = Apart::of(&times(Sort::Hidden), &times(Sort::Miss));
    println!(
        "hidden against miss: t = {:.2}; of the fastest nine tenths: t = {:.2} (told apart beyond {TOLD_APART})",
        apart.all, apart.fast
    );
    let shown = |one: &Taken| one.status == 200;
    ensure!(
        of(Sort::Own).all(shown),
        "the control: one's own people are shown"
    );
    let odd = of(Sort::Hidden).chain(of(Sort::Miss));
    let odd = odd
        .filter(|one| one.status != 404 || one.code != "not_found")
        .count();
    ensure!(odd == 0, "{odd} of hidden and miss were answered in another way");
    if apart.is_told() {
        bail!("hidden and miss can be told apart by time");
    }
    Ok(())
}
