// One import: how far it is, what became of each file, and what is wrong in it.
import { LitElement, html, nothing } from "../vendor/lit.js";
import { clock, percent, waited } from "../core/format.js";
import { Words, language, locale, named, t } from "../core/words.js";
import { controls } from "../parts/controls.css.js";
import "../desk/sure-button.js";
import "./column-mapping.js";
import { report } from "./import-report.css.js";
import { isHeld, isOpen } from "./merchant-session.js";

const COUNTS = ["new", "changed", "unchanged", "removed", "rejected"];
// Enough to see what is wrong; the CSV holds all.
const ISSUES_SHOWN = 12;
// What these say stands in the list of columns, where it can be changed.
const OF_COLUMNS = ["mapping_guessed", "column_guessed"];

function number(n) {
  return new Intl.NumberFormat(locale()).format(n);
}

class ImportReport extends LitElement {
  static properties = { job: { attribute: false }, busy: { type: Boolean }, opened: { state: true } };

  static styles = [controls, report];

  constructor() {
    super();
    this.job = null;
    this.busy = false;
    this.opened = new Set(); // files whose issues are shown whole
    new Words(this);
  }

  willUpdate(changed) {
    if (changed.has("job") && changed.get("job")?.import_id !== this.job?.import_id) this.opened = new Set();
  }

