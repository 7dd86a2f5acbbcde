//! Why no county was made.

use throughcare_domain::decide::Refusal;
use uuid::Uuid;

/// Why no county was made. All but [`CountyError::Plan`] mean that a story and the rules disagree: a bug here.
#[derive(Debug)]
pub enum CountyError {
    /// The plan is out of bounds; says what to give.
    Plan(&'static str),
    /// The rules refused a step.
    Refused {
        /// The stream.
        stream: Uuid,
        /// Which step of the story, from 0.
        step: usize,
        /// Why.
        refusal: Refusal,
    },
    /// The access rules do not let the actor of a step record it.
    NotPermitted {
        /// The stream.
        stream: Uuid,
        /// Which step of the story, from 0.
        step: usize,
    },
}

impl std::fmt::Display for CountyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Plan(advice) => write!(f, "this county cannot be planned: {advice}"),
            Self::Refused {
                stream,
                step,
                refusal,
            } => {
                write!(f, "step {step} of the story of {stream} was {refusal}")
            }
            Self::NotPermitted { stream, step } => {
                write!(
                    f,
                    "step {step} of the story of {stream} is told by somebody who may not record it"
                )
            }
        }
    }
}

impl std::error::Error for CountyError {}
