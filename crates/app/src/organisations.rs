//! Organisations and their services, recalls and training, and a service's naloxone stock.

use crate::answer::Answer;
use crate::caller::{Caller, Request, Standing};
use crate::error::AppError;
use crate::record::ATTEMPTS;
use crate::write::{append_of, created};
use crate::{App, etag};
use jiff::civil::Date;
use throughcare_domain::access::{self, Beside, Permission, Rule};
use throughcare_domain::code::ServiceCode;
use throughcare_domain::decide::{self, Context, Decision, OrganisationCommand, Refusal, StockCommand};
use throughcare_domain::directory::Directory;
use throughcare_domain::event::{RecordedEvent, Role};
use throughcare_domain::history::History;
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::{Occurred, london_date};

impl App {
    /// Registers an organisation, opens or closes a service, moves its contract, says who acts for it: administrators only. Calls a batch of naloxone back or
    /// ends a recall, and puts training on the register: also workers, for their own organisation.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn administer(
        &self,
        occurred: Occurred,
        command: OrganisationCommand,
        request: Request,
    ) -> Result<Answer, AppError> {
        let organisation = command.organisation().clone();
        let asks = request.caller.clone();
        let stream = StreamId::organisation(&organisation);
        // Events of an organisation's stream carry that organisation, whoever typed them.
        let mut request = request.clone();
        request.caller.actor.organisation = organisation;
        let today = london_date(request.received_at);
        let allowed = {
            let command = command.clone();
            move |directory: &Directory| may_administer(&command, &asks, directory, today)
        };
        let answer = self
            .append_decided(stream, request, false, allowed, move |_, context| {
                decide::decide_organisation(occurred, &command, context)
            })
            .await;
        self.organisations_changed().await;
        answer
    }

    /// Records what became of a service's naloxone.
    ///
    /// # Errors
    /// [`AppError`]; [`AppError::NotFound`] for a service that there is not.
    pub async fn keep_stock(
        &self,
        occurred: Occurred,
        service: ServiceCode,
        command: StockCommand,
        request: Request,
    ) -> Result<Answer, AppError> {
        if self.directory().await?.service(&service).is_none() {
            return Err(AppError::NotFound);
        }
        request.caller.may_work(Beside::KeepStock)?;
        let stream = StreamId::service(&service);
        let rests_on_it = matches!(
            command,
            StockCommand::Remove { .. } | StockCommand::TellOfRecall { .. } | StockCommand::Void { .. }
        );
        self.append_decided(
            stream,
            request,
            rests_on_it,
            |_| Ok(()),
            move |events, context| decide::decide_stock(events, occurred, &service, &command, context),
        )
        .await
    }

    async fn append_decided<A, F>(
        &self,
        stream: StreamId,
        request: Request,
        rests_on_events: bool,
        allowed: A,
        decide: F,
    ) -> Result<Answer, AppError>
    where
        A: Fn(&Directory) -> Result<(), AppError> + Send + 'static,
        F: Fn(&[RecordedEvent], &mut Context<'_>) -> Result<Decision, Refusal> + Send + 'static,
    {
        let app = self.clone();
        let work = tokio::spawn(async move {
            app.append_decided_now(stream, &request, rests_on_events, allowed, decide)
                .await
        });
        work.await.map_err(|_| AppError::Internal(None))?
    }

    async fn append_decided_now<A, F>(
        &self,
        stream: StreamId,
        request: &Request,
        rests_on_events: bool,
        allowed: A,
        decide: F,
    ) -> Result<Answer, AppError>
    where
        A: Fn(&Directory) -> Result<(), AppError> + Send,
        F: Fn(&[RecordedEvent], &mut Context<'_>) -> Result<Decision, Refusal> + Send,
    {
        let _under_way = self.begin(request)?;
        for _ in 0..ATTEMPTS {
            let (events, version) = if rests_on_events {
                let events = self
                    .inner
                    .store
                    .read_stream(&throughcare_store::Reach::EVERYBODY, stream, None)
                    .await?;
                let last = events.last().map_or(0, |event| event.envelope.stream_version);
                (events, last)
            } else {
                (Vec::new(), self.inner.store.stream_version(stream).await?)
            };
            let reference = self.reference().await;
            let directory = self.directory().await?;
            let admitted = self.admitted(&request.caller, &directory)?;
            allowed(&directory)?;
            if let Some(answer) = self.answered_before(request).await? {
                return Ok(answer);
            }
            let decision = {
                let mut ids = self.inner.ids.source();
                let mut context = Context {
                    now: request.received_at,
                    origin: request.caller.origin(),
                    organisation: request.caller.organisation(),
                    user: request.caller.actor.user.as_deref(),
                    reference: &reference,
                    directory: &directory,
                    ids: &mut *ids,
                };
                decide(&events, &mut context)?
            };
            let reached = version + u32::try_from(decision.drafts.len()).unwrap_or(u32::MAX);
            let answer = Answer {
                person: None,
                events: decision.drafts.iter().map(|draft| draft.id).collect(),
                created: created(&decision.drafts),
                flags: decision.flags.iter().map(|flag| flag.code.to_owned()).collect(),
                etag: etag::of(stream, reached),
                position: 0,
                recorded_at: None,
                replayed: false,
            };
            let append = append_of(
                &self.inner.store,
                stream,
                version,
                decision.drafts,
                request,
                &History::default(),
            );
            if let Some(answer) = self.append(append, admitted, answer, request).await? {
                return Ok(answer);
            }
        }
        Err(AppError::Busy)
    }
}

fn may_administer(
    command: &OrganisationCommand,
    caller: &Caller,
    directory: &Directory,
    today: Date,
) -> Result<(), AppError> {
    let own = caller.organisation() == command.organisation();
    match (command, caller.role()) {
        (OrganisationCommand::Members { .. } | OrganisationCommand::RecordErasure { .. }, _)
            if caller.standing == Standing::Trusted =>
        {
            Ok(())
        }
        (OrganisationCommand::RecordErasure { .. }, _) => Err(AppError::NotFound),
        (OrganisationCommand::Seals { organisation, .. }, role) => {
            match access::may_seal(role, caller.organisation(), organisation) {
                Permission::Allowed => Ok(()),
                Permission::NotFound => Err(AppError::NotFound),
                Permission::WrongRole(sentence) => Err(AppError::WrongRole(sentence)),
            }
        }
        (
            OrganisationCommand::Members {
                organisation,
                command,
            },
            role,
        ) => {
            let user = caller.actor.user.as_deref();
            match access::may_keep_members(organisation, command, directory, role, user, today) {
                Permission::Allowed => Ok(()),
                Permission::NotFound => Err(AppError::NotFound),
                Permission::WrongRole(sentence) => Err(AppError::WrongRole(sentence)),
            }
        }
        (_, Role::Administrator) => Ok(()),
        (
            OrganisationCommand::RecallBatch { .. }
            | OrganisationCommand::EndRecall { .. }
            | OrganisationCommand::TrainWorker { .. },
            Role::Worker | Role::Clinician,
        ) if own => Ok(()),
        (OrganisationCommand::TrainWorker { .. }, Role::Worker | Role::Clinician) => Err(
            AppError::WrongRole(Rule::TrainingIsRegisteredByItsOrganisation.sentence()),
        ),
        (OrganisationCommand::RecallBatch { .. } | OrganisationCommand::EndRecall { .. }, _) => Err(
            AppError::WrongRole(Rule::BatchesAreCalledBackByWorkers.sentence()),
        ),
        _ => Err(AppError::WrongRole(
            Rule::OrganisationsAreRegisteredByAdministrators.sentence(),
        )),
    }
}
