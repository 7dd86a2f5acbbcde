//! Whether somebody may ask at all: by membership, whatever their token says.

use crate::App;
use crate::caller::{Caller, Standing};
use crate::error::AppError;
use crate::narrowed::OnlyServices;
use throughcare_domain::access::{self, Claimed, Membership};
use throughcare_domain::directory::Directory;
use throughcare_domain::stream::StreamId;
use throughcare_store::{Append, StreamAppend};

/// That somebody may act: for commands, what their append rests on besides the record.
#[derive(Clone, Debug)]
pub(crate) struct Admitted(Option<StreamAppend>);

impl Admitted {
    /// Has the append fail when anything was told of the organisation since: then it is judged again.
    pub(crate) fn rests(self, append: &mut Append) {
        let Some(epoch) = self.0 else { return };
        // The append to the organisation's own stream names its version already.
        if append.streams.iter().all(|one| one.stream != epoch.stream) {
            append.streams.push(epoch);
        }
    }
}

/// Whatever keeps the directory from being read, it is no fault of the caller's.
fn nobody_can_say(error: AppError) -> AppError {
    match error {
        AppError::Internal(cause) => AppError::Unavailable(cause),
        other => other,
    }
}

fn only(membership: Option<Membership>, caller: &Caller, directory: &Directory) -> Option<OnlyServices> {
    let services = membership?.services?;
    Some(OnlyServices::new(services, caller.organisation(), directory))
}

impl App {
    /// May somebody ask, by what was known a moment ago, and for which services alone? Before every request and, for
    /// what takes long to answer, before the answer leaves.
    ///
    /// # Errors
    /// [`AppError::NoMembership`]; [`AppError::Unavailable`] when nobody can say.
    pub async fn admit(&self, caller: &Caller) -> Result<Option<OnlyServices>, AppError> {
        let known = self.directory_lately().await.map_err(nobody_can_say)?;
        if let Ok(membership) = self.membership(caller, &known) {
            return Ok(only(membership, caller, &known));
        }
        // Whoever was granted a membership just now need not wait.
        let now = self.directory().await.map_err(nobody_can_say)?;
        let membership = self.membership(caller, &now)?;
        Ok(only(membership, caller, &now))
    }

    /// On what somebody acts, by this directory; `None` for whoever needs no membership.
    fn membership(&self, caller: &Caller, directory: &Directory) -> Result<Option<Membership>, AppError> {
        let Standing::Claims(organisation) = &caller.standing else {
            return Ok(None);
        };
        let claimed = Claimed {
            organisation,
            client: &caller.actor.client,
            user: caller.actor.user.as_deref(),
            on_behalf_of: caller.on_behalf_of.as_deref(),
            // Membership is of their own role, whatever they narrow it to.
            role: caller.actor.role,
        };
        access::membership(directory, claimed, self.today())
            .map(Some)
            .map_err(|rule| AppError::NoMembership(rule.sentence()))
    }

    /// May somebody act, by this directory?
    ///
    /// # Errors
    /// [`AppError::NoMembership`].
    pub(crate) fn admitted(&self, caller: &Caller, directory: &Directory) -> Result<Admitted, AppError> {
        let Some(membership) = self.membership(caller, directory)? else {
            return Ok(Admitted(None));
        };
        Ok(Admitted(Some(StreamAppend {
            stream: StreamId::organisation(caller.organisation()),
            expected: membership.epoch,
            events: Vec::new(),
        })))
    }

    /// May somebody act, as it is now?
    ///
    /// # Errors
    /// [`AppError::NoMembership`]; [`AppError::Unavailable`] when nobody can say.
    pub(crate) async fn admitted_now(&self, caller: &Caller) -> Result<Admitted, AppError> {
        let directory = self.directory().await?;
        self.admitted(caller, &directory)
    }
}
