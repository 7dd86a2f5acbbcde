//! The fields of the data sets, as data: `mapping.csv`, one line a field of a set.

use std::sync::LazyLock;

static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_bytes!("mapping.csv").as_slice())
        .into_deserialize::<Line>()
        .map(|line| Field::of(line.expect("a test reads every field")).expect("a test reads every field"))
        .collect()
});

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$of])* $variant,)* }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Reads the name back.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text)
            }
        }
    };
}

words! {
    /// A set of the national system, with files of its own.
    Set {
        /// Services in the community.
        Community = "community",
        /// Services in prisons.
        Secure = "secure",
    }
}

words! {
    /// Of what a field tells, and of what a row is.
    Level {
        /// The person.
        Client = "client",
        /// An episode.
        Episode = "episode",
        /// A structured intervention.
        Intervention = "intervention",
        /// A review of one.
        Review = "review",
        /// An outcome profile.
        Profile = "profile",
    }
}

impl Level {
    /// Whether a row of this level tells fields of that one: those of the levels above it are repeated.
    pub fn tells(self, field: Self) -> bool {
        match self {
            Self::Client => field == Self::Client,
            Self::Episode => matches!(field, Self::Client | Self::Episode),
            Self::Intervention => matches!(field, Self::Client | Self::Episode | Self::Intervention),
            Self::Review => field != Self::Profile,
            Self::Profile => matches!(field, Self::Client | Self::Episode | Self::Profile),
        }
    }
}

words! {
    /// From what of the record a field is filled.
    From {
        /// This program does not record it.
        NotHeld = "not_held",
        /// First letter of the given name.
        GivenInitial = "given_initial",
        /// First letter of the family name.
        FamilyInitial = "family_initial",
        /// Date of birth.
        DateOfBirth = "date_of_birth",
        /// Sex.
        Sex = "sex",
        /// Ethnicity.
        Ethnicity = "ethnicity",
        /// The reference under which the person is sent.
        ClientId = "client_id",
        /// Consent to the national statistics.
        Consent = "consent",
        /// The service.
        Agency = "agency",
        /// The reference under which the episode is sent.
        EpisodeId = "episode_id",
        /// Referral date.
        ReferredOn = "referred_on",
        /// Where the referral came from.
        ReferralSource = "referral_source",
        /// Triage date.
        TriagedOn = "triaged_on",
        /// When a care plan was first agreed.
        CarePlanOn = "care_plan_on",
        /// Whether structured treatment had started before the triage, anywhere.
        TreatedBefore = "treated_before",
        /// First part of the postcode.
        PostcodeDistrict = "postcode_district",
        /// Authority of residence.
        Area = "area",
        /// The service co-ordinates the outcome profiles.
        CoOrdinates = "co_ordinates",
        /// Main substance.
        Substance1 = "substance_1",
        /// The second one.
        Substance2 = "substance_2",
        /// The third one.
        Substance3 = "substance_3",
        /// A naloxone kit reached the person at the start.
        NaloxoneAtStart = "naloxone_at_start",
        /// Date of the exit.
        DischargedOn = "discharged_on",
        /// Reason of the exit.
        DischargeReason = "discharge_reason",
        /// Reception into custody.
        ReceivedOn = "received_on",
        /// Release.
        PrisonLeftOn = "prison_left_on",
        /// What the release meant.
        PrisonExitReason = "prison_exit_reason",
        /// Residence on release.
        ReleaseArea = "release_area",
        /// Referral on release.
        ReferralOnRelease = "referral_on_release",
        /// Intervention.
        Modality = "modality",
        /// Its setting.
        Setting = "setting",
        /// The reference under which it is sent.
        InterventionId = "intervention_id",
        /// Referral to it.
        InterventionReferredOn = "intervention_referred_on",
        /// For which day the first appointment was offered.
        OfferedFor = "offered_for",
        /// Its start.
        StartedOn = "started_on",
        /// Its end.
        EndedOn = "ended_on",
        /// How it ended.
        InterventionExit = "intervention_exit",
        /// Day of a review.
        ReviewedOn = "reviewed_on",
        /// The reference under which it is sent.
        ReviewId = "review_id",
        /// Whether the intervention consists of this; the field's own name is the code.
        Component = "component",
        /// Day of an outcome profile.
        ProfileOn = "profile_on",
        /// The reference under which it is sent.
        ProfileId = "profile_id",
        /// For which stage it was taken.
        ProfileStage = "profile_stage",
        /// Days of alcohol.
        AlcoholDays = "alcohol_days",
        /// Days of opiates.
        OpiateDays = "opiate_days",
        /// Days of crack.
        CrackDays = "crack_days",
        /// Days of cocaine.
        CocaineDays = "cocaine_days",
        /// Days of amphetamines.
        AmphetamineDays = "amphetamine_days",
        /// Days of cannabis.
        CannabisDays = "cannabis_days",
        /// Days of another drug.
        OtherDrugDays = "other_drug_days",
        /// Days of injecting.
        InjectingDays = "injecting_days",
        /// Shared for injecting.
        Sharing = "sharing",
        /// Days of theft from shops.
        ShopTheftDays = "shop_theft_days",
        /// Days of selling drugs.
        DrugSellingDays = "drug_selling_days",
        /// Other theft.
        OtherTheft = "other_theft",
        /// Assault.
        Assault = "assault",
        /// Psychological health.
        PsychologicalHealth = "psychological_health",
        /// Days of paid work.
        PaidWorkDays = "paid_work_days",
        /// Days of education.
        EducationDays = "education_days",
        /// Acute housing problem.
        AcuteHousingProblem = "acute_housing_problem",
        /// Risk of eviction.
        EvictionRisk = "eviction_risk",
        /// Physical health.
        PhysicalHealth = "physical_health",
        /// Quality of life.
        QualityOfLife = "quality_of_life",
    }
}

/// How well something is known of a data set that is not published in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Seen in a public source.
    Verified,
    /// Partly seen.
    Partly,
    /// Uncertain: data, so that it can be changed, and said in the report.
    Uncertain,
}

/// A field of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Of which set.
    pub set: Set,
    /// Its heading.
    pub name: String,
    /// Of what it tells.
    pub level: Level,
    /// From what it is filled.
    pub from: From,
    /// The code list and its attribute that hold the national code; `None` where the record's own word is sent.
    pub codes: Option<(String, String)>,
    /// Letters of the versions that have it.
    pub versions: Vec<String>,
    /// How well it is known.
    pub confidence: Confidence,
    /// Where it says so.
    pub source: String,
}

#[derive(serde::Deserialize)]
struct Line {
    set: String,
    field: String,
    level: String,
    from: String,
    codes: Option<String>,
    versions: String,
    confidence: Confidence,
    source: String,
}

impl Field {
    fn of(line: Line) -> Option<Self> {
        let codes = line.codes.as_deref().map(|codes| {
            let (list, attribute) = codes.split_once('.')?;
            Some((list.to_owned(), attribute.to_owned()))
        });
        Some(Self {
            set: Set::parse(&line.set)?,
            level: Level::parse(&line.level)?,
            from: From::parse(&line.from)?,
            codes: match codes {
                Some(codes) => Some(codes?),
                None => None,
            },
            versions: line.versions.split(' ').map(str::to_owned).collect(),
            name: line.field,
            confidence: line.confidence,
            source: line.source,
        })
    }

    /// Every field of every set, in the order of the columns.
    pub fn all() -> &'static [Self] {
        &FIELDS
    }
}
