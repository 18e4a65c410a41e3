// JSON over HTTP with a bearer token; every failure becomes a Problem (RFC 9457).

// Long enough for a slow phone network, short enough that "sending" does not look stuck.
const TIMEOUT_MS = 15000;
const RETRYABLE = new Set([0, 408, 425, 429]);

export class Problem extends Error {
  /** @param {number} status HTTP status; 0 when no answer came at all. */
  constructor(status, code, detail) {
    super(detail || code);
    this.name = "Problem";
    this.status = status;
    this.code = code;
  }

  get retryable() {
    return RETRYABLE.has(this.status) || this.status >= 500;
  }

  /** The token or the conversation is not valid any more: asking again cannot help. */
  get gone() {
    return [401, 403, 404, 410].includes(this.status);
  }
}

export async function problemFrom(response) {
  const body = await response.json().catch(() => ({}));
  return new Problem(response.status, body.code ?? `http_${response.status}`, body.detail ?? body.title ?? "");
}

export async function call(path, { method, token, body, timeoutMs = TIMEOUT_MS } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
      cache: "no-store",
    });
  } catch (error) {
    throw new Problem(0, "network", String(error));
  }
  if (!response.ok) throw await problemFrom(response);
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch (error) {
    // The connection broke inside the body: the same as no answer.
    throw new Problem(0, "network", String(error));
  }
}
