// The data of the page: columns of articles and claims from the start, texts when they are looked at.
// A claim is known by its row in the columns of `claims`, an article by its row in those of `articles`.

/** All that the page knows from the start; see `Index` in src/report/index.rs. */
let data = null;
/** Its columns. */
let claims = null;
let articles = null;

/** The version of the data that this script reads. */
const VERSION = 1;

/** Unpacks the JSON that a script element holds. */
async function unpack(id) {
  const binary = atob(byId(id).textContent);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

/** Reads the index and derives what the views need. */
async function load() {
  if (typeof DecompressionStream === "undefined" || !CSS.supports("color", "light-dark(red, red)")) {
    throw new Error("this browser is too old: the page needs one of 2024 or later");
  }
  data = await unpack("index");
  // its text is not needed again
  byId("index").remove();
  if (data.v !== VERSION) throw new Error(`the data are of version ${data.v}, the page reads ${VERSION}`);
  ({ claims, articles } = data);
  claims.count = claims.text.length;
  articles.count = articles.id.length;
  claims.strength = claims.labels.map((given, claim) => given.reduce((most, label) => Math.max(most, probOf(claim, label)), 0));
  articles.claims = Array.from({ length: articles.count }, () => []);
  claims.article.forEach((article, claim) => articles.claims[article].push(claim));
  findSimilar();
}

/** The probability of a label, 0 to 1. */
function probOf(claim, label) {
  return claims.prob[claim][label] / 1e4;
}

/** Joins near-duplicates: `lead` is the first article of the page that is like this one, `similar` those that follow it. */
function findSimilar() {
  const leads = new Map();
  articles.similar = Array.from({ length: articles.count }, () => []);
  articles.lead = articles.cluster.map((cluster, article) => {
    if (!leads.has(cluster)) leads.set(cluster, article);
    const lead = leads.get(cluster);
    if (lead !== article) articles.similar[lead].push(article);
    return lead;
  });
}

/** What an article is called. */
function titleOf(article) {
  return articles.title[article] ?? articles.id[article];
}

const blocks = new Map();
/** Blocks that are kept unpacked. */
const MOST_BLOCKS = 24;

/** Resolves once all of the page is there: blocks come after the script. */
const arrived = new Promise((resolve) => {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", resolve);
  else resolve();
});

/** The text of an article; see `ArticleText` in src/report/texts.rs. */
async function textOf(article) {
  const [block, within] = articles.block[article];
  const known = blocks.get(block);
  // the one used last stays longest
  blocks.delete(block);
  blocks.set(block, known ?? unpackBlock(block));
  for (const old of blocks.keys()) {
    if (blocks.size <= MOST_BLOCKS) break;
    blocks.delete(old);
  }
  try {
    return (await blocks.get(block))[within];
  } catch (error) {
    blocks.delete(block);
    throw error;
  }
}

async function unpackBlock(block) {
  await arrived;
  return unpack(`block-${block}`);
}
