// The conversation as a log that scrolls: stays at the end while the reader is at the end, and tells a screen reader
// about finished messages only.
import { LitElement, css, html, nothing, repeat } from "../vendor/lit.js";
import { clock } from "../core/format.js";
import { Words, named, t } from "../core/words.js";
import { controls } from "./controls.css.js";
import "./message-bubble.js";
import "./typing-dots.js";

// Within this distance the reader is "at the end": about two lines.
const NEAR_END_PX = 80;

class MessageList extends LitElement {
  static properties = {
    items: { attribute: false },
    perspective: { type: String },
    typing: { type: String }, // who else is writing, as a label; "" for nobody
    tool: { type: String },
    announcement: { type: String },
    subject: { type: String }, // id of the conversation: another one is read from its end
    behind: { state: true },
  };

  static styles = [
    controls,
    css`
      :host { display: block; position: relative; min-height: 0; }
      [role="log"] { height: 100%; overflow-y: auto; overscroll-behavior: contain; padding: 16px; }
      .column { max-width: 760px; margin: 0 auto; display: grid; gap: 14px; grid-template-columns: minmax(0, 1fr); }
      .notice { justify-self: center; max-width: 90%; padding: 4px 14px; border-radius: 999px; text-align: center; text-wrap: balance;
        font-size: 0.8125rem; color: var(--muted); background: var(--raised); border: 1px solid var(--line); }
      .notice.alert { color: var(--alert); background: var(--alert-soft); border-color: transparent; }
      .note { justify-self: center; width: min(100%, 560px); padding: 8px 14px; border-radius: 12px; background: var(--note);
        font-size: 0.875rem; white-space: pre-wrap; overflow-wrap: anywhere; }
      .note b { display: block; font-size: 0.8125rem; }
      .writing { justify-self: start; padding: 10px 14px; border-radius: var(--radius); border-start-start-radius: 5px;
        background: var(--surface); border: 1px solid var(--line); }
      .latest { position: absolute; inset-block-end: 12px; inset-inline: 0; margin: 0 auto; width: max-content; box-shadow: var(--shadow); }
    `,
  ];

  #atEnd = true;
  #top = 0;

  constructor() {
    super();
    this.items = [];
    this.perspective = "shopper";
    this.typing = "";
    this.tool = "";
    this.announcement = "";
    this.subject = "";
    this.behind = false;
    new Words(this);
  }

  firstUpdated() {
    // Pictures and opened keyboards change heights without a new message.
    const keep = new ResizeObserver(() => this.#atEnd && this.toEnd());
    keep.observe(this.#log);
    keep.observe(this.renderRoot.querySelector(".column"));
  }

  willUpdate(changed) {
    if (!changed.has("subject")) return;
    this.#atEnd = true;
    this.behind = false;
  }

  updated(changed) {
    if (!changed.has("items") && !changed.has("typing")) return;
    const newest = this.items.at(-1);
    const old = changed.get("items")?.at(-1);
    // One's own words always come into view.
    const own = newest?.sender === "shopper" && this.perspective === "shopper" && newest?.key !== old?.key;
    if (this.#atEnd || own) this.toEnd();
    else if (newest?.key !== old?.key) this.behind = true;
  }

  get #log() {
    return this.renderRoot.querySelector("[role=log]");
  }

  toEnd = () => {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#atEnd = true;
    this.behind = false;
  };

  #onScroll = () => {
    const log = this.#log;
    const near = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
    // Only a scroll upwards leaves the end: content that grew below, just now, is no wish of the reader.
    if (near) this.#atEnd = true;
    else if (log.scrollTop < this.#top) this.#atEnd = false;
    this.#top = log.scrollTop;
    if (this.#atEnd) this.behind = false;
  };

  // Whoever opens the sources reads them, and does not want to be taken to the end.
  #onReading = () => (this.#atEnd = false);

  render() {
    return html`
      <div role="log" aria-live="off" aria-label=${t("chat.log")} tabindex="0" @scroll=${this.#onScroll} @reading=${this.#onReading}>
        <div class="column">
          <slot></slot>
          ${repeat(this.items, (i) => i.key, (i) => this.#item(i))}
          ${this.typing
            ? html`<div class="writing" data-testid="typing"><typing-dots .label=${this.typing === "…" ? "" : this.typing}></typing-dots></div>`
            : nothing}
        </div>
      </div>
      ${this.behind ? html`<button class="latest primary" @click=${this.toEnd}>${t("chat.newer")} ↓</button>` : nothing}
      <div class="hidden-visually" aria-live="polite" role="status">${this.announcement}</div>`;
  }

  #item(item) {
    if (item.kind === "message") {
      const tool = item.state === "writing" ? this.tool : "";
      return html`<message-bubble .item=${item} .perspective=${this.perspective} .tool=${tool}></message-bubble>`;
    }
    if (item.kind === "note") {
      return html`<div class="note" data-testid="note"><b>${t("note.by", { name: item.author ?? "" })} · ${clock(item.at)}</b>${item.text}</div>`;
    }
    if (item.kind === "earlier") {
      const lines = item.messages.map((m) => html`<p><b>${t(`earlier.${m.role}`)}</b>${m.text}</p>`);
      return html`<details class="note" data-testid="earlier"><summary>${t("earlier.title", { count: item.messages.length })}</summary>${lines}</details>`;
    }
    const values = { ...item.values };
    if (values.reason) values.reason = named("handoff", values.reason);
    const text = t(`notice.${this.perspective}.${item.code}`, values);
    return html`<div class="notice ${item.tone}" data-testid="notice">${text}</div>`;
  }
}

customElements.define("message-list", MessageList);
