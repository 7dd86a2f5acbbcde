//! Lines of a name and a value: writing and reading them.

use jiff::Timestamp;
use std::borrow::Cow;
use std::fmt::Write as _;
use uuid::Uuid;

/// A record is not in the one form that it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the record has no `{0}`, or not in the form that it must have")]
pub struct RecordError(pub &'static str);

/// Writes the lines of a record.
pub(super) struct Writer(String);

impl Writer {
    pub fn begin(title: &str) -> Self {
        let mut text = String::with_capacity(700);
        text.push_str(title);
        text.push('\n');
        Self(text)
    }

    pub fn line(&mut self, name: &str, value: impl std::fmt::Display) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{name} {value}");
    }

    pub fn text(&mut self, name: &str, value: &str) {
        self.line(name, escaped(value));
    }

    pub fn text_if(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    pub fn at(&mut self, name: &str, at: Timestamp) {
        self.line(name, format_args!("{at:.6}"));
    }

    pub fn end(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

/// Reads the lines of a record in their order.
pub(super) struct Reader<'a> {
    lines: std::iter::Peekable<std::str::Split<'a, char>>,
}

impl<'a> Reader<'a> {
    pub fn begin(entry: &'a [u8], title: &'static str) -> Result<Self, RecordError> {
        let text = std::str::from_utf8(entry).map_err(|_| RecordError(title))?;
        let text = text.strip_suffix('\n').ok_or(RecordError(title))?;
        let mut lines = text.split('\n').peekable();
        if lines.next() == Some(title) {
            Ok(Self { lines })
        } else {
            Err(RecordError(title))
        }
    }

    pub fn line_if(&mut self, name: &'static str) -> Option<&'a str> {
        let line = *self.lines.peek()?;
        let value = line.strip_prefix(name)?.strip_prefix(' ')?;
        self.lines.next();
        Some(value)
    }

    pub fn line(&mut self, name: &'static str) -> Result<&'a str, RecordError> {
        self.line_if(name).ok_or(RecordError(name))
    }

    pub fn text(&mut self, name: &'static str) -> Result<String, RecordError> {
        unescaped(self.line(name)?).ok_or(RecordError(name))
    }

    pub fn text_if(&mut self, name: &'static str) -> Result<Option<String>, RecordError> {
        self.line_if(name)
            .map(|value| unescaped(value).ok_or(RecordError(name)))
            .transpose()
    }

    pub fn id(&mut self, name: &'static str) -> Result<Uuid, RecordError> {
        uuid(self.line(name)?).ok_or(RecordError(name))
    }

    pub fn at(&mut self, name: &'static str) -> Result<Timestamp, RecordError> {
        instant(self.line(name)?).ok_or(RecordError(name))
    }

    pub fn end(mut self) -> Result<(), RecordError> {
        match self.lines.next() {
            None => Ok(()),
            Some(_) => Err(RecordError("end")),
        }
    }
}

pub(super) fn uuid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok()
}

pub(super) fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

fn escaped(text: &str) -> Cow<'_, str> {
    let special = |it: char| it.is_control() || it == '%';
    if !text.contains(special) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut buffer = [0; 4];
    for one in text.chars() {
        if special(one) {
            for byte in one.encode_utf8(&mut buffer).bytes() {
                let _ = write!(out, "%{byte:02x}");
            }
        } else {
            out.push(one);
        }
    }
    out.into()
}

fn unescaped(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' {
            let (digits, after) = rest.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}
