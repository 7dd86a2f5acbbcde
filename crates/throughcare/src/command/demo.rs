//! `demo`: a synthetic county, ready-made tokens, and lines worth trying.

use crate::cli::{Demo, NodeRole};
use crate::county;
use crate::database::{Database, data_dir};
use crate::members::{self, Acting};
use crate::node;
use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use throughcare_app::{App, AppError, Clock as _, SystemClock};
use throughcare_county::Plan;
use throughcare_domain::code::ServiceCode;
use throughcare_domain::event;
use throughcare_domain::fact::Sector;
use throughcare_domain::rows::RowKind;
use throughcare_domain::when::london_date;
use throughcare_http::token::{DemoIssuer, Grant, Role};
use throughcare_store::projection::{ListOrder, ListQuery};
use uuid::Uuid;

const ISSUER: &str = "throughcare-demo";
const AUDIENCE: &str = "throughcare";
/// How long the demo's tokens are good; a restart prints new ones.
const TOKENS_LAST: Duration = Duration::from_secs(24 * 60 * 60);

/// Whose tokens the demo prints: a community worker, a prison liaison system, an auditor, an administrator.
const WHO: &[Acting<'_>] = &[
    Acting {
        organisation: ("northshire-recovery", "Northshire Recovery"),
        client: "northshire-recovery-records",
        sector: Sector::Treatment,
        user: Some("northshire-community-worker-01"),
        role: event::Role::Worker,
    },
    Acting {
        organisation: ("county-liaison", "County Liaison"),
        client: "prison-movements",
        sector: Sector::Prison,
        user: None,
        role: event::Role::Liaison,
    },
    Acting {
        organisation: ("county-audit", "County Audit"),
        client: "county-audit-desk",
        sector: Sector::Oversight,
        user: Some("county-auditor-01"),
        role: event::Role::Auditor,
    },
    Acting {
        organisation: ("northshire-partnership", "Northshire Partnership"),
        client: "county-administration",
        sector: Sector::Oversight,
        user: Some("county-administrator-01"),
        role: event::Role::Administrator,
    },
    Acting {
        organisation: ("county-hospital", "County Hospital"),
        client: "county-hospital-records",
        sector: Sector::Treatment,
        user: Some("county-clinician-01"),
        role: event::Role::Clinician,
    },
    Acting {
        organisation: ("county-hospital", "County Hospital"),
        client: "county-hospital-desk",
        sector: Sector::Treatment,
        user: Some("county-officer-01"),
        role: event::Role::PrivacyOfficer,
    },
];

/// Which county this directory holds, so that a demo that was stopped goes on, and a finished one starts at once.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Marker {
    seed: u64,
    people: u32,
    years: u8,
    until: Date,
    finished: Option<Shown>,
}

/// What the printed lines show.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    in_treatment: Option<Uuid>,
    open_referral: Option<Uuid>,
}

/// How often each of those who act in the demo is granted what they need, while the database is too busy.
const TRIES: usize = 20;
/// How long between two tries.
const BETWEEN_TRIES: std::time::Duration = std::time::Duration::from_millis(500);

/// Makes the county if need be, then serves it.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn run(demo: Demo) -> Result<()> {
    let directory = data_dir(&demo.place, "demo");
    let database = Database::open(&demo.place, "demo").await?;
    let store = database.migrated_store().await?;
    let app = node::app(store).await?;
    std::fs::create_dir_all(&directory).with_context(|| format!("{} cannot be made", directory.display()))?;
    let shown = prepare(&app, &demo, &directory.join("demo.json")).await?;
    for one in WHO {
        granted(&app, *one).await?;
    }
    let issuer = issuer(&directory)?;
    let issuers = vec![issuer.config()];
    node::run(
        database,
        app,
        node::Serving {
            listen: demo.listen,
            metrics_listen: demo.metrics_listen,
            role: NodeRole::All,
            issuers,
            outbound: demo.outbound.clone(),
            watched: demo.watched.clone().checked()?,
        },
        |address| introduce(address, &issuer, &shown),
    )
    .await
}

/// Grants what is missing. On a busy machine a new connection can take longer than a request would wait for one; nobody
/// waits here but whoever started the demo.
async fn granted(app: &App, one: members::Acting<'_>) -> Result<()> {
    for _ in 1..TRIES {
        match members::ensure(app, one).await {
            Err(error) if matches!(error.downcast_ref(), Some(AppError::Unavailable(_))) => {
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
            done => return done,
        }
    }
    members::ensure(app, one).await
}

async fn prepare(app: &App, demo: &Demo, file: &Path) -> Result<Shown> {
    let mut marker = match std::fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| {
            format!(
                "{} cannot be read; remove the demo's directory and start again",
                file.display()
            )
        })?,
        Err(_) if app.store().head().await?.position > 0 => {
            bail!("this database holds records already; give the demo a --data-dir or database of its own")
        }
        Err(_) => Marker {
            seed: demo.seed,
            people: demo.people,
            years: demo.years,
            until: london_date(SystemClock.now()),
            finished: None,
        },
    };
    if let Some(shown) = &marker.finished {
        println!(
            "The county of {} people up to {} is already here.",
            marker.people, marker.until
        );
        county::catch_up(app, app.store().head().await?.position).await?;
        let open_referral = waiting_referral(app, marker.until).await?.or(shown.open_referral);
        return Ok(Shown {
            open_referral,
            ..shown.clone()
        });
    }
    write(file, &marker)?;
    println!(
        "Making a county of {} people over {} years (all invented) …",
        marker.people, marker.years
    );
    let started = std::time::Instant::now();
    let from = marker
        .until
        .saturating_sub(jiff::Span::new().years(i64::from(marker.years)));
    let plan = Plan {
        seed: marker.seed,
        people: marker.people,
        from,
        until: marker.until,
    };
    let county = county::make(app, plan).await?;
    county::load(app, &county).await?;
    let handful = &county.shown;
    let shown = Shown {
        in_treatment: handful.in_treatment.map(|person| person.0),
        open_referral: handful.open_referral.map(|referral| referral.0),
    };
    marker.finished = Some(shown.clone());
    write(file, &marker)?;
    println!(
        "{} people, {} events, all recorded through the same rules as the API, in {:.0} s.",
        marker.people,
        county.events(),
        started.elapsed().as_secs_f64()
    );
    Ok(shown)
}

