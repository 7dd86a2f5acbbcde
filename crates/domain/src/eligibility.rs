//! Who may supply naloxone without a prescription, as data: the list `naloxone-suppliers`.
//!
//! Source: `domain.md` section 4 (Human Medicines Regulations 2012, regulation 237A, route 1). Each entry of the list
//! names a kind of service (`service_kind`; `*` is every kind that no other entry names on that day), whether it
//! `may` supply, the `training` of `worker-trainings` that the worker must have, and whether it is `enforced`: where
//! it says `no`, everybody may. Without the list everybody may.

use crate::directory::{Directory, Service};
use crate::reference::{CodeList, Entry, ReferenceData};
use jiff::civil::Date;

/// The list.
pub const NALOXONE_SUPPLIERS: &str = "naloxone-suppliers";

/// Why somebody may not supply naloxone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotEligible {
    /// Services of this kind do not supply.
    Kind,
    /// The worker has no such training that counts on the day.
    Untrained {
        /// What it is called.
        training: String,
    },
}

impl NotEligible {
    /// Its stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Kind => "service_may_not_supply",
            Self::Untrained { .. } => "supplier_not_trained",
        }
    }

    /// What it says, to the person who ran into it.
    pub fn sentence(&self) -> String {
        match self {
            Self::Kind => {
                "A service of this kind was no supplier of naloxone under regulation 237A on that day. \
                           Have a drug treatment service supply it; anybody may use it to save a life."
                    .to_owned()
            }
            Self::Untrained { training } => format!(
                "Whoever supplies naloxone here must be trained, and no training that counts on that day is on the \
                 register: {training}. Record the training first, or have a trained worker supply it."
            ),
        }
    }
}

/// Whether a worker of a service may supply naloxone on a day. `worker` is the user name; a system has none.
///
/// # Errors
/// Why not.
pub fn may_supply(
    reference: &ReferenceData,
    directory: &Directory,
    service: &Service,
    worker: Option<&str>,
    day: Date,
) -> Result<(), NotEligible> {
    let Some(rule) = reference
        .list(NALOXONE_SUPPLIERS)
        .and_then(|list| rule(list, service.kind.as_str(), day))
    else {
        return Ok(());
    };
    if rule.attribute("enforced") == Some("no") {
        return Ok(());
    }
    if rule.attribute("may") != Some("yes") {
        return Err(NotEligible::Kind);
    }
    let Some(training) = rule.attribute("training") else {
        return Ok(());
    };
    let trained = directory.trainings(&service.organisation).iter().any(|one| {
        Some(one.worker.as_str()) == worker && one.training.as_str() == training && one.counts_on(day)
    });
    if trained {
        return Ok(());
    }
    let label = reference.label("worker-trainings", training);
    Err(NotEligible::Untrained {
        training: label.unwrap_or(training).to_owned(),
    })
}

/// The entry for a kind of service on a day, or the one for all others.
fn rule<'a>(list: &'a CodeList, kind: &str, day: Date) -> Option<&'a Entry> {
    let of = |wanted: &str| {
        let mut entries = list.entries().iter().filter(|entry| entry.in_force(day));
        entries.find(|entry| entry.attribute("service_kind") == Some(wanted))
    };
    of(kind).or_else(|| of("*"))
}
