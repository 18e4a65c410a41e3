// Server-sent events out of a fetch body. EventSource would do this for us, but cannot send the bearer token.

/**
 * Yields {id, type, data} for each event; `onBytes` is called for whatever arrives, keep-alive comments included.
 * @param {ReadableStream<Uint8Array>} body
 */
export async function* readServerEvents(body, onBytes = () => {}) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  let event = blank();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return; // an unfinished event at the end is dropped, as the standard says
      onBytes();
      buffer += decoder.decode(value, { stream: true });
      // A "\r" at the end may be half of "\r\n": wait for the rest, else it would count as two line ends.
      const held = buffer.endsWith("\r") ? 1 : 0;
      const lines = buffer.slice(0, buffer.length - held).split(/\r\n|\n|\r/);
      buffer = lines.pop() + (held ? "\r" : "");
      for (const line of lines) {
        if (line !== "") {
          take(event, line);
        } else {
          if (event.lines.length) yield { id: event.id, type: event.type, data: event.lines.join("\n") };
          event = blank();
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function blank() {
  return { id: null, type: "message", lines: [] };
}

function take(event, line) {
  const colon = line.indexOf(":");
  if (colon === 0) return; // comment: the server's keep-alive
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
  if (field === "data") event.lines.push(value);
  else if (field === "id") event.id = value;
  else if (field === "event") event.type = value;
}
