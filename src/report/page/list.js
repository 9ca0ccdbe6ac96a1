// The list of claims. Only rows in sight are elements, so that a hundred thousand scroll like ten.

/** The claims that are shown, in order. */
let listed = [];
/** Which of them is chosen; -1 for none. */
let current = -1;
/** Height of a row in pixels, as the style says. */
let rowHeight = 0;
/** Rows above and below those in sight. */
const SPARE = 8;

/** Shows these claims. The chosen one stays chosen if it is among them. */
function setList(shown) {
  const claim = listed[current];
  listed = shown;
  current = claim === undefined ? -1 : listed.indexOf(claim);
  measureRows();
}

/** Reads the height of a row, which depends on the width of the window. */
function measureRows() {
  rowHeight = parseFloat(getComputedStyle(byId("list")).getPropertyValue("--row"));
  byId("rows").style.height = `${listed.length * rowHeight}px`;
  drawRows();
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
  const first = Math.max(0, Math.floor(list.scrollTop / rowHeight) - SPARE);
  const last = Math.min(listed.length, Math.ceil((list.scrollTop + list.clientHeight) / rowHeight) + SPARE);
  const drawn = [];
  for (let i = first; i < last; i++) drawn.push(row(i));
  byId("rows").replaceChildren(...drawn);
  if (current >= first && current < last) list.setAttribute("aria-activedescendant", `row-${current}`);
  else list.removeAttribute("aria-activedescendant");
}

function row(i) {
  const claim = listed[i];
  const article = claims.article[claim];
  const status = statusOfClaim(claim);
  const similar = chosen.fold ? articles.similar[article].length : 0;
  const about = [day(claim) || articles.date[article], source(claim), similar > 0 && `+${whole(similar)} alike`].filter(Boolean).join(" · ");
  const element = el(
    "div",
    {
      class: `row ${status}`, role: "option", id: `row-${i}`, "aria-selected": String(i === current),
      "aria-posinset": i + 1, "aria-setsize": listed.length, click: () => choose(i, true),
    },
    el("div", { class: "about" }, el("span", {}, titleOf(article)), el("span", {}, about)),
    el("div", { class: "text" }, claims.text[claim]),
    el("div", { class: "chips" }, claims.labels[claim].map((label) => chip(label, probOf(claim, label))), badge(article, claims.sentence[claim])),
  );
  element.style.top = `${i * rowHeight}px`;
  return element;
}

/** What a person has decided of a sentence, in words; nothing if nobody has. */
function badge(article, sentence) {
  const status = statusOf(article, sentence);
  if (status === "open") return null;
  const labels = decided(article, sentence).map((label) => data.labels[label]).join(", ");
  const said = { accepted: "✓ accepted", rejected: "✗ no claim", corrected: `✎ ${labels}` }[status];
  return el("span", { class: `badge ${status}` }, said);
}

/** Chooses the i-th claim of the list and shows its article; `open`: also where there is room for only one of both. */
function choose(i, open = false) {
  if (listed.length === 0) return;
  current = Math.min(Math.max(i, 0), listed.length - 1);
  const list = byId("list");
  const [top, height] = [current * rowHeight, list.clientHeight];
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + rowHeight > list.scrollTop + height) list.scrollTop = top + rowHeight - height;
  drawRows();
  const claim = listed[current];
  if (open) document.body.classList.add("reading");
  showSentence(claims.article[claim], claims.sentence[claim]);
}

/** The next claim of another article in this direction (1 or -1). */
function chooseArticle(direction) {
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
