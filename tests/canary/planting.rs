//! Planting values through the API: where they belong, and wherever else somebody may put them by mistake.

use super::Planted;
use crate::harness::{Answer, Client, Place, Program, new_id};
use crate::lifecycle::set_up;
use reqwest::Method;
use serde_json::{Value, json};
use throughcare_http::token::Role;

/// What was answered.
#[derive(Default)]
pub struct Told {
    /// To those who may see the person.
    pub shown: Vec<String>,
    /// To everybody else, and about whatever could not be done: nothing of it may name anybody.
    pub refused: Vec<String>,
}

impl Told {
    /// Status, headers and body.
    fn heard(&mut self, answer: &Answer) {
        let text = format!("{} {:?} {}", answer.status, answer.headers, answer.text);
        assert!(answer.status < 500, "{text}");
        if answer.status == 200 {
            self.shown.push(text);
        } else {
            self.refused.push(text);
        }
    }
}

struct Planting<'a> {
    worker: Client,
    system: Client,
    prison: Client,
    auditor: Client,
    who: &'a Planted,
}

/// Plants everybody.
pub fn plant(place: &Place, program: &Program, people: &[Planted]) -> Told {
    set_up(place, program);
    let client = |name: &str, user: Option<&str>, organisation: &str, role: Role| {
        program.client(place.token(name, user, organisation, role), user.is_none())
    };
    let mut told = Told::default();
    for who in people {
        let planting = Planting {
            worker: client(
                "canary-desk",
                Some("worker"),
                crate::lifecycle::ORGANISATION,
                Role::Worker,
            ),
            system: client(
                "canary-system",
                None,
                crate::lifecycle::ORGANISATION,
                Role::Worker,
            ),
            prison: client(
                "canary-prison",
                None,
                crate::lifecycle::ORGANISATION,
                Role::Liaison,
            ),
            auditor: client("canary-audit", Some("auditor"), "county-audit", Role::Auditor),
            who,
        };
        planting.movement(&mut told);
        let person = planting.record(&mut told);
        planting.referral(&mut told);
        planting.look(&mut told, &person);
        for value in who.values() {
            planting.misplace(&mut told, &person, &value);
        }
    }
    told
}

