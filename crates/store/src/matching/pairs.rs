//! Pairs of records that might be one person's, for lists across people: the ids and the points, never why. Whoever is
//! shown one has both records opened and compared anew.

use super::making::Made;
use crate::{Reach, Store, StoreError};
use sqlx::Row as _;
use std::collections::{BTreeMap, BTreeSet};
use throughcare_domain::matching::{Portrait, Verdict, compare};
use uuid::Uuid;

/// Positions of the log gone through at once: each record touched is compared with up to [`super::MOST_CANDIDATES`].
const BATCH: u64 = 512;

/// Most pairs read at once.
pub const MOST_PAIRS: u32 = 100;

/// Two records that might be one person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// How they compare, when they were compared last.
    pub points: i32,
    /// The one with the lesser id.
    pub one: Uuid,
    /// The other.
    pub other: Uuid,
}

impl Store {
    /// Compares the records of which the next events tell who the person is with those that share a key with them. Goes
    /// no further than the keys are made.
    ///
    /// # Errors
    /// [`StoreError`] when the database or the key store cannot answer.
    pub async fn compare_records(&self) -> Result<Made, StoreError> {
        let row =
            sqlx::query("/* match_pairs::compared */ SELECT compared, position, fence FROM match_keys_made")
                .fetch_one(self.pool())
                .await?;
        let compared = row.try_get::<i64, _>("compared")?.unsigned_abs();
        let head = row.try_get::<i64, _>("position")?.unsigned_abs();
        let fence: i64 = row.try_get("fence")?;
        let done = Made {
            position: compared,
            head,
        };
        if done.is_all() {
            return Ok(done);
        }
        let upto = head.min(compared + BATCH);
        let records = self.records_told_of(compared, upto).await?;
        let mut pairs: BTreeMap<(Uuid, Uuid), i32> = BTreeMap::new();
        for some in records.chunks(super::making::RECORDS) {
            let portraits = self.portraits(some).await?;
            let mut sharing: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
            let mut needed = BTreeSet::new();
            for (record, portrait) in &portraits {
                let found = self
                    .match_candidates(&Reach::EVERYBODY, portrait, &[*record])
                    .await?;
                needed.extend(found.records.iter().copied());
                sharing.insert(*record, found.records);
            }
            let needed: Vec<Uuid> = needed.into_iter().collect();
            for part in needed.chunks(super::making::RECORDS) {
                let others: BTreeMap<Uuid, Portrait> = self.portraits(part).await?.into_iter().collect();
                for (record, portrait) in &portraits {
                    let shared = sharing.get(record).into_iter().flatten();
                    for (other, told) in shared.filter_map(|id| Some((*id, others.get(id)?))) {
                        let score = compare(portrait, told);
                        if score.verdict != Verdict::None {
                            pairs.insert(((*record).min(other), (*record).max(other)), score.points);
                        }
                    }
                }
            }
        }
        let mut session = self.recording().begin().await?;
        let ours = sqlx::query(
            "/* match_pairs::reach */ UPDATE match_keys_made SET compared = $1 WHERE compared = $2 AND fence = $3",
        )
        .bind(upto.cast_signed())
        .bind(compared.cast_signed())
        .bind(fence)
        .execute(&mut session)
        .await?;
        // Another node was first, or somebody was erased since it was read.
        if ours.rows_affected() == 0 {
            return Ok(done);
        }
        sqlx::query(
            "/* match_pairs::replace */ DELETE FROM possible_matches WHERE one = ANY($1) OR other = ANY($1)",
        )
        .bind(&records)
        .execute(&mut session)
        .await?;
        let (mut ones, mut others, mut points) = (Vec::new(), Vec::new(), Vec::new());
        for ((one, other), score) in pairs {
            ones.push(one);
            others.push(other);
            points.push(score);
        }
        sqlx::query(
            "/* match_pairs::write */ INSERT INTO possible_matches (one, other, points) \
             SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::integer[])",
        )
        .bind(ones)
        .bind(others)
        .bind(points)
        .execute(&mut session)
        .await?;
        session.commit().await?;
        Ok(Made {
            position: upto,
            ..done
        })
    }

    /// Pairs of records within reach, the likeliest first, after one of them; with the log position up to which they are
    /// true.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn match_pairs(
        &self,
        reach: &Reach,
        after: Option<Pair>,
        limit: u32,
    ) -> Result<(Vec<Pair>, u64), StoreError> {
        let compared: i64 =
            sqlx::query_scalar("/* match_pairs::position */ SELECT compared FROM match_keys_made")
                .fetch_one(self.pool())
                .await?;
        let rows = sqlx::query(
            "/* match_pairs */ SELECT points, one, other FROM possible_matches \
             WHERE $1::integer IS NULL OR points < $1 OR (points = $1 AND (one, other) > ($2::uuid, $3::uuid)) \
             ORDER BY points DESC, one, other LIMIT $4",
        )
        .bind(after.map(|pair| pair.points))
        .bind(after.map(|pair| pair.one))
        .bind(after.map(|pair| pair.other))
        .bind(i64::from(limit.min(MOST_PAIRS)))
        .fetch_all(self.within(reach))
        .await?;
        let pair = |row: &sqlx::postgres::PgRow| -> Result<Pair, StoreError> {
            Ok(Pair {
                points: row.try_get("points")?,
                one: row.try_get("one")?,
                other: row.try_get("other")?,
            })
        };
        let pairs = rows.iter().map(pair).collect::<Result<_, _>>()?;
        Ok((pairs, compared.unsigned_abs()))
    }
}
