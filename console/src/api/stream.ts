import type { ConnectionMonitor } from "./connection";

// The one event stream of the page. The browser reconnects by itself and sends Last-Event-ID; where it gives up (an
// answer that is not an event stream, such as a proxy's 502), a new stream is opened here: that one begins with a snapshot.

export interface StreamMessage {
  id: string;
  kind: string;
  data: unknown;
}

export interface StreamOptions {
  url: string;
  /** Names of events to listen to besides the unnamed ones. */
  kinds: readonly string[];
  monitor: ConnectionMonitor;
  onMessage(message: StreamMessage): void;
  create?: (url: string) => EventSource;
}

const firstRetryMillis = 500;
const longestRetryMillis = 5000;

export class EventStream {
  private source: EventSource | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private retryMillis = firstRetryMillis;

  constructor(private readonly options: StreamOptions) {}

  start(): void {
    this.stop();
    this.connect();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  private connect(): void {
    const { url, kinds, monitor, create = (address) => new EventSource(address) } = this.options;
    const source = create(url);
    this.source = source;
    source.onopen = () => {
      this.retryMillis = firstRetryMillis;
      monitor.streamIs("open");
    };
    source.onerror = () => {
      monitor.streamIs("broken");
      if (source.readyState === 2) this.retry();
    };
    const receive = (event: MessageEvent) => this.receive(event);
    source.onmessage = receive;
    for (const kind of kinds) source.addEventListener(kind, receive);
  }

  private retry(): void {
    this.source?.close();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), this.retryMillis);
    this.retryMillis = Math.min(this.retryMillis * 2, longestRetryMillis);
  }

  private receive(event: MessageEvent): void {
    this.options.monitor.contact();
    let data: unknown = null;
    try {
      data = JSON.parse(event.data);
    } catch {
      // A keep-alive without a body still is contact.
    }
    this.options.onMessage({ id: event.lastEventId, kind: event.type, data });
  }
}
