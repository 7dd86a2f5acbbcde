//! What a record says to each field.

use super::attributor::{district, initials};
use super::{Asked, Field, From};
use crate::code::Code;
use crate::fact::{ProfileStage, ReleaseEffect};
use crate::id::PersonId;
use crate::state::{
    Episode, IdentityState, Intervention, PersonState, Profile, Referral, ReferredIntervention, Release,
    Review, Spell,
};
use crate::when::days_between;
use jiff::civil::Date;

/// Days after triage within which a kit counts as issued at the start of the episode (own reading).
const AT_START_DAYS: i32 = 14;

/// What the record says, before it is put into the words of the data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A word.
    Text(String),
    /// A code of this system's lists.
    Code(String),
    /// A day.
    Day(Date),
    /// A number.
    Number(u32),
    /// Yes or no.
    Flag(bool),
}

impl Value {
    fn code(code: &Code) -> Self {
        Self::Code(code.as_str().to_owned())
    }
}

/// One structured intervention: asked for, started or both.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course<'a> {
    pub referred: Option<&'a ReferredIntervention>,
    pub started: Option<&'a Intervention>,
}

/// Of what a row tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub person: PersonId,
    /// Who they are by what is known now: a date of birth put right in July was the same in June.
    pub identity: &'a IdentityState,
    pub state: &'a PersonState,
    pub consents: bool,
    pub agency: &'a str,
    pub episode: Option<&'a Episode>,
    pub course: Option<Course<'a>>,
    pub review: Option<&'a Review>,
    pub profile: Option<&'a Profile>,
}

