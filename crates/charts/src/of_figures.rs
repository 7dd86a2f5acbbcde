//! From figures as they are shown to what is drawn of them.

use crate::spine::{Local, SpineRow};
use crate::trend::{Point, Trend};
use throughcare_domain::benchmark::{ComparedWith, target};
use throughcare_domain::indicators::{Indicator, Measure, Shown};

/// What is drawn of a figure: the percentage, or the count; `None` where it is withheld or there is nothing to count.
pub(crate) fn value(shown: &Shown, measure: Measure) -> Option<f64> {
    match measure {
        Measure::Percentage => shown.percentage,
        Measure::Count => shown.numerator.map(f64::from),
    }
}

fn is_withheld(shown: &Shown, measure: Measure) -> bool {
    shown.numerator.is_none() || (measure == Measure::Percentage && shown.denominator.is_none())
}

/// Of a number that is withheld it is not known whether it is 0.
fn is_provisional(shown: &Shown) -> bool {
    shown.provisional != Some(0)
}

impl Local {
    /// The local figure of a spine.
    pub fn of(shown: &Shown, measure: Measure) -> Self {
        if is_withheld(shown, measure) {
            return Self::Withheld;
        }
        match value(shown, measure) {
            None => Self::Nothing,
            Some(value) => Self::Value {
                value,
                numerator: shown.numerator.unwrap_or_default(),
                denominator: shown.denominator.filter(|_| measure == Measure::Percentage),
                interval: shown.interval,
                provisional: is_provisional(shown),
            },
        }
    }
}

impl SpineRow {
    /// One indicator of a spine: the figure, that of the period before, and what it is compared with.
    pub fn of(indicator: Indicator, now: &Shown, before: &Shown, with: Option<&ComparedWith>) -> Self {
        let definition = indicator.definition();
        let neighbours = with.map(|it| it.neighbours.iter().map(|one| one.value).collect());
        Self {
            title: definition.title.clone(),
            measure: definition.measure,
            better: definition.better,
            local: Local::of(now, definition.measure),
            before: Local::of(before, definition.measure).value(),
            england: with.and_then(|it| Some(it.england.as_ref()?.value)),
            published_mean: with.and_then(|it| Some(it.mean.as_ref()?.value)),
            neighbours: neighbours.unwrap_or_default(),
            compared_with: with.map(|it| it.period.to.strftime("%b %Y").to_string()),
        }
    }
}

impl Trend {
    /// The trend of one indicator, whose figures these are by period.
    pub fn of(indicator: Indicator, title: String, subtitle: String, figures: &[(String, Shown)]) -> Self {
        let definition = indicator.definition();
        let point = |(period, shown): &(String, Shown)| Point::of(period.clone(), shown, definition.measure);
        Self {
            title,
            subtitle,
            measure: definition.measure,
            target: target(&definition.id).map(|(value, whose)| (value, whose.to_owned())),
            points: figures.iter().map(point).collect(),
            notes: Vec::new(),
        }
    }
}

impl Point {
    /// A period of a trend.
    pub fn of(period: String, shown: &Shown, measure: Measure) -> Self {
        let of = shown
            .numerator
            .zip(shown.denominator)
            .filter(|_| measure == Measure::Percentage);
        Self {
            period,
            value: value(shown, measure).filter(|_| !is_withheld(shown, measure)),
            withheld: is_withheld(shown, measure),
            interval: shown.interval,
            of: of.map(|(yes, all)| format!("{yes} of {all}")),
            provisional: is_provisional(shown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(numerator: Option<u32>, denominator: Option<u32>, percentage: Option<f64>) -> Shown {
        Shown {
            numerator,
            denominator,
            percentage,
            interval: None,
            provisional: None,
        }
    }

    #[test]
    fn withheld_is_not_nothing() {
        let of = |shown: &Shown| Local::of(shown, Measure::Percentage);
        assert_eq!(of(&shown(None, Some(9), None)), Local::Withheld);
        assert_eq!(of(&shown(Some(5), None, None)), Local::Withheld);
        assert_eq!(of(&shown(Some(0), Some(0), None)), Local::Nothing);
        assert_eq!(of(&shown(Some(5), Some(10), Some(50.0))).value(), Some(50.0));
        let count = Local::of(&shown(Some(0), Some(0), None), Measure::Count);
        assert_eq!(count.value(), Some(0.0));
    }

    #[test]
    fn what_may_be_provisional_is_drawn_so() {
        let point = Point::of(
            "a".into(),
            &shown(Some(5), Some(10), Some(50.0)),
            Measure::Percentage,
        );
        assert!(point.provisional && !point.withheld);
        let hidden = Point::of("a".into(), &shown(None, Some(10), None), Measure::Percentage);
        assert!(hidden.withheld && hidden.value.is_none() && hidden.of.is_none());
    }
}
