//! Receptions and releases as HMPPS publishes them.

use super::Event;
use crate::code::{Code, PrisonCode};
use crate::command::{Direction, Movement};
use crate::identifier::{Identifier, IdentifierKind};
use crate::reference::{CustodyEffect, ReferenceData, custody_effect, names_movement};
use jiff::{SignedDuration, Timestamp};

/// How long after a release a readmission to the same prison under the same booking says that there was none. Own
/// reading: the release was keyed too early, or for somebody else, and taken back within the day. Whoever comes back
/// later was out.
pub const UNDONE_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// A movement as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Of whom.
    pub number: Identifier,
    /// When.
    pub at: Timestamp,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// The published reason, such as `TRANSFERRED`; empty when none was sent.
    pub reason: String,
    /// As it is recorded.
    pub movement: Movement,
    /// What the code lists say it means.
    pub effect: CustodyEffect,
    /// Received again under the booking that a release had ended, and not recalled: it may say that there was no release.
    pub readmitted: bool,
    /// What is odd about it.
    pub flags: Vec<&'static str>,
}

/// What a published reason says by itself: the type of the movement, and its reason code where one is certain.
struct Says {
    movement_type: &'static str,
    /// Stands where no code was sent.
    reason: Option<&'static str>,
    /// Stands where the code that was sent belongs to no such movement.
    instead: Option<&'static str>,
    readmitted: bool,
}

const fn says(movement_type: &'static str, reason: Option<&'static str>) -> Says {
    Says {
        movement_type,
        reason,
        instead: None,
        readmitted: false,
    }
}

/// The reasons of `prisoner.received`: those published now, those of `hmpps-prisoner-search`, and older ones.
fn of_reception(reason: &str) -> Option<Says> {
    Some(match reason {
        "ADMISSION"
        | "NEW_ADMISSION"
        | "READMISSION_SWITCH_BOOKING"
        | "POST_MERGE_ADMISSION"
        | "CONVICTED"
        | "IMMIGRATION_DETAINEE" => says("ADM", None),
        "READMISSION" => Says {
            readmitted: true,
            ..says("ADM", None)
        },
        "REMAND" => says("ADM", Some("N")),
        "RECALL" => says("ADM", Some("L")),
        "RETURN_FROM_COURT" => says("CRT", None),
        "TEMPORARY_ABSENCE_RETURN" => says("TAP", None),
        // Reasons of movements between prisons differ from those by which an arrival is listed.
        "TRANSFERRED" => Says {
            instead: Some("INT"),
            ..says("ADM", Some("INT"))
        },
        _ => return None,
    })
}

/// The reasons of `prisoner.released`. To hospital without a code is read as what keeps the stay open: neither of the
/// three codes makes pick-up due, and a stay that was closed too early would be believed.
fn of_release(reason: &str) -> Option<Says> {
    Some(match reason {
        "RELEASED" => says("REL", None),
        "RELEASED_TO_HOSPITAL" => says("REL", Some("HO")),
        "SENT_TO_COURT" => says("CRT", None),
        "TEMPORARY_ABSENCE_RELEASE" => says("TAP", None),
        "TRANSFERRED" => says("TRN", None),
        _ => return None,
    })
}

pub(super) fn received(event: &Event, reference: &ReferenceData) -> Result<Told, &'static str> {
    told(event, reference, Direction::In, "ADM", of_reception)
}

pub(super) fn released(event: &Event, reference: &ReferenceData) -> Result<Told, &'static str> {
    told(event, reference, Direction::Out, "REL", of_release)
}

/// The reason code wins: it is of the movement that `usual` names when the code list has it there. Else the published
/// reason says what moved, and the code is kept as it was sent.
fn told(
    event: &Event,
    reference: &ReferenceData,
    direction: Direction,
    usual: &'static str,
    of_reason: fn(&str) -> Option<Says>,
) -> Result<Told, &'static str> {
    let number = event
        .number(IdentifierKind::PrisonerNumber, &["nomsNumber"], Some("NOMS"))
        .ok_or("no_prisoner_number")?;
    let reason = event.fact("reason").unwrap_or_default().to_ascii_uppercase();
    let sent = event.fact("nomisMovementReasonCode");
    let sent = sent.map(str::to_ascii_uppercase);
    let sent = sent.as_deref().and_then(|code| Code::parse(code).ok());
    let said = of_reason(&reason);
    let mut flags = Vec::new();
    let listed = sent
        .as_ref()
        .filter(|code| names_movement(reference, usual, code.as_str(), direction));
    let (movement_type, code) = match (listed, &said) {
        (Some(code), _) => (usual, code.clone()),
        (None, Some(says)) => (says.movement_type, code_of(sent.as_ref(), says)?),
        // Neither of them is known: somebody finds out.
        (None, None) => ("UNKNOWN", sent.clone().map_or_else(|| word("UNKNOWN"), Ok)?),
    };
    let effect_of =
        |movement_type: &str, code: &str| custody_effect(reference, movement_type, code, direction);
    let effect = effect_of(movement_type, code.as_str());
    if let (Some(_), Some(says)) = (listed, &said)
        && contradicts(effect, says, direction, &effect_of)
    {
        flags.push("reason_contradicts_code");
    }
    if sent.is_none() {
        flags.push("reason_code_missing");
    }
    if said.is_none() {
        flags.push("reason_unknown");
    }
    Ok(Told {
        number,
        at: event.occurred_at,
        published: event.published_at,
        readmitted: said.is_some_and(|says| says.readmitted)
            && !matches!(effect, CustodyEffect::Reception { recall: true }),
        movement: Movement {
            movement_type: word(movement_type)?,
            reason: code,
            direction,
            prison: event.fact("prisonId").and_then(prison),
            to_prison: None,
            area: None,
            no_fixed_abode: false,
            referral_on_release: None,
        },
        reason,
        effect,
        flags,
    })
}

