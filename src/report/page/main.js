// The page as a whole: filters, keys, light and dark, print.

let view = "overview";

/** Shows the overview or the claims. */
function showView(name) {
  view = name;
  for (const each of ["overview", "claims"]) {
    byId(each).hidden = each !== name;
    byId(`to-${each}`).setAttribute("aria-pressed", String(each === name));
  }
  document.body.classList.remove("reading");
  if (name === "overview") {
    drawOverview(listed);
    byId("overview").focus();
  } else {
    measureRows();
    chooseFirst();
    byId("list").focus();
  }
}

const isNarrow = () => matchMedia("(max-width: 800px), (max-height: 500px)").matches;

/** Changes what is chosen, and all that follows from it. */
function change(changes) {
  Object.assign(chosen, changes);
  showChosen();
  const { shown, folded } = select();
  setList(shown);
  byId("shown").textContent =
    `${counted(listed.length, "sentence")} with a claim` + (folded > 0 ? `, ${whole(folded)} more in near-duplicates` : "");
  if (view === "overview") drawOverview(listed);
  else chooseFirst();
}

/** Where there is room for list and article, an article is always open. */
function chooseFirst() {
  if (current < 0 && !isNarrow()) choose(0);
}

/** Sets the controls to what is chosen. */
function showChosen() {
  for (const id of ["least", "source", "from", "until", "text", "tier", "status", "sort"]) {
    if (byId(id).value !== String(chosen[id])) byId(id).value = chosen[id];
  }
  byId("fold").checked = chosen.fold;
  byId("every").checked = chosen.every;
  byId("every").parentElement.hidden = chosen.labels.size < 2;
  byId("least-shown").textContent = shownProb(Number(chosen.least));
  byId("labels").childNodes.forEach((button, label) => button.setAttribute("aria-pressed", String(chosen.labels.has(label))));
}

function fillControls() {
  const options = (id, pairs) => byId(id).replaceChildren(...pairs.map(([value, name]) => el("option", { value }, name)));
  const counts = new Map();
  for (const article of claims.article) {
    const name = articles.source[article];
    if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const sources = [...counts.keys()].sort(compare);
  options("source", [["", "all"], ...sources.map((name) => [name, `${name} (${whole(counts.get(name))})`])]);
  options("tier", [["", "any"], ...[...new Set(claims.tier)].sort().map((name) => [name, name])]);
  const statuses = ["open", "reviewed", "accepted", "rejected", "corrected"];
  options("status", [["", "any"], ...statuses.map((name) => [name, name])]);
  options("sort", Object.entries(SORTS).map(([value, [name]]) => [value, name]));
  byId("source").parentElement.hidden = sources.length === 0;
  byId("tier").parentElement.hidden = byId("tier").options.length < 3;
  const hasDays = articles.day.some(Boolean);
  for (const id of ["from", "until"]) byId(id).parentElement.hidden = !hasDays;
  byId("labels").replaceChildren(
    ...data.labels.map((name, label) =>
      el("button", { type: "button", class: `toggle ${labelClass(label)}`, "aria-pressed": "false", click: () => pickLabel(label) }, name),
    ),
  );
}

function pickLabel(label) {
  const labels = new Set(chosen.labels);
  if (!labels.delete(label)) labels.add(label);
  change({ labels });
}

/** Calls `action` once there has been no call for so many milliseconds: typing filters when the fingers rest. */
function rested(action, milliseconds) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...args), milliseconds);
  };
}

function listenToControls() {
  for (const id of ["source", "from", "until", "tier", "status", "sort"]) {
    byId(id).addEventListener("change", (event) => change({ [id]: event.target.value }));
  }
  // the keys of review are for the list, not for the control that was used before
  for (const id of ["source", "tier", "status", "sort", "fold", "every"]) {
    byId(id).addEventListener("change", () => view === "claims" && !isNarrow() && byId("list").focus());
  }
  byId("least").addEventListener("input", rested((event) => change({ least: Number(event.target.value) }), 60));
  byId("least").addEventListener("input", (event) => (byId("least-shown").textContent = shownProb(Number(event.target.value))));
  byId("text").addEventListener("input", rested((event) => change({ text: event.target.value }), 150));
  for (const id of ["fold", "every"]) byId(id).addEventListener("change", (event) => change({ [id]: event.target.checked }));
  byId("reset").addEventListener("click", () => change({ ...DEFAULTS, labels: new Set() }));
  byId("filters").querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  byId("to-overview").addEventListener("click", () => showView("overview"));
  byId("to-claims").addEventListener("click", () => showView("claims"));
  byId("save-csv").addEventListener("click", saveCsv);
  byId("save-review").addEventListener("click", saveReview);
  byId("load-review").addEventListener("click", () => byId("review-file").click());
  byId("review-file").addEventListener("change", (event) => {
    if (event.target.files[0]) loadReview(event.target.files[0]);
    event.target.value = "";
  });
  byId("theme").addEventListener("click", nextTheme);
  byId("help").addEventListener("click", () => byId("keys").showModal());
  byId("message").addEventListener("click", () => alertPerson(""));
  byId("list").addEventListener("scroll", drawRowsSoon, { passive: true });
  addEventListener("resize", () => view === "claims" && measureRows());
  addEventListener("beforeprint", fillPrint);
}

