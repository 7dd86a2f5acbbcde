//! Who is asking: bearer tokens (JWT), verified so that no hostile one passes.
//!
//! Source: `trust.md`, trap 3; `api.md`, Adopt 5. One algorithm per issuer comes from configuration and
//! is compared before anything else; keys come only from the issuer's pinned source, by key id; the
//! headers `jku`, `jwk`, `x5u` and `x5c` are never looked at; any `crit` is refused; time is checked
//! against the injected clock.

mod caller;
mod claims;
mod issuer;
mod jwks;
mod remembered;
mod sign;
mod verify;

pub use caller::{Caller, Role, SUBJECT_ACCESS_AUTHORITY, SUBJECT_ACCESS_SCOPE};
pub use issuer::{ConfigError, IssuerConfig, KeySource, TokenAlgorithm};
pub use jwks::JwksError;
pub use sign::{DemoIssuer, Grant};
pub use verify::{MAX_TOKEN_BYTES, Refusal, Verifier};

use crate::problem::{Problem, ProblemKind};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The header in which a machine names the person behind it.
pub const X_ON_BEHALF_OF: HeaderName = HeaderName::from_static("x-on-behalf-of");

/// The header by which a caller narrows for what they ask.
pub const X_PURPOSE: HeaderName = HeaderName::from_static("x-purpose");

/// The layer before every route that is not open. Puts the [`Caller`] where its extractor finds it.
pub async fn authenticate(State(verifier): State<Verifier>, mut request: Request, next: Next) -> Response {
    match caller(&verifier, request.headers()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

async fn caller(verifier: &Verifier, headers: &HeaderMap) -> Result<Caller, Problem> {
    let refused = |refusal| {
        verifier.count(&refusal);
        refused(refusal)
    };
    let token = bearer(headers).map_err(refused)?;
    let claims = verifier.verify(token).await.map_err(refused)?;
    let mut caller = Caller::from_claims(&claims)?;
    for purpose in headers.get_all(&X_PURPOSE) {
        caller = caller.asking_for(purpose.to_str().unwrap_or_default())?;
    }
    let Some(person) = single(headers, &X_ON_BEHALF_OF).map_err(refused)? else {
        return Ok(caller);
    };
    let person = Caller::from_claims(&*verifier.verify(person).await.map_err(refused)?)?;
    caller.acting_for(&person)
}

fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    let value = single(headers, &header::AUTHORIZATION)?.ok_or(Refusal::Absent)?;
    let (scheme, token) = value.split_once(' ').ok_or(Refusal::Malformed("no scheme"))?;
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(token)
    } else {
        Err(Refusal::Malformed("another scheme"))
    }
}

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Refusal::Malformed("header sent twice"));
    }
    value
        .to_str()
        .map(Some)
        .map_err(|_| Refusal::Malformed("header is not text"))
}

/// One message for every reason: whoever tries tokens learns nothing. The log has the reason.
fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Absent => Problem::new(ProblemKind::Unauthenticated)
            .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
        Refusal::KeysUnavailable => Problem::new(ProblemKind::Unavailable)
            .detail("Tokens cannot be checked at the moment. Try again after the time in Retry-After.")
            .internal(refusal),
        reason => Problem::new(ProblemKind::Unauthenticated)
            .header(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer error=\"invalid_token\""),
            )
            .internal(reason),
    }
}

#[cfg(test)]
mod tests;
