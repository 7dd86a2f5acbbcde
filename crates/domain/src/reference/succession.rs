//! What a new version of a list must keep of the one in use.
//!
//! Codes stand in sealed events, so nobody can tell which are used: every code counts as used. It may be ended by a
//! date, never removed, and what it meant on past days stays what it meant, so that what is on record keeps the
//! meaning of its day.

use super::list::CodeList;
use crate::code::Code;
use crate::fault::Faults;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What `new` does not keep of `old`, on the days before `today`. Faults stand at `/codes/{index}` of the new list, or
/// at `/codes` for what is missing.
pub fn succession_faults(old: &CodeList, new: &CodeList, today: Date) -> Faults {
    let mut faults = Faults::default();
    let mut places: BTreeMap<&Code, usize> = BTreeMap::new();
    for (index, entry) in new.entries().iter().enumerate() {
        places.entry(&entry.code).or_insert(index);
    }
    let codes: BTreeSet<&Code> = old.entries().iter().map(|entry| &entry.code).collect();
    for code in codes {
        let Some(index) = places.get(code) else {
            faults.add(
                "/codes",
                "code_lost",
                format!(
                    "The code {code} is missing. It may be on record: keep it, with a last day in valid_to."
                ),
            );
            continue;
        };
        if let Some((day, what)) = changed_past(old, new, code, today) {
            faults.add(
                format!("/codes/{index}"),
                "past_changed",
                format!(
                    "{code} has {what} on {day} than in the version in use. Keep its row for the days before {today}, \
                     and add one for those after it."
                ),
            );
        }
    }
    faults
}

/// The first past day on which a code means something else, and what.
fn changed_past(old: &CodeList, new: &CodeList, code: &Code, today: Date) -> Option<(Date, &'static str)> {
    // What a code means changes on the first day of a period and on the day after its last.
    let of = |list: &CodeList| -> Vec<Date> {
        let entries = list.entries().iter().filter(|entry| entry.code == *code);
        let days = entries.flat_map(|entry| {
            let after = entry.valid_to.and_then(|last| last.tomorrow().ok());
            [Some(entry.valid_from.unwrap_or(Date::MIN)), after]
        });
        days.flatten().collect()
    };
    let mut days: Vec<Date> = of(old).into_iter().chain(of(new)).collect();
    days.retain(|day| *day < today);
    days.sort_unstable();
    days.dedup();
    days.into_iter().find_map(|day| {
        // What the old version did not have on a day may be added.
        let before = old.find(code.as_str(), day)?;
        let what = match new.find(code.as_str(), day) {
            None => "another period, being not in force",
            Some(after) if after.label != before.label => "another label",
            Some(after) if after.origin != before.origin => "another origin",
            Some(after) => {
                let kept = |(name, value): (&String, &String)| after.attributes.get(name) == Some(value);
                if before.attributes.iter().all(kept) {
                    return None;
                }
                "another attribute"
            }
        };
        Some((day, what))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 23);

    fn list(rows: &str) -> CodeList {
        let text = format!("code,label,status,origin,valid_from,valid_to,colour\n{rows}");
        CodeList::from_csv("things", "1", &text).unwrap()
    }

    fn faults(old: &str, new: &str) -> Vec<(String, &'static str)> {
        let found = succession_faults(&list(old), &list(new), TODAY);
        found
            .into_iter()
            .map(|fault| (fault.pointer, fault.code))
            .collect()
    }

    #[test]
    fn a_code_cannot_go_but_may_end() {
        let old = "a,One,current,local,,,red\nb,Two,current,local,,,red\n";
        assert_eq!(
            faults(old, "a,One,current,local,,,red\n"),
            [("/codes".to_owned(), "code_lost")]
        );
        let ended = "a,One,current,local,,,red\nb,Two,legacy,local,,2026-11-22,red\n";
        assert_eq!(faults(old, ended), []);
    }

    #[test]
    fn a_code_means_on_past_days_what_it_meant() {
        let old = "a,One,current,local,,,red\n";
        let at = |code| vec![("/codes/0".to_owned(), code)];
        assert_eq!(faults(old, "a,Other,current,local,,,red\n"), at("past_changed"));
        assert_eq!(faults(old, "a,One,current,local,,,blue\n"), at("past_changed"));
        assert_eq!(faults(old, "a,One,current,national,,,red\n"), at("past_changed"));
        assert_eq!(
            faults(old, "a,One,current,local,,2026-11-21,red\n"),
            at("past_changed")
        );
        assert_eq!(
            faults(old, "a,One,current,local,2026-01-01,,red\n"),
            at("past_changed")
        );
    }

    #[test]
    fn from_today_on_a_code_may_mean_something_else() {
        let old = "a,One,current,local,,,red\n";
        let new = "a,One,current,local,,2026-11-22,red\na,Other,current,local,2026-11-23,,blue\n";
        assert_eq!(faults(old, new), []);
    }

    #[test]
    fn what_the_version_in_use_did_not_say_may_be_added() {
        let old = "a,One,current,local,2026-01-01,,\n";
        assert_eq!(
            faults(old, "b,Two,current,local,,,red\na,One,current,local,,,red\n"),
            []
        );
    }
}
