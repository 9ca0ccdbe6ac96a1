// Drawings: plain SVG, coloured by the classes of the labels.

/** The class that colours a label. */
const labelClass = (label) => `l${label % 8}`;

/** A label's name with its probability, coloured. */
function chip(label, prob, name = "span") {
  const text = prob === undefined ? data.labels[label] : `${data.labels[label]} ${shownProb(prob)}`;
  return el(name, { class: `chip ${labelClass(label)}` }, text);
}

/**
 * Bars from left to right, each a row: `{name, parts: [[label, n], …], total, pick}`; `pick` is called when it is chosen.
 */
function bars(rows) {
  const most = greatest(rows.map((row) => sum(row.parts.map(([, n]) => n))));
  return el(
    "div",
    { class: "bars" },
    rows.map((row) => {
      let x = 0;
      const parts = row.parts.map(([label, n]) => {
        const width = (100 * n) / most;
        const part = svg("rect", { x, y: 0, width, height: 10, class: labelClass(label) }, title(`${data.labels[label]}: ${whole(n)}`));
        x += width;
        return part;
      });
      return el(
        row.pick ? "button" : "div",
        { class: "bar", click: row.pick ?? null },
        el("span", { class: "name", title: row.name }, row.name),
        svg("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" }, parts),
        el("span", { class: "number" }, row.total),
      );
    }),
  );
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
/** The greatest of these, at least 1. */
const greatest = (numbers) => numbers.reduce((a, b) => Math.max(a, b), 1);
const title = (text) => svg("title", {}, text);

/** Columns over time: `[{name, parts: [n of each label], pick}]`, oldest first. */
function timeline(columns) {
  const [width, height, left, below] = [640, 200, 36, 20];
  const most = niceCeiling(greatest(columns.map((column) => sum(column.parts))));
  const step = (width - left) / columns.length;
  const y = (n) => (height - below) * (1 - n / most) + 4;
  const drawn = columns.map((column, i) => {
    let from = 0;
    const rects = column.parts.map((n, label) => {
      const rect = svg("rect", {
        x: left + i * step + step * 0.1, y: y(from + n), width: step * 0.8, height: y(from) - y(from + n), class: labelClass(label),
      });
      from += n;
      return rect;
    });
    const said = column.parts.map((n, label) => `${data.labels[label]} ${whole(n)}`).join(", ");
    const catcher = svg("rect", {
      x: left + i * step, y: 0, width: step, height: height - below + 4, class: "catch", click: column.pick,
      tabindex: 0, role: "button", "aria-label": `${column.name}: ${said}`,
      keydown: (event) => event.key === "Enter" && column.pick(),
    }, title(`${column.name}: ${said}`));
    return svg("g", {}, rects, catcher);
  });
  // as many names as there is room for
  const every = Math.ceil((columns.length * 62) / (width - left));
  const names = columns.map((column, i) =>
    i % every === 0 && svg("text", { x: left + (i + 0.5) * step, y: height + 2, "text-anchor": "middle" }, column.name),
  );
  const lines = [0, 0.5, 1].map((share) => {
    const at = y(share * most);
    return [
      svg("line", { x1: left, x2: width, y1: at, y2: at }),
      svg("text", { x: left - 6, y: at + 4, "text-anchor": "end" }, whole(share * most)),
    ];
  });
  return svg("svg", { viewBox: `0 0 ${width} ${height + 8}`, class: "timeline", role: "group", "aria-label": "Claims over time" }, lines, drawn, names);
}

/** The least number that is not below n and easy to halve: 2, 3, 4, 6, 8, 10, 20, 30, … */
function niceCeiling(n) {
  for (let ten = 1; ; ten *= 10) {
    for (const factor of [2, 3, 4, 6, 8, 10]) if (factor * ten >= n) return factor * ten;
  }
}

/** How often these labels stand together: `counts[a][b]`; `pick(a, b)` is called when a cell is chosen. */
function matrix(labels, counts, pick) {
  const most = greatest(labels.flatMap((a) => labels.map((b) => (a === b ? 0 : counts[a][b]))));
  const cell = (a, b) => {
    const n = counts[a][b];
    const button = el("button", { click: () => pick(a, b), title: a === b ? `${data.labels[a]}` : `${data.labels[a]} and ${data.labels[b]}` }, whole(n));
    const td = el("td", { class: a === b ? "diagonal" : null }, button);
    if (a !== b) td.style.setProperty("--share", n / most);
    return td;
  };
  const head = el("tr", {}, el("td"), labels.map((b) => el("th", { scope: "col" }, chip(b))));
  const rows = labels.map((a) => el("tr", {}, el("th", { scope: "row" }, chip(a)), labels.map((b) => cell(a, b))));
  return el("div", { class: "wide" }, el("table", { class: "matrix" }, head, rows));
}
