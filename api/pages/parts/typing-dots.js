// Somebody is writing.
import { LitElement, css, html } from "../vendor/lit.js";
import { Words, t } from "../core/words.js";

class TypingDots extends LitElement {
  static properties = { label: { type: String } };

  static styles = css`
    :host { display: inline-flex; align-items: center; gap: 5px; min-height: 1.5em; color: var(--muted); font-size: 0.875rem; }
    i { width: 7px; height: 7px; border-radius: 50%; background: currentColor; animation: wave 1.2s infinite ease-in-out; }
    i:nth-child(2) { animation-delay: 0.15s; }
    i:nth-child(3) { animation-delay: 0.3s; }
    span { margin-inline-start: 6px; }
    .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    @keyframes wave { 0%, 60%, 100% { opacity: 0.3; transform: none; } 30% { opacity: 1; transform: translateY(-3px); } }
    @media (prefers-reduced-motion: reduce) { i { animation: none; opacity: 0.7; } }
  `;

  constructor() {
    super();
    this.label = "";
    new Words(this);
  }

  render() {
    return html`<i></i><i></i><i></i>${this.label
      ? html`<span>${this.label}</span>`
      : html`<span class="hidden">${t("chat.writing")}</span>`}`;
  }
}

customElements.define("typing-dots", TypingDots);
