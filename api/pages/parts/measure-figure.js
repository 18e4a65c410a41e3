// How to take one measurement: a drawn figure with the tape in place, and the steps beside it.
import { LitElement, css, html, nothing, svg } from "../vendor/lit.js";
import { Words, t } from "../core/words.js";

// One outline serves all girths: only the place of the tape differs. Drawn for these pages, 120 by 220.
const BODY = svg`
  <circle cx="60" cy="22" r="14"></circle>
  <path d="M53 35 v8 C53 47 38 48 33 54 C26 62 25 84 21 112 L29 113 C32 96 34 84 37 76 C39 92 40 100 38 112
    C36 124 38 150 42 206 L55 206 L59 130 H61 L65 206 L78 206 C82 150 84 124 82 112 C80 100 81 92 83 76
    C86 84 88 96 91 113 L99 112 C95 84 94 62 87 54 C82 48 67 47 67 43 v-8"></path>`;
const FOOT = svg`
  <path d="M14 118 V64 H30 C34 88 46 96 74 98 C96 99 106 104 106 112 C106 117 102 118 96 118 Z"></path>
  <path class="ground" d="M8 122 H112 M12 40 V122"></path>`;

const ring = (y, rx) => svg`<ellipse class="tape" cx="60" cy=${y} rx=${rx} ry="6"></ellipse>`;
const span = (x1, y1, x2, y2) => svg`<path class="tape" d="M${x1} ${y1} L${x2} ${y2}"></path>
  <circle class="end" cx=${x1} cy=${y1} r="3"></circle><circle class="end" cx=${x2} cy=${y2} r="3"></circle>`;

const FIGURES = {
  chest: [BODY, ring(72, 25)],
  waist: [BODY, ring(94, 21)],
  hip: [BODY, ring(116, 24)],
  height: [BODY, span(110, 8, 110, 206), svg`<path class="ground" d="M24 209 H114"></path>`],
  shoulder: [BODY, span(33, 55, 87, 55)],
  inseam: [BODY, span(60, 132, 60, 205)],
  foot: [FOOT, span(14, 134, 106, 134)],
  weight: [BODY, svg`<path class="tape" d="M28 208 H92 V216 H28 Z"></path>`],
};

/** Return the measure's plain name: "chest_cm" and "bust" are drawn as the chest. */
export function figureOf(measure) {
  const name = String(measure ?? "").replace(/_(cm|kg)$/, "");
  return name === "bust" ? "chest" : name in FIGURES ? name : null;
}

class MeasureFigure extends LitElement {
  static properties = { measure: { type: String } };

  static styles = css`
    figure { display: flex; gap: 14px; margin: 8px 0 0; align-items: flex-start; }
    svg { flex: none; width: 84px; height: auto; fill: none; stroke: var(--muted); stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
    .tape { stroke: var(--accent); stroke-width: 3.5; }
    .end { fill: var(--accent); stroke: none; }
    .ground { stroke: var(--line); }
    ol { margin: 0; padding-inline-start: 1.2em; font-size: 0.875rem; line-height: 1.5; overflow-wrap: anywhere; }
  `;

  constructor() {
    super();
    this.measure = "";
    new Words(this);
  }

  render() {
    const name = figureOf(this.measure);
    if (name === null) return nothing;
    const steps = t(`how.${name}`).split("|");
    return html`
      <figure data-testid="measure-figure" data-measure=${name}>
        <svg viewBox=${name === "foot" ? "0 30 120 114" : "10 0 110 220"} role="img" aria-label=${t(`how.title.${name}`)}>${FIGURES[name]}</svg>
        <figcaption><ol>${steps.map((step) => html`<li>${step}</li>`)}</ol></figcaption>
      </figure>`;
  }
}

customElements.define("measure-figure", MeasureFigure);
