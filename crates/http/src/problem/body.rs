//! The wire form of a problem.

use serde::Serialize;
use utoipa::ToSchema;

/// One fault in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// Where: a JSON pointer into the body (`/person/dateOfBirth`), or `/query/NAME`, `/path/NAME`,
    /// `/headers/NAME`.
    pub pointer: String,
    /// A stable code, such as `missing`, `unknown_field` or `too_long`.
    pub code: String,
    /// What was expected, in plain English. Never the value that was sent.
    pub detail: String,
}

impl Fault {
    /// A fault at a place.
    pub fn new(pointer: impl Into<String>, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code: code.into(),
            detail: detail.into(),
        }
    }
}

/// The body of every answer that is an error (`application/problem+json`, RFC 9457), with the fields
/// that HMPPS services use.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
#[serde(rename_all = "camelCase")]
pub struct ProblemBody {
    /// Names the kind of problem; stable.
    #[schema(example = "urn:throughcare:problem:validation_failed")]
    pub r#type: String,
    /// The kind in a few words; the same every time.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is wrong this time and what to do.
    pub detail: String,
    /// This occurrence: the request it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The stable code of the kind of problem.
    #[schema(example = "validation_failed")]
    pub error_code: String,
    /// The sentence to show to a user.
    pub user_message: String,
    /// The sentence for whoever wrote the client.
    pub developer_message: String,
    /// Where to read more: the documentation, or the record that stands in the way.
    pub more_info: String,
    /// Every fault that was found in the request; empty when the problem is not about its content.
    pub errors: Vec<Fault>,
    /// Quote this when asking for help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}
