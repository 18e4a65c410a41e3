// The sources of a reply: what it says is from here, word for word.
import { LitElement, css, html, nothing } from "../vendor/lit.js";
import { day, webAddress } from "../core/format.js";
import { Words, named, t } from "../core/words.js";
import { controls } from "./controls.css.js";

class SourceList extends LitElement {
  static properties = { citations: { attribute: false }, chosen: { type: Number } };

  static styles = [
    controls,
    css`
      ol { list-style: none; margin: 8px 0 0; padding: 0; display: grid; gap: 8px; }
      li { background: var(--raised); border: 1px solid var(--line); border-radius: 12px; padding: 10px 12px; font-size: 0.875rem; }
      li.chosen { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
      .title { font-weight: 600; overflow-wrap: anywhere; }
      .n { display: inline-grid; place-items: center; min-width: 1.5em; height: 1.5em; margin-inline-end: 6px;
        border-radius: 6px; background: var(--accent-soft); color: var(--ink); font-size: 0.8em; }
      .path, .as-of { color: var(--muted); font-size: 0.8125rem; overflow-wrap: anywhere; }
      blockquote { margin: 6px 0; padding-inline-start: 10px; border-inline-start: 3px solid var(--accent);
        white-space: pre-wrap; overflow-wrap: anywhere; max-height: 14em; overflow: auto; }
    `,
  ];

  constructor() {
    super();
    this.citations = [];
    this.chosen = 0;
    new Words(this);
  }

  updated(changed) {
    if (changed.has("chosen") && this.chosen) {
      this.renderRoot.querySelector("li.chosen")?.scrollIntoView({ block: "nearest" });
    }
  }

  render() {
    return html`<ol aria-label=${t("source.list")}>${this.citations.map((c) => this.#source(c))}</ol>`;
  }

  #source(c) {
    const url = webAddress(c.url);
    const path = Array.isArray(c.passage) ? c.passage.join(" › ") : c.passage;
    return html`
      <li class=${c.n === this.chosen ? "chosen" : ""} data-testid="source">
        <div class="title"><span class="n">${c.n}</span>${url
          ? html`<a href=${url} target="_blank" rel="noopener">${c.title}</a>`
          : c.title}</div>
        ${path && path !== c.title ? html`<div class="path">${path}</div>` : nothing}
        ${c.quote ? html`<blockquote>${c.quote}</blockquote>` : nothing}
        <div class="as-of">${named("source.kind", c.kind)}${c.as_of
          ? html` · ${t("source.as_of", { day: day(c.as_of) })}`
          : nothing}</div>
      </li>`;
  }
}

customElements.define("source-list", SourceList);
