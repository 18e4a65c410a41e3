// The staff token of this tab, shared by the desk and the merchant's page.
import { session } from "./saved.js";

const KEY = "daogou.desk.token";

/** The token from the address goes into this tab's storage: not into history, bookmarks or a copied address. */
export function takeStaffToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    keepStaffToken(given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return session.get(KEY);
}

export function keepStaffToken(token) {
  session.set(KEY, token);
}

export function forgetStaffToken() {
  session.remove(KEY);
}
