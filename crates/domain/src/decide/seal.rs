//! Sealing a record: what fits. Who may, and from whom it is hidden, is in [`crate::access`].

use super::organisation::settle;
use super::{Context, Decision, Refusal};
use crate::code::{Code, OrganisationCode};
use crate::directory::Directory;
use crate::fact::{Fact, Named, RecordSealed, SealChanged, SealLifted};
use crate::fault::{Fault, Faults};
use crate::id::{PersonId, SealId};
use crate::when::{Occurred, london_date};
use jiff::civil::Date;

/// Most people named for one sealed record: who sees it is meant to be known by heart.
pub const MOST_NAMED: usize = 50;

/// What can be said of sealed records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealCommand {
    /// Seal a record.
    Seal {
        /// Every record that is read as the person's.
        records: Vec<PersonId>,
        /// Code of `seal-reasons`.
        reason: Code,
        /// Who goes on seeing it.
        named: Vec<Named>,
        /// Organisations that treat the person, and would have nobody who sees the record
        /// ([`crate::access::left_without`]).
        left_without: Vec<OrganisationCode>,
    },
    /// Name others.
    Change {
        /// The seal.
        seal: SealId,
        /// All who see the record from now on.
        named: Vec<Named>,
        /// As for [`SealCommand::Seal`].
        left_without: Vec<OrganisationCode>,
    },
    /// Open the record again to all who saw it before.
    Lift {
        /// The seal.
        seal: SealId,
        /// Code of `seal-lift-reasons`.
        reason: Code,
    },
}

/// Decides a command about a seal of the organisation. It is true from now on.
pub(super) fn decided(
    organisation: &OrganisationCode,
    command: &SealCommand,
    context: &mut Context<'_>,
) -> Result<Decision, Refusal> {
    let mut faults = Faults::default();
    let today = london_date(context.now);
    let directory = context.directory;
    let listed = |faults: &mut Faults, list: &str, code: &Code| {
        if let Err(unknown) = context.reference.check(list, code.as_str(), today) {
            faults.push(Fault::new("/reason", "unknown_code", unknown.to_string()));
        }
    };
    let fact: Fact = match command {
        SealCommand::Seal {
            records,
            reason,
            named,
            left_without,
        } => {
            listed(&mut faults, "seal-reasons", reason);
            let mut standing = records.iter().flat_map(|record| directory.seals().on(*record));
            if standing.any(|seal| seal.organisation == *organisation) {
                faults.push(Fault::new(
                    "",
                    "already_sealed",
                    "Your organisation sealed this record already. Change who is named, or lift that seal first.",
                ));
            }
            let named = whom(named, left_without, directory, today, &mut faults);
            RecordSealed {
                seal: SealId(context.ids.next_id()),
                records: records.clone(),
                reason: reason.clone(),
                named,
            }
            .into()
        }
        SealCommand::Change {
            seal,
            named,
            left_without,
        } => {
            still(directory, *seal, organisation, &mut faults);
            let named = whom(named, left_without, directory, today, &mut faults);
            SealChanged { seal: *seal, named }.into()
        }
        SealCommand::Lift { seal, reason } => {
            still(directory, *seal, organisation, &mut faults);
            listed(&mut faults, "seal-lift-reasons", reason);
            SealLifted {
                seal: *seal,
                reason: reason.clone(),
            }
            .into()
        }
    };
    settle(
        Occurred::At(context.now),
        vec![fact],
        Vec::new(),
        faults,
        Vec::new(),
        context,
    )
}

/// Those named, each once and in order: everybody is a member, so that a misspelt name keeps nobody out, and whoever
/// treats the person has somebody who sees the record.
fn whom(
    named: &[Named],
    left_without: &[OrganisationCode],
    directory: &Directory,
    today: Date,
    faults: &mut Faults,
) -> Vec<Named> {
    if named.is_empty() || named.len() > MOST_NAMED {
        let detail = format!("Name 1 to {MOST_NAMED} people who go on seeing the record.");
        faults.push(Fault::new("/named", "out_of_range", detail));
    }
    for (at, one) in named.iter().enumerate() {
        let roster = directory.roster(&one.organisation);
        let mut members = roster.map_or(&[][..], |roster| roster.members()).iter();
        let user = one.user.as_str();
        let acts = members
            .any(|member| member.user == user && member.in_force(today) == crate::directory::InForce::Yes);
        if !acts {
            let detail = "Nobody of this user name acts for this organisation now. Check the name.";
            faults.push(Fault::new(format!("/named/{at}"), "not_a_member", detail));
        }
    }
    for organisation in left_without {
        let detail = format!(
            "{} treats the person, and nobody there would see the record. Name somebody of {organisation}.",
            directory.organisation(organisation).unwrap_or("An organisation")
        );
        faults.push(Fault::new("/named", "care_without_sight", detail));
    }
    let mut named = named.to_vec();
    named.sort_unstable();
    named.dedup();
    named
}

/// The seal is the organisation's, and stands.
fn still(directory: &Directory, seal: SealId, organisation: &OrganisationCode, faults: &mut Faults) {
    match directory.seals().seal(seal) {
        Some(one) if one.organisation == *organisation && one.stands() => {}
        Some(one) if one.organisation == *organisation => faults.push(Fault::new(
            "",
            "seal_lifted",
            "This seal was lifted. Seal the record again.",
        )),
        _ => faults.push(Fault::new(
            "",
            "unknown_seal",
            "The organisation has no such seal.",
        )),
    }
}