/// A referral that still waits: whoever tried the lines before has accepted the first one.
async fn waiting_referral(app: &App, day: Date) -> Result<Option<Uuid>> {
    let query = ListQuery {
        kind: RowKind::ReferralToActOn,
        service: Some(ServiceCode::parse("northshire-community")?),
        organisation: None,
        prison: None,
        area: None,
        key_worker: None,
        on: Some(day),
        opened_from: None,
        opened_to: None,
        known_at: None,
        order: ListOrder::default(),
        after: None,
        limit: 1,
        marked: None,
    };
    Ok(app
        .store()
        .list(&throughcare_store::Reach::EVERYBODY, &query)
        .await?
        .rows
        .first()
        .map(|listed| listed.row.id))
}

fn write(file: &Path, marker: &Marker) -> Result<()> {
    let part = PathBuf::from(format!("{}.part", file.display()));
    std::fs::write(&part, serde_json::to_vec_pretty(marker)?)?;
    Ok(std::fs::rename(part, file)?)
}

fn issuer(directory: &Path) -> Result<DemoIssuer> {
    let mut random = [0; 32];
    aws_lc_rs::rand::fill(&mut random).context("no random numbers")?;
    let file = directory.join("demo-token-key.txt");
    DemoIssuer::load_or_create(&file, ISSUER, AUDIENCE, &random)
        .with_context(|| format!("the demo's token key {} cannot be used", file.display()))
}

fn introduce(address: SocketAddr, issuer: &DemoIssuer, shown: &Shown) {
    let now = SystemClock.now();
    let token = |who: &Acting<'_>, role: Role| {
        let grant = Grant {
            client_id: who.client.to_owned(),
            user_name: who.user.map(str::to_owned),
            organisation: who.organisation.0.to_owned(),
            role,
            scopes: vec!["read".to_owned(), "write".to_owned()],
            lifetime: TOKENS_LAST,
        };
        issuer.token(&grant, now)
    };
    let roles = [
        Role::Worker,
        Role::Liaison,
        Role::Auditor,
        Role::Administrator,
        Role::Clinician,
        Role::PrivacyOfficer,
    ];
    let mut tokens = WHO.iter().zip(roles).map(|(who, role)| token(who, role));
    let mut next = || tokens.next().unwrap_or_default();
    let (worker, prison, auditor, administrator) = (next(), next(), next(), next());
    let (clinician, officer) = (next(), next());
    let base = format!("http://{address}");
    let person = shown.in_treatment.unwrap_or_default();
    let referral = shown.open_referral.unwrap_or_default();
    println!(
        r#"
Throughcare answers on {base}   (documentation: {base}/swagger-ui/)

Tokens, good for 24 hours. Paste these lines into a shell:

# a community worker, a prison liaison system, an auditor
export WORKER={worker}
export PRISON={prison}
export AUDITOR={auditor}
# and, for opening organisations and services of your own, an administrator
export ADMINISTRATOR={administrator}
# a clinician of a hospital that knows nobody here, and its privacy officer
export CLINICIAN={clinician}
export OFFICER={officer}

Worth trying:

# 1. Who left prison for Northshire in the last 21 days, and has nobody picked up yet?
curl -s -H "Authorization: Bearer $WORKER" "{base}/v1/continuity/releases?service=northshire-community&state=due"

# 2. One person: where they are, in what treatment, and whether care continued
curl -s -H "Authorization: Bearer $WORKER" "{base}/v1/people/{person}"

# 3. Take on a referral that waits
curl -s -X POST -H "Authorization: Bearer $WORKER" -H "Content-Type: application/json" -d '{{}}' "{base}/v1/referrals/{referral}/acceptance"

# 4. A prison's system tells of a release, by prisoner number; sent twice, recorded once
curl -s -X POST -H "Authorization: Bearer $PRISON" -H "Idempotency-Key: 0190b5a8-7c1e-7d2a-9f3b-1c2d3e4f5a6b" -H "Content-Type: application/json" -d '{{"prisonerNumber":"A1234BC","movement":{{"movementType":"REL","reasonCode":"CR","prison":"MDI"}}}}' "{base}/v1/custody-movements"

# 5. An auditor counts: of those released to Northshire with a need, how many were picked up in 21 days?
curl -s -H "Authorization: Bearer $AUDITOR" "{base}/v1/continuity/summary?residence=X10000001"

# 6. A clinician looks in an emergency, at medicines, overdose risk, naloxone and whom to ring; everybody in care is told
curl -s -X POST -H "Authorization: Bearer $CLINICIAN" -H "Content-Type: application/json" -d '{{"personId":"{person}","reason":"unconscious","note":"Brought in and not waking."}}' "{base}/v1/break-glass"

Stop with Ctrl-C; the next start goes on from here.
"#
    );
}
