// Which shop, who is answering, and the way to a person, always in reach.
import { LitElement, css, html, nothing } from "../vendor/lit.js";
import { Words, t } from "../core/words.js";
import { controls } from "../parts/controls.css.js";

class ChatHeader extends LitElement {
  static properties = {
    shopName: { type: String },
    ownerName: { attribute: false }, // the person's name; "" for a person without one; null for the assistant
    waiting: { attribute: false }, // {position|null} while in the queue
    asking: { type: Boolean },
    online: { type: Boolean },
    canRestart: { type: Boolean },
  };

  static styles = [
    controls,
    css`
      :host { display: block; background: var(--surface); border-bottom: 1px solid var(--line); }
      header { max-width: 760px; margin: 0 auto; padding: 8px 12px 8px 16px; display: flex; align-items: center; gap: 4px; }
      .names { flex: 1; min-width: 0; }
      h1 { margin: 0; font-size: 1.0625rem; line-height: 1.3; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
      .owner { display: flex; align-items: baseline; gap: 6px; font-size: 0.8125rem; line-height: 1.35; color: var(--muted); }
      .owner span { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
      .owner i { flex: none; width: 8px; height: 8px; border-radius: 50%; background: var(--accent); }
      .owner.waiting i, .owner.offline i { background: #d98a00; }
      .owner.person i { background: #d98a00; border-radius: 2px; }
      .person-button { font-size: 0.875rem; font-weight: 600; white-space: nowrap; color: var(--accent); border-color: var(--accent); }
      .icon { padding: 0; width: var(--tap); flex: none; font-size: 0.875rem; }
      @media (max-width: 430px) {
        header { padding-inline: 12px 8px; gap: 0; }
        .person-button { padding: 0 12px; font-size: 0.8125rem; white-space: normal; line-height: 1.2; max-width: 96px; }
      }
      svg { width: 20px; vertical-align: middle; }
    `,
  ];

  constructor() {
    super();
    this.shopName = "";
    this.ownerName = null;
    this.waiting = null;
    this.asking = false;
    this.online = true;
    this.canRestart = false;
    new Words(this);
  }

  render() {
    const { kind, text } = this.#state();
    const taken = this.waiting || this.ownerName !== null || this.asking;
    return html`
      <header>
        <div class="names">
          <h1>${this.shopName}</h1>
          <div class="owner ${kind}" data-testid="owner-banner" data-owner=${kind} role="status" title=${text}><i aria-hidden="true"></i><span>${text}</span></div>
        </div>
        ${this.canRestart
          ? html`<button class="quiet icon" data-testid="new-conversation" aria-label=${t("chat.new")} title=${t("chat.new")} @click=${this.#tell("restart")}>
              <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
                <path d="M20.5 11.5a8 8 0 0 1-8 8h-8l1.6-3.2a8 8 0 1 1 14.4-4.8ZM12.5 8.3v6.4m-3.2-3.2h6.4"/></svg></button>`
          : nothing}
        <button class="quiet icon" data-testid="language" aria-label=${t("language.switch")} title=${t("language.switch")} @click=${this.#tell("switch-language")}>${t("language.other")}</button>
        <button class="person-button" data-testid="handoff-button" ?disabled=${taken} @click=${this.#tell("ask-person")}>
          ${this.ownerName !== null ? t("chat.with_person") : taken ? t("chat.person_asked") : t("chat.ask_person")}</button>
      </header>`;
  }

  #state() {
    if (!this.online) return { kind: "offline", text: t("chat.reconnecting") };
    if (this.ownerName !== null) return { kind: "person", text: t("owner.person", { name: this.ownerName || t("who.human_agent") }) };
    if (this.waiting?.position != null) return { kind: "waiting", text: t("owner.position", { n: this.waiting.position }) };
    if (this.waiting) return { kind: "waiting", text: t("owner.waiting") };
    return { kind: "assistant", text: t("owner.assistant") };
  }

  #tell = (name) => () => this.dispatchEvent(new CustomEvent(name));
}

customElements.define("chat-header", ChatHeader);
