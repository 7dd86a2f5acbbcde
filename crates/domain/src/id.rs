//! Typed identifiers. Each is a UUID; the type says what it names.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

typed_ids! {
    /// One human being's record; also the id of that person's stream.
    PersonId,
    /// One recorded event (UUIDv7: made when the decision was made).
    EventId,
    /// Two records found to be one person's.
    MergeId,
    /// One service asking another to take a person on.
    ReferralId,
    /// One service's spell with a person, from triage to exit.
    EpisodeId,
    /// One structured or other treatment inside an episode.
    InterventionId,
    /// One appointment.
    AppointmentId,
    /// One naloxone kit.
    KitId,
    /// One plan for a release; it keeps its id when the date moves.
    PlanId,
    /// One overdose.
    OverdoseId,
    /// One report of a death.
    DeathId,
    /// One contract that moves from one service to another.
    ContractId,
    /// One need or risk.
    NeedId,
    /// One tag of one person.
    TagId,
    /// One placement.
    PlacementId,
    /// One arrest.
    ArrestId,
    /// One drug test in police detention.
    DrugTestId,
    /// One assessment that the police require.
    AssessmentId,
    /// One requirement of a court's order.
    RequirementId,
    /// One resolution out of court.
    ResolutionId,
    /// One spell in a cohort.
    MembershipId,
    /// One objection of a person.
    ObjectionId,
    /// One restriction of a record.
    RestrictionId,
    /// One sharing agreement.
    AgreementId,
    /// One look in an emergency.
    GlassId,
    /// One erasure.
    ErasureId,
    /// One legal hold.
    HoldId,
    /// One seal on a record.
    SealId,
    /// Kits of one batch, given to somebody who is not a client.
    SupplyId,
    /// One batch called back.
    RecallId,
    /// One membership: of a user in an organisation, in one role.
    MemberId,
    /// One system registered with an organisation.
    RegistrationId,
}

/// Where new ids come from, so that tests and the synthetic county are repeatable.
pub trait IdSource {
    /// The next UUIDv7, later than every one before it from this source.
    fn next_id(&mut self) -> Uuid;
}

/// An endless source for tests and simulations: ids depend on the seed and the order of asking only.
#[derive(Clone, Debug)]
pub struct CountingIds {
    seed: u64,
    next: u64,
}

impl CountingIds {
    /// Ids of different seeds never meet.
    pub fn new(seed: u64) -> Self {
        Self { seed, next: 0 }
    }
}

impl IdSource for CountingIds {
    fn next_id(&mut self) -> Uuid {
        self.next += 1;
        let mut random = [0u8; 10];
        random[..2].copy_from_slice(&(self.seed as u16).to_be_bytes());
        random[2..].copy_from_slice(&self.seed.rotate_left(32).to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(self.next, &random).into_uuid()
    }
}
