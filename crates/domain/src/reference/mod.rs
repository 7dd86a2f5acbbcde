//! Versioned code lists. Codes are data: they change with every national data set, and no release of this
//! program is needed for that. The few codes on which a rule hangs have typed readers here
//! ([`custody_effect`], [`exit_outcome`], [`is_structured`]), which read an attribute of the list.
//!
//! Source: `domain.md` ("Consequence of the evidence") and 1.4.

mod bundled;
mod custody;
mod entry;
mod list;
mod prescribing;
mod sources;
mod substances;
mod succession;
mod treatment;
mod unknown;
mod working_days;

pub use bundled::{BUNDLED, BUNDLED_VERSION, LOADED_HERE, bundled_lists};
pub use custody::{CUSTODY_MOVEMENTS, CustodyEffect, custody_effect, names_movement};
pub use entry::{CodeOrigin, CodeStatus, Entry};
pub use list::{CodeList, ListError, MOST_ATTRIBUTES, MOST_BYTES, MOST_CHARACTERS, MOST_CODES, MOST_NAME};
pub use prescribing::{
    BRIDGING_MEDICINES, INTERVENTION_COMPONENTS, intervention_of, is_opiate, is_opioid_substitution,
    is_pharmacological,
};
pub use sources::{is_criminal_justice, referral_group};
pub use substances::SubstanceGroup;
pub use succession::succession_faults;
pub use treatment::{DISCHARGE_REASONS, INTERVENTIONS, exit_outcome, is_structured, reads_as};
pub use unknown::{UnknownCode, Why};
pub use working_days::{BANK_HOLIDAYS, is_working_day, working_days_after};

use jiff::civil::Date;
use std::collections::BTreeMap;

/// A set of code lists by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReferenceData {
    lists: BTreeMap<String, CodeList>,
}

impl ReferenceData {
    /// A set of lists, such as the store read back from its rows. Of two with one name the later stays.
    pub fn new(lists: impl IntoIterator<Item = CodeList>) -> Self {
        Self {
            lists: lists
                .into_iter()
                .map(|list| (list.name().to_owned(), list))
                .collect(),
        }
    }

    /// The lists that come with the program.
    pub fn bundled() -> Self {
        Self::new(bundled_lists().expect("a test reads every bundled list"))
    }

    /// A list by name.
    pub fn list(&self, name: &str) -> Option<&CodeList> {
        self.lists.get(name)
    }

    /// Every list, by name.
    pub fn lists(&self) -> impl Iterator<Item = &CodeList> {
        self.lists.values()
    }

    /// A code as it was in force on a day.
    pub fn find(&self, list: &str, code: &str, on: Date) -> Option<&Entry> {
        self.list(list)?.find(code, on)
    }

    /// The label of a code at any time, for showing old records; `None` when the list never had it.
    pub fn label(&self, list: &str, code: &str) -> Option<&str> {
        Some(self.list(list)?.ever(code)?.label.as_str())
    }

    /// A code as it was in force on a day, or what to choose instead.
    ///
    /// # Errors
    /// [`UnknownCode`] with the nearest codes, when the list does not have it on that day.
    pub fn check(&self, list: &str, code: &str, on: Date) -> Result<&Entry, UnknownCode> {
        let Some(list) = self.list(list) else {
            return Err(UnknownCode::without_list(list, code));
        };
        list.find(code, on).ok_or_else(|| UnknownCode::of(list, code, on))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const DAY: Date = date(2026, 7, 1);

    fn refusal(list: &str, code: &str) -> UnknownCode {
        ReferenceData::bundled().check(list, code, DAY).unwrap_err()
    }

    #[test]
    fn a_known_code_passes() {
        let data = ReferenceData::bundled();
        assert_eq!(
            data.check("referral-sources", "hospital", DAY).unwrap().label,
            "General hospital"
        );
    }

    #[test]
    fn a_code_nobody_knows_is_answered_with_the_nearest() {
        assert!(
            refusal("referral-sources", "hospitl").to_string().starts_with(
                "This is not a code of referral-sources; nearest: hospital (General hospital), "
            )
        );
        assert_eq!(refusal("substances", "heroine").nearest[0].0, "1011");
        assert_eq!(refusal("substances", "1012").nearest[0].0, "1011");
        assert_eq!(refusal("referral-sources", "x").nearest.len(), 3);
    }

    #[test]
    fn an_area_that_was_replaced_names_its_successor() {
        let data = ReferenceData::bundled();
        assert!(data.check("areas", "E10000009", date(2019, 3, 31)).is_ok());
        assert_eq!(
            data.check("areas", "E10000009", date(2019, 4, 1))
                .unwrap_err()
                .to_string()
                .split(',')
                .next(),
            Some(
                "\"E10000009\" of areas was not in force on 2019-04-01: it is valid until 2019-03-31; \
                 nearest: E06000059 (Dorset)"
            )
        );
        assert_eq!(data.label("areas", "E10000009"), Some("Dorset"));
    }

    #[test]
    fn a_legacy_code_is_known_and_never_proposed() {
        let data = ReferenceData::bundled();
        assert_eq!(
            data.check(DISCHARGE_REASONS, "90", DAY).unwrap().status,
            CodeStatus::Legacy
        );
        assert!(
            refusal(DISCHARGE_REASONS, "900")
                .nearest
                .iter()
                .all(|(code, _)| code != "90")
        );
    }

    #[test]
    fn what_is_repeated_is_short_and_has_nothing_invisible() {
        let refused = refusal("sexes", &format!("\u{202e}a\n\0\u{200b}{}", "b".repeat(99)));
        assert_eq!(refused.given, format!("a{}", "b".repeat(39)));
    }

    #[test]
    fn a_list_nobody_knows_is_named() {
        assert_eq!(
            refusal("colours", "red").to_string(),
            "There is no code list called colours."
        );
    }

    #[test]
    fn of_two_lists_with_one_name_the_later_stays() {
        let list = |version| {
            let text = "code,label,status,origin,valid_from,valid_to\na,A,current,local,,\n";
            CodeList::from_csv("things", version, text).unwrap()
        };
        let data = ReferenceData::new([list("1"), list("2")]);
        assert_eq!(data.list("things").map(CodeList::version), Some("2"));
    }

    static BUNDLED_DATA: std::sync::LazyLock<ReferenceData> =
        std::sync::LazyLock::new(ReferenceData::bundled);

    proptest! {
        #[test]
        fn any_code_is_found_or_refused_in_few_words(code in any::<String>()) {
            if let Err(refused) = BUNDLED_DATA.check("referral-sources", &code, DAY) {
                prop_assert!(refused.to_string().chars().count() < 400);
                prop_assert!(!refused.to_string().contains(char::is_control));
            }
        }
    }
}
