// The left column: who waits, what is mine, and everything else.
import { LitElement, css, html, nothing, repeat } from "../vendor/lit.js";
import { clock, waited } from "../core/format.js";
import { Words, named, t } from "../core/words.js";
import { controls } from "../parts/controls.css.js";

// A first answer within two minutes is the usual promise of shop chats: at 100 s there is just time to keep it.
const LATE_SECONDS = 100;
const STATUSES = ["open", "pending", "snoozed", "resolved", ""];

class DeskList extends LitElement {
  static properties = { desk: { attribute: false }, version: { type: Number }, chosen: { type: String }, now: { state: true } };

  static styles = [
    controls,
    css`
      :host { display: block; overflow-y: auto; padding: 8px; }
      h2 { display: flex; align-items: center; gap: 8px; margin: 14px 8px 6px; font-size: 0.8125rem; color: var(--muted); }
      h2 .count { padding: 0 8px; border-radius: 999px; background: var(--line); color: var(--ink); }
      h2 .count.late { background: var(--alert); color: var(--surface); }
      select { min-height: var(--tap); padding: 0 8px; border: 1px solid var(--line); border-radius: 10px; background: var(--surface); max-width: 100%; }
      h2 select { margin-inline-start: auto; }
      ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 4px; }
      li button { width: 100%; height: auto; min-height: 60px; padding: 8px 12px; border-radius: 12px; border-color: transparent; background: none; text-align: start;
        display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 8px; line-height: 1.45; }
      li button:hover { background: var(--raised); }
      li button:focus-visible { border-radius: 12px; outline-offset: -3px; }
      li button[aria-current="true"] { background: var(--accent-soft); }
      .text { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 0.9375rem; }
      .sub { grid-column: 1 / -1; display: flex; gap: 8px; font-size: 0.8125rem; color: var(--muted); overflow: hidden; white-space: nowrap; }
      .sub > :first-child { overflow: hidden; text-overflow: ellipsis; }
      .time { font-size: 0.8125rem; color: var(--muted); font-variant-numeric: tabular-nums; }
      .time.late { color: var(--alert); font-weight: 700; }
      .none { margin: 0 12px; font-size: 0.875rem; color: var(--muted); }
      .shop { padding: 4px 8px 0; }
    `,
  ];

  #tick = null;

  constructor() {
    super();
    this.desk = null;
    this.version = 0;
    this.chosen = "";
    this.now = Date.now();
    new Words(this);
  }

  connectedCallback() {
    super.connectedCallback();
    this.#tick = setInterval(() => (this.now = Date.now()), 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#tick);
  }

  render() {
    const { desk } = this;
    if (!desk) return nothing;
    const late = desk.queue.some((c) => this.#seconds(c) > LATE_SECONDS);
    return html`
      ${desk.shops.length > 1
        ? html`<div class="shop"><select aria-label=${t("desk.shop")} data-testid="shop-filter" @change=${(e) => desk.filter({ shop: e.target.value })}>
            <option value="">${t("desk.all_shops")}</option>${desk.shops.map((s) => html`<option value=${s} ?selected=${s === desk.shop}>${s}</option>`)}
          </select></div>`
        : nothing}
      <h2>${t("desk.queue")} <span class="count ${late ? "late" : ""}" data-testid="queue-count">${desk.queue.length}</span></h2>
      ${this.#list(desk.queue, "queue-item", "desk.queue_empty")}
      <h2>${t("desk.mine")} <span class="count">${desk.mine.length}</span></h2>
      ${this.#list(desk.mine, "mine-item", "desk.mine_empty")}
      <h2>${t("desk.all")}
        <select aria-label=${t("desk.status")} data-testid="status-filter" @change=${(e) => desk.filter({ status: e.target.value })}>
          ${STATUSES.map((s) => html`<option value=${s} ?selected=${s === desk.status}>${t(`status.${s || "any"}`)}</option>`)}
        </select></h2>
      ${this.#list(desk.all, "all-item", "desk.all_empty")}`;
  }

  #list(conversations, testId, emptyKey) {
    if (!conversations.length) return html`<p class="none">${t(emptyKey)}</p>`;
    return html`<ul>${repeat(conversations, (c) => c.conversation_id, (c) => html`<li>${this.#entry(c, testId)}</li>`)}</ul>`;
  }

  #entry(c, testId) {
    const waiting = testId === "queue-item";
    const seconds = this.#seconds(c);
    const who = c.owner === this.desk.myself ? t("who.you") : c.owner === "assistant" ? t("who.assistant") : c.owner_name || t("who.human_agent");
    return html`
      <button data-testid=${testId} data-id=${c.conversation_id} aria-current=${c.conversation_id === this.chosen} @click=${() => this.#choose(c)}>
        <span class="text">${preview(c, waiting) || t("desk.no_message")}</span>
        ${waiting
          ? html`<span class="time ${seconds > LATE_SECONDS ? "late" : ""}" data-testid="waiting-time" title=${t("desk.waiting")}>${waited(seconds)}</span>`
          : html`<span class="time">${clock(c.last_message?.at ?? c.updated_at)}</span>`}
        <span class="sub">${waiting && c.handoff?.reason
          ? html`<span>${named("handoff", c.handoff.reason)}</span>`
          : html`<span>${who} · ${t(`status.${c.status}`)}</span>`}<span>${c.shop}</span><span>${(c.locale ?? "").slice(0, 2)}</span></span>
      </button>`;
  }

  #seconds(c) {
    return c.waiting_since ? (this.now - Date.parse(c.waiting_since)) / 1000 : 0;
  }

  #choose(c) {
    this.dispatchEvent(new CustomEvent("choose", { detail: { id: c.conversation_id } }));
  }
}

/** Who waits is known by what they asked: all that the assistant said is that a person will come. */
function preview({ last_message: last, handoff }, waiting) {
  const asked = handoff?.summary?.question ?? "";
  const text = waiting && last?.sender_type === "assistant" ? asked || last.text : (last?.text ?? asked);
  return text.replace(/\s*\[\d{1,3}\]/g, ""); // markers mean nothing without their sources
}

customElements.define("desk-list", DeskList);
