// The head of the page: what was judged, what came of it, and the workloads.

function top() {
  const { run, coverage } = head;
  const theme = h("button.quiet", { type: "button", id: "theme" }, "Dark");
  const set = (dark) => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    theme.textContent = dark ? "Light" : "Dark";
    theme.setAttribute("aria-label", dark ? "Use light colours" : "Use dark colours");
  };
  const dark = () =>
    (document.documentElement.dataset.theme ??
      (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  theme.textContent = dark() ? "Light" : "Dark";
  theme.setAttribute("aria-label", dark() ? "Use light colours" : "Use dark colours");
  theme.addEventListener("click", () => set(!dark()));
  return [
    h("div.brand", null, h("h1", null, "mrlint ", h("span", null, "multi-Region report"))),
    h("p.meta", null,
      `Read ${moment(run.finished)}, `,
      `${count(run.accounts.length, "account")}, ${count(run.regions.length, "Region")}, `,
      `${count(run.resources, "resource")}; ${coverage.percent} % of what applies could be decided.`),
    h("div.tools", null, theme,
      h("button.quiet", { type: "button", onclick: () => print() }, "Print")),
  ];
}

/** One sentence: how the estate comes out of the loss of a Region. */
function headline() {
  const all = head.workloads.filter((it) => it.verdict);
  if (!head.workloads.length) return "No workload was found.";
  if (!all.length) return "No loss of a Region was played through: no workload is seen to serve anybody.";
  const total = count(head.workloads.length, "workload");
  const say = (fate, one, many) => {
    const some = all.filter((it) => it.verdict === fate).length;
    if (!some) return null;
    const who = head.workloads.length === 1 ? "The workload" : `${number(some)} of ${total}`;
    return `${who} ${some === 1 ? one : many}`;
  };
  return say("fails", "fails when a Region is lost.", "fail when a Region is lost.")
    ?? say("unknown", "may or may not survive the loss of a Region: not enough was read, or can be known.",
      "may or may not survive the loss of a Region: not enough was read, or can be known.")
    ?? say("degraded", "serves less when a Region is lost.", "serve less when a Region is lost.")
    ?? say("survives", "survives every loss that was played through.", "survive every loss that was played through.");
}

function tiles() {
  const { score, coverage, workloads: all } = head;
  const bySeverity = head.severities.map((_, at) => all.reduce((sum, it) => sum + it.findings[at], 0));
  const points = score.points === null ? "–" : number(score.points);
  return h("div.tiles", null,
    h("div.tile", null,
      h("p.big", null, points, score.points === null ? null : h("small", null, " of 100")),
      h("p", null, score.points === null
        ? "no score: too little is decided"
        : `score, of ${score.scored} of ${count(score.workloads, "workload")}`)),
    h("div.tile.wide", null,
      h("p.big", null, number(head.findings), h("small", null, head.findings === 1 ? " finding" : " findings")),
      h("ul.counts", null, bySeverity.map((many, at) =>
        many ? h("li", null, h("a", { href: toFindings({ severity: head.severities[at] }) },
          badge(head.severities[at], `${number(many)} ${head.severities[at]}`))) : null))),
    h("div.tile", null,
      h("p.big", null, coverage.percent, h("small", null, " %")),
      h("p", null, "decided; ", h("a", { href: "#coverage" }, `${number(coverage.unknown)} open`))),
  );
}

const severities = (counts) =>
  h("span.few", null, counts.map((many, at) =>
    many && at < 4
      ? h(`span.badge.is-${head.severities[at]}`, { title: head.severities[at] },
        h("span.glyph", { "aria-hidden": "true" }, GLYPHS[head.severities[at]]),
        number(many), h("span.unseen", null, ` ${head.severities[at]}`))
      : null));

/** Points, their interval as a bar, and what keeps them down. */
const scored = (row) => [
  h("span.score", null, h("b", null, row.score), gauge(row.points, row.low, row.high)),
  row.cap ? h("span.because", null, row.cap) : null,
];

function workloadTable() {
  const rows = (all) => table(
    "Workloads, their verdicts and scores",
    ["Workload", "When a Region is lost", "Score, and what caps it", "Residency", "Findings"],
    all.map((row) => [
      [workloadLink(row.name), h("span.sub", null, `${row.posture}, `, regions(row.active))],
      row.verdict ? badge(row.verdict) : h("span.none", null, "not played through"),
      scored(row),
      row.residency ? badge(row.residency) : h("span.none", null, "no boundary"),
      severities(row.findings),
    ]),
    "plain.workloads",
  );
  return firstOf(head.workloads, 50, rows, "workload");
}

function trend() {
  const all = head.trend;
  if (!all.length) {
    return h("p.none", null, "No earlier run was given: there is no trend to show.");
  }
  const width = 600;
  const x = (at) => 8 + (at / Math.max(1, all.length - 1)) * (width - 16);
  const y = (points) => 8 + (1 - points / 100) * 84;
  const known = all.map((it, at) => [it, at]).filter(([it]) => it.score !== null);
  const line = known.map(([it, at], n) => `${n ? "L" : "M"}${x(at)} ${y(it.score)}`).join("");
  return [
    h("figure", null,
      s("svg.trend", { viewBox: `0 0 ${width} 100`, role: "img", "aria-label": "Score of each run; the table has the numbers" },
        [0, 50, 100].map((it) => s("line.grid", { x1: 0, x2: width, y1: y(it), y2: y(it) })),
        line ? s("path.line", { d: line }) : null,
        known.map(([it, at]) => s("circle", { cx: x(at), cy: y(it.score), r: 3 })))),
    table("Runs, the latest first", ["Run", "Score", "Findings", "Coverage", "Another than before"],
      [...all].reverse().map((it) => [moment(it.finished), it.score ?? "–", severities(it.findings),
        `${it.coverage} %`, it.breaks.join(", ")])),
  ];
}

function summary() {
  return section("summary", headline(), tiles(), workloadTable(),
    h("p.note", null, "What happens when a Region is lost is modelled from what was read, and no promise; ",
      h("a", { href: "#assumptions" }, "what it assumes"), ". A score in brackets has an interval: what was not read may pass or fail."));
}
