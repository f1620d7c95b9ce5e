// One finding, and one rule with its remedies.

/** What to do, in words and as code. */
function remedies(rule) {
  if (!rule.examples.length) return prose(rule.fix);
  const all = [["In words", () => prose(rule.fix)]];
  for (const [title, , text] of rule.examples) all.push([title, () => codeBlock(text, `${title} for ${rule.id}`)]);
  return tabs(`Remedies of ${rule.id}`, all);
}

const references = (rule) =>
  rule.references.length
    ? ["Read on: ", rule.references.map(([title, url], n) => [n ? "; " : "", outward(title, url)])]
    : null;

/** Everything about a rule that does not depend on what it found. */
function aboutRule(rule, level = "h4") {
  const facts = [
    ["Rule", `${rule.id} ${rule.name}`],
    ["Applies to", `${rule.applies}; evidence: ${rule.evidence}`],
    ["Verdicts", `${number(rule.fail)} fail, ${number(rule.pass)} pass, ${number(rule.unknown)} open, ${number(rule.waived)} waived, ${number(rule.not_applicable)} not applicable`],
    ["Asked for by", rule.frameworks.length ? rule.frameworks.join(", ") : null],
    ["Options", rule.options.length ? rule.options.map(([name, value]) => `${name}: ${value}`).join(", ") : null],
  ];
  return [
    h("div.why", null, h(level, null, "Why it matters"), prose(rule.why)),
    h(level, null, "What to do"), remedies(rule),
    definitions(facts),
    references(rule) ? h("p.note", null, references(rule)) : null,
  ];
}

const resourceFacts = (kind, account, region, arn, name) => [
  ["Resource", [named(name), ` (${kind})`]],
  ["ARN", h("code", null, named(arn)), true],
  ["Where", [`account ${account}, `, solid(region)]],
];

function evidenceOf(it) {
  if (!it.evidence.length) return null;
  const value = (what) => {
    const text = JSON.stringify(what, null, JSON.stringify(what).length > 60 ? 1 : 0);
    return h("code.value", null, text);
  };
  return table("Evidence: parts of the condition and their values", ["Expression", "Value"],
    it.evidence.map(([expression, what]) => [h("code", null, expression), value(what)]));
}

const relatedOf = (it) =>
  it.related.length
    ? firstOf(it.related, 20, (some) => table("Related", ["Name", "Kind", "Account", "Region", "ARN"],
      some.map(([kind, account, region, arn, name]) =>
        [named(name), short(kind), account, region, h("code", null, named(arn))])), "related resource")
    : null;

/** The line that owns the resource: a likely one is never shown as a known one. */
const sourceOf = ([place, sure, how]) =>
  [sure === "heuristic" ? "likely " : "", h("code", null, named(place)), h("span.sub", null, how)];

/** What a row of the findings opens. */
function aboutFinding(it) {
  return h("div.finding", null,
    h("p.message", null, it.message),
    definitions([
      ...resourceFacts(it.kind, it.account, it.region, it.arn, it.name),
      ["Workload", workloadLink(it.workload)],
      ["Rule", [ruleLink(it.rule.id), ` ${it.rule.title}`]],
      ["In the code", it.source ? sourceOf(it.source) : null, true],
      ["Confidence", `${Math.round(it.confidence * 100)} %`],
      ["Link", h("a", { href: toFinding(it.fingerprint) }, it.fingerprint)],
    ]),
    evidenceOf(it),
    h("h3", null, "What to do"), remedies(it.rule),
    relatedOf(it));
}
