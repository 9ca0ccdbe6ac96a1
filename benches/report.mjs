// How soon pages of `claimtag report` can be used, in headless Chromium, from disk: milliseconds, medians of five.
//
//     (cd tests/browser && npm ci) && node benches/report.mjs PAGE...
//
// CHROMIUM names the browser [default: /usr/bin/chromium].

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "../tests/browser/node_modules/playwright-core/index.mjs";

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
});
for (const file of process.argv.slice(2)) {
  const times = [];
  let shown;
  for (let round = 0; round < 5; round++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const began = performance.now();
    await page.goto(pathToFileURL(resolve(file)).href, { waitUntil: "commit" });
    await page.waitForSelector("html[data-ready]");
    times.push(performance.now() - began);
    shown = await page.textContent("#shown");
    await context.close();
  }
  const median = times.sort((a, b) => a - b)[2];
  console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(2)} MB, ${shown}: ${median.toFixed(0)} ms`);
}
await browser.close();
