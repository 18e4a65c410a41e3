// The versions of the catalog: what each has changed, and the way back.
import { LitElement, css, html, nothing } from "../vendor/lit.js";
import { clock } from "../core/format.js";
import { Words, locale, named, t } from "../core/words.js";
import { controls } from "../parts/controls.css.js";
import "../desk/sure-button.js";

const BEFORE_ALL = 0;

function number(n) {
  return new Intl.NumberFormat(locale()).format(n);
}

class VersionList extends LitElement {
  static properties = {
    session: { attribute: false },
    versions: { attribute: false },
    open: { state: true }, // the version whose differences are shown
    told: { state: true },
    busy: { state: true },
  };

  static styles = [
    controls,
    css`
      ol { list-style: none; margin: 0; padding: 0; display: grid; gap: 10px; }
      li { padding: 12px 14px; border: 1px solid var(--line); border-radius: 14px; background: var(--surface); }
      .line { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; }
      .what { flex: 1 1 180px; min-width: 0; overflow-wrap: anywhere; }
      .what b { display: block; }
      .what span { color: var(--muted); font-size: 0.875rem; }
      .now { padding: 1px 10px; border-radius: 999px; background: var(--accent-soft); color: var(--accent-strong); font-size: 0.8125rem; font-weight: 600; }
      .acts { display: flex; flex-wrap: wrap; gap: 8px; }
      .empty { margin: 0; color: var(--muted); }
      .diff { display: grid; gap: 8px; margin-top: 10px; padding-top: 10px; border-top: 1px solid var(--line); font-size: 0.9375rem; }
      .one { min-width: 0; overflow-wrap: anywhere; }
      .change { display: inline-block; min-width: 52px; font-size: 0.8125rem; font-weight: 600; }
      .new .change { color: var(--accent); }
      .removed .change { color: var(--alert); }
      .changed .change { color: var(--warm-ink); }
      dl { display: grid; grid-template-columns: minmax(80px, max-content) minmax(0, 1fr); gap: 2px 12px; margin: 4px 0 0 52px; font-size: 0.875rem; }
      dt { color: var(--muted); overflow-wrap: anywhere; }
      dd { margin: 0; display: -webkit-box; -webkit-line-clamp: 6; -webkit-box-orient: vertical; overflow: hidden; }
      del { color: var(--muted); }
      ins { text-decoration: none; font-weight: 600; }
      @media (max-width: 560px) { dl { margin-inline-start: 0; grid-template-columns: minmax(0, 1fr); } }
    `,
  ];

  constructor() {
    super();
    this.session = null;
    this.versions = [];
    this.open = null;
    this.told = null;
    this.busy = false;
    new Words(this);
  }

  willUpdate(changed) {
    if (changed.has("versions") && !this.versions.some((v) => v.version === this.open)) this.open = this.told = null;
  }

  render() {
    if (!this.versions.length) return html`<p class="empty">${t("merchant.no_versions")}</p>`;
    return html`<ol data-testid="versions">${this.versions.map((version, at) => this.#version(version, at))}</ol>`;
  }

  #version(version, at) {
    const before = this.versions[at + 1]?.version ?? BEFORE_ALL;
    const shown = this.open === version.version;
    return html`<li data-testid="version">
      <div class="line">
        <div class="what">
          <b>${t("merchant.version", { n: version.version })} ${at === 0 ? html`<span class="now">${t("merchant.now")}</span>` : nothing}</b>
          <span>${clock(version.at)} · ${this.#cause(version)} · ${this.#counts(version.counts)}${version.complete ? nothing : html` · ${t("merchant.unfinished")}`}</span>
        </div>
        <div class="acts">
          <button data-testid="compare" aria-expanded=${shown} @click=${() => this.#compare(version.version, before)}>${t(shown ? "merchant.hide" : "merchant.compare")}</button>
          ${at === 0
            ? this.#back(before, "merchant.undo", "merchant.undo_sure", "undo")
            : this.#back(version.version, "merchant.rollback", "merchant.rollback_sure", "rollback")}
        </div>
      </div>
      ${shown ? this.#diff() : nothing}
    </li>`;
  }

  #back(to, label, sure, testId) {
    return html`<sure-button .label=${t(label)} .sureLabel=${t(sure)} testId=${testId} .subject=${`${testId}${to}`} .busy=${this.busy} @sure=${() => this.#rollback(to)}></sure-button>`;
  }

  #cause(version) {
    if (version.cause !== "rollback") return named("cause", version.cause);
    return version.restores ? t("merchant.restored", { n: version.restores }) : t("merchant.restored_before");
  }

  #counts(counts) {
    const told = Object.entries(counts).map(([kind, changes]) => {
      const each = ["new", "changed", "removed"].filter((c) => changes[c]).map((c) => `${number(changes[c])} ${t(`change.${c}`)}`);
      return `${named("kind", kind)} ${each.join(t("list.comma"))}`;
    });
    return told.join("; ");
  }

  #diff() {
    if (!this.told) return html`<p class="empty" role="status">${t("loading")}</p>`;
    const { differences, counts } = this.told;
    const all = Object.values(counts).flatMap((of) => Object.values(of)).reduce((sum, n) => sum + n, 0);
    if (!all) return html`<p class="empty">${t("merchant.same")}</p>`;
    return html`<div class="diff" data-testid="diff">
      ${differences.map(
        (d) => html`<div class="one ${d.change}"><span class="change">${t(`change.${d.change}`)}</span> <b>${d.title}</b> <small>${named("kind", d.kind)}</small>
          ${d.fields.length
            ? html`<dl>${d.fields.map((f) => html`<dt>${f.field}</dt><dd><del>${said(f.before)}</del> → <ins>${said(f.after)}</ins></dd>`)}</dl>`
            : nothing}</div>`,
      )}
      ${all > differences.length ? html`<p class="empty">${t("merchant.more", { n: number(all - differences.length) })}</p>` : nothing}
    </div>`;
  }

  async #compare(version, before) {
    if (this.open === version) {
      this.open = null;
      return;
    }
    this.open = version;
    this.told = null;
    try {
      const told = await this.session.compare(before, version);
      if (this.open === version) this.told = told;
    } catch {
      this.open = null;
    }
  }

  async #rollback(to) {
    this.busy = true;
    await this.session.rollback(to);
    this.busy = false;
  }
}

function said(value) {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

customElements.define("version-list", VersionList);
