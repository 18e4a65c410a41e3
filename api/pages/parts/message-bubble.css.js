import { css } from "../vendor/lit.js";

export const bubble = css`
  :host { display: block; }
  .message { display: grid; gap: 6px; justify-items: start; }
  .message > * { min-width: 0; max-width: 100%; }
  .mine { justify-items: end; }
  .author { font-size: 0.8125rem; color: var(--muted); padding: 0 4px; }
  .tag { font-size: 0.75rem; padding: 1px 7px; border-radius: 999px; background: var(--warm); color: var(--warm-ink); }
  .bubble { max-width: min(85%, 560px); padding: 10px 14px; border-radius: var(--radius); background: var(--surface);
    border: 1px solid var(--line); overflow-wrap: anywhere; }
  .theirs .bubble { border-start-start-radius: 5px; }
  .mine .bubble { border-start-end-radius: 5px; }
  .mine .bubble { background: var(--accent-soft); border-color: transparent; }
  .human_agent .bubble { background: var(--warm); border-color: transparent; }
  .message[data-state="sending"] .bubble { opacity: 0.7; }
  .message[data-state="failed"] .bubble { border-color: var(--alert); }
  p { margin: 0; white-space: pre-wrap; }
  p + p, p + ul, ul + p, ul + ul { margin-top: 8px; }
  ul { margin: 0; padding-inline-start: 1.2em; }
  li + li { margin-top: 2px; }
  product-row { width: 100%; }
  source-list { width: min(100%, 560px); }
  .cite { position: relative; min-width: 1.45em; min-height: 0; height: 1.45em; padding: 0 4px; margin: 0 1px 0 3px; border: 0; border-radius: 6px;
    vertical-align: 0.25em; line-height: 1.45; font-size: 0.75rem; background: var(--accent-soft); color: var(--ink); }
  .mine .cite { background: var(--surface); }
  .cite:focus-visible { border-radius: 6px; }
  /* Small to the eye, 44 px high to the finger; narrower than that, or two markers side by side would cover each other. */
  .cite::after { content: ""; position: absolute; inset: -13px -4px; }
  .cite:hover { background: var(--accent); color: var(--on-accent); }
  .cite-soon { color: var(--muted); font-size: 0.75rem; padding: 0 2px; }
  .foot { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 10px; min-height: 20px; padding: 0 4px; font-size: 0.8125rem; color: var(--muted); }
  .foot:empty { display: none; }
  /* The target keeps its 44 px and reaches over the row. */
  .small { padding: 0 10px; margin: -10px 0 -10px -10px; font-size: 0.8125rem; }
  .arrow { display: inline-block; margin-inline-start: 4px; transition: transform 120ms; }
  .arrow.up { transform: rotate(180deg); }
  .confidence { display: inline-flex; align-items: center; gap: 5px; cursor: help; }
  .confidence i { width: 8px; height: 8px; border-radius: 50%; background: var(--accent); }
  .confidence.fairly i { background: linear-gradient(90deg, var(--accent) 50%, var(--line) 50%); }
  .confidence.unsure i { background: none; border: 2px solid var(--warm-ink); }
  .retry { color: var(--alert); border-color: var(--alert); font-size: 0.875rem; }
  .offer { display: flex; flex-wrap: wrap; gap: 2px 12px; align-items: baseline; padding: 10px 14px; border-radius: 14px;
    border: 1px dashed var(--accent); background: var(--surface); font-size: 0.9375rem; }
  .muted { color: var(--muted); font-size: 0.8125rem; }
`;
