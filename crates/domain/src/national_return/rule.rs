//! What a submission must pass, as data: `rules.csv`. How each is judged: [`super::check`].

use std::sync::LazyLock;

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_bytes!("rules.csv").as_slice())
        .into_deserialize::<Rule>()
        .map(|line| line.expect("a test reads every rule"))
        .collect()
});

/// What becomes of a row that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It would be rejected, so that it is not sent, nor are the others of its episode.
    Reject,
    /// It is sent, and somebody is told.
    Warn,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Rule {
    /// Its stable id.
    pub id: String,
    /// What becomes of a row that breaks it.
    pub effect: Effect,
    /// The field that it is about; empty where each fault names its own.
    #[serde(default)]
    pub field: String,
    /// What it asks.
    pub sentence: String,
    /// Where it says so.
    pub source: String,
}

impl Rule {
    /// Every rule.
    pub fn all() -> &'static [Self] {
        &RULES
    }

    /// By its id.
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::all().iter().find(|rule| rule.id == id)
    }

    /// Whether what breaks it stays.
    pub fn rejects(&self) -> bool {
        self.effect == Effect::Reject
    }
}
