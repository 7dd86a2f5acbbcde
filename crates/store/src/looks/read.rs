//! Reading the access log.

use crate::{Reach, Store, StoreError};
use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::Row as _;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::id::PersonId;
use uuid::Uuid;

/// A look at a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookRead {
    /// Its number, which rises.
    pub look: i64,
    /// When.
    pub at: Timestamp,
    /// The registered client.
    pub client: String,
    /// The user; none for a system by itself.
    pub user: Option<String>,
    /// The person behind a system.
    pub on_behalf_of: Option<String>,
    /// For which organisation.
    pub organisation: String,
    /// In which role.
    pub role: String,
    /// Why.
    pub purpose: String,
    /// Method and address, with its places.
    pub route: String,
    /// How much was shown.
    pub extent: String,
    /// Ids of the grounds on which.
    pub grounds: Vec<String>,
}

/// What one user, or one system by itself, looked at in a period.
#[derive(Clone, Debug, PartialEq)]
pub struct UserLooks {
    /// The organisation.
    pub organisation: String,
    /// The role.
    pub role: String,
    /// The user; none for a system.
    pub user: Option<String>,
    /// The client; none where a user used several.
    pub client: Option<String>,
    /// How many looks.
    pub looks: i64,
    /// At how many people.
    pub people: i64,
    /// How often they searched by identifier, whatever was found.
    pub searches: i64,
    /// Half of the users of that organisation in that role looked at no more people than this.
    pub median: f64,
    /// Half of them searched no more often than this.
    pub median_searches: f64,
}

impl Store {
    /// Looks at a person, under any of the ids of their records, the last first; before one of them, and by an
    /// organisation alone where one is named.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn looks_at(
        &self,
        reach: &Reach,
        records: &[PersonId],
        by: Option<&OrganisationCode>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<LookRead>, StoreError> {
        let rows = sqlx::query(
            "/* looks_at */ SELECT look, looked_at, client, user_name, on_behalf_of, organisation, role, purpose, \
             route, extent, grounds FROM looks WHERE person = ANY($1) AND look < $2 \
             AND ($4::text IS NULL OR organisation = $4) ORDER BY look DESC LIMIT $3",
        )
        .bind(records.iter().map(|record| record.0).collect::<Vec<Uuid>>())
        .bind(before.unwrap_or(i64::MAX))
        .bind(i64::from(limit))
        .bind(by.map(OrganisationCode::as_str))
        .fetch_all(self.within(reach))
        .await?;
        rows.iter()
            .map(|row| {
                Ok(LookRead {
                    look: row.try_get("look")?,
                    at: row.try_get::<SqlTimestamp, _>("looked_at")?.to_jiff(),
                    client: row.try_get("client")?,
                    user: row.try_get("user_name")?,
                    on_behalf_of: row.try_get("on_behalf_of")?,
                    organisation: row.try_get("organisation")?,
                    role: row.try_get("role")?,
                    purpose: row.try_get("purpose")?,
                    route: row.try_get("route")?,
                    extent: row.try_get("extent")?,
                    grounds: row.try_get("grounds")?,
                })
            })
            .collect()
    }

    /// Who looked at how many people after an instant and up to another, those with most people, or searches, first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn looks_by_user(
        &self,
        reach: &Reach,
        after: Timestamp,
        upto: Timestamp,
        limit: u32,
    ) -> Result<Vec<UserLooks>, StoreError> {
        let rows = sqlx::query(
            "/* looks_by_user */ WITH each AS ( \
               SELECT organisation, role, user_name, \
                 CASE WHEN count(DISTINCT client) = 1 THEN min(client) END AS client, \
                 count(*) AS looks, count(DISTINCT person) AS people, \
                 count(*) FILTER (WHERE extent = 'search') AS searches \
               FROM looks WHERE looked_at > $1 AND looked_at <= $2 \
               GROUP BY organisation, role, user_name, CASE WHEN user_name IS NULL THEN client END), \
             middle AS (SELECT organisation, role, percentile_cont(0.5) WITHIN GROUP (ORDER BY people) AS median, \
                 percentile_cont(0.5) WITHIN GROUP (ORDER BY searches) AS median_searches \
               FROM each GROUP BY organisation, role) \
             SELECT each.*, median, median_searches FROM each JOIN middle USING (organisation, role) \
             ORDER BY greatest(people, searches) DESC, people DESC, organisation, user_name NULLS LAST, client LIMIT $3",
        )
        .bind(after.to_sqlx())
        .bind(upto.to_sqlx())
        .bind(i64::from(limit))
        .fetch_all(self.within(reach))
        .await?;
        rows.iter()
            .map(|row| {
                Ok(UserLooks {
                    organisation: row.try_get("organisation")?,
                    role: row.try_get("role")?,
                    user: row.try_get("user_name")?,
                    client: row.try_get("client")?,
                    looks: row.try_get("looks")?,
                    people: row.try_get("people")?,
                    searches: row.try_get("searches")?,
                    median: row.try_get("median")?,
                    median_searches: row.try_get("median_searches")?,
                })
            })
            .collect()
    }
}
