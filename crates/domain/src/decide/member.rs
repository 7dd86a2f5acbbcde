//! Registering systems and granting memberships: what fits. Who may say so is in [`crate::access`].

use super::organisation::settle;
use super::{Context, Decision, Refusal};
use crate::code::{ClientName, OrganisationCode, ServiceCode, UserName};
use crate::directory::{InForce, Roster};
use crate::event::Role;
use crate::fact::{
    ClientRegistered, ClientRestricted, ClientRevoked, Fact, MemberGranted, MembershipChanged,
    MembershipEnded, Sector,
};
use crate::fault::{Fault, Faults};
use crate::id::{MemberId, RegistrationId};
use crate::when::{Occurred, london_date};
use jiff::civil::Date;

/// Days by which a membership may be granted ahead. Own reading: a year.
pub const GRANTED_AHEAD: i32 = 366;

/// What can be said of who acts for an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberCommand {
    /// Register a system that asks for the organisation.
    RegisterClient {
        /// The system.
        client: ClientName,
        /// What it is for.
        sector: Sector,
        /// In which roles it asks.
        roles: Vec<Role>,
        /// For which services of the organisation alone; for all when empty.
        services: Vec<ServiceCode>,
    },
    /// Revoke the registration of a system.
    RevokeClient(RegistrationId),
    /// Grant somebody a role.
    Grant {
        /// Who.
        user: UserName,
        /// In which role.
        role: Role,
        /// The first day; at once when absent.
        from: Option<Date>,
        /// The last day.
        until: Option<Date>,
    },
    /// Give a membership another last day.
    Change {
        /// Which.
        member: MemberId,
        /// The last day; none when absent.
        until: Option<Date>,
    },
    /// End a membership, at once.
    End(MemberId),
}

/// Decides a command about who acts for an organisation. It is true from now on, whatever day anybody names.
pub(super) fn decided(
    organisation: &OrganisationCode,
    command: &MemberCommand,
    context: &mut Context<'_>,
) -> Result<Decision, Refusal> {
    let mut faults = Faults::default();
    let directory = context.directory;
    if directory.organisation(organisation).is_none() {
        faults.push(Fault::new(
            "/organisation",
            "unknown_organisation",
            "Register the organisation first.",
        ));
    }
    let none = Roster::default();
    let roster = directory.roster(organisation).unwrap_or(&none);
    let today = london_date(context.now);
    let mut restricted: Option<Fact> = None;
    let fact: Fact = match command {
        MemberCommand::RegisterClient {
            client,
            sector,
            roles,
            services,
        } => {
            let registered = client_of(roster, client, *sector, roles, &mut faults, context);
            let own = |code: &ServiceCode| {
                let found = directory.service(code);
                found.is_some_and(|found| found.organisation == *organisation)
            };
            for (place, _) in services.iter().enumerate().filter(|(_, code)| !own(code)) {
                faults.push(Fault::new(
                    format!("/services/{place}"),
                    "unknown_service",
                    "The organisation has no such service. Leave services out for all of them.",
                ));
            }
            if !services.is_empty() {
                restricted = Some(
                    ClientRestricted {
                        registration: registered.registration,
                        services: services.clone(),
                    }
                    .into(),
                );
            }
            registered.into()
        }
        MemberCommand::RevokeClient(registration) => {
            match roster.registration(*registration).map(|one| one.in_force()) {
                None => faults.push(Fault::new(
                    "/registration",
                    "unknown_registration",
                    "The organisation has no such registration.",
                )),
                Some(InForce::Ended) => faults.push(Fault::new(
                    "/registration",
                    "already_revoked",
                    "This registration was revoked already.",
                )),
                Some(_) => {}
            }
            ClientRevoked {
                registration: *registration,
            }
            .into()
        }
        MemberCommand::Grant {
            user,
            role,
            from,
            until,
        } => granted(
            roster,
            (user, *role),
            (*from, *until),
            today,
            &mut faults,
            context,
        )
        .into(),
        MemberCommand::Change { member, until } => {
            still(roster, *member, today, &mut faults);
            if until.is_some_and(|last| last < today) {
                last_day(&mut faults);
            }
            MembershipChanged {
                member: *member,
                until: *until,
            }
            .into()
        }
        MemberCommand::End(member) => {
            still(roster, *member, today, &mut faults);
            MembershipEnded { member: *member }.into()
        }
    };
    let now = Occurred::At(context.now);
    let facts = std::iter::once(fact).chain(restricted).collect();
    settle(now, facts, Vec::new(), faults, Vec::new(), context)
}

fn client_of(
    roster: &Roster,
    client: &ClientName,
    sector: Sector,
    roles: &[Role],
    faults: &mut Faults,
    context: &mut Context<'_>,
) -> ClientRegistered {
    let mut asked: Vec<Role> = Vec::new();
    for role in roles {
        if !asked.contains(role) {
            asked.push(*role);
        }
    }
    if asked.is_empty() {
        faults.push(Fault::new(
            "/roles",
            "missing",
            "Name the roles in which the system asks.",
        ));
    } else if asked
        .iter()
        .all(|role| roster.asks(client.as_str(), *role).is_some())
    {
        faults.push(Fault::new(
            "/client",
            "already_registered",
            "The system is registered with the organisation for these roles already.",
        ));
    }
    ClientRegistered {
        registration: RegistrationId(context.ids.next_id()),
        client: client.clone(),
        sector,
        roles: asked,
    }
}

fn granted(
    roster: &Roster,
    (user, role): (&UserName, Role),
    (from, until): (Option<Date>, Option<Date>),
    today: Date,
    faults: &mut Faults,
    context: &mut Context<'_>,
) -> MemberGranted {
    let mut others = roster.members().iter();
    let held = others.any(|one| {
        one.user == user.as_str()
            && one.role == role
            && matches!(one.in_force(today), InForce::Yes | InForce::Planned)
    });
    if held {
        faults.push(Fault::new(
            "/user",
            "already_member",
            "They are a member in this role already, or will be. Change or end that membership first.",
        ));
    }
    if from.is_some_and(|first| first < today || crate::when::days_between(today, first) > GRANTED_AHEAD) {
        faults.push(Fault::new(
            "/from",
            "out_of_range",
            format!("A membership begins today or at most {GRANTED_AHEAD} days from now: leave the day out for at once."),
        ));
    }
    if until.is_some_and(|last| last < from.unwrap_or(today)) {
        last_day(faults);
    }
    MemberGranted {
        member: MemberId(context.ids.next_id()),
        user: user.clone(),
        role,
        from,
        until,
    }
}

/// The membership is there and has not ended.
fn still(roster: &Roster, member: MemberId, today: Date, faults: &mut Faults) {
    match roster.member(member).map(|one| one.in_force(today)) {
        None => faults.push(Fault::new(
            "/member",
            "unknown_membership",
            "The organisation has no such membership.",
        )),
        Some(InForce::Ended | InForce::RanOut) => faults.push(Fault::new(
            "/member",
            "membership_ended",
            "This membership has ended. Grant another one.",
        )),
        Some(InForce::Yes | InForce::Planned) => {}
    }
}

fn last_day(faults: &mut Faults) {
    faults.push(Fault::new(
        "/until",
        "out_of_range",
        "The last day is before the first. End the membership instead.",
    ));
}
