//! One program for all stories of this test process, stopped when the process ends.

use super::program::{Place, Program};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The program that stories share; each plays in a county of its own.
pub struct Shared {
    /// Where it keeps its data, and who issues tokens.
    pub place: &'static Place,
    /// Where it answers.
    pub address: String,
}

static SHARED: OnceLock<Shared> = OnceLock::new();
static RUNNING: Mutex<Option<(Program, &'static Place)>> = Mutex::new(None);

/// Starts it, once.
pub fn shared() -> &'static Shared {
    SHARED.get_or_init(|| {
        let place: &'static Place = Box::leak(Box::new(Place::new()));
        let program = place.start();
        let address = program.address.clone();
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some((program, place));
        // SAFETY: `stop` is a plain function without arguments that does not unwind, as atexit asks.
        unsafe { libc::atexit(stop) };
        Shared { place, address }
    })
}

/// Statics are not dropped, so the end of the process is what stops the program: also after a failed test.
extern "C" fn stop() {
    if let Some((program, place)) = RUNNING.lock().unwrap_or_else(PoisonError::into_inner).take() {
        drop(program);
        place.remove();
    }
}
