//! Code lists and the directory, kept in memory and refreshed.

use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use std::sync::Arc;
use std::time::Duration;
use throughcare_domain::access::Beside;
use throughcare_domain::fault::Fault;
use throughcare_domain::reference::{CodeList, ReferenceData, succession_faults};
use throughcare_domain::when::london_date;
use throughcare_store::{ReferenceChange, ReferenceVersion};

/// A list that another node loaded is seen here within this time: so often a request looks whether there is one. What
/// was recorded meanwhile was judged by the list before, which had its codes too.
pub const LISTS_SEEN_WITHIN: Duration = Duration::from_secs(5);

/// How often loading is tried when others take other versions into use at the same time.
const TRIES: u32 = 4;

/// What came of loading a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListLoaded {
    /// False when this version was loaded before, with the same codes: nothing changed.
    pub new: bool,
    /// The version in use now.
    pub in_use: String,
    /// The version that was in use before.
    pub superseded: Option<String>,
}

/// Who changes lists, as it stands beside them: the user, or the system, and the organisation.
///
/// # Errors
/// [`AppError::WrongRole`] for everybody but administrators.
pub fn administrator_of(caller: &Caller) -> Result<String, AppError> {
    caller.may_work(Beside::KeepCodeLists)?;
    let who = caller.actor.user.as_deref().unwrap_or(&caller.actor.client);
    let by = format!("{who} ({})", caller.organisation());
    Ok(by.chars().take(100).collect())
}

impl App {
    /// The code lists in use, at most [`LISTS_SEEN_WITHIN`] old.
    pub async fn reference(&self) -> Arc<ReferenceData> {
        if self.is_time_to_look()
            && let Err(error) = self.look_for_other_lists().await
        {
            tracing::warn!(%error, "it could not be seen whether other code lists are in use; the old ones stay");
        }
        self.inner.reference.read().await.1.clone()
    }

    /// Reads the code lists again, after some were loaded.
    ///
    /// # Errors
    /// When they cannot be read; the old ones stay.
    pub async fn refresh_reference(&self) -> Result<(), AppError> {
        let uses = self.inner.store.reference_uses().await?;
        let fresh = Arc::new(self.inner.store.reference_data().await?);
        *self.inner.reference.write().await = (uses, fresh);
        Ok(())
    }

    fn is_time_to_look(&self) -> bool {
        let mut looked = self
            .inner
            .looked
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let due = looked.elapsed() >= LISTS_SEEN_WITHIN;
        if due {
            *looked = tokio::time::Instant::now();
        }
        due
    }

    async fn look_for_other_lists(&self) -> Result<(), AppError> {
        let uses = self.inner.store.reference_uses().await?;
        if uses != self.inner.reference.read().await.0 {
            self.refresh_reference().await?;
        }
        Ok(())
    }

    /// Loads a version of a list and takes it into use. The same version with the same codes changes nothing.
    ///
    /// # Errors
    /// [`AppError::Refused`] with every fault: a list that the program does not have, a version that was loaded with
    /// other codes, codes that would be lost, meanings of past days that would change.
    pub async fn load_list(&self, list: &CodeList, by: &str) -> Result<ListLoaded, AppError> {
        for _ in 0..TRIES {
            let in_use = self.list_in_use(list.name()).await?;
            let store = &self.inner.store;
            if let Some(known) = store.reference_list(list.name(), list.version()).await? {
                if known.entries() != list.entries() {
                    return Err(fault(
                        "/version",
                        "version_taken",
                        "This version was loaded before with other codes. Give the new one another version.",
                    ));
                }
                return Ok(ListLoaded {
                    new: false,
                    in_use: in_use.version().to_owned(),
                    superseded: None,
                });
            }
            let today = london_date(self.inner.clock.now());
            let faults = succession_faults(&in_use, list, today);
            if !faults.is_empty() {
                return Err(AppError::Refused(faults));
            }
            let change = store
                .supersede_reference(list, by, Some(in_use.version()))
                .await?;
            if change == ReferenceChange::Taken {
                self.refresh_reference().await?;
                return Ok(ListLoaded {
                    new: true,
                    in_use: list.version().to_owned(),
                    superseded: Some(in_use.version().to_owned()),
                });
            }
        }
        Err(AppError::Busy)
    }

    /// Takes a version into use that was loaded before, in the place of the one that is.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such list or version; [`AppError::Refused`] as [`App::load_list`].
    pub async fn take_list(&self, name: &str, version: &str, by: &str) -> Result<ListLoaded, AppError> {
        for _ in 0..TRIES {
            let in_use = self.list_in_use(name).await.map_err(|_| AppError::NotFound)?;
            let store = &self.inner.store;
            let list = store
                .reference_list(name, version)
                .await?
                .ok_or(AppError::NotFound)?;
            let today = london_date(self.inner.clock.now());
            let faults = succession_faults(&in_use, &list, today);
            if !faults.is_empty() {
                return Err(AppError::Refused(faults));
            }
            let change = store
                .take_reference(name, version, by, Some(in_use.version()))
                .await?;
            if matches!(change, ReferenceChange::Taken | ReferenceChange::InUse) {
                self.refresh_reference().await?;
                return Ok(ListLoaded {
                    new: change == ReferenceChange::Taken,
                    in_use: version.to_owned(),
                    superseded: (change == ReferenceChange::Taken).then(|| in_use.version().to_owned()),
                });
            }
        }
        Err(AppError::Busy)
    }

    /// Every version of a list, the first one first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such list.
    pub async fn list_versions(&self, name: &str) -> Result<Vec<ReferenceVersion>, AppError> {
        let versions = self.inner.store.reference_versions(name).await?;
        if versions.is_empty() {
            return Err(AppError::NotFound);
        }
        Ok(versions)
    }

    /// One version of a list.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn list_version(&self, name: &str, version: &str) -> Result<CodeList, AppError> {
        let list = self.inner.store.reference_list(name, version).await?;
        list.ok_or(AppError::NotFound)
    }

    async fn list_in_use(&self, name: &str) -> Result<CodeList, AppError> {
        self.refresh_reference().await?;
        let reference = self.inner.reference.read().await.1.clone();
        match reference.list(name) {
            Some(list) => Ok(list.clone()),
            None => Err(fault(
                "/list",
                "unknown_list",
                "There is no such list. GET /v1/reference-data names those that the program reads.",
            )),
        }
    }
}

fn fault(pointer: &str, code: &'static str, detail: &str) -> AppError {
    AppError::Refused(Fault::new(pointer, code, detail).into())
}
