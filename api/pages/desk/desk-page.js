// The human agents' desk at /desk: list, conversation, panel.
import { LitElement, html, nothing } from "../vendor/lit.js";
import { forgetStaffToken, keepStaffToken, takeStaffToken } from "../core/staff-token.js";
import { Words, otherLanguage, preferredLanguage, t, useLanguage } from "../core/words.js";
import { controls } from "../parts/controls.css.js";
import "./desk-conversation.js";
import "./desk-gate.js";
import "./desk-list.js";
import { page } from "./desk-page.css.js";
import { DeskSession } from "./desk-session.js";
import "./handoff-panel.js";
import { SHORTCUTS, Shortcuts } from "./shortcuts.js";

class DeskPage extends LitElement {
  static properties = {
    ready: { state: true },
    desk: { state: true },
    refused: { state: true },
    entering: { state: true },
    panelOpen: { state: true },
    version: { state: true }, // grows with every change of the session: what the columns render again for
  };

  static styles = [controls, page];

  constructor() {
    super();
    this.ready = false;
    this.desk = null;
    this.refused = false;
    this.entering = false;
    this.panelOpen = false;
    this.version = 0;
    new Words(this);
    new Shortcuts(this, {
      next: () => this.#step(1),
      previous: () => this.#step(-1),
      resolve: () => this.#conversation?.pressResolve(),
      reply: () => this.#conversation?.focusReply(),
      note: () => this.#writeNote(),
    });
    window.addEventListener("hashchange", () => this.#useGivenToken()); // a new token pasted over an open desk
    this.#start();
  }

  async #start() {
    await useLanguage(preferredLanguage());
    const token = takeStaffToken();
    if (token) await this.#enter(token);
    this.ready = true;
  }

  #useGivenToken() {
    if (!location.hash.includes("token=")) return;
    this.desk?.stop();
    this.#enter(takeStaffToken());
  }

  async #enter(token) {
    this.entering = true;
    const desk = new DeskSession({ token, onChange: () => this.#changed(desk), onSignedOut: () => this.#signOut(true) });
    try {
      await desk.start();
      keepStaffToken(token);
      this.desk = desk;
      this.refused = false;
    } catch (problem) {
      desk.stop();
      if (problem.gone) forgetStaffToken();
      this.desk = null;
      this.refused = true;
    }
    this.entering = false;
  }

  #signOut = (refused) => {
    this.desk?.stop();
    forgetStaffToken();
    this.desk = null;
    this.refused = refused;
    document.title = t("desk.title");
  };

  #changed(desk) {
    this.version++;
    const waiting = desk.queue.length;
    document.title = waiting ? `(${waiting}) ${t("desk.title")}` : t("desk.title");
  }

  get #conversation() {
    return this.renderRoot.querySelector("desk-conversation");
  }

  render() {
    if (!this.ready) return nothing;
    if (!this.desk) return html`<desk-gate .refused=${this.refused} .busy=${this.entering} @token=${(e) => this.#enter(e.detail.token)}></desk-gate>`;
    const { desk, version } = this;
    const { open } = desk;
    return html`
      ${this.#bar(desk)}
      <div class="columns ${open ? "has-open" : ""} ${this.panelOpen ? "panel-open" : ""}">
        <nav aria-label=${t("desk.conversations")}>
          <desk-list .desk=${desk} .version=${version} .chosen=${open?.id ?? ""} @choose=${(e) => this.#show(e.detail.id)}></desk-list>
        </nav>
        <main>
          ${open
            ? html`<desk-conversation .conversation=${open} .version=${version}>
                <button slot="back" class="quiet back" data-testid="back" aria-label=${t("desk.back")} @click=${() => this.#show(null)}>←</button>
                <button slot="panel" class="panel-button" data-testid="panel-button" aria-expanded=${this.panelOpen} @click=${this.#togglePanel}>${t("desk.panel")}</button>
              </desk-conversation>`
            : html`<p class="nothing-open">${t("desk.choose")}</p>`}
        </main>
        ${open
          ? html`<aside aria-label=${t("desk.panel")}><handoff-panel .conversation=${open} .version=${version}>
              <button class="quiet close-panel" @click=${this.#togglePanel}>${t("desk.close_panel")} ×</button>
            </handoff-panel></aside>`
          : nothing}
      </div>`;
  }

  #bar(desk) {
    return html`<header>
      <strong>${t("desk.title")}</strong>
      <span class="me">${desk.me?.name ?? ""}</span>
      ${desk.online ? nothing : html`<span class="offline" role="status">${t("chat.reconnecting")}</span>`}
      <span class="gap"></span>
      <details class="help" @keydown=${closeOnEscape}>
        <summary aria-label=${t("shortcut.title")} title=${t("shortcut.title")} data-testid="shortcut-help">⌨</summary>
        <div><b>${t("shortcut.title")}</b><dl>${SHORTCUTS.map((s) => html`<dt><kbd>${s.keys}</kbd></dt><dd>${t(`shortcut.${s.act}`)}</dd>`)}</dl></div>
      </details>
      <button class="quiet" data-testid="language" aria-label=${t("language.switch")} @click=${() => useLanguage(otherLanguage(), { remember: true })}>${t("language.other")}</button>
      <button class="quiet" data-testid="sign-out" @click=${() => this.#signOut(false)}>${t("desk.sign_out")}</button>
    </header>`;
  }

  #show(id) {
    this.panelOpen = false;
    this.desk.show(id);
  }

  #step(by) {
    const ids = this.desk?.inOrder.map((c) => c.conversation_id) ?? [];
    if (!ids.length) return;
    const at = ids.indexOf(this.desk.open?.id);
    // With nothing open, the first either way; else stop at the ends.
    this.#show(ids[at < 0 ? 0 : Math.min(ids.length - 1, Math.max(0, at + by))]);
  }

  async #writeNote() {
    if (!this.desk?.open) return;
    this.panelOpen = true;
    await this.updateComplete;
    this.renderRoot.querySelector("handoff-panel").focusNote();
  }

  #togglePanel = () => (this.panelOpen = !this.panelOpen);
}

function closeOnEscape(event) {
  if (event.key === "Escape") event.currentTarget.open = false;
}

customElements.define("desk-page", DeskPage);
