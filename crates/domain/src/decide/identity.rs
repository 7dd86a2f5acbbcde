//! Registering people and saying who they are.

use super::Making;
use crate::command::{Command, Demographics, NamesTold, PersonTold, ResidenceTold};
use crate::fact::{
    DemographicsCorrected, IdentifierRecorded, IdentifierWithdrawn, IdentityDetail, PersonRegistered,
    ResidenceRecorded,
};
use crate::identifier::Identifier;
use crate::matching;
use crate::state::IdentityState;

impl Making<'_, '_> {
    pub(super) fn identity(&mut self, command: &Command) {
        match command {
            Command::Register {
                demographics,
                identifiers,
                residence,
            } => {
                self.demographics(demographics, "/demographics");
                self.record_with(
                    PersonRegistered {
                        date_of_birth: demographics.date_of_birth,
                        sex: demographics.sex.clone(),
                        ethnicity: demographics.ethnicity.clone(),
                    },
                    named(&demographics.names),
                );
                for identifier in identifiers {
                    self.identifier(identifier);
                }
                if let Some(residence) = residence {
                    self.residence(residence, "/residence/area");
                }
            }
            Command::RecordIdentifier(identifier) => self.identifier(identifier),
            Command::WithdrawIdentifier { recorded_by } => {
                self.record(IdentifierWithdrawn {
                    recorded_by: *recorded_by,
                });
            }
            Command::CorrectDemographics(demographics) => {
                self.demographics(demographics, "");
                self.record_with(
                    DemographicsCorrected {
                        date_of_birth: demographics.date_of_birth,
                        sex: demographics.sex.clone(),
                        ethnicity: demographics.ethnicity.clone(),
                        alias: false,
                        contradicts: Vec::new(),
                    },
                    named(&demographics.names),
                );
            }
            Command::TellOf(told) => self.told(told),
            Command::RecordResidence(residence) => self.residence(residence, "/area"),
            _ => {}
        }
    }

    /// What is new to the record is added to it; what it says already is not said again. Which of both it was shows in
    /// no answer to the sender.
    fn told(&mut self, told: &PersonTold) {
        let PersonTold {
            demographics,
            identifiers,
            residence,
        } = told;
        self.demographics(demographics, "/demographics");
        let identity = &self.state.identity;
        let new = demographics_new_to(identity, demographics);
        let numbers = identifiers.iter().filter(|told| {
            let mut held = identity.current_identifiers();
            !held.any(|held| held.kind == told.kind() && held.value.as_deref() == Some(told.value()))
        });
        let numbers: Vec<&Identifier> = numbers.collect();
        let moved = residence.as_ref().filter(|told| is_elsewhere(identity, told));
        if let Some(new) = new {
            let contradicts = matching::contradictions(identity, &new);
            self.record_with(
                DemographicsCorrected {
                    date_of_birth: new.date_of_birth,
                    sex: new.sex,
                    ethnicity: new.ethnicity,
                    alias: true,
                    contradicts,
                },
                named(&new.names),
            );
        }
        for number in numbers {
            self.identifier(number);
        }
        if let Some(moved) = moved {
            self.residence(moved, "/residence/area");
        }
    }

    fn demographics(&mut self, told: &Demographics, under: &str) {
        if let Some(sex) = &told.sex {
            self.code_at("sexes", sex, "/sex", format!("{under}/sex"));
        }
        if let Some(ethnicity) = &told.ethnicity {
            self.code_at(
                "ethnicities",
                ethnicity,
                "/ethnicity",
                format!("{under}/ethnicity"),
            );
        }
        if told.date_of_birth.is_some_and(|born| born < super::EARLIEST) {
            self.fault(
                &format!("{under}/dateOfBirth"),
                "out_of_range",
                "The date of birth must not lie before 1900.",
            );
        }
    }

    fn identifier(&mut self, identifier: &Identifier) {
        let detail = IdentityDetail {
            identifier: Some(identifier.value().to_owned()),
            ..Default::default()
        };
        self.record_with(
            IdentifierRecorded {
                kind: identifier.kind(),
            },
            Some(detail),
        );
    }

    fn residence(&mut self, told: &ResidenceTold, pointer: &'static str) {
        if let Some(area) = &told.area {
            self.area(area, pointer);
        }
        let detail = (told.address.is_some() || told.postcode.is_some()).then(|| IdentityDetail {
            address: told.address.clone(),
            postcode: told.postcode.clone(),
            ..Default::default()
        });
        self.record_with(
            ResidenceRecorded {
                area: told.area.clone(),
                no_fixed_abode: told.no_fixed_abode,
            },
            detail,
        );
    }
}

fn named(names: &NamesTold) -> Option<IdentityDetail> {
    (names.given.is_some() || names.family.is_some()).then(|| IdentityDetail {
        given_name: names.given.clone(),
        family_name: names.family.clone(),
        ..Default::default()
    })
}

/// Of what is told that which the record does not say in any entry; `None` when it says all of it.
fn demographics_new_to(identity: &IdentityState, told: &Demographics) -> Option<Demographics> {
    let names = &told.names;
    let known = identity.names.iter().any(|known| {
        let same = |told: &Option<String>, known: &Option<String>| match told {
            Some(told) => known
                .as_deref()
                .is_some_and(|known| matching::same_name(told, known)),
            None => true,
        };
        same(&names.given, &known.given) && same(&names.family, &known.family)
    });
    let new = Demographics {
        names: match known {
            true => NamesTold::default(),
            false => names.clone(),
        },
        date_of_birth: told
            .date_of_birth
            .filter(|born| !identity.dates_of_birth.contains(born)),
        sex: told.sex.clone().filter(|sex| !identity.sexes.contains(sex)),
        ethnicity: told.ethnicity.clone().filter(|_| identity.ethnicity.is_none()),
    };
    let says = named(&new.names).is_some()
        || new.date_of_birth.is_some()
        || new.sex.is_some()
        || new.ethnicity.is_some();
    says.then_some(new)
}

/// Whether somebody is told to live elsewhere than the record says last, or more exactly.
fn is_elsewhere(identity: &IdentityState, told: &ResidenceTold) -> bool {
    let Some(last) = identity.residences.last() else {
        return true;
    };
    let new = |told: &Option<String>, last: &Option<String>| told.is_some() && told != last;
    (told.area.is_some() && told.area != last.area)
        || told.no_fixed_abode != last.no_fixed_abode
        || new(&told.postcode, &last.postcode)
        || new(&told.address, &last.address)
}
