//! The claims of a token, as HMPPS Auth issues them, read strictly.

use super::verify::Refusal;
use crate::json::text::odd_character;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Longest client id, user name and subject, in characters.
const MAX_NAME_CHARS: usize = 100;
/// Most authorities and scopes.
const MAX_GRANTS: usize = 200;

/// The claims that this service reads. All others are ignored.
#[derive(Clone, Debug)]
pub struct Claims {
    pub(super) subject: String,
    pub(super) client_id: String,
    pub(super) user_name: Option<String>,
    pub(super) organisation: String,
    pub(super) authorities: BTreeSet<String>,
    pub(super) scopes: BTreeSet<String>,
    /// When the token expires, in seconds since 1970.
    pub(super) expires: i64,
}

/// The times of a token, in seconds since 1970.
#[derive(Clone, Copy)]
pub(super) struct Times {
    pub(super) expires: i64,
    pub(super) not_before: Option<i64>,
    pub(super) issued: Option<i64>,
}

impl Times {
    pub(super) fn read(claims: &Map<String, Value>) -> Result<Self, Refusal> {
        Ok(Self {
            expires: seconds(claims, "exp")?.ok_or(Refusal::Claim("exp"))?,
            not_before: seconds(claims, "nbf")?,
            issued: seconds(claims, "iat")?,
        })
    }
}

impl Claims {
    pub(super) fn read(claims: &Map<String, Value>) -> Result<Self, Refusal> {
        let organisation = name(claims, "organisation")?.ok_or(Refusal::Claim("organisation"))?;
        if !is_slug(&organisation) {
            return Err(Refusal::Claim("organisation"));
        }
        let mut scopes = BTreeSet::new();
        for scope in grants(claims, "scope", true)? {
            scopes.insert(scope);
        }
        Ok(Self {
            subject: name(claims, "sub")?.ok_or(Refusal::Claim("sub"))?,
            client_id: name(claims, "client_id")?.ok_or(Refusal::Claim("client_id"))?,
            user_name: name(claims, "user_name")?,
            organisation,
            authorities: grants(claims, "authorities", false)?.into_iter().collect(),
            scopes,
            expires: seconds(claims, "exp")?.ok_or(Refusal::Claim("exp"))?,
        })
    }
}

/// True when the audience is among those the token is meant for.
pub(super) fn is_meant_for(claims: &Map<String, Value>, audience: &str) -> bool {
    match claims.get("aud") {
        Some(Value::String(one)) => one == audience,
        Some(Value::Array(several)) => {
            several.iter().all(Value::is_string) && several.iter().any(|it| it == audience)
        }
        _ => false,
    }
}

/// A time in whole seconds between 1970 and 9999.
fn seconds(claims: &Map<String, Value>, claim: &'static str) -> Result<Option<i64>, Refusal> {
    const YEAR_10000: i64 = 253_402_300_800;
    match claims.get(claim) {
        None => Ok(None),
        Some(value) => value
            .as_i64()
            .filter(|it| (0..YEAR_10000).contains(it))
            .map(Some)
            .ok_or(Refusal::Claim(claim)),
    }
}

fn name(claims: &Map<String, Value>, claim: &'static str) -> Result<Option<String>, Refusal> {
    match claims.get(claim) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text))
            if !text.is_empty()
                && text.chars().count() <= MAX_NAME_CHARS
                && odd_character(text, false).is_none() =>
        {
            Ok(Some(text.clone()))
        }
        Some(_) => Err(Refusal::Claim(claim)),
    }
}

fn grants(
    claims: &Map<String, Value>,
    claim: &'static str,
    may_be_text: bool,
) -> Result<Vec<String>, Refusal> {
    let refused = || Refusal::Claim(claim);
    let all: Vec<String> = match claims.get(claim) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) if may_be_text => {
            text.split_ascii_whitespace().map(str::to_owned).collect()
        }
        Some(Value::Array(items)) => items
            .iter()
            .map(|it| it.as_str().map(str::to_owned).ok_or_else(refused))
            .collect::<Result<_, _>>()?,
        Some(_) => return Err(refused()),
    };
    if all.len() > MAX_GRANTS {
        Err(refused())
    } else {
        Ok(all)
    }
}

/// `[a-z0-9][a-z0-9-]{1,63}`.
fn is_slug(text: &str) -> bool {
    let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit();
    (2..=64).contains(&text.len())
        && text.bytes().next().is_some_and(plain)
        && text.bytes().all(|it| plain(it) || it == b'-')
}
