//! What concerns the whole person and no single episode: needs, tags, placements, outreach.

use super::Making;
use crate::code::Code;
use crate::command::{Command, NewPlacement};
use crate::fact::{
    NeedCleared, NeedRaised, OutreachContactRecorded, PlacementEnded, PlacementStarted, TagAdded, TagRemoved,
};
use crate::id::{NeedId, PlacementId, TagId};

impl Making<'_, '_> {
    pub(super) fn whole_person(&mut self, command: &Command) {
        match command {
            Command::RaiseNeed { code, service } => {
                self.code("needs-and-risks", code, "/need");
                if let Some(service) = service {
                    self.own_service(service);
                }
                // What no list explains may be one of the kinds that few may see.
                let visibility = self.says("needs-and-risks", code, "visibility");
                let restricted = visibility.unwrap_or("restricted") == "restricted";
                let need: NeedId = self.created();
                self.record(NeedRaised {
                    need,
                    code: code.clone(),
                    restricted,
                    organisation: self.context.organisation.clone(),
                    service: service.clone(),
                });
            }
            Command::ClearNeed { need, reason } => {
                self.code("need-clearing-reasons", reason, "/reason");
                self.record(NeedCleared {
                    need: *need,
                    reason: reason.clone(),
                });
            }
            Command::RecordOutreachContact {
                service,
                place,
                outcome,
            } => {
                self.own_service(service);
                self.code("outreach-places", place, "/place");
                self.code("outreach-outcomes", outcome, "/outcome");
                self.record(OutreachContactRecorded {
                    service: service.clone(),
                    organisation: self.context.organisation.clone(),
                    place: place.clone(),
                    outcome: outcome.clone(),
                });
            }
            Command::AddTag { code, until } => {
                self.code("tags", code, "/tag");
                let tag: TagId = self.created();
                self.record(TagAdded {
                    tag,
                    code: code.clone(),
                    organisation: self.context.organisation.clone(),
                    until: *until,
                });
            }
            Command::RemoveTag(tag) => self.record(TagRemoved { tag: *tag }),
            Command::StartPlacement(told) => self.placement(told),
            Command::EndPlacement { placement, reason } => {
                self.code("placement-end-reasons", reason, "/reason");
                self.record(PlacementEnded {
                    placement: *placement,
                    reason: reason.clone(),
                });
            }
            _ => {}
        }
    }

    fn placement(&mut self, told: &NewPlacement) {
        self.own_service(&told.service);
        self.code("placement-kinds", &told.kind, "/kind");
        match (&told.provider_service, &told.provider) {
            (Some(service), None) => {
                self.working_service(service, "/providerService");
            }
            (None, Some(provider)) => {
                self.code("placement-providers", provider, "/provider");
            }
            _ => self.fault(
                "/provider",
                "one_of_two",
                "Say who provides the placement: either providerService, a service of GET /v1/services, or provider, \
                 a code of placement-providers.",
            ),
        }
        if told.commissioner.is_none() && told.commissioner_area.is_none() {
            self.fault(
                "/commissioner",
                "missing",
                "Say who pays: commissioner, an organisation, or commissionerArea, an authority.",
            );
        }
        if let Some(organisation) = &told.commissioner
            && self.context.directory.organisation(organisation).is_none()
        {
            self.misfit(
                "/commissioner",
                "unknown_organisation",
                "No organisation with this code is registered.",
            );
        }
        if let Some(area) = &told.commissioner_area {
            self.area(area, "/commissionerArea");
        }
        let placement: PlacementId = self.created();
        self.record(PlacementStarted {
            placement,
            kind: told.kind.clone(),
            service: told.service.clone(),
            organisation: self.context.organisation.clone(),
            provider_service: told.provider_service.clone(),
            provider: told.provider.clone(),
            commissioner: told.commissioner.clone(),
            commissioner_area: told.commissioner_area.clone(),
            planned_until: told.planned_until,
        });
    }

    /// What a list says of a code by one of its attributes.
    pub(super) fn says(&self, list: &str, code: &Code, attribute: &str) -> Option<&str> {
        let list = self.context.reference.list(list)?;
        list.ever(code.as_str())?.attribute(attribute)
    }
}
