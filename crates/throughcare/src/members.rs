//! Who acts for an organisation, said by whoever has the database and its keys: how the first administrator comes into
//! being, and how the demo's tokens come to count.

use anyhow::{Context as _, Result, bail};
use throughcare_app::{Answer, App, AppError, Caller, Request, Standing};
use throughcare_domain::code::{ClientName, OrganisationCode, UserName};
use throughcare_domain::decide::{MemberCommand, OrganisationCommand};
use throughcare_domain::event::{Actor, Role};
use throughcare_domain::fact::Sector;
use throughcare_domain::when::{Occurred, london_date};

/// The client under which the program itself records.
const CLIENT: &str = "throughcare";

/// Somebody, or a system by itself, who is to act for an organisation.
#[derive(Clone, Copy, Debug)]
pub struct Acting<'a> {
    /// For which organisation, with its name should it have to be registered.
    pub organisation: (&'a str, &'a str),
    /// Through which system.
    pub client: &'a str,
    /// What the system is for.
    pub sector: Sector,
    /// Who; nobody for a system by itself.
    pub user: Option<&'a str>,
    /// In which role.
    pub role: Role,
}

/// Registers and grants whatever of it is missing.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn ensure(app: &App, acting: Acting<'_>) -> Result<()> {
    let (code, name) = acting.organisation;
    let organisation =
        OrganisationCode::parse(code).with_context(|| format!("{code:?} is no code of an organisation"))?;
    if app.directory().await?.organisation(&organisation).is_none() {
        let command = OrganisationCommand::Register {
            organisation: organisation.clone(),
            name: name.to_owned(),
        };
        administer(app, command).await?;
    }
    let directory = app.directory().await?;
    let roster = directory.roster(&organisation);
    if roster
        .and_then(|roster| roster.asks(acting.client, acting.role))
        .is_none()
    {
        let command = MemberCommand::RegisterClient {
            client: client(acting.client)?,
            sector: acting.sector,
            roles: vec![acting.role],
            services: Vec::new(),
        };
        say(app, &organisation, command).await?;
    }
    let Some(named) = acting.user else { return Ok(()) };
    let today = london_date(app.clock().now());
    if roster
        .and_then(|roster| roster.acts(named, acting.role, today))
        .is_none()
    {
        let command = MemberCommand::Grant {
            user: user(named)?,
            role: acting.role,
            from: None,
            until: None,
        };
        say(app, &organisation, command).await?;
    }
    Ok(())
}

/// Reads a system's name.
///
/// # Errors
/// With a sentence that says what it may hold.
pub fn client(text: &str) -> Result<ClientName> {
    ClientName::parse(text).with_context(|| format!("{text:?} is no name of a system"))
}

/// Reads a user name.
///
/// # Errors
/// With a sentence that says what it may hold.
pub fn user(text: &str) -> Result<UserName> {
    UserName::parse(text).with_context(|| format!("{text:?} is no user name"))
}

/// Says who acts for an organisation.
///
/// # Errors
/// With every fault.
pub async fn say(app: &App, organisation: &OrganisationCode, command: MemberCommand) -> Result<Answer> {
    let organisation = organisation.clone();
    administer(
        app,
        OrganisationCommand::Members {
            organisation,
            command,
        },
    )
    .await
}

/// Records something about an organisation as the program itself, by the same decisions as the API.
///
/// # Errors
/// With every fault.
pub async fn administer(app: &App, command: OrganisationCommand) -> Result<Answer> {
    let now = app.clock().now();
    let request = Request {
        caller: Caller {
            actor: Actor {
                client: CLIENT.to_owned(),
                user: None,
                organisation: command.organisation().clone(),
                role: Role::Administrator,
            },
            on_behalf_of: None,
            purpose: None,
            looks: Default::default(),
            standing: Standing::Trusted,
        },
        correlation: app.ids().one(),
        received_at: now,
        key: None,
        if_match: None,
        source: None,
        import: None,
    };
    match app.administer(Occurred::At(now), command, request).await {
        Ok(answer) => Ok(answer),
        Err(AppError::Refused(faults)) => {
            let told: Vec<String> = faults.into_iter().map(|fault| fault.detail).collect();
            bail!("{}", told.join(" "))
        }
        Err(error) => Err(error.into()),
    }
}
