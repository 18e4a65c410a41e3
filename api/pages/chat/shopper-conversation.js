// One shopper's conversation with one shop: made when the first word is said, kept over reloads, followed live.
import { ConversationLog } from "../core/conversation-log.js";
import { EventStream } from "../core/event-stream.js";
import { call } from "../core/http.js";
import { Outbox } from "../core/outbox.js";
import { local } from "../core/saved.js";
import { emptyTimeline, fold, isWriting, withoutPartials } from "../core/timeline.js";
import { locale } from "../core/words.js";

// Longer than any turn's budget: if nothing came by then, dots would be a lie.
const AWAIT_MS = 30000;
// How long "is writing" holds without being said again.
const TYPING_MS = 6000;

export class ShopperConversation {
  #record;
  #log = null;
  #stream = null;
  #opening = null;
  #awaitTimer = null;
  #typingTimer = null;

  /** @param {{shop: string, product: string|null, onChange: () => void, onFinished: (item: object) => void}} o */
  constructor({ shop, product, onChange, onFinished }) {
    this.key = `daogou.chat.${shop}`;
    this.shop = shop;
    this.product = product;
    this.onChange = onChange;
    this.onFinished = onFinished;
    this.#begin(local.get(this.key) ?? {});
  }

  #begin(record) {
    this.#record = record;
    this.timeline = emptyTimeline();
    this.awaiting = false;
    this.humanTyping = false;
    this.online = true;
    this.outbox = new Outbox({ post: (m) => this.#post(m), onChange: this.#outboxChanged, restored: record.outbox ?? [] });
    if (record.conversation_id) this.#follow();
  }

  close() {
    this.#stream?.stop();
    this.#stream = this.#log = this.#opening = null;
    clearTimeout(this.#awaitTimer);
    clearTimeout(this.#typingTimer);
  }

  /** Forgets the conversation on this device and starts with an empty one. */
  startAfresh() {
    this.close();
    this.outbox.abandon();
    local.remove(this.key);
    this.#begin({});
    this.onChange();
  }

  get empty() {
    return !this.timeline.items.length && !this.outbox.messages.length;
  }

  get items() {
    const logged = new Set(this.timeline.items.map((i) => i.clientMessageId));
    const pending = this.outbox.messages
      .filter((m) => !logged.has(m.client_message_id))
      .map((m) => ({ kind: "message", key: m.client_message_id, clientMessageId: m.client_message_id,
        sender: "shopper", text: m.text, at: m.at, state: m.state, reply: null }));
    return [...this.timeline.items, ...pending];
  }

  get ownedByPerson() {
    return this.timeline.owner !== "assistant";
  }

  send(text) {
    const context = this.#context();
    this.outbox.add(text, context === undefined ? {} : { context });
    if (!this.ownedByPerson) this.#await(true);
  }

  async askForPerson() {
    await this.#open();
    await call(this.#path("handoff"), { token: this.#record.token, body: {} });
  }

  tellTyping() {
    // Of no use to the assistant, and lost typing needs no retry.
    if (this.#record.conversation_id && this.ownedByPerson) {
      call(this.#path("typing"), { token: this.#record.token, body: {} }).catch(() => {});
    }
  }

  leaveProduct() {
    this.product = null;
    this.onChange();
  }

  // Absent keeps what the server knows, {} clears it: so a product that was told before and is left must be cleared.
  #context() {
    if (this.product) return { product: this.product };
    return this.#record.told_product ? {} : undefined;
  }

  #path(what) {
    return `/v1/conversations/${encodeURIComponent(this.#record.conversation_id)}/${what}`;
  }

  async #post(message) {
    await this.#open();
    const { client_message_id, text, context } = message;
    await call(this.#path("messages"), { token: this.#record.token, body: { client_message_id, text, context } });
    if (context) this.#save({ told_product: context.product ?? null });
  }

  // Once, however many ask at the same time; a failure lets the next one try again.
  #open() {
    if (this.#record.conversation_id) return Promise.resolve();
    this.#opening ??= this.#create().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #create() {
    const record = this.#record;
    const body = { locale: locale() };
    if (this.product) body.context = { product: this.product };
    const made = await call(`/v1/shops/${encodeURIComponent(this.shop)}/conversations`, { body });
    if (record !== this.#record) return; // started afresh meanwhile
    this.#save({ conversation_id: made.conversation_id, token: made.token, told_product: this.product });
    this.#follow();
  }

  #save(changes) {
    Object.assign(this.#record, changes);
    local.set(this.key, this.#record);
  }

  #outboxChanged = () => {
    this.#save({ outbox: this.outbox.messages });
    const { messages } = this.outbox;
    const allFailed = messages.length > 0 && messages.every((m) => m.state === "failed");
    if (allFailed && !isWriting(this.timeline)) this.#await(false);
    this.onChange();
  };

  #follow() {
    const { conversation_id: id, token } = this.#record;
    const log = new ConversationLog({ id, token, apply: this.#apply });
    this.#log = log;
    this.#stream = new EventStream({
      url: () => `${log.path}?after=${log.last}`,
      lastEventId: () => log.last,
      token,
      beforeOpen: () => log.catchUp(),
      onEvent: (event) => log.accept(event),
      onState: (online) => {
        this.online = online;
        if (!online) this.timeline = withoutPartials(this.timeline);
        this.onChange();
      },
      onGone: () => this.#lost(),
    });
    this.#stream.start();
  }

  // The conversation is not there any more (another server, an expired token): what was not sent goes into a new one.
  #lost() {
    const unsent = this.outbox.messages;
    this.close();
    this.outbox.abandon();
    local.remove(this.key);
    this.#begin({ outbox: unsent });
    this.onChange();
  }

  #apply = (events, first) => {
    for (const event of events) {
      if (event.type === "typing") {
        if (event.actor !== "shopper") this.#showHumanTyping();
        continue;
      }
      this.timeline = fold(this.timeline, event);
      this.#settle(event);
      if (!first) this.#tellFinished(event);
    }
    // A message that was being written before we came: its first words are not in the log.
    if (first) this.timeline = withoutPartials(this.timeline);
    this.outbox.acknowledge(new Set(events.map((e) => e.client_message_id).filter(Boolean)));
    this.onChange();
  };

  #settle(event) {
    if (["message.completed", "handoff.accepted", "conversation.resolved", "error"].includes(event.type)) this.#await(false);
    // Merged means that the reply to all of it is still to come; else nothing comes.
    if (event.type === "message.cancelled" && event.data?.reason !== "merged") this.#await(false);
    if (event.actor?.startsWith("human_agent:")) {
      this.#await(false);
      this.humanTyping = false;
    }
  }

  #tellFinished(event) {
    const finished = event.type === "message.completed" || (event.type === "message.created" && event.actor !== "shopper");
    const item = finished && this.timeline.items.find((i) => i.kind === "message" && i.messageId === event.message_id);
    if (item && item.state === "complete") this.onFinished(item);
  }

  #await(yes) {
    clearTimeout(this.#awaitTimer);
    this.awaiting = yes;
    if (yes) {
      this.#awaitTimer = setTimeout(() => {
        this.awaiting = false;
        this.onChange();
      }, AWAIT_MS);
    }
  }

  #showHumanTyping() {
    this.humanTyping = true;
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => {
      this.humanTyping = false;
      this.onChange();
    }, TYPING_MS);
  }
}
