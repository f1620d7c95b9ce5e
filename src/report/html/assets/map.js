// The map: Regions, and the edges that leave them.

const RELATIONS = head.relations;
const GLOBAL = "aws-global";

// Miller's projection on 1000 units of width, as the outline of the land has it.
const miller = (degrees) => 1.25 * Math.log(Math.tan(Math.PI / 4 + (0.4 * degrees * Math.PI) / 180));
const projected = ([east, north]) => [
  ((east + 180) / 360) * 1000,
  ((miller(84) - miller(north)) / (2 * Math.PI)) * 1000,
];

/** The part of the map that holds all points, twice as wide as high. */
function frame(points) {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const width = Math.min(1000, Math.max(260, (right - left) * 1.35, (bottom - top) * 3.2));
  const height = width * 0.42;
  const within = (middle, size, most) => Math.max(0, Math.min(most - size, middle - size / 2));
  return [within((left + right) / 2, width, 1000), within((top + bottom) / 2, height, 505), width, height];
}

/** Puts labels beside their points where they do not cover one another. */
function labels(points, unit, view) {
  const taken = points.map(([x, y]) => [x - 5 * unit, y - 5 * unit, x + 5 * unit, y + 5 * unit]);
  const free = (box) => taken.every((it) =>
    box[0] > it[2] || box[2] < it[0] || box[1] > it[3] || box[3] < it[1]);
  return points.map(([x, y, text]) => {
    const wide = text.length * 6.4 * unit;
    const places = [[9, 4], [-9 - wide / unit, 4], [-wide / unit / 2, -10], [-wide / unit / 2, 19],
      [9, -8], [9, 16], [-9 - wide / unit, -8], [-9 - wide / unit, 16], [-wide / unit / 2, 32]];
    const boxes = places.map(([dx, dy]) => {
      const [left, base] = [x + dx * unit, y + dy * unit];
      return [left, base - 10 * unit, left + wide, base + 3 * unit];
    });
    const within = (it) => it[0] > view[0] && it[2] < view[0] + view[2] && it[3] < view[1] + view[3];
    const box = boxes.find((it) => within(it) && free(it)) ?? boxes.find(within) ?? boxes[0];
    taken.push(box);
    return [box[0], box[3] - 3 * unit, text];
  });
}

function arc([x, y], [tx, ty], number) {
  const [dx, dy] = [tx - x, ty - y];
  const bend = 0.14 + 0.05 * number;
  return `M${x} ${y}Q${x + dx / 2 + dy * bend} ${y + dy / 2 - dx * bend} ${tx} ${ty}`;
}

function drawMap(crossings, marked) {
  const known = head.map.regions.filter((it) => it.coordinates);
  const ends = new Set(crossings.flatMap(([from, to]) => [from, to]));
  const shown = known.filter((it) => it.resources || ends.has(it.code) || marked.has(it.code));
  const points = new Map(shown.map((it) => [it.code, projected(it.coordinates)]));
  const view = frame(points.size ? [...points.values()] : [[500, 200]]);
  // As large on a small screen as on a large one.
  const unit = view[2] / Math.min(1100, innerWidth - 32);
  const global = ends.has(GLOBAL);
  if (global) points.set(GLOBAL, [view[0] + view[2] * 0.08, view[1] + view[3] * 0.82]);
  const lines = crossings.filter(([from, to]) => points.has(from) && points.has(to));
  const nth = new Map();
  const drawn = lines.map(([from, to, relation, edges]) => {
    const n = nth.get(`${from} ${to}`) ?? 0;
    nth.set(`${from} ${to}`, n + 1);
    return s(`path.edge.is-${relation}`, {
      d: arc(points.get(from), points.get(to), n),
      "stroke-width": (1 + Math.min(2, Math.log10(edges))) * unit * 1.3,
      "marker-end": `url(#arrow-${relation})`,
    });
  });
  const spots = shown.map((it) => {
    const [x, y] = points.get(it.code);
    const state = marked.get(it.code) ?? (it.resources ? "holds" : "empty");
    return s(`circle.spot.is-${state}`, { cx: x, cy: y, r: (state === "active" ? 5 : 4) * unit, "stroke-width": 1.4 * unit });
  });
  const named = shown.map((it) => [...points.get(it.code), it.code]);
  if (global) named.push([...points.get(GLOBAL), "global"]);
  return s("svg.map", { viewBox: view.map((it) => it.toFixed(1)).join(" "), role: "img",
    "aria-label": "Map of the Regions and of the edges between them; the table below has the same" },
    s("defs", null, RELATIONS.map((it) => s("marker", { id: `arrow-${it}`, viewBox: "0 0 8 8", refX: 10, refY: 4,
      markerWidth: 4, markerHeight: 4, orient: "auto-start-reverse" },
      s(`path.head.is-${it}`, { d: "M0 0L8 4L0 8z" })))),
    s("path.land", { d: block("land") }),
    drawn, spots,
    global ? s("rect.spot.is-global", { x: points.get(GLOBAL)[0] - 4 * unit, y: points.get(GLOBAL)[1] - 4 * unit,
      width: 8 * unit, height: 8 * unit, "stroke-width": 1.4 * unit }) : null,
    labels(named, unit, view).map(([x, y, text]) => s("text.place", { x, y, "font-size": 11 * unit, "stroke-width": 3 * unit }, text)));
}

