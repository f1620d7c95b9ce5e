// check.mjs CHROMIUM FOLDER: see check.sh.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { axe, launch, open } from "./browser.mjs";

const [chromium, folder] = process.argv.slice(2);
const file = (name) => join(folder, `${name}.html`);
let browser;
const status = (page) => page.textContent("#findings .status");
const rows = (page) => page.$$eval("#findings tr[data-at]", (all) => all.map((it) => [...it.children].map((cell) => cell.innerText)));
const head = (page) => page.evaluate(() => JSON.parse(document.getElementById("head").textContent));
const focused = (page) => page.evaluate(() => document.activeElement.textContent);

async function on(name, options, test) {
  const it = await open(browser, file(name), options);
  assert.ok(it.ready, `${name} did not open: ${it.wrong}`);
  await test(it.page, it);
  assert.deepEqual(it.wrong, [], name);
  await it.close();
}

const checks = {
  "a page opens, in order, with landmarks and without a sound": async () => {
    for (const name of ["plain", "declared"]) {
      await on(name, {}, async (page) => {
        const levels = await page.$$eval("h1, h2, h3, h4", (all) => all.map((it) => Number(it.tagName[1])));
        assert.equal(levels[0], 1);
        levels.reduce((before, level) => {
          assert.ok(level <= before + 1, `a heading of level ${level} after one of level ${before}`);
          return level;
        });
        for (const mark of ["header", "nav", "main", "footer"]) assert.equal(await page.locator(mark).count(), 1, mark);
        for (const id of ["summary", "map", "workload", "losses", "residency", "fixes", "findings", "coverage", "trend", "waived", "unassigned", "assumptions", "run"]) {
          assert.equal(await page.locator(`section#${id} > h2`).count(), 1, id);
        }
      });
    }
  },

  "filters narrow, say how many are left, and survive a reload": async () => {
    await on("declared", {}, async (page) => {
      const { findings, workloads } = await head(page);
      const critical = workloads.reduce((sum, it) => sum + it.findings[0], 0);
      assert.equal(await status(page), `${findings} findings`);
      await page.click("#findings .toggle:has-text('critical')");
      assert.equal(await status(page), `${critical} of ${findings} findings`);
      assert.ok((await rows(page)).every((it) => it[1].includes("critical")));
      await page.selectOption("#findings label:has-text('Workload') + select", workloads.at(-1).name);
      assert.equal(await status(page), `${workloads.at(-1).findings[0]} of ${findings} findings`);
      await page.reload();
      await page.waitForSelector("html[data-ready]", { state: "attached" });
      assert.equal(await status(page), `${workloads.at(-1).findings[0]} of ${findings} findings`);
      assert.equal(await page.getAttribute("#findings .toggle:has-text('critical')", "aria-pressed"), "true");
      await page.click("#findings button:has-text('Clear')");
      assert.equal(await status(page), `${findings} findings`);
      await page.fill("#text", "no-such-word-anywhere");
      await page.waitForFunction(() => document.querySelector("#findings .status").textContent.startsWith("0 of"));
      await page.fill("#text", "dynamodb REPLICA");
      await page.waitForFunction(() => /^[1-9]\d* of/.test(document.querySelector("#findings .status").textContent));
    });
  },

  "columns sort, up and down, and say so": async () => {
    await on("declared", {}, async (page) => {
      const column = 5;
      await page.click("#findings th[data-sort='region'] button");
      const up = (await rows(page)).map((it) => it[column]);
      assert.deepEqual(up, [...up].sort());
      assert.equal(await page.getAttribute("#findings th[data-sort='region']", "aria-sort"), "ascending");
      await page.click("#findings th[data-sort='region'] button");
      const down = (await rows(page)).map((it) => it[column]);
      assert.deepEqual(down, [...down].sort().reverse());
      assert.equal(await page.locator("#findings th[aria-sort]").count(), 1);
      const { fixes } = await head(page);
      await page.selectOption("#findings label:has-text('Sorted by') + select", "rank");
      assert.ok((await rows(page))[0][2].includes(fixes[0].rule));
    });
  },

  "links go to a finding, a rule, a workload and a loss, and survive a reload": async () => {
    const text = readFileSync(file("declared"), "utf8");
    const all = [...text.matchAll(/"fingerprint":"([0-9a-f]{32})"/g)].map((it) => it[1]);
    for (const fingerprint of [all[0], all[Math.floor(all.length / 2)], all.at(-2)]) {
      await on("declared", { hash: `#finding=${fingerprint}` }, async (page) => {
        for (let times = 0; times < 2; times += 1) {
          const open = page.locator("#findings tr.more-row:visible");
          assert.equal(await open.count(), 1);
          assert.ok((await open.innerText()).includes(fingerprint));
          await page.reload();
          await page.waitForSelector("html[data-ready]", { state: "attached" });
        }
      });
    }
    await on("declared", { hash: "#workload=shop&loss=eu-west-1" }, async (page) => {
      assert.match(await page.innerText("#loss h3"), /^shop without eu-west-1/);
      assert.equal(await page.locator("#loss svg.timeline, #loss p.none").count() > 0, true);
      assert.equal(await page.$eval("#workload-choice", (it) => it.selectedOptions[0].textContent), "shop");
      const { fixes, rules } = await head(page);
      await page.evaluate((id) => (location.hash = `#rule=${id}`), fixes[0].rule);
      await page.waitForSelector("#fixes button.open[aria-expanded='true']");
      const silent = rules.find((it) => !it.fail).id;
      await page.evaluate((id) => (location.hash = `#rule=${id}`), silent);
      await page.waitForSelector(`#rule:not([hidden]) h3:has-text('${silent}')`);
    });
    await on("declared", { hash: `#finding=${"0".repeat(32)}` }, async (page) => {
      assert.match(await page.innerText(".say"), /not in this report/);
    });
  },

  "everything is reached with the keyboard": async () => {
    await on("declared", {}, async (page) => {
      await page.keyboard.press("Tab");
      assert.match(await focused(page), /^Skip/);
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement.id), "main");
      const seen = new Set();
      for (let times = 0; times < 400; times += 1) {
        await page.keyboard.press("Tab");
        const at = await page.evaluate(() => {
          const it = document.activeElement;
          const box = it.getBoundingClientRect();
          const style = getComputedStyle(it);
          return { section: it.closest("section")?.id, shown: box.width > 0 && style.outlineStyle !== "none", what: it.outerHTML.slice(0, 90) };
        });
        if (!at.section) break;
        assert.ok(at.shown, `focus cannot be seen: ${at.what}`);
        seen.add(at.section);
      }
      for (const id of ["map", "workload", "losses", "residency", "fixes", "findings", "assumptions"]) assert.ok(seen.has(id), id);
      // The matrix: one stop, arrows inside.
      assert.equal(await page.locator("#losses .cell[tabindex='0']").count(), 1);
      await page.focus("#losses .cell[tabindex='0']");
      const first = await focused(page);
      const name = () => page.evaluate(() => document.activeElement.getAttribute("aria-label"));
      const before = await name();
      await page.keyboard.press("ArrowRight");
      assert.notEqual(await name(), before);
      await page.keyboard.press("ArrowLeft");
      assert.equal(await focused(page), first);
      await page.keyboard.press("Enter");
      await page.waitForSelector("#loss:not([hidden])");
      assert.match(await focused(page), / without /);
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      assert.equal(await page.isVisible("#loss"), false);
      assert.equal(await name(), before);
      // Rows of findings, and the tabs of a remedy.
      const { rules } = await head(page);
      const rule = rules.find((it) => it.fail > 1 && it.examples.length > 1).id;
      await page.evaluate((id) => (location.hash = `#findings&rule=${id}`), rule);
      await page.waitForFunction(() => document.querySelector("#findings .status").textContent.includes(" of "));
      await page.focus("#findings tbody button.open[tabindex='0']");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-expanded")), "true");
      await page.focus("#findings [role='tab'][tabindex='0']");
      await page.keyboard.press("End");
      assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-selected")), "true");
      assert.notEqual(await focused(page), "In words");
    });
  },

  "paper has everything, open, and no control": async () => {
    await on("declared", {}, async (page) => {
      const pdf = await page.pdf({ format: "A4" });
      assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
      assert.equal(await page.locator("#paper").count(), 0, "what was for paper stays");
      await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      const { findings, workloads } = await head(page);
      const text = await page.innerText("#paper");
      for (const it of workloads) {
        assert.ok(text.includes(`Workload ${it.name}`), it.name);
        for (const loss of it.losses) assert.ok(text.includes(`Without ${loss.loss}`));
      }
      const printed = await page.$$eval("#paper > section:last-child table", (all) => all.reduce((sum, it) => sum + it.tBodies[0].rows.length, 0));
      assert.equal(printed, findings);
      for (const it of ["nav", ".tools", ".filters", "#findings", "button.quiet"]) {
        assert.equal(await page.locator(it).first().isVisible(), false, it);
      }
      assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
    });
  },

  "both themes, by the system's wish and by the button": async () => {
    const dark = (page) => page.evaluate(() => Number(getComputedStyle(document.body).backgroundColor.match(/\d+/)[0]) < 80);
    for (const scheme of ["light", "dark"]) {
      await on("plain", { scheme }, async (page) => {
        assert.equal(await dark(page), scheme === "dark");
        await page.click("#theme");
        assert.equal(await dark(page), scheme !== "dark");
      });
    }
  },

  "axe finds nothing": async () => {
    for (const [name, scheme, width, hash] of [
      ["declared", "light", 1280, ""], ["declared", "dark", 1280, "#workload=shop&loss=eu-west-1"],
      ["declared", "dark", 400, "#workload=ledger&loss=eu-west-1"], ["plain", "light", 400, ""], ["hostile", "light", 1280, ""],
    ]) {
      const { page, close } = await open(browser, file(name), { scheme, width, hash, bypass: true });
      for (const it of await page.$$("button.disclose[aria-expanded='false']")) await it.click();
      await page.evaluate(() => document.querySelectorAll("#findings button.open, #fixes button.open").forEach((it, at) => at % 9 || it.click()));
      await page.addScriptTag({ path: axe });
      const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document));
      const told = violations.map((it) => `${it.id}: ${it.help}\n  ${it.nodes.slice(0, 4).map((node) => `${node.html}\n    ${node.failureSummary}`).join("\n  ")}`);
      assert.ok(passes.length > 20);
      assert.deepEqual(told, [], `${name}, ${scheme}, ${width}\n${told.join("\n")}`);
      await close();
    }
  },

  "nothing is wider than a small screen": async () => {
    for (const name of ["declared", "hostile"]) {
      for (const width of [320, 400, 800]) {
        await on(name, { width, hash: name === "declared" ? "#workload=shop&loss=eu-west-1" : "" }, async (page) => {
          await page.click("#findings button.open >> nth=0");
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(wide <= width, `${name} is ${wide} wide on ${width}`);
        });
      }
    }
  },

  "hostile names are text and nothing else": async () => {
    await on("hostile", {}, async (page) => {
      const title = await page.title();
      for (const it of await page.$$("button.disclose, button.open")) if (await it.isVisible()) await it.click();
      await page.click("#summary tbody a >> nth=0");
      await page.click("#losses .cell >> nth=0");
      await page.fill("#text", "<img src=x");
      await page.waitForFunction(() => / of /.test(document.querySelector("#findings .status").textContent));
      await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
      assert.equal(await page.title(), title);
      const found = await page.evaluate(() => ({
        foreign: document.querySelectorAll("img, iframe, object, embed, form, base, video, audio, template").length,
        scripts: [...document.querySelectorAll("script:not([type='application/json'])")].length,
        handlers: [...document.querySelectorAll("*")].flatMap((it) => [...it.attributes].filter((at) => /^on|^autofocus|^srcdoc|^style$/.test(at.name)).map((at) => at.name)),
        links: [...document.querySelectorAll("[href], [src]")].map((it) => it.getAttribute("href") ?? it.getAttribute("src")).filter((it) => !/^(#|https:\/\/|data:,$)/.test(it)),
        odd: /[\u202a-\u202e\u2066-\u2069\u200b\u2028\u2029\u0000\u001b]/.test(document.body.innerText),
      }));
      assert.deepEqual(found, { foreign: 0, scripts: 1, handlers: [], links: [], odd: false });
      const text = await page.textContent("main");
      for (const it of ["</script><script>document.title='owned'</script>", "\\u{202e}gpj.exe", "]]>&lt;script&gt;"]) assert.ok(text.includes(it), it);
    });
  },

  "100,000 findings open like 1,000": async () => {
    const times = async (name) => {
      const all = [];
      for (let at = 0; at < 3; at += 1) await on(name, {}, (_, it) => all.push(it.took));
      return all.sort((a, b) => a - b)[1];
    };
    const [few, many] = [await times("small"), await times("large")];
    console.log(`   1,000 findings open in ${few.toFixed(0)} ms, 100,000 in ${many.toFixed(0)} ms`);
    assert.ok(many < few * 8, `100,000 findings take ${(many / few).toFixed(1)} times as long as 1,000`);
    const text = readFileSync(file("large"), "utf8");
    const last = text.slice(text.lastIndexOf('"fingerprint":"', text.lastIndexOf("findings-399")) + 15).slice(0, 32);
    await on("large", {}, async (page) => {
      assert.equal(await status(page), "100,000 findings");
      assert.ok(await page.evaluate(() => document.querySelectorAll("*").length) < 20000);
      const timed = async (what, test) => {
        const began = performance.now();
        await test();
        console.log(`   ${what}: ${(performance.now() - began).toFixed(0)} ms`);
      };
      await timed("a filter", () => page.click("#findings .toggle:has-text('high')"));
      await timed("sorting", () => page.click("#findings th[data-sort='name'] button"));
      await timed("the first search for words", async () => {
        await page.fill("#text", "replica eu-west-1");
        await page.waitForFunction(() => location.hash.includes("text="));
      });
      await page.click("#findings button:has-text('Clear')");
      await page.click("#findings button:has-text('Next')");
      assert.match(await page.innerText("#findings .pages"), /page 2 of 1,000/);
      await timed("a link to a finding", async () => {
        await page.evaluate((it) => (location.hash = `#finding=${it}`), last);
        await page.waitForSelector(`#findings tr.more-row:visible a:has-text('${last}')`);
      });
    });
  },

  "a page that is tampered with does not run, and what it asks for is refused": async () => {
    const text = readFileSync(file("plain"), "utf8");
    const change = (name, from, to) => {
      assert.ok(text.includes(from));
      writeFileSync(file(name), text.replace(from, to));
    };
    change("script", '"use strict";', '"use strict"; ');
    const changed = await open(browser, file("script"), { hash: "" }).catch((it) => it);
    assert.equal(changed.ready, false);
    assert.ok(changed.wrong.some((it) => it.includes("policy: script-src")), String(changed.wrong));
    change("image", '<header id="top">', '<img src="http://127.0.0.1:9/x"><script>document.title="owned"</script><header id="top">');
    const asked = await open(browser, file("image"));
    assert.ok(asked.wrong.some((it) => it.includes("policy: img-src")), String(asked.wrong));
    assert.notEqual(await asked.page.title(), "owned");
  },
};

/** Runs a check in a browser of its own; a browser that breaks gets another two, an assertion does not. */
async function run(check) {
  for (let left = 2; ; left -= 1) {
    browser = await launch(chromium);
    try {
      return await check();
    } catch (error) {
      if (error instanceof assert.AssertionError || !left) throw error;
      console.log(`   once more, after: ${error.message.split("\n")[0]}`);
    } finally {
      await browser.close().catch(() => {});
    }
  }
}

const wanted = process.argv[4];
let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  if (wanted && !name.includes(wanted)) continue;
  try {
    await run(check);
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok ${name}\n${error.stack}`);
  }
}
if (failed) process.exit(1);
console.log("HTML: opens, works and stays inside of itself");
