// All findings: filters over columns of numbers, sorted, a page of rows at a time.

const PAGE = 100;
const SORTS = [
  ["rank", "what to fix first"], ["severity", "severity"], ["name", "resource"], ["workload", "workload"],
  ["account", "account"], ["region", "Region"], ["rule", "rule"],
];
const FILTERS = ["severity", "workload", "account", "region", "rule", "text"];

const state = { filters: {}, sort: "rank", down: false, page: 0, rows: [] };

/** What a finding must have to pass, as a function of its number; null when a filter names nothing. */
function passes(filters) {
  const of = columns();
  const tests = [];
  const column = (values, wanted) => {
    if (wanted === undefined) return;
    tests.push(wanted < 0 ? () => false : (i) => values[i] === wanted);
  };
  const place = (word, all) => (filters[word] ? all(filters[word]) : undefined);
  column(of.workload, place("workload", (it) => workloadAt.get(it) ?? -1));
  column(of.account, place("account", (it) => of.accounts.indexOf(it)));
  column(of.region, place("region", (it) => of.regions.indexOf(it)));
  column(of.rule, place("rule", (it) => ruleAt.get(it) ?? -1));
  if (filters.severity) {
    const wanted = new Set(filters.severity.split(",").map((it) => severityAt.get(it)));
    tests.push((i) => wanted.has(of.severity[i]));
  }
  const words = (filters.text ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length) {
    const all = haystack();
    tests.push((i) => words.every((word) => all[i].includes(word)));
  }
  return (i) => tests.every((test) => test(i));
}

/** Positions in the order of their texts, so that columns of numbers sort like their words. */
const orders = once(() => {
  const of = columns();
  const order = (texts) => {
    const sorted = texts.map((text, at) => [text, at]).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const places = new Array(texts.length);
    sorted.forEach(([, at], place) => (places[at] = place));
    return places;
  };
  return { rule: order(head.rules.map((it) => it.id)), workload: order(head.workloads.map((it) => it.name)), rank: rank(), of };
});

function keyOf(sort) {
  const { of, rule, workload: byName, rank: ranks } = orders();
  return {
    rank: (i) => ranks[of.rule[i]], severity: (i) => of.severity[i], name: (i) => of.name[i],
    workload: (i) => byName[of.workload[i]], account: (i) => of.account[i], region: (i) => of.region[i],
    rule: (i) => rule[of.rule[i]],
  }[sort];
}

function choose() {
  const test = passes(state.filters);
  const rows = [];
  for (let i = 0; i < head.findings; i += 1) if (test(i)) rows.push(i);
  const key = keyOf(state.sort);
  const sign = state.down ? -1 : 1;
  rows.sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    return x < y ? -sign : x > y ? sign : a - b;
  });
  state.rows = rows;
  state.page = 0;
}

function findingRow(i) {
  const of = columns();
  const rule = head.rules[of.rule[i]];
  const id = fresh("row");
  const button = h("button.open", { type: "button", tabindex: "-1", "aria-expanded": "false", "aria-controls": id },
    named(of.name[i] || "(no name)"));
  const cell = h("td", { colspan: "6" });
  const more = h("tr.more-row", { id, hidden: true }, cell);
  const set = (to) => {
    if (to && !cell.childNodes.length) add(cell, [aboutFinding(finding(i))]);
    more.hidden = !to;
    button.setAttribute("aria-expanded", String(to));
  };
  button.addEventListener("click", () => set(more.hidden));
  const row = h("tr", { "data-at": i },
    h("th", { scope: "row" }, button, h("span.sub", null, short(of.kinds[of.kind[i]]))),
    h("td", null, badge(head.severities[of.severity[i]])),
    h("td", null, rule.title, h("span.sub", null, rule.id)),
    h("td", null, named(head.workloads[of.workload[i]]?.name ?? "")),
    h("td.account", null, of.accounts[of.account[i]]),
    h("td", null, solid(of.regions[of.region[i]])));
  row.open = () => set(true);
  return [row, more];
}

const HEADS = [["name", "Resource"], ["severity", "Severity"], ["rule", "Finding"], ["workload", "Workload"],
  ["account", "Account"], ["region", "Region"]];

