//! One row: from its fields to what the use cases take, and what they answer.

use super::episode::EpisodeRow;
use crate::api::answered::CreatedThing;
use crate::api::asking::Asking;
use crate::api::custody::{PrisonerMovement, held};
use crate::api::recording::{CommandBody as _, Told};
use crate::api::referrals::{ReferralRequest, intake};
use crate::api::refusal::{problem, problem_under};
use crate::api::wire::{Reading, occurred};
use crate::json::fit;
use crate::problem::{Fault, Problem, ProblemKind};
use aws_lc_rs::digest;
use serde::Deserialize;
use serde_json::{Map, Value};
use throughcare_app::{Answer, App, AppError, Import, ReferralIntake, Request, RequestKey};
use throughcare_domain::event::SourceReference;
use utoipa::ToSchema;
use uuid::Uuid;

/// Keys of rows are made from what names the row, so that a row that is sent again is the same request.
const ROWS: Uuid = Uuid::from_u128(0x5c0e_7a1d_93b4_5f02_a6d8_41f7_2be9_0c63);
/// Longest reference, in characters, as of any external reference.
const LONGEST_REFERENCE: usize = 100;
/// Where the person of a row stands.
const PERSON: &[&str] = &["/demographics", "/identifiers", "/residence"];

/// What the rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Referrals, as `POST /v1/referrals` takes them.
    Referrals,
    /// Movements by prisoner number, as `POST /v1/custody-movements` takes them.
    CustodyMovements,
    /// Episodes that another system holds: the referral with what came of it.
    Episodes,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Referrals => "referrals",
            Self::CustodyMovements => "custody-movements",
            Self::Episodes => "episodes",
        }
    }
}

/// What a row came to.
#[derive(Debug)]
pub struct Done {
    /// It was recorded before.
    pub replayed: bool,
    /// What was created.
    pub created: Vec<CreatedThing>,
    /// What does not fit but was kept.
    pub flags: Vec<String>,
    /// Log position of its last event, where the sender is told.
    pub position: u64,
}

impl From<Answer> for Done {
    fn from(answer: Answer) -> Self {
        let created = answer.created.into_iter();
        Self {
            replayed: answer.replayed,
            created: created
                .map(|one| CreatedThing {
                    kind: one.kind,
                    id: one.id,
                })
                .collect(),
            flags: answer.flags,
            position: answer.position,
        }
    }
}

/// The reference of a row, taken out of its fields.
///
/// # Errors
/// When there is none, or the row has one of another form beside it.
pub fn reference(fields: &mut Map<String, Value>) -> Result<String, Fault> {
    if fields.contains_key("externalReference") {
        let detail = "Leave this out: the row's reference, and the system of the import, take its place.";
        return Err(Fault::new("/externalReference", "unknown_field", detail));
    }
    match fields.remove("reference") {
        Some(Value::String(text)) if (1..=LONGEST_REFERENCE).contains(&text.chars().count()) => Ok(text),
        Some(_) => {
            let detail = "Expected a text of 1 to 100 characters.";
            Err(Fault::new("/reference", "wrong_type", detail))
        }
        None => {
            let detail = "Each row needs a reference of its own, by which it is known when it is sent again.";
            Err(Fault::new("/reference", "missing", detail))
        }
    }
}

/// Records a row, or tries it.
///
/// # Errors
/// Every fault of the row, or why it was not recorded.
pub async fn record(
    app: &App,
    asking: &Asking,
    kind: Kind,
    source: SourceReference,
    trial: bool,
    fields: Map<String, Value>,
) -> Result<Done, Problem> {
    let row = Value::Object(fields);
    let key = RequestKey {
        key: Uuid::new_v5(
            &ROWS,
            format!("{}\n{}\n{}", kind.as_str(), source.system, source.value).as_bytes(),
        ),
        fingerprint: fingerprint(kind, &row),
    };
    let request = asking.row(key, source, Import::row(trial))?;
    match kind {
        Kind::Referrals => referral(app, row, request).await,
        Kind::CustodyMovements => movement(app, row, request).await,
        Kind::Episodes => episode(app, row, request).await,
    }
}

