// The words of the pages in the reader's language, from i18n/*.json.
import { local } from "./saved.js";

export const LANGUAGES = ["zh", "en"];
const STORAGE_KEY = "daogou.lang";
const loaded = {};
const hosts = new Set();
let current = "en";

/** The language to start with: asked for in the address, chosen before, or the browser's. */
export function preferredLanguage() {
  const asked = new URLSearchParams(location.search).get("lang");
  const wanted = asked ?? local.get(STORAGE_KEY) ?? navigator.language ?? "en";
  return wanted.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export async function useLanguage(lang, { remember = false } = {}) {
  if (!loaded[lang]) {
    const response = await fetch(new URL(`../i18n/${lang}.json`, import.meta.url));
    loaded[lang] = await response.json();
  }
  current = lang;
  if (remember) local.set(STORAGE_KEY, lang);
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  for (const host of hosts) host.requestUpdate();
}

export function language() {
  return current;
}

export function locale() {
  return current === "zh" ? "zh-CN" : "en";
}

export function otherLanguage() {
  return current === "zh" ? "en" : "zh";
}

/** The message for a key, {name} replaced; the key itself when there is none, so that a gap is seen. */
export function t(key, values = {}) {
  const text = loaded[current]?.[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** For codes that the server may extend: the words if we have them, else the code made readable. */
export function named(prefix, code) {
  const key = `${prefix}.${code}`;
  return loaded[current]?.[key] ?? String(code).replaceAll("_", " ");
}

/** A Lit controller: the element renders again when the language changes. */
export class Words {
  constructor(host) {
    this.host = host;
    host.addController(this);
  }

  hostConnected() {
    hosts.add(this.host);
  }

  hostDisconnected() {
    hosts.delete(this.host);
  }
}
