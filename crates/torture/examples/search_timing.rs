//! Can whoever searches by identifier tell a person whom they may not see from one who is not there?
//!
//! `cargo run --release -p torture --example search_timing -- [--samples 20000] [--at-once 8]`
//!
//! Opens organisations with systems of their own on the real program, each with people of its own, and has every system
//! search for somebody of its own organisation (a hit), somebody of another (hidden) and nobody (a miss), in random
//! order. Each system searches 30 times, which is what its limit lets through at once. Prints Welch's t of how long
//! hidden and miss took: beyond 4.5 they can be told apart. Fails when they can, or when body or status differ.

use anyhow::{Context as _, Result, bail, ensure};
use clap::Parser;
use reqwest::Client;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use throughcare_http::token::Role;
use torture::rng::{RngExt as _, dice};
use torture::timing::{Apart, TOLD_APART};
use torture::{Cluster, Process, Program, Scale};
use uuid::Uuid;

/// Searches that one system may make at once.
const OF_EACH: usize = 30;
/// Systems that share their organisation's limit.
const SYSTEMS: usize = 10;
/// People of each organisation.
const PEOPLE: usize = 3;

#[derive(Parser)]
struct Cli {
    /// Searches in all
    #[arg(long, default_value_t = 20_000)]
    samples: usize,
    /// Searches under way at one time
    #[arg(long, default_value_t = 8)]
    at_once: usize,
    /// Where chance begins
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Hit,
    Hidden,
    Miss,
}

struct Sample {
    sort: Sort,
    token: Arc<str>,
    nhs_number: String,
}

struct Taken {
    sort: Sort,
    micros: f64,
    status: u16,
    body: String,
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

    println!("opening organisations");
    let samples = arranged(&cli, &program, &process).await?;
    println!("{} searches, {} at once", samples.len(), cli.at_once);
    let taken = searched(samples, &process, cli.at_once).await?;
    judged(&taken)
}

/// Everything set up, and the searches in random order.
async fn arranged(cli: &Cli, program: &Program, process: &Process) -> Result<Vec<Sample>> {
    let http = Client::builder().no_proxy().build()?;
    let mut dice = dice(cli.seed, 0);
    let mut key = || Uuid::from_u128(dice.random());
    let administrator = program.token("administration", "partnership", Role::Administrator);
    // Two more than are needed, so that somebody else's people are always there.
    let organisations = cli.samples.div_ceil(OF_EACH * SYSTEMS) + 2;
    let mut numbers = (0..1_000_000).filter_map(nhs_number);
    let (mut tokens, mut people) = (Vec::new(), Vec::new());
    for number in 0..organisations {
        let organisation = format!("service-{number}");
        let opened = json!({ "organisation": organisation, "name": organisation });
        record(
            &http,
            process,
            &administrator,
            "/v1/organisations",
            key(),
            &opened,
        )
        .await?;
        let mut own: Vec<Arc<str>> = Vec::new();
        for system in 0..SYSTEMS {
            let client = format!("system-{number}-{system}");
            let path = format!("/v1/organisations/{organisation}/clients");
            let registered = json!({ "client": client, "sector": "treatment", "roles": ["worker"] });
            record(&http, process, &administrator, &path, key(), &registered).await?;
            own.push(Arc::from(program.token(&client, &organisation, Role::Worker)));
        }
        let mut theirs: Vec<String> = Vec::new();
        for _ in 0..PEOPLE {
            let nhs_number = numbers.next().context("no NHS number is left")?;
            let person = json!({
                "demographics": { "names": { "given": "Robin", "family": "Ashdown" }, "dateOfBirth": "1988-04-17" },
                "identifiers": [{ "kind": "nhs_number", "value": nhs_number }],
            });
            record(&http, process, &own[0], "/v1/people", key(), &person).await?;
            theirs.push(nhs_number);
        }
        tokens.push(own);
        people.push(theirs);
    }
    let mut samples = Vec::new();
    for (number, own) in tokens.iter().enumerate() {
        for (token, one) in own.iter().zip((0..PEOPLE).cycle()) {
            for turn in 0..OF_EACH {
                let other = (number + 1 + dice.random_range(0..organisations - 1)) % organisations;
                let (sort, nhs_number) = match turn % 3 {
                    0 => (Sort::Hit, people[number][one].clone()),
                    1 => (Sort::Hidden, people[other][one].clone()),
                    _ => (Sort::Miss, numbers.next().context("no NHS number is left")?),
                };
                samples.push(Sample {
                    sort,
                    token: Arc::clone(token),
                    nhs_number,
                });
            }
        }
    }
    for at in (1..samples.len()).rev() {
        samples.swap(at, dice.random_range(0..=at));
    }
    samples.truncate(cli.samples);
    Ok(samples)
}

