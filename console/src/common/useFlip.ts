import { type RefObject, useLayoutEffect, useRef } from "react";

// FLIP (first, last, invert, play): every element with data-flip below the container is drawn where it now is, but
// begins its journey where it was before. So a tile is seen to travel from host to host, although React made it anew.

const durationMillis = 620;
const easing = "cubic-bezier(0.3, 0, 0.1, 1)";

function wantsStillness(): boolean {
  return typeof matchMedia === "function" && matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * Animates moves of `[data-flip]` elements between two renders. `signature` says when positions may have changed;
 * a change of `layoutKey` (language, width) moves everything and is therefore not animated.
 */
export function useFlip(container: RefObject<HTMLElement | null>, signature: string, layoutKey: string): void {
  const places = useRef(new Map<string, DOMRect>());
  const parents = useRef(new Map<string, string>());
  const lastLayout = useRef(layoutKey);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for what is measured
  useLayoutEffect(() => {
    const root = container.current;
    if (!root) return;
    const origin = root.getBoundingClientRect();
    const next = new Map<string, DOMRect>();
    const nextParents = new Map<string, string>();
    const isAnimated = lastLayout.current === layoutKey && !wantsStillness();
    lastLayout.current = layoutKey;
    for (const element of root.querySelectorAll<HTMLElement>("[data-flip]")) {
      const key = element.dataset.flip ?? "";
      const parent = element.dataset.flipParent ?? "";
      const box = element.getBoundingClientRect();
      const place = new DOMRect(box.x - origin.x, box.y - origin.y, box.width, box.height);
      next.set(key, place);
      nextParents.set(key, parent);
      const before = places.current.get(key);
      if (!isAnimated || !before || typeof element.animate !== "function") continue;
      const dx = before.x - place.x;
      const dy = before.y - place.y;
      if (Math.abs(dx) < 1 && Math.abs(dy) < 1) continue;
      const isJourney = parents.current.get(key) !== parent;
      element.classList.add("flip-moving");
      const frames = isJourney
        ? [
            { transform: `translate(${dx}px, ${dy}px)`, boxShadow: "0 8px 20px rgb(0 0 0 / 28%)" },
            { transform: "translate(0, 0)", boxShadow: "0 0 0 rgb(0 0 0 / 0%)" },
          ]
        : [{ transform: `translate(${dx}px, ${dy}px)` }, { transform: "translate(0, 0)" }];
      const animation = element.animate(frames, { duration: isJourney ? durationMillis : durationMillis / 2, easing });
      const settle = () => element.classList.remove("flip-moving");
      animation.onfinish = settle;
      animation.oncancel = settle;
    }
    places.current = next;
    parents.current = nextParents;
  }, [signature, layoutKey]);
}
