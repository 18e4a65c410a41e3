// One message: who, the words, and what a reply brings with it (size, products, sources, confidence).
import { LitElement, html, nothing } from "../vendor/lit.js";
import { clock, money, percent, shopClock } from "../core/format.js";
import { Words, named, t } from "../core/words.js";
import { controls } from "./controls.css.js";
import { bubble } from "./message-bubble.css.js";
import { prose } from "./prose.js";
import "./comparison-table.js";
import "./product-row.js";
import "./size-card.js";
import "./source-list.js";
import "./typing-dots.js";

// Below the first the shopper should check; above the second the reply was nearly always right in the evals.
const UNSURE = 0.6;
const SURE = 0.85;

export function confidenceBand(value) {
  return value >= SURE ? "sure" : value >= UNSURE ? "fairly" : "unsure";
}

class MessageBubble extends LitElement {
  static properties = {
    item: { attribute: false },
    perspective: { type: String }, // "shopper" or "desk": whose words stand on the right
    tool: { type: String },
    sourcesOpen: { state: true },
    chosen: { state: true },
  };

  static styles = [controls, bubble];

  constructor() {
    super();
    this.item = null;
    this.perspective = "shopper";
    this.tool = "";
    this.sourcesOpen = false;
    this.chosen = 0;
    new Words(this);
  }

  render() {
    const { item } = this;
    if (!item) return nothing;
    const reply = item.reply;
    const mine = (item.sender === "shopper") === (this.perspective === "shopper");
    const testId = `message-${item.sender.replace("_", "-")}`;
    return html`
      <article class="message ${mine ? "mine" : "theirs"} ${item.sender}" data-testid=${testId} data-state=${item.state}>
        ${this.#author()}
        <div class="bubble">${this.#words()}</div>
        ${reply?.size ? html`<size-card .size=${reply.size}></size-card>` : nothing}
        ${reply?.comparison ? html`<comparison-table .comparison=${reply.comparison}></comparison-table>` : nothing}
        ${reply?.offer ? this.#offer(reply.offer) : nothing}
        ${reply?.products?.length ? html`<product-row .products=${reply.products}></product-row>` : nothing}
        ${this.#foot()}
        ${this.sourcesOpen && reply?.citations?.length
          ? html`<source-list id="sources" .citations=${reply.citations} .chosen=${this.chosen}></source-list>`
          : nothing}
      </article>`;
  }

  #author() {
    const { sender, humanAgent } = this.item;
    if (sender === "shopper" && this.perspective === "shopper") return html`<span class="hidden-visually">${t("who.you")}</span>`;
    const name = sender === "human_agent" ? humanAgent?.name || t("who.human_agent") : t(`who.${sender}`);
    return html`<div class="author">${name}${sender === "human_agent" ? html` <span class="tag">${t("who.person")}</span>` : nothing}</div>`;
  }

  #words() {
    const { text, state, reply } = this.item;
    if (state === "writing" && !text) {
      return html`<typing-dots .label=${this.tool ? t("chat.looking_up") : ""}></typing-dots>`;
    }
    const cited = new Set((reply?.citations ?? []).map((c) => c.n));
    return prose(text, cited, state === "writing" ? null : this.#cite);
  }

  #cite = (n) => {
    // The same marker again closes what it opened.
    this.sourcesOpen = !(this.sourcesOpen && this.chosen === n);
    this.chosen = n;
    this.#tellReading();
  };

  #toggleSources = () => {
    this.sourcesOpen = !this.sourcesOpen;
    this.chosen = 0;
    this.#tellReading();
  };

  #tellReading() {
    if (this.sourcesOpen) this.dispatchEvent(new CustomEvent("reading", { bubbles: true, composed: true }));
  }

  #offer(offer) {
    return html`<div class="offer" data-testid="offer-card">
      <strong>${t("offer.price", { price: money(offer.price) })}</strong>
      ${offer.coupon ? html`<span>${t("offer.coupon", { code: offer.coupon.code ?? offer.coupon })}</span>` : nothing}
      ${offer.expires_at ? html`<span class="muted">${t("offer.until", { time: shopClock(offer.expires_at) })}</span>` : nothing}
    </div>`;
  }

  #foot() {
    const { item } = this;
    if (item.state === "failed") {
      return html`<button class="retry" data-testid="retry" @click=${this.#retry}>${t("message.failed")}</button>`;
    }
    const sources = item.reply?.citations?.length ?? 0;
    return html`<div class="foot">
      ${sources
        ? html`<button class="quiet small" data-testid="sources" aria-expanded=${this.sourcesOpen} @click=${this.#toggleSources}>
            ${t("source.count", { n: sources })}<span class="arrow ${this.sourcesOpen ? "up" : ""}" aria-hidden="true">▾</span></button>`
        : nothing}
      ${this.#confidence()}
      ${item.state === "writing" ? nothing : html`<time datetime=${item.at}>${clock(item.at)}</time>`}
      ${item.state === "sending" || item.state === "sent" ? html`<span data-testid="message-state">${t(`message.${item.state}`)}</span>` : nothing}
    </div>`;
  }

  #confidence() {
    const { reply } = this.item;
    if (reply?.confidence == null) return nothing;
    // A question back, or a refusal, has nothing that the shopper should weigh.
    if (reply.action !== "answer" && this.perspective === "shopper") return nothing;
    const band = confidenceBand(reply.confidence);
    const title = t("confidence.title", { percent: percent(reply.confidence) });
    const action = this.perspective === "desk" ? `${named("action", reply.action)} · ` : "";
    return html`<span class="confidence ${band}" title=${title} data-testid="confidence">
      <i aria-hidden="true"></i>${action}${t(`confidence.${band}`)}</span>`;
  }

  #retry = () => {
    const detail = { id: this.item.clientMessageId };
    this.dispatchEvent(new CustomEvent("retry-message", { detail, bubbles: true, composed: true }));
  };
}

customElements.define("message-bubble", MessageBubble);
