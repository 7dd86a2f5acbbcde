//! `admin`: organisations, the systems that ask for them, and their members, from where the database is.

use crate::cli::{AdminAction, ClientAction, MemberAction, OrganisationAction, Place};
use crate::database::Database;
use crate::members::{self, Acting, administer, say};
use crate::node;
use anyhow::{Context as _, Result};
use jiff::civil::Date;
use std::collections::BTreeSet;
use throughcare_app::{Answer, App};
use throughcare_domain::code::{OrganisationCode, ServiceCode};
use throughcare_domain::decide::{MemberCommand, OrganisationCommand};
use throughcare_domain::directory::Roster;
use throughcare_domain::event::Role;
use throughcare_domain::fact::Sector;
use throughcare_domain::id::{MemberId, RegistrationId};
use throughcare_domain::when::london_date;

/// Does what is asked.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn run(action: AdminAction) -> Result<()> {
    match action {
        AdminAction::Begin {
            organisation,
            name,
            client,
            user,
            place,
        } => {
            with(&place, async |app| {
                let acting = Acting {
                    organisation: (&organisation, &name),
                    client: &client,
                    sector: Sector::Oversight,
                    user: Some(&user),
                    role: Role::Administrator,
                };
                members::ensure(app, acting).await?;
                println!("{user} administers, through {client}, for {organisation}.");
                Ok(())
            })
            .await
        }
        AdminAction::Organisation { action } => organisations(action).await,
        AdminAction::Client { action } => clients(action).await,
        AdminAction::Member { action } => of_members(action).await,
    }
}

async fn with(place: &Place, work: impl AsyncFnOnce(&App) -> Result<()>) -> Result<()> {
    let database = Database::open(place, "serve").await?;
    let app = node::app(database.migrated_store().await?).await?;
    let done = work(&app).await;
    app.store().close().await;
    database.close().await?;
    done
}

async fn organisations(action: OrganisationAction) -> Result<()> {
    match action {
        OrganisationAction::Register {
            organisation,
            name,
            place,
        } => {
            let code = code(&organisation)?;
            with(&place, async |app| {
                let command = OrganisationCommand::Register {
                    organisation: code,
                    name,
                };
                administer(app, command).await?;
                println!("{organisation} is registered.");
                Ok(())
            })
            .await
        }
        OrganisationAction::List { place } => {
            with(&place, async |app| {
                for (code, name) in app.directory().await?.organisations() {
                    println!("{code} {name}");
                }
                Ok(())
            })
            .await
        }
    }
}

async fn clients(action: ClientAction) -> Result<()> {
    match action {
        ClientAction::Register {
            organisation,
            client,
            sector,
            roles,
            services,
            place,
        } => {
            let (code, name) = (code(&organisation)?, members::client(&client)?);
            with(&place, async |app| {
                let command = MemberCommand::RegisterClient {
                    client: name,
                    sector,
                    roles,
                    services,
                };
                let answer = say(app, &code, command).await?;
                println!("{client} is registered with {organisation}: {}", made(&answer));
                Ok(())
            })
            .await
        }
        ClientAction::Revoke {
            organisation,
            registration,
            place,
        } => {
            let code = code(&organisation)?;
            with(&place, async |app| {
                say(
                    app,
                    &code,
                    MemberCommand::RevokeClient(RegistrationId(registration)),
                )
                .await?;
                println!("{registration} is revoked.");
                Ok(())
            })
            .await
        }
        ClientAction::List { organisation, place } => {
            let code = code(&organisation)?;
            with(&place, async |app| {
                let roster = roster(app, &code).await?;
                for one in roster.registrations() {
                    let roles: Vec<&str> = one.roles.iter().map(|role| role.as_str()).collect();
                    println!(
                        "{} {} ({}): {}{}, {}, since {} by {}",
                        one.id,
                        one.client,
                        one.sector.as_str(),
                        roles.join(" "),
                        only(one.services.as_ref()),
                        one.in_force().as_str(),
                        one.registered.at,
                        one.registered.by,
                    );
                }
                Ok(())
            })
            .await
        }
    }
}

async fn of_members(action: MemberAction) -> Result<()> {
    match action {
        MemberAction::Grant {
            organisation,
            user,
            role,
            from,
            until,
            place,
        } => {
            let (code, name) = (code(&organisation)?, members::user(&user)?);
            with(&place, async |app| {
                let command = MemberCommand::Grant {
                    user: name,
                    role,
                    from,
                    until,
                };
                let answer = say(app, &code, command).await?;
                println!(
                    "{user} acts for {organisation} as {}: {}",
                    role.as_str(),
                    made(&answer)
                );
                Ok(())
            })
            .await
        }
        MemberAction::End {
            organisation,
            member,
            place,
        } => {
            let code = code(&organisation)?;
            with(&place, async |app| {
                say(app, &code, MemberCommand::End(MemberId(member))).await?;
                println!("{member} has ended.");
                Ok(())
            })
            .await
        }
        MemberAction::List { organisation, place } => {
            let code = code(&organisation)?;
            with(&place, async |app| {
                let roster = roster(app, &code).await?;
                let today = london_date(app.clock().now());
                for one in roster.members() {
                    let until = one.until().map(|last: Date| format!(" until {last}"));
                    println!(
                        "{} {} as {}, {}{}, granted {} by {}",
                        one.id,
                        one.user,
                        one.role.as_str(),
                        one.in_force(today).as_str(),
                        until.unwrap_or_default(),
                        one.granted.at,
                        one.granted.by,
                    );
                }
                Ok(())
            })
            .await
        }
    }
}

fn code(text: &str) -> Result<OrganisationCode> {
    OrganisationCode::parse(text).with_context(|| format!("{text:?} is no code of an organisation"))
}

fn made(answer: &Answer) -> String {
    answer
        .created
        .first()
        .map(|one| one.id.to_string())
        .unwrap_or_default()
}

async fn roster(app: &App, organisation: &OrganisationCode) -> Result<Roster> {
    let directory = app.directory().await?;
    if directory.organisation(organisation).is_none() {
        anyhow::bail!(
            "there is no organisation {organisation}: `throughcare admin organisation list` names them"
        );
    }
    Ok(directory.roster(organisation).cloned().unwrap_or_default())
}

/// For which services alone a system asks, in words.
fn only(services: Option<&BTreeSet<ServiceCode>>) -> String {
    let Some(services) = services else {
        return String::new();
    };
    let codes: Vec<&str> = services.iter().map(ServiceCode::as_str).collect();
    format!(", only for {}", codes.join(" "))
}