async fn referral(app: &App, row: Value, request: Request) -> Result<Done, Problem> {
    let mut body: ReferralRequest = fit(row)?;
    let Told {
        occurred: when, note, ..
    } = body.told();
    let now = request.received_at;
    let mut reading = Reading::default();
    let read = intake(body, &mut reading, now);
    let (person, referral) = reading.whole(read)?;
    let told = ReferralIntake {
        person,
        occurred: occurred(when, now),
        note,
        referral,
    };
    let answer = app.receive_referral(told, request).await;
    answer.map(Into::into).map_err(|error| of_row(error, true))
}

async fn movement(app: &App, row: Value, request: Request) -> Result<Done, Problem> {
    let mut body: PrisonerMovement = fit(row)?;
    let told = body.told();
    let told = held(body, told, request.received_at)?;
    app.send_movement(told, request)
        .await
        .map_err(|error| of_row(error, false))?;
    // The receipt is the same whether a record holds the number or not, and whether it came before.
    Ok(Done {
        replayed: false,
        created: Vec::new(),
        flags: Vec::new(),
        position: 0,
    })
}

async fn episode(app: &App, row: Value, request: Request) -> Result<Done, Problem> {
    let row: EpisodeRow = fit(row)?;
    let told = row.read(request.received_at)?;
    let answer = app.import_episode(told, request).await;
    answer.map(Into::into).map_err(|error| of_row(error, true))
}

fn of_row(error: AppError, of_person: bool) -> Problem {
    match error {
        AppError::KeyReused => Problem::new(ProblemKind::IdempotencyKeyReused).fault(Fault::new(
            "/reference",
            "row_changed",
            "This reference was recorded with other content. Correct what was recorded, or give the row another reference.",
        )),
        AppError::DuplicateReference { .. } => Problem::new(ProblemKind::DuplicateReference).fault(Fault::new(
            "/reference",
            "duplicate_reference",
            "Something was recorded under this reference before. This row added nothing.",
        )),
        error if of_person => problem_under("/person", PERSON, error),
        error => problem(error),
    }
}

/// What the key of a row is bound to: its content, in whatever order the columns stand.
fn fingerprint(kind: Kind, row: &Value) -> [u8; 32] {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(kind.as_str().as_bytes());
    hash.update(b"\n");
    hash.update(&canonical(row));
    let mut out = [0; 32];
    out.copy_from_slice(hash.finish().as_ref());
    out
}

/// The value with the fields of every object in order, so that only content counts.
fn canonical(value: &Value) -> Vec<u8> {
    fn ordered(value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let mut names: Vec<_> = fields.iter().collect();
                names.sort_by_key(|(name, _)| *name);
                let fields = names
                    .into_iter()
                    .map(|(name, value)| (name.clone(), ordered(value)));
                Value::Object(fields.collect())
            }
            Value::Array(items) => items.iter().map(ordered).collect(),
            other => other.clone(),
        }
    }
    serde_json::to_vec(&ordered(value)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_row_is_known_by_its_content_and_not_by_the_order_of_its_columns() {
        let one: Value = serde_json::from_str(r#"{"a":1,"b":{"c":[1,2],"d":"x"}}"#).unwrap();
        let other: Value = serde_json::from_str(r#"{"b":{"d":"x","c":[1,2]},"a":1}"#).unwrap();
        assert_eq!(
            fingerprint(Kind::Referrals, &one),
            fingerprint(Kind::Referrals, &other)
        );
        assert_ne!(
            fingerprint(Kind::Referrals, &one),
            fingerprint(Kind::Episodes, &one)
        );
        assert_ne!(
            fingerprint(Kind::Referrals, &one),
            fingerprint(Kind::Referrals, &json!({"a":1,"b":{"c":[2,1],"d":"x"}}))
        );
    }

    #[test]
    fn a_row_has_one_reference() {
        let fields = |value: Value| value.as_object().unwrap().clone();
        let mut good = fields(json!({ "reference": "R-1", "a": 1 }));
        assert_eq!(reference(&mut good).unwrap(), "R-1");
        assert!(!good.contains_key("reference"));
        for (odd, at) in [
            (json!({}), "/reference"),
            (json!({ "reference": "" }), "/reference"),
            (json!({ "reference": 7 }), "/reference"),
            (json!({ "reference": "x".repeat(101) }), "/reference"),
            (
                json!({ "reference": "x", "externalReference": {} }),
                "/externalReference",
            ),
        ] {
            assert_eq!(reference(&mut fields(odd)).unwrap_err().pointer, at);
        }
    }
}
