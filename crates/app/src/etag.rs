//! Versions as callers see them: opaque, so that nobody learns from one how much history a person has.

use throughcare_domain::state::{PersonState, Referral};
use throughcare_domain::stream::StreamId;
use uuid::Uuid;

const NAMESPACE: Uuid = Uuid::from_u128(0x0e1c_62a5_7d4f_5b8a_a1f3_92c6_d8e4_0b37);

/// The entity tag of a stream at a version, without quotes.
pub(crate) fn of(stream: StreamId, version: u32) -> String {
    let mut name = stream.id.as_bytes().to_vec();
    name.extend_from_slice(&version.to_be_bytes());
    Uuid::new_v5(&NAMESPACE, &name).simple().to_string()
}

/// The entity tag of a referral as its sender sees it: it changes with the referral's stages, and with those of the
/// one by which it was sent on, so that it does not tell how busy the person's record is.
pub(crate) fn of_stages(state: &PersonState, referral: &Referral) -> String {
    let mut name = referral.id.0.as_bytes().to_vec();
    name.extend_from_slice(referral.status().as_str().as_bytes());
    if let Some(onward) = state.sent_on_to(referral) {
        name.extend_from_slice(onward.id.0.as_bytes());
        name.extend_from_slice(onward.status().as_str().as_bytes());
    }
    Uuid::new_v5(&NAMESPACE, &name).simple().to_string()
}
