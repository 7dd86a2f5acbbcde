//! The county as a whole: one county of the demo's size is made once for all tests.

mod care;
mod log;
mod running;
mod services;
mod support;
mod truth;
