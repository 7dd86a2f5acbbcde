//! The registry of problem kinds: stable codes, their statuses and what a client should do.

use axum::http::StatusCode;

/// A kind of problem. Its code never changes its meaning; new kinds may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// 400: the request cannot be read.
    MalformedRequest,
    /// 400: the body is not JSON.
    MalformedJson,
    /// 400: the request is not as described.
    ValidationFailed,
    /// 400: the cursor does not belong to this list.
    CursorInvalid,
    /// 400: an Idempotency-Key is needed.
    IdempotencyKeyMissing,
    /// 400: the Idempotency-Key is not a UUID.
    IdempotencyKeyInvalid,
    /// 400: if-Match or If-None-Match cannot be read.
    PreconditionInvalid,
    /// 401: a valid access token is needed.
    Unauthenticated,
    /// 403: the token does not allow this.
    ForbiddenScope,
    /// 403: the token is good, and whoever it names does not act for the organisation in that role.
    NoMembership,
    /// 403: there may be information that the caller cannot see.
    RecordSealed,
    /// 404: not found.
    NotFound,
    /// 405: this method is not allowed here.
    MethodNotAllowed,
    /// 406: no answer in that format.
    NotAcceptable,
    /// 408: the request took too long to arrive.
    RequestTimeout,
    /// 409: in conflict with what is on record.
    Conflict,
    /// 409: this external reference is already on record.
    DuplicateReference,
    /// 409: the first request with this key is still running.
    IdempotencyInProgress,
    /// 412: the record has changed since you read it.
    PreconditionFailed,
    /// 413: the body is too large.
    PayloadTooLarge,
    /// 414: the address is too long.
    UriTooLong,
    /// 415: the body must be JSON.
    UnsupportedMediaType,
    /// 422: this Idempotency-Key was used for another request.
    IdempotencyKeyReused,
    /// 422: this could not have happened as described.
    Refused,
    /// 428: if-Match is needed.
    PreconditionRequired,
    /// 429: too many requests.
    TooManyRequests,
    /// 431: the headers are too large.
    HeadersTooLarge,
    /// 500: something went wrong here.
    Internal,
    /// 501: this is not supported.
    NotImplemented,
    /// 503: not available at the moment.
    Unavailable,
    /// 503: it is not known whether this was recorded.
    OutcomeUnknown,
}

impl ProblemKind {
    /// Every kind, for documentation and tests.
    pub const ALL: &[Self] = &[
        Self::MalformedRequest,
        Self::MalformedJson,
        Self::ValidationFailed,
        Self::CursorInvalid,
        Self::IdempotencyKeyMissing,
        Self::IdempotencyKeyInvalid,
        Self::PreconditionInvalid,
        Self::Unauthenticated,
        Self::ForbiddenScope,
        Self::NoMembership,
        Self::RecordSealed,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::RequestTimeout,
        Self::Conflict,
        Self::DuplicateReference,
        Self::IdempotencyInProgress,
        Self::PreconditionFailed,
        Self::PayloadTooLarge,
        Self::UriTooLong,
        Self::UnsupportedMediaType,
        Self::IdempotencyKeyReused,
        Self::Refused,
        Self::PreconditionRequired,
        Self::TooManyRequests,
        Self::HeadersTooLarge,
        Self::Internal,
        Self::NotImplemented,
        Self::Unavailable,
        Self::OutcomeUnknown,
    ];

