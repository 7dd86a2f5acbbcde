//! Any fact of any type, for the round-trip law.

use jiff::civil::Date;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use throughcare_domain::code::{
    AreaCode, ClientName, Code, OrganisationCode, PrisonCode, ServiceCode, UserName,
};
use throughcare_domain::event::Role;
use throughcare_domain::fact::*;
use throughcare_domain::identifier::IdentifierKind;
use uuid::Uuid;

fn id<T: From<Uuid> + std::fmt::Debug>() -> impl Strategy<Value = T> {
    any::<u128>().prop_map(|number| T::from(Uuid::from_u128(number)))
}

fn date() -> impl Strategy<Value = Date> {
    (1900i16..2200, 1i8..=12, 1i8..=28).prop_map(|(year, month, day)| jiff::civil::date(year, month, day))
}

fn code() -> impl Strategy<Value = Code> {
    "[A-Za-z0-9_*/-]{1,40}".prop_map(|text| Code::parse(&text).unwrap())
}

fn organisation() -> impl Strategy<Value = OrganisationCode> {
    "[a-z0-9-]{2,64}".prop_map(|text| OrganisationCode::parse(&text).unwrap())
}

fn service() -> impl Strategy<Value = ServiceCode> {
    "[a-z0-9-]{2,64}".prop_map(|text| ServiceCode::parse(&text).unwrap())
}

fn prison() -> impl Strategy<Value = PrisonCode> {
    "[A-Z]{3}".prop_map(|text| PrisonCode::parse(&text).unwrap())
}

fn area() -> impl Strategy<Value = AreaCode> {
    "[A-Z0-9]{4,9}".prop_map(|text| AreaCode::parse(&text).unwrap())
}

fn role() -> impl Strategy<Value = Role> {
    select(Role::ALL.to_vec())
}

fn client() -> impl Strategy<Value = ClientName> {
    "[!-~]{1,100}".prop_map(|text| ClientName::parse(&text).unwrap())
}

fn kind() -> impl Strategy<Value = ServiceKind> {
    select(ServiceKind::ALL.to_vec())
}

fn pack() -> impl Strategy<Value = Pack> {
    (code(), code(), date(), any::<u8>()).prop_map(|(product, batch, expires_on, doses)| Pack {
        product,
        batch,
        expires_on,
        doses,
    })
}

fn codes() -> impl Strategy<Value = Vec<Code>> {
    prop::collection::vec(code(), 0..4)
}

fn effect() -> impl Strategy<Value = ReleaseEffect> {
    use ReleaseEffect::*;
    select(vec![
        Community,
        Died,
        AtLarge,
        Abroad,
        RestrictedHospital,
        Hospital,
        NotARelease,
        Unknown,
    ])
}

fn outcome() -> impl Strategy<Value = ExitOutcome> {
    use ExitOutcome::*;
    select(vec![
        SuccessfulCompletion,
        Transfer,
        AdministrativeTransfer,
        Unplanned,
        Declined,
        Death,
        Unknown,
    ])
}

fn profile() -> impl Strategy<Value = ExitProfile> {
    (0u8..=28, 0u8..=28).prop_map(|(opiate_days, crack_days)| ExitProfile {
        opiate_days,
        crack_days,
    })
}

fn stage() -> impl Strategy<Value = ProfileStage> {
    select(ProfileStage::ALL.to_vec())
}

fn items() -> impl Strategy<Value = ProfileItems> {
    let counts = prop::collection::vec(of(0u8..=20), 15);
    let answers = prop::collection::vec(of(any::<bool>()), 5);
    (counts, answers).prop_map(|(counts, answers)| ProfileItems {
        alcohol_days: counts[0],
        opiate_days: counts[1],
        crack_days: counts[2],
        cocaine_days: counts[3],
        amphetamine_days: counts[4],
        cannabis_days: counts[5],
        other_drug_days: counts[6],
        injecting_days: counts[7],
        sharing: answers[0],
        shop_theft_days: counts[8],
        drug_selling_days: counts[9],
        other_theft: answers[1],
        assault: answers[2],
        paid_work_days: counts[10],
        education_days: counts[11],
        psychological_health: counts[12],
        physical_health: counts[13],
        quality_of_life: counts[14],
        acute_housing_problem: answers[3],
        eviction_risk: answers[4],
    })
}

fn found() -> impl Strategy<Value = Vec<DrugResult>> {
    let one = (code(), code()).prop_map(|(drug, result)| DrugResult { drug, result });
    prop::collection::vec(one, 0..3)
}

fn scope() -> impl Strategy<Value = Scope> {
    (code(), of(organisation())).prop_map(|(code, with)| Scope { code, with })
}

