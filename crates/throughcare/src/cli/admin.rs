//! The words of `admin`.

use super::Place;
use clap::{Args, Subcommand};
use throughcare_domain::code::ServiceCode;
use throughcare_domain::event::Role;
use throughcare_domain::fact::Sector;

/// What to do with organisations and their members.
#[derive(Clone, Debug, Args)]
pub struct Admin {
    /// What to do.
    #[command(subcommand)]
    pub action: AdminAction,
}

/// What to do with organisations and their members.
#[derive(Clone, Debug, Subcommand)]
pub enum AdminAction {
    /// Make the first administrator: the organisation, the system through which they sign in, and their membership.
    /// What is there already stays.
    Begin {
        /// Code of the organisation that administers.
        #[arg(long)]
        organisation: String,
        /// Its name, should it have to be registered.
        #[arg(long)]
        name: String,
        /// The system, by the `client_id` of its tokens.
        #[arg(long)]
        client: String,
        /// Who, by the `user_name` of their tokens.
        #[arg(long)]
        user: String,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
    /// Organisations.
    Organisation {
        /// What to do.
        #[command(subcommand)]
        action: OrganisationAction,
    },
    /// Systems that ask for an organisation.
    Client {
        /// What to do.
        #[command(subcommand)]
        action: ClientAction,
    },
    /// Members of an organisation.
    Member {
        /// What to do.
        #[command(subcommand)]
        action: MemberAction,
    },
}

/// What to do with organisations.
#[derive(Clone, Debug, Subcommand)]
pub enum OrganisationAction {
    /// Register one.
    Register {
        /// Its code.
        organisation: String,
        /// Its name.
        #[arg(long)]
        name: String,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
    /// Every organisation.
    List {
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
}

/// What to do with systems.
#[derive(Clone, Debug, Subcommand)]
pub enum ClientAction {
    /// Register one.
    Register {
        /// Code of the organisation.
        organisation: String,
        /// The system, by the `client_id` of its tokens.
        client: String,
        /// What it is for: treatment, prison, police_custody, court, probation or oversight.
        #[arg(long, value_parser = sector)]
        sector: Sector,
        /// In which role it asks; may be given several times.
        #[arg(long = "role", value_parser = role, required = true)]
        roles: Vec<Role>,
        /// For which service of the organisation alone; may be given several times. Default: for all.
        #[arg(long = "service", value_parser = service)]
        services: Vec<ServiceCode>,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
    /// Revoke a registration.
    Revoke {
        /// Code of the organisation.
        organisation: String,
        /// The registration, as `list` names it.
        registration: uuid::Uuid,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
    /// Every registration, those that were revoked included.
    List {
        /// Code of the organisation.
        organisation: String,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
}

/// What to do with members.
#[derive(Clone, Debug, Subcommand)]
pub enum MemberAction {
    /// Grant somebody a role.
    Grant {
        /// Code of the organisation.
        organisation: String,
        /// Who, by the `user_name` of their tokens.
        user: String,
        /// worker, clinician, liaison, auditor, administrator, commissioner or privacy_officer.
        #[arg(long, value_parser = role)]
        role: Role,
        /// The first day. Default: at once.
        #[arg(long)]
        from: Option<jiff::civil::Date>,
        /// The last day. Default: until it is ended.
        #[arg(long)]
        until: Option<jiff::civil::Date>,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
    /// End a membership, at once.
    End {
        /// Code of the organisation.
        organisation: String,
        /// The membership, as `list` names it.
        member: uuid::Uuid,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
    /// Every membership, those that ended included.
    List {
        /// Code of the organisation.
        organisation: String,
        /// Database and files.
        #[command(flatten)]
        place: Place,
    },
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| {
        let names: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        format!("expected one of {}", names.join(", "))
    })
}

fn sector(text: &str) -> Result<Sector, String> {
    Sector::parse(text).ok_or_else(|| {
        let names: Vec<&str> = Sector::ALL.iter().map(|sector| sector.as_str()).collect();
        format!("expected one of {}", names.join(", "))
    })
}

fn service(text: &str) -> Result<ServiceCode, String> {
    ServiceCode::parse(text).map_err(|_| "expected the code of a service".to_owned())
}
