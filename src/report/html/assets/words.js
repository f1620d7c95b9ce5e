// Numbers, times and verdicts in words: a colour is never alone.

const number = (it) => it.toLocaleString("en");
const count = (many, word) => `${number(many)} ${word}${many === 1 ? "" : "s"}`;

/** Seconds in the two largest units; null has no end. */
function time(seconds) {
  if (seconds === null || seconds === undefined) return "never";
  const units = [[86400, "d"], [3600, "h"], [60, "m"], [1, "s"]];
  let rest = seconds;
  const parts = units.map(([size, unit]) => {
    const many = Math.floor(rest / size);
    rest -= many * size;
    return [many, unit];
  });
  const first = parts.findIndex(([many]) => many > 0);
  if (first < 0) return "0s";
  const two = parts.slice(first, first + 2).filter(([many]) => many > 0);
  return two.map(([many, unit]) => `${many}${unit}`).join("");
}

const span = ({ typical, upper }) =>
  typical === upper ? time(upper) : `${time(typical)} to ${time(upper)}`;

/** `2026-11-23T00:01:00Z` as people write it. */
const moment = (text) => text.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, "$1 $2 UTC");

const GLYPHS = {
  survives: "✓", degraded: "◐", fails: "✕", unknown: "?", pass: "✓", fail: "✕",
  critical: "◆", high: "▲", medium: "■", low: "●", info: "○",
};

/** A verdict or a severity: a shape and the word, in its colour. */
const badge = (word, more) =>
  h(`span.badge.is-${word}`, null, h("span.glyph", { "aria-hidden": "true" }, GLYPHS[word] ?? ""),
    more ?? word);

/** Code in `back ticks`, the rest as it is. */
const inline = (text) =>
  visible(text).split(/(`[^`]+`)/).map((part) =>
    part.length > 2 && part.startsWith("`") ? h("code", null, part.slice(1, -1)) : part);

/** The little Markdown that rules are written in: paragraphs, lists, code. */
function prose(text) {
  return text.trim().split(/\n\s*\n/).map((block) => {
    const lines = block.split("\n");
    if (lines.every((line) => /^\s*([-*]|\d+\.)\s|^\s{2,}\S/.test(line))) {
      const items = block.split(/\n(?=\s*(?:[-*]|\d+\.)\s)/);
      const kind = /^\s*\d/.test(block) ? "ol" : "ul";
      const words = (item) => item.replace(/^\s*([-*]|\d+\.)\s+/, "").replace(/\s*\n\s*/g, " ");
      return h(kind, null, items.map((item) => h("li", null, inline(words(item)))));
    }
    return h("p", null, inline(lines.join(" ")));
  });
}

const codeBlock = (text, label) =>
  h("pre", { tabindex: "0", role: "group", "aria-label": label }, h("code", null, text));

/** A name from an account: kept apart from the direction of what stands around it. */
const named = (text) => h("bdi.name", null, text);

/** A link out of the page, where it is one. */
const outward = (title, url) =>
  url && /^https:\/\//.test(url) ? h("a", { href: url, rel: "noreferrer noopener" }, title) : title;

/** Points with their interval: the bar is what may be, the mark what is known. */
function gauge(points, low, high) {
  if (low === null || low === undefined) return null;
  const x = (it) => 2 + it * 1.16;
  return s("svg.gauge", { viewBox: "0 0 120 14", width: 120, height: 14, "aria-hidden": "true" },
    s("rect.track", { x: 2, y: 5, width: 116, height: 4, rx: 2 }),
    s("rect.range", { x: x(low), y: 5, width: Math.max(2, x(high) - x(low)), height: 4, rx: 2 }),
    points === null ? null : s("rect.mark", { x: x(points) - 1.5, y: 1, width: 3, height: 12, rx: 1 }));
}

const SERVICES = {
  ElasticLoadBalancingV2: "ELB", ApplicationAutoScaling: "Scaling", SecretsManager: "Secrets",
  GlobalAccelerator: "Accelerator", ARCRegionSwitch: "Region switch",
};

/** `AWS::DynamoDB::Table` in short: `DynamoDB Table`. */
function short(kind) {
  const [, service, type] = kind.split("::");
  if (!type) return kind;
  const word = SERVICES[service] ?? service;
  return type.startsWith(service) || word === type ? type : `${word} ${type}`;
}

/** A word and what it is; a third value makes it as wide as the page. */
const definitions = (rows) =>
  h("dl.facts", null, rows.filter(([, value]) => value !== null && value !== undefined).map(([word, value, wide]) =>
    h(wide ? "div.wide" : "div", null, h("dt", null, word), h("dd", null, value))));

const list = (items) => h("ul.tight", null, items.map((it) => h("li", null, it)));

/** What is never broken over two lines: codes of Regions, dates, ids. */
const solid = (text) => h("span.solid", null, text);
const regions = (codes) =>
  codes.length ? codes.map((it, at) => [at ? ", " : "", solid(it)]) : "unknown";

/** A section of the page. */
const section = (id, title, ...children) =>
  h("section", { id, "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title`, tabindex: "-1" }, title), ...children);
