// What a merchant answers on the page, as the file that would have been uploaded: no second way into the shop.

const LONGEST_NAME = 60;

/** A page of its own, found by its meaning however it is asked. The same question again replaces it. */
export function asDocument({ question }, answer) {
  return named(`answers/${nameOf(question)}.md`, `# ${oneLine(question)}\n\n${answer.trim()}\n`, "text/markdown");
}

/** The merchant's very words for these wordings and their like, before anything is looked up. */
export function asQuickReply({ question, examples, lang }, answer) {
  // A comma within a question would make two keywords of it, and one of them might be "Hello".
  const keywords = [question, ...examples].map((text) => oneLine(text.replace(/[,，、;；|]/g, " "))).join("|");
  const rows = [["keywords", "reply", "lang"], [keywords, answer.trim(), lang]];
  const csv = rows.map((row) => row.map(quoted).join(",")).join("\r\n");
  return named(`answers/${nameOf(question)}.csv`, `${csv}\r\n`, "text/csv");
}

function named(name, text, type) {
  return { file: new File([text], name.split("/").at(-1), { type }), name };
}

function nameOf(question) {
  const words = question.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ["answer"];
  return words.join("-").slice(0, LONGEST_NAME);
}

function oneLine(text) {
  return text.replace(/\s+/g, " ").trim();
}

function quoted(cell) {
  return `"${cell.replaceAll('"', '""')}"`;
}
