//! The naloxone that somebody has, had and should have.

use super::Value;
use crate::id::EventId;
use crate::state::{Kit, PersonState};
use crate::view::naloxone::NaloxoneHeld;
use jiff::civil::Date;

pub(super) fn values(state: &PersonState, as_of: Date, values: &mut Vec<Value>) {
    let kits = NaloxoneHeld::on(state, as_of);
    let mut add = |list: &str, kit: &Kit, by: Vec<EventId>| {
        let name = format!("/naloxone/{list}/{}", kit.id.0);
        values.push(Value::new(name, &kit.pack.product, by));
    };
    for kit in &kits.held {
        add("held", kit, supplied(kit));
    }
    for kit in &kits.in_property {
        add("inProperty", kit, placed(kit).into_iter().collect());
    }
    for kit in &kits.used {
        add("used", kit, kit.used.iter().map(|used| used.at.by).collect());
    }
    for kit in &kits.gone {
        add("gone", kit, {
            let mut by = supplied(kit);
            by.extend(kit.gone().map(|gone| gone.since.by));
            by
        });
    }
    for one in &kits.to_replace {
        add("toReplace", &one.kit, no_longer_good(&one.kit, as_of));
    }
}

fn placed(kit: &Kit) -> Option<EventId> {
    kit.in_property.as_ref().map(|(_, at)| at.by)
}

/// How the kit reached the person: out of property, by a release that names no kit.
fn supplied(kit: &Kit) -> Vec<EventId> {
    let supplied = kit.supplied.map(|at| at.by);
    placed(kit).into_iter().chain(supplied).collect()
}

/// What has a kit need replacing: how it reached the person, and its use or its loss, unless its expiry did before.
pub(super) fn no_longer_good(kit: &Kit, as_of: Date) -> Vec<EventId> {
    let used = kit.used.as_ref().map(|used| used.at);
    let gone = kit.gone().filter(|_| kit.absent_on(as_of)).map(|gone| gone.since);
    let first = used.into_iter().chain(gone).min_by_key(|at| at.date());
    let before_expiry = first.filter(|at| at.date() <= kit.pack.expires_on);
    let mut by = supplied(kit);
    by.extend(before_expiry.map(|at| at.by));
    by
}
