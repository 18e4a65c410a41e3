// The shopper's chat at /chat/{shop}.
import { LitElement, css, html, nothing } from "../vendor/lit.js";
import { call } from "../core/http.js";
import { Words, language, otherLanguage, preferredLanguage, t, useLanguage } from "../core/words.js";
import { controls } from "../parts/controls.css.js";
import "../parts/message-composer.js";
import "../parts/message-list.js";
import "./chat-header.js";
import "./chat-opening.js";
import { ShopperConversation } from "./shopper-conversation.js";

// Clicks to the handoff's event: long enough for a slow network, then the button is there again.
const ASKING_MS = 10000;

class ChatPage extends LitElement {
  static properties = {
    shop: { state: true },
    problem: { state: true }, // key of a message, or ""
    asking: { state: true },
    announcement: { state: true },
    ready: { state: true },
  };

  static styles = [
    controls,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr); grid-template-rows: auto minmax(0, 1fr) auto; height: 100vh; height: 100dvh; }
      footer { padding: 8px 12px calc(10px + env(safe-area-inset-bottom)); }
      footer > div { max-width: 760px; margin: 0 auto; }
      .context { display: inline-flex; align-items: center; max-width: 100%; margin-bottom: 8px; padding-inline-start: 14px; border-radius: 999px;
        background: var(--accent-soft); font-size: 0.875rem; }
      .context span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
      .context button { flex: none; padding: 0; font-size: 1.125rem; color: inherit; }
      .problem { margin-bottom: 8px; padding: 8px 14px; border-radius: 12px; background: var(--alert-soft); color: var(--alert); font-size: 0.875rem; }
      .small-print { margin: 6px 4px 0; text-align: center; font-size: 0.75rem; color: var(--muted); }
      .nowhere { align-self: center; text-align: center; padding: 24px; }
      @media (min-width: 820px) { footer { padding-bottom: 18px; } }
    `,
  ];

  constructor() {
    super();
    this.shopId = decodeURIComponent(location.pathname.split("/")[2] ?? "");
    this.shop = null;
    this.problem = "";
    this.asking = false;
    this.announcement = "";
    this.ready = false;
    new Words(this);
    this.#start();
  }

  async #start() {
    await useLanguage(preferredLanguage());
    const product = new URLSearchParams(location.search).get("product");
    this.conversation = new ShopperConversation({
      shop: this.shopId,
      product,
      onChange: () => this.#changed(),
      onFinished: (item) => (this.announcement = `${this.#speaker(item)}: ${item.text}`),
    });
    this.ready = true;
    this.#findShop();
  }

  async #findShop() {
    try {
      const { shops } = await call("/v1/shops");
      this.shop = shops.find((s) => s.id === this.shopId) ?? null;
      this.problem = this.shop ? "" : "problem.no_shop";
    } catch {
      // The chat works without the shop's name; the connection line in the header tells of the network.
    }
    document.title = this.shop?.name ?? t("chat.title");
  }

  #speaker(item) {
    return item.sender === "human_agent" ? item.humanAgent?.name || t("who.human_agent") : t(`who.${item.sender}`);
  }

  #changed() {
    if (this.conversation?.timeline.waiting || this.conversation?.ownedByPerson) this.asking = false;
    this.requestUpdate();
  }

  render() {
    if (!this.ready) return nothing;
    if (this.problem === "problem.no_shop") {
      return html`<div></div><div class="nowhere"><p>${t(this.problem, { shop: this.shopId })}</p><a href="/">${t("chat.all_shops")}</a></div>`;
    }
    const c = this.conversation;
    const { timeline } = c;
    return html`
      <chat-header .shopName=${this.shop?.name ?? this.shopId} .ownerName=${c.ownedByPerson ? timeline.ownerName ?? "" : null}
        .waiting=${timeline.waiting} .asking=${this.asking} .online=${c.online} .canRestart=${!c.empty}
        @ask-person=${this.#askPerson} @restart=${this.#restart} @switch-language=${this.#switch}></chat-header>
      <message-list .items=${c.items} .typing=${this.#typing()} .tool=${timeline.tool ?? ""} .announcement=${this.announcement}
        @retry-message=${(e) => c.outbox.retry(e.detail.id)}>
        <chat-opening .greeting=${this.shop?.greeting?.[language()] ?? ""} .chips=${c.empty} @send-text=${this.#send}></chat-opening>
      </message-list>
      <footer><div>
        ${this.problem ? html`<div class="problem" role="alert">${t(this.problem)}</div>` : nothing}
        ${c.product
          ? html`<div class="context" data-testid="context-chip"><span>${t("chat.looking_at", { product: c.product })}</span>
              <button class="quiet" aria-label=${t("chat.leave_product")} title=${t("chat.leave_product")} @click=${this.#leaveProduct}>×</button></div>`
          : nothing}
        <message-composer .placeholder=${t("composer.shopper")} @send-text=${this.#send} @writing=${() => c.tellTyping()}></message-composer>
        <p class="small-print">${t("chat.small_print")}</p>
      </div></footer>`;
  }

  // Dots of our own only until the log says that a reply is being written: then the message shows them itself.
  #typing() {
    const c = this.conversation;
    if (c.humanTyping) return t("chat.person_writing", { name: c.timeline.ownerName || t("who.human_agent") });
    const writing = c.items.some((i) => i.state === "writing");
    return c.awaiting && !writing && !c.ownedByPerson ? "…" : "";
  }

  #send = (event) => {
    this.problem = "";
    this.conversation.send(event.detail.text);
  };

  #askPerson = async () => {
    this.asking = true;
    this.problem = "";
    setTimeout(() => (this.asking = false), ASKING_MS);
    try {
      await this.conversation.askForPerson();
    } catch {
      this.asking = false;
      this.problem = "problem.handoff";
    }
  };

  #restart = () => {
    this.problem = "";
    this.asking = false;
    this.conversation.startAfresh();
    this.renderRoot.querySelector("message-composer").focus();
  };

  #leaveProduct = () => {
    // Out of the address too, or a reload would bring it back.
    const url = new URL(location.href);
    url.searchParams.delete("product");
    history.replaceState(null, "", url);
    this.conversation.leaveProduct();
  };

  #switch = () => {
    const url = new URL(location.href);
    url.searchParams.delete("lang");
    history.replaceState(null, "", url);
    useLanguage(otherLanguage(), { remember: true });
  };
}

customElements.define("chat-page", ChatPage);
