// Opens pages and watches them: whatever a page logs as an error, asks of a network or is refused by
// its policy is a failure.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
export const axe = require.resolve("axe-core/axe.min.js");

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

export const launch = (executablePath) => chromium.launch({ executablePath, headless: true, args: FLAGS });

/** A page, and what went wrong in it. `bypass` lets a tester's own script in; the page's policy is off then. */
export async function open(browser, file, { hash = "", width = 1280, scheme = "light", bypass = false } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: bypass, reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const wrong = [];
  page.on("console", (it) => ["error", "warning"].includes(it.type()) && wrong.push(`console: ${it.text()}`));
  page.on("pageerror", (it) => wrong.push(`error: ${it.message}`));
  page.on("dialog", (it) => {
    wrong.push(`dialog: ${it.message()}`);
    it.dismiss();
  });
  const own = pathToFileURL(file).href;
  page.on("request", (it) => {
    const url = it.url();
    if (url.split("#")[0] !== own && !url.startsWith("data:,")) wrong.push(`request: ${url}`);
  });
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (it) => console.error(`policy: ${it.violatedDirective} ${it.blockedURI}`));
  });
  const began = performance.now();
  await page.goto(own + hash);
  const ready = await page.waitForSelector("html[data-ready]", { state: "attached", timeout: 8000 }).then(() => true, () => false);
  return { page, wrong, ready, took: performance.now() - began, close: () => context.close() };
}
