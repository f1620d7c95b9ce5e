// One workload: what it is, how its score comes about, what it is made of.

function scoreOf(score) {
  const caps = score.caps.length
    ? table("What keeps the score down whatever else is right", ["At most", "Because", "Rule"],
      score.caps.map((it) => [String(it.at), it.cause, it.rule ? ruleLink(it.rule) : "–"]))
    : h("p.none", null, "Nothing caps it.");
  const points = (it) => (it.points === null ? "–" : String(it.points));
  const applies = score.pillars.filter((it) => it.low !== null);
  const rest = score.pillars.filter((it) => it.low === null);
  const pillars = table("Pillars", ["Pillar", "Weight", "Points", "Interval", "Capped"],
    applies.map((it) => [it.title, String(it.weight), points(it),
      h("span.score", null, gauge(it.points, it.low, it.high), `${it.low}–${it.high}`),
      it.capped ? "by a critical finding" : ""]));
  const terms = () => table("Terms of the score", ["Rule", "Pillar", "Severity", "Failed", "Decided", "Open", "Waived", "Costs"],
    applies.flatMap((pillar) => pillar.terms.filter(judged).map((it) => [ruleLink(it.rule), pillar.code, badge(it.severity),
      number(it.failed), number(it.evaluated), number(it.unknown), number(it.waived),
      it.loss === null ? "–" : it.loss.toFixed(2)])));
  const judged = (it) => it.failed || it.unknown || it.waived || (!onPaper && it.evaluated);
  const gains = score.gains.filter((it) => it.points || it.uncapped);
  return [
    caps, applies.length ? pillars : null,
    rest.length ? h("p.note", null, `Nothing of these applies: ${rest.map((it) => it.title.toLowerCase()).join("; ")}.`) : null,
    gains.length ? table("Which fixes regain most", ["Rule", "Title", "Findings", "Points"],
      gains.map((it) => [ruleLink(it.rule), it.title, number(it.findings),
        it.points ? `+${it.points}` : `+${it.uncapped} under the cap`])) : null,
    disclosure("Every term of the score", terms),
  ];
}

function factsOf(whole) {
  const entry = (it) => [h("code", null, named(it.name)), " leads to ", regions(it.regions), it.incomplete ? ", and may lead to more" : ""];
  return definitions([
    ["Posture", whole.posture ?? "unknown"],
    ["Active", regions(whole.active)],
    ["Standby", whole.standby.length ? regions(whole.standby) : null],
    ["Objectives", whole.rto_seconds === null && whole.rpo_seconds === null ? "none declared"
      : `RTO ${whole.rto_seconds === null ? "none" : time(whole.rto_seconds)}, RPO ${whole.rpo_seconds === null ? "none" : time(whole.rpo_seconds)}`],
    ["Boundary", whole.boundary ? [named(whole.boundary.name), ": ", regions(whole.boundary.regions)] : "none declared"],
    ["Owner", whole.owner ? named(whole.owner) : null],
    ["Resources", `${number(whole.members)}${whole.undecided ? `, and ${number(whole.undecided)} that may belong to it` : ""}`],
    ["Names that clients use", whole.entry_points.length ? list(whole.entry_points.map(entry)) : "none is known", whole.entry_points.length > 1],
    ["Declared", whole.declared ? named(whole.declared) : "no: it was worked out"],
    ["Guessed", whole.guesses.length ? list(whole.guesses.map((it) => `${it.what}, because ${it.because}; ${it.instead}`)) : null, true],
  ]);
}

/** Everything about one workload; `level` is that of its headings. */
function aboutWorkload(at, level = "h3") {
  const whole = workload(at);
  const row = head.workloads[at];
  return [
    h("p.verdicts", null, row.verdict ? [badge(row.verdict), " when a Region is lost; "] : null,
      "score ", h("b", null, row.score), gauge(row.points, row.low, row.high)),
    factsOf(whole),
    h(level, null, "Score"), scoreOf(whole.score),
    h(level, null, "Topology"), topology(whole),
  ];
}

/** The workload to look at first: what fails, then what has the fewest points. */
function worst() {
  const fates = ["fails", "unknown", "degraded", "survives", null];
  const key = (it) => fates.indexOf(it.verdict) * 1000 + (it.points ?? it.low ?? 500);
  return head.workloads.reduce((best, it, at) => (key(it) < key(head.workloads[best]) ? at : best), 0);
}

let showWorkload = () => {};

function workloadSection() {
  if (!head.workloads.length) return null;
  const body = h("div", null);
  const select = h("select", { id: "workload-choice" },
    head.workloads.map((it, at) => h("option", { value: at }, it.name)));
  const title = h("h3.unseen", { id: "workload-name" });
  const draw = (at) => replace(body, title, aboutWorkload(at));
  showWorkload = (at) => {
    if (select.value === String(at) && body.childNodes.length) return;
    select.value = String(at);
    title.textContent = visible(head.workloads[at].name);
    draw(at);
  };
  select.addEventListener("change", () => (location.hash = toWorkload(head.workloads[Number(select.value)].name)));
  const made = section("workload", "Workload", h("div.filters", null,
    h("span.field", null, h("label", { for: "workload-choice" }, "Show"), select),
    h("a", { id: "workload-findings", href: "#findings" }, "its findings")), body);
  showWorkload(worst());
  return made;
}
