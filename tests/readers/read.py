"""Reads a report in every format with the format's own reader, and holds it against the JSON report.

Usage: read.py FOLDER [FORMAT ...]. Exits with 1 and says what is wrong with which format.
"""

import csv
import json
import re
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import cmarkgfm
import duckdb
import jsonschema
import xmlschema
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).resolve().parents[2]


def tame(text, breaks="\n"):
    """Nothing that a terminal obeys, that turns text, or that cannot be seen."""
    wild = re.compile(
        r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]"
    )
    found = [it for it in wild.findall(text) if it not in breaks]
    assert not found, f"raw {found[0]!r}"


def carried(report):
    return (report["since"] or {}).get("carried", [])


def mended(report):
    return (report["since"] or {}).get("mended", [])


def prints(findings):
    return Counter(it["fingerprint"] for it in findings)


def junit(path, report):
    xmlschema.XMLSchema(ROOT / "reports/junit/junit-10.xsd").validate(path)
    text = path.read_text()
    tame(text)
    root = xmlschema.XMLResource(path).root
    suites = root.findall("testsuite")
    assert len(suites) == len(report["workloads"]), "suites"
    for suite in suites:
        cases = suite.findall("testcase")
        count = lambda tag: sum(case.find(tag) is not None for case in cases)
        assert int(suite.get("tests")) == len(cases), "tests"
        assert int(suite.get("failures")) == count("failure"), "failures"
        assert int(suite.get("skipped")) == count("skipped"), "skipped"
    failures = root.findall(".//failure")
    assert int(root.get("failures")) == len(failures), "failures of all"
    assert int(root.get("tests")) == len(root.findall(".//testcase")), "tests of all"
    assert len(failures) == len(report["findings"]), "findings"
    known = Counter(it["severity"] for it in report["findings"])
    assert Counter(it.get("type") for it in failures) == known, "severities"
    return len(failures)


class Page(HTMLParser):
    """Tags of a page, and the rows under each title."""

    def __init__(self):
        super().__init__()
        self.tags, self.rows, self.title, self.in_title = Counter(), Counter(), "", False

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.in_title = tag == "h3"
        # GitHub makes a link of whatever looks like a mail address: it leads nowhere.
        if tag == "a" and dict(attrs)["href"].startswith("mailto:"):
            self.tags["a"] -= 1
        if tag == "tr":
            self.rows[self.title] += 1

    def handle_data(self, data):
        if self.in_title:
            self.title, self.in_title = data, False


def markdown(path, report):
    text = path.read_text()
    tame(text)
    assert len(text.encode()) < 1024 * 1024, "too long for a summary"
    page = Page()
    # Raw HTML too: GitHub lets much of it through.
    raw = cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE
    page.feed(cmarkgfm.github_flavored_markdown_to_html(text, options=raw))
    ours = {"h2", "h3", "p", "br", "table", "thead", "tbody", "tr", "th", "td", "strong", "code"}
    others = set(+page.tags) - ours
    assert not others, f"markup from names: {others}"
    left = re.findall(r"(\d+) rows? left out here", text)
    rows = page.rows["Findings"] - 1 + sum(map(int, left))
    assert rows >= len(report["findings"]) > 0, f"{rows} rows"
    if not left:
        assert rows == len(report["findings"]), f"{rows} rows"
    # Cells that a name broke out of would be columns, or tables, of their own.
    assert page.tags["table"] <= 7, "tables"
    return rows


def csv_(path, report):
    text = path.read_bytes().decode()
    tame(text, "\r\n")
    rows = list(csv.DictReader(text.splitlines(), strict=True))
    wanted = {"open": report["findings"], "carried": carried(report), "waived": report["waived"]}
    for status, findings in wanted.items():
        own = [it for it in rows if it["status"] == status]
        assert prints(own) == prints(findings), status
    for row in rows:
        assert None not in row and None not in row.values(), "cells"
        for cell in row.values():
            assert not cell.lstrip().startswith(tuple("=+-@\t\r＝＋－＠")), f"a formula: {cell[:40]}"
    query = "select count(*), count(distinct fingerprint) from read_csv(?, all_varchar = true, strict_mode = true, max_line_size = 10000000, buffer_size = 40000000, header = true, delim = ',', quote = '\"', escape = '\"')"
    count, distinct = duckdb.execute(query, [str(path)]).fetchone()
    assert (count, distinct) == (len(rows), len({it["fingerprint"] for it in rows})), "DuckDB"
    return len(rows)


def github(path, report):
    text = path.read_text()
    tame(text)
    levels = Counter()
    # As the runner parses them: the command up to the next `::`, its properties at commas.
    for line in text.splitlines():
        match = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
        assert match, f"no command: {line[:60]}"
        level, given, _ = match.groups()
        keys = [it.split("=", 1)[0] for it in given.split(",")]
        assert keys in (["title"], ["file", "line", "title"]), f"properties: {given[:60]}"
        levels[level] += 1
    assert set(levels) <= {"error", "warning", "notice"}, levels
    assert levels["error"] <= 10 and levels["warning"] <= 10 and levels["notice"] == 1, levels
    severe = sum(it["severity"] in ("critical", "high") for it in report["findings"])
    assert levels["error"] == min(10, severe), levels
    assert f"{len(report['findings'])} finding" in text.splitlines()[-1], "the count"
    return levels.total()


