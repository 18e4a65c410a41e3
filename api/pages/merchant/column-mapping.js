// The columns of a table that nobody knows: what they seem to hold, with sample values, to be corrected and confirmed.
import { LitElement, css, html, nothing } from "../vendor/lit.js";
import { Words, named, t } from "../core/words.js";
import { controls } from "../parts/controls.css.js";

// These may hold several columns; of every other field a table has one.
const SHARED = new Set(["option", "attribute", "leave_out"]);
// Below this the guess is marked as one to look at.
const UNSURE = 0.7;

class ColumnMapping extends LitElement {
  static properties = {
    file: { type: String },
    guess: { attribute: false }, // [{column, field, samples, confidence}]
    fields: { attribute: false }, // what a column may hold
    busy: { type: Boolean },
    chosen: { state: true }, // column → field, where the merchant has changed it
  };

  static styles = [
    controls,
    css`
      section { display: grid; gap: 12px; padding: 14px; border: 1px solid var(--line); border-radius: 14px; background: var(--raised); }
      h4, p { margin: 0; }
      h4 { font-size: 1rem; }
      p { color: var(--muted); font-size: 0.9375rem; }
      ul { list-style: none; display: grid; gap: 2px; margin: 0; padding: 0; }
      li { display: grid; grid-template-columns: minmax(120px, 1fr) minmax(0, 1.6fr) minmax(150px, 1fr); gap: 4px 14px; align-items: center; padding: 6px 0; border-top: 1px solid var(--line); }
      b { overflow-wrap: anywhere; }
      .samples { color: var(--muted); font-size: 0.875rem; overflow-wrap: anywhere; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
      select { width: 100%; min-height: var(--tap); }
      .unsure select { border-color: var(--warm-ink); background: var(--warm); color: var(--warm-ink); }
      .wrong { color: var(--alert); font-weight: 600; }
      .acts { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; }
      @media (max-width: 620px) { li { grid-template-columns: minmax(0, 1fr); } }
    `,
  ];

  constructor() {
    super();
    this.file = "";
    this.guess = [];
    this.fields = [];
    this.busy = false;
    this.chosen = {};
    new Words(this);
  }

  willUpdate(changed) {
    if (changed.has("file") && changed.get("file") !== undefined) this.chosen = {};
  }

  render() {
    const wrong = this.#wrong();
    return html`<section data-testid="mapping" aria-label=${t("mapping.title")}>
      <h4>${t("mapping.title")}</h4>
      <p>${t("mapping.hint")}</p>
      <ul>${this.guess.map((one) => this.#column(one))}</ul>
      ${wrong ? html`<p class="wrong" role="alert" data-testid="mapping-problem">${wrong}</p>` : nothing}
      <div class="acts">
        <button class="primary" data-testid="mapping-confirm" ?disabled=${this.busy || Boolean(wrong)} @click=${this.#confirm}>${t(this.busy ? "working" : "mapping.confirm")}</button>
        <p>${t("mapping.kept")}</p>
      </div>
    </section>`;
  }

  #column({ column, samples, confidence }) {
    const field = this.#field(column);
    const unsure = !(column in this.chosen) && confidence < UNSURE && field !== "attribute";
    return html`<li class=${unsure ? "unsure" : ""} data-testid="mapping-column">
      <b>${column}</b>
      <span class="samples" title=${samples.join(" · ")}>${samples.length ? samples.join(" · ") : t("mapping.empty")}</span>
      <select aria-label=${t("mapping.holds", { column })} @change=${(e) => this.#choose(column, e.target.value)}>
        ${this.fields.map((one) => html`<option value=${one} ?selected=${one === field}>${named("field", one)}</option>`)}
      </select>
    </li>`;
  }

  #field(column) {
    return this.chosen[column] ?? this.guess.find((one) => one.column === column)?.field ?? "attribute";
  }

  #choose(column, field) {
    this.chosen = { ...this.chosen, [column]: field };
  }

  /** What keeps the columns from being taken, in words; "" when nothing does. */
  #wrong() {
    const fields = this.guess.map((one) => this.#field(one.column));
    const twice = fields.find((field, at) => !SHARED.has(field) && fields.indexOf(field) !== at);
    if (twice) return t("mapping.twice", { field: named("field", twice) });
    return fields.includes("title") ? "" : t("mapping.no_title");
  }

  #confirm = () => {
    const columns = Object.fromEntries(this.guess.map(({ column }) => [column, this.#field(column)]));
    this.dispatchEvent(new CustomEvent("said", { detail: { file: this.file, columns } }));
  };
}

customElements.define("column-mapping", ColumnMapping);
