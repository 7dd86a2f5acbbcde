//! Records, and sees what comes of it: who may, which events, and what moves.

use crate::harness::{Answer, Client, County, new_id};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use throughcare_http::token::Role;

/// The roles, in the order in which the page names them.
pub const ROLES: [Role; 7] = [
    Role::Worker,
    Role::Clinician,
    Role::Liaison,
    Role::Administrator,
    Role::Auditor,
    Role::Commissioner,
    Role::PrivacyOfficer,
];

/// What is not for those alone who are tied to the person.
const OPEN_TO_STRANGERS: &[(&str, Role)] = &[("/v1/break-glass", Role::Clinician)];

/// Who records what nobody asked for by itself.
pub const PROGRAM: &str = "the program";
/// Who sends what no staff may.
pub const SYSTEM: &str = "liaison (a system)";

/// A role's name on the page.
pub fn name(role: Role) -> String {
    role.authority()
        .trim_start_matches("ROLE_THROUGHCARE_")
        .to_lowercase()
        .replace('_', " ")
}

/// What was seen of a type of event.
#[derive(Default)]
pub struct Seen {
    /// Where it was recorded.
    pub endpoints: BTreeSet<String>,
    /// By whom it may be.
    pub roles: BTreeSet<String>,
    /// What moved.
    pub moved: BTreeSet<String>,
}

/// Who looks at everything that happens in a county.
pub struct Observer<'c> {
    /// The county.
    pub county: &'c County,
    /// Services whose lists are looked at.
    pub services: Vec<String>,
    seen: BTreeMap<String, Seen>,
    auditor: Client,
}

impl<'c> Observer<'c> {
    /// Nothing has been seen.
    pub fn new(county: &'c County) -> Self {
        Self {
            county,
            services: vec![
                county.community.clone(),
                county.prison_treatment.clone(),
                county.arrest_referral.clone(),
            ],
            seen: BTreeMap::new(),
            auditor: county.auditor(),
        }
    }

    /// What was seen.
    pub fn seen(&self) -> &BTreeMap<String, Seen> {
        &self.seen
    }

    /// Records something about a person whom the organisation knows. Each role is tried with a version that is none, so
    /// that whoever may is told that it is stale and whoever may not that they may not.
    pub fn tell(&mut self, organisation: &str, person: &str, at: At<'_>, body: Value) -> Answer {
        let path = at.path();
        let mut roles = BTreeSet::new();
        for role in ROLES {
            let client = self.county.staff_of(organisation, role);
            let request = client
                .request(Method::POST, &path)
                .json(&body)
                .header("if-match", "\"none\"");
            let answer = client.send(request);
            match answer.status {
                412 => {
                    roles.insert(name(role));
                }
                403 | 404 => {}
                other => panic!("{path} as {}: {other} {}", name(role), answer.text),
            }
        }
        assert!(!roles.is_empty(), "nobody may {path}");
        self.refused_to_strangers(at, &body);
        let first = ROLES.into_iter().find(|role| roles.contains(&name(*role)));
        let client = self.county.staff_of(organisation, first.expect("a role"));
        self.record(&client, Some(person), at, roles, &body)
    }

    /// Records something that is of no version. Each other role of the organisation is tried: those that may not
    /// before, with the very body, and those that may after, with a day that has not come, so that only their right
    /// to say it is judged.
    pub fn tell_by(
        &mut self,
        organisation: &str,
        roles: &[Role],
        person: Option<&str>,
        at: At<'_>,
        body: Value,
    ) -> Answer {
        let path = at.path();
        // Whatever a worker may, a clinician may.
        let mut roles = roles.to_vec();
        if let Some(worker) = roles.iter().position(|role| *role == Role::Worker) {
            roles.insert(worker + 1, Role::Clinician);
        }
        let tried = |role: &Role, body: &Value| {
            let client = self.county.staff_of(organisation, *role);
            client.post(&path, body)
        };
        for role in ROLES.iter().filter(|role| !roles.contains(role)) {
            let refused = tried(role, &body);
            let status = refused.status;
            assert!(
                matches!(status, 403 | 404),
                "{path} as {}: {status} {}",
                name(*role),
                refused.text
            );
        }
        let (first, others) = roles.split_first().expect("somebody may");
        let names = roles.iter().copied().map(name).collect();
        let client = self.county.staff_of(organisation, *first);
        let answer = self.record(&client, person, at, names, &body);
        let mut to_come = body;
        to_come["occurred"] = json!("2099-01-01");
        for role in others {
            let judged = tried(role, &to_come);
            let status = judged.status;
            let day_alone = status == 422 && judged.text.contains("in_the_future");
            assert!(day_alone, "{path} as {}: {status} {}", name(*role), judged.text);
        }
        answer
    }

