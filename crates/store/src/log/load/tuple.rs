//! Rows in the binary form of `COPY`: how a row begins, and how a value of each type is written.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use uuid::Uuid;

/// Microseconds from 1970 to 2000, where PostgreSQL counts from.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
/// The day from which PostgreSQL counts days.
const EPOCH_DAY: Date = date(2000, 1, 1);

/// What every binary `COPY` begins with: signature, no flags, no extension.
pub(crate) const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What it ends with.
pub(crate) const TRAILER: &[u8] = &(-1_i16).to_be_bytes();

/// Writes values one after another: each its length and its bytes.
pub(crate) struct Tuple<'a>(pub &'a mut Vec<u8>);

impl Tuple<'_> {
    /// Begins a row of so many columns.
    pub(crate) fn begin(&mut self, columns: i16) {
        self.0.extend_from_slice(&columns.to_be_bytes());
    }

    pub(crate) fn null(&mut self) {
        self.0.extend_from_slice(&(-1_i32).to_be_bytes());
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) {
        let length = i32::try_from(value.len()).unwrap_or(i32::MAX); // texts and sealed parts are far shorter
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(value);
    }

    /// Corrects the length of the last value, which begins at this byte and was lengthened since it was written.
    pub(crate) fn measure(&mut self, at: usize) {
        let length = i32::try_from(self.0.len() - at - size_of::<i32>()).unwrap_or(i32::MAX);
        self.0[at..at + size_of::<i32>()].copy_from_slice(&length.to_be_bytes());
    }

    pub(crate) fn text(&mut self, value: &str) {
        self.bytes(value.as_bytes());
    }

    pub(crate) fn option(&mut self, value: Option<&[u8]>) {
        match value {
            Some(value) => self.bytes(value),
            None => self.null(),
        }
    }

    pub(crate) fn uuid(&mut self, value: Uuid) {
        self.bytes(value.as_bytes());
    }

    pub(crate) fn smallint(&mut self, value: i16) {
        self.bytes(&value.to_be_bytes());
    }

    pub(crate) fn integer(&mut self, value: i32) {
        self.bytes(&value.to_be_bytes());
    }

    pub(crate) fn bigint(&mut self, value: i64) {
        self.bytes(&value.to_be_bytes());
    }

    pub(crate) fn timestamptz(&mut self, at: Timestamp) {
        self.bigint(at.as_microsecond() - EPOCH_MICROS);
    }

    pub(crate) fn date(&mut self, day: Date) {
        self.integer(days(day));
    }
}

/// Days since 2000-01-01.
fn days(day: Date) -> i32 {
    let hours = day.duration_since(EPOCH_DAY).as_hours();
    i32::try_from(hours / 24).unwrap_or(i32::MAX)
}

/// The instant of a `timestamptz`, or `None` for one that no program of ours writes.
pub(crate) fn instant(micros: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(micros.checked_add(EPOCH_MICROS)?).ok()
}

/// The day of a `date`, or `None` for one that no program of ours writes.
pub(crate) fn day(days: i32) -> Option<Date> {
    EPOCH_DAY
        .checked_add(jiff::SignedDuration::from_hours(i64::from(days) * 24))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants_come_back() {
        for given in [
            date(1900, 1, 1),
            date(1999, 12, 31),
            EPOCH_DAY,
            date(2024, 2, 29),
            date(2199, 12, 31),
        ] {
            assert_eq!(day(days(given)), Some(given));
        }
        assert_eq!(days(date(2000, 3, 1)), 60);
        let at: Timestamp = "1969-07-20T20:17:40.123456Z".parse().unwrap();
        let mut row = Vec::new();
        Tuple(&mut row).timestamptz(at);
        assert_eq!(
            instant(i64::from_be_bytes(row[4..].try_into().unwrap())),
            Some(at)
        );
        assert_eq!(instant(i64::MAX), None);
        assert_eq!(day(i32::MAX), None);
    }
}