    /// The status, the stable code, the title and the advice: one row for each kind.
    const fn row(self) -> (StatusCode, &'static str, &'static str, &'static str) {
        match self {
            Self::MalformedRequest => (
                StatusCode::BAD_REQUEST,
                "malformed_request",
                "The request cannot be read",
                "The request line, a header or the address is not as HTTP requires. Correct it and send it again.",
            ),
            Self::MalformedJson => (
                StatusCode::BAD_REQUEST,
                "malformed_json",
                "The body is not JSON",
                "The body is not well-formed JSON. Correct it and send it again.",
            ),
            Self::ValidationFailed => (
                StatusCode::BAD_REQUEST,
                "validation_failed",
                "The request is not as described",
                "Correct each place listed in errors and send the request again.",
            ),
            Self::CursorInvalid => (
                StatusCode::BAD_REQUEST,
                "cursor_invalid",
                "The cursor does not belong to this list",
                "Start again without a cursor. Keep the filters the same while you follow nextCursor.",
            ),
            Self::IdempotencyKeyMissing => (
                StatusCode::BAD_REQUEST,
                "idempotency_key_missing",
                "An Idempotency-Key is needed",
                "Send an Idempotency-Key header with a new UUID for each thing you record, and the same UUID when you retry.",
            ),
            Self::IdempotencyKeyInvalid => (
                StatusCode::BAD_REQUEST,
                "idempotency_key_invalid",
                "The Idempotency-Key is not a UUID",
                "Send one Idempotency-Key header that holds a UUID.",
            ),
            Self::PreconditionInvalid => (
                StatusCode::BAD_REQUEST,
                "precondition_invalid",
                "If-Match or If-None-Match cannot be read",
                "Send a strong entity tag in double quotes, as it came in the ETag header.",
            ),
            Self::Unauthenticated => (
                StatusCode::UNAUTHORIZED,
                "unauthenticated",
                "A valid access token is needed",
                "Send a valid bearer token in the Authorization header.",
            ),
            Self::ForbiddenScope => (
                StatusCode::FORBIDDEN,
                "forbidden_scope",
                "The token does not allow this",
                "Ask for a token with the role or scope that this operation needs.",
            ),
            Self::NoMembership => (
                StatusCode::FORBIDDEN,
                "no_membership",
                "You do not act for this organisation",
                "Ask an administrator of this service to register the system and to grant the membership.",
            ),
            Self::RecordSealed => (
                StatusCode::FORBIDDEN,
                "record_sealed",
                "There may be information that you cannot see",
                "The record is shown to people who are named. Ask the privacy officer whom the answer names.",
            ),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "not_found",
                "Not found",
                "There is nothing here that you may see. Check the address.",
            ),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "This method is not allowed here",
                "Use one of the methods in the Allow header.",
            ),
            Self::NotAcceptable => (
                StatusCode::NOT_ACCEPTABLE,
                "not_acceptable",
                "No answer in that format",
                "Accept application/json.",
            ),
            Self::RequestTimeout => (
                StatusCode::REQUEST_TIMEOUT,
                "request_timeout",
                "The request took too long to arrive",
                "Send the whole request without pauses.",
            ),
            Self::Conflict => (
                StatusCode::CONFLICT,
                "conflict",
                "In conflict with what is on record",
                "Read the record again, then decide whether to send the request again.",
            ),
            Self::DuplicateReference => (
                StatusCode::CONFLICT,
                "duplicate_reference",
                "This external reference is already on record",
                "Nothing was recorded. Follow moreInfo to the record that has this reference.",
            ),
            Self::IdempotencyInProgress => (
                StatusCode::CONFLICT,
                "idempotency_in_progress",
                "The first request with this key is still running",
                "Wait a moment, then send the same request with the same Idempotency-Key again.",
            ),
            Self::PreconditionFailed => (
                StatusCode::PRECONDITION_FAILED,
                "stale",
                "The record has changed since you read it",
                "Read the record again and repeat the change with its new ETag in If-Match.",
            ),
            Self::PayloadTooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "payload_too_large",
                "The body is too large",
                "Send at most 256 KiB.",
            ),
            Self::UriTooLong => (
                StatusCode::URI_TOO_LONG,
                "uri_too_long",
                "The address is too long",
                "Keep the path and query within 2,048 characters.",
            ),
            Self::UnsupportedMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "The body must be JSON",
                "Send the body with Content-Type: application/json.",
            ),
            Self::IdempotencyKeyReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "This Idempotency-Key was used for another request",
                "Use a new UUID for a new request. Repeat a request only with exactly the same body.",
            ),
            Self::Refused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "refused",
                "This could not have happened as described",
                "Nothing was recorded. The errors say what contradicts the record and what to check.",
            ),
            Self::PreconditionRequired => (
                StatusCode::PRECONDITION_REQUIRED,
                "precondition_required",
                "If-Match is needed",
                "Read the record first and send its ETag in an If-Match header.",
            ),
            Self::TooManyRequests => (
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_requests",
                "Too many requests",
                "Wait for the time in Retry-After, then go on more slowly.",
            ),
            Self::HeadersTooLarge => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "headers_too_large",
                "The headers are too large",
                "Send fewer or shorter headers: at most 100 headers and 16 KiB in all.",
            ),
            Self::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "Something went wrong here",
                "The fault is ours and is on record under the request id. Trying again may help.",
            ),
            Self::NotImplemented => (
                StatusCode::NOT_IMPLEMENTED,
                "not_implemented",
                "This is not supported",
                "Leave out the feature that the detail names.",
            ),
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "Not available at the moment",
                "Nothing was recorded. Try again after the time in Retry-After.",
            ),
            Self::OutcomeUnknown => (
                StatusCode::SERVICE_UNAVAILABLE,
                "outcome_unknown",
                "It is not known whether this was recorded",
                "Send the same request again with the same Idempotency-Key after the time in Retry-After: that is safe, and nothing will be recorded twice.",
            ),
        }
    }

    /// The HTTP status.
    pub const fn status(self) -> StatusCode {
        self.row().0
    }

    /// The stable code, as in `errorCode`.
    pub const fn code(self) -> &'static str {
        self.row().1
    }

    /// The kind in a few words.
    pub const fn title(self) -> &'static str {
        self.row().2
    }

    /// What a client should do about it.
    pub const fn advice(self) -> &'static str {
        self.row().3
    }

    /// The URI in the field `type`.
    pub fn uri(self) -> String {
        format!("urn:throughcare:problem:{}", self.code())
    }

    /// Seconds after which trying again makes sense, when it does.
    pub const fn retry_after_seconds(self) -> Option<u32> {
        match self {
            Self::IdempotencyInProgress => Some(1),
            Self::Unavailable | Self::OutcomeUnknown => Some(2),
            Self::TooManyRequests => Some(5),
            _ => None,
        }
    }

    /// The kind for a bare status, for answers that the framework made by itself.
    pub fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Self::Unauthenticated,
            403 => Self::ForbiddenScope,
            404 => Self::NotFound,
            405 => Self::MethodNotAllowed,
            406 => Self::NotAcceptable,
            408 => Self::RequestTimeout,
            409 => Self::Conflict,
            412 => Self::PreconditionFailed,
            413 => Self::PayloadTooLarge,
            414 => Self::UriTooLong,
            415 => Self::UnsupportedMediaType,
            422 => Self::ValidationFailed,
            428 => Self::PreconditionRequired,
            429 => Self::TooManyRequests,
            431 => Self::HeadersTooLarge,
            501 => Self::NotImplemented,
            502..=504 => Self::Unavailable,
            500..=599 => Self::Internal,
            _ => Self::MalformedRequest,
        }
    }
}
