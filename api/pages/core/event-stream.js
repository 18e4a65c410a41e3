// One stream of events that is kept open: it reconnects with backoff, notices silence, and resumes where it was.
import { Backoff, Pause } from "./backoff.js";
import { Problem, problemFrom } from "./http.js";
import { readServerEvents } from "./sse.js";

// Keep-alive comments come every few seconds; a connection that is silent for this long is dead, even if the
// operating system has not noticed (a laptop that slept, a phone that changed networks).
const SILENCE_MS = 45000;
// Coming back to the tab, we suspect the connection sooner.
const SUSPECT_MS = 20000;
const WATCH_EVERY_MS = 5000;
// A stream that lived this long was healthy: the next failure starts with a short pause again.
const HEALTHY_MS = 5000;

export class EventStream {
  #stopped = false;
  #abort = null;
  #lastBytesAt = 0;
  #pause = new Pause();
  #backoff = new Backoff();
  #watch = null;

  /**
   * @param {object} o
   * @param {() => string} o.url address to open, asked for anew at each connection
   * @param {() => (string|null)} o.lastEventId where to resume
   * @param {string} o.token
   * @param {() => Promise<void>} o.beforeOpen reads on from the log, so that nothing depends on the stream's memory
   * @param {(event: object, id: string|null) => Promise<void>} o.onEvent
   * @param {(online: boolean) => void} o.onState
   * @param {(problem: Problem) => void} o.onGone the token or conversation is not valid; the stream has stopped
   */
  constructor(o) {
    this.o = o;
  }

  start() {
    window.addEventListener("online", this.nudge);
    document.addEventListener("visibilitychange", this.#onVisible);
    this.#watch = setInterval(() => this.#dropIfSilent(SILENCE_MS), WATCH_EVERY_MS);
    this.#run();
  }

  stop() {
    this.#stopped = true;
    window.removeEventListener("online", this.nudge);
    document.removeEventListener("visibilitychange", this.#onVisible);
    clearInterval(this.#watch);
    this.#abort?.abort();
    this.#pause.cut();
  }

  /** Something suggests that the network is back: do not wait, and look whether anything was missed. */
  nudge = () => {
    this.#backoff.reset();
    this.#pause.cut();
    this.#dropIfSilent(SUSPECT_MS);
    this.o.beforeOpen().catch(() => {}); // the running loop reports what is wrong
  };

  #onVisible = () => {
    if (document.visibilityState === "visible") this.nudge();
  };

  #dropIfSilent(ms) {
    if (this.#abort && performance.now() - this.#lastBytesAt > ms) this.#abort.abort();
  }

  async #run() {
    while (!this.#stopped) {
      const startedAt = performance.now();
      try {
        await this.o.beforeOpen();
        if (!this.#stopped) await this.#readOnce();
      } catch (error) {
        if (error instanceof Problem && error.gone) {
          if (!this.#stopped) this.o.onGone(error);
          this.stop();
        }
      }
      if (this.#stopped) return;
      this.o.onState(false);
      if (performance.now() - startedAt > HEALTHY_MS) this.#backoff.reset();
      await this.#pause.for(this.#backoff.nextMs());
    }
  }

  async #readOnce() {
    this.#abort = new AbortController();
    this.#lastBytesAt = performance.now();
    try {
      const headers = { Accept: "text/event-stream", Authorization: `Bearer ${this.o.token}` };
      const last = this.o.lastEventId();
      if (last !== null) headers["Last-Event-ID"] = String(last);
      const response = await fetch(this.o.url(), { headers, signal: this.#abort.signal, cache: "no-store" });
      if (!response.ok) throw await problemFrom(response);
      this.o.onState(true);
      const seen = () => (this.#lastBytesAt = performance.now());
      for await (const { id, data } of readServerEvents(response.body, seen)) {
        if (this.#stopped) return;
        await this.o.onEvent(JSON.parse(data), id);
      }
    } finally {
      this.#abort = null;
    }
  }
}
