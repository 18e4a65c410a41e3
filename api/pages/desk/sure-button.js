// A button that asks "sure?" in itself: the first press arms it, the second acts, a few seconds disarm it.
import { LitElement, html } from "../vendor/lit.js";
import { Words, t } from "../core/words.js";
import { controls } from "../parts/controls.css.js";

const ARMED_MS = 4000;

class SureButton extends LitElement {
  static properties = {
    label: { type: String },
    sureLabel: { type: String },
    testId: { type: String },
    hint: { type: String },
    busy: { type: Boolean },
    subject: { type: String }, // what it acts on: armed for one is not armed for the next
    armed: { state: true },
  };

  static styles = controls;

  #timer = null;

  constructor() {
    super();
    this.label = "";
    this.sureLabel = "";
    this.testId = "";
    this.hint = "";
    this.busy = false;
    this.subject = "";
    this.armed = false;
    new Words(this);
  }

  willUpdate(changed) {
    if (changed.has("subject")) this.armed = false;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  render() {
    const text = this.busy ? t("working") : this.armed ? this.sureLabel : this.label;
    return html`<button class=${this.armed ? "armed" : ""} data-testid=${this.testId} data-armed=${this.armed} title=${this.hint} ?disabled=${this.busy}
      @click=${(e) => this.press(e)} @blur=${this.#disarm}><span aria-live="polite">${text}</span></button>`;
  }

  /** Also called by the keyboard shortcut. */
  press(event) {
    // The second half of a double click is not a second thought.
    if (event?.detail > 1) return;
    clearTimeout(this.#timer);
    if (this.armed) {
      this.armed = false;
      this.dispatchEvent(new CustomEvent("sure"));
    } else {
      this.armed = true;
      this.#timer = setTimeout(this.#disarm, ARMED_MS);
    }
  }

  #disarm = () => (this.armed = false);
}

customElements.define("sure-button", SureButton);
