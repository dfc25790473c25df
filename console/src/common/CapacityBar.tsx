import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useFormats } from "../i18n/format";
import type { Capacity } from "../model/types";

interface CapacityBarProps {
  label: string;
  capacity: Capacity;
  show: (value: number) => string;
}

/** Allocated share as a filled bar, measured use as a notch on it. */
export function CapacityBar({ label, capacity, show }: CapacityBarProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const share = (value: number) => (capacity.total > 0 ? Math.min(1, value / capacity.total) : 0);
  const allocated = share(capacity.allocated);
  const lines = [t("host.allocated", { allocated: show(capacity.allocated), total: show(capacity.total) })];
  if (capacity.used !== null) lines.push(t("host.used", { used: show(capacity.used) }));
  const sentence = `${label}: ${lines.join(", ")}`;
  return (
    <Tooltip title={lines.map((line) => <div key={line}>{line}</div>)}>
      <div className="capacity" role="img" aria-label={sentence}>
        <span className="capacity-label">{label}</span>
        <span className="capacity-track">
          <span
            className={`capacity-fill ${allocated > 0.9 ? "capacity-full" : ""}`}
            style={{ width: `${allocated * 100}%` }}
          />
          {capacity.used === null ? null : (
            <span className="capacity-used" style={{ left: `calc(${share(capacity.used) * 100}% - 1px)` }} />
          )}
        </span>
        <span className="capacity-value">{capacity.total > 0 ? formats.percent(allocated) : "–"}</span>
      </div>
    </Tooltip>
  );
}
