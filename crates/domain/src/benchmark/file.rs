//! Published values and neighbours as files: CSV, every fault with its line.

use super::{Benchmark, Whose};
use crate::code::AreaCode;
use crate::indicators::{Indicator, Measure, Period};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Most lines of a file.
pub const MOST_LINES: usize = 20_000;
/// Longest file, in bytes.
pub const MOST_FILE_BYTES: u64 = 4 * 1024 * 1024;
/// Most neighbours of an area: nearest-neighbour models name fifteen.
pub const MOST_NEIGHBOURS: usize = 30;
/// Most letters of a source.
const MOST_SOURCE: usize = 200;
/// Most faults that are told of.
const MOST_FAULTS: usize = 100;
/// Most that a value can be.
const MOST_VALUE: f64 = 1e9;

/// Who an area is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbours {
    /// The area.
    pub area: AreaCode,
    /// Its neighbours, in the order of the file.
    pub neighbours: Vec<AreaCode>,
    /// By which publication.
    pub source: String,
    /// When it was published.
    pub published_on: Date,
}

#[derive(serde::Deserialize)]
struct Line {
    indicator: String,
    whose: String,
    from: String,
    to: String,
    value: String,
    numerator: String,
    denominator: String,
    source: String,
    published_on: String,
}

#[derive(serde::Deserialize)]
struct NeighbourLine {
    area: String,
    neighbour: String,
    source: String,
    published_on: String,
}

/// Reads published values: columns indicator, whose, from, to, value, numerator, denominator, source, published_on.
///
/// # Errors
/// Every fault, each with its line.
pub fn benchmarks(text: &str) -> Result<Vec<Benchmark>, Vec<String>> {
    let mut seen = BTreeSet::new();
    each(text, |line: Line| {
        let read = benchmark(&line)?;
        let of = (
            read.indicator.clone(),
            read.whose.clone(),
            read.period.from,
            read.period.to,
        );
        if !seen.insert(of) {
            return Err("the same value stands in the file twice".to_owned());
        }
        Ok(read)
    })
}

fn benchmark(line: &Line) -> Result<Benchmark, String> {
    let indicator = Indicator::find(&line.indicator).ok_or("no such indicator")?;
    let whose = Whose::parse(&line.whose).ok_or("whose: england, an area, or neighbours: and an area")?;
    let (from, to) = (day(&line.from, "from")?, day(&line.to, "to")?);
    if to < from {
        return Err("the period ends before it begins".to_owned());
    }
    let value: f64 = line.value.parse().map_err(|_| "value is no number")?;
    let most = match indicator.definition().measure {
        Measure::Percentage => 100.0,
        Measure::Count => MOST_VALUE,
    };
    if !(0.0..=most).contains(&value) {
        return Err(format!("value is not between 0 and {most}"));
    }
    let count = |text: &str, name: &str| match text {
        "" => Ok(None),
        text => text
            .parse::<i32>()
            .ok()
            .and_then(|it| u32::try_from(it).ok())
            .map(Some)
            .ok_or(format!("{name} is no count")),
    };
    let (numerator, denominator) = (
        count(&line.numerator, "numerator")?,
        count(&line.denominator, "denominator")?,
    );
    if matches!((numerator, denominator), (Some(yes), Some(all)) if yes > all) {
        return Err("the numerator is more than the denominator".to_owned());
    }
    let published_on = day(&line.published_on, "published_on")?;
    if published_on <= to {
        return Err("it was published before its period was over".to_owned());
    }
    Ok(Benchmark {
        indicator: line.indicator.clone(),
        whose,
        period: Period { from, to },
        value,
        numerator,
        denominator,
        source: source(&line.source)?,
        published_on,
    })
}

/// Reads who an area is compared with: columns area, neighbour, source, published_on; a line for each neighbour.
///
/// # Errors
/// Every fault, each with its line.
pub fn neighbours(text: &str) -> Result<Vec<Neighbours>, Vec<String>> {
    let lines = each(text, |line: NeighbourLine| {
        let code = |text: &str| AreaCode::parse(text).map_err(|_| format!("{text:?} is no area"));
        let (area, neighbour) = (code(&line.area)?, code(&line.neighbour)?);
        if area == neighbour {
            return Err("an area is no neighbour of itself".to_owned());
        }
        Ok((
            area,
            neighbour,
            source(&line.source)?,
            day(&line.published_on, "published_on")?,
        ))
    })?;
    let mut all: Vec<Neighbours> = Vec::new();
    let mut faults = Vec::new();
    for (area, neighbour, source, published_on) in lines {
        match all.iter_mut().find(|it| it.area == area) {
            None => all.push(Neighbours {
                area,
                neighbours: vec![neighbour],
                source,
                published_on,
            }),
            Some(of) if of.source != source || of.published_on != published_on => {
                faults.push(format!("{area}: its neighbours are of one publication"));
            }
            Some(of) if of.neighbours.contains(&neighbour) => {
                faults.push(format!("{area}: {neighbour} stands there twice"));
            }
            Some(of) if of.neighbours.len() == MOST_NEIGHBOURS => {
                faults.push(format!("{area}: more than {MOST_NEIGHBOURS} neighbours"));
            }
            Some(of) => of.neighbours.push(neighbour),
        }
    }
    faults.truncate(MOST_FAULTS);
    if faults.is_empty() { Ok(all) } else { Err(faults) }
}