impl Subject<'_> {
    fn referral(&self) -> Option<&Referral> {
        self.state.referral(self.episode?.referral?)
    }

    /// The stay in custody in which the episode was opened.
    fn spell(&self) -> Option<(usize, &Spell)> {
        let opened = self.episode?.opened.date();
        let mut spells = self.state.custody.spells.iter().enumerate();
        spells.find(|(_, spell)| {
            spell.began.date() <= opened && spell.ended.is_none_or(|ended| opened <= ended.date())
        })
    }

    fn release(&self) -> Option<&Release> {
        let (index, _) = self.spell()?;
        let releases = &self.state.custody.releases;
        releases.iter().find(|release| release.spell == Some(index))
    }

    fn substance(&self, place: usize) -> Option<Value> {
        let referral = self.referral()?;
        let told = match referral.found.is_empty() {
            true => &referral.substances,
            false => &referral.found,
        };
        told.get(place).map(Value::code)
    }

    /// What the record says to a field; `None` where it says nothing.
    pub fn value(&self, field: &Field, asked: &Asked<'_>) -> Option<Value> {
        match field.from {
            From::NotHeld => None,
            From::GivenInitial => initials(self.identity).0.map(|one| Value::Text(one.into())),
            From::FamilyInitial => initials(self.identity).1.map(|one| Value::Text(one.into())),
            From::DateOfBirth => self.identity.date_of_birth.map(Value::Day),
            From::Sex => self.identity.sex.as_ref().map(Value::code),
            From::Ethnicity => self.identity.ethnicity.as_ref().map(Value::code),
            From::ClientId => Some(Value::Text((asked.refer)("client", &self.person.0))),
            From::Consent => Some(Value::Flag(self.consents)),
            From::PostcodeDistrict | From::Area => self.residence(field.from),
            From::ReceivedOn
            | From::PrisonLeftOn
            | From::PrisonExitReason
            | From::ReleaseArea
            | From::ReferralOnRelease => self.custody(field.from),
            From::Modality
            | From::Setting
            | From::InterventionId
            | From::InterventionReferredOn
            | From::OfferedFor
            | From::StartedOn
            | From::EndedOn
            | From::InterventionExit => self.intervention(field.from, asked),
            From::ReviewedOn => Some(Value::Day(self.review?.at.date())),
            From::ReviewId => Some(Value::Text((asked.refer)("review", &self.review?.at.by.0))),
            From::Component => {
                let components = &self.review?.components;
                Some(Value::Flag(
                    components.iter().any(|code| code.as_str() == field.name),
                ))
            }
            From::Agency
            | From::EpisodeId
            | From::ReferredOn
            | From::ReferralSource
            | From::TriagedOn
            | From::CarePlanOn
            | From::TreatedBefore
            | From::CoOrdinates
            | From::Substance1
            | From::Substance2
            | From::Substance3
            | From::NaloxoneAtStart
            | From::DischargedOn
            | From::DischargeReason => self.of_episode(field.from, asked),
            _ => self.of_profile(field.from, asked),
        }
    }

    fn residence(&self, from: From) -> Option<Value> {
        let residence = self.state.identity.residences.last()?;
        match from {
            From::PostcodeDistrict => residence.postcode.as_deref().and_then(district).map(Value::Text),
            _ => residence
                .area
                .as_ref()
                .map(|area| Value::Code(area.as_str().to_owned())),
        }
    }

    fn of_episode(&self, from: From, asked: &Asked<'_>) -> Option<Value> {
        if from == From::Agency {
            return Some(Value::Text(self.agency.to_owned()));
        }
        let episode = self.episode?;
        let opened = episode.opened.date();
        Some(match from {
            From::EpisodeId => Value::Text((asked.refer)("episode", &episode.id.0)),
            From::ReferredOn => Value::Day(self.referral()?.first_received.date()),
            From::ReferralSource => Value::code(&self.referral()?.source),
            From::TriagedOn => Value::Day(opened),
            From::CarePlanOn => Value::Day(episode.care_plans.first()?.at.date()),
            From::TreatedBefore => {
                let mut others = self.state.episodes.iter().filter(|other| other.id != episode.id);
                Value::Flag(others.any(|other| {
                    other
                        .first_structured_start()
                        .is_some_and(|start| start.date() < opened)
                }))
            }
            From::CoOrdinates => Value::Flag(episode.profiles.last()?.co_ordinates),
            From::Substance1 => self.substance(0)?,
            From::Substance2 => self.substance(1)?,
            From::Substance3 => self.substance(2)?,
            From::NaloxoneAtStart => {
                let mut supplied = self.state.kits.iter().filter_map(|kit| kit.supplied);
                Value::Flag(supplied.any(|at| (0..=AT_START_DAYS).contains(&days_between(opened, at.date()))))
            }
            From::DischargedOn => Value::Day(episode.exit.as_ref()?.at.date()),
            From::DischargeReason => Value::code(&episode.exit.as_ref()?.reason),
            _ => return None,
        })
    }

    fn custody(&self, from: From) -> Option<Value> {
        Some(match from {
            From::ReceivedOn => Value::Day(self.spell()?.1.began.date()),
            From::PrisonLeftOn => Value::Day(self.release()?.at.date()),
            From::PrisonExitReason => Value::Text(exit_reason(self.release()?.effect).to_owned()),
            From::ReleaseArea => Value::Code(self.release()?.area.as_ref()?.as_str().to_owned()),
            From::ReferralOnRelease => Value::code(self.release()?.referral_on_release.as_ref()?),
            _ => return None,
        })
    }

    fn intervention(&self, from: From, asked: &Asked<'_>) -> Option<Value> {
        let Course { referred, started } = self.course?;
        let code = started.map(|one| &one.code).or(referred.map(|one| &one.code));
        let setting = started
            .map(|one| &one.setting)
            .or(referred.map(|one| &one.setting));
        let id = started.map(|one| one.id).or(referred.map(|one| one.id));
        let ended = || started.and_then(|one| one.ended.as_ref());
        Some(match from {
            From::Modality => Value::code(code?),
            From::Setting => Value::code(setting?),
            From::InterventionId => Value::Text((asked.refer)("intervention", &id?.0)),
            From::InterventionReferredOn => Value::Day(referred?.referred.date()),
            From::OfferedFor => Value::Day(referred?.first_offered?.1),
            From::StartedOn => Value::Day(started?.started.date()),
            From::EndedOn => Value::Day(ended()?.0.date()),
            From::InterventionExit => Value::code(&ended()?.1),
            _ => return None,
        })
    }

    fn of_profile(&self, from: From, asked: &Asked<'_>) -> Option<Value> {
        let profile = self.profile?;
        let items = &profile.items;
        let number = |days: Option<u8>| days.map(|days| Value::Number(days.into()));
        match from {
            From::ProfileOn => Some(Value::Day(profile.at.date())),
            From::ProfileId => Some(Value::Text((asked.refer)("profile", &profile.at.by.0))),
            From::ProfileStage => Some(Value::Text(
                match profile.stage {
                    ProfileStage::Start => "S",
                    ProfileStage::Review => "R",
                    ProfileStage::Exit => "E",
                    ProfileStage::PostExit => "P",
                }
                .to_owned(),
            )),
            From::AlcoholDays => number(items.alcohol_days),
            From::OpiateDays => number(items.opiate_days),
            From::CrackDays => number(items.crack_days),
            From::CocaineDays => number(items.cocaine_days),
            From::AmphetamineDays => number(items.amphetamine_days),
            From::CannabisDays => number(items.cannabis_days),
            From::OtherDrugDays => number(items.other_drug_days),
            From::InjectingDays => number(items.injecting_days),
            From::ShopTheftDays => number(items.shop_theft_days),
            From::DrugSellingDays => number(items.drug_selling_days),
            From::PsychologicalHealth => number(items.psychological_health),
            From::PaidWorkDays => number(items.paid_work_days),
            From::EducationDays => number(items.education_days),
            From::PhysicalHealth => number(items.physical_health),
            From::QualityOfLife => number(items.quality_of_life),
            From::Sharing => items.sharing.map(Value::Flag),
            From::OtherTheft => items.other_theft.map(Value::Flag),
            From::Assault => items.assault.map(Value::Flag),
            From::AcuteHousingProblem => items.acute_housing_problem.map(Value::Flag),
            From::EvictionRisk => items.eviction_risk.map(Value::Flag),
            _ => None,
        }
    }
}

/// How somebody left prison, in words: which codes the set of secure settings has is not known (`domain.md` 1.4).
fn exit_reason(effect: ReleaseEffect) -> &'static str {
    match effect {
        ReleaseEffect::Community => "released",
        ReleaseEffect::Died => "died",
        ReleaseEffect::AtLarge => "absconded",
        ReleaseEffect::Abroad => "deported",
        ReleaseEffect::RestrictedHospital | ReleaseEffect::Hospital => "hospital",
        ReleaseEffect::NotARelease | ReleaseEffect::Unknown => "unknown",
    }
}
