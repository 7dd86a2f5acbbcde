//! What leaves by itself: webhooks and live feeds, as a receiver meets them.

mod crashed;
mod listening;
mod live;
mod receiver;
mod two_nodes;
mod watched;
mod webhooks;

use crate::harness::{Client, Place, Program};
use crate::lifecycle::ORGANISATION;
use serde_json::{Value, json};
use std::process::Command;
use throughcare_http::token::Role;

/// `serve` with receivers on this machine allowed, and retries a second apart.
fn serve(place: &Place) -> Command {
    let mut command = place.serve();
    let waits = ["1"; 20].join(",");
    command.args(["--webhook-allow", "127.0.0.0/8", "--webhook-retries", &waits]);
    command
}

/// Starts the program so.
fn started(place: &Place) -> Program {
    place.start_and_read(serve(place), "answers on").0
}

/// An administrator of an organisation who signed in.
fn administrator(place: &Place, program: &Program, organisation: &str) -> Client {
    let token = place.token(
        "desk-of-administration",
        Some("a.dministrator"),
        organisation,
        Role::Administrator,
    );
    program.client(token, false)
}

/// A webhook of an organisation: its id and its secret.
fn webhook(
    place: &Place,
    program: &Program,
    (organisation, client, role): (&str, &str, Role),
    url: &str,
) -> (String, String) {
    place.token(client, None, organisation, role);
    let name = crate::harness::role_name(role);
    let made = administrator(place, program, organisation)
        .post(
            "/v1/webhooks",
            &json!({ "client": client, "role": name, "url": url }),
        )
        .expect(201)
        .json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (
        text(&made["webhook"]["webhookId"]),
        text(&made["secret"]["secret"]),
    )
}

/// A worker of the service's organisation.
fn worker(place: &Place, program: &Program) -> Client {
    program.client(
        place.token("desk", Some("w.orker"), ORGANISATION, Role::Worker),
        false,
    )
}
