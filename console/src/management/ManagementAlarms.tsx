import { StatusGlyph } from "../common/StatusGlyph";
import { useFormats } from "../i18n/format";
import type { ManagementAlarm } from "../model/management";

/** What is degraded, and the command to give where there is one. */
export function ManagementAlarms({ alarms }: { alarms: readonly ManagementAlarm[] }) {
  const formats = useFormats();
  if (alarms.length === 0) return null;
  return (
    <ul className="plane-alarms">
      {alarms.map((alarm) => (
        <li key={`${alarm.code} ${alarm.node}`} className="tone-degraded" data-alarm={alarm.code}>
          <StatusGlyph light="degraded" size={14} />
          <span>
            <strong>{formats.text(alarm.text)}</strong>
            <span className="muted">{` ${alarm.node}`}</span>
            {alarm.detail ? <span className="plane-alarm-detail">{alarm.detail}</span> : null}
          </span>
        </li>
      ))}
    </ul>
  );
}
