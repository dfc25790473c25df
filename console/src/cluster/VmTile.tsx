import { Tooltip } from "antd";
import { vmTone } from "../app/palette";
import { VmGlyph } from "../common/StatusGlyph";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import type { Vm } from "../model/types";

interface VmTileProps {
  vm: Vm;
  /** Id of the host that it is drawn on; empty in the area without a host. */
  place: string;
}

/** A VM as a tile; data-flip lets useFlip carry it to its new host before the person's eyes. */
export function VmTile({ vm, place }: VmTileProps) {
  const words = useWords();
  const formats = useFormats();
  const state = words.vm(vm.state);
  const reason = formats.text(vm.reason);
  return (
    <li className="tile-place" data-flip={vm.id} data-flip-parent={place} data-vm={vm.name} data-vm-state={vm.state}>
      <Tooltip trigger={["hover", "focus"]} title={<VmTip vm={vm} />}>
        <span
          className={`tile tone-${vmTone[vm.state]} tile-${vm.state}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the tooltip must be reachable by keyboard
          tabIndex={0}
          role="img"
          aria-label={words.t("vm.tile", { name: vm.name, state })}
        >
          <VmGlyph state={vm.state} />
          <span className="tile-name">{vm.name}</span>
          <span className="tile-state">{state}</span>
        </span>
      </Tooltip>
      {reason && place === "" ? <span className="tile-reason">{reason}</span> : null}
    </li>
  );
}

function VmTip({ vm }: { vm: Vm }) {
  const words = useWords();
  const formats = useFormats();
  const reason = formats.text(vm.reason);
  const memory = formats.bytes(vm.memoryBytes);
  return (
    <div className="tip">
      <strong>{words.t("vm.tile", { name: vm.name, state: words.vm(vm.state) })}</strong>
      {reason ? <div>{reason}</div> : null}
      <div>{words.t("vm.size", { cores: vm.cpuCores, memory })}</div>
      {vm.run > 0 ? <div>{words.t("vm.run", { run: vm.run })}</div> : null}
      {vm.since === null ? null : <div>{words.t("header.alarmSince", { time: formats.dateTime(vm.since) })}</div>}
      <div>{words.t(vm.isProtected ? "vm.protected" : "vm.unprotected")}</div>
      {vm.hasWeakProof ? <div>{words.t("vm.weakProof")}</div> : null}
    </div>
  );
}
