// Asks for the staff token when the address did not bring one.
import { LitElement, css, html, nothing } from "../vendor/lit.js";
import { Words, t } from "../core/words.js";
import { controls } from "../parts/controls.css.js";

class DeskGate extends LitElement {
  static properties = { heading: { type: String }, refused: { type: Boolean }, busy: { type: Boolean } };

  static styles = [
    controls,
    css`
      :host { display: grid; place-items: center; min-height: 100%; padding: 24px; }
      form { width: min(100%, 380px); display: grid; gap: 12px; padding: 28px; border-radius: var(--radius); background: var(--surface);
        border: 1px solid var(--line); box-shadow: var(--shadow); }
      h1 { margin: 0; font-size: 1.25rem; }
      p { margin: 0; color: var(--muted); font-size: 0.9375rem; }
      label { font-size: 0.875rem; font-weight: 600; }
      input { width: 100%; min-height: 46px; margin-top: 6px; padding: 0 14px; border: 1px solid var(--line); border-radius: 12px; background: var(--bg); }
      .alert { color: var(--alert); }
    `,
  ];

  constructor() {
    super();
    this.heading = "";
    this.refused = false;
    this.busy = false;
    new Words(this);
  }

  render() {
    return html`<form @submit=${this.#submit}>
      <h1>${this.heading || t("desk.title")}</h1>
      <p>${t("gate.hint")}</p>
      <label>${t("gate.token")}<input type="password" data-testid="desk-token" autocomplete="off" required></label>
      ${this.refused ? html`<p class="alert" role="alert">${t("gate.refused")}</p>` : nothing}
      <button class="primary" data-testid="desk-enter" ?disabled=${this.busy}>${t("gate.enter")}</button>
    </form>`;
  }

  #submit = (event) => {
    event.preventDefault();
    const token = this.renderRoot.querySelector("input").value.trim();
    if (token) this.dispatchEvent(new CustomEvent("token", { detail: { token } }));
  };
}

customElements.define("desk-gate", DeskGate);
