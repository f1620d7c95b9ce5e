// Puts the page together, follows addresses, and makes what is printed.

const SECTIONS = [
  ["summary", "Summary"], ["map", "Map"], ["workload", "Workload"], ["losses", "Losses"], ["residency", "Residency"],
  ["fixes", "Fix first"], ["findings", "Findings"], ["coverage", "Coverage"], ["trend", "Trend"], ["since", "Since"], ["waived", "Waived"],
  ["unassigned", "Unassigned"], ["notices", "Notices"], ["assumptions", "Assumptions"], ["run", "Run"],
];

function goTo(id) {
  const it = document.getElementById(id);
  const title = (id === "main" ? null : it?.querySelector("h2")) ?? it;
  title?.scrollIntoView({ block: "start" });
  title?.focus({ preventScroll: true });
}

/** Shows what the address names: a finding, a rule, a workload and its loss, findings that pass filters. */
function follow() {
  const [first, ...rest] = location.hash.slice(1).split("&");
  const place = first.includes("=") ? "" : first;
  const what = Object.fromEntries(new URLSearchParams(place ? rest.join("&") : location.hash.slice(1)));
  if (what.finding) {
    const at = findingOf(what.finding);
    if (at >= 0) return showFindings({}, at);
    return say("That finding is not in this report: it may be mended, waived or unread.");
  }
  if (place === "findings") {
    if (head.findings) showFindings(what);
    return goTo("findings");
  }
  if (what.workload) {
    const at = workloadAt.get(what.workload);
    if (at === undefined) return say("That workload is not in this report.");
    showWorkload(at);
    document.getElementById("workload-findings").href = toFindings({ workload: what.workload });
    if (what.loss) return showLoss(at, what.loss) || say("That loss was not played through.");
    return goTo("workload");
  }
  if (what.rule) return openRule(what.rule) || say("That rule is not in this report.");
  if (document.getElementById(place)) goTo(place);
  return undefined;
}

const notice = h("p.say", { role: "alert", hidden: true });
function say(text) {
  replace(notice, text);
  notice.hidden = false;
  notice.scrollIntoView({ block: "start" });
}

// What is printed beside what the page shows: everything that has to be opened on a screen.
const PRINTED = { workloads: 40, findings: 1000, gaps: 100 };

function printed() {
  const some = head.workloads.slice(0, PRINTED.workloads);
  const parts = some.map((row, at) => h("section.on-paper", null,
    h("h2", null, "Workload ", named(row.name)), aboutWorkload(at),
    workload(at).losses.map((it) => [h("h3", null, `Without ${it.loss}`), outcome(workload(at), it, "h4")])));
  if (head.workloads.length > some.length) {
    parts.push(h("p", null, `${number(head.workloads.length - some.length)} more workloads are in the file and not printed.`));
  }
  return h("div", { id: "paper" }, parts,
    h("section.on-paper", null, h("h2", null, "What was not read"), placeMatrix(),
      head.gaps.length ? firstOf(head.gaps, PRINTED.gaps, gapTable, "gap") : null, openRules()),
    h("section", null, h("h2", null, "What the losses assume"), assumptionTable()),
    printedFindings());
}

function printedFindings() {
  if (!head.findings) return null;
  const rows = [...Array(head.findings).keys()].sort((a, b) => rank()[columns().rule[a]] - rank()[columns().rule[b]] || a - b);
  const groups = new Map();
  for (const at of rows.slice(0, PRINTED.findings)) {
    const rule = head.rules[columns().rule[at]];
    if (!groups.has(rule)) groups.set(rule, []);
    groups.get(rule).push(finding(at));
  }
  const about = ([rule, all]) => [
    h("h3", null, `${rule.id} ${rule.title}`), prose(rule.why), h("h4", null, "What to do"), prose(rule.fix),
    rule.examples.map(([title, , text]) => [h("h4", null, title), codeBlock(text, title)]),
    table(count(all.length, "finding"), ["Resource", "Severity", "What is wrong", "Workload", "Account", "Region"],
      all.map((it) => [named(it.name), badge(it.severity), it.message, named(it.workload), it.account, it.region])),
  ];
  const rest = head.findings - PRINTED.findings;
  return h("section.on-paper", null, h("h2", null, "Findings by what to fix first"), [...groups].map(about),
    rest > 0 ? h("p", null, `${number(rest)} more findings are in the file and not printed.`) : null);
}

function start() {
  add(document.getElementById("top"), top());
  const parts = [notice, summary(), mapSection(), workloadSection(), lossSection(), residencySection(), fixSection(),
    findingSection(), coverageSection(), section("trend", "Trend", trend()), noteSections()];
  replace(document.getElementById("main"), parts);
  const there = SECTIONS.filter(([id]) => document.getElementById(id));
  add(document.getElementById("sections"), [h("ul", null, there.map(([id, title]) => h("li", null, h("a", { href: `#${id}` }, title))))]);
  add(document.getElementById("foot"), [h("p", null, `${head.run.collected_by}. Modelled from what was read on ${moment(head.run.finished)}; no promise.`)]);
  if (head.findings) update();
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => {
    document.getElementById("paper")?.remove();
    onPaper = true;
    document.getElementById("main").append(printed());
    onPaper = false;
  });
  addEventListener("afterprint", () => document.getElementById("paper")?.remove());
  follow();
  document.documentElement.dataset.ready = "true";
}

start();
