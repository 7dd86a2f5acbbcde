//! The rules, each with its sentence.

use super::Permission;

/// The rules of this module, each with an id by which an answer, a test and the documentation name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Auditors read.
    AuditorRecordsNothing,
    /// Administrators keep the directory.
    AdministratorKeepsTheDirectory,
    /// Commissioners see figures.
    CommissionerSeesFigures,
    /// Privacy officers answer for the data, and give no care.
    PrivacyOfficerRecordsNoCare,
    /// Nobody acts for an organisation unasked.
    NoMembership,
    /// A system asks for the services for which it was registered.
    SystemOfSomeServices,
    /// Administrators say who acts for an organisation.
    MembersAreKeptByAdministrators,
    /// People answer for who acts for an organisation.
    MembersAreKeptByPeople,
    /// Nobody gives themselves a role.
    MembershipNeedsAnother,
    /// There is always an administrator.
    LastAdministratorStays,
    /// Care is recorded by those who give it.
    CareIsForWorkers,
    /// Naloxone is given out by those who are trained to.
    NaloxoneIsForWorkers,
    /// Records are joined, and parted again, by workers who see them.
    RecordsAreJoinedByWorkers,
    /// How much everybody looks is asked by auditors.
    UsersAreComparedByAuditors,
    /// What entries of the log disclose is for auditors.
    EntriesAreForAuditors,
    /// The service asked decides on a referral.
    ServiceAskedDecides,
    /// Both sides may take a referral back.
    EitherSideWithdraws,
    /// An episode is recorded by its organisation.
    EpisodeIsItsOrganisations,
    /// What was recorded is corrected by who recorded it.
    RecorderCorrects,
    /// What a contract took over is recorded by who took it over.
    ContractMoved,
    /// Moves of contracts are carried out by the program.
    ContractsMoveAlone,
    /// An appointment is recorded by the organisation of its service, and until triage booked by the sender too.
    AppointmentIsItsServices,
    /// Whether somebody came to a required assessment is recorded by the service that carries it out.
    AssessmentIsItsServices,
    /// Who sees a record is decided by staff.
    SharingIsForWorkers,
    /// Nobody gives themselves sight of a record.
    AgreementNeedsAnother,
    /// Who sees a record by an agreement gives it to nobody else.
    AgreementIsAppliedByCare,
    /// A record is restricted by those who keep it.
    RestrictionIsPlacedByCare,
    /// Against whom the person objected does not settle it.
    ObjectionIsSettledByOthers,
    /// Nobody makes lasting by themselves what an agreement gave them.
    AgreementTiesNobody,
    /// Who looks in an emergency is a clinician.
    CliniciansBreakGlass,
    /// Emergency looks are reviewed by the organisation's privacy officer.
    PrivacyOfficersReview,
    /// Records are erased, and kept, by those who answer for them.
    ErasureIsForPrivacyOfficers,
    /// A legal hold is lifted by who placed it.
    HoldIsLiftedByWhoPlacedIt,
    /// An erasure is agreed to by those who treat the person.
    ErasureIsAgreedByWhoTreats,
    /// Records are sealed by those who answer for them.
    RecordsAreSealedByPrivacyOfficers,
    /// A sealed record is joined with no other.
    SealedRecordsStandAlone,
    /// Whom an organisation tells by itself is said by its administrators.
    WebhooksAreKeptByAdministrators,
    /// A system opens no way out for itself.
    WebhooksAreKeptByPeople,
    /// Events of other systems are told by systems.
    EventsAreToldBySystems,
    /// Movements are told by number by systems.
    MovementsByNumberAreToldBySystems,
    /// Messages are listed for those who answer for what was sent.
    MessagesAreListedForTheirSenders,
    /// Whether a message found a record is told to auditors.
    FoundRecordsAreToldToAuditors,
    /// Code lists are everybody's.
    CodeListsAreKeptByAdministrators,
    /// Stock is recorded where it is handed out.
    StockIsRecordedByWorkers,
    /// Training is known by who trains.
    TrainingIsRegisteredByItsOrganisation,
    /// Batches are called back by those who supply or watch over it.
    BatchesAreCalledBackByWorkers,
    /// Administrators say which organisations and services there are.
    OrganisationsAreRegisteredByAdministrators,
    /// Of records that nobody sees both of, those are told who see all of them.
    UnseenMatchesAreToldByAuditors,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 48] = [
        Self::AuditorRecordsNothing,
        Self::AdministratorKeepsTheDirectory,
        Self::CommissionerSeesFigures,
        Self::PrivacyOfficerRecordsNoCare,
        Self::NoMembership,
        Self::SystemOfSomeServices,
        Self::MembersAreKeptByAdministrators,
        Self::MembersAreKeptByPeople,
        Self::MembershipNeedsAnother,
        Self::LastAdministratorStays,
        Self::CareIsForWorkers,
        Self::NaloxoneIsForWorkers,
        Self::RecordsAreJoinedByWorkers,
        Self::UsersAreComparedByAuditors,
        Self::EntriesAreForAuditors,
        Self::ServiceAskedDecides,
        Self::EitherSideWithdraws,
        Self::EpisodeIsItsOrganisations,
        Self::RecorderCorrects,
        Self::ContractMoved,
        Self::ContractsMoveAlone,
        Self::AppointmentIsItsServices,
        Self::AssessmentIsItsServices,
        Self::SharingIsForWorkers,
        Self::AgreementNeedsAnother,
        Self::AgreementIsAppliedByCare,
        Self::RestrictionIsPlacedByCare,
        Self::ObjectionIsSettledByOthers,
        Self::AgreementTiesNobody,
        Self::CliniciansBreakGlass,
        Self::PrivacyOfficersReview,
        Self::ErasureIsForPrivacyOfficers,
        Self::HoldIsLiftedByWhoPlacedIt,
        Self::ErasureIsAgreedByWhoTreats,
        Self::RecordsAreSealedByPrivacyOfficers,
        Self::SealedRecordsStandAlone,
        Self::WebhooksAreKeptByAdministrators,
        Self::WebhooksAreKeptByPeople,
        Self::EventsAreToldBySystems,
        Self::MovementsByNumberAreToldBySystems,
        Self::MessagesAreListedForTheirSenders,
        Self::FoundRecordsAreToldToAuditors,
        Self::CodeListsAreKeptByAdministrators,
        Self::StockIsRecordedByWorkers,
        Self::TrainingIsRegisteredByItsOrganisation,
        Self::BatchesAreCalledBackByWorkers,
        Self::OrganisationsAreRegisteredByAdministrators,
        Self::UnseenMatchesAreToldByAuditors,
    ];

    /// Its stable id.
    pub fn id(self) -> &'static str {
        match self {
            Self::AuditorRecordsNothing => "auditor_records_nothing",
            Self::AdministratorKeepsTheDirectory => "administrator_keeps_the_directory",
            Self::CommissionerSeesFigures => "commissioner_sees_figures",
            Self::PrivacyOfficerRecordsNoCare => "privacy_officer_records_no_care",
            Self::NoMembership => "no_membership",
            Self::SystemOfSomeServices => "system_of_some_services",
            Self::MembersAreKeptByAdministrators => "members_are_kept_by_administrators",
            Self::MembersAreKeptByPeople => "members_are_kept_by_people",
            Self::MembershipNeedsAnother => "membership_needs_another",
            Self::LastAdministratorStays => "last_administrator_stays",
            Self::CareIsForWorkers => "care_is_for_workers",
            Self::NaloxoneIsForWorkers => "naloxone_is_for_workers",
            Self::RecordsAreJoinedByWorkers => "records_are_joined_by_workers",
            Self::UsersAreComparedByAuditors => "users_are_compared_by_auditors",
            Self::EntriesAreForAuditors => "entries_are_for_auditors",
            Self::ServiceAskedDecides => "service_asked_decides",
            Self::EitherSideWithdraws => "either_side_withdraws",
            Self::EpisodeIsItsOrganisations => "episode_is_its_organisations",
            Self::RecorderCorrects => "recorder_corrects",
            Self::ContractMoved => "contract_moved",
            Self::ContractsMoveAlone => "contracts_move_alone",
            Self::AppointmentIsItsServices => "appointment_is_its_services",
            Self::AssessmentIsItsServices => "assessment_is_its_services",
            Self::SharingIsForWorkers => "sharing_is_for_workers",
            Self::AgreementNeedsAnother => "agreement_needs_another",
            Self::AgreementIsAppliedByCare => "agreement_is_applied_by_care",
            Self::RestrictionIsPlacedByCare => "restriction_is_placed_by_care",
            Self::ObjectionIsSettledByOthers => "objection_is_settled_by_others",
            Self::AgreementTiesNobody => "agreement_ties_nobody",
            Self::CliniciansBreakGlass => "clinicians_break_glass",
            Self::PrivacyOfficersReview => "privacy_officers_review",
            Self::ErasureIsForPrivacyOfficers => "erasure_is_for_privacy_officers",
            Self::HoldIsLiftedByWhoPlacedIt => "hold_is_lifted_by_who_placed_it",
            Self::ErasureIsAgreedByWhoTreats => "erasure_is_agreed_by_who_treats",
            Self::RecordsAreSealedByPrivacyOfficers => "records_are_sealed_by_privacy_officers",
            Self::SealedRecordsStandAlone => "sealed_records_stand_alone",
            Self::WebhooksAreKeptByAdministrators => "webhooks_are_kept_by_administrators",
            Self::WebhooksAreKeptByPeople => "webhooks_are_kept_by_people",
            Self::EventsAreToldBySystems => "events_are_told_by_systems",
            Self::MovementsByNumberAreToldBySystems => "movements_by_number_are_told_by_systems",
            Self::MessagesAreListedForTheirSenders => "messages_are_listed_for_their_senders",
            Self::FoundRecordsAreToldToAuditors => "found_records_are_told_to_auditors",
            Self::CodeListsAreKeptByAdministrators => "code_lists_are_kept_by_administrators",
            Self::StockIsRecordedByWorkers => "stock_is_recorded_by_workers",
            Self::TrainingIsRegisteredByItsOrganisation => "training_is_registered_by_its_organisation",
            Self::BatchesAreCalledBackByWorkers => "batches_are_called_back_by_workers",
            Self::OrganisationsAreRegisteredByAdministrators => {
                "organisations_are_registered_by_administrators"
            }
            Self::UnseenMatchesAreToldByAuditors => "unseen_matches_are_told_by_auditors",
        }
    }

    /// What it says, to the person who ran into it.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::AuditorRecordsNothing => {
                "Auditors read the record and add nothing to it. Use an account of a service."
            }
            Self::AdministratorKeepsTheDirectory => {
                "Administrators register organisations and services, and record nothing about people."
            }
            Self::CommissionerSeesFigures => {
                "Commissioners see figures, and neither see nor record anything about a person."
            }
            Self::PrivacyOfficerRecordsNoCare => {
                "Privacy officers answer for the data, and record nothing about care. Use an account of a service."
            }
            Self::SystemOfSomeServices => {
                "This system asks for some services of its organisation alone. Name one of them, or ask an administrator to \
                 register the system for more."
            }
            Self::NoMembership => {
                "This system, or the person who uses it, does not act for this organisation in this role. Ask an \
                 administrator of this service to register the system and to grant the membership."
            }
            Self::MembersAreKeptByAdministrators => {
                "Administrators say who acts for an organisation. Ask one of them."
            }
            Self::MembersAreKeptByPeople => {
                "Who acts for an organisation is said by people: sign in with a user name."
            }
            Self::MembershipNeedsAnother => {
                "Nobody gives themselves a role, or makes their own last longer. Ask another administrator."
            }
            Self::LastAdministratorStays => {
                "You are the only administrator. Grant another one first, and ask them to end your membership."
            }
            Self::CareIsForWorkers => {
                "Decisions on referrals, triage and treatment are recorded by staff of the treatment service."
            }
            Self::NaloxoneIsForWorkers => {
                "Naloxone is issued, placed in property and reported as used by staff of a treatment service. \
                 A liaison system may record that a kit was handed over."
            }
            Self::RecordsAreJoinedByWorkers => {
                "Whether two records are one person's is said by staff of a service that sees both."
            }
            Self::UsersAreComparedByAuditors => {
                "How much everybody looks is asked by auditors. Who looked at one person, you see in the access log of \
                 that person."
            }
            Self::EntriesAreForAuditors => {
                "Entries of the log tell what was recorded about whom, and when: they are for auditors. Checkpoints and \
                 hashes are for everybody, and an event that you may see is proved at its own address."
            }
            Self::ServiceAskedDecides => {
                "Only the service asked accepts, rejects, triages or sends on a referral. You can withdraw it."
            }
            Self::EitherSideWithdraws => {
                "A referral is withdrawn by the organisation that sent it, or by the one it was sent to."
            }
            Self::EpisodeIsItsOrganisations => {
                "An episode, with all that happens in it, is recorded by its own organisation."
            }
            Self::RecorderCorrects => {
                "An entry is voided by the organisation that recorded it. Ask that organisation to correct it."
            }
            Self::ContractMoved => {
                "The contract of this service moved to another, which records from that day on. Ask it to record this."
            }
            Self::ContractsMoveAlone => {
                "Administrators say that a contract moves; the records follow by themselves."
            }
            Self::AppointmentIsItsServices => {
                "Appointments are offered and kept track of by the service asked. Until triage the sender may book one too, and \
                 move or cancel what it booked."
            }
            Self::AssessmentIsItsServices => {
                "Whether somebody came to a required assessment is recorded by the service that carries it out. \
                 You can record that it lapsed."
            }
            Self::SharingIsForWorkers => {
                "Sharing agreements, restrictions and answers to objections are recorded by staff. A system may record \
                 consent, and objections as the person makes them or takes them back."
            }
            Self::AgreementNeedsAnother => {
                "An organisation is given sight of a record by another one. Ask a service that treats the person to \
                 apply the agreement."
            }
            Self::AgreementIsAppliedByCare => {
                "Sight of a record is given by organisations that treat the person or did. Ask one of them to apply the \
                 agreement."
            }
            Self::RestrictionIsPlacedByCare => {
                "A record is restricted by organisations that treat the person or did. Tell one of them what the person \
                 asks for."
            }
            Self::ObjectionIsSettledByOthers => {
                "An objection to sharing with your organisation is answered or taken back where another organisation \
                 records it. Ask a service that treats the person."
            }
            Self::AgreementTiesNobody => {
                "Your organisation sees this record by a sharing agreement, and can neither refer the person to a \
                 service of its own nor join records by it. Ask a service that treats the person."
            }
            Self::CliniciansBreakGlass => {
                "A look in an emergency is for clinicians. Ask a clinician of your service."
            }
            Self::PrivacyOfficersReview => {
                "An emergency look is reviewed by a privacy officer of the organisation whose clinician looked."
            }
            Self::ErasureIsForPrivacyOfficers => {
                "Records are erased, and held, by privacy officers of organisations that know the person."
            }
            Self::HoldIsLiftedByWhoPlacedIt => {
                "A legal hold is lifted by the organisation that placed it. Ask its privacy officer."
            }
            Self::ErasureIsAgreedByWhoTreats => {
                "An erasure is agreed to by a privacy officer of an organisation that treats or treated the person, and \
                 where another than the one that asked does, of such another. Ask one of them."
            }
            Self::RecordsAreSealedByPrivacyOfficers => {
                "Records are sealed, and opened again, by privacy officers of organisations that know the person. Ask yours."
            }
            Self::SealedRecordsStandAlone => {
                "A sealed record is not joined with another: the seal would not be on both. Ask the privacy officer to lift it, join them, and seal both."
            }
            Self::WebhooksAreKeptByAdministrators => {
                "Webhooks are kept by administrators of the organisation."
            }
            Self::WebhooksAreKeptByPeople => {
                "Webhooks are kept by administrators who signed in: a system cannot open a way out for itself."
            }
            Self::EventsAreToldBySystems => {
                "Events are told by systems. Record what happened on a record that you may see."
            }
            Self::MovementsByNumberAreToldBySystems => {
                "Movements are told by number by systems. Record this one on a record that you may see."
            }
            Self::MessagesAreListedForTheirSenders => {
                "Messages are listed for the systems that send them, for the administrators of their organisation, and \
                 for auditors."
            }
            Self::FoundRecordsAreToldToAuditors => {
                "Whether a message found a record is told to auditors alone. Ask for accepted."
            }
            Self::CodeListsAreKeptByAdministrators => "Only administrators change code lists.",
            Self::StockIsRecordedByWorkers => "Only workers of a service record its stock.",
            Self::TrainingIsRegisteredByItsOrganisation => {
                "Training is put on the register by workers of the same organisation, or by administrators."
            }
            Self::BatchesAreCalledBackByWorkers => {
                "Batches are called back by workers of a service or a partnership, and by administrators."
            }
            Self::OrganisationsAreRegisteredByAdministrators => {
                "Only administrators register organisations and services."
            }
            Self::UnseenMatchesAreToldByAuditors => {
                "Records that no organisation sees both of are listed for auditors, who tell those that keep them. Those \
                 that you see both of stand on your service's list."
            }
        }
    }
}

impl From<Rule> for Permission {
    fn from(rule: Rule) -> Self {
        Self::WrongRole(rule.sentence())
    }
}
