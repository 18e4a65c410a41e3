import { css } from "../vendor/lit.js";

// Three columns; below 1100 px the panel lies over the conversation when asked for; below 720 px one column at a time.
export const page = css`
  :host { display: grid; grid-template-columns: minmax(0, 1fr); grid-template-rows: auto minmax(0, 1fr); height: 100vh; height: 100dvh; }
  desk-gate { grid-row: 1 / -1; }
  header { display: flex; align-items: center; gap: 10px; padding: 4px 10px 4px 16px; background: var(--surface); border-bottom: 1px solid var(--line); }
  .me { color: var(--muted); font-size: 0.875rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .gap { flex: 1; }
  .offline { padding: 2px 12px; border-radius: 999px; background: var(--alert-soft); color: var(--alert); font-size: 0.8125rem; }
  .columns { display: grid; grid-template-columns: 320px minmax(0, 1fr); min-height: 0; position: relative; }
  .columns.has-open { grid-template-columns: 320px minmax(0, 1fr) 350px; }
  nav, main, aside { min-height: 0; min-width: 0; display: grid; grid-template-rows: minmax(0, 1fr); }
  nav { border-inline-end: 1px solid var(--line); background: var(--surface); }
  aside { border-inline-start: 1px solid var(--line); background: var(--surface); }
  .nothing-open { place-self: center; padding: 24px; color: var(--muted); text-align: center; }
  .back, .panel-button, .close-panel { display: none; }
  .back { padding: 0; font-size: 1.25rem; }
  .help { position: relative; }
  summary { list-style: none; display: grid; place-items: center; width: var(--tap); height: var(--tap); font-size: 1.25rem; color: var(--muted); cursor: pointer; border-radius: 999px; }
  summary::-webkit-details-marker { display: none; }
  summary:hover { background: var(--raised); }
  .help > div { position: absolute; inset-inline-end: 0; z-index: 5; width: max-content; max-width: 80vw; padding: 14px 18px; border-radius: 14px;
    background: var(--surface); border: 1px solid var(--line); box-shadow: var(--shadow); font-size: 0.875rem; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: 6px 14px; margin: 10px 0 0; }
  dd { margin: 0; }
  kbd { padding: 1px 7px; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); font: inherit; font-size: 0.8125rem; }
  @media (max-width: 1100px) {
    .columns.has-open { grid-template-columns: 280px minmax(0, 1fr); }
    .panel-button { display: inline-block; }
    aside { display: none; }
    .panel-open aside { display: grid; position: absolute; inset-block: 0; inset-inline-end: 0; width: min(400px, 100%); z-index: 3; box-shadow: var(--shadow); }
    .close-panel { display: block; margin-inline-start: auto; }
  }
  @media (max-width: 720px) {
    .columns, .columns.has-open { grid-template-columns: minmax(0, 1fr); }
    main { display: none; }
    .has-open nav { display: none; }
    .has-open main { display: grid; }
    .back { display: inline-block; }
    .me { display: none; }
    header { gap: 2px; }
  }
`;
