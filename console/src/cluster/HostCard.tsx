import { useId } from "react";
import { CapacityBar } from "../common/CapacityBar";
import { StatusGlyph } from "../common/StatusGlyph";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import { hostWord } from "../model/cluster";
import { type Host, planeNames, type Vm } from "../model/types";
import { FactLine, PlaneLight } from "./PlaneLight";
import { VmTile } from "./VmTile";

interface HostCardProps {
  host: Host;
  /** It takes no VMs for now, although it may look well. */
  isHeld?: boolean;
  vms: readonly Vm[];
}

const factNames = ["power", "bmc", "agent", "watchdog"] as const;

export function HostCard({ host, vms, isHeld = false }: HostCardProps) {
  const words = useWords();
  const formats = useFormats();
  const title = useId();
  const state = words.hostState(hostWord(host));
  return (
    <article
      className={`host tone-${host.light}`}
      aria-labelledby={title}
      data-host={host.name}
      data-light={host.light}
      data-state={host.state}
    >
      <header className="host-head">
        <StatusGlyph light={host.light} size={16} />
        <h3 id={title}>{host.name}</h3>
        <span className="host-state">{state}</span>
        {host.isInMaintenance ? <span className="host-note">{words.hostState("maintenance")}</span> : null}
        {isHeld ? <span className="host-note">{words.hostState("held")}</span> : null}
        <span className="host-address">{host.address}</span>
      </header>
      <div className="planes">
        {planeNames.map((name) => (
          <PlaneLight key={name} plane={host.planes[name]} />
        ))}
      </div>
      <div className="facts">
        {factNames.map((name) => (
          <FactLine key={name} name={name} fact={host[name]} />
        ))}
      </div>
      <div className="capacities">
        <CapacityBar
          label={words.t("host.cpu")}
          capacity={host.cpu}
          show={(value) => words.t("host.cores", { count: Number(value.toFixed(1)) })}
        />
        <CapacityBar label={words.t("host.memory")} capacity={host.memory} show={formats.bytes} />
      </div>
      <ul className="tiles" aria-label={words.t("host.vms", { count: vms.length })}>
        {vms.map((vm) => (
          <VmTile key={vm.id} vm={vm} place={host.id} />
        ))}
        {vms.length === 0 ? <li className="tiles-empty">{words.t("host.empty")}</li> : null}
      </ul>
    </article>
  );
}
