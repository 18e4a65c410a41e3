// What shoppers asked and nobody could answer, by meaning: what to publish next, and where to write it.
import { LitElement, css, html, nothing } from "../vendor/lit.js";
import { clock } from "../core/format.js";
import { Words, t } from "../core/words.js";
import { controls } from "../parts/controls.css.js";
import { asDocument, asQuickReply } from "./answer-files.js";

const AT_FIRST = 5;
const WAYS = { document: asDocument, quick_reply: asQuickReply };

class UnansweredList extends LitElement {
  static properties = {
    topics: { attribute: false }, // null while they are being grouped
    busy: { type: Boolean }, // while files are on their way
    all: { state: true },
    open: { state: true }, // the question that is being answered
    way: { state: true },
    published: { state: true }, // the questions that were answered here
  };

  static styles = [
    controls,
    css`
      :host { display: grid; gap: 10px; }
      h2 { margin: 6px 0 0; font-size: 1rem; }
      p { margin: 0; }
      .hint, .empty { color: var(--muted); font-size: 0.9375rem; max-width: 68ch; }
      ol { list-style: none; margin: 0; padding: 0; display: grid; gap: 10px; }
      ol > li { display: grid; gap: 8px; padding: 12px 14px; border: 1px solid var(--line); border-radius: 14px; background: var(--surface); }
      .head { display: flex; gap: 6px 14px; align-items: flex-start; justify-content: space-between; flex-wrap: wrap; }
      .what { flex: 1 1 240px; min-width: 0; display: grid; gap: 2px; }
      b, q, .pages { overflow-wrap: anywhere; }
      .told { display: flex; flex-wrap: wrap; gap: 2px 12px; color: var(--muted); font-size: 0.875rem; }
      .chip { padding: 1px 10px; border-radius: 999px; background: var(--raised); border: 1px solid var(--line); font-size: 0.8125rem; color: var(--muted); }
      .done { background: var(--accent-soft); border-color: transparent; color: var(--accent-strong); font-weight: 600; }
      ul { margin: 0; padding-inline-start: 18px; color: var(--muted); font-size: 0.9375rem; }
      form { display: grid; gap: 10px; padding-top: 10px; border-top: 1px solid var(--line); }
      textarea { width: 100%; min-height: 84px; padding: 10px 12px; border: 1px solid var(--line); border-radius: 12px; background: var(--bg); resize: vertical; }
      fieldset { display: grid; gap: 2px; margin: 0; padding: 0; border: 0; }
      label.way { display: flex; gap: 10px; align-items: flex-start; padding: 8px 0; cursor: pointer; font-size: 0.9375rem; }
      label.way small { display: block; color: var(--muted); font-size: 0.875rem; }
      input[type="radio"] { width: 20px; height: 20px; margin: 1px 0 0; accent-color: var(--accent); flex: none; }
      .acts { display: flex; flex-wrap: wrap; gap: 8px; }
      .more { justify-self: start; }
    `,
  ];

  constructor() {
    super();
    this.topics = null;
    this.busy = false;
    this.all = false;
    this.open = null;
    this.way = "document";
    this.published = new Set();
    new Words(this);
  }

  render() {
    return html`<h2>${t("unanswered.title")}</h2>${this.#list()}`;
  }

  #list() {
    if (!this.topics) return html`<p class="empty" role="status">${t("loading")}</p>`;
    if (!this.topics.length) return html`<p class="empty">${t("unanswered.none")}</p>`;
    const shown = this.all ? this.topics : this.topics.slice(0, AT_FIRST);
    return html`<p class="hint">${t("unanswered.hint")}</p>
      <ol>${shown.map((topic) => this.#topic(topic))}</ol>
      ${shown.length < this.topics.length
        ? html`<button class="more" data-testid="all-unanswered" @click=${() => (this.all = true)}>${t("merchant.show_all", { n: this.topics.length })}</button>`
        : nothing}`;
  }

  #topic(topic) {
    const { question, lang, count, conversations, last_at, examples, products } = topic;
    const open = this.open === question;
    return html`<li data-testid="unanswered">
      <div class="head">
        <div class="what">
          <b lang=${lang}>${question}</b>
          <span class="told">
            <span class="chip">${t(`unanswered.lang.${lang}`)}</span>
            <span>${count === 1 ? t("unanswered.once") : t("unanswered.times", { n: count, conversations })}</span>
            <span>${t("unanswered.last", { at: clock(last_at) })}</span>
          </span>
        </div>
        ${this.published.has(question) ? html`<span class="chip done" role="status">${t("unanswered.sent")}</span>` : nothing}
        <button data-testid="answer" aria-expanded=${open} @click=${() => this.#toggle(question)}>${t(open ? "merchant.hide" : "unanswered.answer")}</button>
      </div>
      ${products.length ? html`<span class="told pages">${t("unanswered.pages", { pages: products.join(t("list.comma")) })}</span>` : nothing}
      ${examples.length ? html`<ul aria-label=${t("unanswered.also")}>${examples.map((example) => html`<li><q>${example}</q></li>`)}</ul>` : nothing}
      ${open ? this.#form(topic) : nothing}
    </li>`;
  }

  #form(topic) {
    return html`<form @submit=${(e) => this.#publish(e, topic)}>
      <label class="hidden-visually" for="text">${t("unanswered.your_answer")}</label>
      <textarea id="text" name="text" required data-testid="answer-text" placeholder=${t("unanswered.your_answer")}></textarea>
      <fieldset><legend class="hidden-visually">${t("unanswered.as")}</legend>
        ${Object.keys(WAYS).map(
          (way) => html`<label class="way"><input type="radio" name="way" value=${way} data-testid=${`as-${way}`} .checked=${this.way === way} @change=${() => (this.way = way)} />
            <span>${t(`unanswered.as_${way}`)}<small>${t(`unanswered.as_${way}_hint`)}</small></span></label>`,
        )}
      </fieldset>
      <div class="acts"><button class="primary" data-testid="publish" ?disabled=${this.busy}>${t("unanswered.publish")}</button></div>
    </form>`;
  }

  #toggle(question) {
    this.open = this.open === question ? null : question;
  }

  #publish(event, topic) {
    event.preventDefault();
    const answer = new FormData(event.target).get("text");
    if (!answer.trim()) return;
    this.published = new Set([...this.published, topic.question]);
    this.open = null;
    this.dispatchEvent(new CustomEvent("files", { detail: { files: [WAYS[this.way](topic, answer)] } }));
  }
}

customElements.define("unanswered-list", UnansweredList);
