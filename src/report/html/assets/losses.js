// The matrix of workloads and losses, and what is behind each of its fields.

const isPair = (loss) => loss.includes("+");

/** An objective and whether it is met. */
const held = (met) => (met === null ? "" : met ? ", met" : ", missed");

function field(row, at, inList) {
  const it = row.losses[at];
  const button = h(`button.cell.is-${it.outcome}`, { type: "button", tabindex: "-1",
    "aria-label": `${row.name} without ${it.loss}: ${it.outcome} ${it.rto}, data lost ${it.rpo}` },
    h("span.glyph", { "aria-hidden": "true" }, GLYPHS[it.outcome]),
    h("span", null, inList ? it.loss : it.outcome),
    inList || it.outcome === "fails" || it.outcome === "unknown" ? null : [" ", h("small", null, it.rto)]);
  button.addEventListener("click", () => (location.hash = toWorkload(row.name, it.loss)));
  return button;
}

function matrix(all) {
  const single = [...new Set(all.flatMap((row) => row.losses.map((it) => it.loss)))]
    .filter((it) => !isPair(it)).sort();
  const pairs = all.some((row) => row.losses.some((it) => isPair(it.loss)));
  const none = () => h("span.none", null, "–");
  const inList = (row, wanted) => {
    const some = row.losses.map((it, at) => [it, at]).filter(([it]) => isPair(it.loss) === wanted);
    return some.length ? h("div.pairs", null, some.map(([, at]) => field(row, at, true))) : none();
  };
  // Where workloads are in many Regions, a column for each would be empty for most.
  const dense = single.length <= 7;
  const rows = all.map((row) => {
    const by = new Map(row.losses.map((it, at) => [it.loss, at]));
    const cells = dense
      ? single.map((loss) => (by.has(loss) ? field(row, by.get(loss), false) : none()))
      : [inList(row, false)];
    return [workloadLink(row.name), ...cells, ...(pairs ? [inList(row, true)] : [])];
  });
  const heads = ["Workload", ...(dense ? single : ["One Region"]), ...(pairs ? ["Two at once"] : [])];
  const made = table("What becomes of each workload when a Region is lost", heads, rows, "matrix");
  const buttons = () => [...made.querySelectorAll("button.cell")];
  const first = made.querySelector("button.cell");
  if (first) first.tabIndex = 0;
  // Down goes to the next row's first field where rows differ in length.
  rove(made, buttons, null, () => {
    const row = document.activeElement.closest("tr");
    return row?.querySelectorAll("button.cell").length || 1;
  });
  return made;
}

const PHASES = ["detect", "route", "promote", "scale"];

/** Bars of what the time until all serve is made of: solid to the typical, pale to the upper value. */
function timeline(it, objective) {
  if (!it.timeline.length) return h("p.none", null, "Nothing has to happen before all serve.");
  const known = it.timeline.map((step) => [step, step.time.typical ?? 0, step.time.upper ?? step.time.typical ?? 0]);
  // Promoting and scaling go on side by side; detecting and routing come before.
  let start = 0;
  let last = 0;
  const bars = known.map(([step, typical, upper]) => {
    const from = start;
    if (step.phase === "detect" || step.phase === "route") start += upper;
    last = Math.max(last, from + upper);
    return { step, from, typical, upper };
  });
  const total = Math.max(last, objective ?? 0, 1);
  const x = (seconds) => 90 + (seconds / total) * 490;
  const height = bars.length * 26 + 26;
  const early = objective !== null && x(objective) < 240;
  return [
    s("svg.timeline", { viewBox: `0 0 600 ${height}`, role: "img", "aria-label": "Timeline; the table has the numbers" },
      bars.map(({ step, from, typical, upper }, n) => [
        s("text", { x: 0, y: n * 26 + 20 }, step.phase),
        s(`rect.upper.is-${step.phase}`, { x: x(from), y: n * 26 + 8, width: Math.max(2, x(from + upper) - x(from)), height: 15, rx: 2 }),
        s(`rect.typical.is-${step.phase}`, { x: x(from), y: n * 26 + 8, width: Math.max(2, x(from + typical) - x(from)), height: 15, rx: 2 }),
      ]),
      objective === null ? null : [
        s("line.objective", { x1: x(objective), x2: x(objective), y1: 2, y2: height - 16 }),
        s("text.objective", { x: x(objective), y: height - 4, "text-anchor": early ? "start" : "end" }, `objective ${time(objective)}`),
      ],
      early ? null : s("text", { x: 90, y: height - 4 }, "0s"),
      s("text", { x: 580, y: height - 4, "text-anchor": "end" }, objective === total ? "" : time(total))),
    table("Steps until all serve", ["Step", "Time", "How it comes about"],
      it.timeline.map((step) => [step.phase, span(step.time), step.what])),
  ];
}

