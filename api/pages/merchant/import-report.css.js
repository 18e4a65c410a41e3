import { css } from "../vendor/lit.js";

export const report = css`
  section { display: grid; gap: 14px; padding: 18px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); box-shadow: var(--shadow); }
  header { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; }
  h2 { flex: 1 1 200px; margin: 0; font-size: 1.0625rem; overflow-wrap: anywhere; }
  .when { color: var(--muted); font-size: 0.875rem; }
  .state { padding: 2px 12px; border-radius: 999px; background: var(--raised); font-size: 0.875rem; font-weight: 600; }
  .state.running, .state.queued { background: var(--accent-soft); color: var(--accent-strong); }
  .state.done { background: var(--accent); color: var(--on-accent); }
  .state.failed { background: var(--alert-soft); color: var(--alert); }
  .state.needs_mapping { background: var(--warm); color: var(--warm-ink); }
  .state.dry { background: var(--warm); color: var(--warm-ink); }
  p { margin: 0; }
  .hint, .mend { color: var(--muted); font-size: 0.9375rem; }
  .hint { overflow-wrap: anywhere; }
  .problem { padding: 10px 14px; border-radius: 12px; background: var(--alert-soft); color: var(--alert); }
  .note { padding: 10px 14px; border-radius: 12px; background: var(--warm); color: var(--warm-ink); }
  progress { width: 100%; height: 12px; accent-color: var(--accent); }
  .wide { overflow-x: auto; }
  table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
  th, td { padding: 7px 10px; border-bottom: 1px solid var(--line); text-align: end; white-space: nowrap; }
  th:first-child { text-align: start; }
  thead th { color: var(--muted); font-size: 0.8125rem; font-weight: 600; }
  tbody th { font-weight: 600; }
  td.none { color: var(--muted); }
  td.rejected, .errors { color: var(--alert); font-weight: 600; }
  td.new, td.changed { color: var(--accent); font-weight: 600; }
  .summary { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 8px 16px; }
  article { display: grid; gap: 8px; min-width: 0; }
  h3 { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 12px; margin: 0; padding-top: 10px; border-top: 1px solid var(--line); font-size: 0.9375rem; }
  .name { overflow-wrap: anywhere; }
  .what { color: var(--muted); font-weight: 400; font-size: 0.875rem; }
  .what.refused { color: var(--alert); font-weight: 600; }
  ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 6px; }
  li { display: grid; grid-template-columns: minmax(90px, 150px) minmax(0, 1fr); gap: 4px 14px; padding: 9px 12px; border-radius: 12px; background: var(--raised);
    border-inline-start: 4px solid var(--line); font-size: 0.9375rem; }
  li.error { border-inline-start-color: var(--alert); }
  li.warning { border-inline-start-color: var(--warm-ink); }
  .place { color: var(--muted); font-size: 0.875rem; overflow-wrap: anywhere; }
  .place b { display: block; color: var(--ink); font-weight: 600; }
  .said { overflow-wrap: anywhere; }
  .severity { font-size: 0.8125rem; }
  li.error .severity { color: var(--alert); }
  li.warning .severity { color: var(--warm-ink); }
  .mend { display: block; margin-top: 2px; }
  code { padding: 1px 6px; border-radius: 6px; background: var(--surface); border: 1px solid var(--line); font-size: 0.875em; white-space: pre-wrap; }
  @media (max-width: 560px) {
    section { padding: 14px; }
    li { grid-template-columns: minmax(0, 1fr); }
    .place b { display: inline; margin-inline-start: 8px; }
    th, td { padding: 6px 7px; }
  }
`;
