//! The organisations and services of the county. All invented but the prisons' codes.

use crate::dice::Dice;
use throughcare_domain::code::{AreaCode, Code, OrganisationCode, PrisonCode, ServiceCode};
use throughcare_domain::fact::ServiceKind;

/// The area code of Northshire, where three quarters of the people live.
pub const NORTHSHIRE: &str = "X10000001";
/// The area code of Southmarsh.
pub const SOUTHMARSH: &str = "X10000002";

/// Code and name of every organisation.
pub(crate) const ORGANISATIONS: &[(&str, &str)] = &[
    ("northshire-recovery", "Northshire Recovery"),
    ("southmarsh-recovery", "Southmarsh Recovery"),
    ("gateway-prison-health", "Gateway Prison Health"),
    ("county-liaison", "County Liaison"),
    ("northshire-probation", "Northshire Probation"),
    ("northshire-partnership", "Northshire Combating Drugs Partnership"),
    ("county-audit", "County Audit"),
];

/// A service to be opened.
pub(crate) struct Place {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) organisation: &'static str,
    pub(crate) kind: ServiceKind,
    pub(crate) areas: &'static [&'static str],
    pub(crate) prisons: &'static [&'static str],
}

/// Every service.
pub(crate) const SERVICES: &[Place] = &[
    Place {
        code: "northshire-community",
        name: "Northshire Community Drug and Alcohol Service",
        organisation: "northshire-recovery",
        kind: ServiceKind::Community,
        areas: &[NORTHSHIRE],
        prisons: &[],
    },
    Place {
        code: "northshire-young-people",
        name: "Northshire Young People's Service",
        organisation: "northshire-recovery",
        kind: ServiceKind::YoungPeople,
        areas: &[NORTHSHIRE],
        prisons: &[],
    },
    Place {
        code: "southmarsh-community",
        name: "Southmarsh Community Drug and Alcohol Service",
        organisation: "southmarsh-recovery",
        kind: ServiceKind::Community,
        areas: &[SOUTHMARSH],
        prisons: &[],
    },
    Place {
        code: "moorland-treatment",
        name: "Treatment at Moorland",
        organisation: "gateway-prison-health",
        kind: ServiceKind::Prison,
        areas: &[],
        prisons: &["MDI"],
    },
    Place {
        code: "leeds-treatment",
        name: "Treatment at Leeds",
        organisation: "gateway-prison-health",
        kind: ServiceKind::Prison,
        areas: &[],
        prisons: &["LEI"],
    },
    Place {
        code: "doncaster-treatment",
        name: "Treatment at Doncaster",
        organisation: "gateway-prison-health",
        kind: ServiceKind::Prison,
        areas: &[],
        prisons: &["DNI"],
    },
    Place {
        code: "northshire-arrest-referral",
        name: "Arrest Referral in Northshire Custody Suites",
        organisation: "county-liaison",
        kind: ServiceKind::PoliceCustody,
        areas: &[NORTHSHIRE, SOUTHMARSH],
        prisons: &[],
    },
    Place {
        code: "northshire-court-liaison",
        name: "Liaison at Northshire Courts",
        organisation: "county-liaison",
        kind: ServiceKind::Court,
        areas: &[NORTHSHIRE, SOUTHMARSH],
        prisons: &[],
    },
    Place {
        code: "northshire-probation-office",
        name: "Northshire Probation Office",
        organisation: "northshire-probation",
        kind: ServiceKind::Probation,
        areas: &[NORTHSHIRE],
        prisons: &[],
    },
    Place {
        code: "northshire-release-board",
        name: "Northshire Partnership: Releases Nobody Owns",
        organisation: "northshire-partnership",
        kind: ServiceKind::Partnership,
        areas: &[NORTHSHIRE],
        prisons: &[],
    },
];

/// The service whose contract moves in the county's third year or thereabouts.
pub(crate) const LEFT: &str = "southmarsh-community";

/// The service that takes over from it, opened days before.
pub(crate) static TAKES_OVER: Place = Place {
    code: "southmarsh-estuary",
    name: "Southmarsh Drug and Alcohol Service",
    organisation: "estuary-recovery",
    kind: ServiceKind::Community,
    areas: &[SOUTHMARSH],
    prisons: &[],
};

/// The name of its organisation.
pub(crate) const TAKES_OVER_NAME: &str = "Estuary Recovery";

impl Place {
    /// The service with this code.
    pub(crate) fn of(code: &str) -> &'static Self {
        SERVICES
            .iter()
            .chain([&TAKES_OVER])
            .find(|place| place.code == code)
            .unwrap_or(&SERVICES[0])
    }

    pub(crate) fn service(&self) -> ServiceCode {
        service(self.code)
    }
}

/// A prison of the county with the treatment service in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prison {
    pub(crate) code: &'static str,
    pub(crate) treatment: &'static str,
}

const PRISONS: [Prison; 3] = [
    Prison {
        code: "MDI",
        treatment: "moorland-treatment",
    },
    Prison {
        code: "LEI",
        treatment: "leeds-treatment",
    },
    Prison {
        code: "DNI",
        treatment: "doncaster-treatment",
    },
];

impl Prison {
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        dice.weighted(&[(PRISONS[0], 45), (PRISONS[1], 35), (PRISONS[2], 20)])
    }

    /// Moorland.
    pub(crate) const MOORLAND: Self = PRISONS[0];

    /// Leeds.
    pub(crate) const LEEDS: Self = PRISONS[1];

    /// Another one.
    pub(crate) fn other(self, dice: &mut Dice) -> Self {
        let others = PRISONS.map(|prison| (prison, u32::from(prison != self)));
        dice.weighted(&others)
    }

    pub(crate) fn code(self) -> PrisonCode {
        PrisonCode::parse(self.code).expect("the codes of this file are well formed")
    }
}

pub(crate) fn service(code: &str) -> ServiceCode {
    ServiceCode::parse(code).expect("the codes of this crate are well formed")
}

pub(crate) fn organisation(code: &str) -> OrganisationCode {
    OrganisationCode::parse(code).expect("the codes of this crate are well formed")
}

pub(crate) fn area(code: &str) -> AreaCode {
    AreaCode::parse(code).expect("the codes of this crate are well formed")
}

pub(crate) fn code(code: &str) -> Code {
    Code::parse(code).expect("the codes of this crate are well formed")
}
