import { Tooltip } from "antd";
import { StatusGlyph } from "../common/StatusGlyph";
import { useNow } from "../common/useNow";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import type { Fact, Plane } from "../model/types";

/** One plane of a host as a light; hover or focus tells since when, and what says so. */
export function PlaneLight({ plane }: { plane: Plane }) {
  const words = useWords();
  const name = words.plane(plane.name);
  const state = words.light(plane.light);
  return (
    <Tooltip trigger={["hover", "focus"]} title={<PlaneTip plane={plane} />}>
      <span
        className={`plane tone-${plane.light}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the tooltip must be reachable by keyboard
        tabIndex={0}
        role="img"
        aria-label={`${name}: ${state}`}
        data-plane={plane.name}
        data-light={plane.light}
      >
        <StatusGlyph light={plane.light} />
        <span className="plane-name">{name}</span>
        <span className="plane-state">{state}</span>
      </span>
    </Tooltip>
  );
}

function PlaneTip({ plane }: { plane: Plane }) {
  const words = useWords();
  const formats = useFormats();
  const now = useNow(1000);
  return (
    <div className="tip">
      <strong>{words.t("planeTip.title", { plane: words.plane(plane.name), light: words.light(plane.light) })}</strong>
      {plane.since === null ? null : (
        <div>{words.t("planeTip.since", { time: formats.time(plane.since), age: formats.ago(now - plane.since) })}</div>
      )}
      {plane.evidence.map((text) => (
        <div key={text.en}>{formats.text(text)}</div>
      ))}
      {plane.evidence.length === 0 ? <div>{words.t("planeTip.noEvidence")}</div> : null}
    </div>
  );
}

/** Power, BMC, agent or watchdog: the word says it, the glyph repeats it. */
export function FactLine({ name, fact }: { name: string; fact: Fact }) {
  const words = useWords();
  const formats = useFormats();
  const line = (
    <span className={`fact tone-${fact.light}`} data-fact={name} data-light={fact.light}>
      <span className="fact-name">{words.fact(name)}</span>
      <StatusGlyph light={fact.light} size={10} />
      <span className="fact-word">{words.fact(fact.word)}</span>
    </span>
  );
  if (fact.detail.length === 0 && fact.since === null) return line;
  return (
    <Tooltip
      title={
        <div className="tip">
          {fact.since === null ? null : (
            <div>{words.t("header.alarmSince", { time: formats.dateTime(fact.since) })}</div>
          )}
          {fact.detail.map((text) => (
            <div key={text.en}>{formats.text(text)}</div>
          ))}
        </div>
      }
    >
      {line}
    </Tooltip>
  );
}
