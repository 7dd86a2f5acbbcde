//! The pictures in a real browser: every word lies within its picture, nothing is wider than the page, and nothing is
//! complained of.
//!
//! Needs Chromium. Where there is none the tests fail, unless `THROUGHCARE_NO_BROWSER=1` says aloud that they are left
//! out.

#![expect(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Longest that the browser may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// Asked in the test's copy of the page alone: pages themselves have no script.
const ASK: &str = "<script>addEventListener('load', () => { const wrong = []; \
    for (const svg of document.querySelectorAll('svg')) { const box = svg.viewBox.baseVal; \
    for (const text of svg.querySelectorAll('text')) { const it = text.getBBox(); \
    if (it.x < -0.5 || it.y < -0.5 || it.x + it.width > box.width + 0.5 || it.y + it.height > box.height + 0.5) \
    wrong.push(text.textContent); } } \
    const root = document.documentElement; \
    root.dataset.wide = root.scrollWidth > root.clientWidth ? 'yes' : 'no'; \
    root.dataset.outside = wrong.join('|'); root.dataset.pictures = document.querySelectorAll('svg[role=img]').length; \
    });</script>";

fn browser() -> Option<PathBuf> {
    if std::env::var_os("THROUGHCARE_NO_BROWSER").is_some_and(|it| it == "1") {
        eprintln!("THROUGHCARE_NO_BROWSER=1: the pictures are not opened in a browser");
        return None;
    }
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&paths)
        .flat_map(|folder| ["chromium", "chromium-browser", "google-chrome"].map(|name| folder.join(name)))
        .find(|path| path.is_file());
    Some(found.expect("there is no Chromium: install it, or say THROUGHCARE_NO_BROWSER=1"))
}

/// Opens a page with a profile of its own, and answers what was printed and complained of.
fn opened(browser: &Path, folder: &Path, words: &[String]) -> (String, String) {
    let (out, errors) = (folder.join("out"), folder.join("errors"));
    let file = |path: &Path| Stdio::from(std::fs::File::create(path).unwrap());
    let mut child = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-dev-shm-usage",
        ])
        .args(["--enable-logging=stderr", "--window-size=1000,1400"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .args(words)
        .stdin(Stdio::null())
        .stdout(file(&out))
        .stderr(file(&errors))
        .spawn()
        .unwrap();
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("the browser did not end");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let read = |path: &Path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    (read(&out), read(&errors))
}

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/page.html");
    std::fs::read_to_string(path).unwrap()
}

fn told<'a>(dom: &'a str, name: &str) -> &'a str {
    let start = format!("data-{name}=\"");
    let rest = dom
        .split(start.as_str())
        .nth(1)
        .unwrap_or_else(|| panic!("no {name} in {dom:.300}"));
    rest.split('"').next().unwrap()
}

fn looked_at(html: &str) -> Option<(String, String)> {
    let browser = browser()?;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    std::fs::write(&path, html.replace("</head>", &format!("{ASK}</head>"))).unwrap();
    let words = ["--dump-dom".to_owned(), format!("file://{}", path.display())];
    Some(opened(&browser, folder.path(), &words))
}

#[test]
fn every_word_lies_within_its_picture() {
    let Some((dom, errors)) = looked_at(&page()) else {
        return;
    };
    assert_eq!(told(&dom, "pictures"), "5");
    assert_eq!(told(&dom, "outside"), "", "words outside of their pictures");
    assert_eq!(told(&dom, "wide"), "no", "the page is wider than the window");
    assert!(!errors.contains("CONSOLE"), "{errors}");
}

/// The measure sees what it is there for.
#[test]
fn a_word_that_leaves_its_picture_is_seen() {
    let moved = page().replacen("<text x=\"12.0\"", "<text x=\"955.0\"", 1);
    let Some((dom, _)) = looked_at(&moved) else { return };
    assert_ne!(told(&dom, "outside"), "");
}

#[test]
fn a_page_prints_on_a4_across() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (path, pdf) = (folder.path().join("page.html"), folder.path().join("page.pdf"));
    std::fs::write(&path, page()).unwrap();
    let words = [
        "--no-pdf-header-footer".to_owned(),
        format!("--print-to-pdf={}", pdf.display()),
        format!("file://{}", path.display()),
    ];
    let (_, errors) = opened(&browser, folder.path(), &words);
    let bytes = std::fs::read(&pdf).unwrap_or_else(|_| panic!("nothing was printed: {errors}"));
    let text = String::from_utf8_lossy(&bytes);
    let boxes: Vec<&str> = text
        .split("/MediaBox [")
        .skip(1)
        .filter_map(|rest| rest.split(']').next())
        .collect();
    assert!(!boxes.is_empty(), "no page was found in the file");
    for one in boxes {
        let sides: Vec<f64> = one.split_whitespace().filter_map(|it| it.parse().ok()).collect();
        assert!(
            (sides[2] - 841.9).abs() < 2.0 && (sides[3] - 595.3).abs() < 2.0,
            "{one}"
        );
    }
}