impl Planting<'_> {
    fn identifiers(&self) -> Vec<Value> {
        let who = self.who;
        [
            ("nhs_number", &who.nhs),
            ("prisoner_number", &who.prisoner),
            ("pnc", &who.pnc),
            ("cro", &who.cro),
            ("crn", &who.crn),
            ("local", &who.local),
        ]
        .map(|(kind, value)| json!({ "kind": kind, "value": value }))
        .to_vec()
    }

    fn demographics(&self) -> Value {
        json!({
            "names": { "given": self.who.given, "family": self.who.family },
            "dateOfBirth": self.who.born, "sex": "male",
        })
    }

    /// Before anybody knows the number: it waits, sealed. Then another one, which waits for good.
    fn movement(&self, told: &mut Told) {
        for number in [self.who.prisoner.clone(), self.who.prisoner.to_lowercase()] {
            let body = json!({
                "prisonerNumber": number, "movement": { "movementType": "ADM", "reasonCode": "I", "prison": "LEI" },
                "note": self.who.free_text(),
            });
            told.heard(&self.prison.post("/v1/custody-movements", &body));
        }
        // And events of HMPPS: of movements, of numbers, and of what nobody here reads.
        let (number, crn) = (&self.who.prisoner, &self.who.crn);
        for (event_type, facts) in [
            (
                "prison-offender-events.prisoner.received",
                json!({ "nomsNumber": number, "reason": "ADMISSION" }),
            ),
            (
                "prison-offender-events.prisoner.merged",
                json!({ "nomsNumber": number, "removedNomsNumber": "A9999ZZ" }),
            ),
            (
                "probation-case.merge.completed",
                json!({ "sourceCRN": crn, "targetCRN": "X999999" }),
            ),
            (
                "prison.case-note.published",
                json!({ "text": self.who.free_text(), "nomsNumber": number }),
            ),
        ] {
            let event = json!({
                "eventType": event_type, "version": 1, "occurredAt": "2026-03-01T09:00:00Z",
                "description": self.who.free_text(), "additionalInformation": facts,
                "personReference": { "identifiers": [{ "type": "NOMS", "value": number }] },
            });
            let message =
                json!({ "Type": "Notification", "MessageId": new_id(), "Message": event.to_string() });
            told.heard(&self.prison.post("/v1/inbound/hmpps-events", &message));
        }
        told.refused
            .push(self.prison.get("/v1/inbound/messages").expect(200).text);
    }

    /// A record with all that a person has, and more of it later.
    fn record(&self, told: &mut Told) -> String {
        let who = self.who;
        let body = json!({
            "demographics": self.demographics(), "identifiers": self.identifiers(), "note": who.free_text(),
            "residence": { "area": "X10000001", "address": who.address, "postcode": who.postcode },
        });
        let registered = self.worker.post("/v1/people", &body).expect(201);
        told.heard(&registered);
        let person = registered.person();
        let record =
            |path: &str, body: &Value| self.worker.post(&format!("/v1/people/{person}/{path}"), body);
        for answer in [
            record(
                "demographics",
                &json!({
                    "names": { "given": who.alias, "family": who.family.to_uppercase() }, "note": who.note,
                }),
            ),
            record(
                "residences",
                &json!({
                    "area": "X10000001", "address": who.address.to_uppercase(), "postcode": who.postcode.to_lowercase(),
                    "note": format!("ask at {} or {}", who.mail.to_uppercase(), who.telephone),
                }),
            ),
            record(
                "overdoses",
                &json!({ "outcome": "recovered", "note": who.free_text() }),
            ),
            record(
                "identifiers",
                &json!({ "kind": "local", "value": who.local.to_lowercase(), "note": who.note }),
            ),
        ] {
            told.heard(&answer);
        }
        person
    }

    /// The same once, again, and with another body under the same key.
    fn referral(&self, told: &mut Told) {
        let key = new_id().to_string();
        let body = |note: String| {
            json!({
                "person": { "demographics": self.demographics(), "identifiers": self.identifiers() },
                "source": "self", "toService": crate::lifecycle::SERVICE, "note": note,
            })
        };
        for note in [self.who.free_text(), self.who.free_text(), self.who.note.clone()] {
            told.heard(&self.system.post_keyed("/v1/referrals", &key, &body(note)));
        }
    }

    fn look(&self, told: &mut Told, person: &str) {
        for identifier in self.identifiers() {
            told.heard(
                &self
                    .worker
                    .post("/v1/people/search", &json!({ "identifier": identifier })),
            );
        }
        for path in ["", "/timeline", "/harm", "/access-log"] {
            told.heard(&self.worker.get(&format!("/v1/people/{person}{path}")));
        }
        told.heard(&self.auditor.get("/v1/events?after=0"));
    }

    /// A value wherever it does not belong.
    fn misplace(&self, told: &mut Told, person: &str, value: &str) {
        let encoded: String = value.bytes().map(|byte| format!("%{byte:02x}")).collect();
        for path in [
            format!("/v1/people/{encoded}"),
            format!("/v1/people?name={encoded}"),
            format!("/v1/{encoded}/nothing"),
            format!("/v1/people/{person}/timeline?asOf={encoded}"),
            format!("/v1/people/{person}/timeline?{encoded}=1"),
            format!("/v1/naloxone-batches/{encoded}"),
            format!("/v1/events?after={encoded}"),
        ] {
            let answer = self.worker.get(&path);
            if answer.status != 200 {
                told.heard(&answer);
            }
        }
        // In every place of a message where something else belongs.
        for (event_type, id, reason) in [(value, "", ""), ("a.b", value, ""), ("a.b", "", value)] {
            let event = json!({
                "eventType": event_type, "version": 1, "occurredAt": "2026-03-01T09:00:00Z",
                "additionalInformation": { "reason": reason, "nomisMovementReasonCode": value },
            });
            let id = if id.is_empty() {
                new_id().to_string()
            } else {
                id.to_owned()
            };
            let message = json!({ "Type": "Notification", "MessageId": id, "Message": event.to_string() });
            told.heard(&self.prison.post("/v1/inbound/hmpps-events", &message));
        }
        let ascii: String = value.chars().filter(char::is_ascii).collect();
        for header in [
            "x-correlation-id",
            "x-request-id",
            "idempotency-key",
            "if-match",
            "user-agent",
            "referer",
            "cookie",
            "accept",
            "x-log-position",
            "traceparent",
        ] {
            let path = format!("/v1/people/{}", new_id());
            told.heard(
                &self
                    .worker
                    .send(self.worker.request(Method::GET, &path).header(header, &ascii)),
            );
        }
        let body = |body: String| {
            let request = self.worker.request(Method::POST, "/v1/people").body(body);
            self.worker
                .send(request.header("content-type", "application/json"))
        };
        for wrong in [
            format!("{{\"demographics\": \"{value}"),
            json!({ "demographics": { "names": value } }).to_string(),
            json!({ "demographics": { "sex": value } }).to_string(),
            json!({ "demographics": { "dateOfBirth": format!("x{value}") } }).to_string(),
            json!({ "demographics": {}, "identifiers": [{ "kind": "nhs_number", "value": format!("{value}9") }] }).to_string(),
            json!({ "demographics": {}, value: 1 }).to_string(),
        ] {
            told.heard(&body(wrong));
        }
    }
}
