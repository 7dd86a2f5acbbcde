//! Codes against the lists in force on the day: staff are told the nearest ones, machines are flagged.

use super::Making;
use crate::code::Code;
use crate::event::Origin;
use crate::id::EventId;
use crate::state::Conflict;
use uuid::Uuid;

impl Making<'_, '_> {
    /// Checks a code against a list on the day of the fact. True when the list has it.
    pub(super) fn code(&mut self, list: &str, code: &Code, pointer: &'static str) -> bool {
        self.code_at(list, code, pointer, pointer.to_owned())
    }

    /// As [`Self::code`], for a code inside an array.
    pub(super) fn code_at(&mut self, list: &str, code: &Code, field: &'static str, pointer: String) -> bool {
        let Err(unknown) = self.context.reference.check(list, code.as_str(), self.day()) else {
            return true;
        };
        match self.context.origin {
            Origin::Staff => self.fault(&pointer, "unknown_code", unknown.to_string()),
            Origin::Machine => self.flags.push(Conflict {
                event: EventId(Uuid::nil()),
                code: "unknown_code",
                pointer: field,
                detail: unknown.to_string(),
                of: None,
            }),
        }
        false
    }

    /// Checks a list of substances: known, and none twice (`domain.md` 1.6: DRUG1-3 distinct).
    pub(super) fn substances(&mut self, substances: &[Code]) {
        for (index, code) in substances.iter().enumerate() {
            self.code_at("substances", code, "/substances", format!("/substances/{index}"));
            if substances[..index].contains(code) {
                self.fault(
                    &format!("/substances/{index}"),
                    "repeated",
                    "Name each substance once.",
                );
            }
        }
    }
}
