//! `subject-access`: a person's own copy as a file, where no server is reached; the same code as the endpoint's, and on
//! record as a look before the file is written.
//!
//! Whoever has the database and its keys could read them by other means: the name they give is believed, when it is that
//! of a privacy officer of the organisation.

use crate::cli::SubjectAccess;
use crate::database::Database;
use crate::node;
use anyhow::{Context as _, Result, bail};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use throughcare_app::{App, AppError, Caller, Standing};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::{Actor, Role};
use throughcare_domain::id::{EventId, PersonId};
use throughcare_domain::view::subject_access::{BEFORE_YOU_GIVE_IT, LeaveOut};
use throughcare_domain::when::london_date;
use throughcare_http::api::{CopyForm, written_copy};

/// The client under which the look stands in the access log.
const CLIENT: &str = "throughcare subject-access";
/// What is said to have been asked.
const ASKED: &str = "COMMAND subject-access";
/// Entries left out by name, as over HTTP.
const MOST_WITHHELD: usize = 100;
/// The file's mode: its owner reads and writes it.
const OWNER_ALONE: u32 = 0o600;

/// Writes the copy.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn run(asked: SubjectAccess) -> Result<()> {
    if asked.withhold.len() > MOST_WITHHELD {
        bail!(
            "{MOST_WITHHELD} entries at most can be left out by name; --withhold-marked leaves out all that are marked"
        );
    }
    if asked.out.exists() {
        bail!(
            "{} is there already and is not written over: name another file",
            asked.out.display()
        );
    }
    let organisation = OrganisationCode::parse(&asked.organisation)
        .with_context(|| format!("{:?} is no code of an organisation", asked.organisation))?;
    let database = Database::open(&asked.place, "serve").await?;
    let app = node::app(database.migrated_store().await?).await?;
    let done = write(&app, &asked, organisation).await;
    app.store().close().await;
    database.close().await?;
    done
}

async fn write(app: &App, asked: &SubjectAccess, organisation: OrganisationCode) -> Result<()> {
    let directory = app.directory().await?;
    let today = london_date(app.clock().now());
    let roster = directory.roster(&organisation);
    if roster
        .and_then(|roster| roster.acts(&asked.user, Role::PrivacyOfficer, today))
        .is_none()
    {
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
    let leave = LeaveOut {
        notes: asked.withhold_notes,
        marked: asked.withhold_marked,
        entries: asked.withhold.iter().copied().map(EventId).collect(),
    };
    let read = match app.subject_access(&caller, PersonId(asked.person), &leave).await {
        Ok(read) => read,
        Err(AppError::NotFound) => bail!(
            "there is no record {}, or {} holds nothing of it",
            asked.person,
            caller.organisation()
        ),
        Err(AppError::Sealed { ask }) => {
            bail!("there may be information that you cannot see: ask the privacy officer of {ask}")
        }
        Err(error) => return Err(error.into()),
    };
    let entries = read.copy.entries.len();
    let form = match asked.html {
        true => CopyForm::Page,
        false => CopyForm::Json,
    };
    let reference = app.reference().await;
    let text = written_copy(read, &asked.organisation, &reference, form);
    // On disk before anything is shown: nobody looks unseen.
    app.record_looks(&caller, ASKED.to_owned(), app.ids().one())
        .await
        .context("the look cannot be recorded, so nothing is shown")?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(OWNER_ALONE)
        .open(&asked.out)
        .with_context(|| format!("{} cannot be written", asked.out.display()))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    println!("{}: {entries} entries.", asked.out.display());
    for before in BEFORE_YOU_GIVE_IT {
        println!("- {before}");
    }
    Ok(())
}
