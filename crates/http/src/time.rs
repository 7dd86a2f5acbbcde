//! Dates and instants on the wire.
//!
//! Source: `api.md`, Adopt 12: dates are dates, instants are RFC 3339 with offset; both are accepted
//! where the fact is a date, and the precision is kept. `trust.md`, trap 10: dates are bounded at the
//! edge, from 1900-01-01 to 2099-12-31, because databases accept more than calendars should.

use jiff::{Timestamp, civil::Date, fmt::temporal::DateTimeParser};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::borrow::Cow;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, OneOfBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The first year that is accepted.
pub const FIRST_YEAR: i16 = 1900;
/// The last year that is accepted.
pub const LAST_YEAR: i16 = 2099;

const DATE_PATTERN: &str = "^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

/// Reads `2026-03-01`. `None` when it is written otherwise, does not exist or is out of bounds.
pub fn parse_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(place, byte)| match place {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let date: Date = if shaped { text.parse().ok()? } else { return None };
    (FIRST_YEAR..=LAST_YEAR).contains(&date.year()).then_some(date)
}

/// Reads an RFC 3339 instant with `Z` or an offset: `2026-03-01T09:30:00+01:00`. `None` when it is
/// written otherwise, does not exist or is out of bounds. A leap second (`:60`) is not accepted: no
/// event in care is that exact, and rounding it silently would be a lie.
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        bytes
            .get(range)
            .is_some_and(|it| it.iter().all(u8::is_ascii_digit))
    };
    let shaped = (20..=35).contains(&bytes.len())
        && text.is_ascii()
        && digits(11..13)
        && digits(14..16)
        && digits(17..19)
        && matches!(bytes[10], b'T' | b't')
        && bytes[13] == b':'
        && bytes[16] == b':'
        && bytes[17] < b'6';
    if !shaped || !offset_is_sound(&bytes[19..]) {
        return None;
    }
    parse_date(text.get(..10)?)?;
    let at = PARSER.parse_timestamp(text).ok()?;
    let year = at.to_zoned(jiff::tz::TimeZone::UTC).year();
    (FIRST_YEAR..=LAST_YEAR).contains(&year).then_some(at)
}

/// What follows the seconds: an optional fraction of 1 to 9 digits, then `Z` or `+hh:mm`.
fn offset_is_sound(rest: &[u8]) -> bool {
    let rest = match rest.strip_prefix(b".") {
        Some(fraction) => {
            let digits = fraction.iter().take_while(|it| it.is_ascii_digit()).count();
            if !(1..=9).contains(&digits) {
                return false;
            }
            &fraction[digits..]
        }
        None => rest,
    };
    match rest {
        b"Z" | b"z" => true,
        [b'+' | b'-', a, b, b':', c, d] => {
            [a, b, c, d].iter().all(|it| it.is_ascii_digit())
                && (a - b'0') * 10 + (b - b'0') < 24
                && *c < b'6'
        }
        _ => false,
    }
}

/// When a fact was true: a date (`2026-03-01`) or an instant (`2026-03-01T09:30:00+00:00`), in the
/// precision in which it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenWire {
    /// A civil date in London.
    On(Date),
    /// An instant.
    At(Timestamp),
}

impl std::str::FromStr for WhenWire {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_date(text)
            .map(Self::On)
            .or_else(|| parse_instant(text).map(Self::At))
            .ok_or("expected a date or a date and time with offset, from 1900 to 2099")
    }
}

impl<'de> Deserialize<'de> for WhenWire {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl Serialize for WhenWire {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::On(date) => serializer.collect_str(date),
            Self::At(at) => serializer.collect_str(at),
        }
    }
}

impl PartialSchema for WhenWire {
    fn schema() -> RefOr<Schema> {
        let text = |format, pattern: Option<&str>| {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(format)))
                .pattern(pattern)
        };
        OneOfBuilder::new()
            .item(text(KnownFormat::Date, Some(DATE_PATTERN)))
            .item(text(KnownFormat::DateTime, None))
            .description(Some(
                "When it was true: a date, such as 2026-03-01, or a date and time with its offset, \
                 such as 2026-03-01T09:30:00+00:00. From 1900 to 2099.",
            ))
            .into()
    }
}

impl ToSchema for WhenWire {
    fn name() -> Cow<'static, str> {
        "When".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_precisions_are_kept() {
        let date: WhenWire = serde_json::from_str("\"2026-03-01\"").unwrap();
        assert_eq!(serde_json::to_string(&date).unwrap(), "\"2026-03-01\"");
        let at: WhenWire = serde_json::from_str("\"2026-07-01T00:30:00+01:00\"").unwrap();
        assert_eq!(at, WhenWire::At("2026-06-30T23:30:00Z".parse().unwrap()));
    }

    #[test]
    fn instants_need_an_offset_and_must_exist() {
        for good in [
            "2026-03-01T09:30:00Z",
            "2026-03-01t09:30:00.123456789-05:30",
            "1900-01-01T00:00:00Z",
        ] {
            assert!(parse_instant(good).is_some(), "{good}");
        }
        for bad in [
            "2026-03-01T09:30:00",
            "2026-03-01T09:30Z",
            "2026-03-01 09:30:00Z",
            "2026-03-01T24:00:00Z",
            "2026-03-01T09:60:00Z",
            "2016-12-31T23:59:60Z",
            "2026-03-01T09:30:00+24:00",
            "2026-03-01T09:30:00+0100",
            "2026-03-01T09:30:00.Z",
            "2026-03-01T09:30:00.1234567890Z",
            "2026-03-01T09:30:00Z[Europe/London]",
            "2026-02-30T09:30:00Z",
            "2100-01-01T00:00:00Z",
            "1900-01-01T00:00:00+01:00",
            "2099-12-31T23:59:59-01:00",
            "２026-03-01T09:30:00Z",
            "",
        ] {
            assert!(parse_instant(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn dates_are_bounded_and_written_one_way() {
        assert!(parse_date("1900-01-01").is_some() && parse_date("2099-12-31").is_some());
        for bad in [
            "1899-12-31",
            "2100-01-01",
            "2026-2-1",
            "2026-02-29",
            "+2026-02-01",
            "2026/02/01",
            "infinity",
        ] {
            assert!(parse_date(bad).is_none(), "{bad}");
        }
    }
}