    /// Nobody of an organisation that has nothing to do with the person may, in any role; and what they are told is what
    /// they are told of somebody who does not exist.
    fn refused_to_strangers(&self, at: At<'_>, body: &Value) {
        let elsewhere = self.county.stranger_organisation();
        // All others are refused by their role, whatever it is about, as they are in the person's own organisation.
        for role in [Role::Worker, Role::Liaison, Role::PrivacyOfficer] {
            if OPEN_TO_STRANGERS.contains(&(at.template, role)) {
                continue;
            }
            let client = self.county.staff_of(&elsewhere, role);
            let refused = client.post(&at.path(), body);
            assert!(
                matches!(refused.status, 403 | 404),
                "{} as {} of another organisation: {} {}",
                at.template,
                name(role),
                refused.status,
                refused.text
            );
            let nobody: Vec<String> = at.ids.iter().map(|_| new_id().to_string()).collect();
            let ids: Vec<&str> = nobody.iter().map(String::as_str).collect();
            let of_nobody = At {
                template: at.template,
                ids: &ids,
            };
            // Where the path names nobody the body does. Other roles are refused before anything is looked up.
            if !at.ids.is_empty() && matches!(role, Role::Worker | Role::Liaison) {
                let none = client.post(&of_nobody.path(), body);
                assert_eq!(
                    without_ids(&refused),
                    without_ids(&none),
                    "{} as {}",
                    at.template,
                    name(role)
                );
            }
        }
    }

    fn record(
        &mut self,
        client: &Client,
        person: Option<&str>,
        at: At<'_>,
        roles: BTreeSet<String>,
        body: &Value,
    ) -> Answer {
        let before = person.map(|person| self.views(person)).unwrap_or_default();
        let answer = client.record(&at.path(), body);
        let person = person
            .map(str::to_owned)
            .or_else(|| answer.json()["personId"].as_str().map(str::to_owned));
        // Of somebody who was not known there is nothing to compare with.
        let after = person
            .filter(|_| !before.is_empty())
            .map(|person| self.views(&person))
            .unwrap_or_default();
        let moved = if before.is_empty() {
            BTreeSet::new()
        } else {
            moved(&before, &after)
        };
        for event_type in self.types(&answer) {
            let seen = self.seen.entry(event_type).or_default();
            seen.endpoints.insert(at.template.to_owned());
            seen.roles.extend(roles.iter().cloned());
            seen.moved.extend(moved.iter().cloned());
        }
        answer
    }

    /// Does something after which the person has a new event of that type, which is recorded by no request of staff.
    pub fn around(&mut self, person: &str, event_type: &str, (who, how): (&str, &str), does: impl FnOnce()) {
        let before = self.views(person);
        does();
        let timeline = self.auditor.list(&format!("/v1/people/{person}/timeline"));
        assert!(
            timeline.iter().any(|line| line["type"] == event_type),
            "no {event_type}"
        );
        let after = self.views(person);
        let moved = moved(&before, &after);
        let seen = self.seen.entry(event_type.to_owned()).or_default();
        seen.endpoints.insert(how.to_owned());
        seen.roles.insert(who.to_owned());
        seen.moved.extend(moved);
    }

