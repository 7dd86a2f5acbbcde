//! In which form a picture is wanted, by `Accept`: JSON, SVG, or a page with the picture and its table.

use crate::api::asking::X_LOG_POSITION;
use crate::api::shown::shown;
use crate::problem::{Problem, ProblemKind};
use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::sync::LazyLock;
use throughcare_charts::{Page, STYLE, Table};

/// What a page may do: show itself, with the one style that its hash names.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
    )
});

/// A form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For machines.
    Json,
    /// The picture alone.
    Svg,
    /// A page with the picture, its table and what it means.
    Page,
}

impl Form {
    /// The form that is liked best; JSON for whoever takes anything.
    ///
    /// # Errors
    /// `not_acceptable` for whoever takes none of the three.
    pub fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        if !headers.contains_key(header::ACCEPT) {
            return Ok(Self::Json);
        }
        let values = headers.get_all(header::ACCEPT).iter();
        let ranges = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        let mut best: Option<(f32, Self)> = None;
        for range in ranges {
            let mut parts = range.split(';').map(str::trim);
            let form = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
                "application/json" | "application/*" | "*/*" => Self::Json,
                "image/svg+xml" | "image/*" => Self::Svg,
                "text/html" | "text/*" => Self::Page,
                _ => continue,
            };
            let liked = parts
                .find_map(|part| part.strip_prefix("q="))
                .map_or(Some(1.0), |it| it.parse().ok());
            let Some(liked) = liked.filter(|it: &f32| *it > 0.0) else {
                continue;
            };
            if best.is_none_or(|(before, _)| liked > before) {
                best = Some((liked, form));
            }
        }
        best.map(|(_, form)| form)
            .ok_or_else(|| Problem::new(ProblemKind::NotAcceptable))
    }

    /// The answer in this form; a page may have its picture in several parts. `notes` stand under the picture on a page.
    pub fn answer(
        self,
        json: impl Serialize,
        title: &str,
        picture: impl FnOnce(Self) -> Vec<String>,
        table: impl FnOnce() -> Table,
        notes: &[String],
        position: u64,
    ) -> Response {
        let mut response = match self {
            Self::Json => shown(json, position),
            Self::Svg => text(picture(self).concat(), "image/svg+xml; charset=utf-8"),
            Self::Page => {
                let mut page = Page::new(title);
                for svg in picture(self) {
                    page.picture(&svg);
                }
                page.table(&table());
                for note in notes {
                    page.note(note);
                }
                text(page.html(), "text/html; charset=utf-8")
            }
        };
        let headers = response.headers_mut();
        headers.insert(header::VARY, HeaderValue::from_static("Accept"));
        headers.insert(X_LOG_POSITION, HeaderValue::from(position));
        response
    }
}

fn text(body: String, kind: &'static str) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(policy) = HeaderValue::from_str(&POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(accept: &str) -> Result<Form, ProblemKind> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        Form::of(&headers).map_err(|problem| problem.kind())
    }

    #[test]
    fn what_is_liked_best_is_given() {
        assert_eq!(Form::of(&HeaderMap::new()).unwrap(), Form::Json);
        for (accept, expected) in [
            ("*/*", Form::Json),
            ("application/json", Form::Json),
            ("image/svg+xml", Form::Svg),
            ("text/html", Form::Page),
            ("Text/HTML;q=0.5, application/json;q=0.4", Form::Page),
            ("text/html;q=0, image/svg+xml;q=0.1", Form::Svg),
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
                Form::Page,
            ),
            ("image/avif,image/webp,image/svg+xml,image/*,*/*;q=0.8", Form::Svg),
        ] {
            assert_eq!(form(accept), Ok(expected), "{accept}");
        }
        for none in ["application/pdf", "text/html;q=0", "text/html;q=many", ""] {
            assert_eq!(form(none), Err(ProblemKind::NotAcceptable), "{none}");
        }
    }

    #[test]
    fn a_page_runs_nothing_and_is_in_no_frame() {
        let table = || Table::new("t", &["a"]);
        let response = Form::Page.answer((), "t", |_| vec!["<svg></svg>".to_owned()], table, &[], 7);
        let headers = response.headers();
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"));
        assert_eq!(
            (&headers[header::VARY], &headers[X_LOG_POSITION]),
            (&"Accept".parse().unwrap(), &HeaderValue::from(7))
        );
    }
}
