//! Every picture as it is, kept in `golden/`. `UPDATE_GOLDEN=1` prints them anew; look at them before they are kept.

use jiff::civil::date;
use std::path::Path;
use throughcare_charts::{
    Continuity, Dot, Funnel, Local, Note, Page, Pathway, PathwayMark, Point, Span, Spine, SpineRow, Table,
    Track, Trend,
};
use throughcare_domain::indicators::{Better, Measure, wilson};

fn share(yes: u32, all: u32) -> Local {
    Local::Value {
        value: f64::from(yes) / f64::from(all) * 100.0,
        numerator: yes,
        denominator: Some(all),
        interval: wilson(yes, all),
        provisional: yes == 47,
    }
}

fn row(title: &str, better: Better, local: Local) -> SpineRow {
    SpineRow {
        title: title.to_owned(),
        measure: Measure::Percentage,
        better,
        local,
        before: Some(41.0),
        england: Some(55.0),
        published_mean: None,
        neighbours: vec![38.2, 44.9, 51.0, 60.4, 66.6],
        compared_with: Some("Q4 25/26".to_owned()),
    }
}

fn spine() -> Spine {
    Spine {
        title: "Spine chart: E06000035, 1 April to 30 June 2026".to_owned(),
        subtitle: "As known at log position 123456. Synthetic values.".to_owned(),
        rows: vec![
            row(
                "Continuity of care from prison (national reading)",
                Better::Higher,
                share(90, 120),
            ),
            row("Re-presentations", Better::Lower, share(47, 60)),
            row("Effective treatment", Better::Higher, share(110, 200)),
            row(
                "Kits handed over at release & of these <those> with \"quotes\"",
                Better::Neither,
                share(10, 90),
            ),
            row(
                "Deaths concluded to be from drugs or alcohol",
                Better::Lower,
                Local::Withheld,
            ),
            SpineRow {
                measure: Measure::Count,
                england: None,
                neighbours: Vec::new(),
                compared_with: None,
                local: Local::Value {
                    value: 1_234.0,
                    numerator: 1_234,
                    denominator: None,
                    interval: None,
                    provisional: false,
                },
                before: Some(1_300.0),
                ..row("In treatment", Better::Neither, Local::Nothing)
            },
            row("Lost transfers", Better::Lower, Local::Nothing),
        ],
    }
}

fn point(period: &str, counted: Option<(u32, u32)>, provisional: bool) -> Point {
    Point {
        period: period.to_owned(),
        value: counted.map(|(yes, all)| f64::from(yes) / f64::from(all) * 100.0),
        withheld: counted.is_none(),
        interval: counted.and_then(|(yes, all)| wilson(yes, all)),
        of: counted.map(|(yes, all)| format!("{yes} of {all}")),
        provisional,
    }
}

fn trend() -> Trend {
    Trend {
        title: "Continuity of care from prison (national reading): E06000035".to_owned(),
        subtitle: "By quarter of release, as known at log position 123456".to_owned(),
        measure: Measure::Percentage,
        target: Some((75.0, "national ambition".to_owned())),
        points: vec![
            point("Q3 24/25", Some((12, 40)), false),
            point("Q4 24/25", Some((15, 38)), false),
            point("Q1 25/26", None, false),
            point("Q2 25/26", Some((22, 41)), false),
            point("Q3 25/26", Some((27, 44)), false),
            point("Q4 25/26", Some((35, 45)), false),
            point("Q1 26/27", Some((30, 44)), true),
        ],
        notes: vec![Note {
            at: 3,
            text: "A new provider began on 1 July 2025; stabilisation was preferred to exits.".to_owned(),
        }],
    }
}

fn funnel() -> Funnel {
    let dot = |name: &str, counted| Dot {
        name: name.to_owned(),
        counted,
    };
    Funnel {
        title: "Continuity of care from prison, by service".to_owned(),
        subtitle: "1 April to 30 June 2026, as known at log position 123456".to_owned(),
        target: Some((55.0, "all together".to_owned())),
        dots: vec![
            dot("turning-tides", Some((60, 110))),
            dot("harbour", Some((20, 80))),
            dot("open-road", Some((34, 45))),
            dot("north-quay", Some((9, 12))),
            dot("small-service", None),
            dot("nobody", Some((0, 0))),
        ],
    }
}

fn continuity() -> Continuity {
    let days = [4, 9, 12, 7, 6, 6, 0, 5, 3, 2, 1, 1, 0, 2, 0, 0, 1, 0, 0, 1, 0, 2];
    Continuity {
        title: "HMP Elmley: releases by day of pick-up, 1 April to 30 June 2026".to_owned(),
        subtitle: "As known at log position 123456".to_owned(),
        by_day: days
            .iter()
            .enumerate()
            .map(|(day, count)| (day != 9).then_some(*count))
            .collect(),
        not: Some(21),
        open: Some(8),
    }
}

