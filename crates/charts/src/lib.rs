//! Pictures of figures and pathways, drawn by hand as SVG, and the pages around them.
//!
//! Pure: values in, text out, and the same values give the same bytes. Each picture has a title and a description for
//! whoever hears it, text that stays text, a table of the same values beside it on a page, and shapes and patterns
//! instead of colour alone, so that it reads in grey and on paper. What is withheld draws nothing.

#![warn(missing_docs)]

mod continuity;
mod funnel;
mod ink;
mod limits;
mod mark;
mod number;
mod of_figures;
mod page;
mod pathway;
mod spine;
mod svg;
mod table;
mod trend;

pub use continuity::Continuity;
pub use funnel::{Dot, Funnel};
pub use limits::{Limits, limits};
pub use page::{Page, STYLE};
pub use pathway::{Pathway, PathwayMark, Span, Track};
pub use spine::{Local, Spine, SpineRow};
pub use table::Table;
pub use trend::{Note, Point, Trend};
