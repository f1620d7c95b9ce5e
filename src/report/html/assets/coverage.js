// What could not be read, and what that leaves open.

/** How many gaps have each value of something, the most first. */
function tally(gaps, of) {
  const counts = new Map();
  for (const gap of gaps) counts.set(of(gap), (counts.get(of(gap)) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

const CAUSES = {
  denied: "IAM does not allow it", denied_by_scp: "a service control policy forbids it", throttled: "throttled",
  unsupported_in_region: "not offered in the Region", region_disabled: "the Region is not enabled",
  timeout: "no answer in time", credentials: "credentials are missing, wrong or expired",
  not_collected: "nobody asked", other: "something else",
};
const causeWord = (it) => CAUSES[it] ?? it;
const service = (kind) => kind.split("::")[1] ?? kind;

/** Accounts by Regions: what is missing in each. */
function gapMatrix() {
  const cells = new Map();
  for (const gap of head.gaps) {
    const key = `${gap.account} ${gap.region}`;
    if (!cells.has(key)) cells.set(key, new Map());
    for (const kind of gap.hides) {
      const causes = cells.get(key);
      if (!causes.has(service(kind))) causes.set(service(kind), new Set());
      causes.get(service(kind)).add(causeWord(gap.cause));
    }
  }
  const accounts = [...new Set(head.gaps.map((it) => it.account))].sort();
  const places = [...new Set(head.gaps.map((it) => it.region))].sort();
  const cell = (account, region) => {
    const missing = cells.get(`${account} ${region}`);
    if (!missing) return h("span.none", null, "no gap");
    const words = [...missing].sort(([a], [b]) => (a < b ? -1 : 1));
    if (!words.length) return "properties only";
    return h("span", { title: words.map(([it, why]) => `${it}: ${[...why].join(", ")}`).join("\n") },
      words.length > 4 ? `${count(words.length, "service")}` : words.map(([it]) => it).join(", "));
  };
  const rows = (some) => table("Services of which something may be missing, by account and Region", ["Account", ...places],
    some.map((account) => [account, ...places.map((region) => cell(account, region))]));
  return firstOf(accounts, 50, rows, "account");
}

function gapTable(all) {
  return table("Calls that failed", ["Operation", "Account", "Region", "Cause", "Would be allowed by", "Hides"],
    all.map((it) => [it.operation, it.account, it.region,
      [causeWord(it.cause), it.message ? h("span.sub", null, it.message) : null],
      it.action ? h("code", null, it.action) : "–",
      it.hides.length ? it.hides.map(short).join(", ") : "properties"]));
}

function openRules() {
  const open = head.rules.filter((it) => it.unknown).sort((a, b) => b.unknown - a.unknown);
  if (!open.length) return null;
  return disclosure(`Rules with open verdicts (${number(open.length)})`, () => firstOf(open, 50, (some) =>
    table("Rules with open verdicts", ["Rule", "Severity", "Open", "Because"],
      some.map((it) => [[ruleLink(it.id), ` ${it.title}`], badge(it.severity), number(it.unknown),
        list([...it.unknown_because.slice(0, 3), ...(it.unknown_because.length > 3 ? [`and ${it.unknown_because.length - 3} more`] : [])])])), "rule"));
}

function coverageSection() {
  const { coverage, gaps, on_word: words } = head;
  const accounts = (cause) => new Set(gaps.filter((it) => it.cause === cause).map((it) => it.account)).size;
  return section("coverage", "Coverage and gaps",
    h("p", null, h("b", null, `${coverage.percent} %`), ` of what applies could be decided: ${number(coverage.decided)} verdicts; ${number(coverage.unknown)} are open. What was not read is unknown, never passed.`),
    gaps.length ? [
      table("Gaps by cause", ["Cause", "Gaps", "Accounts"],
        tally(gaps, (it) => it.cause).map(([cause, many]) => [causeWord(cause), number(many), number(accounts(cause))])),
      gapMatrix(),
      disclosure(`All gaps (${number(gaps.length)})`, () => firstOf(gaps, 100, gapTable, "gap")),
    ] : h("p.none", null, "Every call was answered."),
    head.never_asked.length ? disclosure(`Never asked (${number(head.never_asked.length)})`, () => list(head.never_asked)) : null,
    openRules(),
    words.length ? disclosure(`Empty on somebody's word (${number(words.length)})`, () => firstOf(words, 100, (some) =>
      table("Not asked, because somebody said that there is nothing", ["Account", "Region", "Who said so", "As of", "Kinds"],
        some.map((it) => [it.account, it.region, it.source, moment(it.at), it.kinds.map(short).join(", ")])), "place")) : null);
}