fn pathway() -> Pathway {
    let span = |from, to, label: &str| Span {
        from,
        to,
        label: label.to_owned(),
    };
    let track = |name: &str, spans| Track {
        name: name.to_owned(),
        spans,
    };
    Pathway {
        title: "Pathway of one person".to_owned(),
        subtitle: "As known at log position 123456".to_owned(),
        from: date(2025, 1, 6),
        to: date(2026, 6, 30),
        tracks: vec![
            track(
                "Setting",
                vec![
                    span(date(2025, 1, 6), Some(date(2025, 9, 12)), "Prison (EYI)"),
                    span(date(2025, 9, 12), None, "Community"),
                ],
            ),
            track(
                "Treatment",
                vec![
                    span(
                        date(2025, 1, 10),
                        Some(date(2025, 9, 12)),
                        "In treatment in prison",
                    ),
                    span(
                        date(2025, 9, 12),
                        Some(date(2025, 9, 19)),
                        "Transferred, awaiting pick-up",
                    ),
                    span(date(2025, 9, 19), None, "In treatment"),
                ],
            ),
            track(
                "Continuity",
                vec![
                    span(date(2025, 8, 1), Some(date(2025, 9, 12)), "Release planned"),
                    span(date(2025, 9, 12), Some(date(2025, 9, 19)), "Due"),
                    span(date(2025, 9, 19), None, "Picked up on day 7"),
                ],
            ),
        ],
        marks: vec![
            PathwayMark {
                on: date(2025, 9, 12),
                label: "Naloxone handed over".to_owned(),
            },
            PathwayMark {
                on: date(2025, 9, 20),
                label: "Prescription bridged".to_owned(),
            },
            PathwayMark {
                on: date(2026, 6, 20),
                label: "Naloxone issued again".to_owned(),
            },
        ],
    }
}

fn pictures() -> Vec<(&'static str, String, Table)> {
    let (spine, trend, funnel, continuity, pathway) = (spine(), trend(), funnel(), continuity(), pathway());
    vec![
        ("spine", spine.svg("spine"), spine.table()),
        ("trend", trend.svg("trend"), trend.table()),
        ("funnel", funnel.svg("funnel"), funnel.table()),
        ("continuity", continuity.svg("continuity"), continuity.table()),
        ("pathway", pathway.svg("pathway"), pathway.table()),
    ]
}

#[test]
fn pictures_are_as_they_were_looked_at() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let mut page = Page::new("Every picture");
    let mut all: Vec<(String, String)> = Vec::new();
    for (name, svg, table) in pictures() {
        page.heading(name);
        page.picture(&svg);
        page.table(&table);
        all.push((format!("{name}.svg"), svg));
    }
    all.push(("page.html".to_owned(), page.html()));
    for (name, text) in all {
        let path = golden.join(&name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == text,
            "{name} is another picture: UPDATE_GOLDEN=1, and look at it"
        );
    }
}

/// The values of an attribute.
fn attributes<'a>(svg: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    svg.split(start.as_str())
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[test]
fn nothing_is_drawn_outside_of_a_picture() {
    for (name, svg, _) in pictures() {
        let (_, body) = svg.split_once("</defs>").unwrap();
        let height: f64 = attributes(&svg, "height")[0].parse().unwrap();
        for (attribute, most) in [
            ("x", 960.0),
            ("x1", 960.0),
            ("x2", 960.0),
            ("y", height),
            ("y1", height),
            ("y2", height),
        ] {
            for value in attributes(body, attribute) {
                let value: f64 = value.parse().unwrap();
                assert!((0.0..=most).contains(&value), "{name}: {attribute} {value}");
            }
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{name}");
    }
}

#[test]
fn a_picture_can_be_heard() {
    for (name, svg, table) in pictures() {
        assert!(svg.contains("role=\"img\""), "{name}");
        assert!(
            svg.contains(&format!("aria-labelledby=\"{name}-title {name}-desc\"")),
            "{name}"
        );
        assert!(svg.contains(&format!("<title id=\"{name}-title\">")), "{name}");
        assert!(!table.rows.is_empty(), "{name}");
        for row in &table.rows {
            assert_eq!(row.len(), table.columns.len(), "{name}: {row:?}");
        }
    }
}

/// What a withheld value would have been must not matter: nothing of the picture may come from it.
#[test]
fn what_is_withheld_draws_nothing() {
    let withheld = Spine {
        rows: vec![row("Deaths", Better::Lower, Local::Withheld)],
        ..spine()
    };
    let shown = Spine {
        rows: vec![row("Deaths", Better::Lower, share(47, 60))],
        ..spine()
    };
    let marks = |spine: &Spine| spine.svg("s").matches("<path").count();
    assert_eq!(marks(&shown), marks(&withheld) + 2, "a mark and a direction");
    let cells = &withheld.table().rows[0];
    assert_eq!(
        (cells[1].as_str(), cells[2].as_str(), cells[3].as_str()),
        ("withheld", "–", "–")
    );
    assert_eq!(
        (cells[7].as_str(), cells[8].as_str(), cells[9].as_str()),
        ("not compared", "–", "–")
    );

    let gap = trend().svg("t");
    assert_eq!(
        gap.matches("<polyline").count(),
        4,
        "no line leads to or from a gap"
    );
    assert!(gap.contains(">withheld<"));

    let dots = funnel();
    assert!(!dots.svg("f").contains("small-service"));
    assert_eq!(dots.table().rows[4][1], "withheld");
}

#[test]
fn every_row_of_a_spine_is_on_one_sheet_that_fits_the_paper() {
    let long = Spine {
        rows: (0..31)
            .map(|at| row(&format!("Row-{at}-"), Better::Higher, share(9, 10)))
            .collect(),
        ..spine()
    };
    let sheets = long.sheets("s");
    assert_eq!(sheets.len(), 3);
    for at in 0..31 {
        let on = sheets
            .iter()
            .filter(|sheet| sheet.contains(&format!(">Row-{at}-<")));
        assert_eq!(on.count(), 1, "{at}");
    }
    for sheet in &sheets {
        // 186 mm of A4 across at 96 to the inch.
        let height: f64 = attributes(sheet, "height")[0].parse().unwrap();
        assert!(height <= 703.0, "{height}");
    }
}
