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

const missingWord = ([name, state, causes]) =>
  `${name}: ${state === "on_word" ? "empty on somebody's word" : state === "partly" ? "in part" : "not read"}${causes.length ? ` (${causes.map(causeWord).join(", ")})` : ""}`;

/** Accounts by Regions: how far the services of each were read. Accounts without a gap are counted only. */
function placeMatrix() {
  const byAccount = new Map();
  for (const it of head.places) {
    if (!byAccount.has(it[0])) byAccount.set(it[0], new Map());
    byAccount.get(it[0]).set(it[1], it);
  }
  const open = (all) => [...all.values()].some((it) => it[4].some(([, state]) => state !== "on_word"));
  const accounts = [...byAccount].filter(([, all]) => open(all));
  const whole = byAccount.size - accounts.length;
  if (!accounts.length) return h("p.none", null, `${count(whole, "account")} read whole.`);
  const places = [...new Set(accounts.flatMap(([, all]) => [...all.keys()]))].sort();
  const cell = (it) => {
    if (!it) return h("span.none", null, "not asked");
    const missing = it[4].filter(([, state]) => state !== "on_word");
    if (!missing.length) return h("span.none", null, "read");
    return h("span", { title: it[4].map(missingWord).join("\n") }, missing.length > 2
      ? [badge("unknown", `${number(missing.length)} of ${number(missing.length + it[3])} services`)]
      : missing.map(([name], n) => [n ? ", " : "", badge("unknown", name)]));
  };
  const rows = (some) => table("How far the services of each account and Region were read", ["Account", ...places],
    some.map(([account, all]) => [account, ...places.map((place) => cell(all.get(place)))]));
  const gaps = accounts.flatMap(([, all]) => [...all.values()]).filter((it) => it[4].length);
  return [
    firstOf(accounts, 50, rows, "account"),
    whole ? h("p.none", null, `${count(whole, "further account")} read whole.`) : null,
    disclosure(`The same as a list (${number(gaps.length)})`, () => firstOf(gaps, 100, (some) =>
      table("Places with something missing", ["Account", "Region", "Resources read", "Services"],
        some.map((it) => [it[0], it[1], number(it[2]), list(it[4].map(missingWord))])), "place")),
  ];
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
      disclosure(`All gaps (${number(gaps.length)})`, () => firstOf(gaps, 100, gapTable, "gap")),
    ] : h("p.none", null, "Every call was answered."),
    placeMatrix(),
    head.never_asked.length ? disclosure(`Never asked (${number(head.never_asked.length)})`, () => list(head.never_asked)) : null,
    openRules(),
    words.length ? disclosure(`Empty on somebody's word (${number(words.length)})`, () => firstOf(words, 100, (some) =>
      table("Not asked, because somebody said that there is nothing", ["Account", "Region", "Who said so", "As of", "Kinds"],
        some.map((it) => [it.account, it.region, it.source, moment(it.at), it.kinds.map(short).join(", ")])), "place")) : null);
}
