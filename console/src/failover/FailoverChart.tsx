import { Tooltip } from "antd";
import type { CSSProperties, ReactNode } from "react";
import { StatusGlyph } from "../common/StatusGlyph";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import { type Chart, chart, type ProofGroup, proofGroups, type Segment, type VmLane } from "../model/failover";
import type { Failover } from "../model/types";

interface FailoverChartProps {
  failover: Failover;
  now: number;
}

/** Evidence, proofs and VMs as lanes over one axis of milliseconds since detection. */
export function FailoverChart({ failover, now }: FailoverChartProps) {
  const words = useWords();
  const formats = useFormats();
  const view = chart(failover, now);
  const x = (at: number) => `${((at - view.start) / (view.end - view.start)) * 100}%`;
  return (
    <figure className="chart" aria-label={words.t("failover.chartLabel")}>
      <div className="chart-grid" aria-hidden="true">
        {view.ticks.map((tick) => (
          <span key={tick} className={tick === 0 ? "chart-line chart-zero" : "chart-line"} style={{ left: x(tick) }} />
        ))}
        {view.verdict === null ? null : <span className="chart-line chart-verdict" style={{ left: x(view.verdict) }} />}
      </div>
      <EvidenceLane failover={failover} view={view} x={x} />
      {proofGroups(failover, view).map((group) => (
        <ProofLane key={group.kind} group={group} x={x} />
      ))}
      {view.vms.map((lane) => (
        <VmLaneRow key={lane.recovery.vmId} lane={lane} x={x} width={view.end - view.start} />
      ))}
      <div className="lane lane-axis" aria-hidden="true">
        <span className="lane-name">{words.t("failover.axis")}</span>
        <span className="lane-track">
          {view.ticks.map((tick) => (
            <span key={tick} className="chart-tick" style={{ left: x(tick) }}>
              {formats.integer(tick)}
            </span>
          ))}
        </span>
      </div>
    </figure>
  );
}

type Place = (at: number) => string;

interface LaneProps {
  name: ReactNode;
  value: ReactNode;
  children: ReactNode;
  className?: string;
  data?: Record<string, string>;
}

function Lane({ name, value, children, className = "", data = {} }: LaneProps) {
  return (
    <div className={`lane ${className}`} {...data}>
      <span className="lane-name">{name}</span>
      <span className="lane-track">{children}</span>
      <span className="lane-value">{value}</span>
    </div>
  );
}

const span = (x: Place, start: number, end: number): CSSProperties => ({
  left: x(start),
  width: `max(3px, calc(${x(end)} - ${x(start)}))`,
});

function EvidenceLane({ failover, view, x }: { failover: Failover; view: Chart; x: Place }) {
  const words = useWords();
  const formats = useFormats();
  return (
    <Lane
      name={words.t("failover.lane.evidence")}
      value={
        view.verdict === null || !failover.verdict ? null : (
          <>
            <span className="outcome outcome-failed">{words.hostState(failover.verdict)}</span>{" "}
            {formats.duration(view.verdict)}
          </>
        )
      }
      className="lane-evidence"
    >
      {view.evidence.map((mark) => {
        const item = failover.evidence[mark.index];
        if (!item) return null;
        const sentence = `${words.plane(item.plane)}: ${formats.text(item.text)}`;
        return (
          <Tooltip
            key={`${item.at}/${mark.index}`}
            title={`${formats.duration(item.at - failover.detectedAt)} · ${sentence}`}
          >
            <span className={`evidence-mark tone-${mark.light}`} style={{ left: x(mark.at) }}>
              <StatusGlyph light={mark.light} size={13} />
            </span>
          </Tooltip>
        );
      })}
    </Lane>
  );
}

function ProofLane({ group, x }: { group: ProofGroup; x: Place }) {
  const words = useWords();
  const formats = useFormats();
  const outcome = words.outcome(group.outcome);
  const count = group.total > 1 ? ` ${group.won}/${group.total}` : "";
  const at = group.outcome === "won" || group.outcome === "failed" ? formats.duration(group.end) : "";
  return (
    <Lane
      name={words.proof(group.kind)}
      value={
        <>
          <span className={`outcome outcome-${group.outcome}`}>{`${outcome}${count}`}</span> {at}
        </>
      }
      className="lane-proof"
      data={{ "data-proof": group.kind, "data-outcome": group.outcome }}
    >
      <span className={`bar bar-proof-${group.outcome}`} style={span(x, group.start, group.end)} />
    </Lane>
  );
}

function VmLaneRow({ lane, x, width }: { lane: VmLane; x: Place; width: number }) {
  const words = useWords();
  const formats = useFormats();
  const { recovery } = lane;
  const running = lane.segments.find((segment) => segment.step === "running");
  return (
    <Lane
      name={
        <>
          <strong>{recovery.vmName}</strong>
          <span className="lane-route">
            {recovery.fromHost} → {recovery.toHost ?? "?"}
          </span>
        </>
      }
      value={
        <>
          <span className={`outcome outcome-vm-${recovery.state}`}>{words.recovery(recovery.state)}</span>{" "}
          {running ? formats.duration(running.start) : ""}
        </>
      }
      data={{ "data-lane-vm": recovery.vmName, "data-recovery": recovery.state }}
    >
      {lane.segments.map((segment) => (
        <SegmentBar key={segment.step} segment={segment} x={x} width={width} reason={formats.text(recovery.reason)} />
      ))}
    </Lane>
  );
}

interface SegmentBarProps {
  segment: Segment;
  x: Place;
  /** Milliseconds of the whole axis. */
  width: number;
  reason: string;
}

/** A segment with less than this share of the axis has no room for its word. */
const wordShare = 0.13;

function SegmentBar({ segment, x, width, reason }: SegmentBarProps) {
  const words = useWords();
  const formats = useFormats();
  const title = `${words.recovery(segment.step)} · ${formats.duration(segment.start)}${
    segment.step === "running" ? "" : ` → ${formats.duration(segment.end)}`
  }`;
  return (
    <Tooltip title={reason && segment.step === "waiting" ? `${title} · ${reason}` : title}>
      <span
        className={`bar bar-${segment.step} ${segment.isOpen ? "bar-open" : ""}`}
        style={span(x, segment.start, segment.end)}
      >
        {(segment.end - segment.start) / width > wordShare ? words.recovery(segment.step) : null}
      </span>
    </Tooltip>
  );
}
