// The desk's picture of its shops: who I am, the queue, the conversations, and the one stream that keeps them fresh.
import { EventStream } from "../core/event-stream.js";
import { call } from "../core/http.js";
import { session } from "../core/saved.js";
import { OpenConversation } from "./open-conversation.js";

// Many events come together (an import of old talk, a busy minute): the lists are read once for all of them.
const REFRESH_MS = 250;
const LAST_ID_KEY = "daogou.desk.last_id";

export class DeskSession {
  #stream = null;
  #refreshTimer = null;
  #opened = new Map(); // once open, kept: unsent messages and a half-written note must not be lost by looking elsewhere
  #lastId = session.get(LAST_ID_KEY);

  constructor({ token, onChange, onSignedOut }) {
    this.token = token;
    this.onChange = onChange;
    this.onSignedOut = onSignedOut;
    this.me = null;
    this.online = true;
    this.shop = ""; // "" for all of mine
    this.status = "open"; // filter of the list "all"
    this.queue = [];
    this.mine = [];
    this.all = [];
    this.open = null;
  }

  /** Rejects with a Problem when the token is not good. */
  async start() {
    this.me = await call("/v1/desk/me", { token: this.token });
    this.#stream = new EventStream({
      url: () => (this.#lastId === null ? "/v1/desk/events" : `/v1/desk/events?after=${encodeURIComponent(this.#lastId)}`),
      lastEventId: () => this.#lastId,
      token: this.token,
      beforeOpen: () => this.#catchUp(),
      onEvent: (event, id) => this.#take(event, id),
      onState: (online) => {
        this.online = online;
        if (!online) this.open?.streamBroke();
        this.onChange();
      },
      onGone: () => this.onSignedOut(),
    });
    this.#stream.start();
    this.onChange();
  }

  stop() {
    this.#stream?.stop();
    clearTimeout(this.#refreshTimer);
  }

  get myself() {
    return `human_agent:${this.me?.id}`;
  }

  get shops() {
    return (this.me?.shops ?? []).map((s) => (typeof s === "string" ? s : s.id));
  }

  /** In the order in which they are shown, each once: what Alt+J and Alt+K walk through. */
  get inOrder() {
    const seen = new Set();
    return [...this.queue, ...this.mine, ...this.all].filter((c) => !seen.has(c.conversation_id) && seen.add(c.conversation_id));
  }

  filter(changes) {
    Object.assign(this, changes);
    this.refresh();
  }

  async refresh() {
    const get = (path, query) => {
      const filled = Object.entries(query).filter(([, value]) => value);
      return call(`${path}?${new URLSearchParams(filled)}`, { token: this.token });
    };
    const { shop, status } = this;
    const [queue, open, all] = await Promise.all([
      get("/v1/desk/queue", { shop }),
      get("/v1/desk/conversations", { shop, status: "open" }),
      status === "open" ? null : get("/v1/desk/conversations", { shop, status }),
    ]);
    this.queue = queue.conversations;
    this.mine = open.conversations.filter((c) => c.owner === this.myself);
    this.all = (all ?? open).conversations;
    this.onChange();
  }

  show(id) {
    if (this.open?.id === id) return;
    if (id && !this.#opened.has(id)) this.#opened.set(id, new OpenConversation({ id, desk: this }));
    this.open = id ? this.#opened.get(id) : null;
    this.open?.load();
    this.onChange();
  }

  async #catchUp() {
    await Promise.all([this.refresh(), this.open?.load()]);
  }

  async #take(event, id) {
    if (id !== null && id !== "") {
      this.#lastId = id;
      session.set(LAST_ID_KEY, id);
    }
    if (event.conversation_id === this.open?.id) await this.open.accept(event);
    // Deltas and typing change no list.
    if (event.seq != null) this.#refreshSoon();
  }

  #refreshSoon() {
    this.#refreshTimer ??= setTimeout(() => {
      this.#refreshTimer = null;
      this.refresh().catch(() => {}); // the stream's own reconnect reads again
    }, REFRESH_MS);
  }
}
