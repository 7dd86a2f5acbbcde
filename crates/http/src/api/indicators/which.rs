//! Which figure: what the figure, the people behind it and what was learnt of it have in common.

use crate::api::asking::Asking;
use crate::api::times::{KnownWire, times, times_text};
use crate::api::wire::{DateWire, Reading};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::time::WhenWire;
use throughcare_app::query::{FigureQuery, FigureRead};
use throughcare_domain::access::{Whose, figures};
use throughcare_domain::indicators::{Indicator, Period, Provider};

/// Longest period, in days: a little more than five years.
const LONGEST_DAYS: i32 = 1_830;

/// The filters as they came.
#[derive(Clone, Debug)]
pub struct Which {
    /// The first day of the period.
    pub from: DateWire,
    /// Its last day.
    pub to: DateWire,
    /// Of residents of this authority.
    pub area: Option<String>,
    /// The part of this service.
    pub service: Option<String>,
    /// The part of this organisation.
    pub organisation: Option<String>,
    /// As it was true.
    pub as_of: Option<WhenWire>,
    /// As it was known.
    pub known_at: Option<KnownWire>,
}

/// Of what is no service's, or nobody's, there is no provider's part: it would be told as nothing.
pub(crate) fn not_of_a_provider() -> Fault {
    Fault::new(
        "/query/service",
        "not_of_a_provider",
        "This is no service's: ask for an organisation or, of tests on arrest, for an area alone.",
    )
}

impl Which {
    /// Every filter and who asks as one text, for the scope of cursors.
    pub fn text(&self, asking: &Asking, indicator: Indicator) -> String {
        let filters = (self.from, self.to, &self.area, &self.service, &self.organisation);
        let filters = serde_json::to_string(&filters).unwrap_or_default();
        let when = times_text(self.as_of, self.known_at);
        let (id, organisation) = (indicator.id(), asking.caller.organisation());
        format!("{id} {organisation} {filters} {when}")
    }

    /// The question for the app, or every fault of it and the others.
    ///
    /// # Errors
    /// `validation_failed` with every fault.
    pub fn query(
        &self,
        asking: &Asking,
        indicator: Indicator,
        others: Vec<Fault>,
    ) -> Result<FigureQuery, Problem> {
        let mut reading = Reading::default();
        let area = self
            .area
            .as_deref()
            .and_then(|text| reading.area(text, "/query/area"));
        let service = self
            .service
            .as_deref()
            .and_then(|text| reading.service(text, "/query/service"));
        let organisation = self
            .organisation
            .as_deref()
            .and_then(|text| reading.organisation(text, "/query/organisation"));
        let mut faults: Vec<_> = reading
            .faults
            .into_iter()
            .map(|fault| Fault::new(fault.pointer, fault.code, fault.detail))
            .collect();
        faults.extend(others);
        let period = Period {
            from: self.from.0,
            to: self.to.0,
        };
        if period.to < period.from {
            faults.push(Fault::new(
                "/query/to",
                "before_from",
                "The period ends before it begins.",
            ));
        } else if throughcare_domain::when::days_between(period.from, period.to) >= LONGEST_DAYS {
            faults.push(Fault::new(
                "/query/to",
                "too_long",
                "A period has at most 1,830 days.",
            ));
        }
        if self.service.is_some() && self.organisation.is_some() {
            faults.push(Fault::new(
                "/query/organisation",
                "not_both",
                "Name a service or an organisation, not both.",
            ));
        }
        let provider = service
            .map(Provider::Service)
            .or(organisation.map(Provider::Organisation));
        if provider.as_ref().is_some_and(|it| !indicator.is_asked_of(it)) {
            faults.push(not_of_a_provider());
        }
        let everybodys = figures(asking.caller.role()) == Whose::Everybodys;
        if !everybodys && self.service.is_none() && self.organisation.is_none() {
            faults.push(Fault::new(
                "/query/service",
                "missing",
                "Name a service of your organisation, or the organisation itself.",
            ));
        }
        if !faults.is_empty() {
            return Err(Problem::new(ProblemKind::ValidationFailed).faults(faults));
        }
        Ok(FigureQuery {
            indicator,
            area,
            provider,
            period,
            times: times(self.as_of, self.known_at),
        })
    }
}

/// A question that is refused for one reason.
pub fn refused(pointer: &'static str, code: &'static str, detail: &'static str) -> Problem {
    Problem::new(ProblemKind::ValidationFailed).fault(Fault::new(pointer, code, detail))
}

/// Refuses what is made of more lines than are counted at once.
///
/// # Errors
/// `validation_failed`.
pub fn not_too_many(read: &FigureRead) -> Result<(), Problem> {
    match read.more {
        false => Ok(()),
        true => Err(refused(
            "/query/to",
            "too_many_lines",
            "More than 100,000 things to count. Ask for an area, a service or a shorter period.",
        )),
    }
}

/// Declares a query with the filters that all have, and its own fields.
macro_rules! figure_filters {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$field_doc:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, serde::Deserialize, utoipa::ToSchema, utoipa::IntoParams)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub struct $name {
            /// The first day of the period.
            pub from: crate::api::wire::DateWire,
            /// Its last day.
            pub to: crate::api::wire::DateWire,
            /// Of residents of this authority, a code of `areas`: at the beginning of the journey, on the referral, on release.
            #[schema(pattern = "^[A-Z0-9]{4,9}$")]
            #[param(pattern = "^[A-Z0-9]{4,9}$")]
            pub area: Option<String>,
            /// The part of this service.
            #[schema(pattern = "^[a-z0-9-]{2,64}$")]
            #[param(pattern = "^[a-z0-9-]{2,64}$")]
            pub service: Option<String>,
            /// The part of this organisation, all its services together.
            #[schema(pattern = "^[a-z0-9-]{2,64}$")]
            #[param(pattern = "^[a-z0-9-]{2,64}$")]
            pub organisation: Option<String>,
            /// As it was true at the end of this day; today, when absent.
            pub as_of: Option<crate::time::WhenWire>,
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl $name {
            fn which(&self, known_at: Option<crate::api::times::KnownWire>) -> $crate::api::indicators::which::Which {
                $crate::api::indicators::which::Which {
                    from: self.from,
                    to: self.to,
                    area: self.area.clone(),
                    service: self.service.clone(),
                    organisation: self.organisation.clone(),
                    as_of: self.as_of,
                    known_at,
                }
            }
        }
    };
}
pub(crate) use figure_filters;
