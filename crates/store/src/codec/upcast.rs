//! Lifting old versions of stored events, one version at a time, when they are read. What is stored stays as it is.

use serde_json::Value;

/// How to read version `from` of a type as version `from + 1`.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Which type.
    pub event_type: &'static str,
    /// The version that it reads.
    pub from: u16,
    /// The change of shape.
    pub lift: fn(Value) -> Value,
}

/// Every step the program knows.
#[derive(Clone, Copy, Debug)]
pub struct Upcasting {
    steps: &'static [Step],
}

impl Upcasting {
    /// Every type is still at version 1.
    pub const CURRENT: Self = Self { steps: &[] };

    /// With these steps.
    pub const fn new(steps: &'static [Step]) -> Self {
        Self { steps }
    }

    pub(super) fn current_version(&self, event_type: &str) -> u16 {
        self.steps
            .iter()
            .filter(|step| step.event_type == event_type)
            .map(|step| step.from + 1)
            .max()
            .unwrap_or(1)
    }

    /// A version without a step (0, which is never written) stays as it is, and reading it tells what is wrong.
    pub(super) fn lift(&self, event_type: &str, mut version: u16, mut value: Value) -> Value {
        while let Some(step) = self
            .steps
            .iter()
            .find(|step| step.event_type == event_type && step.from == version)
        {
            value = (step.lift)(value);
            version += 1;
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Codec, CodecError};
    use throughcare_domain::fact::Fact;

    /// A made-up past: version 1 named the prison `establishment`, version 2 had no `recall`.
    const RECEIVED: &str = "custody.received";
    const STEPS: &[Step] = &[
        Step {
            event_type: RECEIVED,
            from: 1,
            lift: |mut value| {
                if let Some(object) = value.as_object_mut()
                    && let Some(prison) = object.remove("establishment")
                {
                    object.insert("prison".into(), prison);
                }
                value
            },
        },
        Step {
            event_type: RECEIVED,
            from: 2,
            lift: |mut value| {
                if let Some(object) = value.as_object_mut() {
                    object.insert("recall".into(), Value::Bool(false));
                }
                value
            },
        },
    ];

    #[test]
    fn every_old_version_reads_as_the_current_one() {
        let codec = Codec::with(Upcasting::new(STEPS));
        assert_eq!(codec.current_version(RECEIVED), 3);
        let versions: [(u16, &[u8]); 3] = [
            (1, br#"{"establishment":"MDI","reason":"N"}"#),
            (2, br#"{"prison":"MDI","reason":"N"}"#),
            (3, br#"{"prison":"MDI","reason":"N","recall":false}"#),
        ];
        for (version, bytes) in versions {
            let Fact::Received(received) = codec.decode(RECEIVED, version, bytes).unwrap() else {
                panic!("another fact")
            };
            assert_eq!(received.prison.unwrap().as_str(), "MDI");
            assert!(!received.recall);
        }
    }

    #[test]
    fn without_its_step_an_old_version_does_not_read() {
        let bytes = br#"{"establishment":"MDI","reason":"N"}"#;
        assert!(matches!(
            Codec::default().decode(RECEIVED, 1, bytes),
            Err(CodecError::Malformed { .. })
        ));
    }

    #[test]
    fn what_a_newer_program_wrote_is_named_and_does_not_panic() {
        let codec = Codec::default();
        assert_eq!(
            codec.decode(RECEIVED, 2, b"{}"),
            Err(CodecError::NewerVersion {
                event_type: RECEIVED.into(),
                version: 2,
                known: 1
            })
        );
        for version in [1, 2] {
            assert_eq!(
                codec.decode("custody.teleported", version, b"{}"),
                Err(CodecError::UnknownType {
                    event_type: "custody.teleported".into()
                })
            );
        }
    }

    #[test]
    fn an_error_does_not_quote_what_was_stored() {
        let error = Codec::default()
            .decode_identity(br#"{"givenName":17,"familyName":"Secret"}"#)
            .unwrap_err();
        assert!(!format!("{error} {error:?}").contains("17"));
        let error = Codec::default()
            .decode(RECEIVED, 1, b"{\"reason\":\"Secret\"} trailing")
            .unwrap_err();
        assert!(!format!("{error} {error:?}").contains("Secret"));
    }
}
