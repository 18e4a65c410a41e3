// Two to four products side by side: the differences first, and what is alike folded away.
import { LitElement, css, html, nothing } from "../vendor/lit.js";
import { Words, t } from "../core/words.js";

class ComparisonTable extends LitElement {
  static properties = { comparison: { attribute: false } };

  static styles = css`
    .card { background: var(--surface); border: 1px solid var(--line); border-radius: 14px; overflow: hidden; font-size: 0.875rem; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; min-width: calc(var(--columns) * 116px); table-layout: fixed; }
    th, td { padding: 8px 12px; text-align: start; vertical-align: top; overflow-wrap: anywhere; line-height: 1.4; }
    thead th { font-weight: 700; border-bottom: 1px solid var(--line); }
    thead .picked { background: var(--accent-soft); }
    .pick { display: block; font-size: 0.75rem; font-weight: 600; color: var(--accent); }
    /* A label of its own line above its values: three columns of text do not fit a phone, two do. */
    tbody th { padding-bottom: 0; font-size: 0.75rem; font-weight: 600; color: var(--muted); }
    tbody tr.values td { padding-top: 2px; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
    tbody:last-child tr.values:last-child td { border-bottom: 0; }
    tbody th::first-letter { text-transform: uppercase; }
    .silent { color: var(--muted); font-style: italic; }
    details summary { padding: 10px 12px; cursor: pointer; color: var(--accent); border-top: 1px solid var(--line); }
    details summary:focus-visible { outline: 3px solid var(--accent); outline-offset: -3px; }
  `;

  constructor() {
    super();
    this.comparison = null;
    new Words(this);
  }

  render() {
    const { titles = [], products = [], rows = [], pick = null } = this.comparison ?? {};
    if (titles.length < 2 || !rows.length) return nothing;
    const different = rows.filter((row) => row.differs);
    const rest = rows.filter((row) => !row.differs);
    return html`
      <div class="card" data-testid="comparison-card" style="--columns:${titles.length}">
        <div class="scroll" tabindex="0" role="region" aria-label=${t("comparison.title")}>
          <table>
            <thead><tr>${titles.map((title, i) => html`
              <th scope="col" class=${products[i] === pick ? "picked" : ""}>${title}${products[i] === pick
                ? html`<span class="pick">${t("comparison.pick")}</span>`
                : nothing}</th>`)}</tr></thead>
            <tbody>${different.map((row) => this.#row(row, titles.length))}</tbody>
          </table>
        </div>
        ${rest.length
          ? html`<details><summary>${t("comparison.rest", { n: rest.length })}</summary>
              <div class="scroll"><table><tbody>${rest.map((row) => this.#row(row, titles.length))}</tbody></table></div></details>`
          : nothing}
      </div>`;
  }

  #row(row, columns) {
    return html`
      <tr><th scope="colgroup" colspan=${columns}>${row.label}</th></tr>
      <tr class="values">${row.values.map((value) => (value == null
        ? html`<td class="silent">${t("comparison.silent")}</td>`
        : html`<td>${value}</td>`))}</tr>`;
  }
}

customElements.define("comparison-table", ComparisonTable);