    /// The types of the events of an answer.
    fn types(&self, answer: &Answer) -> Vec<String> {
        let body = answer.json();
        let ids: Vec<_> = body["eventIds"].as_array().unwrap().iter().collect();
        let position: u64 = answer.header("x-log-position").unwrap().parse().unwrap();
        let after = position - ids.len() as u64;
        let page = self
            .auditor
            .read(&format!("/v1/events?after={after}&limit={}", ids.len()));
        let events = page["data"].as_array().unwrap();
        let told = events.iter().filter(|event| ids.contains(&&event["id"]));
        let types: Vec<_> = told
            .map(|event| event["type"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(types.len(), ids.len(), "{page}");
        types
    }

    /// Everything that can be seen of a person, view by view.
    fn views(&self, person: &str) -> BTreeMap<String, Value> {
        let mut views = BTreeMap::new();
        let shown = self.auditor.read(&format!("/v1/people/{person}"));
        for track in ["setting", "treatment", "continuity"] {
            let mut track_shown = shown["pathway"][track].clone();
            if let Some(fields) = track_shown.as_object_mut() {
                fields.remove("setBy");
            }
            views.insert(track.to_owned(), track_shown);
        }
        for view in ["duties", "naloxone", "harm", "sharing"] {
            let mut shown = self.auditor.read(&format!("/v1/people/{person}/{view}"));
            if let Some(fields) = shown.as_object_mut() {
                fields.remove("logPosition");
            }
            views.insert(view.to_owned(), shown);
        }
        for service in &self.services {
            let lists = self.auditor.read(&format!("/v1/services/{service}/worklists"));
            let all = lists["data"].as_array().unwrap().iter();
            for list in all.filter(|list| list["lines"] != 0) {
                let name = list["list"].as_str().unwrap();
                let lines = self
                    .auditor
                    .list(&format!("/v1/services/{service}/worklists/{name}"));
                self.lines(format!("list {name}"), lines, person, &mut views);
            }
            for (name, view) in [("releases", "releases"), ("planned-releases", "planned releases")] {
                let lines = self
                    .auditor
                    .list(&format!("/v1/continuity/{name}?service={service}"));
                self.lines(view.to_owned(), lines, person, &mut views);
            }
        }
        views
    }

    fn lines(&self, view: String, lines: Vec<Value>, person: &str, views: &mut BTreeMap<String, Value>) {
        let theirs: Vec<Value> = lines
            .into_iter()
            .filter(|line| line["personId"] == person)
            .collect();
        let stands = views.entry(view).or_insert_with(|| json!([]));
        if let Some(stands) = stands.as_array_mut() {
            stands.extend(theirs);
        }
    }
}

/// An answer but for what names the request.
fn without_ids(answer: &Answer) -> (u16, Value) {
    let mut body = answer.json();
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|field, _| !matches!(field.as_str(), "requestId" | "instance"));
    }
    (answer.status, body)
}

/// The views that are not what they were; a list on which the person does not stand is as if it were not there.
fn moved(before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) -> BTreeSet<String> {
    let shown = |views: &BTreeMap<String, Value>, view: &String| {
        views.get(view).filter(|shown| **shown != json!([])).cloned()
    };
    let views = before.keys().chain(after.keys());
    views
        .filter(|view| shown(before, view) != shown(after, view))
        .cloned()
        .collect()
}

/// An endpoint, and what its path names.
#[derive(Clone, Copy)]
pub struct At<'a> {
    /// As in the documentation.
    pub template: &'a str,
    /// For each name in braces.
    pub ids: &'a [&'a str],
}

impl At<'_> {
    fn path(&self) -> String {
        let mut ids = self.ids.iter();
        let parts = self.template.split('/').map(|part| {
            if part.starts_with('{') {
                (*ids.next().expect("an id for each name")).to_owned()
            } else {
                part.to_owned()
            }
        });
        parts.collect::<Vec<_>>().join("/")
    }
}