const findingsUi = once(() => {
  const body = h("tbody", null);
  const status = h("p.status", { role: "status", "aria-live": "polite" });
  const heads = HEADS.map(([sort, title]) => {
    const button = h("button.sort", { type: "button" }, title);
    button.addEventListener("click", () => {
      state.down = state.sort === sort && !state.down;
      state.sort = sort;
      update();
    });
    return h(`th${sort === "account" ? ".account" : ""}`, { scope: "col", "data-sort": sort }, button);
  });
  const made = h("div.scroll", { tabindex: "0", role: "group", "aria-label": "Findings" },
    h("table.plain.findings", null, h("caption", null, "Findings; a row opens to its evidence and remedies"),
      h("thead", null, h("tr", null, heads)), body));
  rove(made, () => [...body.querySelectorAll("button.open")]);
  const page = (word, step) => {
    const button = h("button.quiet", { type: "button" }, word);
    button.addEventListener("click", () => {
      state.page += step;
      draw();
      made.scrollIntoView({ block: "start" });
    });
    return button;
  };
  const [before, after] = [page("Previous", -1), page("Next", 1)];
  const where = h("span", null);
  const draw = () => {
    const pages = Math.max(1, Math.ceil(state.rows.length / PAGE));
    const some = state.rows.slice(state.page * PAGE, (state.page + 1) * PAGE);
    replace(body, some.map(findingRow));
    const first = body.querySelector("button.open");
    if (first) first.tabIndex = 0;
    [before.disabled, after.disabled] = [state.page === 0, state.page >= pages - 1];
    replace(where, `page ${number(state.page + 1)} of ${number(pages)}`);
    replace(status, state.rows.length === head.findings ? count(head.findings, "finding")
      : `${number(state.rows.length)} of ${count(head.findings, "finding")}`);
    for (const it of heads) {
      if (it.dataset.sort === state.sort) it.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else it.removeAttribute("aria-sort");
    }
  };
  return { body, made, status, draw, pages: h("div.pages", null, before, where, after), controls: controls() };
});

function update() {
  choose();
  const ui = findingsUi();
  for (const [word, control] of Object.entries(ui.controls)) control.set(state.filters[word] ?? "");
  ui.controls.sort.set(state.sort);
  ui.draw();
}

/** Puts the filters into the address, from where they are read back. */
function filter(word, value) {
  const filters = { ...state.filters, [word]: value };
  history.replaceState(null, "", toFindings(filters));
  state.filters = Object.fromEntries(Object.entries(filters).filter(([, it]) => it));
  update();
}

function choice(word, label, all) {
  const field = chooser(label, [["", "all"], ...all], "", (value) => filter(word, value));
  const select = field.querySelector("select");
  return { field, set: (value) => (select.value = value) };
}

function controls() {
  const of = columns();
  const same = (it) => [it, it];
  const used = new Set(of.rule);
  const made = {
    workload: choice("workload", "Workload", head.workloads.map((it) => same(it.name))),
    account: choice("account", "Account", of.accounts.map(same)),
    region: choice("region", "Region", of.regions.map(same)),
    rule: choice("rule", "Rule", head.rules.filter((_, at) => used.has(at)).map((it) => [it.id, `${it.id} ${it.title}`])),
  };
  const present = head.severities.filter((_, at) => head.workloads.some((it) => it.findings[at]));
  const buttons = present.map((it) => {
    const button = h("button.toggle", { type: "button", "aria-pressed": "false" }, badge(it));
    button.addEventListener("click", () => {
      const now = new Set((state.filters.severity ?? "").split(",").filter(Boolean));
      if (!now.delete(it)) now.add(it);
      filter("severity", head.severities.filter((word) => now.has(word)).join(","));
    });
    return [it, button];
  });
  made.severity = {
    field: h("span.field", { role: "group", "aria-label": "Severity" }, buttons.map(([, it]) => it)),
    set: (value) => {
      const now = new Set(value.split(","));
      for (const [it, button] of buttons) button.setAttribute("aria-pressed", String(now.has(it)));
    },
  };
  const search = h("input", { type: "search", id: "text", autocomplete: "off", spellcheck: "false" });
  let waiting;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => filter("text", search.value.trim()), 200);
  });
  made.text = {
    field: h("span.field", null, h("label", { for: "text" }, "Words"), search),
    set: (value) => {
      if (search.value.trim() !== value) search.value = value;
    },
  };
  const sort = chooser("Sorted by", SORTS, "rank", (value) => {
    state.sort = value;
    state.down = false;
    update();
  });
  made.sort = { field: sort, set: (value) => (sort.querySelector("select").value = value) };
  return made;
}

/** Shows the findings that pass; the row of one of them opened, if one is named. */
function showFindings(filters, at = -1) {
  state.filters = Object.fromEntries(FILTERS.filter((it) => filters[it]).map((it) => [it, filters[it]]));
  choose();
  if (at >= 0) state.page = Math.floor(Math.max(0, state.rows.indexOf(at)) / PAGE);
  const { page } = state;
  update();
  state.page = page;
  const ui = findingsUi();
  ui.draw();
  if (at < 0) return;
  const row = ui.body.querySelector(`tr[data-at="${at}"]`);
  row?.open();
  row?.scrollIntoView({ block: "start" });
  row?.querySelector("button.open").focus({ preventScroll: true });
}

function findingSection() {
  if (!head.findings) return section("findings", "Findings", h("p.none", null, "No finding."));
  const ui = findingsUi();
  const clear = h("button.quiet", { type: "button" }, "Clear");
  clear.addEventListener("click", () => {
    history.replaceState(null, "", "#findings");
    showFindings({});
  });
  const { severity, text, workload: of, account, region, rule, sort } = ui.controls;
  return section("findings", "Findings",
    h("div.filters", { role: "search", "aria-label": "Findings" },
      [severity, text, of, account, region, rule, sort].map((it) => it.field), clear),
    ui.status, ui.made, ui.pages);
}
