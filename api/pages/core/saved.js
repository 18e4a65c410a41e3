// Browser storage that may be missing: private windows and embedded frames can refuse it, and the page must still work.

function store(area) {
  const memory = new Map();
  return {
    get(key) {
      try {
        const text = window[area].getItem(key) ?? memory.get(key) ?? null;
        return text === null ? null : JSON.parse(text);
      } catch {
        return memory.has(key) ? JSON.parse(memory.get(key)) : null;
      }
    },
    set(key, value) {
      const text = JSON.stringify(value);
      memory.set(key, text);
      try {
        window[area].setItem(key, text);
      } catch {
        /* full or refused: the memory copy serves this visit */
      }
    },
    remove(key) {
      memory.delete(key);
      try {
        window[area].removeItem(key);
      } catch {
        /* refused */
      }
    },
  };
}

export const local = store("localStorage");
export const session = store("sessionStorage");
