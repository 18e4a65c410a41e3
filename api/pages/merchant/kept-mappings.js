// What the merchant has said of own columns: kept for the next upload, to be looked at and forgotten.
import { LitElement, css, html, nothing } from "../vendor/lit.js";
import { clock } from "../core/format.js";
import { Words, named, t } from "../core/words.js";
import { controls } from "../parts/controls.css.js";
import "../desk/sure-button.js";

class KeptMappings extends LitElement {
  static properties = { mappings: { attribute: false } };

  static styles = [
    controls,
    css`
      h2 { margin: 18px 0 8px; font-size: 1rem; }
      ol { list-style: none; margin: 0; padding: 0; display: grid; gap: 10px; }
      li { display: grid; gap: 8px; padding: 12px 14px; border: 1px solid var(--line); border-radius: 14px; background: var(--surface); }
      .columns { font-size: 0.9375rem; overflow-wrap: anywhere; }
      .line { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 6px 12px; color: var(--muted); font-size: 0.875rem; }
    `,
  ];

  constructor() {
    super();
    this.mappings = [];
    new Words(this);
  }

  render() {
    if (!this.mappings.length) return nothing;
    return html`<h2>${t("mapping.kept_title")}</h2>
      <ol>${this.mappings.map(
        ({ id, columns, accepted_at }) => html`<li data-testid="kept-mapping">
          <span class="columns">${Object.entries(columns).map(([column, field]) => `${column} → ${named("field", field)}`).join(t("list.comma"))}</span>
          <span class="line">${clock(accepted_at)}
            <sure-button .label=${t("mapping.forget")} .sureLabel=${t("mapping.forget_sure")} testId="forget" .subject=${id} @sure=${() => this.dispatchEvent(new CustomEvent("forget", { detail: { id } }))}></sure-button></span>
        </li>`,
      )}</ol>`;
  }
}

customElements.define("kept-mappings", KeptMappings);
