//! SVG as text: escaped, with one decimal for every length, so that the same picture is the same bytes.

use crate::ink;
use crate::number::decimal;
use std::fmt::Write as _;

/// Width of every picture, in its own units: at 96 to the inch it fits A4 across without being made smaller.
pub(crate) const WIDTH: f64 = 960.0;

/// How wide a letter is taken to be, as a share of its height: rather too wide, so that text fits in any font.
const LETTER: f64 = 0.58;

/// A picture under way.
pub(crate) struct Svg {
    out: String,
}

/// Where text stands about its place.
#[derive(Clone, Copy)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A text's height, ink and weight.
#[derive(Clone, Copy)]
pub(crate) struct Type {
    pub size: f64,
    pub ink: &'static str,
    pub bold: bool,
}

pub(crate) const PLAIN: Type = Type {
    size: 13.0,
    ink: ink::DARK,
    bold: false,
};
pub(crate) const BOLD: Type = Type { bold: true, ..PLAIN };
pub(crate) const SMALL: Type = Type {
    size: 11.5,
    ink: ink::SOFT,
    bold: false,
};

impl Svg {
    /// Begins a picture. `id` tells its title and patterns from those of other pictures on one page.
    pub fn new(id: &str, height: f64, title: &str, description: &str) -> Self {
        let (id, title, description) = (escaped(id), escaped(title), escaped(description));
        let (width, height) = (decimal(WIDTH), decimal(height));
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" font-family=\"{}\">\n\
             <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{description}</desc>\n",
            ink::FONT
        );
        let _ = writeln!(
            out,
            "<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>",
            ink::PAPER
        );
        // Patterns that can be told apart in grey.
        let _ = writeln!(
            out,
            "<defs><pattern id=\"{id}-lines\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"{paper}\"/><rect width=\"2.5\" \
             height=\"6\" fill=\"{dark}\"/></pattern><pattern id=\"{id}-dots\" width=\"6\" height=\"6\" \
             patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" fill=\"{paper}\"/><circle cx=\"3\" \
             cy=\"3\" r=\"1.4\" fill=\"{dark}\"/></pattern></defs>",
            paper = ink::PAPER,
            dark = ink::DARK
        );
        Self { out }
    }

    /// A line from one place to another.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), ink: &str, width: f64, dashed: bool) {
        let dash = if dashed { " stroke-dasharray=\"5 4\"" } else { "" };
        let _ = writeln!(
            self.out,
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{ink}\" stroke-width=\"{}\"{dash}/>",
            decimal(from.0),
            decimal(from.1),
            decimal(to.0),
            decimal(to.1),
            decimal(width)
        );
    }

    /// An area.
    pub fn area(&mut self, at: (f64, f64), width: f64, height: f64, fill: &str, edge: Option<&str>) {
        let edge = edge.map_or(String::new(), |ink| {
            format!(" stroke=\"{ink}\" stroke-width=\"1\"")
        });
        let _ = writeln!(
            self.out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\"{edge}/>",
            decimal(at.0),
            decimal(at.1),
            decimal(width.max(0.0)),
            decimal(height.max(0.0))
        );
    }

    /// A line through places.
    pub fn curve(&mut self, places: &[(f64, f64)], ink: &str, width: f64, dashed: bool) {
        if places.len() < 2 {
            return;
        }
        let places: Vec<_> = places
            .iter()
            .map(|(x, y)| format!("{},{}", decimal(*x), decimal(*y)))
            .collect();
        let dash = if dashed { " stroke-dasharray=\"5 4\"" } else { "" };
        let _ = writeln!(
            self.out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"{}\"{dash}/>",
            places.join(" "),
            decimal(width)
        );
    }

    /// A closed shape about a place, filled or hollow.
    pub fn shape(&mut self, path: &str, fill: &str, ink: &str) {
        let _ = writeln!(
            self.out,
            "<path d=\"{path}\" fill=\"{fill}\" stroke=\"{ink}\" stroke-width=\"1.8\"/>"
        );
    }

    /// Text.
    pub fn text(&mut self, at: (f64, f64), anchor: Anchor, text: Type, content: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if text.bold { " font-weight=\"600\"" } else { "" };
        let _ = writeln!(
            self.out,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\" text-anchor=\"{anchor}\"{weight}>{}</text>",
            decimal(at.0),
            decimal(at.1),
            decimal(text.size),
            text.ink,
            escaped(content)
        );
    }

    /// Text over lines: with paper about each letter.
    pub fn label(&mut self, at: (f64, f64), anchor: Anchor, text: Type, content: &str) {
        let from = self.out.len();
        self.text(at, anchor, text, content);
        let halo = format!(
            "<text stroke=\"{}\" stroke-width=\"3\" paint-order=\"stroke\"",
            ink::PAPER
        );
        self.out.replace_range(from..from + "<text".len(), &halo);
    }

    /// The picture.
    pub fn finish(mut self) -> String {
        self.out.push_str("</svg>\n");
        self.out
    }
}

/// Text in lines of at most so wide, broken between words.
pub(crate) fn lines(text: &str, size: f64, width: f64) -> Vec<String> {
    let most = letters(size, width);
    let mut all: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match all.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => all.push(cut(word, most)),
        }
    }
    all
}

/// Text cut to a width, with an ellipsis where something is left out.
pub(crate) fn fitted(text: &str, size: f64, width: f64) -> String {
    cut(text, letters(size, width))
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// How many letters fit.
fn letters(size: f64, width: f64) -> usize {
    let mut count = 1;
    let mut taken = 2.0 * LETTER * size;
    while taken <= width {
        count += 1;
        taken += LETTER * size;
    }
    count
}

/// Text for XML and HTML, without what neither may hold.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(' '),
            // Not in XML 1.0 in any form; the two directions could turn a table round.
            other
                if other.is_control()
                    || matches!(other, '\u{fffe}' | '\u{ffff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
                {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_does_not_become_markup() {
        let mut svg = Svg::new("a", 10.0, "<script>", "\"&'");
        svg.text(
            (0.0, 0.0),
            Anchor::Start,
            PLAIN,
            "</text><script>alert(1)</script>\u{0}\u{202e}",
        );
        let text = svg.finish();
        assert!(!text.contains("<script") && !text.contains('\u{0}') && !text.contains('\u{202e}'));
        assert!(text.contains("&lt;/text&gt;&lt;script&gt;"));
    }

    proptest! {
        #[test]
        fn lines_are_no_wider_than_asked_and_lose_no_word(text in "[a-z]{1,12}( [a-z]{1,12}){0,12}") {
            let all = lines(&text, 13.0, 200.0);
            prop_assert_eq!(all.join(" "), text);
            for line in all {
                prop_assert!(line.chars().count() as f64 * LETTER * 13.0 <= 200.0);
            }
        }

        #[test]
        fn whatever_is_escaped_holds_no_markup(text in any::<String>()) {
            let safe = escaped(&text);
            prop_assert!(!safe.contains(['<', '>', '"', '\'']));
            prop_assert!(!safe.chars().any(char::is_control));
        }
    }
}
