//! A person's own copy as a page: one file without scripts, pictures or addresses of others, to be read, printed or
//! read aloud by a machine. Every text is escaped: what somebody once typed is never markup.

use super::shown::{CopyEntryShown, SubjectAccessShown};
use crate::api::access_log::LookShown;
use crate::time::WhenWire;
use jiff::{Timestamp, civil::Date};
use serde_json::Value;
use std::fmt::Write as _;
use throughcare_domain::when::{london_date, london_time};
use uuid::Uuid;

/// Nothing may be loaded and nothing run; the page brings its own style.
pub const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'none'";

/// The parts of the list of entries: a heading, and the families of events that stand under it.
const PARTS: &[(&str, &[&str])] = &[
    ("Who you are", &["identity"]),
    (
        "What you said about your data, and who was given sight of it",
        &["sharing"],
    ),
    ("Keeping and erasing your data", &["protection"]),
    ("Referrals", &["referral"]),
    ("Treatment", &["treatment"]),
    ("Appointments", &["appointment"]),
    (
        "Needs, placements and meetings",
        &["need", "tag", "placement", "outreach"],
    ),
    ("Naloxone", &["naloxone"]),
    ("Overdoses and reports of death", &["harm"]),
    ("Police and courts", &["justice"]),
    ("Prison", &["custody"]),
    ("Corrections", &["correction"]),
];

const STYLE: &str = "body{font:1rem/1.5 sans-serif;max-width:50rem;margin:auto;padding:1rem}\
    table{border-collapse:collapse;width:100%}td,th{border:1px solid;padding:.3rem;text-align:left;vertical-align:top}\
    dt{font-weight:bold}dd{margin:0 0 .3rem 1rem}article{border-top:1px solid;break-inside:avoid}";

/// A text that is no markup.
struct Plain<'a>(&'a str);

impl std::fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

fn moment(at: Timestamp) -> String {
    format!("{} at {}", day(london_date(at)), london_time(at))
}

fn when(when: WhenWire) -> String {
    match when {
        WhenWire::On(date) => day(date),
        WhenWire::At(at) => moment(at),
    }
}

/// `noFixedAbode` as `No fixed abode`.
fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for (place, letter) in name.chars().enumerate() {
        match letter {
            _ if place == 0 => words.extend(letter.to_uppercase()),
            '_' | '-' => words.push(' '),
            _ if letter.is_uppercase() => {
                words.push(' ');
                words.extend(letter.to_lowercase());
            }
            _ => words.push(letter),
        }
    }
    words
}

/// A stored value in words. Ids by which the program ties entries together tell a reader nothing: they stand in the
/// other form of the copy.
fn value(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if Uuid::try_parse(text).is_ok() => None,
        Value::String(text) => Some(match (text.parse::<Date>(), text.parse::<Timestamp>()) {
            (_, Ok(at)) => moment(at),
            (Ok(date), _) => day(date),
            _ => text.clone(),
        }),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(self::value).collect();
            (!items.is_empty()).then(|| items.join("; "))
        }
        Value::Object(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .filter_map(|(name, it)| Some(format!("{} {}", words(name), self::value(it)?)))
                .collect();
            (!fields.is_empty()).then(|| fields.join(", "))
        }
    }
}

fn definition(page: &mut String, name: &str, text: &str) {
    let _ = write!(page, "<dt>{}</dt><dd>{}</dd>", Plain(name), Plain(text));
}

fn fields(page: &mut String, stored: Option<&Value>) {
    let Some(Value::Object(stored)) = stored else {
        return;
    };
    for (name, text) in stored.iter().filter_map(|(name, it)| Some((name, value(it)?))) {
        definition(page, &words(name), &text);
    }
}

fn entry(page: &mut String, one: &CopyEntryShown) {
    let line = &one.line;
    let _ = write!(
        page,
        "<article><h4>{}</h4><p>{}</p><dl>",
        Plain(&when(line.occurred)),
        Plain(&line.sentence)
    );
    fields(page, one.told.as_ref());
    let by = one.organisation_name.as_deref().unwrap_or(&line.organisation);
    let recorded = format!("{}, {}", by, moment(line.recorded_at));
    definition(page, "Recorded by", &recorded);
    if let Some(voided) = &line.voided {
        let text = format!("{}; it no longer counts", moment(voided.recorded_at));
        definition(page, "Corrected", &text);
    }
    for conflict in &line.conflicts {
        definition(page, "Does not fit the rest", &conflict.detail);
    }
    if let Some(source) = &one.source {
        definition(
            page,
            "Reference of the sender",
            &format!("{} {}", source.system, source.value),
        );
    }
    fields(page, one.stored.as_ref());
    page.push_str("</dl></article>");
}

fn family(one: &CopyEntryShown) -> &str {
    let known = one.line.event_type.as_deref().unwrap_or("");
    known.split('.').next().unwrap_or("")
}

fn entries(page: &mut String, copy: &SubjectAccessShown) {
    page.push_str("<h2>What is recorded</h2>");
    let listed = |one: &CopyEntryShown| PARTS.iter().any(|(_, families)| families.contains(&family(one)));
    let parts = PARTS.iter().map(|(heading, families)| {
        let theirs = copy.entries.iter().filter(|one| families.contains(&family(one)));
        (*heading, theirs.collect::<Vec<_>>())
    });
    let rest = copy.entries.iter().filter(|one| !listed(one));
    let rest = std::iter::once(("Other entries", rest.collect::<Vec<_>>()));
    for (heading, theirs) in parts.chain(rest).filter(|(_, theirs)| !theirs.is_empty()) {
        let _ = write!(page, "<h3>{heading}</h3>");
        for one in theirs {
            entry(page, one);
        }
    }
}

