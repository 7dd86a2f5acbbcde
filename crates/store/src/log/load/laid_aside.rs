//! Sealed appends as bytes, for whoever must put more of them in order than fit into memory. Nothing personal is
//! in them in clear: what is personal is sealed, and its keys are in the key store.
//!
//! The bytes are for the program that wrote them and no other version: nothing keeps them longer than it runs.

use super::Sealed;
use crate::StoreError;
use crate::log::prepare::{Prepared, PreparedStream};
use crate::log::row::{kind_number, kind_of};
use crate::log::{Claim, Entity, EntityKind, Idempotency, Reference};
use jiff::Timestamp;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::SourceReference;
use throughcare_domain::id::EventId;
use throughcare_domain::identifier::IdentifierKind;
use throughcare_domain::stream::StreamId;
use uuid::Uuid;

impl Sealed {
    /// Writes it, so that [`Sealed::read`] gives it back.
    pub fn write(&self, to: &mut Vec<u8>) {
        let Prepared {
            streams,
            events: _,
            rows: _,
            idempotency,
            references,
            claims,
            entities,
            // Refused when it was sealed.
            links: _,
            concerned,
            recorded_at,
        } = &self.prepared;
        let mut out = Out(to);
        out.list(streams, |out, stream| {
            out.stream(stream.stream);
            out.number(stream.expected);
            out.number(stream.reached);
            out.option(stream.begun_by.as_ref(), |out, event| out.uuid(event.0));
        });
        out.option(idempotency.as_ref(), |out, asked| {
            out.text(&asked.client);
            out.uuid(asked.key);
            out.bytes(&asked.fingerprint);
            out.bytes(&asked.answer);
        });
        out.list(references, |out, reference| {
            out.text(&reference.client);
            out.text(&reference.source.system);
            out.text(&reference.source.value);
            out.uuid(reference.entity);
            out.stream(reference.stream);
        });
        out.list(claims, |out, claim| {
            out.text(claim.kind.as_str());
            out.bytes(&claim.blind);
            out.stream(claim.stream);
            out.number(u32::from(claim.release));
        });
        out.list(entities, |out, entity| {
            out.uuid(entity.id);
            out.text(entity.kind.as_str());
            out.stream(entity.stream);
        });
        out.list(concerned, |out, (stream, organisation)| {
            out.uuid(*stream);
            out.text(organisation.as_str());
        });
        out.option(recorded_at.as_ref(), |out, at| {
            out.0.extend_from_slice(&at.as_microsecond().to_le_bytes());
        });
        out.list(&self.ends, |out, end| out.number(*end));
        out.bytes(&self.rows);
    }

    /// Reads one from the front of `from` and moves on behind it.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] for bytes that [`Sealed::write`] did not write.
    pub fn read(from: &mut &[u8]) -> Result<Self, StoreError> {
        let mut bytes = In(from);
        let sealed = bytes
            .sealed()
            .ok_or(StoreError::Invalid("what was laid aside is damaged"))?;
        *from = bytes.0;
        Ok(sealed)
    }
}

/// Numbers are little-endian; texts, bytes and lists stand after their length.
struct Out<'a>(&'a mut Vec<u8>);

impl Out<'_> {
    fn number(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn uuid(&mut self, id: Uuid) {
        self.0.extend_from_slice(id.as_bytes());
    }

    fn stream(&mut self, stream: StreamId) {
        self.0.extend_from_slice(&kind_number(stream.kind).to_le_bytes());
        self.uuid(stream.id);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(u32::try_from(bytes.len()).unwrap_or(u32::MAX)); // `seal` bounds what is longest, the rows
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn list<T>(&mut self, items: &[T], each: impl Fn(&mut Self, &T)) {
        self.number(u32::try_from(items.len()).unwrap_or(u32::MAX));
        items.iter().for_each(|item| each(self, item));
    }

    fn option<T>(&mut self, item: Option<&T>, some: impl Fn(&mut Self, &T)) {
        self.list(item.as_slice(), |out, item| some(out, item));
    }
}

struct In<'a>(&'a [u8]);

impl<'a> In<'a> {
    fn sealed(&mut self) -> Option<Sealed> {
        let streams = self.list(|from| {
            Some(PreparedStream {
                stream: from.stream()?,
                expected: from.number()?,
                reached: from.number()?,
                begun_by: from.option(|from| from.uuid().map(EventId))?,
            })
        })?;
        let idempotency = self.option(|from| {
            Some(Idempotency {
                client: from.text()?.to_owned(),
                key: from.uuid()?,
                fingerprint: from.bytes()?.try_into().ok()?,
                answer: from.bytes()?.to_vec(),
            })
        })?;
        let references = self.list(|from| {
            Some(Reference {
                client: from.text()?.to_owned(),
                source: SourceReference {
                    system: from.text()?.to_owned(),
                    value: from.text()?.to_owned(),
                },
                entity: from.uuid()?,
                stream: from.stream()?,
            })
        })?;
        let claims = self.list(|from| {
            Some(Claim {
                kind: IdentifierKind::parse(from.text()?)?,
                blind: from.bytes()?.try_into().ok()?,
                stream: from.stream()?,
                release: from.number()? == 1,
            })
        })?;
        let entities = self.list(|from| {
            Some(Entity {
                id: from.uuid()?,
                kind: EntityKind::parse(from.text()?)?,
                stream: from.stream()?,
            })
        })?;
        let concerned =
            self.list(|from| Some((from.uuid()?, OrganisationCode::parse(from.text()?).ok()?)))?;
        let recorded_at = self.option(|from| {
            Timestamp::from_microsecond(i64::from_le_bytes(from.take(8)?.try_into().ok()?)).ok()
        })?;
        let ends = self.list(Self::number)?;
        let rows = self.bytes()?.to_vec();
        let in_order = ends.is_sorted() && ends.last().map_or(0, |end| *end as usize) == rows.len();
        let prepared = Prepared {
            streams,
            events: ends.len() as u64,
            rows: Vec::new(),
            idempotency,
            references,
            claims,
            entities,
            links: Vec::new(),
            concerned,
            recorded_at,
        };
        in_order.then_some(Sealed { prepared, rows, ends })
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn uuid(&mut self) -> Option<Uuid> {
        Uuid::from_slice(self.take(16)?).ok()
    }

    fn stream(&mut self) -> Option<StreamId> {
        let kind = i16::from_le_bytes(self.take(2)?.try_into().ok()?);
        Some(StreamId {
            kind: kind_of(kind).ok()?,
            id: self.uuid()?,
        })
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(length as usize)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    fn list<T>(&mut self, mut each: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let length = self.number()?;
        (0..length).map(|_| each(self)).collect()
    }

    fn option<T>(&mut self, some: impl FnMut(&mut Self) -> Option<T>) -> Option<Option<T>> {
        Some(self.list(some)?.pop())
    }
}
