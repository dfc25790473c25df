import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConnectionMonitor } from "./connection";
import { EventStream, type StreamMessage } from "./stream";

class FakeSource {
  static made: FakeSource[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  isClosed = false;
  readonly named = new Map<string, (event: MessageEvent) => void>();

  constructor(readonly url: string) {
    FakeSource.made.push(this);
  }

  addEventListener(kind: string, listener: (event: MessageEvent) => void) {
    this.named.set(kind, listener);
  }

  close() {
    this.isClosed = true;
  }

  say(kind: string, data: string, id: string) {
    this.named.get(kind)?.(new MessageEvent(kind, { data, lastEventId: id }));
  }

  fail(readyState: number) {
    this.readyState = readyState;
    this.onerror?.();
  }
}

function open() {
  const monitor = new ConnectionMonitor(() => Date.now());
  const messages: StreamMessage[] = [];
  const stream = new EventStream({
    url: "/api/v1/events/stream",
    kinds: ["host"],
    monitor,
    onMessage: (message) => messages.push(message),
    create: (url) => new FakeSource(url) as unknown as EventSource,
  });
  stream.start();
  return { stream, monitor, messages };
}

const latest = () => FakeSource.made.at(-1) as FakeSource;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSource.made = [];
});
afterEach(() => vi.useRealTimers());

describe("the event stream", () => {
  it("hands on each message with its kind, id and data", () => {
    const { messages } = open();
    latest().say("host", '{"id":"h1"}', "42");
    expect(messages).toEqual([{ kind: "host", id: "42", data: { id: "h1" } }]);
  });

  it("survives a message that is not JSON", () => {
    const { messages } = open();
    latest().say("host", "half a mess", "43");
    expect(messages[0]?.data).toBeNull();
  });

  it("leaves a short break to the browser, which resumes by Last-Event-ID", () => {
    open();
    latest().fail(0);
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.made).toHaveLength(1);
  });

  it("opens a new stream where the browser has given up, waiting longer each time", () => {
    open();
    latest().fail(2);
    vi.advanceTimersByTime(500);
    expect(FakeSource.made).toHaveLength(2);
    latest().fail(2);
    vi.advanceTimersByTime(500);
    expect(FakeSource.made).toHaveLength(2);
    vi.advanceTimersByTime(500);
    expect(FakeSource.made).toHaveLength(3);
  });

  it("opens nothing after it was stopped", () => {
    const { stream } = open();
    latest().fail(2);
    stream.stop();
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.made).toHaveLength(1);
    expect(latest().isClosed).toBe(true);
  });

  it("tells the monitor when it opens and when it breaks", () => {
    const { monitor } = open();
    expect(monitor.read().phase).toBe("connecting");
    latest().onopen?.();
    expect(monitor.read().phase).toBe("live");
    latest().fail(0);
    vi.advanceTimersByTime(2000);
    expect(monitor.read()).toMatchObject({ phase: "lost", ageMillis: 2000 });
  });
});
