// The look of buttons, fields and chips, for every shadow root.
import { css } from "../vendor/lit.js";

export const controls = css`
  *, *::before, *::after { box-sizing: border-box; }
  :host([hidden]), [hidden] { display: none !important; }
  button, input, textarea, select { font: inherit; color: inherit; }
  button {
    min-height: var(--tap);
    min-width: var(--tap);
    padding: 0 14px;
    border: 1px solid var(--line);
    border-radius: 999px;
    background: var(--surface);
    cursor: pointer;
    transition: background-color 120ms, border-color 120ms;
  }
  button:hover:not([disabled]) { border-color: var(--accent); }
  button[disabled] { opacity: 0.65; cursor: default; }
  button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
  button.primary:hover:not([disabled]) { background: var(--accent-strong); }
  button.armed { background: var(--alert-soft); border-color: var(--alert); color: var(--alert); font-weight: 600; }
  button.quiet { border-color: transparent; background: none; color: var(--muted); }
  button.quiet:hover:not([disabled]) { color: var(--ink); background: var(--raised); border-color: transparent; }
  a { color: var(--accent); }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 8px; }
  button:focus-visible { border-radius: 999px; }
  .hidden-visually {
    position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0;
    overflow: hidden; clip-path: inset(50%); white-space: nowrap; border: 0;
  }
  @media (prefers-reduced-motion: reduce) {
    *, *::before, *::after { animation-duration: 1ms !important; transition-duration: 1ms !important; scroll-behavior: auto !important; }
  }
`;
