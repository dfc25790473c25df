// The manager's clock, as far as the browser can know it. Every instant that the manager sends with a fresh message was
// taken before it arrived here, so (instant − own clock at arrival) never exceeds the true offset; the largest is the best.

let offset = Number.NEGATIVE_INFINITY;

export function observeServerTime(instant: number, arrivedAt: number = Date.now()): void {
  if (Number.isFinite(instant)) offset = Math.max(offset, instant - arrivedAt);
}

/** Epoch milliseconds by the manager's clock; the browser's own until the manager has told the time. */
export function serverNow(): number {
  return Date.now() + (Number.isFinite(offset) ? offset : 0);
}

export function forgetServerTime(): void {
  offset = Number.NEGATIVE_INFINITY;
}
