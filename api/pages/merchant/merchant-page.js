// The merchant's page at /merchant: upload files, see what became of them, go back.
import { LitElement, html, nothing } from "../vendor/lit.js";
import { clock } from "../core/format.js";
import { forgetStaffToken, keepStaffToken, takeStaffToken } from "../core/staff-token.js";
import { Words, named, otherLanguage, preferredLanguage, t, useLanguage } from "../core/words.js";
import "../desk/desk-gate.js";
import { controls } from "../parts/controls.css.js";
import "./import-report.js";
import { page } from "./merchant-page.css.js";
import "./kept-mappings.js";
import { MerchantSession } from "./merchant-session.js";
import "./unanswered-list.js";
import "./upload-area.js";
import "./version-list.js";

// How an answer that was written on the page goes in: it adds, and removes nothing.
const AS_IT_IS = { replace: false, dryRun: false, acceptMapping: false };

class MerchantPage extends LitElement {
  static properties = {
    ready: { state: true },
    merchant: { state: true },
    refused: { state: true },
    entering: { state: true },
    version: { state: true }, // grows with every change of the session
  };

  static styles = [controls, page];

  constructor() {
    super();
    this.ready = false;
    this.merchant = null;
    this.refused = false;
    this.entering = false;
    this.version = 0;
    new Words(this);
    window.addEventListener("hashchange", () => this.#useGivenToken());
    this.#start();
  }

  async #start() {
    await useLanguage(preferredLanguage());
    document.title = t("merchant.title");
    const token = takeStaffToken();
    if (token) await this.#enter(token);
    this.ready = true;
  }

  #useGivenToken() {
    if (!location.hash.includes("token=")) return;
    this.merchant?.stop();
    this.#enter(takeStaffToken());
  }

  async #enter(token) {
    this.entering = true;
    const merchant = new MerchantSession({ token, onChange: () => this.version++, onSignedOut: () => this.#signOut(true) });
    try {
      await merchant.start();
      keepStaffToken(token);
      this.merchant = merchant;
      this.refused = false;
    } catch (problem) {
      merchant.stop();
      if (problem.gone) forgetStaffToken();
      this.merchant = null;
      this.refused = true;
    }
    this.entering = false;
  }

  #signOut = (refused) => {
    this.merchant?.stop();
    forgetStaffToken();
    this.merchant = null;
    this.refused = refused;
  };

  render() {
    if (!this.ready) return nothing;
    if (!this.merchant)
      return html`<desk-gate .heading=${t("merchant.title")} .refused=${this.refused} .busy=${this.entering} @token=${(e) => this.#enter(e.detail.token)}></desk-gate>`;
    return html`${this.#bar(this.merchant)}<main>${this.merchant.shop ? this.#shop(this.merchant) : html`<p class="empty">${t("home.no_shops")}</p>`}</main>`;
  }

  #bar({ me, shop }) {
    return html`<header>
      <strong>${t("merchant.title")}</strong>
      <label><span class="hidden-visually">${t("desk.shop")}</span>
        <select data-testid="shop" @change=${(e) => this.merchant.choose(e.target.value)}>
          ${me.shops.map((s) => html`<option value=${s.id} ?selected=${s.id === shop}>${s.name}</option>`)}
        </select></label>
      <span class="gap"></span>
      <a class="link" href="/desk">${t("merchant.desk")}</a>
      <button class="quiet" data-testid="language" aria-label=${t("language.switch")} @click=${this.#switch}>${t("language.other")}</button>
      <button class="quiet" data-testid="sign-out" @click=${() => this.#signOut(false)}>${t("desk.sign_out")}</button>
    </header>`;
  }

  #shop(merchant) {
    const { imports, shown, versions, sending, problem } = merchant;
    return html`
      <upload-area .sending=${sending} @files=${(e) => merchant.upload(e.detail.files, e.detail)}></upload-area>
      ${problem ? html`<p class="problem" role="alert" data-testid="problem">${this.#words(problem)}</p>` : nothing}
      <div class="columns">
        <div class="wide">
          ${shown
            ? html`<import-report .job=${shown} .busy=${merchant.saying} @said=${(e) => merchant.sayColumns(e.detail.importId, e.detail.file, e.detail.columns)} @cancel=${(e) => merchant.cancel(e.detail.importId)} @csv=${(e) => merchant.downloadIssues(e.detail.importId, e.detail.lang)}></import-report>`
            : html`<p class="empty">${t("merchant.no_imports")}</p>`}
          <unanswered-list .topics=${merchant.topics} .busy=${Boolean(sending)} @files=${(e) => merchant.upload(e.detail.files, AS_IT_IS)}></unanswered-list>
        </div>
        <aside>
          ${imports.length > 1 ? this.#imports(imports, shown) : nothing}
          <h2>${t("merchant.versions")}</h2>
          <version-list .session=${merchant} .versions=${versions}></version-list>
          <kept-mappings .mappings=${merchant.mappings} @forget=${(e) => merchant.forgetMapping(e.detail.id)}></kept-mappings>
        </aside>
      </div>`;
  }

  #imports(imports, shown) {
    return html`<h2>${t("merchant.imports")}</h2>
      <ul data-testid="imports">${imports.map(
        (one) => html`<li><button class="import" aria-current=${one.import_id === shown?.import_id} @click=${() => this.merchant.show(one.import_id)}>
          <span class="names">${one.files.map((file) => file.name).join(t("list.comma"))}</span>
          <span class="state ${one.state}">${named("import.state", one.state)}${one.dry_run ? ` · ${t("merchant.dry_run_chip")}` : ""}</span><span class="when">${clock(one.created_at)}</span>
        </button></li>`,
      )}</ul>`;
  }

  #words(problem) {
    if (problem.status === 0) return t("problem.network");
    const words = named("merchant.problem", problem.code);
    return words === problem.code.replaceAll("_", " ") ? problem.message : words;
  }

  #switch = async () => {
    await useLanguage(otherLanguage(), { remember: true });
    document.title = t("merchant.title");
  };
}

customElements.define("merchant-page", MerchantPage);
