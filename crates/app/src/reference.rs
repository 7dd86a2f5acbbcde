//! Code lists and the directory, kept in memory and refreshed.

use crate::App;
use crate::error::AppError;
use std::sync::Arc;
use throughcare_domain::directory::Directory;
use throughcare_domain::reference::ReferenceData;

impl App {
    /// The code lists.
    pub async fn reference(&self) -> Arc<ReferenceData> {
        self.inner.reference.read().await.clone()
    }

    /// Reads the code lists again, after some were loaded.
    ///
    /// # Errors
    /// When they cannot be read; the old ones stay.
    pub async fn refresh_reference(&self) -> Result<(), AppError> {
        let fresh = Arc::new(self.inner.store.reference_data().await?);
        *self.inner.reference.write().await = fresh;
        Ok(())
    }

    /// Organisations and services as they are now: folded again only when an organisation's stream has grown.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn directory(&self) -> Result<Arc<Directory>, AppError> {
        let position = self.inner.store.organisations_position().await?;
        self.directory_at(position).await
    }

    /// [`App::directory`], when the position of the last event of any organisation is known already.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(crate) async fn directory_at(&self, position: u64) -> Result<Arc<Directory>, AppError> {
        {
            let cached = self.inner.directory.read().await;
            if cached.0 >= position {
                return Ok(cached.1.clone());
            }
        }
        let events = self.inner.store.read_organisations().await?;
        let position = events
            .iter()
            .map(|event| event.envelope.position)
            .max()
            .unwrap_or(0);
        let fresh = Arc::new(Directory::fold(&events));
        *self.inner.directory.write().await = (position, fresh.clone());
        Ok(fresh)
    }
}
