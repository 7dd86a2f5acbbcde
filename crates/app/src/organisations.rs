//! Organisations, their services and a service's naloxone stock.

use crate::answer::Answer;
use crate::caller::Request;
use crate::error::AppError;
use crate::record::ATTEMPTS;
use crate::write::append_of;
use crate::{App, etag};
use throughcare_domain::code::ServiceCode;
use throughcare_domain::command::KitRead;
use throughcare_domain::decide::{self, Context, Decision, OrganisationCommand, Refusal};
use throughcare_domain::event::Role;
use throughcare_domain::history::History;
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;

impl App {
    /// Registers an organisation, opens or closes a service, moves its contract. Administrators only.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn administer(
        &self,
        occurred: Occurred,
        command: OrganisationCommand,
        request: Request,
    ) -> Result<Answer, AppError> {
        if request.caller.role() != Role::Administrator {
            return Err(AppError::WrongRole(
                "Only administrators register organisations and services.",
            ));
        }
        let organisation = command.organisation();
        let stream = StreamId::organisation(organisation);
        // Events of an organisation's stream carry that organisation, whoever typed them.
        let mut request = request.clone();
        request.caller.actor.organisation = organisation.clone();
        self.append_decided(stream, request, move |context| {
            decide::decide_organisation(occurred, &command, context)
        })
        .await
    }

    /// Records that naloxone came into a service's stock.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn receive_stock(
        &self,
        occurred: Occurred,
        service: ServiceCode,
        pack: KitRead,
        kits: u16,
        request: Request,
    ) -> Result<Answer, AppError> {
        if request.caller.role() != Role::Worker {
            return Err(AppError::WrongRole("Only workers of a service record its stock."));
        }
        let stream = StreamId::service(&service);
        self.append_decided(stream, request, move |context| {
            decide::decide_stock(occurred, &service, &pack, kits, context)
        })
        .await
    }

    async fn append_decided<F>(
        &self,
        stream: StreamId,
        request: Request,
        decide: F,
    ) -> Result<Answer, AppError>
    where
        F: Fn(&mut Context<'_>) -> Result<Decision, Refusal> + Send + 'static,
    {
        let app = self.clone();
        let work = tokio::spawn(async move { app.append_decided_now(stream, &request, decide).await });
        work.await.map_err(|_| AppError::Internal(None))?
    }

    async fn append_decided_now<F>(
        &self,
        stream: StreamId,
        request: &Request,
        decide: F,
    ) -> Result<Answer, AppError>
    where
        F: Fn(&mut Context<'_>) -> Result<Decision, Refusal> + Send,
    {
        let _under_way = self.begin(request)?;
        for _ in 0..ATTEMPTS {
            if let Some(answer) = self.answered_before(request).await? {
                return Ok(answer);
            }
            let version = self.inner.store.stream_version(stream).await?;
            let reference = self.reference().await;
            let directory = self.directory().await?;
            let decision = {
                let mut ids = self.inner.ids.source();
                decide(&mut Context {
                    now: request.received_at,
                    origin: request.caller.origin(),
                    organisation: request.caller.organisation(),
                    reference: &reference,
                    directory: &directory,
                    ids: &mut *ids,
                })?
            };
            let reached = version + u32::try_from(decision.drafts.len()).unwrap_or(u32::MAX);
            let answer = Answer {
                person: None,
                events: decision.drafts.iter().map(|draft| draft.id).collect(),
                created: Vec::new(),
                flags: Vec::new(),
                etag: etag::of(stream, reached),
                position: 0,
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
            if let Some(answer) = self.append(append, answer, request).await? {
                return Ok(answer);
            }
        }
        Err(AppError::Busy)
    }
}
