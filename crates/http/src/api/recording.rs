//! What every command about a person shares: the fields told with it, the unit of work, the answer.

use super::ApiState;
use super::answered::{Recorded, created};
use super::asking::Asking;
use super::refusal::problem;
use super::wire::{ExternalReference, Reading, asked};
use crate::idempotency::Fingerprint;
use crate::json::ValidJson;
use crate::problem::{Problem, ProblemBody};
use crate::time::WhenWire;
use axum::response::Response;
use jiff::Timestamp;
use throughcare_app::{Address, Answer};
use throughcare_domain::command::Command;
use utoipa::IntoResponses;

/// The answers that every command may give.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the OpenAPI generator only")]
pub enum CommandAnswers {
    /// Recorded. A repeated request with the same key is answered the same, marked Idempotency-Replayed.
    #[response(status = 201)]
    Recorded(Recorded),
    /// Nothing was recorded: errors says what is wrong, where, and what to do.
    #[response(status = "4XX", content_type = "application/problem+json")]
    Refused(ProblemBody),
    /// Nothing was recorded, or it is not known whether; sending the same Idempotency-Key again is safe.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemBody),
}

/// What is told with every command.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// When it was true.
    pub occurred: Option<WhenWire>,
    /// Free text.
    pub note: Option<String>,
    /// The sender's own reference.
    pub external_reference: Option<ExternalReference>,
}

/// A body that carries what is told with every command.
pub trait CommandBody {
    /// Takes it out.
    fn told(&mut self) -> Told;
}

/// Declares the body of a command: its own fields, and those that every command has.
macro_rules! command_body {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$field_doc:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
            /// When it happened: a date, or an instant with offset. Now, when absent.
            pub occurred: Option<crate::time::WhenWire>,
            /// Free text, sealed with the identity.
            #[schema(min_length = 1, max_length = 2000)]
            pub note: Option<String>,
            /// The sender's own reference; each is accepted once per client.
            pub external_reference: Option<crate::api::wire::ExternalReference>,
        }

        impl crate::api::recording::CommandBody for $name {
            fn told(&mut self) -> crate::api::recording::Told {
                crate::api::recording::Told {
                    occurred: self.occurred.take(),
                    note: self.note.take(),
                    external_reference: self.external_reference.take(),
                }
            }
        }
    };
}
pub(crate) use command_body;

/// Records one command about one person. `read` turns the body into the command and notes what is wrong.
///
/// # Errors
/// Every fault of the body at once, or why nothing was recorded.
pub async fn record<B: CommandBody>(
    state: &ApiState,
    asking: &Asking,
    fingerprint: Fingerprint,
    address: Address,
    mut body: B,
    read: impl FnOnce(B, &mut Reading, Timestamp) -> Option<Command>,
) -> Result<Answer, Problem> {
    let Told {
        occurred,
        note,
        external_reference,
    } = body.told();
    let request = asking.request(fingerprint, external_reference.map(Into::into))?;
    let now = request.received_at;
    let mut reading = Reading::default();
    let command = read(body, &mut reading, now);
    let command = reading.whole(command)?;
    let asked = vec![asked(occurred, note, command, now)];
    state.app.record(address, asked, request).await.map_err(problem)
}

/// A body that becomes one command about one person, and the place to which it is posted.
pub trait Entry: CommandBody + Sized {
    /// What the path names.
    type At: Copy;

    /// Where the command goes.
    fn address(at: Self::At) -> Address;

    /// The command; notes what is wrong. Two digits of a year mean a year until that of `now`.
    fn command(self, at: Self::At, reading: &mut Reading, now: Timestamp) -> Option<Command>;
}

/// Records an entry, answered with 201 and the address of the person's record.
///
/// # Errors
/// As [`record`].
pub async fn recorded<E: Entry>(
    state: &ApiState,
    asking: &Asking,
    at: E::At,
    ValidJson { body, fingerprint }: ValidJson<E>,
) -> Result<Response, Problem> {
    let read = |body: E, reading: &mut Reading, now| body.command(at, reading, now);
    let answer = record(state, asking, fingerprint, E::address(at), body, read).await?;
    let location = answer.person.map(|person| format!("/v1/people/{person}"));
    created(state, &fingerprint, answer, location).await
}

/// Declares an endpoint that records one command about one person: the body, what it does, its path, what the path
/// names, and how the body becomes the command.
macro_rules! entry {
    (
        $(#[$doc:meta])* pub struct $body:ident { $($fields:tt)* }
        $(#[$says:meta])* post $path:literal in $tag:literal as $name:ident;
        at $id:ident => $address:expr;
        |$told:ident, $reading:ident, $now:ident| $read:expr
    ) => {
        $crate::api::recording::entry! {
            @endpoint [$(#[$doc])*] $body { $($fields)* } [$(#[$says])*] $path, $tag, $name,
            [("id" = Uuid, Path)], $crate::path::IdPath, $crate::path::IdPath($id), $address,
            $told, $reading, $now, $read
        }
    };
    (
        $(#[$doc:meta])* pub struct $body:ident { $($fields:tt)* }
        $(#[$says:meta])* post $path:literal in $tag:literal as $name:ident;
        at $id:ident, $second:literal $other:ident => $address:expr;
        |$told:ident, $reading:ident, $now:ident| $read:expr
    ) => {
        $crate::api::recording::entry! {
            @endpoint [$(#[$doc])*] $body { $($fields)* } [$(#[$says])*] $path, $tag, $name,
            [("id" = Uuid, Path), ($second = Uuid, Path)],
            $crate::path::TwoIdsPath, $crate::path::TwoIdsPath($id, $other), $address,
            $told, $reading, $now, $read
        }
    };
    (
        @endpoint [$($doc:tt)*] $body:ident { $($fields:tt)* } [$($says:tt)*] $path:literal, $tag:literal, $name:ident,
        [$($param:tt)*], $at:ty, $pattern:pat, $address:expr,
        $told:ident, $reading:ident, $now:ident, $read:expr
    ) => {
        $crate::api::recording::command_body! {
            $($doc)*
            pub struct $body { $($fields)* }
        }

        impl $crate::api::recording::Entry for $body {
            type At = $at;

            #[allow(unused_variables, reason = "some paths name what the body belongs to, some the person alone")]
            fn address(at: Self::At) -> throughcare_app::Address {
                let $pattern = at;
                $address
            }

            #[allow(unused_variables, reason = "some entries tell nothing but themselves")]
            fn command(
                self,
                at: Self::At,
                $reading: &mut $crate::api::wire::Reading,
                $now: jiff::Timestamp,
            ) -> Option<throughcare_domain::command::Command> {
                let $pattern = at;
                let $told = self;
                $read
            }
        }

        $($says)*
        #[utoipa::path(
            post, path = $path, tag = $tag, params($($param)*), request_body = $body,
            responses($crate::api::recording::CommandAnswers)
        )]
        pub async fn $name(
            axum::extract::State(state): axum::extract::State<$crate::api::ApiState>,
            asking: $crate::api::asking::Asking,
            at: $at,
            told: $crate::json::ValidJson<$body>,
        ) -> Result<axum::response::Response, $crate::problem::Problem> {
            $crate::api::recording::recorded(&state, &asking, at, told).await
        }
    };
}
pub(crate) use entry;