const way = (path) =>
  h("span.path", null, path.map((it, at) => [at ? h("span.arrow", { "aria-label": " leads to " }, " → ") : "", named(it)]));

function causesOf(it) {
  if (!it.causes.length) return null;
  return table("Why", ["Makes it", "About", "Cause, and the way to it"],
    it.causes.map((cause) => [badge(cause.makes), cause.matter,
      [cause.what, cause.path.length > 1 ? h("span.sub", null, way(cause.path)) : null]]));
}

/** One outcome, with everything that decides it. */
function outcome(whole, it, level) {
  const until = it.outcome === "unknown" ? "unknown" : span(it.rto);
  const data = it.outcome === "unknown" ? "unknown" : it.rpo.upper === null && it.rpo.typical === null ? "all" : span(it.rpo);
  const aim = (seconds, met) => (seconds === null ? "" : ` (objective ${time(seconds)}${held(met)})`);
  const gone = it.control_planes.length ? `the control planes of ${it.control_planes.join(", ")}` : null;
  return [
    definitions([
      ["Outcome", badge(it.outcome)],
      ["Until all serve", until + aim(whole.rto_seconds, it.rto_met)],
      ["Data lost", data + aim(whole.rpo_seconds, it.rpo_met)],
      ["Serving then", it.serving.length ? regions(it.serving) : "no Region is known"],
      ["Gone too", gone],
      ["Stores without a copy", it.gone.length ? list(it.gone.map(named)) : null],
      ["Outside of the boundary then", outsideOf(it).length ? list(outsideOf(it)) : null, true],
    ]),
    causesOf(it),
    h(level, null, "Timeline"), timeline(it, whole.rto_seconds),
    it.stand_ins.length ? table("Stores that are lost, and what stands in", ["Store", "Stands in", "Data lost", "Decided"],
      it.stand_ins.map((store) => [named(store.store), `${store.mechanism} in ${store.region}`, span(store.rpo),
        store.by_hand ? "by hand" : "by itself"])) : null,
    it.gaps.length ? disclosure(`Not read, and it leaves something open (${number(it.gaps.length)})`, () => list(it.gaps)) : null,
  ];
}

const lossPanel = h("div", { id: "loss", hidden: true });

function showLoss(at, loss) {
  const whole = workload(at);
  const it = whole.losses.find((other) => other.loss === loss);
  if (!it) return false;
  const close = h("button.quiet", { type: "button" }, "Close");
  close.addEventListener("click", () => {
    lossPanel.hidden = true;
    history.replaceState(null, "", "#losses");
    document.querySelector("#losses button.cell[tabindex='0']")?.focus();
  });
  const title = h("h3", { tabindex: "-1" }, named(whole.name), " without ", loss, ": ", it.outcome);
  replace(lossPanel, h("div.title", null, title, close), outcome(whole, it, "h4"),
    h("p.note", null, "Modelled, no promise. ", h("a", { href: "#assumptions" }, "Assumptions")));
  lossPanel.hidden = false;
  title.scrollIntoView({ block: "start" });
  title.focus({ preventScroll: true });
  return true;
}

function lossSection() {
  const all = head.workloads.filter((it) => it.losses.length);
  const silent = head.workloads.length - all.length;
  return section("losses", "When a Region is lost",
    all.length ? firstOf(all, 50, matrix, "workload") : h("p.none", null, "No loss was played through."),
    silent && all.length ? h("p.note", null, `${count(silent, "workload")} without a loss to play through: nothing is seen to serve.`) : null,
    all.length ? h("p.note", null, ["survives", "degraded", "fails", "unknown"].map((it) => [badge(it), " "]),
      "– open a field for its causes and timeline; arrow keys go from field to field. Times are typical to upper, as modelled.") : null,
    lossPanel);
}
