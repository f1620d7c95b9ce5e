// Whether data stays inside of its boundary, and each way out of it.

/** Numbers of the findings of a workload by rules about residency. */
function waysOut(at) {
  const of = columns();
  const all = [];
  for (let i = 0; i < head.findings; i += 1) {
    if (of.workload[i] === at && head.rules[of.rule[i]].id.startsWith("RES-")) all.push(i);
  }
  return all;
}

/** What is outside of the boundary once something is lost, and whether that is all of it. */
function outsideOf(loss) {
  const all = loss.outside_boundary ?? [];
  return loss.outside_boundary_whole ? all : [...all, "what else leaves it could not be read"];
}

function ofWorkload(at, level = "h3") {
  const whole = workload(at);
  const verdict = whole.score.residency;
  const ways = waysOut(at);
  const after = whole.losses.filter((it) => outsideOf(it).length);
  return h("div.boundary", null,
    h(level, null, workloadLink(whole.name), " ", badge(verdict?.verdict ?? "unknown")),
    h("p", null, "Boundary ", named(whole.boundary.name), ": ", regions(whole.boundary.regions), ". ",
      verdict?.points === null || verdict === null ? "" : `${verdict.points} of 100 points.`),
    ways.length ? firstOf(ways, 25, (some) => table("Ways out now", ["What", "Severity", "Where it goes"],
      some.map((i) => {
        const it = finding(i);
        return [h("a", { href: toFinding(it.fingerprint) }, named(it.name)), badge(it.severity), it.message];
      })), "way out") : h("p.none", null, verdict?.verdict === "pass" ? "No way out is open." : "No way out was found in what was read."),
    after.length ? table("Ways out when a Region is lost, as it is modelled", ["Lost", "What is outside then"],
      after.map((it) => [h("a", { href: toWorkload(whole.name, it.loss) }, it.loss), list(outsideOf(it))])) : null,
    h("p", null, ruleTerms(verdict)));
}

/** The rules that judged. */
function ruleTerms(verdict) {
  const open = verdict?.terms.filter((it) => it.unknown) ?? [];
  if (!open.length) return null;
  return ["Open where something was not read: ", open.map((it, n) => [n ? ", " : "", ruleLink(it.rule), ` (${number(it.unknown)})`])];
}

function residencySection() {
  const with_ = head.workloads.map((it, at) => at).filter((at) => head.workloads[at].residency);
  if (!with_.length) {
    return section("residency", "Residency",
      h("p.none", null, "No workload declares a boundary, so nothing can be said about where data may be. "),
      h("p.note", null, "A boundary is declared in mrlint.yaml, as ", h("code", null, "boundary: eu"), " in a workload."));
  }
  return section("residency", "Residency",
    h("p.note", null, "Where data may be, and where it gets out. Never averaged into the score."),
    firstOf(with_, 20, (some) => h("div", null, some.map((at) => ofWorkload(at))), "workload"));
}