fn wording() -> impl Strategy<Value = Wording> {
    (code(), of(code())).prop_map(|(form, version)| Wording { form, version })
}

fn used_on() -> impl Strategy<Value = UsedOn> {
    select(vec![UsedOn::Holder, UsedOn::SomebodyElse, UsedOn::NotKnown])
}

fn instant() -> impl Strategy<Value = jiff::Timestamp> {
    (-2_000_000_000i64..4_000_000_000, 0i32..1_000_000_000)
        .prop_map(|(seconds, nanos)| jiff::Timestamp::new(seconds, nanos.abs()).unwrap_or_default())
}

fn erased() -> impl Strategy<Value = Erased> {
    select(vec![Erased::Identity, Erased::Everything])
}

fn user() -> impl Strategy<Value = UserName> {
    "[A-Za-z0-9._@+-]{1,100}".prop_map(|text| UserName::parse(&text).unwrap())
}

fn named() -> impl Strategy<Value = Named> {
    (organisation(), user()).prop_map(|(organisation, user)| Named { organisation, user })
}

fn about() -> impl Strategy<Value = AppointmentFor> {
    prop_oneof![
        id().prop_map(AppointmentFor::Referral),
        id().prop_map(AppointmentFor::Episode),
    ]
}

macro_rules! strategies {
    ($($payload:ident { $($field:ident: $strategy:expr),* $(,)? })*) => {
        vec![$(
            ($($strategy,)*)
                .prop_map(|($($field,)*)| Fact::from($payload { $($field),* }))
                .boxed()
        ),*]
    };
}

