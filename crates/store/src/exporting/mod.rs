//! Taking the log out as it is stored, sealed, and putting it into an empty system again.

mod beside;
mod events;
mod import;

pub use beside::{BESIDE, BesideError};
pub use events::SealedEvent;
