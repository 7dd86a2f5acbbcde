//! A page around pictures: one file, no script, nothing loaded from elsewhere.

use crate::svg::escaped;
use crate::table::Table;

/// The style of every page, which its `Content-Security-Policy` names by its hash.
pub const STYLE: &str = "@page{size:A4 landscape;margin:12mm}\n\
:root{color-scheme:light}\n\
body{font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',Arial,sans-serif;\
color:#1a1a1a;background:#fff;max-width:960px;margin:0 auto;padding:16px}\n\
h1{font-size:24px;line-height:1.25;margin:0 0 8px}h2{font-size:18px;margin:28px 0 6px;break-after:avoid}\n\
p{margin:6px 0;max-width:75ch}.note{color:#484848;font-size:13px}\n\
figure{margin:12px 0;break-inside:avoid}svg{width:100%;height:auto;display:block}\n\
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:12.5px;width:100%;margin:10px 0}\n\
caption{text-align:left;font-weight:600;padding:4px 0}\n\
th,td{border-bottom:1px solid #b0b0b0;padding:3px 6px;text-align:left;vertical-align:top;overflow-wrap:break-word}\n\
thead th{border-bottom:2px solid #1a1a1a}tr{break-inside:avoid}td{font-variant-numeric:tabular-nums}\n\
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #484848;padding:8px;font-size:12px}\n\
@media print{body{max-width:none;padding:0}.wide{overflow:visible}}\n";

/// A page under way.
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    body: String,
}

impl Page {
    /// A page with its title.
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            body: format!("<h1>{}</h1>\n", escaped(title)),
        }
    }

    /// A heading.
    pub fn heading(&mut self, text: &str) {
        self.body.push_str(&format!("<h2>{}</h2>\n", escaped(text)));
    }

    /// A paragraph.
    pub fn paragraph(&mut self, text: &str) {
        self.body.push_str(&format!("<p>{}</p>\n", escaped(text)));
    }

    /// A remark.
    pub fn note(&mut self, text: &str) {
        self.body
            .push_str(&format!("<p class=\"note\">{}</p>\n", escaped(text)));
    }

    /// A picture of this crate.
    pub fn picture(&mut self, svg: &str) {
        self.body.push_str(&format!("<figure>\n{svg}</figure>\n"));
    }

    /// A table.
    pub fn table(&mut self, table: &Table) {
        self.body
            .push_str(&format!("<div class=\"wide\">\n{}</div>\n", table.html()));
    }

    /// Text as it stands, line by line.
    pub fn verbatim(&mut self, text: &str) {
        let lines: Vec<_> = text.lines().map(escaped).collect();
        self.body
            .push_str(&format!("<pre>{}\n</pre>\n", lines.join("\n")));
    }

    /// The page.
    pub fn html(&self) -> String {
        format!(
            "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
            escaped(&self.title),
            self.body
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_loads_and_runs_nothing() {
        let mut page = Page::new("<x>");
        page.heading("h");
        page.paragraph("a & b");
        page.note("n");
        page.verbatim("one\n<two>\n");
        let html = page.html();
        assert!(html.contains("<title>&lt;x&gt;</title>") && html.contains("one\n&lt;two&gt;\n</pre>"));
        for loads in ["<script", "src=", "href=", "url(", "@import", "http"] {
            assert!(!html.contains(loads), "{loads}");
        }
    }
}
