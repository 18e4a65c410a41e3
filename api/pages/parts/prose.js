// Plain reply text as templates: paragraphs, "- " lists and citation markers. Lit escapes every piece of text.
import { html } from "../vendor/lit.js";
import { t } from "../core/words.js";

const BULLET = /^\s*[-•]\s+/;
const MARKER = /\[(\d{1,3})\]/g;

/**
 * @param {string} text
 * @param {Set<number>} cited the numbers that a citation exists for; other brackets stay text
 * @param {((n: number) => void)|null} onCite null while the reply is still being written: markers are not yet buttons
 */
export function prose(text, cited, onCite) {
  return blocks(text).map(({ list, lines }) =>
    list
      ? html`<ul>${lines.map((line) => html`<li>${inline(line.replace(BULLET, ""), cited, onCite)}</li>`)}</ul>`
      : html`<p>${inline(lines.join("\n"), cited, onCite)}</p>`,
  );
}

function blocks(text) {
  const found = [];
  let open = null;
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (!line.trim()) {
      open = null;
      continue;
    }
    const list = BULLET.test(line);
    if (!open || open.list !== list) found.push((open = { list, lines: [] }));
    open.lines.push(line);
  }
  return found;
}

function inline(text, cited, onCite) {
  const pieces = [];
  let from = 0;
  for (const match of text.matchAll(MARKER)) {
    const n = Number(match[1]);
    if (onCite && !cited.has(n)) continue;
    pieces.push(text.slice(from, match.index));
    pieces.push(onCite ? marker(n, onCite) : html`<sup class="cite-soon">${n}</sup>`);
    from = match.index + match[0].length;
  }
  pieces.push(text.slice(from));
  return pieces;
}

function marker(n, onCite) {
  const label = t("source.open", { n });
  return html`<button class="cite" data-testid="citation" aria-label=${label} title=${label}
    @click=${() => onCite(n)}>${n}</button>`;
}
