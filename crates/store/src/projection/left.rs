//! Who has something open with a service whose contract moved, and who has gone over.

use crate::{Store, StoreError};
use jiff::civil::Date;
use sqlx::Row as _;
use throughcare_domain::code::ServiceCode;
use throughcare_domain::id::{ContractId, PersonId};
use throughcare_domain::rows::GoesOver;
use uuid::Uuid;

/// What of a service goes over with its contract.
#[derive(Clone, Debug)]
pub struct Left {
    /// The service left.
    pub service: ServiceCode,
    /// The day on which the other takes over: what is open on it goes over.
    pub on: Date,
    /// The domain's rule of what goes over.
    pub goes: GoesOver,
}

impl Left {
    fn kinds(&self) -> Vec<&'static str> {
        self.goes.kinds.iter().map(|kind| kind.as_str()).collect()
    }
}

/// The lines that go over.
macro_rules! left {
    ($select:literal, $rest:literal) => {
        concat!(
            $select,
            " from worklist_rows where service = $1 and known_to is null
                and kind = any($4)
                and (closed_on is null or closed_on > $2) and (kind <> 'release' or opened_on >= $3)",
            $rest
        )
    };
}

impl Store {
    /// People with something that goes over, in order of id after one of them; at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn people_left(
        &self,
        left: &Left,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<PersonId>, StoreError> {
        let people: Vec<Uuid> = sqlx::query_scalar(left!(
            "/* projection::people_left */ select distinct person",
            " and person > $5 order by person limit $6"
        ))
        .bind(left.service.as_str())
        .bind(jiff_sqlx::Date::from(left.on))
        .bind(jiff_sqlx::Date::from(left.goes.releases_from))
        .bind(left.kinds())
        .bind(after.map_or(Uuid::nil(), |person| person.0))
        .bind(i64::from(limit))
        .fetch_all(self.program())
        .await?;
        Ok(people.into_iter().map(PersonId).collect())
    }

    /// People who have gone over with a contract and not come back, in order of id after one of them; at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn people_gone_over(
        &self,
        service: &ServiceCode,
        contract: ContractId,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<PersonId>, StoreError> {
        let people: Vec<Uuid> = sqlx::query_scalar(
            "/* projection::people_gone_over */ select person from worklist_rows
             where service = $1 and kind = 'handed_over' and row_id = $2 and known_to is null and person > $3
             order by person limit $4",
        )
        .bind(service.as_str())
        .bind(contract.0)
        .bind(after.map_or(Uuid::nil(), |person| person.0))
        .bind(i64::from(limit))
        .fetch_all(self.program())
        .await?;
        Ok(people.into_iter().map(PersonId).collect())
    }

    /// How many people are still to go over, how many have, and up to which log position that is true.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_left(&self, left: &Left, contract: ContractId) -> Result<(u64, u64, u64), StoreError> {
        let row = sqlx::query(left!(
            "/* projection::count_left */ select
               (select position from checkpoints where name = 'worklists') as position,
               (select count(*) from worklist_rows where service = $1 and kind = 'handed_over' and row_id = $5
                  and known_to is null) as gone,
               count(distinct person) as left_over",
            ""
        ))
        .bind(left.service.as_str())
        .bind(jiff_sqlx::Date::from(left.on))
        .bind(jiff_sqlx::Date::from(left.goes.releases_from))
        .bind(left.kinds())
        .bind(contract.0)
        .fetch_one(self.program())
        .await?;
        let number = |name: &str| row.get::<i64, _>(name).unsigned_abs();
        Ok((number("left_over"), number("gone"), number("position")))
    }
}
