//! Which view is replayed, with what arguments: as a statement names it and as it is read back from one.

use anyhow::{Context as _, Result, bail};
use jiff::civil::Date;
use std::fmt;
use throughcare_app::ReleasesWanted;
use throughcare_domain::code::{AreaCode, PrisonCode, ServiceCode};
use throughcare_domain::id::PersonId;

/// A view and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// The rows of every list.
    Worklists,
    /// One person's pathway.
    Person {
        /// Whose.
        person: PersonId,
        /// On which day.
        as_of: Date,
    },
    /// The releases behind a figure.
    Continuity {
        /// Which releases.
        wanted: ReleasesWanted,
        /// On which day.
        as_of: Date,
    },
}

impl View {
    /// Everything on which its rows depend, as one line.
    pub fn asked(&self, position: u64, program: &str) -> String {
        format!("{self} at {position} by {program}")
    }

    /// Its name and its arguments, one `name value` each.
    pub fn arguments(&self) -> Vec<(&'static str, String)> {
        let mut arguments = Vec::new();
        let mut add = |name, value: Option<String>| arguments.extend(value.map(|value| (name, value)));
        match self {
            Self::Worklists => add("view", Some("worklists".to_owned())),
            Self::Person { person, as_of } => {
                add("view", Some("person".to_owned()));
                add("person", Some(person.0.to_string()));
                add("asOf", Some(as_of.to_string()));
            }
            Self::Continuity { wanted, as_of } => {
                add("view", Some("continuity".to_owned()));
                add("service", wanted.service.as_ref().map(ToString::to_string));
                add("prison", wanted.prison.as_ref().map(ToString::to_string));
                add("residence", wanted.area.as_ref().map(ToString::to_string));
                add("from", wanted.from.map(|day| day.to_string()));
                add("to", wanted.to.map(|day| day.to_string()));
                add("asOf", Some(as_of.to_string()));
            }
        }
        arguments
    }

    /// Reads a view back from its arguments.
    ///
    /// # Errors
    /// With what is wrong.
    pub fn read<'a>(told: impl Fn(&str) -> Option<&'a str>) -> Result<Self> {
        let day = |name: &str| -> Result<Option<Date>> {
            let text = told(name);
            text.map(|text| text.parse().with_context(|| format!("{name} is no date")))
                .transpose()
        };
        let as_of = || day("asOf")?.context("asOf is missing");
        match told("view") {
            Some("worklists") => Ok(Self::Worklists),
            Some("person") => Ok(Self::Person {
                person: PersonId(told("person").context("person is missing")?.parse()?),
                as_of: as_of()?,
            }),
            Some("continuity") => Ok(Self::Continuity {
                wanted: wanted(
                    told("service"),
                    told("prison"),
                    told("residence"),
                    (day("from")?, day("to")?),
                )?,
                as_of: as_of()?,
            }),
            Some(other) => bail!("there is no view {other}"),
            None => bail!("no view is named"),
        }
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = self.arguments();
        let told: Vec<String> = told
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        f.write_str(&told.join(" "))
    }
}

/// Which releases, by their codes as they are typed.
///
/// # Errors
/// With the code that is none.
pub fn wanted(
    service: Option<&str>,
    prison: Option<&str>,
    residence: Option<&str>,
    (from, to): (Option<Date>, Option<Date>),
) -> Result<ReleasesWanted> {
    Ok(ReleasesWanted {
        service: service
            .map(ServiceCode::parse)
            .transpose()
            .context("--service is no code of a service")?,
        prison: prison
            .map(PrisonCode::parse)
            .transpose()
            .context("--prison is no code of a prison")?,
        area: residence
            .map(AreaCode::parse)
            .transpose()
            .context("--residence is no code of an area")?,
        from,
        to,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn a_view_is_read_back_from_its_arguments() {
        let day = "2026-03-01".parse().unwrap();
        let views = [
            View::Worklists,
            View::Person {
                person: PersonId(uuid::Uuid::from_u128(7)),
                as_of: day,
            },
            View::Continuity {
                wanted: wanted(Some("northshire-community"), Some("MDI"), None, (Some(day), None)).unwrap(),
                as_of: day,
            },
        ];
        for view in views {
            let told: HashMap<_, _> = view.arguments().into_iter().collect();
            assert_eq!(
                View::read(|name| told.get(name).map(String::as_str)).unwrap(),
                view
            );
        }
    }

    #[test]
    fn what_is_no_view_is_refused() {
        assert!(View::read(|_| None).is_err());
        assert!(View::read(|name| (name == "view").then_some("person")).is_err());
        assert!(wanted(None, Some("nowhere"), None, (None, None)).is_err());
    }
}
