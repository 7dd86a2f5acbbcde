//! For whom the database is asked: the net under the rules (row-level security).

use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use std::collections::BTreeSet;
use throughcare_domain::access::{self, Whose};
use throughcare_domain::code::{OrganisationCode, ServiceCode};
use throughcare_domain::directory::Directory;
use throughcare_store::Reach;

/// For deciding what is recorded: a stranger's referral lands on a known record and is judged by it. There the rules
/// stand alone.
pub(crate) static EVERYBODY: Reach = Reach::EVERYBODY;

impl App {
    /// What a caller can reach at all: everybody, for those who see everybody's records; else what concerns their
    /// organisation, whatever their role. What of it they are shown, the rules say.
    ///
    /// # Errors
    /// When it cannot be read which services there are.
    pub(crate) async fn reach(&self, caller: &Caller) -> Result<Reach, AppError> {
        if access::lists(caller.role()) == Whose::Everybodys {
            return Ok(Reach::EVERYBODY);
        }
        let directory = self.directory_lately().await?;
        Ok(of_organisation(caller.organisation(), &directory))
    }
}

impl App {
    /// What a caller reaches of what is read for them: who adds up everybody's is given everybody's lines, and shown no
    /// one of them.
    ///
    /// # Errors
    /// As [`App::reach`].
    pub(crate) async fn reach_of(&self, caller: &Caller, whose: Whose) -> Result<Reach, AppError> {
        let reach = self.reach(caller).await?;
        Ok(match whose {
            Whose::Everybodys => reach.with_every_line(),
            Whose::Own | Whose::Nobodys => reach,
        })
    }
}

fn of_organisation(organisation: &OrganisationCode, directory: &Directory) -> Reach {
    let own = || {
        directory
            .services()
            .filter(|one| one.organisation == *organisation)
    };
    let mut services: BTreeSet<&ServiceCode> = own().map(|one| &one.code).collect();
    // Lines of services whose contracts these took over, directly or through others, on whatever day.
    loop {
        let known = services.len();
        let moved = directory.contracts().map(|one| &one.told);
        let left = moved.filter(|told| services.contains(&told.to_service));
        let left: Vec<&ServiceCode> = left.map(|told| &told.from_service).collect();
        services.extend(left);
        if services.len() == known {
            break;
        }
    }
    Reach::of(organisation, services, own().flat_map(|one| &one.prisons))
}
