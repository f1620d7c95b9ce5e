// What to fix first: the rules that found something, the worst and most rewarding first.

const regains = (it) =>
  it.points ? `up to +${it.points}` : it.uncapped ? `up to +${it.uncapped} under the cap` : "–";

let openRule = () => false;

function fixSection() {
  if (!head.fixes.length) {
    return section("fixes", "What to fix first", h("p.none", null,
      head.coverage.unknown ? "Nothing was found in what could be read; some verdicts are open." : "Nothing was found."));
  }
  const opened = new Map();
  const rows = (all) => {
    const body = h("tbody", null);
    for (const it of all) add(body, [fixRow(it, opened)]);
    const made = h("div.scroll", { tabindex: "0", role: "group", "aria-label": "What to fix first" },
      h("table.plain.fixes", null, h("caption", null, "Rules that found something: by severity, points that come back (of a workload's five best fixes), number of findings"),
        h("thead", null, h("tr", null, ["Rule", "Severity", "Findings", "Workloads", "Regains"].map((it) => h("th", { scope: "col" }, it)))),
        body));
    rove(made, () => [...made.querySelectorAll("button.open")]);
    const first = made.querySelector("button.open");
    if (first) first.tabIndex = 0;
    return made;
  };
  const holder = firstOf(head.fixes, 25, rows, "rule");
  const other = h("div", { id: "rule", hidden: true });
  openRule = (id) => {
    const rule = head.rules[ruleAt.get(id)];
    if (!rule) return false;
    if (head.fixes.some((it) => it.rule === id)) {
      other.hidden = true;
      if (!opened.has(id)) holder.querySelector("button.more")?.click();
      const { button, set } = opened.get(id);
      set(true);
      button.scrollIntoView({ block: "start" });
      button.focus({ preventScroll: true });
    } else {
      const title = h("h3", { tabindex: "-1" }, `${rule.id} ${rule.title}`);
      replace(other, title, aboutRule(rule));
      other.hidden = false;
      title.scrollIntoView({ block: "start" });
      title.focus({ preventScroll: true });
    }
    return true;
  };
  return section("fixes", "What to fix first", holder, other);
}

function fixRow(it, opened) {
  const rule = head.rules[ruleAt.get(it.rule)];
  const id = fresh("fix");
  const button = h("button.open", { type: "button", tabindex: "-1", "aria-expanded": "false", "aria-controls": id }, rule.title);
  const cell = h("td", { colspan: "5" });
  const more = h("tr.more-row", { id, hidden: true }, cell);
  const set = (to) => {
    if (to && !cell.childNodes.length) {
      add(cell, [h("div.finding", null,
        h("p", null, h("a", { href: toFindings({ rule: it.rule }) }, `Show its ${count(it.findings, "finding")}`)),
        aboutRule(rule, "h3"))]);
    }
    more.hidden = !to;
    button.setAttribute("aria-expanded", String(to));
  };
  button.addEventListener("click", () => set(more.hidden));
  opened.set(it.rule, { button, set });
  const row = h("tr", null,
    h("th", { scope: "row" }, button, h("span.sub", null, rule.id)),
    h("td", null, badge(it.severity)),
    h("td.number", null, h("a", { href: toFindings({ rule: it.rule }) }, number(it.findings))),
    h("td.number", null, number(it.workloads)),
    h("td", null, regains(it)));
  return [row, more];
}
