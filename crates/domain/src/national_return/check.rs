//! Which rules the rows of an episode break.
//!
//! Source: `domain.md` 1.6. The rules are judged over what the rows say, not over the record from which they were made:
//! they hold for whatever leaves.

use super::told::Value;
use super::{Asked, Field, From, Level, ReturnRow, Rule};
use crate::fact::{MOST_DAYS, MOST_ON_SCALE};
use crate::profile::EXIT_WINDOW_DAYS;
use crate::when::days_between;
use jiff::{ToSpan, civil::Date};

/// The first year of birth that is taken.
const FIRST_YEAR: i16 = 1903;
/// From this age on somebody is in the adult set.
const ADULT: i32 = 18;
/// Code of `discharge-reasons`: occasional user, not heroin or crack.
const OCCASIONAL: &str = "82";
/// Authority of people who live outside England.
const OUTSIDE_ENGLAND: &str = "Z00B";

/// A rule that a row breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Which row of the part.
    pub row: usize,
    /// Which field.
    pub field: String,
    /// Which rule.
    pub rule: &'static Rule,
}

impl RowFault {
    fn new(row: usize, rule: &'static str, field: Option<&str>) -> Self {
        let rule = Rule::find(rule).expect("a test compares the two");
        Self {
            row,
            field: field.unwrap_or(&rule.field).to_owned(),
            rule,
        }
    }

    pub(super) fn no_national_code(row: usize, field: &str) -> Self {
        Self::new(row, "no_national_code", Some(field))
    }
}

/// A row whose values are asked for by what they are of.
struct Said<'a> {
    row: &'a ReturnRow,
    fields: &'a [&'a Field],
}

impl Said<'_> {
    fn value(&self, from: From) -> Option<&Value> {
        self.row.values[ReturnRow::place(self.fields, from)?].as_ref()
    }

    fn cell(&self, from: From) -> Option<&str> {
        let place = ReturnRow::place(self.fields, from)?;
        Some(&self.row.cells[place])
    }

    fn day(&self, from: From) -> Option<Date> {
        match self.value(from)? {
            Value::Day(day) => Some(*day),
            _ => None,
        }
    }

    fn code(&self, from: From) -> Option<&str> {
        match self.value(from)? {
            Value::Code(code) => Some(code),
            _ => None,
        }
    }

    fn number(&self, from: From) -> Option<u32> {
        match self.value(from)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }
}

/// True when both are there and the first lies before the second.
fn before(one: Option<Date>, other: Option<Date>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one < other)
}

/// Every rule that the rows of one episode, or one stub, break; what is repeated on each row is told of once.
pub fn check(rows: &[ReturnRow], fields: &[&Field], asked: &Asked<'_>) -> Vec<RowFault> {
    let mut faults = Vec::new();
    let said: Vec<Said<'_>> = rows.iter().map(|row| Said { row, fields }).collect();
    let Some(whole) = said.first() else {
        return faults;
    };
    let consents = whole.value(From::Consent) == Some(&Value::Flag(true));
    if whole.row.level == Level::Client || !consents {
        stub(&said, &mut faults);
        return faults;
    }
    of_client(whole, &mut faults);
    of_episode(whole, &mut faults);
    for (number, one) in said.iter().enumerate() {
        match one.row.level {
            Level::Client | Level::Episode | Level::Review => {}
            Level::Intervention => of_intervention(number, one, &mut faults),
            Level::Profile => of_profile(number, one, &mut faults),
        }
    }
    occasional(&said, &mut faults);
    in_the_future(&said, asked, &mut faults);
    faults
}

