//! Who asks, and with which headers: the first argument of every handler.

use crate::idempotency::{Fingerprint, IdempotencyKey};
use crate::preconditions::{IfMatch, Wanted};
use crate::problem::{Problem, ProblemKind};
use crate::request_id::RequestIds;
use crate::token;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::{HeaderName, request::Parts};
use jiff::Timestamp;
use throughcare_app::{App, Caller, Import, Looks, Request, RequestKey, Standing};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::{Actor, SourceReference};

/// The header with the log position that an answer is true up to, and that a read waits for.
pub const X_LOG_POSITION: HeaderName = HeaderName::from_static("x-log-position");

/// Who asks, and with which headers.
#[derive(Clone, Debug)]
pub struct Asking {
    /// Who, from the verified token.
    pub caller: Caller,
    ids: RequestIds,
    key: IdempotencyKey,
    if_match: IfMatch,
    may_write: Result<(), Problem>,
    /// When the request arrived.
    pub received_at: Timestamp,
    /// Log position for which a read waits.
    pub wait_for: Option<u64>,
}

impl Asking {
    /// The request to record something, with its key and precondition.
    ///
    /// # Errors
    /// `forbidden_scope` without the scope `write`; `idempotency_key_missing` when a machine sent no key.
    pub fn request(
        &self,
        fingerprint: Fingerprint,
        source: Option<SourceReference>,
    ) -> Result<Request, Problem> {
        self.may_write.clone()?;
        let machine = self.caller.actor.user.is_none();
        let key = self.key.required_of(machine)?;
        let if_match = match &self.if_match.0 {
            Some(Wanted::Tag(tag)) => Some(super::shown::version_part(tag).to_owned()),
            Some(Wanted::Any) | None => None,
        };
        Ok(Request {
            caller: self.caller.clone(),
            correlation: self.ids.correlation_uuid(),
            received_at: self.received_at,
            key: key.map(|key| RequestKey { key, fingerprint }),
            if_match,
            source,
            import: None,
        })
    }

    /// Refuses whoever only reads.
    ///
    /// # Errors
    /// `forbidden_scope` without the scope `write`.
    pub fn may_write(&self) -> Result<(), Problem> {
        self.may_write.clone()
    }

    /// The request to record one row of an import, under a key made from the sender's reference for it.
    ///
    /// # Errors
    /// `forbidden_scope` without the scope `write`.
    pub fn row(&self, key: RequestKey, source: SourceReference, import: Import) -> Result<Request, Problem> {
        self.may_write.clone()?;
        Ok(Request {
            caller: self.caller.clone(),
            correlation: self.ids.correlation_uuid(),
            received_at: self.received_at,
            key: Some(key),
            if_match: None,
            source: Some(source),
            import: Some(import),
        })
    }

    /// The request to take in a message, which is known by its own id and not by a key of the request.
    ///
    /// # Errors
    /// `forbidden_scope` without the scope `write`.
    pub fn message(&self) -> Result<Request, Problem> {
        self.may_write.clone()?;
        Ok(Request {
            caller: self.caller.clone(),
            correlation: self.ids.correlation_uuid(),
            received_at: self.received_at,
            key: None,
            if_match: None,
            source: None,
            import: None,
        })
    }

    /// Waits until lists are true up to the position that the caller asked for, for a bounded time.
    /// Answers whether they are.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn wait(&self, app: &App) -> Result<Option<bool>, Problem> {
        match self.wait_for {
            None => Ok(None),
            Some(position) => Ok(Some(
                app.wait_for(position)
                    .await
                    .map_err(super::refusal::problem)?
                    .reached,
            )),
        }
    }
}

impl<S> FromRequestParts<S> for Asking
where
    S: Send + Sync,
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Some(caller) = parts.extensions.get::<token::Caller>().cloned() else {
            return Err(ProblemKind::Unauthenticated.into());
        };
        caller.require_scope("read")?;
        let may_write = caller.require_scope("write");
        let Ok(ids) = RequestIds::from_request_parts(parts, state).await;
        let key = IdempotencyKey::from_request_parts(parts, state).await?;
        let if_match = IfMatch::from_request_parts(parts, state).await?;
        let wait_for = match parts.headers.get(X_LOG_POSITION) {
            None => None,
            Some(value) => Some(
                value
                    .to_str()
                    .ok()
                    .and_then(|text| text.parse().ok())
                    .ok_or_else(|| {
                        Problem::new(ProblemKind::ValidationFailed).fault(crate::problem::Fault::new(
                            "/headers/X-Log-Position",
                            "bad_format",
                            "Expected the number that came in X-Log-Position of an earlier answer.",
                        ))
                    })?,
            ),
        };
        let received_at = App::from_ref(state).clock().now();
        Ok(Self {
            caller: Caller {
                // Shared with the layer that records whom the answer shows.
                looks: parts.extensions.get().cloned().unwrap_or_default(),
                ..caller_of(caller)?
            },
            ids,
            key,
            if_match,
            may_write,
            received_at,
            wait_for,
        })
    }
}

/// The use cases' caller for a verified token.
///
/// # Errors
/// `unauthenticated` for an organisation that cannot be.
pub(crate) fn caller_of(caller: token::Caller) -> Result<Caller, Problem> {
    // The verifier has checked the slug; a code that does not parse names no organisation.
    let organisation = OrganisationCode::parse(&caller.organisation)
        .map_err(|_| Problem::new(ProblemKind::Unauthenticated))?;
    Ok(Caller {
        standing: Standing::Claims(organisation.clone()),
        actor: Actor {
            client: caller.client_id,
            user: caller.user_name,
            organisation,
            role: caller.role.into(),
        },
        on_behalf_of: caller.on_behalf_of,
        purpose: caller.purpose,
        looks: Looks::default(),
    })
}
