// The recommended size: label, how sure, why, and what would make it surer.
import { LitElement, css, html, nothing } from "../vendor/lit.js";
import { percent } from "../core/format.js";
import { Words, named, t } from "../core/words.js";
import "./measure-figure.js";

class SizeCard extends LitElement {
  static properties = { size: { attribute: false } };

  static styles = css`
    .card { display: flex; gap: 14px; padding: 12px 14px; background: var(--surface); border: 1px solid var(--line); border-radius: 14px; }
    .label { flex: none; display: grid; place-items: center; min-width: 60px; height: 60px; padding: 0 10px; border-radius: 12px;
      background: var(--accent-soft); font-size: 1.375rem; font-weight: 700; }
    .head { font-weight: 600; }
    .words { min-width: 0; font-size: 0.875rem; overflow-wrap: anywhere; }
    .bar { height: 5px; border-radius: 3px; background: var(--line); margin: 6px 0; max-width: 180px; overflow: hidden; }
    .bar i { display: block; height: 100%; background: var(--accent); }
    ul { margin: 4px 0 0; padding-inline-start: 1.1em; }
    .muted { color: var(--muted); font-size: 0.8125rem; }
  `;

  constructor() {
    super();
    this.size = null;
    new Words(this);
  }

  render() {
    const { label, chart, probability, reasons = [], missing = [] } = this.size ?? {};
    if (!label && !missing.length) return nothing;
    return html`
      <div class="card" data-testid="size-card">
        ${label ? html`<div class="label">${label}</div>` : nothing}
        <div class="words">
          <div class="head">${label ? t("size.recommended", { label }) : t("size.unknown")}</div>
          ${label && probability != null
            ? html`<div class="bar" aria-hidden="true"><i style="width:${Math.round(probability * 100)}%"></i></div>
                <div class="muted">${t("size.probability", { percent: percent(probability) })}${chart
                  ? html` · ${t("size.chart", { chart })}`
                  : nothing}</div>`
            : nothing}
          ${reasons.length ? html`<ul>${reasons.map((r) => html`<li>${named("reason", r)}</li>`)}</ul>` : nothing}
          ${missing.length
            ? html`<div class="muted">${t("size.missing", { list: missing.map((m) => named("measure", m)).join(t("list.comma")) })}</div>
                <measure-figure .measure=${missing[0]}></measure-figure>`
            : nothing}
        </div>
      </div>`;
  }
}

customElements.define("size-card", SizeCard);
