//! What the page may do, what it holds, and that no name gets out of its place.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::*;
use crate::report::samples;

fn page(report: &Report) -> String {
    let mut out = Vec::new();
    render(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What stands between two texts, the first time that they do.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let start = text.find(before).unwrap() + before.len();
    let end = text[start..].find(after).unwrap();
    &text[start..start + end]
}

fn data(page: &str, id: &str) -> Value {
    let text = between(page, &format!("id=\"{id}\">"), "</script>");
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_policy_allows_this_style_and_this_script_and_nothing_else() {
    let page = page(&samples::hostile());
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    for (directive, text) in [
        ("style-src", between(&page, "<style>", "</style>")),
        ("script-src", between(&page, "<script>", "</script>")),
    ] {
        let hash = STANDARD.encode(Sha256::digest(text.as_bytes()));
        assert!(
            policy.contains(&format!("{directive} 'sha256-{hash}'")),
            "{policy}"
        );
    }
    for rest in [
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ] {
        assert!(policy.contains(rest), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
}

#[test]
fn no_name_gets_out_of_its_block() {
    let page = page(&samples::hostile());
    let scripts = page.matches("<script").count();
    assert_eq!(scripts, page.matches("</script>").count());
    // head, land, one workload, columns, one chunk, waived; and the program.
    assert_eq!(scripts, 7);
    for odd in ['\u{202E}', '\u{2028}', '\0', '\u{1B}'] {
        assert!(!page.contains(odd), "{odd:?}");
    }
    for id in ["head", "workload-0", "columns", "findings-0", "waived"] {
        let text = between(&page, &format!("id=\"{id}\">"), "</script>");
        assert!(!text.contains(['<', '>', '&']), "{id}");
    }
}

#[test]
fn names_come_back_as_they_were() {
    let report = samples::hostile();
    let page = page(&report);
    let columns = data(&page, "columns");
    assert_eq!(
        columns["name"][0],
        report.findings[0].resource.name.as_str()
    );
    let detail = &data(&page, "findings-0")[0];
    assert_eq!(detail["message"], report.findings[0].message.as_str());
    assert_eq!(
        data(&page, "workload-0")["name"],
        report.workloads[0].name.as_str()
    );
    assert_eq!(
        data(&page, "waived")["words"][0][0],
        report.waived[0].owner.as_str()
    );
}

#[test]
fn findings_lie_in_chunks_and_columns_have_a_place_for_each() {
    let mut report = samples::hostile();
    let finding = report.findings[0].clone();
    report.findings = vec![finding; findings::CHUNK * 2 + 1];
    let page = page(&report);
    let columns = data(&page, "columns");
    for column in [
        "severity", "rule", "workload", "kind", "account", "region", "name",
    ] {
        let count = columns[column].as_array().unwrap().len();
        assert_eq!(count, report.findings.len(), "{column}");
    }
    let lengths = [0, 1, 2].map(|at| {
        let chunk = data(&page, &format!("findings-{at}"));
        chunk.as_array().unwrap().len()
    });
    assert_eq!(lengths, [findings::CHUNK, findings::CHUNK, 1]);
    assert!(!page.contains("id=\"findings-3\""));
}

#[test]
fn the_same_report_gives_the_same_page() {
    assert_eq!(page(&samples::hostile()), page(&samples::hostile()));
    assert_ne!(page(&samples::hostile()), page(&samples::empty()));
}

/// Names must never become markup, so the program has no way to make any of text.
#[test]
fn the_program_knows_no_markup_and_no_network() {
    for word in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "DOMParser",
        "srcdoc",
        "fetch(",
        "XMLHttpRequest",
        "WebSocket",
        "sendBeacon",
        "EventSource",
        "localStorage",
        "cookie",
        "import(",
        "setAttribute(\"on",
    ] {
        assert!(!SCRIPT.contains(word), "{word}");
    }
    assert!(!SCRIPT.contains("</script") && !STYLE.contains("</style"));
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
}
