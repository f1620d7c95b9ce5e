// The topology of a workload: groups of resources by Region and layer, and what leads from one to another.

const LAYERS = ["entry", "compute", "messages", "data", "keys and secrets", "network", "other"];
// Relations that hide the others where everything has them.
const QUIET = ["decrypts", "runs", "scales"];
const BOX = { width: 184, height: 24, gap: 6, across: 46, left: 98, top: 30 };

/** Regions in the order of their columns: what is global, where it serves, where it waits, the others. */
function columnsOf(whole) {
  const found = [...new Set(whole.topology.groups.map((it) => it.region ?? "place not known"))];
  const weight = (it) =>
    it === GLOBAL ? 0 : whole.active.includes(it) ? 1 : whole.standby.includes(it) ? 2 : 3;
  return found.sort((a, b) => weight(a) - weight(b) || (a < b ? -1 : 1));
}

function layout(whole, groups) {
  const codes = columnsOf(whole).filter((code) => groups.some(([it]) => (it.region ?? "place not known") === code));
  const boxes = new Map();
  const rows = [];
  let y = BOX.top;
  for (const layer of LAYERS) {
    const own = groups.filter(([it]) => it.layer === layer);
    if (!own.length) continue;
    let most = 0;
    codes.forEach((code, column) => {
      const here = own.filter(([it]) => (it.region ?? "place not known") === code);
      here.forEach(([it, at], n) => boxes.set(at, {
        it, x: BOX.left + column * (BOX.width + BOX.across), y: y + n * (BOX.height + BOX.gap),
      }));
      most = Math.max(most, here.length);
    });
    const height = most * (BOX.height + BOX.gap) + 14;
    rows.push([layer, y, height]);
    y += height;
  }
  return { codes, boxes, rows, height: y, width: BOX.left + codes.length * (BOX.width + BOX.across) - BOX.across + 24 };
}

/** From the side of one box to the side of the other. */
function wire(from, to) {
  const [y, ty] = [from.y + BOX.height / 2, to.y + BOX.height / 2];
  if (from.x === to.x) {
    const x = from.x + BOX.width;
    const out = 12 + Math.min(26, Math.abs(ty - y) / 8);
    return `M${x} ${y}C${x + out} ${y} ${x + out} ${ty} ${x + 3} ${ty}`;
  }
  const right = to.x > from.x;
  const [x, tx] = [from.x + (right ? BOX.width : 0), to.x + (right ? -3 : BOX.width + 3)];
  const bend = Math.min(90, Math.abs(tx - x) / 2) * (right ? 1 : -1);
  return `M${x} ${y}C${x + bend} ${y} ${tx - bend} ${ty} ${tx} ${ty}`;
}

const groupWord = (it) => (it.kind ? short(it.kind) : "not in the inventory");

function box({ it, x, y }) {
  const many = it.resources > 1 ? ` × ${number(it.resources)}` : "";
  const label = groupWord(it) + many;
  const most = 24 - many.length;
  const cut = label.length > 24 ? `${groupWord(it).slice(0, most - 1)}…${many}` : label;
  return s(`g.box${it.own ? "" : ".other"}`, null,
    s("title", null, `${label}${it.own ? "" : " (of others)"}\n${it.names.join("\n")}${it.resources > it.names.length ? "\n…" : ""}`),
    s("rect", { x, y, width: BOX.width, height: BOX.height, rx: 3 }),
    s("text", { x: x + 8, y: y + 16 }, cut));
}

function drawTopology(whole, network, wanted) {
  const { groups, links } = whole.topology;
  const seen = groups.map((it, at) => [it, at]).filter(([it]) => network || it.layer !== "network");
  const { codes, boxes, rows, width, height } = layout(whole, seen);
  const wires = links.filter(([from, to, relation]) =>
    wanted.has(relation) && from !== to && boxes.has(from) && boxes.has(to));
  const nodes = new Map();
  const lines = wires.map(([from, to, relation]) => ({
    from, to, path: s(`path.edge.is-${relation}`, { d: wire(boxes.get(from), boxes.get(to)) }),
  }));
  for (const [at, it] of boxes) nodes.set(at, box(it));
  const state = (it) => (whole.active.includes(it) ? ", active" : whole.standby.includes(it) ? ", standby" : "");
  const image = s("svg.topology", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
    "aria-label": `Topology of ${whole.name}; the table below has the same` },
    codes.map((code, n) => s("text.column", { x: BOX.left + n * (BOX.width + BOX.across), y: 16 }, code + state(code))),
    rows.map(([layer, y, high]) => [
      s("line.rule", { x1: 0, x2: width, y1: y - 8, y2: y - 8 }),
      s("text.layer", { x: 2, y: y + 16 }, layer === "keys and secrets" ? "keys, secrets" : layer),
    ]),
    lines.map((it) => it.path), [...nodes.values()]);
  for (const [at, node] of nodes) {
    const near = lines.filter((it) => it.from === at || it.to === at);
    const mark = (on) => {
      image.classList.toggle("picked", on);
      for (const it of near) it.path.classList.toggle("near", on);
    };
    node.addEventListener("pointerenter", () => mark(true));
    node.addEventListener("pointerleave", () => mark(false));
  }
  return h("div.scroll", { tabindex: "0", role: "group", "aria-label": "Topology" }, image);
}

function linkTable(whole) {
  const { groups, links } = whole.topology;
  const end = (it) => [groupWord(it), h("span.sub", null, `${it.region ?? "place not known"}${it.own ? "" : ", of others"}`)];
  const rows = (all) => table("What leads where", ["From", "Relation", "To", "Edges"],
    all.map(([from, to, relation, mechanism, edges]) =>
      [end(groups[from]), [relation, h("span.sub", null, mechanism)], end(groups[to]), number(edges)]));
  return firstOf(links, 100, rows, "link");
}

function topology(whole) {
  const { groups, links } = whole.topology;
  if (!groups.length) return h("p.none", null, "No resource of it was read.");
  const holder = h("div", null);
  const present = RELATIONS.filter((it) => links.some(([, , relation]) => relation === it));
  const wanted = new Set(present.filter((it) => !QUIET.includes(it)));
  let network = false;
  const draw = () => replace(holder, drawTopology(whole, network, wanted));
  const choice = (on, chosen, ...label) => h("label", null,
    h("input", { type: "checkbox", checked: on, onchange: (event) => { chosen(event.target.checked); draw(); } }), label);
  const hidden = groups.filter((it) => it.layer === "network").length;
  draw();
  return [
    h("div.legend", null,
      present.map((it) => choice(wanted.has(it), (on) => (on ? wanted.add(it) : wanted.delete(it)),
        h(`span.key.is-${it}`, { "aria-hidden": "true" }), it)),
      hidden ? choice(false, (on) => (network = on), `network (${count(hidden, "group")})`) : null,
      h("span.key-words", null, "A dashed box is of others, or was not read. Point at a box to see what it hangs on.")),
    holder,
    aside(`What leads where, as a table (${number(links.length)})`, () => linkTable(whole)),
    aside(`Groups of resources, as a table (${number(groups.length)})`, () =>
      firstOf(groups, 100, (all) => table("Groups of resources", ["Kind", "Region", "Layer", "Resources", "Names"],
        all.map((it) => [groupWord(it), it.region ?? "–", it.layer, number(it.resources),
          [it.names.slice(0, 5).map((name, n) => [n ? ", " : "", named(name)]), it.resources > 5 ? " …" : ""]])), "group")),
  ];
}
