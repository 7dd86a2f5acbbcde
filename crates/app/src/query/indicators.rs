//! The lines of which a figure is made, for those who may have it.

use super::Times;
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use throughcare_domain::access::{self, Whose};
use throughcare_domain::code::AreaCode;
use throughcare_domain::directory::Directory;
use throughcare_domain::indicators::{Indicator, Period, Provider, Question};
use throughcare_domain::small_numbers;
use throughcare_store::projection::{CountQuery, ListedRow, MOST_COUNTED_LINES};

/// Which figure.
#[derive(Clone, Debug)]
pub struct FigureQuery {
    /// What is counted.
    pub indicator: Indicator,
    /// Of residents of this area.
    pub area: Option<AreaCode>,
    /// Whose part; everybody's without one, for those who may have it.
    pub provider: Option<Provider>,
    /// Which days.
    pub period: Period,
    /// As it was true and known.
    pub times: Times,
}

/// What a figure is made of.
#[derive(Clone, Debug)]
pub struct FigureRead {
    /// The lines.
    pub rows: Vec<ListedRow>,
    /// What was asked.
    pub question: Question,
    /// True when there are more lines than are counted at once.
    pub more: bool,
    /// True where small numbers are to be withheld.
    pub withheld: bool,
    /// People erased of whom nothing is left, in all; `None` where it is a small number that is withheld.
    pub erased_people: Option<u32>,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// The lines of a figure: of the caller's own organisation and its services, of everybody for auditors and
    /// commissioners.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the figure is not the caller's to have.
    pub async fn figure(&self, caller: &Caller, query: FigureQuery) -> Result<FigureRead, AppError> {
        let directory = self.directory().await?;
        may_have(caller, &directory, query.provider.as_ref())?;
        let day = self.day_of(query.times);
        let known_at = self.position_of(query.times.known_at).await?;
        let reach = self.reach_of(caller, access::figures(caller.role())).await?;
        let page = self
            .inner
            .store
            .lines_to_count(
                &reach,
                &CountQuery {
                    kind: query.indicator.counts_rows(),
                    area: query.area,
                    provider: query.provider.clone(),
                    period: query.period,
                    looks_back: query.indicator.looks_back(),
                    known_at,
                    limit: MOST_COUNTED_LINES + 1,
                },
            )
            .await?
            .ok_or(AppError::LinesToMake)?;
        let withheld = access::withholds_small_numbers(caller.role());
        let erased = directory.people_gone();
        Ok(FigureRead {
            more: page.rows.len() > MOST_COUNTED_LINES as usize,
            rows: page.rows,
            question: Question {
                period: query.period,
                as_of: day,
                provider: query.provider,
            },
            withheld,
            erased_people: (!withheld || small_numbers::is_shown(erased as usize)).then_some(erased),
            position: known_at.map_or(page.position, |known| known.min(page.position)),
        })
    }
}

/// Who is shown some figures only names an own service, or the own organisation.
pub(super) fn may_have(
    caller: &Caller,
    directory: &Directory,
    provider: Option<&Provider>,
) -> Result<(), AppError> {
    let own = match provider {
        Some(Provider::Service(code)) => directory
            .service(code)
            .is_some_and(|service| service.organisation == *caller.organisation()),
        Some(Provider::Organisation(code)) => code == caller.organisation(),
        None => false,
    };
    match access::figures(caller.role()) {
        Whose::Everybodys => Ok(()),
        Whose::Own if own => Ok(()),
        Whose::Own | Whose::Nobodys => Err(AppError::NotFound),
    }
}
