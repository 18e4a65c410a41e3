// The desk's keyboard. Alt and a letter, by the key's place (event.code): on a Mac, Alt+J types another character.

export const SHORTCUTS = [
  { code: "KeyJ", keys: "Alt+J", act: "next" },
  { code: "KeyK", keys: "Alt+K", act: "previous" },
  { code: "KeyL", keys: "Alt+L", act: "reply" },
  { code: "KeyE", keys: "Alt+E", act: "resolve" },
  { code: "KeyP", keys: "Alt+P", act: "note" },
];

/** A Lit controller: calls `acts[act]` while its host is on the page. */
export class Shortcuts {
  constructor(host, acts) {
    this.acts = acts;
    host.addController(this);
  }

  hostConnected() {
    window.addEventListener("keydown", this.#onKey);
  }

  hostDisconnected() {
    window.removeEventListener("keydown", this.#onKey);
  }

  #onKey = (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
    const shortcut = SHORTCUTS.find((s) => s.code === event.code);
    if (!shortcut) return;
    event.preventDefault();
    this.acts[shortcut.act]();
  };
}
