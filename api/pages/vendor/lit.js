// The one door to Lit: our files import from here, so that an upgrade touches only this folder.
export { css, unsafeCSS } from "./reactive-element/css-tag.js";
export { html, svg, nothing } from "./lit-html/lit-html.js";
export { LitElement } from "./lit-element/lit-element.js";
export { repeat } from "./lit-html/directives/repeat.js";
export { live } from "./lit-html/directives/live.js";
