// The list of claims. Only rows in sight are elements, so that a hundred thousand scroll like ten.

/** The claims that are shown, in order. */
let listed = [];
/** Which of them is chosen; -1 for none. */
let current = -1;
/** Height of a row in pixels, as the style says. */
let rowHeight = 0;
/** Browsers limit the height of an element; of a longer list, a pixel of the scroll bar stands for several. */
const MOST_PIXELS = 10_000_000;
/** Rows above and below those in sight. */
const SPARE = 8;

/** Shows these claims, from the first. */
function setList(shown) {
  listed = shown;
  current = -1;
  byId("list").scrollTop = 0;
  measureRows();
}

/** Reads the height of a row, which depends on the width of the window. */
function measureRows() {
  rowHeight = parseFloat(getComputedStyle(byId("list")).getPropertyValue("--row"));
  byId("rows").style.height = `${Math.min(listed.length * rowHeight, MOST_PIXELS)}px`;
  if (current >= 0) bringIntoSight(current);
  drawRows();
}

/** How many pixels of the list one of the scroll bar stands for. */
function pixelsPerPixel() {
  const height = byId("list").clientHeight;
  return Math.max(1, (listed.length * rowHeight - height) / (MOST_PIXELS - height));
}

/** Scrolls no further than it takes to see the i-th row. */
function bringIntoSight(i) {
  const list = byId("list");
  const scale = pixelsPerPixel();
  const [top, from, height] = [i * rowHeight, list.scrollTop * scale, list.clientHeight];
  if (top < from) list.scrollTop = top / scale;
  else if (top + rowHeight > from + height) list.scrollTop = Math.ceil((top + rowHeight - height) / scale);
}

let isDrawingSoon = false;

/** Draws the rows in sight with the next frame. */
function drawRowsSoon() {
  if (isDrawingSoon) return;
  isDrawingSoon = true;
  requestAnimationFrame(() => {
    isDrawingSoon = false;
    drawRows();
  });
}

function drawRows() {
  const list = byId("list");
  // hidden, it has no height; it is drawn when it is shown again
  if (list.clientHeight === 0) return;
  const from = list.scrollTop * pixelsPerPixel();
  const first = Math.max(0, Math.floor(from / rowHeight) - SPARE);
  const last = Math.min(listed.length, Math.ceil((from + list.clientHeight) / rowHeight) + SPARE);
  const drawn = [];
  for (let i = first; i < last; i++) drawn.push(row(i, list.scrollTop - from));
  byId("rows").replaceChildren(...drawn);
  if (current >= first && current < last) list.setAttribute("aria-activedescendant", `row-${current}`);
  else list.removeAttribute("aria-activedescendant");
}

/** The i-th row, moved by so many pixels from where it would be in a list of its full height. */
function row(i, moved) {
  const claim = listed[i];
  const article = claims.article[claim];
  const status = statusOfClaim(claim);
  const similar = chosen.fold ? articles.similar[articles.lead[article]].length : 0;
  const about = [day(claim) || articles.date[article], source(claim), similar > 0 && `+${whole(similar)} alike`];
  const element = el(
    "div",
    {
      class: `row ${status}`, role: "option", id: `row-${i}`, "aria-selected": String(i === current),
      "aria-posinset": i + 1, "aria-setsize": listed.length, click: () => choose(i, true),
    },
    el("div", { class: "about" }, el("bdi", {}, titleOf(article)), el("span", {}, dotted(about))),
    el("div", { class: "text", dir: "auto" }, claims.text[claim]),
    el("div", { class: "chips" }, badge(article, claims.sentence[claim], decidedOfClaim(claim), status),
      claims.labels[claim].map((label) => chip(label, probOf(claim, label)))),
  );
  element.style.top = `${i * rowHeight + moved}px`;
  return element;
}

/** What a person has decided of a sentence, in words; nothing if nobody has. */
function badge(article, sentence, given = decided(article, sentence), status = statusOf(article, sentence)) {
  if (status === "open") return null;
  const labels = given.map((label) => data.labels[label]).join(", ");
  const said = { accepted: "✓ accepted", rejected: "✗ no claim", corrected: `✎ ${labels}` }[status];
  return el("span", { class: `badge ${status}` }, said);
}

/** Chooses the i-th claim of the list and shows its article; `open`: also where there is room for only one of both. */
function choose(i, open = false) {
  if (listed.length === 0) return;
  current = Math.min(Math.max(i, 0), listed.length - 1);
  bringIntoSight(current);
  drawRows();
  const claim = listed[current];
  if (open) document.body.classList.add("reading");
  showSentence(claims.article[claim], claims.sentence[claim]);
}

/** Goes back from the article to the list, where there is room for only one of both. */
function leaveReading() {
  document.body.classList.remove("reading");
  if (view !== "claims") return;
  measureRows();
  byId("list").focus();
}

/** The next claim of another article in this direction (1 or -1). */
function chooseArticle(direction) {
  if (current < 0) return choose(0);
  const from = claims.article[listed[current]];
  let i = current + direction;
  while (i >= 0 && i < listed.length && claims.article[listed[i]] === from) i += direction;
  if (i < 0 || i >= listed.length) return;
  // backwards, the first claim of that article
  if (direction < 0) while (i > 0 && claims.article[listed[i - 1]] === claims.article[listed[i]]) i--;
  choose(i);
}

/** Shows a claim in its article; also one that the list does not have, such as a near-duplicate. */
function openClaim(claim) {
  showView("claims");
  const i = listed.indexOf(claim);
  if (i >= 0) return choose(i, true);
  document.body.classList.add("reading");
  showSentence(claims.article[claim], claims.sentence[claim]);
}
