//! Registering people and saying who they are.

use super::Making;
use crate::command::{Command, Demographics, NamesTold, ResidenceTold};
use crate::fact::{
    DemographicsCorrected, IdentifierRecorded, IdentifierWithdrawn, IdentityDetail, PersonRegistered,
    ResidenceRecorded,
};
use crate::identifier::Identifier;

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
                    },
                    named(&demographics.names),
                );
            }
            Command::RecordResidence(residence) => self.residence(residence, "/area"),
            _ => {}
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