/** The places of a workload, or of all of them. */
function places(at) {
  const rows = at === null ? head.workloads : [head.workloads[at]];
  const marked = new Map();
  for (const row of rows) for (const code of row.standby) marked.set(code, "standby");
  for (const row of rows) for (const code of row.active) marked.set(code, "active");
  return marked;
}

function chooser(label, all, value, chosen) {
  const id = fresh("choose");
  const select = h("select", { id }, all.map(([key, text]) => h("option", { value: key, selected: key === value }, text)));
  select.addEventListener("change", () => chosen(select.value));
  return h("span.field", null, h("label", { for: id }, label), select);
}

function mapSection() {
  const holder = h("div", null);
  const wanted = new Set(["replicates", "routes"]);
  let at = null;
  const all = () => (at === null ? head.map.crossings : workload(at).topology.crossings);
  const draw = () => {
    const crossings = all();
    const lines = crossings.filter(([, , relation]) => wanted.has(relation));
    replace(holder,
      h("figure", null, drawMap(lines, places(at)), legend()),
      disclosure(`Edges between Regions as a table (${number(lines.length)})`, () =>
        table("Edges between Regions", ["From", "To", "Relation", "Edges"],
          lines.map(([from, to, relation, edges]) => [from, to, relation, number(edges)]))),
      disclosure("Regions as a table", () => table("Regions", ["Region", "Place", "Resources", "Read"],
        head.map.regions.map((it) => [it.code, it.place ? `${it.place}, ${it.country}` : "–",
          number(it.resources), it.asked ? "yes" : "not asked"]))));
  };
  const legend = () => {
    const present = RELATIONS.filter((it) => all().some(([, , relation]) => relation === it));
    return h("figcaption.legend", null,
      present.map((it) => {
        const box = h("input", { type: "checkbox", checked: wanted.has(it) });
        box.addEventListener("change", () => {
          if (box.checked) wanted.add(it);
          else wanted.delete(it);
          draw();
          [...holder.querySelectorAll(".legend label")].find((label) => label.textContent === it)?.control.focus();
        });
        return h("label", null, box, h(`span.key.is-${it}`, { "aria-hidden": "true" }), it);
      }),
      h("span.key-words", null, "● active  ○ standby or held; a square stands for what is global. Places are those of cities, not of buildings."));
  };
  draw();
  const options = [["", "the whole estate"], ...head.workloads.map((it, n) => [String(n), it.name])];
  return section("map", "Where it runs", h("div.filters", null, chooser("Show", options, "", (value) => {
    at = value === "" ? null : Number(value);
    draw();
  })), holder);
}
