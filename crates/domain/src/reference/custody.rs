//! What a movement means for custody and continuity.
//!
//! Every movement out with type `REL` arrives looking like a release, deaths, escapes and deportations
//! among them: only the reason tells them apart. Sources: `domain.md` 5.3; `cases.md` C3 to C5.

use super::ReferenceData;
use crate::command::Direction;

/// The list of movement types and reasons.
pub const CUSTODY_MOVEMENTS: &str = "custody-movements";

/// What a movement means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CustodyEffect {
    /// Received from outside: a custody spell starts.
    Reception {
        /// Recalled from licence.
        recall: bool,
    },
    /// Left for another prison; the spell goes on.
    Transfer,
    /// Arrived from another prison; the spell goes on.
    TransferIn,
    /// Taken to court.
    CourtOut,
    /// Back from court.
    CourtReturn,
    /// Out on temporary licence; still in prison for every count (`cases.md` C5).
    TemporaryAbsenceOut,
    /// Back from temporary licence.
    TemporaryAbsenceReturn,
    /// Released to the community: pick-up becomes due.
    Community,
    /// Died in prison (`cases.md` C3).
    Died,
    /// Escaped or absconded (`cases.md` C3).
    AtLarge,
    /// Deported, repatriated or extradited.
    Abroad,
    /// To hospital as a restricted patient: the custody spell goes on.
    HospitalRestricted,
    /// To psychiatric hospital for good: the spell ends, not to the community.
    Hospital,
    /// A discharge that is not a release.
    NotARelease,
    /// A type or reason which the list does not explain: a work item.
    Unknown,
}

/// What a movement means. Types and reasons are read in either case of letters. `direction` matters for
/// court and temporary absence, whose reasons are the same both ways.
pub fn custody_effect(
    data: &ReferenceData,
    movement_type: &str,
    reason: &str,
    direction: Direction,
) -> CustodyEffect {
    let Some(list) = data.list(CUSTODY_MOVEMENTS) else {
        return CustodyEffect::Unknown;
    };
    let (movement_type, reason) = (movement_type.to_ascii_uppercase(), reason.to_ascii_uppercase());
    let way = match direction {
        Direction::In => "/IN",
        Direction::Out => "/OUT",
    };
    // The most particular row first: of this reason and direction, of this reason, of any reason.
    let effect = [reason.as_str(), "*"]
        .into_iter()
        .flat_map(|reason| [way, ""].map(|way| format!("{movement_type}/{reason}{way}")))
        .find_map(|code| list.ever(&code)?.attribute("effect"));
    effect.map_or(CustodyEffect::Unknown, read_effect)
}

/// True when the list names this very reason for such a movement, and not only the type of movement for any reason.
pub fn names_movement(data: &ReferenceData, movement_type: &str, reason: &str, direction: Direction) -> bool {
    let way = match direction {
        Direction::In => "/IN",
        Direction::Out => "/OUT",
    };
    let code = format!(
        "{}/{}",
        movement_type.to_ascii_uppercase(),
        reason.to_ascii_uppercase()
    );
    let list = data.list(CUSTODY_MOVEMENTS);
    reason != "*"
        && list.is_some_and(|list| {
            [way, ""]
                .iter()
                .any(|way| list.ever(&format!("{code}{way}")).is_some())
        })
}

fn read_effect(name: &str) -> CustodyEffect {
    match name {
        "reception" => CustodyEffect::Reception { recall: false },
        "recall" => CustodyEffect::Reception { recall: true },
        "transfer" => CustodyEffect::Transfer,
        "transfer_in" => CustodyEffect::TransferIn,
        "court" => CustodyEffect::CourtOut,
        "court_return" => CustodyEffect::CourtReturn,
        "temporary_absence" => CustodyEffect::TemporaryAbsenceOut,
        "temporary_absence_return" => CustodyEffect::TemporaryAbsenceReturn,
        "community" => CustodyEffect::Community,
        "died" => CustodyEffect::Died,
        "at_large" => CustodyEffect::AtLarge,
        "abroad" => CustodyEffect::Abroad,
        "hospital_restricted" => CustodyEffect::HospitalRestricted,
        "hospital" => CustodyEffect::Hospital,
        "not_a_release" => CustodyEffect::NotARelease,
        _ => CustodyEffect::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CustodyEffect::*;
    use Direction::{In, Out};

    fn effect(movement_type: &str, reason: &str, direction: Direction) -> CustodyEffect {
        custody_effect(&ReferenceData::bundled(), movement_type, reason, direction)
    }

    /// C3: deaths, escapes and deportations arrive as `REL`.
    #[test]
    fn only_some_of_what_arrives_as_rel_is_a_release_to_the_community() {
        for (reasons, expected) in [
            (&["CR", "BL", "HD", "AU", "D6", "SC"][..], Community),
            (&["DEC"], Died),
            (&["ESCP", "UAL", "UAL_ECL"], AtLarge),
            (&["RE", "DE", "DD", "DL", "EX"], Abroad),
            (&["HO", "HQ"], HospitalRestricted),
            (&["HP"], Hospital),
            (&["99"], NotARelease),
            (&["QQ", "", "*"], Unknown),
        ] {
            for reason in reasons {
                assert_eq!(effect("REL", reason, Out), expected, "{reason}");
            }
        }
    }

    #[test]
    fn court_and_temporary_licence_are_told_apart_from_the_way_back() {
        assert_eq!(effect("CRT", "19", Out), CourtOut);
        assert_eq!(effect("CRT", "19", In), CourtReturn);
        assert_eq!(effect("TAP", "RDR", Out), TemporaryAbsenceOut);
        assert_eq!(effect("TAP", "RDR", In), TemporaryAbsenceReturn);
    }

    #[test]
    fn admissions_are_receptions_recalls_or_transfers() {
        assert_eq!(effect("ADM", "N", In), Reception { recall: false });
        for reason in ["L", "B", "ELR", "Y"] {
            assert_eq!(effect("ADM", reason, In), Reception { recall: true }, "{reason}");
        }
        for reason in ["INT", "TRNCRT", "TRNTAP"] {
            assert_eq!(effect("ADM", reason, In), TransferIn, "{reason}");
        }
        assert_eq!(effect("TRN", "COMP", Out), Transfer);
        assert_eq!(effect("adm", "n", In), Reception { recall: false });
    }

    #[test]
    fn what_the_list_does_not_explain_is_unknown() {
        assert_eq!(effect("ADM", "QQ", In), Unknown);
        assert_eq!(effect("XYZ", "CR", Out), Unknown);
        assert_eq!(effect("", "", In), Unknown);
        assert_eq!(
            custody_effect(&ReferenceData::default(), "REL", "CR", Out),
            Unknown
        );
    }

    /// The older columns of the list say the same in other words.
    #[test]
    fn every_effect_is_known_and_agrees_with_the_other_columns() {
        let data = ReferenceData::bundled();
        for entry in data.list(CUSTODY_MOVEMENTS).unwrap().entries() {
            let read = read_effect(entry.attribute("effect").unwrap());
            let leaves = matches!(read, Community | Died | AtLarge | Abroad | Hospital | NotARelease);
            assert_ne!(read, Unknown, "{}", entry.code);
            assert_eq!(
                entry.attribute("release_to_community") == Some("yes"),
                read == Community,
                "{}",
                entry.code
            );
            assert_eq!(
                entry.attribute("ends_custody_spell") == Some("yes"),
                leaves,
                "{}",
                entry.code
            );
        }
    }
}
