import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Vm } from "../model/types";
import { VmTile } from "./VmTile";

export function Unplaced({ vms }: { vms: readonly Vm[] }) {
  const { t } = useTranslation();
  const title = useId();
  return (
    <section
      className={`unplaced ${vms.length ? "" : "unplaced-empty"}`}
      aria-labelledby={title}
      data-testid="unplaced"
    >
      <header>
        <h2 id={title}>{t("cluster.unplaced")}</h2>
        <p>{t(vms.length ? "cluster.unplacedHint" : "cluster.unplacedEmpty")}</p>
      </header>
      {vms.length ? (
        <ul className="tiles">
          {vms.map((vm) => (
            <VmTile key={vm.id} vm={vm} place="" />
          ))}
        </ul>
      ) : null}
    </section>
  );
}
