// How money, times and links are shown.
import { locale, t } from "./words.js";

/** @param {{amount: string, currency: string}} price amount stays a decimal string: a float could change a price. */
export function money(price) {
  if (!price) return "";
  try {
    return new Intl.NumberFormat(locale(), {
      style: "currency",
      currency: price.currency,
      currencyDisplay: "narrowSymbol",
    }).format(price.amount);
  } catch {
    return `${price.amount} ${price.currency ?? ""}`.trim();
  }
}

export function percent(probability) {
  return new Intl.NumberFormat(locale(), { style: "percent" }).format(probability);
}

export function clock(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  const time = { hour: "2-digit", minute: "2-digit", hour12: false };
  const today = at.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(locale(), today ? time : { month: "short", day: "numeric", ...time }).format(at);
}

/** A moment as the shop says it: on the clock of the zone it is written in, whatever the reader's own is. */
export function shopClock(iso) {
  const at = new Date(`${iso.slice(0, 19)}Z`);
  if (Number.isNaN(at.getTime())) return "";
  const format = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "UTC" };
  return new Intl.DateTimeFormat(locale(), format).format(at);
}

export function day(iso) {
  // A bare date must not move by the reader's time zone.
  const at = new Date(/^\d{4}-\d{2}-\d{2}$/.test(iso) ? `${iso}T12:00:00` : iso);
  if (Number.isNaN(at.getTime())) return String(iso);
  return new Intl.DateTimeFormat(locale(), { year: "numeric", month: "short", day: "numeric" }).format(at);
}

/** Time waited, counting up: 0:42, 12:05, 1:03:20; days in words. */
export function waited(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s >= 86400) return t("time.days", { n: Math.floor(s / 86400) });
  const two = (n) => String(n).padStart(2, "0");
  const h = Math.floor(s / 3600);
  const m = Math.floor((s % 3600) / 60);
  return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** A link from a feed is not ours: only web addresses pass, never javascript: and the like. */
export function webAddress(url) {
  if (!url) return null;
  try {
    const parsed = new URL(url, location.origin);
    return ["http:", "https:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/** As webAddress, but a picture may also be inside its address: an image cannot run anything. */
export function pictureAddress(url) {
  return typeof url === "string" && url.startsWith("data:image/") ? url : webAddress(url);
}
