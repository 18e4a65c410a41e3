// The field to write in: grows with the text, sends on Enter, and leaves Enter to an input method that is composing.
import { LitElement, css, html } from "../vendor/lit.js";
import { Words, t } from "../core/words.js";
import { controls } from "./controls.css.js";

const MAX_HEIGHT_PX = 168;
// The other side shows "is writing" for some seconds: telling it more often adds nothing.
const TYPING_EVERY_MS = 3000;

class MessageComposer extends LitElement {
  static properties = {
    placeholder: { type: String },
    fieldId: { type: String },
    sendId: { type: String },
    limit: { type: Number },
    subject: { type: String }, // id of the conversation: each keeps its own draft
    empty: { state: true },
  };

  static styles = [
    controls,
    css`
      :host { display: block; }
      form { display: flex; align-items: flex-end; gap: 8px; }
      textarea { flex: 1; min-width: 0; min-height: 46px; max-height: ${MAX_HEIGHT_PX}px; padding: 10px 16px; resize: none; line-height: 1.5;
        border: 1px solid var(--line); border-radius: 23px; background: var(--surface); overflow-y: auto; }
      textarea::placeholder { color: var(--muted); opacity: 1; }
      textarea:focus-visible { outline: 2px solid var(--accent); outline-offset: 0; border-radius: 23px; border-color: transparent; }
      button { flex: none; width: 46px; height: 46px; padding: 0; display: grid; place-items: center; }
      svg { width: 22px; }
    `,
  ];

  #toldTypingAt = -Infinity;
  #drafts = new Map();

  constructor() {
    super();
    this.placeholder = "";
    this.fieldId = "composer";
    this.sendId = "send";
    this.limit = 4000;
    this.subject = "";
    this.empty = true;
    new Words(this);
  }

  // Words for one shopper must never be sent to another.
  willUpdate(changed) {
    if (!changed.has("subject") || !this.#field) return;
    this.#drafts.set(changed.get("subject"), this.#field.value);
    this.#field.value = this.#drafts.get(this.subject) ?? "";
    this.empty = !this.#field.value.trim();
    this.#grow();
  }

  get #field() {
    return this.renderRoot.querySelector("textarea");
  }

  focus() {
    this.#field?.focus();
  }

  render() {
    return html`
      <form @submit=${this.#submit}>
        <textarea rows="1" data-testid=${this.fieldId} maxlength=${this.limit} enterkeyhint="send" autocomplete="off"
          placeholder=${this.placeholder} aria-label=${this.placeholder}
          @input=${this.#onInput} @keydown=${this.#onKey}></textarea>
        <button class="primary" type="submit" data-testid=${this.sendId} aria-label=${t("composer.send")} title=${t("composer.send")}
          ?disabled=${this.empty}>
          <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
            <path d="M12 19V5m-6 6 6-6 6 6"/></svg>
        </button>
      </form>`;
  }

  #onInput = () => {
    this.empty = !this.#field.value.trim();
    this.#grow();
    const now = performance.now();
    if (!this.empty && now - this.#toldTypingAt > TYPING_EVERY_MS) {
      this.#toldTypingAt = now;
      this.dispatchEvent(new CustomEvent("writing"));
    }
  };

  #onKey = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.altKey) return;
    // 229 is what Safari says for the Enter that ends a composition, after isComposing is false again.
    if (event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#submit(event);
  };

  #submit = (event) => {
    event.preventDefault();
    const text = this.#field.value.trim();
    if (!text) return;
    this.#field.value = "";
    this.empty = true;
    this.#toldTypingAt = -Infinity;
    this.#grow();
    this.#field.focus();
    this.dispatchEvent(new CustomEvent("send-text", { detail: { text } }));
  };

  #grow() {
    const field = this.#field;
    field.style.height = "auto";
    // The border is outside scrollHeight.
    field.style.height = `${Math.min(field.scrollHeight + 2, MAX_HEIGHT_PX)}px`;
  }
}

customElements.define("message-composer", MessageComposer);
