//! One synthetic person: who they are, where they live, what they use.

use crate::dice::{Dice, later};
use crate::names::{FAMILIES, MEN, STREETS, WOMEN};
use crate::places::{NORTHSHIRE, SOUTHMARSH, area, code};
use crate::plan::Plan;
use crate::rates;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use throughcare_domain::code::{AreaCode, Code};
use throughcare_domain::command::{Demographics, NamesTold, ResidenceTold};
use throughcare_domain::identifier::{Crn, Identifier, NhsNumber, Pnc, PrisonerNumber};
use throughcare_domain::when::days_between;

/// Where somebody lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    Northshire,
    Southmarsh,
    NoFixedAbode,
    Unknown,
}

/// The reporting groups of substances. Source: `domain.md` 1.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Opiate,
    AlcoholOnly,
    NonOpiate,
    NonOpiateAndAlcohol,
}

/// One synthetic person.
pub(crate) struct Who {
    pub(crate) number: u32,
    given: &'static str,
    family: &'static str,
    pub(crate) born: Date,
    sex: &'static str,
    ethnicity: &'static str,
    pub(crate) home: Home,
    address: String,
    pub(crate) group: Group,
    pub(crate) substances: Vec<Code>,
}

impl Who {
    pub(crate) fn draw(number: u32, plan: &Plan, dice: &mut Dice) -> Self {
        let man = dice.percent(rates::MEN);
        let given = *dice.pick(if man { MEN } else { WOMEN });
        // The sum of two draws puts most births around 1980; the youngest are 15 on the first day.
        let youngest = later(plan.from, -15 * 365 - 4).min(date(2008, 12, 31));
        let oldest = date(1950, 1, 1);
        let half = days_between(oldest, youngest).max(2) / 2;
        let first = dice.number(0..=half);
        let second = dice.number(0..=half);
        let group = dice.weighted(rates::GROUPS);
        let family = *dice.pick(FAMILIES);
        let home = dice.weighted(rates::HOMES);
        let address = format!("{} {}", dice.number(1..=180), dice.pick(STREETS));
        let ethnicity = dice.weighted(rates::ETHNICITIES);
        Self {
            number,
            given,
            family,
            born: later(oldest, first + second),
            sex: if man { "male" } else { "female" },
            ethnicity,
            home,
            address,
            group,
            substances: group.substances(dice),
        }
    }

    /// Makes the person an adult of Northshire who uses opiates.
    pub(crate) fn join_the_cast(&mut self) {
        self.born = date(1986, 3, 14);
        self.home = Home::Northshire;
        self.group = Group::Opiate;
        self.substances = vec![code("1011"), code("3201")];
    }

    /// Makes the person of the cast a young one, who turns eighteen on that day.
    pub(crate) fn turns_eighteen(&mut self, birthday: Date) {
        self.born = birthday.saturating_sub(18.years());
        self.group = Group::NonOpiate;
        self.substances = vec![code("5000")];
    }

    /// To the other area; false for somebody who has no home to move from.
    pub(crate) fn moves_home(&mut self) -> bool {
        self.home = match self.home {
            Home::Northshire => Home::Southmarsh,
            Home::Southmarsh => Home::Northshire,
            Home::NoFixedAbode | Home::Unknown => return false,
        };
        true
    }

    pub(crate) fn demographics(&self) -> Demographics {
        Demographics {
            names: NamesTold {
                given: Some(self.given.to_owned()),
                family: Some(self.family.to_owned()),
            },
            date_of_birth: Some(self.born),
            sex: Some(code(self.sex)),
            ethnicity: Some(code(self.ethnicity)),
        }
    }

    pub(crate) fn age_on(&self, day: Date) -> i32 {
        days_between(self.born, day) / 366
    }

    /// The authority of residence, when there is one.
    pub(crate) fn area(&self) -> Option<AreaCode> {
        match self.home {
            Home::Northshire => Some(area(NORTHSHIRE)),
            Home::Southmarsh => Some(area(SOUTHMARSH)),
            Home::NoFixedAbode | Home::Unknown => None,
        }
    }

    pub(crate) fn no_fixed_abode(&self) -> bool {
        self.home == Home::NoFixedAbode
    }

    /// The residence as it is told on registration; nothing when nobody knows it.
    pub(crate) fn residence(&self) -> Option<ResidenceTold> {
        let housed = matches!(self.home, Home::Northshire | Home::Southmarsh);
        (self.home != Home::Unknown).then(|| ResidenceTold {
            area: self.area(),
            no_fixed_abode: self.no_fixed_abode(),
            postcode: housed.then(|| format!("ZZ{} {}ZZ", self.number % 90 + 1, self.number % 9 + 1)),
            address: housed.then(|| self.address.clone()),
        })
    }

    /// The community service for the area of residence; Northshire's for those without one.
    pub(crate) fn community_service(&self, day: Date) -> &'static str {
        match self.home {
            Home::Southmarsh => "southmarsh-community",
            _ if self.age_on(day) < 18 => "northshire-young-people",
            _ => "northshire-community",
        }
    }

    /// Numbers of the range 999, which no patient has; spread, so that neighbours do not follow each other.
    pub(crate) fn nhs_number(&self) -> Option<Identifier> {
        let spread = u64::from(self.number) * 7_919 % u64::from(NhsNumber::SYNTHETIC);
        NhsNumber::synthetic(u32::try_from(spread).ok()?).map(Identifier::from)
    }

    pub(crate) fn prisoner_number(&self) -> Option<Identifier> {
        PrisonerNumber::from_serial(100_000 + self.number * 13).map(Identifier::from)
    }

    pub(crate) fn pnc(&self) -> Option<Identifier> {
        Pnc::from_serial(self.born.year() + 16, 100_000 + self.number).map(Identifier::from)
    }

    pub(crate) fn crn(&self) -> Option<Identifier> {
        Crn::from_serial(100_000 + self.number).map(Identifier::from)
    }

    pub(crate) fn is_opiate_user(&self) -> bool {
        self.group == Group::Opiate
    }
}

impl Group {
    fn substances(self, dice: &mut Dice) -> Vec<Code> {
        let codes: &[&str] = match self {
            Self::Opiate => dice.weighted(&[
                (&["1011", "3201"][..], 55),
                (&["1011"], 25),
                (&["1011", "3201", "7000"], 10),
                (&["1000", "2200"], 10),
            ]),
            Self::AlcoholOnly => &["7000"],
            Self::NonOpiate => dice.weighted(&[
                (&["5000"][..], 45),
                (&["3200"], 35),
                (&["3201"], 10),
                (&["3100", "5000"], 10),
            ]),
            Self::NonOpiateAndAlcohol => {
                dice.weighted(&[(&["7000", "3200"][..], 60), (&["7000", "5000"], 40)])
            }
        };
        codes.iter().map(|text| code(text)).collect()
    }
}
