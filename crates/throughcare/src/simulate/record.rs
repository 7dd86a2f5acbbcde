//! One append of the county on its way into the log: its place in the order, and the sealed append as bytes.

/// Bytes before the sealed append.
const HEAD: usize = 24;

/// One append. Ordered by when it was recorded, then by person, then by its place in the person's story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record<'a> {
    /// When it was recorded, in microseconds since 1970.
    pub recorded_at: i64,
    /// The number of the person; 0 for the directory too, which comes before everybody, and the highest for services.
    pub person: u32,
    /// Its place in the story.
    pub step: u32,
    /// How many events it holds.
    pub events: u32,
    /// The sealed append; `None` for one that the log holds already.
    pub sealed: Option<&'a [u8]>,
}

impl<'a> Record<'a> {
    /// Writes it; `seal` writes the sealed append, or nothing.
    pub fn write(&self, to: &mut Vec<u8>, seal: impl FnOnce(&mut Vec<u8>)) {
        to.extend_from_slice(&self.recorded_at.to_le_bytes());
        for number in [self.person, self.step, self.events, 0] {
            to.extend_from_slice(&number.to_le_bytes());
        }
        let from = to.len();
        seal(to);
        let length = u32::try_from(to.len() - from).unwrap_or(u32::MAX); // an append is far shorter
        to[from - 4..from].copy_from_slice(&length.to_le_bytes());
    }

    /// Reads one from the front; `None` at the end.
    pub fn read(from: &mut &'a [u8]) -> Option<Self> {
        let (head, rest) = from.split_at_checked(HEAD)?;
        let number = |at: usize| Some(u32::from_le_bytes(head.get(at..at + 4)?.try_into().ok()?));
        let (sealed, rest) = rest.split_at_checked(number(20)? as usize)?;
        *from = rest;
        Some(Self {
            recorded_at: i64::from_le_bytes(head.get(..8)?.try_into().ok()?),
            person: number(8)?,
            step: number(12)?,
            events: number(16)?,
            sealed: (!sealed.is_empty()).then_some(sealed),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_one_after_another() {
        let one = Record {
            recorded_at: -5,
            person: 7,
            step: 2,
            events: 3,
            sealed: Some(b"sealed"),
        };
        let two = Record {
            sealed: None,
            step: 3,
            ..one
        };
        let mut bytes = Vec::new();
        for record in [one, two] {
            record.write(&mut bytes, |to| {
                to.extend_from_slice(record.sealed.unwrap_or_default())
            });
        }
        let mut from = bytes.as_slice();
        assert_eq!(Record::read(&mut from), Some(one));
        assert_eq!(Record::read(&mut from), Some(two));
        assert_eq!(Record::read(&mut from), None);
    }
}
