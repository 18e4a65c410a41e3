// What an empty conversation shows: the shop's greeting and a few questions to begin with.
import { LitElement, css, html } from "../vendor/lit.js";
import { Words, t } from "../core/words.js";
import { controls } from "../parts/controls.css.js";

const QUESTIONS = ["size", "shipping", "returns", "recommend"];

class ChatOpening extends LitElement {
  static properties = { greeting: { type: String }, chips: { type: Boolean } };

  static styles = [
    controls,
    css`
      :host { display: grid; gap: 14px; }
      .author { font-size: 0.8125rem; color: var(--muted); padding: 0 4px 6px; }
      .bubble { width: fit-content; max-width: min(85%, 560px); padding: 10px 14px; border-radius: var(--radius); border-start-start-radius: 5px;
        background: var(--surface); border: 1px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; }
      .chips { display: flex; flex-wrap: wrap; gap: 8px; }
      .chips button { font-size: 0.9375rem; text-align: start; color: var(--accent); }
    `,
  ];

  constructor() {
    super();
    this.greeting = "";
    this.chips = true;
    new Words(this);
  }

  render() {
    return html`
      <div>
        <div class="author">${t("who.assistant")}</div>
        <div class="bubble" data-testid="greeting">${this.greeting || t("chat.greeting")}</div>
      </div>
      <div class="chips" role="group" aria-label=${t("chat.suggestions")} ?hidden=${!this.chips}>
        ${QUESTIONS.map((key) => t(`suggest.${key}`)).map(
          (text) => html`<button data-testid="suggestion" @click=${() => this.#choose(text)}>${text}</button>`,
        )}
      </div>`;
  }

  #choose(text) {
    this.dispatchEvent(new CustomEvent("send-text", { detail: { text } }));
  }
}

customElements.define("chat-opening", ChatOpening);
