// Elements out of words. Text becomes text nodes and nothing else: no name is ever markup.

const SVG = "http://www.w3.org/2000/svg";

// What changes the direction of text, or cannot be seen, is shown by its number.
const UNSEEN =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]/gu;
const visible = (text) =>
  String(text).replace(UNSEEN, (it) => `\\u{${it.codePointAt(0).toString(16)}}`);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : visible(value));
  }
  add(element, children);
  return element;
}

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : visible(child));
  }
  return element;
}

/** An element of HTML: its name (`div`, `p.note`), attributes, children. */
function h(name, attributes, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  return fill(element, attributes, children);
}

/** The same for SVG. */
function s(name, attributes, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElementNS(SVG, tag);
  if (classes.length) element.setAttribute("class", classes.join(" "));
  return fill(element, attributes, children);
}

function replace(element, ...children) {
  element.replaceChildren();
  return add(element, children);
}

let ids = 0;
const fresh = (word) => `${word}-x${(ids += 1)}`;

/** A table: its caption, the words of its head (or cells), rows of cells; the first cell of a row names it. */
function table(caption, heads, rows, kind = "") {
  const cell = (it) => (it instanceof Node && it.tagName === "TH" ? it : h("th", { scope: "col" }, it));
  const row = (cells) =>
    h("tr", null, cells.map((it, at) => (at ? h("td", null, it) : h("th", { scope: "row" }, it))));
  return h(
    "div.scroll",
    { tabindex: "0", role: "group", "aria-label": caption },
    h(`table.${kind || "plain"}`, null, h("caption", null, caption),
      h("thead", null, h("tr", null, heads.map(cell))),
      h("tbody", null, rows.map(row))),
  );
}

// On paper everything is open.
let onPaper = false;

/** A long list: the first ones, and a button that shows the others. */
function firstOf(all, most, draw, word) {
  const shown = draw(onPaper ? all : all.slice(0, most));
  if (all.length <= most || onPaper) return shown;
  const holder = h("div", null, shown);
  const more = h("button.more", { type: "button" }, `Show all ${count(all.length, word)}`);
  more.addEventListener("click", () => {
    const whole = draw(all);
    replace(holder, whole);
    whole.focus?.();
  });
  holder.append(more);
  return holder;
}

/** A disclosure of what a picture shows already: never on paper. */
const aside = (label, make) => (onPaper ? null : disclosure(label, make));

/** Something that opens: a button and what it shows, made when it is first opened. */
function disclosure(label, make, open = onPaper) {
  const id = fresh("open");
  const body = h("div.disclosed", { id, hidden: !open });
  const button = h("button.disclose", {
    type: "button",
    "aria-expanded": String(open),
    "aria-controls": id,
  }, label);
  const set = (to) => {
    if (to && !body.childNodes.length) add(body, [make()]);
    body.hidden = !to;
    button.setAttribute("aria-expanded", String(to));
  };
  button.addEventListener("click", () => set(body.hidden));
  if (open) set(true);
  return h("div.disclosure", null, button, body);
}

/** Tabs: pairs of a name and a function that makes what it shows. Arrow keys go from one to the next. */
function tabs(label, all) {
  const panel = h("div.panel", { role: "tabpanel", id: fresh("panel"), tabindex: "0" });
  const list = h("div.tabs", { role: "tablist", "aria-label": label });
  const buttons = all.map(([name]) =>
    h("button", { type: "button", role: "tab", id: fresh("tab"), "aria-controls": panel.id }, name));
  const choose = (at) => {
    buttons.forEach((it, other) => {
      it.setAttribute("aria-selected", String(other === at));
      it.tabIndex = other === at ? 0 : -1;
    });
    panel.setAttribute("aria-labelledby", buttons[at].id);
    replace(panel, all[at][1]());
  };
  buttons.forEach((it, at) => it.addEventListener("click", () => choose(at)));
  rove(list, () => buttons, (it) => choose(buttons.indexOf(it)));
  choose(0);
  add(list, buttons);
  return h("div.tabbed", null, list, panel);
}

/**
 * Arrow keys, Home and End go through elements of which one is in the order of tabs. `rows` says how
 * many to go for up and down; without it up and down go to the next too.
 */
function rove(holder, elements, chosen, rows) {
  holder.addEventListener("keydown", (event) => {
    const all = elements();
    const at = all.indexOf(document.activeElement);
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const across = rows ? rows() : 1;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across }[event.key];
    let to = step === undefined ? undefined : at + step;
    if (event.key === "Home") to = 0;
    if (event.key === "End") to = all.length - 1;
    if (to === undefined || !all[to]) return;
    event.preventDefault();
    all.forEach((it) => (it.tabIndex = -1));
    all[to].tabIndex = 0;
    all[to].focus();
    chosen?.(all[to]);
  });
}
