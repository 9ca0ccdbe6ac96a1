// Corpora for the tests: hostile texts, and a great many claims.

/** A name that nobody has, the same for the same number. */
export function name(n) {
  const [first, second] = [["Va", "Tor", "Kel", "Mi", "Bran", "Os", "Lu", "Dre", "Quin", "Sa"], ["ric", "dana", "vex", "lund", "mere", "tis", "kova", "bel", "nor", "pha"]];
  const syllables = [];
  for (let rest = n + 10; rest > 0; rest = Math.floor(rest / 100)) {
    syllables.push(first[rest % 10] + second[Math.floor(rest / 10) % 10]);
  }
  return syllables.join("").replace(/(?!^)[A-Z]/g, (letter) => letter.toLowerCase());
}

/** JSON lines of articles, each with as many sentences that claim an investment, over three years and some sources. */
export function* manyClaims(articles, sentences) {
  for (let i = 0; i < articles; i++) {
    const text = Array.from({ length: sentences }, (_, s) => {
      const n = i * sentences + s;
      return `${name(n)} raised $${3 + (n % 89)} million in a funding round led by ${name(n + 7)} Capital.`;
    });
    const day = new Date(Date.UTC(2023, 0, 1 + (i % 1000))).toISOString().slice(0, 10);
    yield `${JSON.stringify({ id: `many-${i}`, title: `${name(i)} and others`, date: day, source: `${name(i % 40)} Wire`, text: text.join(" ") })}\n`;
  }
}

const LONG = "word".repeat(400);
const TWINS = "The mayor opened the new library on a bright morning, and the band of the fire brigade played until noon. ";

/** JSON lines of articles that are odd in one way each: near-duplicates of other publishers, days far off, words without end. */
export function* oddArticles() {
  const claim = (n) => `${name(n)} raised $${n} million in a funding round led by ${name(n + 7)} Capital.`;
  const article = (id, more) => `${JSON.stringify({ id, title: `Title of ${id}`, date: "2024-05-02", source: "Alpha Wire", ...more })}\n`;
  for (let i = 0; i < 60; i++) yield article(`plain-${i}`, { text: `${claim(10 + i)} ${name(i)} said so to ${name(i * 3)}.`, date: `2024-05-${String(1 + (i % 28)).padStart(2, "0")}` });
  const twin = `${TWINS}${TWINS.replaceAll("mayor", "minister")}${claim(301)} ${TWINS}`;
  yield article("twin-1", { text: twin, source: "Alpha Wire" });
  yield article("twin-2", { text: `${twin} ${claim(302)}`, source: "Beta Post" });
  yield article("long-ago", { text: claim(303), date: "1601-01-01" });
  yield article("long-word", { text: `${claim(304).slice(0, -1)} and ${LONG}.` });
  yield article("rtl", { text: claim(305), source: "\u0639\u0631\u0628\u064a" });
  yield article("one-id", { text: claim(306) });
  yield article("one-id", { text: claim(307) });
  yield article("many", { text: Array.from({ length: 4000 }, (_, i) => claim(5000 + i)).join("\n\n") });
}

/** What people put where text is expected. */
export const HOSTILE = {
  title: `<script>window.hacked = "title"</script> & "quotes" </title>`,
  source: `<img src=x onerror="window.hacked='source'">`,
  id: `</script><script>window.hacked="id"</script>`,
  url: `javascript:window.hacked='url'`,
  date: `2024-05-31"><svg onload=window.hacked='date'>`,
  text:
    `<img src=x onerror=window.hacked=1> Vexlund raised $40 million in a funding round led by Tordana Capital. ` +
    `</script><script>window.hacked="text"</script> Kelmere is the exclusive supplier of </textarea> valves to Osnor --> under <!-- the deal.`,
};
