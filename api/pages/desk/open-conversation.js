// The conversation that the desk has open: its record, its log, and what a human agent may do with it.
import { ConversationLog } from "../core/conversation-log.js";
import { call } from "../core/http.js";
import { Outbox } from "../core/outbox.js";
import { emptyTimeline, fold, withoutPartials } from "../core/timeline.js";

const TYPING_MS = 6000;

export class OpenConversation {
  #typingTimer = null;

  constructor({ id, desk }) {
    this.id = id;
    this.desk = desk;
    this.record = null;
    this.timeline = emptyTimeline();
    this.problem = ""; // code of what went wrong last
    this.shopperTyping = false;
    this.announcement = null;
    this.noteDraft = "";
    this.log = new ConversationLog({ id, token: desk.token, apply: this.#apply });
    this.outbox = new Outbox({ post: (m) => this.#post(m), onChange: () => this.#changed() });
  }

  get path() {
    return `/v1/desk/conversations/${encodeURIComponent(this.id)}`;
  }

  // The log is the truth about the owner; the record is read less often.
  get owner() {
    return this.timeline.items.length ? this.timeline.owner : (this.record?.owner ?? "assistant");
  }

  get mine() {
    return this.owner === this.desk.myself;
  }

  get ownerName() {
    return this.timeline.ownerName ?? this.record?.owner_name ?? "";
  }

  get resolved() {
    return this.timeline.resolved;
  }

  get items() {
    const logged = new Set(this.timeline.items.map((i) => i.clientMessageId));
    const pending = this.outbox.messages
      .filter((m) => !logged.has(m.client_message_id))
      .map((m) => ({ kind: "message", key: m.client_message_id, clientMessageId: m.client_message_id,
        sender: "human_agent", humanAgent: this.desk.me, text: m.text, at: m.at, state: m.state, reply: null }));
    return [...this.timeline.items, ...pending];
  }

  get notes() {
    return this.timeline.items.filter((i) => i.kind === "note");
  }

  get lastReply() {
    return this.timeline.items.findLast((i) => i.reply)?.reply ?? null;
  }

  /** Reads the record and the log on to its end. */
  async load() {
    try {
      await Promise.all([this.#readRecord(), this.log.catchUp()]);
    } catch (problem) {
      this.problem = problem.code ?? "network";
      this.#changed();
    }
  }

  accept(event) {
    return this.log.accept(event);
  }

  streamBroke() {
    this.timeline = withoutPartials(this.timeline);
  }

  send(text) {
    this.outbox.add(text);
  }

  claim() {
    return this.#act("claim", {});
  }

  release() {
    return this.#act("release", { to: "assistant" });
  }

  resolve() {
    return this.#act("resolve", {});
  }

  addNote(text) {
    return this.#act("notes", { text });
  }

  async #act(what, body) {
    this.problem = "";
    try {
      const answer = await call(`${this.path}/${what}`, { token: this.desk.token, body });
      if (answer?.conversation) this.record = answer.conversation;
      // Not only by the stream: a click must show its effect even while the stream is reconnecting.
      await Promise.all([this.log.catchUp(), this.desk.refresh()]);
      return true;
    } catch (problem) {
      this.problem = problem.code ?? "network";
      this.load(); // somebody else was quicker, or the picture is old
      return false;
    } finally {
      this.#changed();
    }
  }

  async #post({ client_message_id, text }) {
    try {
      await call(`${this.path}/messages`, { token: this.desk.token, body: { client_message_id, text } });
    } catch (problem) {
      if (!problem.retryable) {
        this.problem = problem.code;
        this.load();
      }
      throw problem;
    }
  }

  async #readRecord() {
    const { conversation } = await call(this.path, { token: this.desk.token });
    this.record = conversation;
    this.#changed();
  }

  #apply = (events, first) => {
    for (const event of events) {
      if (event.type === "typing") {
        if (event.actor === "shopper") this.#showTyping();
        continue;
      }
      this.timeline = fold(this.timeline, event);
      if (event.type === "message.created" && event.actor === "shopper") {
        this.shopperTyping = false;
        if (!first) this.announcement = this.timeline.items.at(-1);
      }
      // The summary and the reason are in the record, not in the event.
      if (event.type === "handoff.requested" && !first) this.#readRecord().catch(() => {});
    }
    if (first) this.timeline = withoutPartials(this.timeline);
    this.outbox.acknowledge(new Set(events.map((e) => e.client_message_id).filter(Boolean)));
    this.#changed();
  };

  #showTyping() {
    this.shopperTyping = true;
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => {
      this.shopperTyping = false;
      this.#changed();
    }, TYPING_MS);
  }

  #changed() {
    this.desk.onChange();
  }
}
