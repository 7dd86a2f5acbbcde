//! Which projections there are, and where their rows stand.

/// A projection: its name in `checkpoints` and `leases`, and its tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Projection {
    name: &'static str,
    live: &'static str,
    beside: &'static str,
    rebuilding: &'static str,
}

impl Projection {
    /// The lines of every list across people.
    pub const WORKLISTS: Self = Self {
        name: "worklists",
        live: "worklist_rows",
        beside: "worklist_rows_beside",
        rebuilding: "rebuild worklists",
    };

    /// Every projection. One more needs a checkpoint, two leases and a table, made by a migration.
    pub const ALL: [Self; 1] = [Self::WORKLISTS];

    /// Finds one by its name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|projection| projection.name == name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The name of the lease under which its rows are rebuilt.
    pub fn rebuilding(self) -> &'static str {
        self.rebuilding
    }

    pub(super) fn table(self, side: Side) -> &'static str {
        match side {
            Side::Live => self.live,
            Side::Beside => self.beside,
        }
    }
}

/// The table that is read, or the one that is being rebuilt beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Live,
    Beside,
}
