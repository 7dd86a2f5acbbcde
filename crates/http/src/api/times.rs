//! `asOf` and `knownAt` in queries.

use crate::time::{WhenWire, parse_date, parse_instant};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::borrow::Cow;
use throughcare_app::query::{Known, Times};
use throughcare_domain::when::AsOf;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, OneOfBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Most digits of a log position on the wire.
const MOST_DIGITS: usize = 18;

/// As it was known: at the end of a day, at an instant, or at a log position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownWire {
    /// At the end of a civil day in London.
    On(Date),
    /// At an instant.
    At(Timestamp),
    /// At a log position.
    Position(u64),
}

impl std::str::FromStr for KnownWire {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = (1..=MOST_DIGITS).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
        let position = digits.then(|| text.parse().ok()).flatten().map(Self::Position);
        position
            .or_else(|| parse_date(text).map(Self::On))
            .or_else(|| parse_instant(text).map(Self::At))
            .ok_or("expected a date, an instant with offset, or a log position")
    }
}

impl<'de> Deserialize<'de> for KnownWire {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl Serialize for KnownWire {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::On(date) => serializer.collect_str(date),
            Self::At(at) => serializer.collect_str(at),
            Self::Position(position) => serializer.collect_str(position),
        }
    }
}

impl PartialSchema for KnownWire {
    fn schema() -> RefOr<Schema> {
        let text = |format: Option<KnownFormat>, pattern: Option<&str>| {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .format(format.map(SchemaFormat::KnownFormat))
                .pattern(pattern)
        };
        let date = "^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
        OneOfBuilder::new()
            .item(text(Some(KnownFormat::Date), Some(date)))
            .item(text(Some(KnownFormat::DateTime), None))
            .item(text(None, Some("^[0-9]{1,18}$")))
            .description(Some(
                "As it was known at the end of a date, at an instant with offset, or at a log position.",
            ))
            .into()
    }
}

impl ToSchema for KnownWire {
    fn name() -> Cow<'static, str> {
        "KnownAt".into()
    }
}

/// The two times of a question. A date of `asOf` means its end, in London.
pub fn times(as_of: Option<WhenWire>, known_at: Option<KnownWire>) -> Times {
    Times {
        as_of: as_of.map(|when| match when {
            WhenWire::On(date) => AsOf::EndOf(date),
            WhenWire::At(at) => AsOf::Moment(at),
        }),
        known_at: known_at.map(|known| match known {
            KnownWire::On(date) => Known::EndOf(date),
            KnownWire::At(at) => Known::At(at),
            KnownWire::Position(position) => Known::Position(position),
        }),
    }
}

/// The two times as one text, for the scope of a cursor.
pub fn times_text(as_of: Option<WhenWire>, known_at: Option<KnownWire>) -> String {
    serde_json::to_string(&(as_of, known_at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn known_at_is_a_day_a_moment_or_a_position() {
        assert_eq!("2026-03-01".parse(), Ok(KnownWire::On(date(2026, 3, 1))));
        assert_eq!("0042".parse(), Ok(KnownWire::Position(42)));
        let at: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
        assert_eq!("2026-03-01T10:00:00+01:00".parse(), Ok(KnownWire::At(at)));
        for odd in [
            "",
            "-1",
            "+1",
            "1e3",
            "2026-03",
            "1234567890123456789",
            "yesterday",
        ] {
            assert!(odd.parse::<KnownWire>().is_err(), "{odd}");
        }
    }

    #[test]
    fn the_published_schema_takes_what_the_reader_takes() {
        let schema = crate::json::schema::of::<KnownWire>().unwrap();
        for good in ["2026-03-01", "2026-03-01T10:00:00+01:00", "42"] {
            assert!(schema.faults(&good.into(), "").is_empty(), "{good}");
        }
        for odd in ["", "-1", "2026-02-30", "1234567890123456789"] {
            assert!(!schema.faults(&odd.into(), "").is_empty(), "{odd}");
        }
    }
}
