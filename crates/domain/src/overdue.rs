//! What was not done in time: whose lists it stands on, and from when.
//!
//! Nothing is stored when time alone passes. A line is overdue from the day after the one on which it was due, and
//! climbs to the partnerships some days later, by the day that is asked about.
//!
//! Source: `design.md`, "Continuity" (what nobody acknowledges escalates). It fixes neither the days nor whom a
//! partnership watches: both are own readings, said where they stand.

use crate::code::{AreaCode, ServiceCode};
use crate::directory::{Directory, Service};
use crate::fact::ServiceKind;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Days after which what a service has not done in time stands on the partnerships' lists too. Own reading: three days
/// leave the service's own team the time to act, and most of the fortnight after a release.
pub const CLIMBS_AFTER_DAYS: i32 = 3;

/// Days for which something that is overdue is shown. Own reading: after half a year it is a matter of putting records
/// in order, and no list's business any more.
pub const SHOWN_FOR_DAYS: i32 = 183;

/// Whose lines a service sees when it asks what is overdue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watched {
    /// Its own.
    Own(ServiceCode),
    /// Everybody's, for a partnership that names no areas.
    Everywhere,
    /// Those of some areas, for a partnership that names them.
    Areas {
        /// Lines of people who live there.
        areas: Vec<AreaCode>,
        /// Lines of these services too, when it is not known where the person lives.
        services: Vec<ServiceCode>,
    },
}

impl Watched {
    /// What a service watches over.
    ///
    /// Own reading: a partnership watches over the residents of its areas. Of people whose residence is unknown it
    /// sees what stands on the lists of services that work in one of its areas, of services that have no areas of
    /// their own (prisons: anybody may be released from them), and on its own; otherwise nobody would watch over
    /// whoever has no home.
    pub fn by(service: &Service, directory: &Directory) -> Self {
        if service.kind != ServiceKind::Partnership {
            return Self::Own(service.code.clone());
        }
        if service.areas.is_empty() {
            return Self::Everywhere;
        }
        let near = directory.services().filter(|other| {
            if other.kind == ServiceKind::Partnership {
                other.code == service.code
            } else {
                other.areas.is_empty() || other.areas.iter().any(|area| service.areas.contains(area))
            }
        });
        Self::Areas {
            areas: service.areas.clone(),
            services: near.map(|other| other.code.clone()).collect(),
        }
    }

    /// The first and the last day on which something was due that is shown on a day.
    pub fn due_between(&self, day: Date) -> (Date, Date) {
        let late = match self {
            Self::Own(_) => 0,
            Self::Everywhere | Self::Areas { .. } => CLIMBS_AFTER_DAYS,
        };
        (
            day.saturating_sub(SHOWN_FOR_DAYS.days()),
            day.saturating_sub((late + 1).days()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn service(code: &str, kind: ServiceKind, areas: &[&str]) -> Service {
        Service {
            code: ServiceCode::parse(code).unwrap(),
            name: code.to_owned(),
            organisation: crate::code::OrganisationCode::parse("somebody").unwrap(),
            kind,
            areas: areas.iter().map(|area| AreaCode::parse(area).unwrap()).collect(),
            prisons: Vec::new(),
            opened: date(2020, 1, 1),
            closed: None,
        }
    }

    #[test]
    fn a_service_watches_its_own_lists_and_a_partnership_its_areas() {
        use crate::rows::story::directory;
        let directory = directory();
        let team = service("northshire-community", ServiceKind::Community, &["E10000015"]);
        assert_eq!(Watched::by(&team, &directory), Watched::Own(team.code.clone()));
        let everywhere = service("board", ServiceKind::Partnership, &[]);
        assert_eq!(Watched::by(&everywhere, &directory), Watched::Everywhere);
        // Services of the area and those without any are watched where a residence is unknown; others are not.
        let north = directory.service(&team.code).unwrap();
        let board = service("board", ServiceKind::Partnership, &[north.areas[0].as_str()]);
        let Watched::Areas { areas, services } = Watched::by(&board, &directory) else {
            panic!("a partnership with an area watches it");
        };
        assert_eq!(areas, board.areas);
        for other in directory.services() {
            let near = other.kind != ServiceKind::Partnership
                && (other.areas.is_empty() || other.areas.contains(&north.areas[0]));
            assert_eq!(services.contains(&other.code), near, "{}", other.code);
        }
        assert!(services.contains(&team.code));
        assert!(services.len() < directory.services().count());
    }

    #[test]
    fn a_line_is_overdue_the_day_after_and_climbs_three_days_later() {
        let day = date(2026, 3, 10);
        let own = Watched::Own(ServiceCode::parse("team").unwrap());
        assert_eq!(own.due_between(day), (date(2025, 9, 8), date(2026, 3, 9)));
        assert_eq!(
            Watched::Everywhere.due_between(day),
            (date(2025, 9, 8), date(2026, 3, 6))
        );
    }
}
