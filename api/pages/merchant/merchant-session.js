// The merchant's picture of one shop: its imports, the one that is shown, and the versions of its catalog.
import { Problem, call, problemFrom } from "../core/http.js";

const POLL_MS = 700;
const OPEN_STATES = ["queued", "running"];
// Going back over many thousand products takes a while, and no answer would leave the reader in doubt.
const ROLLBACK_TIMEOUT_MS = 300000;

export function isOpen(job) {
  return OPEN_STATES.includes(job.state);
}

/** Whether it waits for the merchant to say what columns hold. */
export function isHeld(job) {
  return job.state === "needs_mapping";
}

export class MerchantSession {
  #timer = null;

  constructor({ token, onChange, onSignedOut }) {
    this.token = token;
    this.onChange = onChange;
    this.onSignedOut = onSignedOut;
    this.me = null;
    this.shop = "";
    this.imports = [];
    this.versions = [];
    this.mappings = []; // what was said of own columns before
    this.topics = null; // what nobody could answer, by meaning; null until it is grouped
    this.saying = false; // while the merchant's word is on its way
    this.shown = null; // the import whose report is open, whole
    this.sending = null; // {name, sent, total} while files are on their way
    this.problem = null;
  }

  /** Rejects with a Problem when the token is not good. */
  async start() {
    this.me = await call("/v1/desk/me", { token: this.token });
    const asked = new URLSearchParams(location.search).get("shop");
    const ids = this.me.shops.map((s) => s.id);
    await this.choose(ids.includes(asked) ? asked : (ids[0] ?? ""));
  }

  stop() {
    clearTimeout(this.#timer);
  }

  get base() {
    return `/v1/shops/${encodeURIComponent(this.shop)}`;
  }

  async choose(shop) {
    this.shop = shop;
    this.shown = null;
    this.imports = [];
    this.versions = [];
    this.mappings = [];
    this.topics = null;
    this.problem = null;
    // Grouping takes a moment, and the rest of the page need not wait for it.
    if (shop) this.#readTopics();
    if (shop) await this.refresh();
    else this.onChange();
  }

  async refresh() {
    clearTimeout(this.#timer);
    const { shop } = this;
    const [listed, versions, kept] = await Promise.all([this.#get("/imports"), this.#get("/versions"), this.#get("/mappings")]);
    if (shop !== this.shop) return; // another shop was chosen meanwhile
    this.imports = listed.imports;
    this.versions = versions.versions;
    this.mappings = kept.mappings;
    if (!this.shown && this.imports.length) await this.show(this.imports[0].import_id);
    else this.onChange();
    // The one that is shown was read before the list, and may look open where the list knows its end.
    if (this.imports.some(isOpen) || (this.shown && isOpen(this.shown))) this.#pollSoon();
  }

  async #readTopics() {
    const { shop } = this;
    try {
      const { topics } = await this.#get("/unanswered");
      if (shop === this.shop) this.topics = topics;
      this.onChange();
    } catch (problem) {
      this.#failed(problem);
    }
  }

  async show(importId) {
    this.shown = (await this.#get(`/imports/${encodeURIComponent(importId)}`)).import;
    this.onChange();
  }

  /** @param {{file: File, name: string}[]} files name keeps the folders that were dropped. */
  async upload(files, { replace, dryRun, acceptMapping }) {
    const form = new FormData();
    form.append("replace", String(replace));
    form.append("dry_run", String(dryRun));
    form.append("accept_mapping", String(acceptMapping));
    for (const { file, name } of files) form.append("files", file, name);
    this.problem = null;
    this.sending = { sent: 0, total: files.reduce((sum, one) => sum + one.file.size, 0) };
    this.onChange();
    try {
      const made = await this.#send(form);
      this.shown = made.import;
    } catch (problem) {
      this.#failed(problem);
    }
    this.sending = null;
    await this.#again();
  }

  async cancel(importId) {
    await this.#act(() => call(`${this.base}/imports/${encodeURIComponent(importId)}/cancel`, { method: "POST", token: this.token }));
  }

  /** What the columns of a table of a held import hold; the import goes on with it. */
  async sayColumns(importId, file, columns) {
    this.saying = true;
    this.onChange();
    await this.#act(async () => {
      const body = { tables: [{ file, columns }] };
      this.shown = (await call(`${this.base}/imports/${encodeURIComponent(importId)}/mapping`, { method: "POST", body, token: this.token })).import;
    });
    this.saying = false;
    this.onChange();
  }

  async forgetMapping(id) {
    await this.#act(() => call(`${this.base}/mappings/${encodeURIComponent(id)}`, { method: "DELETE", token: this.token }));
  }

  async rollback(version) {
    await this.#act(() =>
      call(`${this.base}/versions/${version}/rollback`, { method: "POST", token: this.token, timeoutMs: ROLLBACK_TIMEOUT_MS }),
    );
  }

  compare(older, newer) {
    return this.#get(`/versions/compare?older=${older}&newer=${newer}`);
  }

  /** The issues as a file; fetched, because a link could not send the token. */
  async downloadIssues(importId, lang) {
    await this.#act(async () => {
      const path = `${this.base}/imports/${encodeURIComponent(importId)}/issues.csv?lang=${lang}`;
      const response = await fetch(path, { headers: { Authorization: `Bearer ${this.token}` }, cache: "no-store" });
      if (!response.ok) throw await problemFrom(response);
      const url = URL.createObjectURL(await response.blob());
      const link = Object.assign(document.createElement("a"), { href: url, download: `issues-${importId}.csv` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10000);
    });
  }

  #get(path) {
    return call(this.base + path, { token: this.token });
  }

  async #act(work) {
    this.problem = null;
    try {
      await work();
    } catch (problem) {
      this.#failed(problem);
    }
    await this.#again();
  }

  async #again() {
    try {
      if (this.shown) await this.show(this.shown.import_id);
      await this.refresh();
    } catch (problem) {
      this.#failed(problem);
    }
  }

  #failed(problem) {
    if (problem.status === 401) {
      this.onSignedOut();
      return;
    }
    this.problem = problem;
    this.onChange();
  }

  #pollSoon() {
    this.#timer = setTimeout(async () => {
      try {
        const open = this.shown && isOpen(this.shown);
        if (open) await this.show(this.shown.import_id);
        const shown = this.imports.find((one) => one.import_id === this.shown?.import_id);
        // The lists are read again when the one that is shown has moved on, or others are under way.
        if (!open || this.shown.state !== shown?.state) await this.refresh();
        else this.#pollSoon();
      } catch (problem) {
        if (problem.gone) this.#failed(problem);
        else this.#pollSoon();
      }
    }, POLL_MS);
  }

  /** fetch tells nothing of how much has been sent; XMLHttpRequest does. */
  #send(form) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${this.base}/imports`);
      request.setRequestHeader("Authorization", `Bearer ${this.token}`);
      request.responseType = "json";
      request.upload.onprogress = (event) => {
        this.sending = { sent: event.loaded, total: event.total };
        this.onChange();
      };
      request.onerror = () => reject(new Problem(0, "network", ""));
      request.onload = () => {
        const body = request.response ?? {};
        if (request.status === 202) resolve(body);
        else reject(new Problem(request.status, body.code ?? `http_${request.status}`, body.detail ?? ""));
      };
      request.send(form);
    });
  }
}
