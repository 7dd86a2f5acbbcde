//! Which records share a key with a description.

use crate::{Reach, Store, StoreError};
use sqlx::Row as _;
use std::collections::HashMap;
use throughcare_domain::matching::{Portrait, keys};
use uuid::Uuid;

/// Most records that are opened and compared with one, those first that share most keys.
pub const MOST_CANDIDATES: usize = 50;

/// A key that more records share than these says little, and is passed over.
pub const TOO_COMMON: usize = 200;

/// What shares keys with a description.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// The records, those first that share most keys.
    pub records: Vec<Uuid>,
    /// How many keys were passed over because too many records share them.
    pub too_common: usize,
    /// How many records were left out because there are more than [`MOST_CANDIDATES`].
    pub left_out: usize,
}

impl Store {
    /// The records within reach that share a key with a description, but for some.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn match_candidates(
        &self,
        reach: &Reach,
        portrait: &Portrait,
        but: &[Uuid],
    ) -> Result<Candidates, StoreError> {
        let (kinds, blinds): (Vec<&str>, Vec<Vec<u8>>) = keys(portrait)
            .iter()
            .map(|key| (key.kind.as_str(), self.blind_key(key).to_vec()))
            .unzip();
        if kinds.is_empty() {
            return Ok(Candidates::default());
        }
        let rows = sqlx::query(
            "/* match_candidates */ SELECT found.records FROM unnest($1::text[], $2::bytea[]) AS asked (kind, blind) \
             CROSS JOIN LATERAL (SELECT array_agg(stream_id) AS records FROM \
                 (SELECT stream_id FROM match_keys WHERE kind = asked.kind AND blind = asked.blind LIMIT $3) AS few \
             ) AS found WHERE found.records IS NOT NULL",
        )
        .bind(kinds)
        .bind(blinds)
        .bind(i64::try_from(TOO_COMMON).unwrap_or(i64::MAX) + 1)
        .fetch_all(self.within(reach))
        .await?;
        let (mut shared, mut too_common): (HashMap<Uuid, usize>, _) = (HashMap::new(), 0);
        for row in rows {
            let records: Vec<Uuid> = row.try_get("records")?;
            if records.len() > TOO_COMMON {
                too_common += 1;
                continue;
            }
            for record in records.into_iter().filter(|record| !but.contains(record)) {
                *shared.entry(record).or_default() += 1;
            }
        }
        let mut records: Vec<(Uuid, usize)> = shared.into_iter().collect();
        records.sort_by_key(|(record, keys)| (std::cmp::Reverse(*keys), *record));
        let left_out = records.len().saturating_sub(MOST_CANDIDATES);
        records.truncate(MOST_CANDIDATES);
        Ok(Candidates {
            records: records.into_iter().map(|(record, _)| record).collect(),
            too_common,
            left_out,
        })
    }
}
