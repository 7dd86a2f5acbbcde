//! The planted values: everything that says who somebody is, as people and systems write it.

use throughcare_domain::identifier::{Crn, Cro, NhsNumber, Pnc, PrisonerNumber};

/// A person of the canary test. No other test knows them, and the numbers are synthetic.
pub struct Planted {
    pub given: String,
    pub family: String,
    pub alias: String,
    pub born: String,
    pub nhs: String,
    pub prisoner: String,
    pub pnc: String,
    pub cro: String,
    pub crn: String,
    pub local: String,
    pub address: String,
    pub postcode: String,
    pub telephone: String,
    pub mail: String,
    pub note: String,
}

impl Planted {
    /// Somebody made of a word that stands nowhere else.
    pub fn new(nth: u32, word: &str) -> Self {
        let serial = 704_100 + nth * 7;
        let nhs = (serial..)
            .find_map(|serial| {
                (0..10).find_map(|check| {
                    let digits = format!("999{serial:06}{check}");
                    NhsNumber::parse(&digits).ok().map(|_| digits)
                })
            })
            .unwrap();
        Self {
            given: format!("Zebulon{word}"),
            family: format!("Ó Quill{word}"),
            alias: format!("Jack the {word}"),
            born: format!("197{}-03-2{}", nth % 10, nth % 9),
            nhs,
            prisoner: PrisonerNumber::from_serial(serial).unwrap().as_str().to_owned(),
            pnc: Pnc::from_serial(1994, serial).unwrap().as_str().to_owned(),
            cro: Cro::from_serial(1994, serial).unwrap().as_str().to_owned(),
            crn: Crn::from_serial(serial).unwrap().as_str().to_owned(),
            local: format!("hostel:{word}-4711"),
            address: format!("{} {word} Terrace", 300 + nth),
            postcode: format!(
                "ZQ{} 9X{}",
                10 + nth,
                char::from(b'A' + u8::try_from(nth).unwrap())
            ),
            telephone: format!("07700 9{serial:05}"),
            mail: format!("{word}@mail.example"),
            note: format!("Sleeps under the {word} bridge"),
        }
    }

    /// Free text that holds what free text holds.
    pub fn free_text(&self) -> String {
        format!(
            "{}. Called {}, ring {} or write to {}; born {}; NHS {}.",
            self.note,
            self.alias,
            self.telephone,
            self.mail,
            self.born_in_words(),
            self.nhs_in_groups(),
        )
    }

    /// As a letter has it.
    pub fn born_in_words(&self) -> String {
        let (year, day) = (&self.born[..4], &self.born[8..]);
        format!("{day} March {year}")
    }

    /// As a card has it.
    pub fn nhs_in_groups(&self) -> String {
        format!("{} {} {}", &self.nhs[..3], &self.nhs[3..6], &self.nhs[6..])
    }

    /// Every value that must be found nowhere.
    pub fn values(&self) -> Vec<String> {
        [
            &self.given,
            &self.family,
            &self.alias,
            &self.born,
            &self.born_in_words(),
            &self.nhs,
            &self.nhs_in_groups(),
            &self.prisoner,
            &self.pnc,
            &self.cro,
            &self.crn,
            &self.local,
            &self.address,
            &self.postcode,
            &self.telephone,
            &self.mail,
            &self.note,
        ]
        .map(Clone::clone)
        .to_vec()
    }
}