fn stub(said: &[Said<'_>], faults: &mut Vec<RowFault>) {
    for (number, one) in said.iter().enumerate() {
        if one.value(From::Consent).is_none() {
            faults.push(RowFault::new(number, "consent_missing", None));
        }
        let more = one.fields.iter().zip(&one.row.values).any(|(field, value)| {
            value.is_some() && !matches!(field.from, From::Agency | From::ClientId | From::Consent)
        });
        if more {
            faults.push(RowFault::new(number, "only_stub_without_consent", None));
        }
    }
}

fn of_client(whole: &Said<'_>, faults: &mut Vec<RowFault>) {
    for (from, rule) in [
        (From::GivenInitial, "given_name_missing"),
        (From::FamilyInitial, "family_name_missing"),
        (From::DateOfBirth, "date_of_birth_missing"),
        (From::Sex, "sex_missing"),
    ] {
        if whole.value(from).is_none() {
            faults.push(RowFault::new(0, rule, None));
        }
    }
    let Some(born) = whole.day(From::DateOfBirth) else {
        return;
    };
    if born.year() < FIRST_YEAR {
        faults.push(RowFault::new(0, "born_before_1903", None));
    }
    let adult = born.checked_add(ADULT.years()).ok();
    if before(whole.day(From::TriagedOn), adult) {
        faults.push(RowFault::new(0, "under_eighteen", None));
    }
    // On the day of the referral nobody is born and referred.
    if whole
        .day(From::ReferredOn)
        .is_some_and(|referred| born >= referred)
    {
        faults.push(RowFault::new(0, "born_after_referral", None));
    }
}

fn of_episode(whole: &Said<'_>, faults: &mut Vec<RowFault>) {
    for (from, rule) in [
        (From::ReferredOn, "referral_date_missing"),
        (From::TriagedOn, "triage_missing"),
        (From::Substance1, "substance_missing"),
    ] {
        if whole.value(from).is_none() {
            faults.push(RowFault::new(0, rule, None));
        }
    }
    if before(whole.day(From::TriagedOn), whole.day(From::ReferredOn)) {
        faults.push(RowFault::new(0, "triage_before_referral", None));
    }
    let substances = [From::Substance1, From::Substance2, From::Substance3];
    let substances: Vec<_> = substances.iter().filter_map(|from| whole.code(*from)).collect();
    if (1..substances.len()).any(|at| substances[..at].contains(&substances[at])) {
        faults.push(RowFault::new(0, "substances_repeated", None));
    }
    let area = whole
        .fields
        .iter()
        .zip(&whole.row.cells)
        .filter(|(field, cell)| field.from == From::Area && !cell.is_empty());
    let cells: Vec<_> = area.map(|(_, cell)| cell.as_str()).collect();
    if cells.contains(&OUTSIDE_ENGLAND) && cells.len() > 1 {
        faults.push(RowFault::new(0, "area_outside_england", None));
    }
    let (discharged, reason) = (whole.day(From::DischargedOn), whole.value(From::DischargeReason));
    if discharged.is_some() && reason.is_none() {
        faults.push(RowFault::new(0, "discharge_without_reason", None));
    }
    if discharged.is_none() && reason.is_some() {
        faults.push(RowFault::new(0, "reason_without_discharge", None));
    }
}

fn of_intervention(number: usize, one: &Said<'_>, faults: &mut Vec<RowFault>) {
    let mut broken = |rule| faults.push(RowFault::new(number, rule, None));
    let (started, ended) = (one.day(From::StartedOn), one.day(From::EndedOn));
    let (exit, discharged) = (one.value(From::InterventionExit), one.day(From::DischargedOn));
    if before(one.day(From::OfferedFor), one.day(From::InterventionReferredOn)) {
        broken("offered_before_referral");
    }
    if before(started, one.day(From::TriagedOn)) {
        broken("start_before_triage");
    }
    if before(ended, started) {
        broken("end_before_start");
    }
    if ended.is_some() && exit.is_none() {
        broken("end_without_exit");
    }
    if ended.is_none() && exit.is_some() {
        broken("exit_without_end");
    }
    if before(discharged, ended) {
        broken("discharge_before_end");
    }
    if discharged.is_some() && started.is_some() && ended.is_none() {
        broken("open_after_discharge");
    }
}

const DAYS: [From; 12] = [
    From::AlcoholDays,
    From::OpiateDays,
    From::CrackDays,
    From::CocaineDays,
    From::AmphetamineDays,
    From::CannabisDays,
    From::OtherDrugDays,
    From::InjectingDays,
    From::ShopTheftDays,
    From::DrugSellingDays,
    From::PaidWorkDays,
    From::EducationDays,
];

const SCALES: [From; 3] = [
    From::PsychologicalHealth,
    From::PhysicalHealth,
    From::QualityOfLife,
];

fn of_profile(number: usize, one: &Said<'_>, faults: &mut Vec<RowFault>) {
    for (items, most, rule) in [
        (DAYS.as_slice(), MOST_DAYS, "days_out_of_range"),
        (SCALES.as_slice(), MOST_ON_SCALE, "scale_out_of_range"),
    ] {
        let over = |from: &From| one.number(*from).is_some_and(|number| number > u32::from(most));
        if items.iter().any(over) {
            faults.push(RowFault::new(number, rule, None));
        }
    }
}

/// Reason 82 beside a profile of the exit that shows heroin or crack.
fn occasional(said: &[Said<'_>], faults: &mut Vec<RowFault>) {
    let Some(whole) = said.first() else { return };
    let Some(discharged) = whole.day(From::DischargedOn) else {
        return;
    };
    if whole.code(From::DischargeReason) != Some(OCCASIONAL) {
        return;
    }
    let shows = |one: &Said<'_>| {
        one.cell(From::ProfileStage) == Some("E")
            && one
                .day(From::ProfileOn)
                .is_some_and(|taken| days_between(taken, discharged).abs() <= EXIT_WINDOW_DAYS)
            && [From::OpiateDays, From::CrackDays]
                .iter()
                .any(|from| one.number(*from).is_some_and(|days| days > 0))
    };
    if said.iter().any(shows) {
        faults.push(RowFault::new(0, "occasional_with_heroin_or_crack", None));
    }
}

/// A first appointment may be offered for a day to come; nothing else may lie there.
fn in_the_future(said: &[Said<'_>], asked: &Asked<'_>, faults: &mut Vec<RowFault>) {
    for (number, one) in said.iter().enumerate() {
        for (field, value) in one.fields.iter().zip(&one.row.values) {
            let own = number == 0 || !Level::Episode.tells(field.level);
            let own = own && (one.row.level != Level::Review || field.level == Level::Review);
            let to_come = matches!(value, Some(Value::Day(day)) if *day > asked.made_on);
            if own && to_come && field.from != From::OfferedFor {
                faults.push(RowFault::new(number, "in_the_future", Some(&field.name)));
            }
        }
    }
}
