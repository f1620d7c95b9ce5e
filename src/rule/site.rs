//! The rules as a site of static pages: one for each rule, and one that lists them.
//!
//! Made of the rule files alone: the same rules make the same bytes. No script, no network; what a
//! rule's author wrote as HTML is shown as text.

use std::fmt::Write as _;
use std::path::PathBuf;

use pulldown_cmark::{Event, Parser, html};

use super::meta::Pillar;
use super::{Rule, RuleSet};

const STYLE: &str = include_str!("site/style.css");

/// A file of the site, by its path below the site's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub path: PathBuf,
    pub text: String,
}

/// The site: its list, its pages in the order of the rules, its style.
pub fn pages(rules: &RuleSet) -> Vec<Page> {
    let page = |path: String, text| Page {
        path: path.into(),
        text,
    };
    let mut pages = vec![page("index.html".to_owned(), list(rules))];
    for rule in rules.rules() {
        pages.push(page(format!("rules/{}.html", rule.id), about(rule)));
    }
    pages.push(page("style.css".to_owned(), STYLE.to_owned()));
    pages
}

/// Text as it stands, in HTML.
fn text(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for letter in raw.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(letter),
        }
    }
    out
}

/// Markdown of a rule's author; HTML in it is text, and links lead to the web only.
fn markdown(raw: &str) -> String {
    let safe = Parser::new(raw).map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Start(pulldown_cmark::Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(pulldown_cmark::Tag::Link {
            link_type,
            dest_url: if is_web(&dest_url) {
                dest_url
            } else {
                "#".into()
            },
            title,
            id,
        }),
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, safe);
    out
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://")
}

/// `root` leads from the page to the folder of the site.
fn page(title: &str, root: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"{root}style.css\">\n\
         <body>\n{body}</body>\n</html>\n",
        title = text(title),
    )
}

fn list(rules: &RuleSet) -> String {
    let count = rules.rules().len();
    let mut body = format!(
        "<header><h1>Rules of mrlint</h1>\n<p>{count} rules of version {}.</p></header>\n<main>\n",
        env!("CARGO_PKG_VERSION")
    );
    let of = |pillar: &Pillar| -> Vec<&Rule> {
        let own = rules.rules().iter();
        own.filter(|rule| rule.pillar.code == pillar.code).collect()
    };
    body.push_str("<nav aria-label=\"Pillars\"><ul>\n");
    for pillar in Pillar::ALL.iter().filter(|it| !of(it).is_empty()) {
        let (code, title, count) = (pillar.code, text(pillar.title), of(pillar).len());
        let _ = writeln!(body, "<li><a href=\"#{code}\">{title}</a> ({count})</li>");
    }
    body.push_str("</ul></nav>\n");
    for pillar in Pillar::ALL.iter().filter(|it| !of(it).is_empty()) {
        let (code, title) = (pillar.code, text(pillar.title));
        let _ = writeln!(
            body,
            "<section id=\"{code}\"><h2>{title}</h2>\n<table>\n<thead><tr><th scope=\"col\">Rule</th>\
             <th scope=\"col\">Severity</th><th scope=\"col\">Judges</th><th scope=\"col\">What is wrong</th></tr></thead>\n<tbody>"
        );
        for rule in of(pillar) {
            let (id, severity) = (text(&rule.id), rule.severity.text());
            let (subject, title) = (text(rule.subject.text()), text(&rule.title));
            let _ = writeln!(
                body,
                "<tr><td><a href=\"rules/{id}.html\">{id}</a></td><td class=\"{severity}\">{severity}</td>\
                 <td><code>{subject}</code></td><td>{title}</td></tr>"
            );
        }
        body.push_str("</tbody></table></section>\n");
    }
    body.push_str("</main>\n");
    page("Rules of mrlint", "", &body)
}