  render() {
    const { job } = this;
    if (!job) return nothing;
    return html`<section aria-label=${t("merchant.report")} data-testid="report" data-state=${job.state}>
      <header>
        <span class="state ${job.state}" data-testid="state">${named("import.state", job.cancelling && isOpen(job) ? "cancelling" : job.state)}</span>
        ${job.dry_run ? html`<span class="state dry">${t("merchant.dry_run_chip")}</span>` : nothing}
        <h2>${job.files.length === 1 ? job.files[0].name : t("merchant.file_count", { n: number(job.files.length) })}</h2>
        <span class="when">${clock(job.created_at)}</span>
        ${isOpen(job) && !job.cancelling
          ? html`<sure-button .label=${t("merchant.cancel")} .sureLabel=${t("merchant.cancel_sure")} testId="cancel" .subject=${job.import_id} @sure=${() => this.#tell("cancel")}></sure-button>`
          : nothing}
        ${isHeld(job)
          ? html`<sure-button .label=${t("mapping.give_up")} .sureLabel=${t("mapping.give_up_sure")} testId="give-up" .subject=${job.import_id} @sure=${() => this.#tell("cancel")}></sure-button>`
          : nothing}
      </header>
      ${job.problem && !isHeld(job) ? html`<p class="problem" role="alert">${this.#problem(job.problem)}</p>` : nothing}
      ${isOpen(job) ? this.#progress(job) : nothing}
      ${job.report ? this.#report(job.report) : nothing}
      ${job.state === "cancelled" ? html`<p class="hint">${t("merchant.cancelled_hint")}</p>` : nothing}
    </section>`;
  }

  #problem(problem) {
    const words = named("merchant.problem", problem.code);
    return words === problem.code.replaceAll("_", " ") ? problem.detail : words;
  }

  #progress({ state, progress: told }) {
    if (!told) return html`<progress aria-label=${t("working")}></progress><p class="hint" role="status">${t(state === "queued" ? "merchant.waiting" : "working")}</p>`;
    const share = told.rows_total ? told.rows_done / told.rows_total : null;
    const files = told.files_total > 1 ? ` · ${t("merchant.file_of", { n: Math.min(told.files_done + 1, told.files_total), total: told.files_total })}` : "";
    return html`${share === null ? html`<progress aria-label=${t("working")}></progress>` : html`<progress max="1" .value=${share} aria-label=${t("working")}></progress>`}
      <p class="hint" role="status" data-testid="progress">
        ${named("phase", told.phase)}: ${told.file}${files}
        ${told.rows_total ? html`<br />${t("merchant.rows", { done: number(told.rows_done), total: number(told.rows_total) })} · ${percent(share)}` : nothing}
        ${told.rows_per_second ? html` · ${t("merchant.rate", { n: number(Math.round(told.rows_per_second)) })} · ${t("merchant.left", { time: waited(Math.ceil(told.seconds_left)) })}` : nothing}
      </p>`;
  }

  #report(told) {
    const kinds = Object.entries(told.totals ?? {});
    const issues = told.errors + told.warnings;
    return html`
      ${told.dry_run ? html`<p class="note">${t("merchant.dry_run_done")}</p>` : nothing}
      ${kinds.length
        ? html`<div class="wide"><table class="totals" data-testid="totals">
            <thead><tr><th scope="col">${t("merchant.kind")}</th>${COUNTS.map((c) => html`<th scope="col">${t(`count.${c}`)}</th>`)}</tr></thead>
            <tbody>${kinds.map(
              ([kind, counts]) => html`<tr><th scope="row">${named("kind", kind)}</th>${COUNTS.map((c) => html`<td class=${counts[c] ? c : "none"}>${counts[c] ? number(counts[c]) : "–"}</td>`)}</tr>`,
            )}</tbody></table></div>`
        : nothing}
      <div class="summary">
        <p class=${told.errors ? "errors" : "hint"} data-testid="issue-count">${issues ? t("merchant.issues", { errors: number(told.errors), warnings: number(told.warnings) }) : t("merchant.no_issues")}</p>
        ${issues ? html`<button data-testid="csv" @click=${() => this.#tell("csv", { lang: language() })}>${t("merchant.csv")}</button>` : nothing}
      </div>
      ${(told.files ?? []).map((file) => this.#file(file))}`;
  }

  #file(file) {
    const whole = this.opened.has(file.file);
    const asked = isHeld(this.job) && file.guess?.length;
    const issues = asked ? file.issues.filter((issue) => !OF_COLUMNS.includes(issue.code)) : file.issues;
    // What was not taken matters more than what was.
    const ordered = [...issues].sort((a, b) => a.severity.localeCompare(b.severity) || (a.row ?? 0) - (b.row ?? 0));
    const shown = whole ? ordered : ordered.slice(0, ISSUES_SHOWN);
    const left = Object.entries(file.left_out).filter(([code]) => !asked || !OF_COLUMNS.includes(code));
    const cut = left.reduce((sum, [, n]) => sum + n, 0);
    return html`<article data-testid="file">
      <h3><span class="name">${file.file}</span><span class="what ${file.kind || asked ? "" : "refused"}">${file.kind ? named("kind", file.kind) : t(asked ? "mapping.asked" : "merchant.refused")}${file.format ? html` · ${file.format}` : nothing}</span></h3>
      ${asked
        ? html`<column-mapping .file=${file.file} .guess=${file.guess} .fields=${this.job.fields ?? []} .busy=${this.busy} @said=${(e) => this.#tell("said", e.detail)}></column-mapping>`
        : nothing}
      ${shown.length
        ? html`<ul class="issues">${shown.map((issue) => this.#issue(issue))}</ul>`
        : nothing}
      ${ordered.length > shown.length ? html`<button class="quiet" @click=${() => this.#open(file.file)}>${t("merchant.show_all", { n: number(ordered.length) })}</button>` : nothing}
      ${cut ? html`<p class="hint">${t("merchant.left_out", { n: number(cut) })}</p>` : nothing}
    </article>`;
  }

  #issue(issue) {
    return html`<li class=${issue.severity} data-testid="issue">
      <span class="place">${issue.row ? t("merchant.row", { n: number(issue.row) }) : t("merchant.whole_file")}${issue.field ? html`<b>${issue.field}</b>` : nothing}</span>
      <span class="said"><b class="severity">${t(`severity.${issue.severity}`)}</b> ${issue.problem}
        ${issue.value && !issue.problem.includes(issue.value) ? html`<code>${issue.value}</code>` : nothing}
        <span class="mend">${this.#mend(issue)}</span></span>
    </li>`;
  }

  /** Some mends speak of the command line; here they speak of this page. */
  #mend(issue) {
    const words = named("mend", issue.code);
    return words === issue.code.replaceAll("_", " ") ? issue.mend : words;
  }

  #open(file) {
    this.opened = new Set([...this.opened, file]);
  }

  #tell(act, more = {}) {
    this.dispatchEvent(new CustomEvent(act, { detail: { importId: this.job.import_id, ...more } }));
  }
}

customElements.define("import-report", ImportReport);
