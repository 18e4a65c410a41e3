// Where files are dropped or chosen, with what is to be done with them.
import { LitElement, css, html, nothing } from "../vendor/lit.js";
import { percent } from "../core/format.js";
import { Words, t } from "../core/words.js";
import { controls } from "../parts/controls.css.js";

/** Files of a drop, folders opened; each with its path, so that pictures beside a catalog are found. */
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, name: file.name }));
  const found = [];
  for (const entry of entries) await collect(entry, found);
  return found;
}

async function collect(entry, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.push({ file, name: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    // A reader gives a hundred at a time, and an empty list at the end.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const one of some) await collect(one, found);
  }
}

class UploadArea extends LitElement {
  static properties = {
    sending: { attribute: false },
    over: { state: true },
    accept: { state: true },
    replace: { state: true },
    dryRun: { state: true },
  };

  static styles = [
    controls,
    css`
      :host { display: block; }
      .area { display: grid; gap: 10px; justify-items: center; padding: 26px 18px; border: 2px dashed var(--line); border-radius: var(--radius);
        background: var(--surface); text-align: center; transition: border-color 120ms, background-color 120ms; }
      .area.over { border-color: var(--accent); background: var(--accent-soft); }
      h2 { margin: 0; font-size: 1.0625rem; }
      p { margin: 0; color: var(--muted); font-size: 0.875rem; max-width: 56ch; }
      .buttons { display: flex; flex-wrap: wrap; gap: 10px; justify-content: center; }
      .options { display: flex; flex-wrap: wrap; gap: 4px 22px; justify-content: center; }
      label { display: inline-flex; align-items: center; gap: 8px; min-height: var(--tap); font-size: 0.9375rem; cursor: pointer; }
      input[type="checkbox"] { width: 20px; height: 20px; accent-color: var(--accent); flex: none; }
      .warning { padding: 8px 14px; border-radius: 12px; background: var(--warm); color: var(--warm-ink); }
      progress { width: min(100%, 420px); height: 10px; accent-color: var(--accent); }
    `,
  ];

  constructor() {
    super();
    this.sending = null;
    this.over = false;
    this.accept = false;
    this.replace = false;
    this.dryRun = false;
    new Words(this);
  }

  render() {
    return html`<section class="area ${this.over ? "over" : ""}" data-testid="drop" aria-label=${t("merchant.upload")}
      @dragover=${this.#drag} @dragleave=${() => (this.over = false)} @drop=${this.#drop}>
      <h2>${t("merchant.drop")}</h2>
      <p>${t("merchant.takes")}</p>
      ${this.sending ? this.#progress() : this.#choose()}
    </section>`;
  }

  #choose() {
    return html`<div class="buttons">
        <button class="primary" data-testid="choose" @click=${() => this.#pick("files")}>${t("merchant.choose")}</button>
        <button data-testid="choose-folder" @click=${() => this.#pick("folder")}>${t("merchant.choose_folder")}</button>
      </div>
      <div class="options">
        <label><input type="checkbox" data-testid="dry-run" .checked=${this.dryRun} @change=${(e) => (this.dryRun = e.target.checked)} />${t("merchant.dry_run")}</label>
        <label><input type="checkbox" data-testid="accept-mapping" .checked=${this.accept} @change=${(e) => (this.accept = e.target.checked)} />${t("merchant.accept_mapping")}</label>
        <label><input type="checkbox" data-testid="replace" .checked=${this.replace} @change=${(e) => (this.replace = e.target.checked)} />${t("merchant.replace")}</label>
      </div>
      ${this.replace ? html`<p class="warning" role="status">${t("merchant.replace_hint")}</p>` : nothing}
      <input id="files" type="file" multiple hidden data-testid="files" @change=${this.#chosen} />
      <input id="folder" type="file" webkitdirectory hidden @change=${this.#chosen} />`;
  }

  #progress() {
    const { sent, total } = this.sending;
    const share = total ? sent / total : 0;
    return html`<progress max="1" .value=${share} aria-label=${t("merchant.sending")}></progress><p role="status">${t("merchant.sending")} ${percent(share)}</p>`;
  }

  #pick(id) {
    this.renderRoot.getElementById(id).click();
  }

  #drag = (event) => {
    event.preventDefault();
    this.over = !this.sending;
  };

  #drop = async (event) => {
    event.preventDefault();
    this.over = false;
    if (!this.sending) this.#give(await dropped(event.dataTransfer));
  };

  #chosen = (event) => {
    const files = [...event.target.files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
    event.target.value = ""; // the same file chosen again is a new upload
    this.#give(files);
  };

  #give(files) {
    // What a system leaves in folders: .DS_Store and the like.
    const kept = files.filter(({ name }) => !name.split("/").some((part) => part.startsWith(".")));
    if (!kept.length) return;
    this.dispatchEvent(new CustomEvent("files", { detail: { files: kept, replace: this.replace, dryRun: this.dryRun, acceptMapping: this.accept } }));
    // What removes, and what was guessed, is asked for each time anew.
    this.replace = this.accept = false;
  }
}

customElements.define("upload-area", UploadArea);
