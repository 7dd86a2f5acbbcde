//! The kinds of identifier a person can have.

use serde::{Deserialize, Serialize};

/// Which kind of identifier. Source: `domain.md` 5.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// NHS number: ten digits with a check digit.
    NhsNumber,
    /// Prisoner number (NOMS number): a person can hold several, merged later.
    PrisonerNumber,
    /// Police National Computer id.
    Pnc,
    /// Criminal Records Office number.
    Cro,
    /// Case reference number of the probation service.
    Crn,
    /// A reference of one organisation's own system.
    Local,
}

impl IdentifierKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::NhsNumber,
        Self::PrisonerNumber,
        Self::Pnc,
        Self::Cro,
        Self::Crn,
        Self::Local,
    ];

    /// Its name in the log and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NhsNumber => "nhs_number",
            Self::PrisonerNumber => "prisoner_number",
            Self::Pnc => "pnc",
            Self::Cro => "cro",
            Self::Crn => "crn",
            Self::Local => "local",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Its name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::NhsNumber => "NHS number",
            Self::PrisonerNumber => "prisoner number",
            Self::Pnc => "PNC id",
            Self::Cro => "CRO number",
            Self::Crn => "case reference number (CRN)",
            Self::Local => "local reference",
        }
    }

    /// True when one value belongs to one person nationally, so that two records which share it are
    /// probably the same person. A local reference says nothing outside its own system.
    pub fn is_strong(self) -> bool {
        !matches!(self, Self::Local)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_code_and_in_json_are_the_same() {
        for kind in IdentifierKind::ALL {
            assert_eq!(
                serde_json::to_string(&kind).unwrap(),
                format!("\"{}\"", kind.as_str())
            );
            assert_eq!(IdentifierKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(IdentifierKind::parse("passport"), None);
    }

    #[test]
    fn only_local_references_are_weak() {
        let weak: Vec<_> = IdentifierKind::ALL
            .into_iter()
            .filter(|kind| !kind.is_strong())
            .collect();
        assert_eq!(weak, [IdentifierKind::Local]);
    }
}