fn list(page: &mut String, heading: &str, items: impl IntoIterator<Item = String>) {
    let _ = write!(page, "<h2>{heading}</h2><ul>");
    for item in items {
        let _ = write!(page, "<li>{}</li>", Plain(&item));
    }
    page.push_str("</ul>");
}

fn table(page: &mut String, caption: &str, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let _ = write!(page, "<table><caption>{caption}</caption><thead><tr>");
    for column in columns {
        let _ = write!(page, "<th scope=\"col\">{column}</th>");
    }
    page.push_str("</tr></thead><tbody>");
    for row in rows {
        page.push_str("<tr>");
        for cell in row {
            let _ = write!(page, "<td>{}</td>", Plain(&cell));
        }
        page.push_str("</tr>");
    }
    page.push_str("</tbody></table>");
}

fn computed(page: &mut String, copy: &SubjectAccessShown) {
    page.push_str(
        "<h2>What is worked out from it</h2><p>Nothing of this is stored: it follows from the entries.</p>",
    );
    let history = &copy.computed.status_history;
    for (caption, spans) in [
        ("Where you were", &history.setting),
        ("How far treatment had come", &history.treatment),
        ("Whether care went on after release", &history.continuity),
    ] {
        let rows = spans.iter().map(|span| {
            let to = span.to.map_or_else(|| "now".to_owned(), day);
            vec![words(&span.status), day(span.from), to]
        });
        table(page, caption, &["State", "From", "To"], rows);
    }
    let statistics = if copy.computed.sharing.national_statistics.included {
        "The national statistics on drug and alcohol treatment are told of your treatment."
    } else {
        "The national statistics on drug and alcohol treatment are not told of your treatment."
    };
    let _ = write!(page, "<p>{statistics}</p>");
}

fn looks(page: &mut String, copy: &SubjectAccessShown) {
    page.push_str("<h2>Who looked at your data</h2>");
    let row = |look: &LookShown| {
        let grounds = look.grounds.iter().map(|ground| ground.sentence.clone());
        vec![
            moment(look.at),
            look.organisation.clone(),
            words(&look.role),
            words(&look.purpose),
            grounds.collect::<Vec<_>>().join(" "),
        ]
    };
    let columns = ["When", "Organisation", "Role", "Purpose", "Why they could"];
    table(
        page,
        "Looks, the last first",
        &columns,
        copy.looks.iter().map(row),
    );
    if copy.more_looks {
        page.push_str("<p>There were more looks before these. Ask the organisation for them.</p>");
    }
    let named =
        |one: &super::shown::OrganisationNamed| one.name.clone().unwrap_or_else(|| one.organisation.clone());
    if !copy.recipients.is_empty() {
        let heading = "Other organisations that were shown something of it";
        list(page, heading, copy.recipients.iter().map(named));
    }
}

/// The page.
pub fn written(copy: &SubjectAccessShown) -> String {
    let by = copy
        .answered_by
        .name
        .as_ref()
        .unwrap_or(&copy.answered_by.organisation);
    let mut page = format!(
        "<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>Your data</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body><main>\
         <h1>Your data</h1><p>This is a copy of what {} holds about you. It was made on {}.</p><p>{}</p>",
        Plain(by),
        moment(copy.made_at),
        Plain(&copy.holds.says)
    );
    for erased in &copy.erased {
        let what = match erased.what.as_str() {
            "identity" => "Names, identifiers, addresses and free text were",
            _ => "Everything that was recorded before was",
        };
        let _ = write!(
            page,
            "<p>{what} erased, as was asked on {}.</p>",
            day(erased.asked_on)
        );
    }
    entries(&mut page, copy);
    computed(&mut page, copy);
    looks(&mut page, copy);
    list(
        &mut page,
        "What your data are used for",
        copy.purposes.iter().cloned(),
    );
    let _ = write!(
        page,
        "<h2>How long they are kept</h2><p>{}</p>",
        Plain(&copy.retention)
    );
    list(&mut page, "What you can ask for", copy.rights.iter().cloned());
    page.push_str("</main></body></html>");
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_somebody_typed_is_never_markup() {
        let typed = "<script>alert('x')</script> & \"co\"";
        assert_eq!(
            Plain(typed).to_string(),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;co&quot;"
        );
        let mut page = String::new();
        fields(&mut page, Some(&json!({ "note": typed, "<b>": "x" })));
        definition(&mut page, typed, typed);
        table(&mut page, "c", &["d"], [vec![typed.to_owned()]]);
        list(&mut page, "h", [typed.to_owned()]);
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
    }

    #[test]
    fn stored_values_are_put_into_words() {
        let said = |it: Value| value(&it);
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(words("noFixedAbode"), "No fixed abode");
        assert_eq!(words("in_treatment"), "In treatment");
        assert_eq!(said(json!("2026-03-01")), text("1 March 2026"));
        // Summer time in London.
        assert_eq!(said(json!("2026-07-01T23:30:00Z")), text("2 July 2026 at 00:30"));
        assert_eq!(said(json!(true)), text("yes"));
        assert_eq!(said(json!(["1011", "2000"])), text("1011; 2000"));
        assert_eq!(
            said(json!({ "drug": "cocaine", "result": "negative" })),
            text("Drug cocaine, Result negative")
        );
        assert_eq!(said(json!("0192d3f0-0000-7000-8000-000000000000")), None);
        assert_eq!(said(json!(null)), None);
    }
}
