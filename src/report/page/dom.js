// Elements. All text goes in as text nodes: nothing in the data can become markup.

/** The element with this id. */
function byId(id) {
  return document.getElementById(id);
}

/**
 * An element. Values of `attributes` are attributes, except functions, which listen to the event of that name; `null` and
 * `false` are left out. Children are elements, texts, or lists of them; nothing comes of those
 * that are `null`, `undefined` or `false`.
 */
function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** As `el`, for drawings. */
function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A whole number with separators. */
function whole(n) {
  return n.toLocaleString("en");
}

/** A probability as people read it. */
function shownProb(p) {
  return p >= 0.995 ? "1.00" : p.toFixed(2);
}

/** `1 claim`, `2 claims`. */
function counted(n, one, many = `${one}s`) {
  return `${whole(n)} ${n === 1 ? one : many}`;
}

/** What is known of these, with dots between; each by itself, so that no script turns the others around. */
function dotted(parts) {
  return parts.filter(Boolean).map((part, i) => [i > 0 && " · ", el("bdi", {}, part)]);
}

/** Says something that the person must know. */
function alertPerson(text) {
  byId("message").textContent = text;
  byId("message").hidden = !text;
}
