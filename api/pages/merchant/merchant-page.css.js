import { css } from "../vendor/lit.js";

// Report and history side by side; below 960 px one under the other.
export const page = css`
  :host { display: block; min-height: 100%; }
  header { position: sticky; top: 0; z-index: 2; display: flex; align-items: center; gap: 10px; padding: 4px 12px 4px 18px; background: var(--surface); border-bottom: 1px solid var(--line); }
  header strong { white-space: nowrap; }
  select { min-height: 40px; max-width: 40vw; padding: 0 10px; border: 1px solid var(--line); border-radius: 12px; background: var(--bg); }
  .gap { flex: 1; }
  .link { white-space: nowrap; font-size: 0.9375rem; }
  main { display: grid; gap: 18px; max-width: 1240px; margin: 0 auto; padding: 18px; }
  .columns { display: grid; grid-template-columns: minmax(0, 1.7fr) minmax(0, 1fr); gap: 22px; align-items: start; }
  .wide, aside { min-width: 0; display: grid; gap: 12px; }
  h2 { margin: 6px 0 0; font-size: 1rem; }
  .empty { margin: 0; color: var(--muted); }
  .problem { margin: 0; padding: 10px 14px; border-radius: 12px; background: var(--alert-soft); color: var(--alert); }
  ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 8px; max-height: 320px; overflow-y: auto; }
  .import { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 2px 12px; width: 100%; padding: 9px 14px; border-radius: 14px; text-align: start; }
  .import[aria-current="true"] { border-color: var(--accent); background: var(--accent-soft); }
  .names { grid-column: 1 / -1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 600; }
  .state, .when { font-size: 0.875rem; color: var(--muted); }
  .state.failed { color: var(--alert); }
  .state.done { color: var(--accent); }
  @media (max-width: 960px) { .columns { grid-template-columns: minmax(0, 1fr); } }
  @media (max-width: 560px) {
    main { padding: 12px; gap: 12px; }
    header { gap: 4px; padding-inline: 12px 4px; }
    header strong, .link { display: none; }
    select { max-width: 46vw; }
  }
`;