fn code_of(sent: Option<&Code>, says: &Says) -> Result<Code, &'static str> {
    match (sent, says.instead, says.reason) {
        (Some(_), Some(instead), _) => word(instead),
        (Some(sent), None, _) => Ok(sent.clone()),
        (None, _, Some(reason)) => word(reason),
        // As everywhere a movement without a reason is looked up by its type alone.
        (None, _, None) => word(says.movement_type),
    }
}

/// Whether what the published reason says is something else than what the code means. One mapping says RELEASED of every
/// way out under `REL` but to hospital, a death among them (`domain.md` 5.3): that is no contradiction.
fn contradicts(
    effect: CustodyEffect,
    says: &Says,
    direction: Direction,
    effect_of: &dyn Fn(&str, &str) -> CustodyEffect,
) -> bool {
    use CustodyEffect::{
        Abroad, AtLarge, Community, Died, Hospital, HospitalRestricted, NotARelease, Reception, Transfer,
        TransferIn,
    };
    match (says.movement_type, direction) {
        ("REL", _) if says.reason.is_some() => !matches!(effect, HospitalRestricted | Hospital),
        ("REL", _) => !matches!(effect, Community | Died | AtLarge | Abroad | NotARelease),
        ("ADM", _) if says.instead.is_some() => effect != TransferIn,
        ("ADM", _) => !matches!(effect, Reception { .. }),
        ("TRN", _) => effect != Transfer,
        (other, _) => effect != effect_of(other, other),
    }
}

fn word(text: &str) -> Result<Code, &'static str> {
    Code::parse(text).map_err(|_| "bad_reason_code")
}

/// The pseudo-agencies `OUT` and `TRN` are no prisons.
fn prison(text: &str) -> Option<PrisonCode> {
    let code = PrisonCode::parse(&text.to_ascii_uppercase()).ok()?;
    (!matches!(code.as_str(), "OUT" | "TRN")).then_some(code)
}

impl Told {
    /// What it says of the movement, beside what makes it the same event: its code and its prison.
    pub(super) fn says(&self) -> String {
        let prison = self.movement.prison.as_ref().map_or("", PrisonCode::as_str);
        format!(
            "{} {} {prison}",
            self.movement.movement_type.as_str(),
            self.movement.reason.as_str()
        )
    }

    /// True for what is told of one event, whatever it says of it: the way, the moment, the published reason.
    pub(super) fn is_same_event(&self, other: &Self) -> bool {
        self.movement.direction == other.movement.direction
            && self.at == other.at
            && self.reason == other.reason
    }

    /// The place in the source's own order: what was published later corrects what was before. What has no time of
    /// publication stands first; of one moment what is said decides, for nothing else does that every order of arrival
    /// shares (own reading).
    pub(super) fn published_in_order(&self) -> (Option<Timestamp>, String) {
        (self.published, self.says())
    }

    /// A release that a readmission may take back: the stay ended by it, and the person was not where a readmission is
    /// how they come back (hospital, at large, abroad).
    pub(super) fn can_be_undone(&self) -> bool {
        self.movement.direction == Direction::Out
            && self.movement.movement_type.as_str() == "REL"
            && matches!(
                self.effect,
                CustodyEffect::Community
                    | CustodyEffect::Died
                    | CustodyEffect::NotARelease
                    | CustodyEffect::Unknown
            )
    }

    /// True when this readmission says that there was no such release. It depends on these two alone, so that nothing
    /// told later pairs them otherwise.
    pub(super) fn undoes(&self, release: &Self) -> bool {
        self.readmitted
            && release.can_be_undone()
            && self.movement.prison.is_some()
            && self.movement.prison == release.movement.prison
            && release.at <= self.at
            && self.at.duration_since(release.at) <= UNDONE_WITHIN
    }
}
