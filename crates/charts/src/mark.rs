//! Shapes for values: what they mean can be told without colour.

use crate::ink;
use crate::number::decimal;
use crate::svg::Svg;
use throughcare_domain::benchmark::{Compared, Direction};

/// Half of a mark's width.
pub(crate) const HALF: f64 = 6.5;

fn polygon(places: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (at, (x, y)) in places.iter().enumerate() {
        path.push_str(if at == 0 { "M" } else { " L" });
        path.push_str(&format!("{} {}", decimal(*x), decimal(*y)));
    }
    path.push_str(" Z");
    path
}

pub(crate) fn circle((x, y): (f64, f64), radius: f64) -> String {
    let r = decimal(radius);
    let twice = decimal(2.0 * radius);
    let back = decimal(-2.0 * radius);
    format!(
        "M{} {} a{r} {r} 0 1 0 {twice} 0 a{r} {r} 0 1 0 {back} 0 Z",
        decimal(x - radius),
        decimal(y)
    )
}

pub(crate) fn diamond((x, y): (f64, f64), half: f64) -> String {
    polygon(&[(x, y - half), (x + half, y), (x, y + half), (x - half, y)])
}

pub(crate) fn square((x, y): (f64, f64), half: f64) -> String {
    polygon(&[
        (x - half, y - half),
        (x + half, y - half),
        (x + half, y + half),
        (x - half, y + half),
    ])
}

pub(crate) fn up((x, y): (f64, f64), half: f64) -> String {
    polygon(&[
        (x, y - half),
        (x + half, y + half * 0.8),
        (x - half, y + half * 0.8),
    ])
}

pub(crate) fn down((x, y): (f64, f64), half: f64) -> String {
    polygon(&[
        (x, y + half),
        (x - half, y - half * 0.8),
        (x + half, y - half * 0.8),
    ])
}

/// The mark of a comparison: better is a filled circle, similar a hollow one, worse a filled diamond.
pub(crate) fn draw(svg: &mut Svg, at: (f64, f64), compared: Compared) {
    let (path, filled) = match compared {
        Compared::Better => (circle(at, HALF), true),
        Compared::Similar => (circle(at, HALF), false),
        Compared::Worse => (diamond(at, HALF + 1.5), true),
        Compared::Higher => (up(at, HALF), false),
        Compared::Lower => (down(at, HALF), false),
        Compared::NotCompared => (square(at, HALF - 1.0), false),
    };
    svg.shape(&path, if filled { ink::LOCAL } else { ink::PAPER }, ink::LOCAL);
}

/// The mark of a direction.
pub(crate) fn draw_direction(svg: &mut Svg, at: (f64, f64), direction: Direction) {
    match direction {
        Direction::Up => svg.shape(&up(at, 5.0), ink::DARK, ink::DARK),
        Direction::Down => svg.shape(&down(at, 5.0), ink::DARK, ink::DARK),
        Direction::Level => svg.line((at.0 - 6.0, at.1), (at.0 + 6.0, at.1), ink::DARK, 3.0, false),
    }
}

/// What a comparison is called for people.
pub(crate) fn words(compared: Compared) -> &'static str {
    match compared {
        Compared::Better => "better",
        Compared::Worse => "worse",
        Compared::Similar => "similar",
        Compared::Higher => "higher",
        Compared::Lower => "lower",
        Compared::NotCompared => "not compared",
    }
}
