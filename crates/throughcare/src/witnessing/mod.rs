//! A witness: cosigns the checkpoints of logs that only grow, for a partner who trusts the log's keeper as little as
//! an auditor does. The protocol is `c2sp.org/tlog-witness`.

mod answer;
mod state;

pub use answer::router;
pub use state::State;
