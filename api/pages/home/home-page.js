// The first page: the shops of this server, and the desk.
import { LitElement, css, html, nothing } from "../vendor/lit.js";
import { call } from "../core/http.js";
import { Words, language, otherLanguage, preferredLanguage, t, useLanguage } from "../core/words.js";
import { controls } from "../parts/controls.css.js";

class HomePage extends LitElement {
  static properties = { shops: { state: true }, failed: { state: true }, ready: { state: true } };

  static styles = [
    controls,
    css`
      :host { display: block; max-width: 760px; margin: 0 auto; padding: 24px 16px 48px; }
      header { display: flex; align-items: center; gap: 12px; }
      header img { width: 44px; height: 44px; }
      h1 { flex: 1; margin: 0; font-size: 1.5rem; }
      .lead { color: var(--muted); margin: 12px 0 28px; }
      h2 { font-size: 1rem; margin: 0 0 10px; }
      ul { list-style: none; margin: 0 0 32px; padding: 0; display: grid; gap: 12px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); }
      a.card { display: block; height: 100%; padding: 16px 18px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface);
        color: var(--ink); text-decoration: none; box-shadow: var(--shadow); }
      a.card:hover { border-color: var(--accent); }
      .card strong { display: block; font-size: 1.0625rem; }
      .card p { margin: 6px 0 10px; color: var(--muted); font-size: 0.9375rem; white-space: pre-line;
        display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; }
      .go { color: var(--accent); font-weight: 600; font-size: 0.9375rem; }
      .state { color: var(--muted); margin-bottom: 32px; }
    `,
  ];

  constructor() {
    super();
    this.shops = null;
    this.failed = false;
    this.ready = false;
    new Words(this);
    this.#start();
  }

  async #start() {
    await useLanguage(preferredLanguage());
    this.ready = true;
    this.#load();
  }

  #load = async () => {
    this.failed = false;
    try {
      this.shops = (await call("/v1/shops")).shops;
    } catch {
      this.failed = true;
    }
  };

  render() {
    if (!this.ready) return nothing;
    return html`
      <header>
        <img src="/pages/icon.svg" alt="" />
        <h1>${t("home.title")}</h1>
        <button class="quiet" data-testid="language" aria-label=${t("language.switch")} @click=${() => useLanguage(otherLanguage(), { remember: true })}>${t("language.other")}</button>
      </header>
      <p class="lead">${t("home.lead")}</p>
      <main>
        <h2>${t("home.shops")}</h2>
        ${this.#shops()}
        <h2>${t("home.staff")}</h2>
        <ul><li><a class="card" href="/desk" data-testid="desk-link"><strong>${t("desk.title")}</strong><p>${t("home.desk")}</p><span class="go">${t("home.open_desk")} →</span></a></li>
        <li><a class="card" href="/merchant" data-testid="merchant-link"><strong>${t("merchant.title")}</strong><p>${t("home.merchant")}</p><span class="go">${t("home.open_merchant")} →</span></a></li></ul>
      </main>`;
  }

  #shops() {
    if (this.failed) return html`<p class="state" role="alert">${t("problem.network")} <button @click=${this.#load}>${t("again")}</button></p>`;
    if (!this.shops) return html`<p class="state">${t("loading")}</p>`;
    if (!this.shops.length) return html`<p class="state">${t("home.no_shops")}</p>`;
    return html`<ul>${this.shops.map(
      (s) => html`<li><a class="card" data-testid="shop-link" href="/chat/${encodeURIComponent(s.id)}">
        <strong>${s.name}</strong><p>${s.greeting?.[language()] ?? ""}</p><span class="go">${t("home.open_chat")} →</span></a></li>`,
    )}</ul>`;
  }
}

customElements.define("home-page", HomePage);
