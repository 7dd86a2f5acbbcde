//! With what is drawn. Text has a contrast of 7:1 at least on white (WCAG 2.2, 1.4.6), lines that mean something 3:1.

/// Text, axes and marks.
pub(crate) const DARK: &str = "#1a1a1a";
/// Text that says less.
pub(crate) const SOFT: &str = "#484848";
/// The local value.
pub(crate) const LOCAL: &str = "#1d4f91";
/// Lines of a grid, which mean nothing by themselves.
pub(crate) const GRID: &str = "#d0d0d0";
/// Areas behind marks.
pub(crate) const BAR: &str = "#d9dde2";
/// The paper.
pub(crate) const PAPER: &str = "#ffffff";
/// What every system has.
pub(crate) const FONT: &str =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', Arial, sans-serif";

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2.2).
    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read() {
        for ink in [DARK, SOFT, LOCAL] {
            assert!(contrast(ink, PAPER) >= 7.0, "{ink}");
            assert!(contrast(ink, BAR) >= 4.5, "{ink} on a bar");
        }
        assert!(contrast(GRID, PAPER) < 3.0, "the measure tells light from dark");
    }
}
