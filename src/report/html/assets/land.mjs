// Makes land.path, the outline of the land behind the map:
//   npm install world-atlas@2.0.2 && node land.mjs node_modules/world-atlas/land-110m.json > land.path
// Source: Natural Earth 1:110m land, version 4.1.0, which is in the public domain, as packed by
// world-atlas (ISC). Miller's projection on 1000 units of width, as map.js has it; Antarctica and
// islets are left out, and points that nobody would see.
import { readFileSync } from "node:fs";

const topology = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { scale, translate } = topology.transform;
const arcs = topology.arcs.map((arc) => {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]) => {
    x += dx;
    y += dy;
    return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
  });
});
const ringOf = (numbers) =>
  numbers.flatMap((number, at) => {
    const points = number < 0 ? [...arcs[~number]].reverse() : arcs[number];
    return at ? points.slice(1) : points;
  });
const miller = (degrees) => 1.25 * Math.log(Math.tan(Math.PI / 4 + (0.4 * degrees * Math.PI) / 180));
const project = ([east, north]) => [
  ((east + 180) / 360) * 1000,
  ((miller(84) - miller(Math.max(-58, Math.min(84, north)))) / (2 * Math.PI)) * 1000,
];

// Douglas and Peucker: keeps the points that lie more than `most` off the line of the others.
function simplify(points, most) {
  if (points.length < 3) return points;
  const [first, last] = [points[0], points[points.length - 1]];
  const [dx, dy] = [last[0] - first[0], last[1] - first[1]];
  const length = Math.hypot(dx, dy);
  let [far, at] = [0, 0];
  for (let i = 1; i < points.length - 1; i += 1) {
    const [px, py] = [points[i][0] - first[0], points[i][1] - first[1]];
    const off = length ? Math.abs(px * dy - py * dx) / length : Math.hypot(px, py);
    if (off > far) [far, at] = [off, i];
  }
  if (far <= most) return [first, last];
  return [...simplify(points.slice(0, at + 1), most).slice(0, -1), ...simplify(points.slice(at), most)];
}

const area = (ring) =>
  Math.abs(ring.reduce((sum, [x, y], i) => {
    const [nx, ny] = ring[(i + 1) % ring.length];
    return sum + x * ny - nx * y;
  }, 0)) / 2;

// A ring that goes over the 180th meridian goes on beyond it; what is beyond comes in on the other side.
function unwrap(ring) {
  let shift = 0;
  return ring.map(([east, north], at) => {
    const step = at ? east - ring[at - 1][0] : 0;
    if (Math.abs(step) > 180) shift -= 360 * Math.sign(step);
    return [east + shift, north];
  });
}
function clip(ring, edge, inside) {
  return ring.flatMap((point, at) => {
    const before = ring[(at + ring.length - 1) % ring.length];
    if (inside(point[0]) === inside(before[0])) return inside(point[0]) ? [point] : [];
    const part = (edge - before[0]) / (point[0] - before[0]);
    const cut = [edge, before[1] + part * (point[1] - before[1])];
    return inside(point[0]) ? [cut, point] : [cut];
  });
}
function onTheMap(ring) {
  return [-360, 0, 360]
    .map((shift) => ring.map(([east, north]) => [east + shift, north]))
    .map((it) => clip(it, -180, (east) => east >= -180))
    .map((it) => clip(it, 180, (east) => east <= 180))
    .filter((it) => it.length > 2);
}

const polygons = topology.objects.land.geometries.flatMap((shape) =>
  shape.type === "Polygon" ? [shape.arcs] : shape.arcs);
const rings = polygons
  .flatMap((polygon) => polygon.map(ringOf))
  .filter((ring) => Math.max(...ring.map(([, north]) => north)) > -60)
  .flatMap((ring) => onTheMap(unwrap(ring)))
  .map((ring) => ring.map(project))
  .filter((ring) => area(ring) > 6)
  .map((ring) => simplify(ring, 0.8));

let path = "";
for (const ring of rings) {
  let last = null;
  for (const point of ring.map(([x, y]) => [Math.round(x), Math.round(y)])) {
    if (!last) path += `M${point[0]} ${point[1]}l`;
    else {
      const [dx, dy] = [point[0] - last[0], point[1] - last[1]];
      if (!dx && !dy) continue;
      path += `${path.endsWith("l") ? "" : " "}${dx} ${dy}`;
    }
    last = point;
  }
  path += "z";
}
process.stdout.write(`${path.replaceAll(" -", "-")}\n`);
