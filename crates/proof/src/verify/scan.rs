//! Reading the record of an event quickly: only its form, and what its place in the log depends on.

/// What the log's order depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scanned<'a> {
    pub event: u128,
    pub stream: u128,
    pub version: u32,
    pub event_type: &'a [u8],
    /// Its 27 characters: they compare as the times do.
    pub recorded: [u8; 27],
    pub organisation: &'a [u8],
    pub payload: [u8; 32],
}

const TITLE: &[u8] = b"throughcare event 1\n";
/// An instant: digits where it has zeros.
const INSTANT: &[u8; 27] = b"0000-00-00T00:00:00.000000Z";
const DAY: &[u8; 10] = b"0000-00-00";

/// Reads a record; none where it has another form than [`crate::record::EventRecord`] writes.
pub(super) fn scan(entry: &[u8]) -> Option<Scanned<'_>> {
    let mut lines = Lines(entry.strip_prefix(TITLE)?);
    let event = uuid(lines.value(b"event ")?)?;
    let (kind, stream) = two(lines.value(b"stream ")?)?;
    if kind.is_empty() || !kind.iter().all(u8::is_ascii_lowercase) {
        return None;
    }
    let stream = uuid(stream)?;
    let version = number(lines.value(b"version ")?)?;
    let (event_type, schema) = two(lines.value(b"type ")?)?;
    if event_type.is_empty() || !event_type.iter().all(u8::is_ascii_graphic) {
        return None;
    }
    number(schema)?;
    match two(lines.value(b"occurred ")?)? {
        (b"on", day) => like(day, DAY)?,
        (b"at", at) => like(at, INSTANT)?,
        _ => return None,
    }
    like(lines.value(b"received ")?, INSTANT)?;
    let recorded = lines.value(b"recorded ")?;
    like(recorded, INSTANT)?;
    lines.value(b"origin ")?;
    lines.value(b"client ")?;
    lines.value(b"user ");
    let organisation = lines.value(b"organisation ")?;
    lines.value(b"role ")?;
    lines.value(b"behalf ");
    lines.value(b"purpose ")?;
    uuid(lines.value(b"correlation ")?)?;
    if let Some(causation) = lines.value(b"causation ") {
        uuid(causation)?;
    }
    if lines.value(b"system ").is_some() {
        lines.value(b"reference ")?;
    }
    number(lines.value(b"key ")?)?;
    let payload = hash(lines.value(b"payload ")?)?;
    lines.0.is_empty().then_some(Scanned {
        event,
        stream,
        version,
        event_type,
        recorded: recorded.try_into().ok()?,
        organisation,
        payload,
    })
}

struct Lines<'a>(&'a [u8]);

impl<'a> Lines<'a> {
    /// The value of the next line, when it has this name.
    fn value(&mut self, name: &[u8]) -> Option<&'a [u8]> {
        let rest = self.0.strip_prefix(name)?;
        let end = rest.iter().position(|&byte| byte == b'\n')?;
        self.0 = &rest[end + 1..];
        Some(&rest[..end])
    }
}

fn two(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = value.iter().position(|&byte| byte == b' ')?;
    Some((&value[..at], &value[at + 1..]))
}

/// 1 to 999,999,999, no zero before it.
fn number(value: &[u8]) -> Option<u32> {
    if value.len() > 9 || value.first().is_none_or(|first| *first == b'0') {
        return None;
    }
    value.iter().try_fold(0_u32, |number, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + u32::from(byte - b'0'))
    })
}

fn like(value: &[u8], form: &[u8]) -> Option<()> {
    let fits = |(byte, form): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        other => byte == other,
    };
    (value.len() == form.len() && value.iter().zip(form).all(fits)).then_some(())
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

fn uuid(value: &[u8]) -> Option<u128> {
    if value.len() != 36 {
        return None;
    }
    value
        .iter()
        .enumerate()
        .try_fold(0_u128, |id, (place, &byte)| match place {
            8 | 13 | 18 | 23 => (byte == b'-').then_some(id),
            _ => Some(id << 4 | u128::from(digit(byte)?)),
        })
}

fn hash(value: &[u8]) -> Option<[u8; 32]> {
    let digits: &[u8; 64] = value.try_into().ok()?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}
