//! What each figure means, as data: `definitions.csv`, one line an indicator.

use std::sync::LazyLock;

/// The lines, read once.
static DEFINITIONS: LazyLock<Vec<Definition>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_bytes!("definitions.csv").as_slice())
        .into_deserialize::<Line>()
        .map(|line| Definition::of(line.expect("a test reads every definition")))
        .collect()
});

/// What a figure means, in words for whoever reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its name in addresses.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What is counted.
    pub counts: Counts,
    /// What the figure is.
    pub measure: Measure,
    /// Which direction is good.
    pub better: Better,
    /// Who or what is in the numerator; of a plain count, in the count.
    pub numerator: String,
    /// Among whom or what; `None` for a plain count.
    pub denominator: Option<String>,
    /// How uncertain points are read.
    pub reading: Option<String>,
    /// Where the rule comes from.
    pub source: String,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$each])* $variant),+ }

        impl $name {
            /// Its name in data and on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// What one of the things counted is.
    Counts {
        /// People, each once.
        People = "people",
        /// Journeys.
        Journeys = "journeys",
        /// Referrals.
        Referrals = "referrals",
        /// Waits for an intervention.
        Waits = "waits",
        /// Releases from prison.
        Releases = "releases",
        /// Naloxone kits.
        Kits = "kits",
        /// Overdoses.
        Overdoses = "overdoses",
        /// Deaths.
        Deaths = "deaths",
        /// Episodes.
        Episodes = "episodes",
        /// Tests on arrest.
        Tests = "tests",
        /// Required assessments.
        Assessments = "assessments",
        /// Requirements of courts, and resolutions out of court.
        Conditions = "conditions",
        /// Passages through a gate of custody.
        Passages = "passages",
    }
}

words! {
    /// What a figure is.
    Measure {
        /// A number of things.
        Count = "count",
        /// How many of a hundred.
        Percentage = "percentage",
    }
}

words! {
    /// Which direction is good.
    Better {
        /// More is better.
        Higher = "higher",
        /// Less is better.
        Lower = "lower",
        /// Neither: it describes.
        Neither = "none",
    }
}

#[derive(serde::Deserialize)]
struct Line {
    id: String,
    title: String,
    counts: String,
    measure: String,
    better: String,
    numerator: String,
    denominator: Option<String>,
    reading: Option<String>,
    source: String,
}

impl Definition {
    fn of(line: Line) -> Self {
        Self {
            counts: Counts::parse(&line.counts).expect("a test reads every definition"),
            measure: Measure::parse(&line.measure).expect("a test reads every definition"),
            better: Better::parse(&line.better).expect("a test reads every definition"),
            id: line.id,
            title: line.title,
            numerator: line.numerator,
            denominator: line.denominator,
            reading: line.reading,
            source: line.source,
        }
    }

    /// Every definition, in the order in which they are shown.
    pub fn all() -> &'static [Self] {
        &DEFINITIONS
    }
}
