//! `national-return`: what an organisation sends to the national statistics, as files. The looks at people are on record
//! before the files get their names, and what was sent is remembered before.
//!
//! Whoever has the database and its keys could read it by other means: the name they give is believed, when it is that of
//! a privacy officer of the organisation.

use crate::cli::NationalReturn;
use crate::database::Database;
use crate::node;
use crate::returning::{About, Counts, Files};
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;
use throughcare_app::national::ReturnAsked;
use throughcare_app::{App, Caller, Standing};
use throughcare_domain::code::{OrganisationCode, ServiceCode};
use throughcare_domain::event::{Actor, Role};
use throughcare_domain::national_return::{Month, Version};
use throughcare_domain::when::london_date;

/// The client under which the looks stand in the access log.
const CLIENT: &str = "throughcare national-return";
/// What is said to have been asked.
const ASKED: &str = "COMMAND national-return";
/// How often it says how far it is, in records.
const SAY_AFTER: usize = 5_000;
/// Longest national code of a service.
const LONGEST_AGENCY: usize = 12;

/// Writes the return.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn run(asked: NationalReturn) -> Result<()> {
    let organisation = OrganisationCode::parse(&asked.organisation)
        .with_context(|| format!("{:?} is no code of an organisation", asked.organisation))?;
    let wanted = wanted(&asked)?;
    let database = Database::open(&asked.place, "serve").await?;
    let app = node::app(database.migrated_store().await?).await?;
    let done = write(&app, &asked, organisation, wanted).await;
    app.store().close().await;
    database.close().await?;
    done
}

fn wanted(asked: &NationalReturn) -> Result<ReturnAsked> {
    let month = Month::parse(&asked.month)
        .with_context(|| format!("{:?} is no month: write it like 2026-06", asked.month))?;
    let version = match &asked.version {
        None => None,
        Some(id) => {
            let known: Vec<_> = Version::all().iter().map(|version| version.id.as_str()).collect();
            let found = Version::find(id);
            Some(found.with_context(|| format!("there is no version {id:?}, only {}", known.join(", ")))?)
        }
    };
    let mut agencies = BTreeMap::new();
    for pair in &asked.agencies {
        let read = pair.split_once('=').and_then(|(service, code)| {
            let sound = (1..=LONGEST_AGENCY).contains(&code.len())
                && code.chars().all(|one| one.is_ascii_alphanumeric());
            Some((ServiceCode::parse(service).ok()?, sound.then(|| code.to_owned())?))
        });
        let (service, code) = read.with_context(|| format!("{pair:?} is not like my-service=N0852"))?;
        agencies.insert(service, code);
    }
    Ok(ReturnAsked {
        month,
        version,
        agencies,
    })
}

async fn write(
    app: &App,
    asked: &NationalReturn,
    organisation: OrganisationCode,
    wanted: ReturnAsked,
) -> Result<()> {
    let directory = app.directory().await?;
    let today = london_date(app.clock().now());
    let acts = directory
        .roster(&organisation)
        .and_then(|roster| roster.acts(&asked.user, Role::PrivacyOfficer, today));
    if acts.is_none() {
        bail!(
            "{} is no privacy officer of {organisation}: `throughcare admin member list {organisation}` names its members",
            asked.user
        );
    }
    let caller = Caller {
        actor: Actor {
            client: CLIENT.to_owned(),
            user: Some(asked.user.clone()),
            organisation,
            role: Role::PrivacyOfficer,
        },
        on_behalf_of: None,
        purpose: None,
        looks: Default::default(),
        standing: Standing::Trusted,
    };
    let (month, correlation) = (wanted.month, app.ids().one());
    let mut returning = app.national_return(&caller, wanted).await?;
    let about = About::of(&returning);
    let mut files = Files::begin(&asked.out, about.version)?;
    let (mut counts, mut records, mut said) = (Counts::default(), 0, 0);
    while let Some((read, people)) = returning.next().await? {
        app.record_looks(&caller, ASKED.to_owned(), correlation)
            .await
            .context("the looks cannot be recorded, so nothing is written")?;
        for told in &people {
            counts.add(told);
            files.tell(told)?;
        }
        records += read;
        if records >= said + SAY_AFTER {
            said = records;
            eprintln!("{records} records gone through, {} rows.", counts.rows());
        }
    }
    let returned = returning.end();
    counts.end(&returned);
    let report = counts.report(&asked.organisation, month, &about);
    let whole = files.end(&returned, &report)?;
    if !asked.dry_run {
        returned.remember().await?;
    }
    whole.finish()?;
    println!(
        "{}: {} rows about {} people, {} deletions; {} episodes would be rejected (would-be-rejected.csv says why).",
        asked.out.display(),
        counts.rows(),
        counts.people,
        counts.deleted,
        counts.rejected()
    );
    match asked.dry_run {
        true => println!("Nothing is remembered of it: do not send these files."),
        false => println!("It is remembered as sent: the next return says what has changed since."),
    }
    Ok(())
}
