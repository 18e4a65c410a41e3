// What a conversation looks like, folded from its events. Pure: (timeline, event) → timeline.
// Items are replaced, never changed, so that an element renders again exactly when its item is another object.

export function emptyTimeline() {
  return { items: [], owner: "assistant", ownerName: null, waiting: null, resolved: false, tool: null };
}

export function fold(timeline, event) {
  const next = { ...timeline };
  if (event.owner) {
    if (event.owner !== timeline.owner) next.ownerName = null;
    next.owner = event.owner;
  }
  return FOLDS[event.type]?.(next, event, event.data ?? {}) ?? next;
}

/** The stream broke: deltas may be missing from half-written messages, so show that they are being written, no more. */
export function withoutPartials(timeline) {
  if (!timeline.items.some((i) => i.state === "writing")) return timeline;
  const items = timeline.items.map((i) => (i.state === "writing" ? { ...i, text: "", partial: true } : i));
  return { ...timeline, items };
}

export function isWriting(timeline) {
  return timeline.items.some((i) => i.state === "writing");
}

function partsText(parts) {
  return (parts ?? []).filter((p) => p.type === "text").map((p) => p.text).join("\n");
}

function senderOf(event) {
  if (event.data?.sender_type) return event.data.sender_type;
  return event.actor?.startsWith("human_agent:") ? "human_agent" : event.actor;
}

function notice(timeline, event, code, values = {}, tone = "calm") {
  const item = { kind: "notice", key: `seq-${event.seq}`, code, values, tone, at: event.at };
  return { ...timeline, items: [...timeline.items, item] };
}

function messageItem(event, more) {
  return {
    kind: "message",
    key: event.client_message_id ?? event.message_id ?? `seq-${event.seq}`,
    messageId: event.message_id,
    clientMessageId: event.client_message_id,
    sender: senderOf(event),
    at: event.at,
    text: "",
    reply: null,
    humanAgent: event.data?.human_agent ?? null,
    ...more,
  };
}

function put(items, item) {
  const at = items.findIndex((i) => i.kind === "message" && i.key === item.key);
  return at < 0 ? [...items, item] : items.with(at, { ...items[at], ...item });
}

const FOLDS = {
  "message.created"(timeline, event, data) {
    const sender = senderOf(event);
    const text = partsText(data.parts);
    // The assistant says that it begins to write; all others have written.
    const state = sender === "assistant" && !text ? "writing" : "complete";
    if (data.human_agent && timeline.owner !== "assistant") timeline.ownerName = data.human_agent.name;
    const told = data.transcript?.length
      ? [{ kind: "earlier", key: `seq-${event.seq}-earlier`, messages: data.transcript }]
      : [];
    timeline.items = put([...timeline.items, ...told], messageItem(event, { text, state, partial: false }));
    return timeline;
  },

  "message.delta"(timeline, event, data) {
    timeline.items = timeline.items.map((i) =>
      i.messageId === event.message_id && i.state === "writing" && !i.partial
        ? { ...i, text: i.text + (data.text ?? "") }
        : i,
    );
    return timeline;
  },

  "message.completed"(timeline, event, data) {
    const text = data.reply?.text ?? partsText(data.parts);
    const item = messageItem(event, { text, reply: data.reply ?? null, state: "complete", partial: false });
    // The key was made at message.created and may be another id than this event's.
    const known = timeline.items.find((i) => i.kind === "message" && i.messageId === event.message_id);
    timeline.items = put(timeline.items, known ? { ...item, key: known.key } : item);
    timeline.tool = null;
    return timeline;
  },

  "message.cancelled"(timeline, event) {
    timeline.items = timeline.items.filter((i) => !(i.messageId && i.messageId === event.message_id));
    timeline.tool = null;
    return timeline;
  },

  "tool.started"(timeline, event, data) {
    timeline.tool = data.tool ?? "tool";
    return timeline;
  },

  "tool.completed"(timeline) {
    timeline.tool = null;
    return timeline;
  },

  "handoff.requested"(timeline, event, data) {
    timeline.waiting = { position: data.position ?? null };
    return notice(timeline, event, "handoff_requested", { reason: data.reason ?? "" });
  },

  "queue.position"(timeline, event, data) {
    timeline.waiting = { position: data.position ?? null };
    return timeline;
  },

  "handoff.accepted"(timeline, event, data) {
    timeline.waiting = null;
    timeline.ownerName = data.human_agent?.name ?? null;
    return notice(timeline, event, "handoff_accepted", { name: data.human_agent?.name ?? "" });
  },

  "handoff.returned"(timeline, event, data) {
    const toQueue = data.to === "queue";
    timeline.waiting = toQueue ? { position: null } : null;
    return notice(timeline, event, toQueue ? "handoff_requeued" : "handoff_returned");
  },

  "conversation.resolved"(timeline, event) {
    timeline.resolved = true;
    timeline.waiting = null;
    return notice(timeline, event, "resolved");
  },

  "conversation.reopened"(timeline, event) {
    timeline.resolved = false;
    return notice(timeline, event, "reopened");
  },

  "note.created"(timeline, event, data) {
    const item = { kind: "note", key: `seq-${event.seq}`, text: data.text, author: data.human_agent?.name, at: event.at };
    timeline.items = [...timeline.items, item];
    return timeline;
  },

  error(timeline, event, data) {
    timeline.tool = null;
    return notice(timeline, { ...event, seq: event.seq ?? `e${timeline.items.length}` }, "error", data, "alert");
  },
};
