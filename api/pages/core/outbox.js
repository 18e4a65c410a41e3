// Messages on their way: sent one after the other (so their order holds), retried under the same id (so none doubles).
import { Backoff, Pause } from "./backoff.js";
import { newId } from "./ids.js";

// With the pauses of Backoff about half a minute; then the writer is told and decides.
const ATTEMPTS = 7;

export class Outbox {
  #running = false;
  #pause = new Pause();

  /**
   * @param {object} o
   * @param {(message: object) => Promise<void>} o.post sends one message, rejects with a Problem
   * @param {() => void} o.onChange
   * @param {object[]} o.restored messages of an earlier visit that were not acknowledged
   */
  constructor({ post, onChange, restored = [] }) {
    this.post = post;
    this.onChange = onChange;
    this.messages = restored.map((m) => ({ ...m, state: "sending" }));
    window.addEventListener("online", this.#cutPause);
    // Later, so that the owner has its outbox before the first report.
    if (this.messages.length) queueMicrotask(() => this.#run());
  }

  add(text, extra = {}) {
    const message = { client_message_id: newId(), text, ...extra, at: new Date().toISOString(), state: "sending" };
    this.messages = [...this.messages, message];
    this.onChange();
    this.#run();
    return message;
  }

  retry(id) {
    const message = this.messages.find((m) => m.client_message_id === id);
    if (!message || message.state !== "failed") return;
    // To the end: what was said later and has arrived stays before it.
    this.messages = [...this.messages.filter((m) => m !== message), { ...message, state: "sending" }];
    this.onChange();
    this.#run();
  }

  /** The log has these messages: they are no longer ours. */
  acknowledge(ids) {
    const left = this.messages.filter((m) => !ids.has(m.client_message_id));
    if (left.length === this.messages.length) return;
    this.messages = left;
    this.onChange();
  }

  /** Nothing more is sent or reported: the conversation it belonged to is left. */
  abandon() {
    this.messages = [];
    this.onChange = () => {};
    window.removeEventListener("online", this.#cutPause);
    this.#pause.cut();
  }

  #cutPause = () => this.#pause.cut();

  async #run() {
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next; (next = this.messages.find((m) => m.state === "sending")); ) {
        const state = await this.#deliver(next);
        this.#mark(next.client_message_id, state);
      }
    } finally {
      this.#running = false;
    }
  }

  async #deliver(message) {
    const backoff = new Backoff();
    for (let attempt = 1; ; attempt++) {
      try {
        await this.post(message);
        return "sent";
      } catch (problem) {
        if (!problem.retryable || attempt >= ATTEMPTS) return "failed";
      }
      await this.#pause.for(backoff.nextMs());
      // The log may have shown it meanwhile: the answer was lost, not the message.
      if (!this.messages.some((m) => m.client_message_id === message.client_message_id)) return "sent";
    }
  }

  #mark(id, state) {
    this.messages = this.messages.map((m) => (m.client_message_id === id ? { ...m, state } : m));
    this.onChange();
  }
}
