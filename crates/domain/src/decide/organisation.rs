//! Registering organisations, opening and closing services, receiving stock.

use super::{Context, Decision, Refusal, contract};
use crate::code::{AreaCode, OrganisationCode, PrisonCode, ServiceCode};
use crate::command::KitRead;
use crate::event::Draft;
use crate::fact::{
    Fact, OrganisationRegistered, Pack, ServiceClosed, ServiceKind, ServiceOpened, StockReceived,
};
use crate::fault::{Fault, Faults};
use crate::when::Occurred;
use jiff::civil::Date;

/// A service to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewService {
    /// Its code.
    pub code: ServiceCode,
    /// Its name; at most 100 characters.
    pub name: String,
    /// What it is.
    pub kind: ServiceKind,
    /// Authorities for whose residents it is responsible; at most 50.
    pub areas: Vec<AreaCode>,
    /// Prisons in which it works; at most 50.
    pub prisons: Vec<PrisonCode>,
}

/// What can be asked of an organisation's stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrganisationCommand {
    /// Register the organisation.
    Register {
        /// Its code.
        organisation: OrganisationCode,
        /// Its name; at most 100 characters.
        name: String,
    },
    /// Open a service.
    OpenService {
        /// Whose.
        organisation: OrganisationCode,
        /// Which.
        service: NewService,
    },
    /// Close a service.
    CloseService {
        /// Whose.
        organisation: OrganisationCode,
        /// Which.
        service: ServiceCode,
    },
    /// Move the contract of a service to another service.
    MoveContract {
        /// Whose service is left.
        organisation: OrganisationCode,
        /// Which.
        service: ServiceCode,
        /// Which takes over.
        to: ServiceCode,
        /// The first day on which it has everything.
        on: Date,
    },
    /// Take the move of a contract back.
    UndoMove {
        /// Whose service was left.
        organisation: OrganisationCode,
        /// Which.
        service: ServiceCode,
    },
}

impl OrganisationCommand {
    /// In whose stream it is recorded.
    pub fn organisation(&self) -> &OrganisationCode {
        match self {
            Self::Register { organisation, .. }
            | Self::OpenService { organisation, .. }
            | Self::CloseService { organisation, .. }
            | Self::MoveContract { organisation, .. }
            | Self::UndoMove { organisation, .. } => organisation,
        }
    }
}

/// Decides a command about an organisation.
///
/// # Errors
/// [`Refusal`] when the code is taken or unknown, or a list does not know an area or prison.
pub fn decide_organisation(
    occurred: Occurred,
    command: &OrganisationCommand,
    context: &mut Context<'_>,
) -> Result<Decision, Refusal> {
    let mut faults = Faults::default();
    let day = occurred.date();
    let directory = context.directory;
    let fact: Fact = match command {
        OrganisationCommand::Register { organisation, name } => {
            if directory.organisation(organisation).is_some() {
                faults.push(Fault::new(
                    "/organisation",
                    "organisation_exists",
                    "An organisation with this code is registered.",
                ));
            }
            OrganisationRegistered {
                organisation: organisation.clone(),
                name: name.clone(),
            }
            .into()
        }
        OrganisationCommand::OpenService {
            organisation,
            service,
        } => {
            if directory.organisation(organisation).is_none() {
                faults.push(Fault::new(
                    "/organisation",
                    "unknown_organisation",
                    "Register the organisation first.",
                ));
            }
            if directory.service(&service.code).is_some() {
                faults.push(Fault::new(
                    "/service",
                    "service_exists",
                    "A service with this code exists, or existed. Choose another.",
                ));
            }
            for (index, area) in service.areas.iter().enumerate() {
                if let Err(unknown) = context.reference.check("areas", area.as_str(), day) {
                    faults.push(Fault::new(
                        format!("/areas/{index}"),
                        "unknown_code",
                        unknown.to_string(),
                    ));
                }
            }
            for (index, prison) in service.prisons.iter().enumerate() {
                if let Err(unknown) = context.reference.check("prisons", prison.as_str(), day) {
                    faults.push(Fault::new(
                        format!("/prisons/{index}"),
                        "unknown_code",
                        unknown.to_string(),
                    ));
                }
            }
            if service.kind == ServiceKind::Prison && service.prisons.is_empty() {
                faults.push(Fault::new(
                    "/prisons",
                    "missing",
                    "Name the prisons in which the service works.",
                ));
            }
            ServiceOpened {
                service: service.code.clone(),
                name: service.name.clone(),
                kind: service.kind,
                areas: service.areas.clone(),
                prisons: service.prisons.clone(),
            }
            .into()
        }
        OrganisationCommand::CloseService {
            organisation,
            service,
        } => {
            match directory.service(service) {
                Some(found) if found.organisation == *organisation && found.closed.is_none() => {}
                _ => faults.push(Fault::new(
                    "/service",
                    "unknown_service",
                    "The organisation has no such open service.",
                )),
            }
            ServiceClosed {
                service: service.clone(),
            }
            .into()
        }
        OrganisationCommand::MoveContract {
            organisation,
            service,
            to,
            on,
        } => return contract::moved(occurred, organisation, service, to, *on, context),
        OrganisationCommand::UndoMove {
            organisation,
            service,
        } => return contract::undone(occurred, organisation, service, context),
    };
    settle(occurred, fact, faults, context)
}

/// Decides that naloxone came into a service's stock.
///
/// # Errors
/// [`Refusal`] when the product is unknown, out of date, or the service is not the caller's.
pub fn decide_stock(
    occurred: Occurred,
    service: &ServiceCode,
    pack: &KitRead,
    kits: u16,
    context: &mut Context<'_>,
) -> Result<Decision, Refusal> {
    let mut faults = Faults::default();
    let day = occurred.date();
    if context
        .directory
        .service(service)
        .is_none_or(|found| found.organisation != *context.organisation)
    {
        faults.push(Fault::new(
            "/service",
            "unknown_service",
            "This is no service of your organisation.",
        ));
    }
    let mut doses = 0;
    match context
        .reference
        .check("naloxone-products", pack.product.as_str(), day)
    {
        Ok(code) => {
            doses = code
                .attributes
                .get("doses_per_kit")
                .and_then(|d| d.parse().ok())
                .unwrap_or(0)
        }
        Err(unknown) => faults.push(Fault::new("/product", "unknown_code", unknown.to_string())),
    }
    if pack.expires_on < day {
        faults.push(Fault::new(
            "/expiresOn",
            "kit_expired",
            "These kits are past their expiry date.",
        ));
    }
    let pack = Pack {
        product: pack.product.clone(),
        batch: pack.batch.clone(),
        expires_on: pack.expires_on,
        doses,
    };
    settle(occurred, StockReceived { pack, kits }.into(), faults, context)
}

pub(super) fn settle(
    occurred: Occurred,
    fact: Fact,
    mut faults: Faults,
    context: &mut Context<'_>,
) -> Result<Decision, Refusal> {
    if occurred.date() > crate::when::london_date(context.now) {
        faults.push(Fault::new(
            "/occurred",
            "in_the_future",
            "This is dated in the future. Give the date on which it happened.",
        ));
    }
    if !faults.is_empty() {
        return Err(Refusal(faults));
    }
    let id = context.ids.next_id().into();
    let draft = Draft {
        id,
        occurred,
        fact,
        identity: None,
        causation: None,
    };
    Ok(Decision {
        drafts: vec![draft],
        created: Vec::new(),
        flags: Vec::new(),
    })
}
