import type { Light, VmLight } from "../model/types";

// Each value has a shape of its own, so that it is told apart without colour: a disc with a tick, a triangle with a
// bar, a square with a cross, a dashed ring with a question mark.

const shapes: Record<Light, React.ReactNode> = {
  ok: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="M4.8 8.3l2.2 2.2 4.2-4.6" className="glyph-mark" />
    </>
  ),
  degraded: (
    <>
      <path d="M8 1.2L15.4 14.4H.6z" fill="currentColor" strokeLinejoin="round" />
      <path d="M8 6v3.6M8 11.9v.2" className="glyph-mark" />
    </>
  ),
  fault: (
    <>
      <rect x="1.2" y="1.2" width="13.6" height="13.6" rx="2" fill="currentColor" />
      <path d="M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6" className="glyph-mark" />
    </>
  ),
  unknown: (
    <>
      <circle cx="8" cy="8" r="6.4" fill="none" stroke="currentColor" strokeWidth="1.4" strokeDasharray="2.4 1.7" />
      <path d="M6.3 6.4c0-1 .8-1.6 1.7-1.6s1.7.6 1.7 1.5c0 1.2-1.7 1.3-1.7 2.6M8 11.2v.2" className="glyph-mark-own" />
    </>
  ),
};

export function StatusGlyph({ light, size = 14 }: { light: Light; size?: number }) {
  return (
    <svg className={`glyph tone-${light}`} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {shapes[light]}
    </svg>
  );
}

const vmShapes: Record<VmLight, React.ReactNode> = {
  running: <path d="M5 3.4v9.2l7.4-4.6z" fill="currentColor" />,
  starting: (
    <path d="M8 2.2a5.8 5.8 0 1 1-5.8 5.8" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
  ),
  recovering: (
    <path
      d="M13.2 8A5.2 5.2 0 1 1 11 3.8M11.4 1.4v2.9H8.5"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
  waiting: (
    <path
      d="M4.4 2.2h7.2M4.4 13.8h7.2M5.2 2.4c0 3.4 5.6 3.8 5.6 5.6s-5.6 2.2-5.6 5.6M10.8 2.4c0 3.4-5.6 3.8-5.6 5.6s5.6 2.2 5.6 5.6"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
    />
  ),
  paused: <path d="M5.4 3.6v8.8M10.6 3.6v8.8" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />,
  stopping: <rect x="4" y="4" width="8" height="8" rx="1" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  stopped: <rect x="4" y="4" width="8" height="8" rx="1" fill="currentColor" />,
  unknown: shapes.unknown,
};

export function VmGlyph({ state, size = 12 }: { state: VmLight; size?: number }) {
  return (
    <svg
      className={`vm-glyph ${state === "starting" || state === "recovering" ? "turning" : ""}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      {vmShapes[state]}
    </svg>
  );
}