/// One strategy for each type of event.
pub fn each_type() -> Vec<BoxedStrategy<Fact>> {
    strategies! {
        OrganisationRegistered { organisation: organisation(), name: any::<String>() }
        ServiceOpened {
            service: service(), name: any::<String>(), kind: kind(),
            areas: prop::collection::vec(area(), 0..3), prisons: prop::collection::vec(prison(), 0..3)
        }
        ServiceClosed { service: service() }
        StockReceived { pack: pack(), kits: any::<u16>() }
        StockCounted { product: code(), batch: code(), kits: any::<u16>() }
        StockRemoved { product: code(), batch: code(), kits: any::<u16>(), reason: code() }
        StockMinimumSet { product: code(), kits: any::<u16>() }
        SuppliedToOther { supply: id(), recipient: code(), place: of(code()), pack: pack(), kits: any::<u16>() }
        SupplyRecallTold { supply: id(), recall: id(), how: code(), reached: any::<bool>() }
        BatchRecalled { recall: id(), product: code(), batch: code(), reason: code() }
        RecallEnded { recall: id(), reason: code() }
        WorkerTrained { worker: any::<String>(), training: code(), expires_on: of(date()) }
        ClientRegistered {
            registration: id(), client: client(), sector: select(Sector::ALL.to_vec()),
            roles: prop::collection::vec(role(), 0..4)
        }
        ClientRestricted { registration: id(), services: prop::collection::vec(service(), 1..4) }
        ClientRevoked { registration: id() }
        RecordSealed {
            seal: id(), records: prop::collection::vec(id(), 1..4), reason: code(),
            named: prop::collection::vec(named(), 1..4)
        }
        SealChanged { seal: id(), named: prop::collection::vec(named(), 1..4) }
        SealLifted { seal: id(), reason: code() }
        MemberGranted { member: id(), user: user(), role: role(), from: of(date()), until: of(date()) }
        MembershipChanged { member: id(), until: of(date()) }
        MembershipEnded { member: id() }
        PersonRegistered { date_of_birth: of(date()), sex: of(code()), ethnicity: of(code()) }
        IdentifierRecorded { kind: select(IdentifierKind::ALL.to_vec()) }
        IdentifierWithdrawn { recorded_by: id() }
        DemographicsCorrected {
            date_of_birth: of(date()), sex: of(code()), ethnicity: of(code()), alias: any::<bool>(),
            contradicts: prop::sample::subsequence(Contradicted::ALL.to_vec(), 0..=3)
        }
        ResidenceRecorded { area: of(area()), no_fixed_abode: any::<bool>() }
        Received { prison: of(prison()), reason: code(), recall: any::<bool>() }
        Transferred { from: of(prison()), to: of(prison()) }
        SentToCourt { prison: of(prison()) }
        ReturnedFromCourt { prison: of(prison()) }
        TemporaryAbsenceStarted { prison: of(prison()), reason: code() }
        TemporaryAbsenceEnded { prison: of(prison()) }
        MovementUnclassified { movement_type: code(), reason: code(), prison: of(prison()) }
        ReferralReceived {
            referral: id(), source: code(), from_organisation: organisation(), from_service: of(service()),
            to_service: service(), to_organisation: organisation(), to_kind: kind(), transfer_of: of(id()),
            substances: codes()
        }
        ReferralAccepted { referral: id() }
        ReferralRejected { referral: id(), reason: code() }
        Triaged { referral: id(), outcome: code(), treatment_needed: any::<bool>(), substances: codes() }
        ReferralWithdrawn { referral: id(), reason: code() }
        EpisodeOpened {
            episode: id(), service: service(), organisation: organisation(), kind: kind(), referral: of(id())
        }
        ReferralSentOn { referral: id(), onward: id() }
        InterventionReferred { episode: id(), intervention: id(), code: code(), setting: code() }
        FirstAppointmentOffered { episode: id(), intervention: id(), offered_for: date() }
        InterventionReviewed { episode: id(), intervention: id(), components: codes() }
        PutOnHold { episode: id(), reason: code() }
        Resumed { episode: id() }
        PrescriptionBridged {
            episode: id(), to_service: of(service()), medicine: code(), opioid: any::<bool>(), from: date(),
            until: date()
        }
        CarePlanAgreed { episode: id(), goals: codes(), review_on: date() }
        CarePlanRevised { episode: id(), goals: codes(), review_on: date() }
        KeyWorkerAssigned { episode: id(), key_worker: user() }
        AppointmentOffered {
            appointment: id(), about: about(), intervention: of(id()), service: service(), starts_at: instant(),
            kind: code()
        }
        AppointmentMoved { appointment: id(), starts_at: instant() }
        AppointmentAttended { appointment: id() }
        AppointmentMissed { appointment: id(), reason: code() }
        AppointmentCancelled { appointment: id(), by: code() }
        PlacedOnWaitingList { episode: id(), intervention: code() }
        TakenOffWaitingList { episode: id(), reason: code() }
        InterventionStarted {
            episode: id(), intervention: id(), code: code(), structured: any::<bool>(), setting: code()
        }
        ContactRecorded { episode: id() }
        InterventionEnded { episode: id(), intervention: id(), exit: code() }
        ExitRecorded { episode: id(), reason: code(), outcome: outcome(), profile: of(profile()) }
        ExitRescinded { episode: id(), reason: code() }
        FollowUpRecorded { episode: id(), outcome: code(), ends: any::<bool>() }
        OutcomeProfileRecorded { episode: id(), stage: stage(), co_ordinates: any::<bool>(), items: items() }
        NeedRaised {
            need: id(), code: code(), restricted: any::<bool>(), organisation: organisation(), service: of(service())
        }
        NeedCleared { need: id(), reason: code() }
        TagAdded { tag: id(), code: code(), organisation: organisation(), until: of(date()) }
        TagRemoved { tag: id() }
        PlacementStarted {
            placement: id(), kind: code(), service: service(), organisation: organisation(),
            provider_service: of(service()), provider: of(code()), commissioner: of(organisation()),
            commissioner_area: of(area()), planned_until: of(date())
        }
        PlacementEnded { placement: id(), reason: code() }
        OutreachContactRecorded {
            service: service(), organisation: organisation(), place: code(), outcome: code()
        }
        Arrested { arrest: id(), offence: code(), force: of(code()) }
        DrugTested { test: id(), arrest: of(id()), trigger: code(), results: found() }
        AssessmentRequired {
            assessment: id(), kind: select(AssessmentKind::ALL.to_vec()), follows: of(id()), test: of(id()),
            service: service(), organisation: organisation(), appointed_on: of(date())
        }
        AssessmentAttended { assessment: id(), follow_up_needed: of(any::<bool>()), follow_up_on: of(date()) }
        AssessmentMissed { assessment: id(), reason: code() }
        AssessmentLapsed { assessment: id(), reason: code() }
        LiaisonContactRecorded { organisation: organisation(), place: code(), outcome: code() }
        Bailed { arrest: of(id()), kind: code(), conditions: codes(), until: of(date()) }
        CourtOutcomeRecorded { outcome: code() }
        RequirementImposed { requirement: id(), kind: code(), months: of(any::<u16>()), organisation: organisation() }
        RequirementEnded { requirement: id(), reason: code() }
        ResolvedOutOfCourt {
            resolution: id(), arrest: of(id()), kind: code(), conditions: codes(), until: of(date()),
            organisation: organisation()
        }
        ResolutionConcluded { resolution: id(), outcome: code() }
        CohortJoined { membership: id(), cohort: code(), organisation: organisation() }
        CohortLeft { membership: id(), reason: code() }
        ConsentGiven { scope: scope(), wording: of(wording()), organisation: organisation() }
        ConsentRefused { scope: scope(), wording: of(wording()), organisation: organisation() }
        ConsentWithdrawn { scope: scope(), organisation: organisation() }
        ObjectionMade { objection: id(), purpose: of(code()), against: of(organisation()), organisation: organisation() }
        ObjectionWithdrawn { objection: id() }
        ObjectionAnswered { objection: id(), outcome: code(), stands: any::<bool>() }
        RestrictionPlaced { restriction: id(), ground: code(), organisation: organisation() }
        RestrictionLifted { restriction: id(), reason: code() }
        AgreementApplied {
            agreement: id(), with: organisation(), basis: code(), until: of(date()), organisation: organisation()
        }
        AgreementEnded { agreement: id(), reason: code() }
        ReleasePlanned {
            plan: id(), prison: prison(), planned_on: date(), area: of(area()), no_fixed_abode: any::<bool>()
        }
        ContractMoved {
            contract: id(), from_service: service(), to_service: service(), to_organisation: organisation(),
            to_kind: kind(), on: date()
        }
        ContractMoveUndone { contract: id() }
        ProviderChanged {
            contract: id(), from_service: service(), from_organisation: organisation(), to_service: service(),
            to_organisation: organisation(), to_kind: kind()
        }
        ReleaseReplanned { plan: id(), planned_on: date() }
        ReleasePlanCancelled { plan: id() }
        KitPlacedInProperty { kit: id(), pack: pack(), service: service(), prison: prison() }
        Released {
            prison: of(prison()), reason: code(), effect: effect(), area: of(area()),
            no_fixed_abode: any::<bool>(), referral_on_release: of(code())
        }
        ReleaseDetailsCompleted {
            release: id(), area: of(area()), no_fixed_abode: of(any::<bool>()), referral_on_release: of(code())
        }
        KitIssued { kit: id(), pack: pack(), service: service(), replaces: of(id()) }
        KitHandedOver { kit: id() }
        KitLost { kit: id(), reason: code() }
        KitConfiscated { kit: id(), by: code() }
        KitReturned { kit: id() }
        KitRecallTold { kit: id(), recall: id(), how: code(), reached: any::<bool>() }
        NaloxoneOffered { service: service(), declined: of(code()) }
        TrainingGiven { service: service(), expires_on: of(date()) }
        OverdoseReported {
            overdose: id(), outcome: code(), substances: codes(), place: of(code()),
            naloxone_given: of(any::<bool>()), ambulance_called: of(any::<bool>())
        }
        OverdoseReviewed { overdose: id(), outcome: code() }
        DeathReported { death: id(), source: code(), suspected: code() }
        DeathConfirmed { death: id(), source: code() }
        DeathConcluded {
            death: id(), conclusion: code(), drug_related: any::<bool>(), alcohol_related: any::<bool>()
        }
        DeathRejected { death: id(), reason: code() }
        EventVoided {
            event: id(), reason: code(),
            replaced: select(vec![Replaced::No, Replaced::Here, Replaced::Elsewhere]),
        }
        RecordsMerged { merge: id(), surviving: id(), absorbed: id(), attested: code() }
        MergeUndone { merge: id(), reason: code() }
        ErasureAsked {
            erasure: id(), what: erased(), basis: code(), organisation: organisation(), user: user()
        }
        ErasureConfirmed { erasure: id(), carried_out_on: date(), organisation: organisation(), user: user() }
        ErasureTakenBack { erasure: id(), reason: code(), user: user() }
        HoldPlaced { hold: id(), ground: code(), organisation: organisation() }
        HoldLifted { hold: id(), reason: code() }
        PersonErased {
            erasure: id(), records: prop::collection::vec(id(), 1..4), what: erased(), basis: code(),
            asked_by: user(), confirmed_by: user(), asked_on: date()
        }
        SightWithheld { referral: id() }
        PresenceAttested { referral: id(), attested: code(), organisation: organisation(), user: user() }
        GlassBroken {
            glass: id(), reason: code(), until: instant(), organisation: organisation(), user: user()
        }
        GlassReviewed { glass: id(), outcome: code(), user: user() }
        MarkedNeverToMatch { other: id(), reason: code() }
        ReplacementEntered { replaces: prop::collection::vec(id(), 0..4), from_elsewhere: any::<bool>() }
        KitUsed {
            kit: id(), doses: of(any::<u8>()), used_on: used_on(), outcome: code(), place: of(code())
        }
    }
}

/// Any identity details.
pub fn identity() -> impl Strategy<Value = IdentityDetail> {
    let text = || of(any::<String>());
    (text(), text(), text(), text(), text(), text(), text()).prop_map(
        |(given_name, family_name, identifier, address, postcode, contact, note)| IdentityDetail {
            given_name,
            family_name,
            identifier,
            address,
            postcode,
            contact,
            note,
        },
    )
}
