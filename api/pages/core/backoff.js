// Growing pauses with jitter, so that a server that comes back is not met by all its clients at once.

export class Backoff {
  constructor({ baseMs = 400, capMs = 15000 } = {}) {
    this.baseMs = baseMs;
    this.capMs = capMs;
    this.failures = 0;
  }

  /** The next pause in milliseconds: between half and all of the doubled one. */
  nextMs() {
    const full = Math.min(this.capMs, this.baseMs * 2 ** this.failures++);
    return full / 2 + (Math.random() * full) / 2;
  }

  reset() {
    this.failures = 0;
  }
}

/** A pause that can be cut short: `online` should not wait for the end of a backoff. */
export class Pause {
  #wake = () => {};

  for(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  cut() {
    this.#wake();
  }
}
