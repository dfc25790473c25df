import { type RefObject, useLayoutEffect, useRef } from "react";

// FLIP (first, last, invert, play): every element with data-flip below the container is drawn where it now is, but
// begins its journey where it was seen before. So a tile is seen to travel from host to host, although React made it
// anew. A journey that is interrupted by the next change goes on from where the tile was at that moment.

const journeyMillis = 650;
const shiftMillis = 280;
const easing = "cubic-bezier(0.3, 0, 0.1, 1)";

interface Place {
  x: number;
  y: number;
  parent: string;
}

interface Journey {
  animation: Animation;
  dx: number;
  dy: number;
}

function wantsStillness(): boolean {
  return typeof matchMedia === "function" && matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** How far an unfinished journey still is from its end. */
function rest(journey: Journey | undefined): { x: number; y: number } {
  const progress = journey?.animation.effect?.getComputedTiming().progress;
  if (!journey || progress === null || progress === undefined) return { x: 0, y: 0 };
  return { x: journey.dx * (1 - progress), y: journey.dy * (1 - progress) };
}

function play(element: HTMLElement, dx: number, dy: number, isJourney: boolean): Journey {
  const from = `translate(${dx}px, ${dy}px)`;
  const frames = isJourney
    ? [
        { transform: from, boxShadow: "0 8px 20px rgb(0 0 0 / 28%)" },
        { transform: "translate(0, 0)", boxShadow: "0 0 0 rgb(0 0 0 / 0%)" },
      ]
    : [{ transform: from }, { transform: "translate(0, 0)" }];
  element.classList.add("flip-moving");
  const animation = element.animate(frames, { duration: isJourney ? journeyMillis : shiftMillis, easing });
  animation.onfinish = () => element.classList.remove("flip-moving");
  return { animation, dx, dy };
}

/**
 * Animates moves of `[data-flip]` elements between two renders. `signature` says when positions may have changed;
 * a change of `layoutKey` (language, width) moves everything and is therefore not animated.
 */
export function useFlip(container: RefObject<HTMLElement | null>, signature: string, layoutKey: string): void {
  const places = useRef(new Map<string, Place>());
  const journeys = useRef(new Map<string, Journey>());
  const lastLayout = useRef(layoutKey);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for what is measured
  useLayoutEffect(() => {
    const root = container.current;
    if (!root) return;
    const isAnimated = lastLayout.current === layoutKey && !wantsStillness();
    lastLayout.current = layoutKey;
    const rests = new Map([...journeys.current].map(([key, journey]) => [key, rest(journey)]));
    for (const journey of journeys.current.values()) journey.animation.cancel();
    journeys.current.clear();

    const elements = [...root.querySelectorAll<HTMLElement>("[data-flip]")];
    const origin = root.getBoundingClientRect();
    const next = new Map<string, Place>();
    for (const element of elements) {
      element.classList.remove("flip-moving");
      const box = element.getBoundingClientRect();
      const place = { x: box.x - origin.x, y: box.y - origin.y, parent: element.dataset.flipParent ?? "" };
      next.set(element.dataset.flip ?? "", place);
    }
    for (const element of elements) {
      const key = element.dataset.flip ?? "";
      const before = places.current.get(key);
      const place = next.get(key);
      if (!isAnimated || !before || !place || typeof element.animate !== "function") continue;
      const left = rests.get(key) ?? { x: 0, y: 0 };
      const dx = before.x + left.x - place.x;
      const dy = before.y + left.y - place.y;
      if (Math.abs(dx) < 1 && Math.abs(dy) < 1) continue;
      const isJourney = before.parent !== place.parent || left.x !== 0 || left.y !== 0;
      journeys.current.set(key, play(element, dx, dy, isJourney));
    }
    places.current = next;
  }, [signature, layoutKey]);
}
