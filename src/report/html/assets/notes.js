// What else a reader should know: waivers, what is in no workload, notices, assumptions, the run.

function waivedTable() {
  const { columns: of, details, words } = waivers();
  const rows = (some) => table("Findings that somebody answers for", ["Resource", "Rule", "Workload", "Owner", "Reason", "Until", "Hides"],
    some.map((at) => {
      const it = whole(of, details[at], at);
      const [owner, reason, expires, points] = words[at];
      return [[named(it.name), h("span.sub", null, it.message)], ruleLink(it.rule.id), workloadLink(it.workload), named(owner), reason, solid(expires),
        points ? count(points, "point") : "–"];
    }));
  return words.length ? firstOf(words.map((_, at) => at), 50, rows, "waived finding") : h("p.none", null, "Nothing is waived.");
}

function unassigned() {
  const kinds = Object.entries(head.unassigned.kinds);
  const sum = kinds.reduce((all, [, many]) => all + many, 0);
  const left = Object.entries(head.left_out);
  return [
    sum ? [
      h("p", null, `${count(sum, "resource")} in no declared workload.`),
      head.unassigned.stores.length ? firstOf(head.unassigned.stores, 25, (some) => table("Stores in no workload", ["Name", "Kind", "Account", "Region"],
        some.map((it) => [named(it.name), short(it.kind), it.account, it.region])), "store") : null,
      disclosure("By kind", () => table("Resources in no workload, by kind", ["Kind", "Resources"],
        kinds.map(([kind, many]) => [short(kind), number(many)]))),
    ] : h("p.none", null, "No resource that was read is outside of every workload."),
    left.length ? table("Left out on purpose", ["Why", "Resources"], left.map(([why, many]) => [why, number(many)])) : null,
  ];
}

const assumptionTable = () => table("Times that the simulation assumes where no fact says them",
  ["Name", "What it is", "Typical to upper", "Source"],
  head.assumptions.map((it) => [h("code", null, it.name), it.what, [it.span, it.set ? h("b", null, " (set)") : null],
    it.source ?? "an estimate"]));

function runFacts() {
  const { run } = head;
  return definitions([
    ["Collected by", run.collected_by],
    ["Read", `${moment(run.started)} to ${moment(run.finished)}`],
    ["Partition", run.partition],
    ["Accounts", run.accounts.length > 12 ? `${run.accounts.slice(0, 12).join(", ")} and ${number(run.accounts.length - 12)} more` : run.accounts.join(", ")],
    ["Regions", run.regions.join(", ")],
    ["Rules", `${number(head.rules.length)}, stamp ${run.rules}`],
    ["Configuration", run.config ? [named(run.config.path), h("span.sub", null, run.config.sha256)] : "none"],
  ]);
}

/** What became of the findings of the run before. */
function sinceSection() {
  const { since } = head;
  if (!since) return null;
  const row = ([severity, rule, of, name, account, region, message]) =>
    [[named(name), h("span.sub", null, message)], badge(severity), ruleLink(rule), named(of), account, solid(region)];
  const heads = ["Resource", "Severity", "Rule", "Workload", "Account", "Region"];
  const when = since.finished ? `the run of ${moment(since.finished)}` : "the run before";
  return section("since", "Since the run before",
    h("p", null, `Of what ${when} found, ${number(since.mended.length)} ${since.mended.length === 1 ? "is" : "are"} mended; ${number(since.carried.length)} could not be judged again, and may still be there.`),
    since.carried.length ? firstOf(since.carried, 50, (some) => table("Not judged again", [...heads, "Seen last, and what was not read"],
      some.map(([it, seen, because]) => [...row(it), [moment(seen), h("span.sub", null, because.slice(0, 3).join("; "))]])), "finding") : null,
    since.mended.length ? firstOf(since.mended, 50, (some) => table("Mended", heads, some.map(row)), "finding") : null);
}

function noteSections() {
  return [
    sinceSection(),
    section("waived", "Waived", waivedTable()),
    section("unassigned", "In no workload", unassigned()),
    head.notices.length ? section("notices", "Notices", table("What the author of the configuration should know", ["Place", "Problem"],
      head.notices.map((it) => [named(it.place), it.problem]))) : null,
    section("assumptions", "Assumptions", h("p", null, "Losses are modelled, and no promise. What no fact says is a named time, which mrlint.yaml can set."),
      disclosure(`${count(head.assumptions.length, "assumption")}`, assumptionTable)),
    section("run", "About this run", runFacts()),
  ];
}
