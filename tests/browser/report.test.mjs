// The page that `claimtag report` writes, driven as a person would: see `run`.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { finished } from "node:stream/promises";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { HOSTILE, manyClaims, oddArticles } from "./corpus.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const CLAIMTAG = resolve(process.env.CLAIMTAG);
const WIDE = { viewport: { width: 1360, height: 860 } };
const PHONE = { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

let folder;
let browser;
/** The rows of data/articles as `claimtag tag` writes them: what the page must agree with. */
let rows;

function claimtag(...args) {
  return execFileSync(CLAIMTAG, args, { cwd: ROOT, maxBuffer: 1 << 28, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Tags a corpus and makes the page; its address. */
function page(name, corpus, ...options) {
  const [run, out] = [join(folder, name), join(folder, `${name}.html`)];
  claimtag("batch", corpus, "--out", run, "--quiet", ...options);
  claimtag("report", run, "--out", out, "--quiet");
  return out;
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "claimtag-browser-"));
  rows = claimtag("tag", "data/articles", "--quiet").trim().split("\n").map((line) => JSON.parse(line));
  writeFileSync(join(folder, "hostile.jsonl"), `${JSON.stringify(HOSTILE)}\n`);
  writeFileSync(join(folder, "odd.jsonl"), [...oddArticles()].join(""));
  const many = createWriteStream(join(folder, "many.jsonl"));
  for (const line of manyClaims(5000, 21)) many.write(line);
  many.end();
  await finished(many);
  page("articles", "data/articles", "--explain");
  page("hostile", join(folder, "hostile.jsonl"), "--any-language");
  page("odd", join(folder, "odd.jsonl"), "--tier", "linear", "--any-language");
  page("many", join(folder, "many.jsonl"), "--tier", "linear");
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a page in a browser of its own; whatever it complains of or asks for elsewhere fails the test. */
async function opened(t, name, options = WIDE) {
  const context = await browser.newContext({ ...options, acceptDownloads: true });
  t.after(() => context.close());
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(error.stack));
  page.on("dialog", (dialog) => { complaints.push(`dialog ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => /^(file|blob|data):/.test(request.url()) || complaints.push(`asks for ${request.url()}`));
  t.after(() => assert.deepEqual(complaints, []));
  await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
  await page.waitForSelector("html[data-ready]");
  return page;
}

const shownCount = async (page) => Number((await page.textContent("#shown")).match(/^[\d,]+/)[0].replaceAll(",", ""));

/** Waits until the page says that it shows so many. */
async function expectShown(page, n) {
  await page.waitForFunction((n) => document.getElementById("shown").textContent.replaceAll(",", "").startsWith(`${n} sentence`), n, { timeout: 5000 })
    .catch(async () => assert.fail(`${n} expected, shown: ${await page.textContent("#shown")}`));
}

async function downloaded(page, press) {
  const [download] = await Promise.all([page.waitForEvent("download"), press()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}

const articleIds = () => [...new Set(rows.map((row) => row.article_id))];

test("the overview counts what the rows say", async (t) => {
  const page = await opened(t, "articles");
  await expectShown(page, rows.length);
  for (const label of ["exclusivity", "investment", "competition", "infrastructure"]) {
    const n = rows.filter((row) => row.labels.includes(label)).length;
    const bar = page.locator("#card-by-label .bar", { hasText: label });
    assert.equal(await bar.locator(".number").textContent(), String(n), label);
  }
  const both = rows.filter((row) => row.labels.includes("investment") && row.labels.includes("infrastructure")).length;
  const cell = page.locator("#card-labels-that-go-together td button[title='investment and infrastructure']");
  assert.equal(await cell.textContent(), String(both));
  await cell.click();
  await expectShown(page, both);
  await page.click("#reset");
  await page.click("#to-overview");
  const undated = rows.filter((row) => !row.day).length;
  assert.match(await page.textContent("#card-over-time"), new RegExp(`^Over time${undated} claims? without a date`));
  // a bar leads to its claims
  await page.locator("#card-by-label .bar", { hasText: "exclusivity" }).click();
  await expectShown(page, rows.filter((row) => row.labels.includes("exclusivity")).length);
  assert.ok(await page.isVisible("#list"));
});

test("filters show what the rows say, alone and together", async (t) => {
  const page = await opened(t, "articles");
  const reset = () => page.click("#reset");
  await page.click("#labels button:has-text('competition')");
  await expectShown(page, rows.filter((row) => row.labels.includes("competition")).length);
  await page.click("#labels button:has-text('exclusivity')");
  await expectShown(page, rows.filter((row) => row.labels.includes("competition") || row.labels.includes("exclusivity")).length);
  await page.fill("#least", "0.9");
  const sure = (row) => row.labels.some((label) => ["competition", "exclusivity"].includes(label) && row.prob[label] >= 0.9);
  await expectShown(page, rows.filter(sure).length);
  await reset();
  await expectShown(page, rows.length);

  const dated = rows.filter((row) => row.day);
  const days = dated.map((row) => row.day).sort();
  const [from, until] = [days[Math.floor(days.length / 4)], days[Math.floor(days.length / 2)]];
  await page.fill("#from", from);
  await page.fill("#until", until);
  await expectShown(page, dated.filter((row) => row.day >= from && row.day <= until).length);
  await reset();

  const source = rows.find((row) => row.source).source;
  await page.selectOption("#source", source);
  await expectShown(page, rows.filter((row) => row.source === source).length);
  await reset();

  const words = rows.at(-1).text.match(/\p{L}{5,}/gu).slice(0, 2);
  await page.fill("#text", `${words[1].toUpperCase()} ${words[0]}`);
  const has = (row) => words.every((word) => `${row.text}\n${row.title ?? ""}`.toLowerCase().includes(word.toLowerCase()));
  await expectShown(page, rows.filter(has).length);
  await reset();

  await page.selectOption("#tier", "linear");
  await expectShown(page, rows.filter((row) => row.tier === "linear").length);
});

test("the list sorts", async (t) => {
  const page = await opened(t, "articles");
  await page.click("#to-claims");
  const strength = (row) => Math.max(...row.labels.map((label) => row.prob[label]));
  const first = () => page.textContent("#row-0 .text");
  await page.selectOption("#sort", "doubtful");
  assert.equal(await first(), rows.reduce((a, b) => (strength(b) < strength(a) ? b : a)).text);
  await page.selectOption("#sort", "probable");
  assert.equal(await first(), rows.reduce((a, b) => (strength(b) > strength(a) ? b : a)).text);
  await page.selectOption("#sort", "newest");
  const newest = rows.map((row) => row.day ?? "").sort().at(-1);
  assert.equal(await first(), rows.find((row) => row.day === newest).text);
});

test("keys go from claim to claim and from article to article", async (t) => {
  const page = await opened(t, "articles");
  await page.click("#to-claims");
  const inHand = () => page.textContent(".taken .words");
  await page.waitForSelector(".taken");
  assert.equal(await inHand(), rows[0].text);
  await page.keyboard.press("j");
  assert.equal(await inHand(), rows[1].text);
  await page.keyboard.press("ArrowUp");
  assert.equal(await inHand(), rows[0].text);
  await page.keyboard.press("n");
  const second = rows.find((row) => row.article_id === articleIds()[1]);
  await page.waitForFunction((text) => document.querySelector(".taken .words")?.textContent === text, second.text);
  await page.keyboard.press("p");
  await page.waitForFunction((text) => document.querySelector(".taken .words")?.textContent === text, rows[0].text);
  // every sentence can be taken in hand, with a claim or without
  await page.keyboard.press("]");
  assert.notEqual(await inHand(), rows[0].text);
  await page.keyboard.press("?");
  assert.ok(await page.isVisible("#keys"));
});

test("an article is shown as it was read, with its claims marked", async (t) => {
  const page = await opened(t, "articles");
  await page.click("#to-claims");
  const id = articleIds().find((id) => id.endsWith(".txt"));
  const mine = rows.filter((row) => row.article_id === id);
  const at = rows.indexOf(mine[0]);
  for (let i = 0; i < at; i++) await page.keyboard.press("j");
  await page.waitForFunction((text) => document.querySelector(".taken .words")?.textContent === text, mine[0].text);
  const squeezed = (text) => text.replace(/\s+/g, "");
  const read = await page.locator("#article .words").allTextContents();
  assert.equal(squeezed(read.join("")), squeezed(readFileSync(join(ROOT, id), "utf8").replace(/^\uFEFF/, "")));
  assert.equal(await page.locator("#article .claim").count(), mine.length);
  const [label] = mine[0].labels;
  const shown = mine[0].prob[label] >= 0.995 ? "1.00" : mine[0].prob[label].toFixed(2);
  assert.match(await page.textContent(".taken"), new RegExp(`${label} ${shown}`));
  assert.match(await page.textContent("#inspector"), new RegExp(`decided by the ${mine[0].tier} tier`));
});

test("why: words are shaded, n-grams add up to the score", async (t) => {
  const page = await opened(t, "articles");
  await page.click("#to-claims");
  for (const tier of ["linear", "encoder"]) {
    await page.selectOption("#tier", tier);
    await page.keyboard.press("Escape");
    await page.click("#row-0");
    await page.waitForSelector(".taken .word");
    const text = rows.find((row) => row.tier === tier).text;
    assert.equal(await page.textContent(".taken .words"), text, "shading changes no letter");
    const said = (await page.textContent(".reasons")).replaceAll("−", "-");
    if (tier === "linear") {
      const [, logit, bias] = said.match(/ (-?[\d.]+) = (-?[\d.]+) to begin with/).map(Number);
      const parts = (await page.locator(".reasons li b").allTextContents()).map((text) => Number(text.replace("−", "-")));
      const total = parts.reduce((a, b) => a + b, bias);
      assert.ok(Math.abs(total - logit) < 0.005 * (parts.length + 2), `${total} is not ${logit}`);
    } else {
      assert.match(said, /would lose without a word/);
    }
    await page.keyboard.press("w");
  }
  // a look at another sentence shows why, too
  await page.click("#reset");
  const other = page.locator("#article .claim:not(.taken)").first();
  await other.hover();
  assert.ok((await other.locator(".word").count()) > 0);
});

test("a review by keyboard is kept, undone, saved and taken up again, and claimtag trains on it", async (t) => {
  const page = await opened(t, "articles");
  await page.click("#to-claims");
  await page.waitForSelector(".taken");
  await page.keyboard.press("a");
  await page.keyboard.press("x");
  // the third loses its labels and gets another one
  const names = Object.keys(rows[2].prob);
  const other = names.findIndex((name) => !rows[2].labels.includes(name));
  for (const label of [...rows[2].labels.map((name) => names.indexOf(name)), other]) await page.keyboard.press(String(label + 1));
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.keyboard.press("z");
  // a sentence without a claim gets one
  await page.click("#row-0");
  for (let i = 0; i < 40 && (await page.locator(".taken.claim").count()) > 0; i++) await page.keyboard.press("]");
  const missed = await page.textContent(".taken .words");
  await page.keyboard.press("1");
  await page.waitForTimeout(300);

  await page.reload();
  await page.waitForSelector("html[data-ready]");
  await page.selectOption("#status", "accepted");
  await expectShown(page, 1);
  await page.selectOption("#status", "reviewed");
  await expectShown(page, 3);
  await page.selectOption("#status", "");
  const saved = await downloaded(page, () => page.keyboard.press("Escape").then(() => page.click("#save-review")));
  const review = saved.text.trim().split("\n").map((line) => JSON.parse(line));
  const of = (text) => review.find((row) => row.text === text)?.labels;
  assert.equal(review.length, 4);
  assert.deepEqual(of(rows[0].text), rows[0].labels);
  assert.deepEqual(of(rows[1].text), []);
  assert.deepEqual(of(rows[2].text), [names[other]]);
  assert.deepEqual(of(missed), [names[0]]);
  assert.ok(review.every((row) => row.doc && row.article && Number.isInteger(row.sentence)));

  const csv = await downloaded(page, () => page.click("#save-csv"));
  assert.match(csv.text.split("\r\n")[0], /,review,reviewed_labels$/);
  assert.match(csv.text, /,accepted,/);

  // in another browser the review goes on where it was saved
  const elsewhere = await opened(t, "articles");
  await elsewhere.setInputFiles("#review-file", { name: "review.jsonl", mimeType: "text/plain", buffer: Buffer.from(`${saved.text}{"text": "another", "labels": []}\nno JSON\n`) });
  await elsewhere.waitForFunction(() => document.getElementById("message").textContent.startsWith("4 decisions taken up; 2 rows"));
  await elsewhere.selectOption("#status", "reviewed");
  await expectShown(elsewhere, 3);

  const file = join(folder, "review.jsonl");
  const more = readFileSync(join(ROOT, "data/claims/test.jsonl"), "utf8").split("\n").slice(0, 300).join("\n");
  writeFileSync(file, `${saved.text}${more}\n`);
  claimtag("train", file, "--out", join(folder, "model"), "--folds", "2", "--c", "3");
  assert.ok(statSync(join(folder, "model")).isDirectory());
});

test("keys that come faster than texts, and decisions that change", async (t) => {
  const page = await opened(t, "articles");
  await page.click("#to-claims");
  // the second comes before the text of the article is there
  await page.evaluate(() => ["j", "j"].forEach((key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }))));
  await page.waitForFunction((text) => document.querySelector(".taken .words")?.textContent === text, rows[2].text);
  await page.keyboard.press("x");
  await page.keyboard.press("z");
  await page.waitForFunction((text) => document.querySelector(".taken .words")?.textContent === text, rows[2].text);
  assert.equal(await page.locator("#article .rejected").count(), 0, "undone in the article, too");
  await page.keyboard.press("x");
  await page.keyboard.press("k");
  await page.keyboard.press("a");
  assert.equal(await page.textContent("#row-2 .badge"), "✓ accepted", "the model was right after all");
  // a key that is held down decides once
  const before = await page.locator(".row .badge").count();
  await page.evaluate(() => { for (let i = 0; i < 5; i++) document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "a", repeat: true, bubbles: true })); });
  assert.equal(await page.locator(".row .badge").count(), before);
  // keys of review are not for the filter that was used before them
  await page.selectOption("#status", "open");
  await page.focus("#list");
  await page.keyboard.press("a");
  assert.equal(await page.inputValue("#status"), "open");
  await page.fill("#text", "nothing of the kind");
  await expectShown(page, 0);
  await page.keyboard.press("Escape");
  assert.equal(await page.inputValue("#text"), "nothing of the kind", "box and filter stay the same");
});

test("two windows of one page keep both reviews", async (t) => {
  const page = await opened(t, "articles");
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.waitForSelector("html[data-ready]");
  for (const [window, keys] of [[page, ["a", "a"]], [other, ["j", "j", "x"]]]) {
    await window.click("#to-claims");
    await window.waitForSelector(".taken");
    for (const key of keys) await window.keyboard.press(key);
    await window.waitForTimeout(400);
  }
  await page.reload();
  await page.waitForSelector("html[data-ready]");
  await page.selectOption("#status", "reviewed");
  await expectShown(page, 3);
});

test("text can be marked and quoted", async (t) => {
  const page = await opened(t, "articles");
  await page.click("#to-claims");
  await page.waitForSelector(".taken .word");
  for (const sentence of [page.locator(".taken .words"), page.locator("#article .sentence:not(.taken) .words").first()]) {
    await sentence.scrollIntoViewIfNeeded();
    const line = await sentence.evaluate((words) => {
      const [first, ...others] = words.getClientRects();
      const right = others.reduce((right, rect) => (rect.top === first.top ? Math.max(right, rect.right) : right), first.right);
      return { left: first.left, right, y: (first.top + first.bottom) / 2 };
    });
    await page.mouse.move(line.left + 2, line.y);
    await page.mouse.down();
    await page.mouse.move(line.right - 4, line.y, { steps: 5 });
    await page.mouse.up();
    const marked = await page.evaluate(() => getSelection().toString());
    assert.ok(marked.length > 10, `marked: ${marked}`);
    await page.evaluate(() => getSelection().removeAllRanges());
  }
});

test("articles that are alike are folded among what is shown", async (t) => {
  const page = await opened(t, "odd");
  await page.selectOption("#source", "Beta Post");
  await expectShown(page, 2);
  await page.selectOption("#source", "");
  await page.click("#to-claims");
  await page.fill("#text", "$301 million");
  await expectShown(page, 1);
  assert.match(await page.textContent("#shown"), /1 more in near-duplicates/);
  await page.uncheck("#fold");
  await expectShown(page, 2);
  await page.click("#article details summary");
  await page.click("#article details li button");
  await page.waitForFunction(() => document.querySelector("#article h2").textContent.includes("twin-2"));
});

test("odd articles spoil neither the overview nor the reading", async (t) => {
  const page = await opened(t, "odd");
  const time = await page.textContent("#card-over-time");
  assert.match(time, /^Over time1 claim of days far from the others/);
  assert.ok(time.includes("2024-05-2"), "days of the month are drawn");
  assert.equal(await page.evaluate(() => document.querySelector("#overview").scrollWidth > document.querySelector("#overview").clientWidth), false);
  await page.click("#to-claims");
  await page.fill("#text", "title of many");
  await page.waitForFunction(() => document.querySelectorAll("#article .claim").length > 3000, null, { timeout: 20_000 });
  const took = await page.evaluate(() => {
    const began = performance.now();
    for (let i = 0; i < 20; i++) document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
    return performance.now() - began;
  });
  t.diagnostic(`20 claims on in an article of 4,000: ${took.toFixed(0)} ms`);
});

test("two articles of one id keep their reviews when these come back", async (t) => {
  const page = await opened(t, "odd");
  await page.fill("#text", "title of one-id");
  await expectShown(page, 2);
  await page.click("#to-claims");
  await page.waitForSelector(".taken");
  await page.keyboard.press("a");
  await page.waitForFunction(() => document.querySelector(".row[aria-selected=true]").id === "row-1");
  await page.waitForSelector(".taken");
  await page.keyboard.press("x");
  const saved = await downloaded(page, () => page.keyboard.press("s"));
  const elsewhere = await opened(t, "odd");
  await elsewhere.setInputFiles("#review-file", { name: "r.jsonl", mimeType: "text/plain", buffer: Buffer.from(`${saved.text}{"article": "one-id", "labels": []}\n`) });
  await elsewhere.waitForFunction(() => document.getElementById("message").textContent.startsWith("2 decisions taken up; 1 row"));
});

test("the CSV file has the claims that are shown", async (t) => {
  const page = await opened(t, "articles");
  await page.click("#labels button:has-text('infrastructure')");
  const shown = rows.filter((row) => row.labels.includes("infrastructure"));
  await expectShown(page, shown.length);
  const { name, text } = await downloaded(page, () => page.keyboard.press("c"));
  assert.equal(name, "articles.csv");
  const records = parseCsv(text);
  const column = (record, name) => record[records[0].indexOf(name)];
  assert.equal(records.length - 1, shown.length);
  shown.forEach((row, i) => {
    const record = records[i + 1];
    assert.equal(column(record, "text"), row.text);
    assert.equal(column(record, "article_id"), row.article_id);
    assert.equal(column(record, "labels"), row.labels.join(";"));
    assert.equal(Number(column(record, "prob_infrastructure")), row.prob.infrastructure);
  });
});

/** Records of CSV with quotes (RFC 4180). */
function parseCsv(text) {
  const records = [];
  assert.equal(text[0], "\uFEFF");
  for (const line of text.slice(1).matchAll(/(?:"(?:[^"]|"")*"|[^"\r\n])+\r\n/g)) {
    const cells = line[0].slice(0, -2).match(/(?:^|,)(?:"(?:[^"]|"")*"|[^,]*)/g);
    records.push(cells.map((cell) => cell.replace(/^,/, "").replace(/^"([^]*)"$/, "$1").replaceAll('""', '"')));
  }
  return records;
}

test("what stands in an article is text, whatever it looks like", async (t) => {
  const page = await opened(t, "hostile");
  assert.ok((await shownCount(page)) >= 1);
  await page.click("#to-claims");
  await page.waitForSelector(".taken");
  const body = await page.textContent("body");
  for (const piece of [HOSTILE.title, HOSTILE.source, `</script><script>window.hacked="text"</script>`]) {
    assert.ok(body.includes(piece), `${piece} is not shown`);
  }
  assert.equal(await page.locator("#article a").count(), 0, "an address that is none of the web is no link");
  await page.fill("#text", "vexlund");
  await page.click("#to-overview");
  await page.click("#to-claims");
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  assert.equal(await page.locator("main img, main svg[onload], #article script").count(), 0);
  const { text } = await downloaded(page, () => page.click("#save-csv"));
  assert.equal(parseCsv(text)[1][0], HOSTILE.id);
});

test("a hundred thousand claims open and scroll", async (t) => {
  const page = await opened(t, "many");
  const megabytes = statSync(join(folder, "many.html")).size / 1e6;
  const ready = await page.getAttribute("html", "data-ready");
  const n = await shownCount(page);
  t.diagnostic(`${n} claims, ${megabytes.toFixed(1)} MB, ready after ${ready} ms`);
  assert.ok(n >= 100_000, `only ${n}`);
  await page.click("#to-claims");
  await page.waitForSelector(".taken");
  assert.ok((await page.locator(".row").count()) < 60, "only rows in sight are elements");
  await page.evaluate(() => { document.getElementById("list").scrollTop = 1e9; });
  await page.waitForSelector(`#row-${n - 1}`);
  await page.click(`#row-${n - 1}`);
  await page.waitForFunction(() => document.querySelector(".taken")?.textContent.includes("investment"));
  // the time of a frame while it scrolls from end to end
  const frames = await page.evaluate(async () => {
    const list = document.getElementById("list");
    const times = [];
    let before = performance.now();
    for (let i = 0; i < 60; i++) {
      list.scrollTop = ((i * 7919) % 60) / 60 * list.scrollHeight;
      await new Promise(requestAnimationFrame);
      times.push(performance.now() - before);
      before = performance.now();
    }
    return times.sort((a, b) => a - b);
  });
  t.diagnostic(`frames while scrolling: median ${frames[30].toFixed(1)} ms, longest ${frames[59].toFixed(1)} ms`);
  const began = Date.now();
  await page.fill("#text", "wire nothing of this");
  await expectShown(page, 0);
  await page.fill("#text", "raised $40 million");
  await page.waitForFunction(() => /^1,\d\d\d sentences/.test(document.getElementById("shown").textContent));
  t.diagnostic(`two searches: ${Date.now() - began} ms`);
});

test("on a phone there is one column, and the way back", async (t) => {
  const page = await opened(t, "articles", PHONE);
  const overflows = () => page.evaluate(() => document.scrollingElement.scrollWidth > innerWidth);
  assert.equal(await overflows(), false);
  await page.tap("#to-claims");
  assert.ok(await page.isVisible("#list"));
  assert.ok(!(await page.isVisible("#article")));
  await page.tap("#row-1");
  await page.waitForSelector(".taken");
  assert.ok(await page.isVisible("#article"));
  assert.ok(!(await page.isVisible("#list")));
  assert.equal(await overflows(), false);
  await page.tap("#inspector button:has-text('accept')");
  await page.tap("#back");
  assert.ok(await page.isVisible("#row-1 .badge.accepted"));
  await page.tap("#filters summary");
  assert.ok(await page.isVisible("#least"));
  // back from far down the list
  await page.evaluate(() => { document.getElementById("list").scrollTop = 12_000; });
  await page.waitForTimeout(100);
  const far = await page.locator(".row").nth(10).getAttribute("id");
  await page.tap(`#${far}`);
  await page.waitForSelector(".taken");
  await page.tap("#back");
  assert.ok(await page.isVisible(`#${far}`));
});

test("on paper there is the list as a whole, without buttons", async (t) => {
  const page = await opened(t, "articles");
  await page.click("#labels button:has-text('exclusivity')");
  await page.click("#to-claims");
  await page.click("#theme");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), "light", "paper is white");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const n = rows.filter((row) => row.labels.includes("exclusivity")).length;
  assert.equal(await page.locator("#print p").count(), n);
  assert.ok(await page.isVisible("#print h3 >> nth=0"));
  assert.ok(!(await page.isVisible("#save-csv")));
  const pdf = await page.pdf();
  assert.ok(pdf.length > 10_000);
});

test("pictures to look at", { skip: !process.env.SCREENSHOTS }, async (t) => {
  const at = (name) => join(process.env.SCREENSHOTS, `${name}.png`);
  mkdirSync(process.env.SCREENSHOTS, { recursive: true });
  for (const scheme of ["light", "dark"]) {
    const page = await opened(t, "articles", { ...WIDE, colorScheme: scheme });
    await page.screenshot({ path: at(`overview-${scheme}`) });
    await page.click("#to-claims");
    for (const key of ["n", "a", "x", "j"]) await page.keyboard.press(key);
    await page.waitForSelector(".taken .word");
    await page.screenshot({ path: at(`claims-${scheme}`) });
  }
  const page = await opened(t, "articles", PHONE);
  await page.screenshot({ path: at("overview-phone") });
  await page.tap("#to-claims");
  await page.screenshot({ path: at("claims-phone") });
  await page.tap("#row-1");
  await page.waitForSelector(".taken");
  await page.screenshot({ path: at("article-phone") });
});
