import { Segmented, Skeleton } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import "./cluster.css";
import { useLive } from "../api/store";
import { usePreferences } from "../app/preferences";
import { usePageTitle } from "../app/usePageTitle";
import { useFlip } from "../common/useFlip";
import { FailoverPanel } from "../failover/FailoverPanel";
import { heldHosts, picture } from "../model/cluster";
import type { Host, Vm } from "../model/types";
import { HostCard } from "./HostCard";
import { Summary } from "./Summary";
import { Unplaced } from "./Unplaced";

/** The cluster as a picture, with the failover that is under way above it. */
export function ClusterPage() {
  const { t } = useTranslation();
  const live = useLive();
  const [chosen, setChosen] = useState<string | null>(null);
  const cluster = live.clusters.find((item) => item.id === chosen) ?? live.clusters[0];
  usePageTitle(t("page.cluster"));
  if (!live.isKnown) return <Skeleton active paragraph={{ rows: 8 }} />;
  const isHere = <T extends { clusterId: string }>(item: T) => !cluster || item.clusterId === cluster.id;
  const hosts = live.hosts.filter(isHere);
  const vms = live.vms.filter(isHere);
  const failovers = live.failovers.filter(isHere);
  return (
    <div className="cluster">
      <div className="page-head">
        <h1>
          {t("page.cluster")}
          {cluster && live.clusters.length === 1 ? <span className="page-subject">{cluster.name}</span> : null}
        </h1>
        {live.clusters.length > 1 ? (
          <Segmented
            aria-label={t("cluster.choose")}
            options={live.clusters.map((item) => ({ value: item.id, label: item.name }))}
            value={cluster?.id}
            onChange={(id) => setChosen(String(id))}
          />
        ) : null}
      </div>
      <Summary hosts={hosts} vms={vms} lastFailover={failovers[0]} />
      <FailoverPanel failovers={failovers} />
      <Board hosts={hosts} vms={vms} held={heldHosts(live.alarms)} />
    </div>
  );
}

interface BoardProps {
  hosts: readonly Host[];
  vms: readonly Vm[];
  held: ReadonlySet<string>;
}

function Board({ hosts, vms, held }: BoardProps) {
  const { t } = useTranslation();
  const { locale } = usePreferences();
  const board = useRef<HTMLDivElement>(null);
  const width = useWidth();
  const { hosts: cards, unplaced } = picture(hosts, vms);
  const signature = cards.map(({ host, vms }) => `${host.id}:${vms.map((vm) => vm.id).join(",")}`).join(";");
  useFlip(board, `${signature};${unplaced.map((vm) => vm.id).join(",")}`, `${locale}/${width}/${hosts.length}`);
  if (hosts.length === 0 && vms.length === 0) {
    return (
      <section className="empty-state">
        <h2>{t("cluster.noHosts")}</h2>
        <p>{t("cluster.noHostsHint")}</p>
      </section>
    );
  }
  return (
    <div className="board" ref={board}>
      <section aria-label={t("cluster.hosts")} className="hosts">
        {cards.map(({ host, vms }) => (
          <HostCard key={host.id} host={host} vms={vms} isHeld={held.has(host.id)} />
        ))}
      </section>
      {vms.length > 0 ? <Unplaced vms={unplaced} /> : null}
    </div>
  );
}

/** The window's width: a resize moves every tile, and that is no journey to be shown. */
function useWidth(): number {
  const [width, setWidth] = useState(() => window.innerWidth);
  useEffect(() => {
    const update = () => setWidth(window.innerWidth);
    window.addEventListener("resize", update);
    return () => window.removeEventListener("resize", update);
  }, []);
  return width;
}
