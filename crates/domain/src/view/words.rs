//! Dates and codes in the words of a clerk.

use crate::code::{AreaCode, Code, PrisonCode, ServiceCode};
use crate::directory::Directory;
use crate::reference::ReferenceData;
use jiff::civil::Date;

/// A day, such as `1 March 2026`.
pub(super) fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// Where the words come from.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub reference: &'a ReferenceData,
    pub directory: &'a Directory,
}

impl Words<'_> {
    /// What a code means; the code itself where no list explains it.
    pub fn label(self, list: &str, code: &Code) -> String {
        match self.reference.label(list, code.as_str()) {
            Some(label) => label.to_owned(),
            None => format!("code {code}"),
        }
    }

    /// The labels of several codes, in their order.
    pub fn labels(self, list: &str, codes: &[Code]) -> String {
        let labels: Vec<_> = codes.iter().map(|code| self.label(list, code)).collect();
        labels.join(", ")
    }

    pub fn prison(self, prison: &PrisonCode) -> String {
        match self.reference.label("prisons", prison.as_str()) {
            Some(label) => format!("prison {label}"),
            None => format!("prison {prison}"),
        }
    }

    /// The prison, or words for not knowing it.
    pub fn prison_or(self, prison: Option<&PrisonCode>, unknown: &str) -> String {
        prison.map_or_else(|| unknown.to_owned(), |prison| self.prison(prison))
    }

    pub fn area(self, area: &AreaCode) -> String {
        match self.reference.label("areas", area.as_str()) {
            Some(label) => label.to_owned(),
            None => format!("area {area}"),
        }
    }

    pub fn service(self, service: &ServiceCode) -> String {
        self.directory
            .service(service)
            .map_or_else(|| service.to_string(), |found| found.name.clone())
    }
}
