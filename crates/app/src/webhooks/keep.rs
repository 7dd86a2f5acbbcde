//! What an organisation's administrators do with its webhooks.

use crate::App;
use crate::caller::{Caller, Request};
use crate::error::AppError;
use jiff::Timestamp;
use std::time::Duration;
use throughcare_domain::access::{self, Beside, Whose};
use throughcare_domain::event::Role;
use throughcare_domain::fault::Faults;
use throughcare_domain::notice::Notice;
use throughcare_store::{
    Delivery, DeliveryQuery, Happening, NewWebhook, Webhook, WebhookMade, WebhookSecret,
};
use uuid::Uuid;

/// Most webhooks of an organisation that have not ended.
pub const MOST_WEBHOOKS: u32 = 20;
/// How long an old secret counts beside the new one.
pub const OVERLAP: Duration = Duration::from_secs(24 * 60 * 60);
/// Most happenings shown of a webhook.
pub const MOST_HAPPENINGS: u32 = 50;
/// The namespace of webhooks whose id comes from the key of the request that made them.
const WEBHOOKS: Uuid = Uuid::from_u128(0x6d1f_3a52_9b07_4c1e_8a64_2f0d_51c7_e9b3);

/// A webhook as somebody asks for it.
#[derive(Clone, Debug)]
pub struct WebhookAsked {
    /// As which system it is judged what may be told.
    pub client: String,
    /// In which role.
    pub role: Role,
    /// Where what is told is sent; its form was checked.
    pub url: String,
    /// What is told; everything when empty.
    pub kinds: Vec<Notice>,
}

/// A webhook, with what happened to it.
#[derive(Clone, Debug)]
pub struct WebhookRead {
    /// The webhook.
    pub webhook: Webhook,
    /// What happened to it, the last first.
    pub happenings: Vec<Happening>,
    /// The end of the log.
    pub head: u64,
}

/// From where a webhook tells again.
#[derive(Clone, Copy, Debug)]
pub enum ReplayFrom {
    /// After this position of the log.
    After(u64),
    /// What was recorded after this instant.
    Since(Timestamp),
}

/// Who keeps the webhooks, as it stands beside them.
fn keeper(caller: &Caller) -> Result<String, AppError> {
    caller.may_work(Beside::KeepWebhooks)?;
    let user = caller.actor.user.as_deref().unwrap_or(&caller.actor.client);
    Ok(user.chars().take(200).collect())
}

impl App {
    /// Makes a webhook of the caller's organisation; its secret is shown this once. What is recorded from now on is told.
    ///
    /// # Errors
    /// [`AppError`]; [`AppError::Refused`] with every fault.
    pub async fn make_webhook(
        &self,
        asked: WebhookAsked,
        request: &Request,
    ) -> Result<(Webhook, WebhookSecret), AppError> {
        let caller = &request.caller;
        let by = keeper(caller)?;
        let directory = self.directory().await?;
        self.admitted(caller, &directory)?;
        let mut faults = Faults::default();
        let roster = directory.roster(caller.organisation());
        if access::lists(asked.role) == Whose::Nobodys {
            faults.add(
                "/role",
                "sees_nobody",
                "This role is shown no records, so there is nothing to tell it of. Name another role of the system.",
            );
        } else if roster
            .and_then(|roster| roster.asks(&asked.client, asked.role))
            .is_none()
        {
            faults.add(
                "/client",
                "not_registered",
                "No system of this name is registered with your organisation in this role. Register it first.",
            );
        } else if roster
            .and_then(|roster| roster.services_of(&asked.client, asked.role))
            .is_some()
        {
            faults.add(
                "/client",
                "some_services_only",
                "This system is registered for some services alone and does not follow the feed. Name another system.",
            );
        }
        if !faults.is_empty() {
            return Err(AppError::Refused(faults));
        }
        let store = &self.inner.store;
        let new = NewWebhook {
            id: match request.key {
                Some(key) => {
                    let mut name = caller.actor.client.clone().into_bytes();
                    name.extend_from_slice(key.key.as_bytes());
                    Uuid::new_v5(&WEBHOOKS, &name)
                }
                None => self.inner.ids.one(),
            },
            organisation: caller.organisation().clone(),
            client: asked.client,
            role: asked.role,
            url: asked.url,
            kinds: asked.kinds.iter().map(|kind| kind.name().to_owned()).collect(),
            position: store.head().await?.position,
            by,
        };
        let webhook = match store
            .make_webhook(&new, self.inner.ids.one(), MOST_WEBHOOKS)
            .await?
        {
            WebhookMade::New(webhook) => webhook,
            WebhookMade::There(there) => {
                let same = there.state != "ended"
                    && (
                        &there.organisation,
                        &there.client,
                        there.role,
                        &there.url,
                        &there.kinds,
                    ) == (&new.organisation, &new.client, new.role, &new.url, &new.kinds);
                if !same {
                    return Err(AppError::KeyReused);
                }
                there
            }
            WebhookMade::TooMany => {
                let mut faults = Faults::default();
                faults.add(
                    "",
                    "too_many_webhooks",
                    format!("An organisation has {MOST_WEBHOOKS} webhooks at most. End one first."),
                );
                return Err(AppError::Refused(faults));
            }
        };
        let secret = self.secret_of(webhook.id).await?;
        Ok((webhook, secret))
    }