/** Dark where it was light, and the other way round; remembered if the browser remembers. */
function nextTheme() {
  const isDark = (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  document.documentElement.dataset.theme = isDark ? "light" : "dark";
  try {
    localStorage.setItem("claimtag theme", document.documentElement.dataset.theme);
  } catch {
    // then it is not remembered
  }
}

function recallTheme() {
  try {
    const theme = localStorage.getItem("claimtag theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // then it is as the browser prefers
  }
}

/** Decides, and goes on to the next claim. */
function verdictAndOn(kind) {
  if (!verdict(kind)) return;
  const inHand = listed[current];
  const isListed = inHand !== undefined && claims.article[inHand] === open.article && claims.sentence[inHand] === open.sentence;
  if (isListed && current + 1 < listed.length) choose(current + 1);
}

/** Undoes the last decision, and shows of which sentence. */
function undoAndShow() {
  const [number, sentence] = undo()?.split("/") ?? [];
  const article = articles.number.indexOf(Number(number));
  if (article < 0 || view !== "claims") return;
  const claim = claimAt(article, Number(sentence));
  const i = claim === undefined ? -1 : listed.indexOf(claim);
  if (i >= 0) choose(i);
  else showSentence(article, Number(sentence));
}

/** Keys by what they do. All but those of `ANYWHERE` work where claims are shown. */
const KEYS = [
  ["j ↓", "next claim", () => choose(current + 1)],
  ["k ↑", "claim before", () => choose(current - 1)],
  ["n", "next article", () => chooseArticle(1)],
  ["p", "article before", () => chooseArticle(-1)],
  ["]", "next sentence, claim or not", () => takeNeighbour(1)],
  ["[", "sentence before", () => takeNeighbour(-1)],
  ["Enter", "open the article", () => choose(current, true)],
  ["a", "accept the labels, and on", () => verdictAndOn("accept")],
  ["x", "reject: no claim, and on", () => verdictAndOn("reject")],
  ["u", "take the decision back", () => verdict("clear")],
  ["w", "why: the next label, or none", nextWhy],
];
const ANYWHERE = [
  ["z", "undo the last decision", undoAndShow],
  ["o", "overview or claims", () => showView(view === "overview" ? "claims" : "overview")],
  ["/", "search", () => { byId("filters").open = true; byId("text").focus(); }],
  ["c", "save the claims shown as CSV", saveCsv],
  ["s", "save the review", saveReview],
  ["d", "dark or light", nextTheme],
  ["?", "these keys", () => byId("keys").showModal()],
  ["Escape", "back to the list", leaveReading],
];

const DECIDING = /^[axuz1-9]$/;
const ARROWS = { "↓": "ArrowDown", "↑": "ArrowUp" };
const actions = (keys) => new Map(keys.flatMap(([names, , action]) => names.split(" ").map((name) => [ARROWS[name] ?? name, action])));

function listenToKeys() {
  const [here, anywhere] = [actions(KEYS), actions(ANYWHERE)];
  addEventListener("keydown", (event) => {
    const { target, key } = event;
    // brackets are typed with AltGr on many keyboards
    const isCommand = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
    if (isCommand || byId("keys").open) return;
    if (key === "Escape" && target.id === "text") {
      event.preventDefault();
      return byId(view === "claims" ? "list" : "overview").focus();
    }
    if (target.matches("input, select, textarea")) return;
    // a key held down decides once
    if (event.repeat && DECIDING.test(key)) return;
    // Enter on a button presses it
    if (key === "Enter" && target.matches("button, a, summary")) return;
    const label = Number(key) - 1;
    const isLabel = /^[1-9]$/.test(key) && label < data.labels.length;
    const action = anywhere.get(key) ?? (view !== "claims" ? undefined : isLabel ? () => toggle(label) : here.get(key));
    if (!action) return;
    event.preventDefault();
    action();
  });
  const rows = [...KEYS, ["1–9", "give or take a label"], ...ANYWHERE].map(([key, what]) => el("tr", {}, el("td", {}, key.split(" ").map((name) => el("kbd", {}, name))), el("td", {}, what)));
  byId("keys").append(el("h2", {}, "Keys"), el("table", {}, rows), el("form", { method: "dialog" }, el("button", {}, "Close")));
}

/** Claims that are printed from the list: some fifty pages. */
const MOST_PRINTED = 1000;

/** Makes what is printed where the claims are shown: of a list that scrolls, paper would have one window. */
function fillPrint() {
  if (view !== "claims") return;
  const printed = [];
  let article = -1;
  for (const claim of listed.slice(0, MOST_PRINTED)) {
    if (claims.article[claim] !== article) {
      article = claims.article[claim];
      printed.push(el("h3", {}, el("bdi", {}, titleOf(article)), " ", el("small", {}, dotted([articles.source[article], articles.date[article]]))));
    }
    printed.push(el("p", { dir: "auto" }, claims.text[claim], claims.labels[claim].map((label) => chip(label, probOf(claim, label), "sup")), badge(article, claims.sentence[claim])));
  }
  const more = listed.length - MOST_PRINTED;
  byId("print").replaceChildren(
    el("h2", {}, byId("shown").textContent),
    ...printed,
    more > 0 ? el("p", {}, `and ${whole(more)} more, which are in the CSV file`) : "",
  );
}

async function start() {
  recallTheme();
  await load();
  byId("title").textContent = data.title;
  recall();
  onDecision = (place) => {
    if (place === undefined) redrawArticle();
    else redrawSentence(place);
    if (view === "claims") drawRows();
    else drawOverview(listed);
  };
  fillControls();
  listenToControls();
  listenToKeys();
  byId("filters").open = !isNarrow();
  change({});
  if (claims.count + data.left_out === 0) alertPerson("No sentence of this run makes a claim.");
  // for whoever measures: milliseconds from the beginning to a page that can be used
  document.documentElement.dataset.ready = Math.round(performance.now());
}

start().catch((error) => alertPerson(`The page cannot show its data: ${error.message}`));