fn each<L: serde::de::DeserializeOwned, T>(
    text: &str,
    mut read: impl FnMut(L) -> Result<T, String>,
) -> Result<Vec<T>, Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let (mut all, mut faults) = (Vec::new(), Vec::new());
    // The header is line 1.
    for (number, line) in reader.deserialize::<L>().enumerate() {
        let told = match line {
            _ if number == MOST_LINES => Err(format!("more than {MOST_LINES} lines")),
            Ok(line) => read(line),
            Err(error) => Err(match error.kind() {
                csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
                _ => "not CSV with as many columns as its header".to_owned(),
            }),
        };
        match told {
            Ok(read) => all.push(read),
            Err(fault) => faults.push(format!("line {}: {fault}", number + 2)),
        }
        if faults.len() == MOST_FAULTS || number == MOST_LINES {
            break;
        }
    }
    if all.is_empty() && faults.is_empty() {
        faults.push("there is no line but the header".to_owned());
    }
    if faults.is_empty() { Ok(all) } else { Err(faults) }
}

fn day(text: &str, name: &str) -> Result<Date, String> {
    let date: Option<Date> = (text.len() == 10).then(|| text.parse().ok()).flatten();
    date.filter(|date| (1900..=2099).contains(&date.year()))
        .ok_or(format!("{name} is no date such as 2026-06-30"))
}

fn source(text: &str) -> Result<String, String> {
    let letters = text.chars().count();
    if letters == 0 || letters > MOST_SOURCE || text.chars().any(char::is_control) {
        return Err(format!("a source has 1 to {MOST_SOURCE} letters"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const HEAD: &str = "indicator,whose,from,to,value,numerator,denominator,source,published_on\n";

    #[test]
    fn a_line_is_a_published_value() {
        let text = format!(
            "{HEAD}representations,england,2026-01-01,2026-03-31,7.9,790,10000,NDTMS ViewIt,2026-05-20\n"
        );
        let all = benchmarks(&text).unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].whose, Whose::England);
        assert_eq!(
            (all[0].value, all[0].numerator, all[0].denominator),
            (7.9, Some(790), Some(10_000))
        );
        assert_eq!(all[0].published_on, date(2026, 5, 20));
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let good = "representations,england,2026-01-01,2026-03-31,7.9,,,NDTMS,2026-05-20\n";
        for (line, fault) in [
            (
                "nothing,england,2026-01-01,2026-03-31,7.9,,,NDTMS,2026-05-20",
                "no such indicator",
            ),
            (
                "representations,wales,2026-01-01,2026-03-31,7.9,,,NDTMS,2026-05-20",
                "whose",
            ),
            (
                "representations,england,2026-04-01,2026-03-31,7.9,,,NDTMS,2026-05-20",
                "ends before",
            ),
            (
                "representations,england,2026-01-01,2026-3-31,7.9,,,NDTMS,2026-05-20",
                "to is no date",
            ),
            (
                "representations,england,2025-01-01,2025-03-31,100.1,,,NDTMS,2026-05-20",
                "between 0 and 100",
            ),
            (
                "representations,england,2025-01-01,2025-03-31,NaN,,,NDTMS,2026-05-20",
                "between 0 and 100",
            ),
            (
                "representations,england,2025-01-01,2025-03-31,-1,,,NDTMS,2026-05-20",
                "between 0 and 100",
            ),
            (
                "representations,england,2025-01-01,2025-03-31,5,9,8,NDTMS,2026-05-20",
                "more than the denominator",
            ),
            (
                "representations,england,2025-01-01,2025-03-31,5,-1,8,NDTMS,2026-05-20",
                "numerator is no count",
            ),
            (
                "representations,england,2025-01-01,2025-03-31,5,,,,2026-05-20",
                "source",
            ),
            (
                "representations,england,2025-01-01,2025-03-31,5,,,NDTMS,2025-03-31",
                "before its period",
            ),
            (
                "representations,england,2026-01-01,2026-03-31,5,,,NDTMS,2026-05-20",
                "twice",
            ),
            ("representations,england", "not CSV"),
        ] {
            let faults = benchmarks(&format!("{HEAD}{good}{line}\n")).unwrap_err();
            assert_eq!(faults.len(), 1, "{line}: {faults:?}");
            assert!(
                faults[0].starts_with("line 3: ") && faults[0].contains(fault),
                "{line}: {faults:?}"
            );
        }
        assert!(benchmarks(HEAD).is_err(), "nothing in it");
        assert!(benchmarks("a,b\n1,2\n").is_err(), "another file");
    }

    #[test]
    fn neighbours_are_those_of_one_publication() {
        let head = "area,neighbour,source,published_on\n";
        let line = |area: &str, other: &str, source: &str| format!("{area},{other},{source},2025-04-01\n");
        let good = format!(
            "{head}{}{}{}",
            line("E06000035", "E06000033", "CIPFA"),
            line("E06000035", "E06000034", "CIPFA"),
            line("E06000033", "E06000035", "CIPFA")
        );
        let all = neighbours(&good).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].neighbours.len(), 2);
        for more in [
            line("E06000035", "E06000035", "CIPFA"),
            line("E06000035", "E06000033", "CIPFA"),
            line("E06000035", "E06000036", "another"),
            line("E06000035", "nowhere", "CIPFA"),
        ] {
            assert!(neighbours(&format!("{good}{more}")).is_err(), "{more}");
        }
    }
}