    /// The webhooks of the caller's organisation.
    ///
    /// # Errors
    /// [`AppError::WrongRole`] for all but administrators.
    pub async fn webhooks(&self, caller: &Caller) -> Result<Vec<Webhook>, AppError> {
        caller.may_work(Beside::SeeWebhooks)?;
        Ok(self.inner.store.webhooks(caller.organisation()).await?)
    }

    /// A webhook of the caller's organisation, also one that has ended.
    ///
    /// # Errors
    /// [`AppError::WrongRole`] for all but administrators; [`AppError::NotFound`].
    pub async fn webhook(&self, caller: &Caller, id: Uuid) -> Result<WebhookRead, AppError> {
        let webhook = self.own_webhook(caller, id).await?;
        Ok(WebhookRead {
            happenings: self.inner.store.webhook_happenings(id, MOST_HAPPENINGS).await?,
            head: self.inner.store.head().await?.position,
            webhook,
        })
    }

    /// What a webhook has told and has to tell.
    ///
    /// # Errors
    /// As [`Self::webhook`].
    pub async fn webhook_deliveries(
        &self,
        caller: &Caller,
        query: &DeliveryQuery,
    ) -> Result<Vec<Delivery>, AppError> {
        self.own_webhook(caller, query.webhook).await?;
        let reach = self.reach(caller).await?;
        Ok(self.inner.store.webhook_deliveries(&reach, query).await?)
    }

    /// Ends a webhook.
    ///
    /// # Errors
    /// As [`Self::webhook`]; one that has ended is not found.
    pub async fn end_webhook(&self, id: Uuid, request: &Request) -> Result<(), AppError> {
        let by = self.keeper_of(id, request).await?;
        match self.inner.store.end_webhook(id, &by).await? {
            true => Ok(()),
            false => Err(AppError::NotFound),
        }
    }

    /// Gives a webhook a new secret, which is shown this once; the old one counts for [`OVERLAP`].
    ///
    /// # Errors
    /// As [`Self::end_webhook`].
    pub async fn rotate_webhook_secret(
        &self,
        id: Uuid,
        request: &Request,
    ) -> Result<WebhookSecret, AppError> {
        let by = self.keeper_of(id, request).await?;
        let asked = (self.inner.ids.one(), request.key.map(|key| key.key));
        match self
            .inner
            .store
            .rotate_webhook_secret(id, asked, OVERLAP, &by)
            .await?
        {
            true => self.secret_of(id).await,
            false => Err(AppError::NotFound),
        }
    }

    /// Has a webhook tell again what came after a moment, under the same ids; one that was disabled is active again. The
    /// position after which it goes on.
    ///
    /// # Errors
    /// As [`Self::end_webhook`].
    pub async fn replay_webhook(
        &self,
        id: Uuid,
        from: ReplayFrom,
        request: &Request,
    ) -> Result<u64, AppError> {
        let by = self.keeper_of(id, request).await?;
        let store = &self.inner.store;
        let after = match from {
            ReplayFrom::After(position) => position,
            ReplayFrom::Since(instant) => store.position_at(instant).await?,
        };
        if !store.replay_webhook(id, after, &by).await? {
            return Err(AppError::NotFound);
        }
        let now = store.webhook(id).await?;
        Ok(now.map_or(after, |now| now.position.min(after)))
    }

    async fn own_webhook(&self, caller: &Caller, id: Uuid) -> Result<Webhook, AppError> {
        caller.may_work(Beside::SeeWebhooks)?;
        let webhook = self.inner.store.webhook(id).await?;
        webhook
            .filter(|webhook| webhook.organisation == *caller.organisation())
            .ok_or(AppError::NotFound)
    }

    async fn keeper_of(&self, id: Uuid, request: &Request) -> Result<String, AppError> {
        Ok(self.kept_webhook(id, request).await?.1)
    }

    /// A webhook that the caller keeps and that has not ended, and who that is.
    pub(super) async fn kept_webhook(
        &self,
        id: Uuid,
        request: &Request,
    ) -> Result<(Webhook, String), AppError> {
        let by = keeper(&request.caller)?;
        self.admitted_now(&request.caller).await?;
        let webhook = self.own_webhook(&request.caller, id).await?;
        if webhook.state == "ended" {
            return Err(AppError::NotFound);
        }
        Ok((webhook, by))
    }

    async fn secret_of(&self, id: Uuid) -> Result<WebhookSecret, AppError> {
        let mut secrets = self.inner.store.webhook_secrets(id).await?;
        match secrets.is_empty() {
            true => Err(AppError::NotFound),
            false => Ok(secrets.remove(0)),
        }
    }
}
