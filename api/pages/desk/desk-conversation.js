// The middle column: the open conversation, who owns it, and what I can do with it.
import { LitElement, css, html, nothing } from "../vendor/lit.js";
import { Words, named, t } from "../core/words.js";
import { controls } from "../parts/controls.css.js";
import "../parts/message-composer.js";
import "../parts/message-list.js";
import "./sure-button.js";

class DeskConversation extends LitElement {
  static properties = { conversation: { attribute: false }, version: { type: Number }, busy: { state: true } };

  static styles = [
    controls,
    css`
      :host { display: grid; grid-template-columns: minmax(0, 1fr); grid-template-rows: auto minmax(0, 1fr) auto; min-height: 0; min-width: 0; }
      .banner { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; padding: 8px 14px; border-bottom: 1px solid var(--line); background: var(--surface); }
      .banner.other { background: var(--warm); color: var(--warm-ink); }
      .banner.mine { background: var(--accent-soft); }
      .who { flex: 1; min-width: 150px; font-size: 0.9375rem; font-weight: 600; }
      .problem { flex-basis: 100%; padding: 6px 12px; border-radius: 10px; background: var(--alert-soft); color: var(--alert); font-size: 0.875rem; }
      .foot { padding: 10px 14px calc(12px + env(safe-area-inset-bottom)); border-top: 1px solid var(--line); background: var(--surface); }
      .closed { margin: 0; text-align: center; font-size: 0.875rem; color: var(--muted); }
    `,
  ];

  constructor() {
    super();
    this.conversation = null;
    this.version = 0;
    this.busy = "";
    new Words(this);
  }

  willUpdate(changed) {
    if (changed.has("conversation")) this.busy = "";
  }

  focusReply() {
    this.renderRoot.querySelector("message-composer")?.focus();
  }

  pressResolve() {
    this.renderRoot.querySelector("sure-button[data-act=resolve]")?.press();
  }

  render() {
    const c = this.conversation;
    if (!c) return nothing;
    const { kind, text } = this.#ownership(c);
    const typing = c.shopperTyping ? t("desk.shopper_writing") : "";
    const told = c.announcement ? `${t("who.shopper")}: ${c.announcement.text}` : "";
    return html`
      <div class="banner ${kind}" data-testid="owner-banner" data-owner=${kind}>
        <slot name="back"></slot>
        <div class="who" role="status">${text}</div>
        ${this.#actions(c, kind)}
        <slot name="panel"></slot>
        ${c.problem ? html`<div class="problem" role="alert" data-testid="desk-problem">${named("problem", c.problem)}</div>` : nothing}
      </div>
      <message-list perspective="desk" .subject=${c.id} .items=${c.items} .typing=${typing} .tool=${c.timeline.tool ?? ""} .announcement=${told}
        @retry-message=${(e) => c.outbox.retry(e.detail.id)}></message-list>
      <div class="foot">
        ${kind === "mine"
          ? html`<message-composer .subject=${c.id} fieldId="desk-composer" sendId="desk-send" .placeholder=${t("composer.desk")} @send-text=${(e) => c.send(e.detail.text)}></message-composer>`
          : html`<p class="closed">${t(`desk.cannot_write.${kind}`)}</p>`}
      </div>`;
  }

  #ownership(c) {
    if (c.resolved) return { kind: "resolved", text: t("desk.owner.resolved") };
    if (c.mine) return { kind: "mine", text: t("desk.owner.mine") };
    if (c.owner !== "assistant") return { kind: "other", text: t("desk.owner.other", { name: c.ownerName || t("who.human_agent") }) };
    return { kind: "assistant", text: t(c.timeline.waiting ? "desk.owner.waiting" : "desk.owner.assistant") };
  }

  #actions(c, kind) {
    if (kind === "assistant") {
      return html`<button class="primary" data-testid="claim" ?disabled=${this.busy} @click=${() => this.#act("claim")}>
        ${this.busy === "claim" ? t("working") : t("desk.claim")}</button>`;
    }
    if (kind !== "mine") return nothing;
    return html`
      <sure-button data-act="release" .subject=${c.id} testId="release" .label=${t("desk.release")} .sureLabel=${t("desk.release_sure")}
        .busy=${this.busy === "release"} @sure=${() => this.#act("release")}></sure-button>
      <sure-button data-act="resolve" .subject=${c.id} testId="resolve" hint="Alt+E" .label=${t("desk.resolve")} .sureLabel=${t("desk.resolve_sure")}
        .busy=${this.busy === "resolve"} @sure=${() => this.#act("resolve")}></sure-button>`;
  }

  async #act(what) {
    const c = this.conversation;
    this.busy = what;
    const done = await c[what]();
    if (c !== this.conversation) return;
    this.busy = "";
    if (what === "claim" && done) {
      await this.updateComplete;
      this.focusReply();
    }
  }
}

customElements.define("desk-conversation", DeskConversation);
