// The conversation's log as this page has read it: every event once, in the order of seq, whatever the stream did.
import { call } from "./http.js";

export class ConversationLog {
  #tail = Promise.resolve();

  /** @param {{id: string, token: string, apply: (events: object[], first: boolean) => void}} o */
  constructor({ id, token, apply }) {
    this.id = id;
    this.token = token;
    this.apply = apply;
    this.last = 0;
    this.loaded = false;
  }

  get path() {
    return `/v1/conversations/${encodeURIComponent(this.id)}/events`;
  }

  /** Reads the log to its end. */
  catchUp() {
    return this.#inTurn(() => this.#readOn());
  }

  /** Takes an event from a stream; fills a gap from the log first. Rejects if the log cannot be read. */
  accept(event) {
    return this.#inTurn(async () => {
      if (event.seq == null) {
        this.apply([event], false); // a delta or typing: pushed, not stored
        return;
      }
      if (event.seq > this.last + 1) await this.#readOn();
      // After reading on the gap may remain: staff-only events have a seq that the shopper never sees.
      if (event.seq <= this.last) return;
      this.last = event.seq;
      this.apply([event], false);
    });
  }

  async #readOn() {
    let more = true;
    const first = !this.loaded;
    const history = [];
    while (more) {
      const page = await call(`${this.path}?after=${this.last}`, { token: this.token });
      const fresh = page.events.filter((e) => e.seq > this.last);
      const before = this.last;
      this.last = Math.max(this.last, page.last_seq ?? 0, ...fresh.map((e) => e.seq));
      // last_seq could be the end of the log or of the page: while there is more, trust only what was delivered.
      if (page.has_more && fresh.length) this.last = fresh.at(-1).seq;
      more = Boolean(page.has_more) && this.last > before;
      history.push(...fresh);
    }
    this.loaded = true;
    if (history.length || first) this.apply(history, first);
  }

  // Pages and streamed events must not interleave: each waits for the one before, failed or not.
  #inTurn(work) {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }
}
