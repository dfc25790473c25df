import { instant } from "./adapt";
import { apiBase, client } from "./client";
import { observeServerTime } from "./clock";
import { connection } from "./connection";
import { store, streamKinds } from "./store";
import { EventStream } from "./stream";

// Keeps the page fed: one event stream, and a poll of the status that proves the manager alive. The stream alone can't:
// a peer that lost its power closes nothing, and the browser would wait for ever.

const pollMillis = 2000;

export function startSession(): () => void {
  const stream = new EventStream({
    url: `${apiBase}/events/stream`,
    kinds: streamKinds,
    monitor: connection,
    onMessage: (message) => store.apply(message),
  });
  let isEnded = false;
  let managerStart = "";
  let failures = 0;

  async function poll(): Promise<void> {
    try {
      const { data } = await client.GET("/status");
      if (isEnded || !data) throw new Error("no status");
      observeServerTime(instant(data.now) ?? Number.NaN);
      // The manager was away, or is another process: a stream that survived this may be a dead connection.
      const isOther = managerStart !== "" && managerStart !== data.startedAt;
      if (isOther || failures >= 2) stream.start();
      managerStart = data.startedAt;
      failures = 0;
      store.apply({ id: "", kind: "status", data });
    } catch {
      failures++;
    }
  }

  stream.start();
  void poll();
  const timer = setInterval(poll, pollMillis);
  reconnect = () => {
    stream.start();
    void poll();
  };
  return () => {
    isEnded = true;
    clearInterval(timer);
    stream.stop();
  };
}

/** What the "reconnect now" button does. */
export let reconnect: () => void = () => undefined;