async fn record(
    http: &Client,
    process: &Process,
    token: &str,
    path: &str,
    key: Uuid,
    body: &Value,
) -> Result<()> {
    let request = http
        .post(format!("{}{path}", process.address()))
        .bearer_auth(token)
        .header("idempotency-key", key.to_string());
    let response = request.json(body).send().await?;
    let status = response.status();
    ensure!(
        status == 201,
        "{path} was answered {status}: {}",
        response.text().await?
    );
    Ok(())
}

async fn searched(samples: Vec<Sample>, process: &Process, at_once: usize) -> Result<Vec<Taken>> {
    let address = format!("{}/v1/people/search", process.address());
    let (samples, next) = (Arc::new(samples), Arc::new(AtomicUsize::new(0)));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..at_once.max(1) {
        let (samples, next, address) = (Arc::clone(&samples), Arc::clone(&next), address.clone());
        tasks.spawn(async move {
            let http = Client::builder()
                .no_proxy()
                .timeout(Duration::from_secs(30))
                .build()?;
            let mut taken = Vec::new();
            while let Some(sample) = samples.get(next.fetch_add(1, Ordering::Relaxed)) {
                let asked = json!({ "identifier": { "kind": "nhs_number", "value": sample.nhs_number } });
                let request = http
                    .post(&address)
                    .bearer_auth(&sample.token)
                    .json(&asked)
                    .build()?;
                let begun = Instant::now();
                let response = http.execute(request).await?;
                let (status, body) = (response.status().as_u16(), response.text().await?);
                taken.push(Taken {
                    sort: sample.sort,
                    micros: begun.elapsed().as_secs_f64() * 1e6,
                    status,
                    body,
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
    for sort in [Sort::Hit, Sort::Hidden, Sort::Miss] {
        let times = times(sort);
        ensure!(times.len() > 10, "too few searches of the sort {sort:?}");
        let at = |percent: usize| times[(times.len() - 1) * percent / 100] / 1e3;
        println!(
            "{:<7} {:>6} searches: median {:.3} ms, p90 {:.3} ms, p99 {:.3} ms",
            format!("{sort:?}"),
            times.len(),
            at(50),
            at(90),
            at(99)
        );
    }
    let (hidden, miss) = (times(Sort::Hidden), times(Sort::Miss));
    let apart = Apart::of(&hidden, &miss);
    println!(
        "hidden against miss: t = {:.2}; of the fastest nine tenths: t = {:.2} (told apart beyond {TOLD_APART})",
        apart.all, apart.fast
    );
    let odd = of(Sort::Hidden).chain(of(Sort::Miss));
    let odd = odd
        .filter(|one| one.status != 200 || one.body != "{\"data\":[]}")
        .count();
    let hits = of(Sort::Hit)
        .filter(|one| one.status == 200 && one.body.contains("personId"))
        .count();
    println!(
        "hidden and miss: {odd} answers other than the empty one; the control: {hits} of {} hits",
        of(Sort::Hit).count()
    );
    ensure!(odd == 0, "hidden and miss differ in body or status");
    ensure!(
        hits == of(Sort::Hit).count(),
        "some of one's own people were not found"
    );
    if apart.is_told() {
        bail!("hidden and miss can be told apart by time");
    }
    Ok(())
}

/// 999, six digits and the check digit (modulus 11); some numbers have none.
fn nhs_number(number: u32) -> Option<String> {
    let digits = format!("999{number:06}");
    let weighed = digits
        .bytes()
        .zip((2..=10).rev())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight);
    match 11 - weighed.sum::<u32>() % 11 {
        10 => None,
        check => Some(format!("{digits}{}", check % 11)),
    }
}
