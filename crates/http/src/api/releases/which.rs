//! Which releases: the filters that the list, the planned releases and the summary share.

use crate::api::asking::Asking;
use crate::api::times::{KnownWire, times, times_text};
use crate::api::wire::{DateWire, Reading};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::time::WhenWire;
use throughcare_app::query::{ListOrder, ReleaseQuery, ReleasesFor};
use throughcare_domain::access::Whose;
use throughcare_domain::rows::RowKind;

/// The filters as they came.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// From which prison.
    pub prison: Option<String>,
    /// To which authority of residence.
    pub residence: Option<String>,
    /// On the list of which service.
    pub service: Option<String>,
    /// From this day.
    pub from: Option<DateWire>,
    /// To this day.
    pub to: Option<DateWire>,
    /// As it was true.
    pub as_of: Option<WhenWire>,
    /// As it was known.
    pub known_at: Option<KnownWire>,
}

impl Which {
    /// The question for the app. Everyone who is not shown all of it names a service or a prison.
    ///
    /// # Errors
    /// `validation_failed` with every fault.
    pub fn query(
        &self,
        asking: &Asking,
        read_for: ReleasesFor,
        kind: RowKind,
        limit: u32,
    ) -> Result<ReleaseQuery, Problem> {
        if self.service.is_none()
            && self.prison.is_none()
            && read_for.whose(asking.caller.role()) != Whose::Everybodys
        {
            return Err(Problem::new(ProblemKind::ValidationFailed).fault(Fault::new(
                "/query/service",
                "missing",
                "Name a service of your organisation, or a prison in which it works.",
            )));
        }
        if let (Some(from), Some(to)) = (self.from, self.to)
            && to.0 < from.0
        {
            return Err(Problem::new(ProblemKind::ValidationFailed).fault(Fault::new(
                "/query/to",
                "before_from",
                "The period ends before it begins.",
            )));
        }
        let mut reading = Reading::default();
        let prison = self
            .prison
            .as_deref()
            .and_then(|text| reading.prison(text, "/query/prison"));
        let area = self
            .residence
            .as_deref()
            .and_then(|text| reading.area(text, "/query/residence"));
        let service = self
            .service
            .as_deref()
            .and_then(|text| reading.service(text, "/query/service"));
        if !reading.faults.is_empty() {
            let faults = reading.faults.into_iter();
            let faults = faults.map(|fault| Fault::new(fault.pointer, fault.code, fault.detail));
            return Err(Problem::new(ProblemKind::ValidationFailed).faults(faults));
        }
        Ok(ReleaseQuery {
            read_for,
            kind,
            prison,
            area,
            service,
            from: self.from.map(|date| date.0),
            to: self.to.map(|date| date.0),
            times: times(self.as_of, self.known_at),
            order: ListOrder::default(),
            after: None,
            limit,
        })
    }

    /// Every filter and who asks as one text, for the scope of cursors.
    pub fn text(&self, asking: &Asking) -> String {
        let filters =
            serde_json::to_string(&(&self.prison, &self.residence, &self.service, self.from, self.to));
        let when = times_text(self.as_of, self.known_at);
        format!(
            "{} {} {when}",
            asking.caller.organisation(),
            filters.unwrap_or_default()
        )
    }
}

/// Declares a query with the filters that all have, and its own fields.
macro_rules! release_filters {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$field_doc:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, serde::Deserialize, utoipa::ToSchema, utoipa::IntoParams)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub struct $name {
            /// From this prison, a code of `prisons`.
            #[schema(pattern = "^[A-Z]{3}$")]
            #[param(pattern = "^[A-Z]{3}$")]
            pub prison: Option<String>,
            /// To residents of this authority, a code of `areas`.
            #[schema(pattern = "^[A-Z0-9]{4,9}$")]
            #[param(pattern = "^[A-Z0-9]{4,9}$")]
            pub residence: Option<String>,
            /// On the list of this service.
            #[schema(pattern = "^[a-z0-9-]{2,64}$")]
            #[param(pattern = "^[a-z0-9-]{2,64}$")]
            pub service: Option<String>,
            /// From this day on: of release, or planned for, for releases to come.
            pub from: Option<crate::api::wire::DateWire>,
            /// Up to this day.
            pub to: Option<crate::api::wire::DateWire>,
            /// As it stood at this time; now, when absent.
            pub as_of: Option<crate::time::WhenWire>,
            /// As it was known then; now, when absent.
            #[param(inline)]
            pub known_at: Option<crate::api::times::KnownWire>,
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl $name {
            fn which(&self) -> super::which::Which {
                super::which::Which {
                    prison: self.prison.clone(),
                    residence: self.residence.clone(),
                    service: self.service.clone(),
                    from: self.from,
                    to: self.to,
                    as_of: self.as_of,
                    known_at: self.known_at,
                }
            }
        }
    };
}
pub(super) use release_filters;
