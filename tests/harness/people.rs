//! People for stories. All are invented: their NHS numbers begin with 999.

use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

static PEOPLE: AtomicU32 = AtomicU32::new(0);

/// Somebody whom no other test knows.
#[derive(Clone, Debug)]
pub struct Somebody {
    pub given: String,
    pub family: String,
    pub nhs_number: String,
    pub prisoner_number: String,
}

/// Makes somebody up.
pub fn somebody() -> Somebody {
    let (number, nhs_number) = loop {
        let number = PEOPLE.fetch_add(1, Ordering::Relaxed);
        if let Some(nhs_number) = nhs_number(number) {
            break (number, nhs_number);
        }
    };
    let letter = |index: u32| char::from(b'A' + u8::try_from(index % 26).unwrap());
    Somebody {
        given: format!("Robin{}", letters(number)),
        family: format!("Ashdown{}", letters(number)),
        nhs_number,
        prisoner_number: format!("A{:04}{}{}", number % 10_000, letter(number / 26), letter(number)),
    }
}

impl Somebody {
    /// As a referral or a registration describes them.
    pub fn demographics(&self) -> Value {
        json!({
            "names": { "given": self.given, "family": self.family },
            "dateOfBirth": "1988-04-17",
            "sex": "male",
        })
    }

    /// The NHS number.
    pub fn nhs(&self) -> Value {
        json!({ "kind": "nhs_number", "value": self.nhs_number })
    }

    /// The prisoner number.
    pub fn prisoner(&self) -> Value {
        json!({ "kind": "prisoner_number", "value": self.prisoner_number })
    }

    /// The person of a referral from somebody who has no record of theirs.
    pub fn described(&self) -> Value {
        json!({ "demographics": self.demographics(), "identifiers": [self.nhs()] })
    }
}

/// 999, six digits and the check digit (modulus 11); some numbers have none.
fn nhs_number(number: u32) -> Option<String> {
    let digits = format!("999{:06}", number % 1_000_000);
    let sum: u32 = digits
        .chars()
        .zip((2..=10).rev())
        .map(|(digit, weight)| digit.to_digit(10).unwrap() * weight)
        .sum();
    match 11 - sum % 11 {
        10 => None,
        check => Some(format!("{digits}{}", check % 11)),
    }
}

fn letters(number: u32) -> String {
    number
        .to_string()
        .bytes()
        .map(|digit| char::from(digit - b'0' + b'a'))
        .collect()
}
