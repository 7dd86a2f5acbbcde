//! One required assessment, for the organisation that imposed it and the service that carries it out.

use crate::caller::Caller;
use crate::error::AppError;
use crate::looks::Extent;
use crate::{App, etag};
use std::sync::Arc;
use throughcare_domain::access::{self, Ground, Visibility, Whose};
use throughcare_domain::history::History;
use throughcare_domain::id::{AssessmentId, PersonId};
use throughcare_domain::restricted::seen_by;
use throughcare_domain::state::{DrugTest, IdentityState, RequiredAssessment};
use throughcare_store::{CaseOf, Parts};

/// A required assessment and what the caller may see with it.
#[derive(Clone, Debug)]
pub struct AssessmentRead {
    /// The assessment.
    pub assessment: RequiredAssessment,
    /// The follow-up of an initial one, or the initial one of a follow-up.
    pub other: Option<RequiredAssessment>,
    /// The test on which it rests, for those to whom it is shown.
    pub test: Option<DrugTest>,
    /// The person, for those who may know the record.
    pub person: Option<PersonId>,
    /// Who it is about, for workers of the service that carries it out.
    pub identity: Option<IdentityState>,
    /// Entity tag.
    pub etag: String,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// A required assessment, for whom it is not withheld ([`throughcare_domain::restricted`]).
    ///
    /// # Errors
    /// [`AppError::NotFound`] for everybody else.
    pub async fn required_assessment(
        &self,
        caller: &Caller,
        id: AssessmentId,
    ) -> Result<AssessmentRead, AppError> {
        if access::lists(caller.role()) == Whose::Nobodys {
            return Err(AppError::NotFound);
        }
        let parts = match access::sees_identity(caller.role()) {
            true => Parts::Known,
            false => Parts::Case,
        };
        let reach = self.reach(caller).await?;
        let of = CaseOf::Entity(id.0);
        let case = self.inner.store.read_case(&reach, of, 0, parts).await?;
        let own = Arc::new(History::new(case.events));
        if own.events().is_empty() {
            return Err(AppError::NotFound);
        }
        let (whole, head) = self.with_joined(&reach, own.clone(), parts, None).await?;
        let (organisation, role) = (caller.organisation(), caller.role());
        let shown = seen_by(&whole, organisation, role);
        let state = shown.as_ref().unwrap_or(&whole).now();
        let one = state.assessment(id).ok_or(AppError::NotFound)?;
        self.expect_unsealed(caller, &whole).await?;
        let other = state
            .justice
            .assessments
            .iter()
            .find(|other| other.follows == Some(id) || one.follows == Some(other.id));
        let test = one.test.or(other.and_then(|other| other.test));
        let test = test.and_then(|test| state.justice.test(test));
        // A sender is not told that what it sent about two records is about one person.
        let person = match access::visibility(&whole, organisation, role, self.today()) {
            Visibility::None => None,
            Visibility::Sent => Some(own.person()),
            Visibility::Full => Some(whole.person()),
        };
        let assesses =
            role.gives_care() && state.responsible(&one.service, &one.organisation) == organisation;
        let ground = Ground::RequiredAssessment.unless_audit(role);
        caller
            .looks
            .note(Some(whole.person()), Extent::Assessment, vec![ground]);
        Ok(AssessmentRead {
            person,
            identity: assesses.then(|| state.identity.clone()),
            etag: etag::of_assessments(one, other),
            position: head.unwrap_or(case.head),
            test: test.cloned(),
            other: other.cloned(),
            assessment: one.clone(),
        })
    }
}