fn about(rule: &Rule) -> String {
    let mut body = format!(
        "<header><p><a href=\"../index.html#{}\">All rules</a></p>\n<h1>{}</h1>\n<p>{}</p></header>\n<main>\n<dl>\n",
        rule.pillar.code,
        text(&rule.title),
        text(&format!("{} {}", rule.id, rule.name)),
    );
    let facts = [
        ("Severity", rule.severity.text()),
        ("Evidence", rule.evidence.text()),
        ("Judges", rule.subject.text()),
        ("Postures", rule.applies.text()),
        ("Pillar", rule.pillar.title),
    ];
    for (word, value) in facts {
        let _ = writeln!(body, "<dt>{word}</dt><dd>{}</dd>", text(value));
    }
    if !rule.frameworks.is_empty() {
        let all = text(&rule.frameworks.join(", "));
        let _ = writeln!(body, "<dt>Asked for by</dt><dd>{all}</dd>");
    }
    body.push_str("</dl>\n");
    let _ = writeln!(body, "<h2>Why</h2>\n{}", markdown(&rule.why));
    if let Some(when) = &rule.expressions.when {
        let _ = writeln!(body, "<h2>Applies when</h2>\n{}", code(when.source()));
    }
    let fail = code(rule.expressions.fail.source());
    let _ = writeln!(body, "<h2>Fails when</h2>\n{fail}");
    let _ = writeln!(body, "<h2>Fix</h2>\n{}", markdown(&rule.fix.text));
    for (word, _, example) in rule.fix.examples() {
        let _ = writeln!(body, "<h3>{word}</h3>\n{}", code(example));
    }
    if let Some(mend) = rule.mend {
        let told = format!(
            "In a model it {} (`mrlint what-if --fix {}`).",
            mend.does, rule.id
        );
        let _ = writeln!(body, "{}", markdown(&told));
    }
    body.push_str(&options(rule));
    body.push_str(&references(rule));
    body.push_str("</main>\n");
    page(&format!("{} {}", rule.id, rule.title), "../", &body)
}

fn code(raw: &str) -> String {
    format!("<pre><code>{}</code></pre>", text(raw.trim()))
}

fn options(rule: &Rule) -> String {
    if rule.options.is_empty() {
        return String::new();
    }
    let mut out = "<h2>Options</h2>\n<dl>\n".to_owned();
    for option in &rule.options {
        let (name, value) = (text(&option.name), text(&option.shown()));
        let _ = writeln!(
            out,
            "<dt><code>{name}</code></dt><dd>{} (<code>{value}</code> unless set)</dd>",
            text(&option.doc)
        );
    }
    out + "</dl>\n"
}

fn references(rule: &Rule) -> String {
    if rule.references.is_empty() {
        return String::new();
    }
    let mut out = "<h2>References</h2>\n<ul>\n".to_owned();
    for reference in &rule.references {
        let title = text(&reference.title);
        let _ = match reference.url.as_deref().filter(|url| is_web(url)) {
            Some(url) => writeln!(out, "<li><a href=\"{}\">{title}</a></li>", text(url)),
            None => writeln!(out, "<li>{title}</li>"),
        };
    }
    out + "</ul>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_page_that_the_list_leads_to() {
        let rules = RuleSet::builtin().unwrap();
        let pages = pages(&rules);
        assert_eq!(pages.len(), rules.rules().len() + 2);
        let list = &pages[0].text;
        for page in &pages[1..pages.len() - 1] {
            let link = format!("href=\"{}\"", page.path.display());
            assert!(list.contains(&link), "{link}");
            assert!(page.text.contains("<h2>Why</h2>"), "{:?}", page.path);
        }
    }

    #[test]
    fn what_an_author_writes_is_no_markup_of_the_page() {
        let block = markdown("<script>x</script> [a](javascript:x)");
        assert!(!block.contains("<script"), "{block}");
        let shown = markdown("A <b onclick=x> [a](javascript:x) [b](https://x.example) *c*");
        assert!(!shown.contains("<b"), "{shown}");
        assert!(!shown.contains("javascript"), "{shown}");
        assert!(shown.contains("href=\"https://x.example\""), "{shown}");
        assert!(shown.contains("<em>c</em>"), "{shown}");
        assert_eq!(
            text("<a href='x'>\"&"),
            "&lt;a href=&#39;x&#39;&gt;&quot;&amp;"
        );
    }
}
