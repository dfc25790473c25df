import { useEffect, useState } from "react";
import { serverNow } from "../api/clock";

/** The manager's time, read anew every `everyMillis`; null reads it once per render of the caller's data. */
export function useNow(everyMillis: number | null): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    if (everyMillis === null) return;
    setNow(serverNow());
    const timer = setInterval(() => setNow(serverNow()), everyMillis);
    return () => clearInterval(timer);
  }, [everyMillis]);
  return now;
}
