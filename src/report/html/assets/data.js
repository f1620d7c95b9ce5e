// The report: blocks of JSON in the page, each read when it is first needed.

const block = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");
const once = (make) => {
  let made;
  return () => (made ??= make());
};

const head = block("head");
const ruleAt = new Map(head.rules.map((rule, at) => [rule.id, at]));
const workloadAt = new Map(head.workloads.map((it, at) => [it.name, at]));
const severityAt = new Map(head.severities.map((it, at) => [it, at]));
const columns = once(() => block("columns"));
const waivers = once(() => block("waived"));

const workloads = new Map();
function workload(at) {
  if (!workloads.has(at)) workloads.set(at, block(`workload-${at}`));
  return workloads.get(at);
}

// The chunks read last are kept.
const chunks = new Map();
function chunk(at) {
  const found = chunks.get(at) ?? block(`findings-${at}`);
  chunks.delete(at);
  chunks.set(at, found);
  if (chunks.size > 40) chunks.delete(chunks.keys().next().value);
  return found;
}

/** Everything about a finding, by its number. */
function finding(at) {
  const of = columns();
  const detail = chunk(Math.floor(at / of.chunk))[at % of.chunk];
  return whole(of, detail, at);
}

function whole(of, detail, at) {
  return {
    ...detail,
    at,
    severity: head.severities[of.severity[at]],
    rule: head.rules[of.rule[at]],
    workload: head.workloads[of.workload[at]]?.name ?? "",
    kind: of.kinds[of.kind[at]],
    account: of.accounts[of.account[at]],
    region: of.regions[of.region[at]],
    name: of.name[at],
  };
}

/** The number of the finding with that fingerprint; -1 without one. Looks into the text of the chunks. */
function findingOf(fingerprint) {
  if (!/^[0-9a-f]{8,32}$/.test(fingerprint)) return -1;
  const size = columns().chunk;
  for (let at = 0; at * size < head.findings; at += 1) {
    if (!document.getElementById(`findings-${at}`).textContent.includes(`"${fingerprint}`)) continue;
    const within = chunk(at).findIndex((it) => it.fingerprint.startsWith(fingerprint));
    if (within >= 0) return at * size + within;
  }
  return -1;
}

/** What is searched for words, by finding; made of everything that a finding says. */
const haystack = once(() => {
  const of = columns();
  const all = [];
  for (let at = 0; at * of.chunk < head.findings; at += 1) {
    for (const detail of block(`findings-${at}`)) {
      const i = all.length;
      const rule = head.rules[of.rule[i]];
      all.push([
        of.name[i], detail.message, detail.arn, rule.id, rule.title, of.kinds[of.kind[i]],
        head.workloads[of.workload[i]]?.name, of.accounts[of.account[i]], of.regions[of.region[i]],
      ].join("\n").toLowerCase());
    }
  }
  return all;
});

/** Where each rule stands among what to fix first. */
const rank = once(() => {
  const ranks = new Array(head.rules.length).fill(head.fixes.length);
  head.fixes.forEach((fix, at) => (ranks[ruleAt.get(fix.rule)] = at));
  return ranks;
});

/** The part of an address after `#`: a section, and what to show in it. */
const address = (place, what = {}) => {
  const words = new URLSearchParams(Object.entries(what).filter(([, it]) => it !== "" && it !== null));
  const text = words.toString();
  return `#${place}${place && text ? "&" : ""}${text}`;
};
const toFinding = (fingerprint) => address("", { finding: fingerprint });
const toRule = (id) => address("", { rule: id });
const toWorkload = (name, loss) => address("", loss ? { workload: name, loss } : { workload: name });
const toFindings = (filters) => address("findings", filters);
const ruleLink = (id) => (ruleAt.has(id) ? h("a.solid", { href: toRule(id) }, id) : id);
const workloadLink = (name) => h("a", { href: toWorkload(name) }, named(name));
