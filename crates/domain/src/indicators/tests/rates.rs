//! Rates over loaded populations, and unmet need.

use super::*;
use crate::reference::{CodeList, ReferenceData};

fn loaded() -> ReferenceData {
    let populations = "code,label,status,origin,valid_from,valid_to,area,year,age,sex,people,source
a1,North 2024,current,national,,,E10000001,2024,all,all,200000,ONS mid-year 2024
a2,North 2025,current,national,,,E10000001,2025,all,all,210000,ONS mid-year 2025
a3,North 2025 young,current,national,,,E10000001,2025,18_to_25,all,20000,ONS mid-year 2025
";
    let estimates = "code,label,status,origin,valid_from,valid_to,area,year,substances,people,low,high,source
e1,North opiates,current,national,,,E10000001,2023,opiate,1240,1100,1400,Estimates 2023
";
    let lists = [(POPULATIONS, populations), (ESTIMATES, estimates)];
    ReferenceData::new(lists.map(|(name, text)| CodeList::from_csv(name, "1", text).unwrap()))
}

#[test]
fn a_rate_is_of_the_last_population_that_was_published() {
    let reference = loaded();
    let north = Among::everybody(&area(NORTHSHIRE));
    let people = |year| {
        north
            .population(&reference, year)
            .map(|one| (one.people, one.year))
    };
    assert_eq!(people(2023), None);
    assert_eq!(people(2024), Some((200_000, 2024)));
    assert_eq!(people(2027), Some((210_000, 2025)));
    assert_eq!(
        Among::everybody(&area(SOUTHSHIRE)).population(&reference, 2025),
        None
    );
    let treated = Indicator::find("in_treatment").unwrap();
    let told = rate(treated, 1_239, north.population(&reference, 2025).unwrap()).unwrap();
    assert_eq!(
        (told.rate, told.per),
        (5.9, 1_000),
        "5.9 of a thousand, as paper 002 prints it"
    );
    assert_eq!(told.population.source, "ONS mid-year 2025");
    let deaths = Indicator::find("deaths").unwrap();
    let told = rate(deaths, 11, north.population(&reference, 2025).unwrap()).unwrap();
    assert_eq!((told.rate, told.per), (5.2, 100_000));
    let percentage = Indicator::find("effective_treatment").unwrap();
    assert_eq!(
        rate(percentage, 11, north.population(&reference, 2025).unwrap()),
        None
    );
}

#[test]
fn a_part_is_a_rate_of_those_of_its_age_or_of_nobody() {
    let reference = loaded();
    let north = area(NORTHSHIRE);
    let of = |area: Option<&_>, by, part: &str| {
        Among::part(area, by, part)?
            .population(&reference, 2025)
            .map(|one| one.people)
    };
    assert_eq!(of(Some(&north), Breakdown::Age, "18_to_25"), Some(20_000));
    assert_eq!(of(Some(&north), Breakdown::Age, "26_to_34"), None, "not loaded");
    assert_eq!(of(Some(&north), Breakdown::Age, "unknown"), None);
    assert_eq!(of(Some(&north), Breakdown::Substances, "opiate"), Some(210_000));
    assert_eq!(of(None, Breakdown::Area, NORTHSHIRE), Some(210_000));
    assert_eq!(of(None, Breakdown::Sex, "1"), None);
}

#[test]
fn unmet_need_is_what_an_estimate_leaves() {
    let reference = loaded();
    let north = area(NORTHSHIRE);
    let estimate = Estimate::of(&reference, &north, "opiate", 2026).unwrap();
    assert_eq!(
        (estimate.low, estimate.high, estimate.year),
        (Some(1_100), Some(1_400), 2023)
    );
    assert_eq!(estimate.unmet(820), (420, Some(33.9)));
    assert_eq!(
        estimate.unmet(2_000),
        (0, Some(0.0)),
        "more are treated than were estimated"
    );
    assert_eq!(Estimate::of(&reference, &north, "alcohol", 2026), None);
    assert_eq!(Estimate::of(&reference, &north, "opiate", 2022), None);
}
