import { css } from "../vendor/lit.js";

export const panel = css`
  :host { display: block; overflow-y: auto; padding: 4px 16px 24px; font-size: 0.9375rem; overflow-wrap: anywhere; }
  section { padding: 12px 0; border-bottom: 1px solid var(--line); }
  section:last-child { border-bottom: 0; }
  section.reason { margin-top: 8px; padding: 12px 14px; border: 0; border-radius: 12px; background: var(--warm); color: var(--warm-ink); }
  .reason h3 { color: inherit; }
  h3 { margin: 0 0 4px; font-size: 0.8125rem; font-weight: 600; color: var(--muted); }
  p { margin: 4px 0; white-space: pre-wrap; }
  ul { margin: 4px 0; padding-inline-start: 1.2em; }
  li + li { margin-top: 4px; }
  .question { font-size: 1.0625rem; font-weight: 600; }
  .next { padding: 8px 12px; border-radius: 10px; background: var(--accent-soft); }
  .muted { color: var(--muted); font-size: 0.875rem; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; margin: 4px 0; }
  dt { color: var(--muted); }
  dd { margin: 0; font-variant-numeric: tabular-nums; }
  .note { margin: 6px 0; padding: 8px 12px; border-radius: 10px; background: var(--note); font-size: 0.875rem; white-space: pre-wrap; }
  .note b { display: block; font-size: 0.8125rem; }
  form { display: grid; gap: 8px; margin-top: 8px; }
  textarea { width: 100%; padding: 10px 12px; border: 1px solid var(--line); border-radius: 12px; background: var(--surface); resize: vertical; }
  textarea::placeholder { color: var(--muted); opacity: 1; }
  form button { justify-self: end; }
  .about { line-height: 1.7; }
  .id { font-size: 0.75rem; }
`;