# docs.gitlab.com, "Code Quality", "Code Quality report format".
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    # Below the repository, and not written with a leading `./`.
                    "path": {"type": "string", "pattern": r"^(?!\./|/|\.\./)[^:]+$"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def gitlab(path, report):
    text = path.read_text()
    tame(text)
    issues = json.loads(text)
    jsonschema.validate(issues, GITLAB)
    assert prints(issues) == prints(report["findings"] + carried(report)), "findings"
    assert max(prints(issues).values(), default=1) == 1, "a fingerprint twice"
    return len(issues)


def ocsf(path, report):
    text = path.read_text()
    tame(text)
    compiled = OcsfJsonSchemaEmbedded(get_ocsf_schema(version="1.6.0"))
    name = compiled.lookup_class_name_from_uid(class_uid=2003)
    schema = compiled.get_class_schema(class_name=name, profiles=["cloud"])
    validator = jsonschema.Draft202012Validator(schema)
    events = [json.loads(line) for line in text.splitlines()]
    for event in events:
        for error in validator.iter_errors(event):
            raise AssertionError(f"{list(error.path)}: {error.message[:200]}")
        assert event["metadata"]["version"] == "1.6.0"
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
    of = lambda status: Counter(it["finding_info"]["uid"] for it in events if it["status"] == status)
    assert of("New") == prints(report["findings"] + carried(report)), "new"
    assert of("Suppressed") == prints(report["waived"]), "suppressed"
    assert of("Resolved") == prints(mended(report)), "resolved"
    return len(events)


def prometheus(path, report):
    text = path.read_text()
    tame(text)
    families = {it.name: it for it in text_string_to_metric_families(text)}
    assert all(it.type == "gauge" and it.documentation for it in families.values())
    total = sum(it.value for it in families["mrlint_findings"].samples)
    assert total == len(report["findings"]), "findings"
    names = {it["name"] for it in report["workloads"]}
    seen = {it.labels["workload"] for it in families["mrlint_findings"].samples}
    assert len(seen) == len(names), "workloads"
    share = families["mrlint_coverage_ratio"].samples[0].value
    assert abs(share - report["coverage"]["share"]) < 1e-12, "coverage"
    losses = sum(it.value for it in families["mrlint_losses"].samples) if "mrlint_losses" in families else 0
    assert losses == sum(len(it["losses"]) for it in report["workloads"]), "losses"
    labels = set().union(*(it.labels for family in families.values() for it in family.samples))
    assert labels <= {"version", "workload", "severity", "state", "cause", "outcome", "loss"}, labels
    return sum(len(it.samples) for it in families.values())


SQL = {"text": "VARCHAR", "bigint": "BIGINT", "double": "DOUBLE", "boolean": "BOOLEAN", "timestamp": "TIMESTAMP"}


def documented():
    """Columns and types by table, out of the page."""
    tables, name = {}, None
    for line in (ROOT / "reports/parquet/README.md").read_text().splitlines():
        if line.startswith("## "):
            name = line[3:]
            tables[name] = {}
        elif match := re.match(r"\| `(\w+)` \| (\w+)", line):
            tables[name][match[1]] = SQL[match[2]]
    return tables


def parquet(path, report):
    database = duckdb.connect()
    one = lambda query: database.execute(query).fetchone()
    for name, columns in documented().items():
        database.execute(f"create view {name} as select * from '{path}/{name}.parquet'")
        found = {row[0]: row[1] for row in database.execute(f"describe {name}").fetchall()}
        assert found == columns, f"{name}: {found}"
    counts = {
        "findings": len(report["findings"]) + len(carried(report)) + len(report["waived"]),
        "resources": report["run"]["resources"],
        "runs": 1,
    }
    for name, count in counts.items():
        assert one(f"select count(*) from {name}") == (count,), name
    open_ = database.execute("select fingerprint from findings where status = 'open'").fetchall()
    assert Counter(it for it, in open_) == prints(report["findings"]), "open findings"
    # Whatever is about a resource is joined with it, and so are both ends of an edge.
    lost = "select count(*) from findings f left join resources r using (arn) where r.arn is null and f.status = 'open' and f.kind like 'AWS::%'"
    assert one(lost) == (0,), "findings without their resource"
    lost = "select count(*) from edges e left join resources r on r.arn = e.from_arn where r.arn is null"
    assert one(lost) == (0,), "edges without a beginning"
    wrong = "select count(*) from edges where held != (to_arn in (select arn from resources))"
    assert one(wrong) == (0,), "ends of edges"
    states = {it for it, in database.execute("select distinct state from coverage").fetchall()}
    assert states <= {"read", "on_word", "partly", "unread"}, states
    if not report["gaps"]:
        assert states == {"read"}, states
    assert one("select sum(resources) from coverage")[0] <= report["run"]["resources"], "coverage"
    # A resource lies in a place of which the coverage is known.
    assert one("select count(distinct run) from (select run from findings union select run from resources union select run from runs)") == (1,)
    return sum(one(f"select count(*) from {name}")[0] for name in documented())


READERS = {
    "junit": junit,
    "markdown": markdown,
    "csv": csv_,
    "github": github,
    "gitlab": gitlab,
    "ocsf": ocsf,
    "prometheus": prometheus,
    "parquet": parquet,
}


def main():
    folder, *names = sys.argv[1:]
    folder = Path(folder)
    report = json.loads((folder / "report.json").read_text())
    wrong = 0
    for name in names or READERS:
        path = folder / f"report.{name}"
        if name == "parquet" and not names and not path.exists():
            continue
        try:
            print(f"{name}: {READERS[name](path, report)}")
        except Exception as error:
            wrong += 1
            print(f"{name} is wrong: {type(error).__name__}: {str(error)[:2000]}")
    sys.exit(1 if wrong else 0)


main()
