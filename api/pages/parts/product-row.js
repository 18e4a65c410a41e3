// Products of a reply, as cards in a row that scrolls sideways.
import { LitElement, css, html, nothing } from "../vendor/lit.js";
import { money, pictureAddress, webAddress } from "../core/format.js";
import { Words, named, t } from "../core/words.js";
import { controls } from "./controls.css.js";

class ProductRow extends LitElement {
  static properties = { products: { attribute: false } };

  static styles = [
    controls,
    css`
      ul { list-style: none; margin: 0; padding: 4px 2px 10px; display: flex; gap: 10px; overflow-x: auto;
        scroll-snap-type: x proximity; scrollbar-width: thin; }
      li { flex: 0 0 min(188px, 62vw); scroll-snap-align: start; display: flex; flex-direction: column;
        background: var(--surface); border: 1px solid var(--line); border-radius: 14px; overflow: hidden; position: relative; }
      .picture { aspect-ratio: 1; background: var(--raised); display: grid; place-items: center; color: var(--muted); }
      img { width: 100%; height: 100%; object-fit: cover; display: block; }
      .picture svg { width: 36px; opacity: 0.6; }
      .words { padding: 10px 12px 12px; display: grid; gap: 4px; font-size: 0.875rem; line-height: 1.4; align-content: start; }
      .title { font-weight: 600; color: var(--ink); text-decoration: none; overflow-wrap: anywhere;
        display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; }
      a.title::after { content: ""; position: absolute; inset: 0; border-radius: 14px; }
      a.title:focus-visible { outline: none; }
      a.title:focus-visible::after { outline: 3px solid var(--accent); outline-offset: -3px; }
      a.title:hover { text-decoration: underline; }
      .price { font-size: 1rem; font-weight: 700; font-variant-numeric: tabular-nums; }
      .list-price { margin-inline-start: 6px; font-size: 0.8125rem; font-weight: 400; color: var(--muted); }
      .why { color: var(--muted); font-size: 0.8125rem; overflow-wrap: anywhere; }
      .availability { font-size: 0.8125rem; color: var(--accent); }
      .availability.off { color: var(--warm-ink); }
    `,
  ];

  constructor() {
    super();
    this.products = [];
    new Words(this);
  }

  render() {
    return html`<ul aria-label=${t("product.list")} tabindex=${this.products.length > 2 ? 0 : nothing}>
      ${this.products.map((p) => this.#card(p))}
    </ul>`;
  }

  #card(p) {
    const url = webAddress(p.url);
    const lower = p.list_price && Number(p.list_price.amount) > Number(p.price?.amount);
    return html`
      <li data-testid="product-card" data-handle=${p.handle ?? nothing}>
        ${this.#picture(p)}
        <div class="words">
          ${url
            ? html`<a class="title" href=${url} target="_blank" rel="noopener">${p.title}</a>`
            : html`<span class="title">${p.title}</span>`}
          ${p.price
            ? html`<div class="price">${money(p.price)}${lower
                ? html`<s class="list-price"><span class="hidden-visually">${t("product.list_price")}</span>${money(p.list_price)}</s>`
                : nothing}</div>`
            : nothing}
          ${p.availability && p.availability !== "unknown"
            ? html`<div class="availability ${p.availability === "in_stock" ? "" : "off"}">${named("availability", p.availability)}</div>`
            : nothing}
          ${p.why ? html`<div class="why">${p.why}</div>` : nothing}
        </div>
      </li>`;
  }

  #picture(p) {
    const source = pictureAddress(p.image);
    return html`<div class="picture" aria-hidden="true">
      ${source
        ? html`<img src=${source} alt="" loading="lazy" referrerpolicy="no-referrer" @error=${dropPicture}>`
        : nothing}
      <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.5" ?hidden=${Boolean(source)}>
        <path d="M4 8h16l-1 12H5L4 8Zm4 0a4 4 0 0 1 8 0"/></svg>
    </div>`;
  }
}

// A feed's picture addresses age; a broken image mark looks like our fault.
function dropPicture(event) {
  const image = event.currentTarget;
  image.hidden = true;
  // The property `hidden` exists on HTML elements only.
  image.parentElement.querySelector("svg").removeAttribute("hidden");
}

customElements.define("product-row", ProductRow);
