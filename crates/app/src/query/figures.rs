//! The lines of many figures at once, all as known at one position: each kind is read once.

use super::indicators::may_have;
use super::{Known, Times};
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use crate::reach::EVERYBODY;
use jiff::civil::Date;
use std::collections::BTreeSet;
use throughcare_domain::access;
use throughcare_domain::code::AreaCode;
use throughcare_domain::id::PersonId;
use throughcare_domain::indicators::{Indicator, Period, Provider};
use throughcare_domain::rows::{Row, RowKind};
use throughcare_domain::small_numbers;
use throughcare_store::Reach;
use throughcare_store::projection::{CountQuery, ListedRow, MOST_COUNTED_LINES};

/// Which figures.
#[derive(Clone, Debug)]
pub struct FiguresQuery {
    /// The kinds of lines that they count.
    pub kinds: BTreeSet<RowKind>,
    /// Of residents of this area.
    pub area: Option<AreaCode>,
    /// Whose part; everybody's without one, for those who may have it.
    pub provider: Option<Provider>,
    /// From the first to the last day of all periods that are asked for.
    pub span: Period,
    /// As it was true and known.
    pub times: Times,
}

/// What figures are made of.
#[derive(Clone, Debug)]
pub struct FiguresRead {
    lines: Vec<ListedRow>,
    /// As it was true at the end of this day.
    pub as_of: Date,
    /// True when there are more lines of a kind than are counted at once.
    pub more: bool,
    /// True where small numbers are to be withheld.
    pub withheld: bool,
    /// People erased of whom nothing is left, in all; `None` where it is a small number that is withheld.
    pub erased_people: Option<u32>,
    /// Log position as of which all of it is known.
    pub position: u64,
}

impl FiguresRead {
    /// The lines.
    pub fn rows(&self) -> Vec<(PersonId, &Row)> {
        self.lines.iter().map(|line| (line.person, &line.row)).collect()
    }
}

impl App {
    /// The lines of several figures, for whom [`App::figure`] would give each of them.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the figures are not the caller's to have.
    pub async fn figures(&self, caller: &Caller, query: FiguresQuery) -> Result<FiguresRead, AppError> {
        let directory = self.directory().await?;
        may_have(caller, &directory, query.provider.as_ref())?;
        let reach = self.reach_of(caller, access::figures(caller.role())).await?;
        let withheld = access::withholds_small_numbers(caller.role());
        self.lines_of(&reach, query, withheld, directory.people_gone())
            .await
    }

    /// The same for a report that whoever runs the program makes: everybody's lines, as known at a position.
    ///
    /// # Errors
    /// [`AppError::LinesToMake`] where the lines were made by an older program.
    pub async fn figures_to_report(
        &self,
        query: FiguresQuery,
        withheld: bool,
    ) -> Result<FiguresRead, AppError> {
        let erased = self.directory().await?.people_gone();
        self.lines_of(&EVERYBODY, query, withheld, erased).await
    }

    /// The log position at which something was known, and up to which the lines of figures are made.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn position_known(&self, known: Known) -> Result<u64, AppError> {
        Ok(self.position_of(Some(known)).await?.unwrap_or_default())
    }

    async fn lines_of(
        &self,
        reach: &Reach,
        query: FiguresQuery,
        withheld: bool,
        erased: u32,
    ) -> Result<FiguresRead, AppError> {
        let mut known_at = self.position_of(query.times.known_at).await?;
        let (mut lines, mut more, mut position) = (Vec::new(), false, 0);
        for kind in query.kinds {
            let asked = CountQuery {
                kind,
                area: query.area.clone(),
                provider: query.provider.clone(),
                period: query.span,
                looks_back: Indicator::all()
                    .iter()
                    .any(|one| one.counts_rows() == kind && one.looks_back()),
                known_at,
                limit: MOST_COUNTED_LINES + 1,
            };
            let store = &self.inner.store;
            let page = store
                .lines_to_count(reach, &asked)
                .await?
                .ok_or(AppError::LinesToMake)?;
            more |= page.rows.len() > MOST_COUNTED_LINES as usize;
            position = known_at.map_or(page.position, |known| known.min(page.position));
            // The others are read as they were known when the first were.
            known_at = Some(position);
            lines.extend(page.rows);
        }
        Ok(FiguresRead {
            lines,
            as_of: self.day_of(query.times),
            more,
            withheld,
            erased_people: (!withheld || small_numbers::is_shown(erased as usize)).then_some(erased),
            position,
        })
    }
}
