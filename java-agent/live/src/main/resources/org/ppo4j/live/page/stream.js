// Server-sent events by fetch, because EventSource sends no header with the token.

const RETRY_MILLISECONDS = 1500;

/** Returns the events in a body of text/event-stream, as [name, data]. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block);
      const data = /^data: (.*)$/m.exec(block);
      if (name && data) {
        yield [name[1], JSON.parse(data[1])];
      }
    }
  }
}

/**
 * Passes events to their handlers until the page is closed; connects again if the connection ends.
 *
 * @param token the token
 * @param handlers functions by the event's name
 * @param state receives 'open', 'refused' or 'closed'
 */
export async function listen(token, handlers, state) {
  for (;;) {
    try {
      const answer = await fetch('events', { headers: { Authorization: 'Bearer ' + token } });
      if (answer.status === 401) {
        state('refused');
        return;
      }
      if (answer.ok) {
        state('open');
        for await (const [name, data] of events(answer.body)) {
          handlers[name]?.(data);
        }
      }
    } catch {
      // the server has ended, or will be back
    }
    state('closed');
    await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
  }
}

/** Returns the floats in Base64. */
export function floats(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}
