// The right column: what a human agent reads first. Why it came, what is asked, what is known, and notes of colleagues.
import { LitElement, css, html, live, nothing } from "../vendor/lit.js";
import { clock, money, percent } from "../core/format.js";
import { Words, named, t } from "../core/words.js";
import { controls } from "../parts/controls.css.js";
import { confidenceBand } from "../parts/message-bubble.js";
import "../parts/product-row.js";
import { panel } from "./handoff-panel.css.js";

class HandoffPanel extends LitElement {
  static properties = { conversation: { attribute: false }, version: { type: Number }, saving: { state: true } };

  static styles = [controls, panel];

  constructor() {
    super();
    this.conversation = null;
    this.version = 0;
    this.saving = false;
    new Words(this);
  }

  focusNote() {
    this.renderRoot.querySelector("textarea")?.focus();
  }

  render() {
    const c = this.conversation;
    if (!c) return nothing;
    const handoff = c.record?.handoff;
    const summary = handoff?.summary ?? null;
    return html`
      <slot></slot>
      ${handoff
        ? html`<section class="reason" data-testid="handoff-reason">
            <h3>${t("panel.reason")}</h3>
            <strong>${named("handoff", handoff.reason)}</strong>
            ${handoff.detail ? html`<p>${handoff.detail}</p>` : nothing}
          </section>`
        : html`<section><h3>${t("panel.reason")}</h3><p class="muted">${t("panel.no_handoff")}</p></section>`}
      ${summary ? this.#summary(summary) : nothing}
      ${this.#confidence(summary?.confidence ?? c.lastReply?.confidence, summary?.reasons ?? c.lastReply?.reasons)}
      ${this.#notes(c)}
      ${this.#about(c.record)}`;
  }

  #summary(s) {
    return html`
      <section data-testid="handoff-summary">
        <h3>${t("panel.summary")}</h3>
        ${s.question ? html`<p class="question">${s.question}</p>` : nothing}
        ${s.intent ? html`<p class="muted">${t("panel.intent")}: ${named("intent", s.intent)}${s.language ? ` · ${named("language", s.language)}` : ""}</p>` : nothing}
        ${s.sentiment && s.sentiment !== "neutral" ? html`<p class="muted">${t("panel.sentiment")}: ${named("sentiment", s.sentiment)}</p>` : nothing}
        ${s.next_step ? html`<p class="next"><b>${t("panel.next_step")}</b> ${named("next_step", s.next_step)}</p>` : nothing}
      </section>
      ${this.#order(s.order, s.request)}
      ${this.#section("facts", s.facts, (f) => html`<li>${f.text}${f.source ? html` <span class="muted">— ${f.source}</span>` : nothing}</li>`)}
      ${this.#section("answered", s.answered, (a) => html`<li><b>${a.question}</b><br>${a.answer}</li>`)}
      ${this.#section("asked", s.asked, (a) => html`<li>${a}</li>`)}
      ${this.#measurements(s.measurements)}
      ${s.products?.length
        ? html`<section><h3>${t("panel.products")}</h3><product-row .products=${s.products}></product-row></section>`
        : nothing}`;
  }

  #order(order, request) {
    if (!order && !request) return nothing;
    const items = (order?.items ?? []).map((i) => `${[i.title, ...(i.options ?? [])].join(" · ")} × ${i.quantity}`);
    return html`<section data-testid="panel-order">
      <h3>${t("panel.order")}</h3>
      ${order ? html`<p><b>${order.order_no}</b> · ${order.status}${order.total ? html` · ${money(order.total)}` : nothing}</p>` : nothing}
      ${items.length ? html`<ul>${items.map((i) => html`<li>${i}</li>`)}</ul>` : nothing}
      ${order?.tracking_no ? html`<p class="muted">${[order.carrier, order.tracking_no].filter(Boolean).join(" ")}</p>` : nothing}
      ${request ? html`<p class="next"><b>${t("panel.request")}</b> ${named("change", request.action)}${request.items?.length ? html`: ${request.items.join(", ")}` : nothing}${request.details || request.reason ? html` (${request.details || request.reason})` : nothing}</p>` : nothing}
    </section>`;
  }

  #section(key, entries, entry) {
    if (!entries?.length) return nothing;
    return html`<section><h3>${t(`panel.${key}`)}</h3><ul>${entries.map(entry)}</ul></section>`;
  }

  #measurements(values) {
    const entries = Object.entries(values ?? {}).filter(([, v]) => v !== null && v !== "");
    if (!entries.length) return nothing;
    return html`<section><h3>${t("panel.measurements")}</h3><dl>
      ${entries.map(([name, value]) => html`<dt>${named("measure", name)}</dt><dd>${Array.isArray(value) ? value.join("–") : value}</dd>`)}
    </dl></section>`;
  }

  #confidence(value, reasons) {
    if (value == null) return nothing;
    return html`<section data-testid="panel-confidence">
      <h3>${t("panel.confidence")}</h3>
      <p><strong>${percent(value)}</strong> · ${t(`confidence.${confidenceBand(value)}`)}</p>
      ${reasons?.length ? html`<ul>${reasons.map((r) => html`<li>${named("reason", r)}</li>`)}</ul>` : nothing}
    </section>`;
  }

  #notes(c) {
    return html`<section>
      <h3>${t("panel.notes")}</h3>
      ${c.notes.map((n) => html`<div class="note" data-testid="panel-note"><b>${n.author ?? ""} · ${clock(n.at)}</b>${n.text}</div>`)}
      <form @submit=${this.#save}>
        <textarea rows="2" maxlength="4000" data-testid="note-composer" aria-label=${t("note.placeholder")} placeholder=${t("note.placeholder")}
          .value=${live(c.noteDraft)} @input=${(e) => (c.noteDraft = e.target.value)} @keydown=${this.#onKey}></textarea>
        <button type="submit" data-testid="note-save" ?disabled=${this.saving}>${this.saving ? t("working") : t("note.save")}</button>
      </form>
    </section>`;
  }

  #about(record) {
    if (!record) return nothing;
    return html`<section class="about muted">
      <div>${t("panel.shop")}: ${record.shop}</div>
      <div>${t("panel.locale")}: ${record.locale ?? "–"}</div>
      <div>${t("panel.began")}: ${clock(record.created_at)}</div>
      <div class="id">${record.conversation_id}</div>
    </section>`;
  }

  #onKey = (event) => {
    // Enter makes a new line in a note; with Ctrl or ⌘ it saves.
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) this.#save(event);
  };

  #save = async (event) => {
    event.preventDefault();
    const c = this.conversation;
    const text = c.noteDraft.trim();
    if (!text || this.saving) return;
    this.saving = true;
    const saved = await c.addNote(text);
    if (saved && c.noteDraft.trim() === text) c.noteDraft = "";
    this.saving = false;
  };
}

customElements.define("handoff-panel", HandoffPanel);
