import { useId } from "react";
import { StatusGlyph } from "../common/StatusGlyph";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import {
  databaseLight,
  type Management,
  type ManagementNode,
  nodeLight,
  serviceLight,
  vipViewLight,
} from "../model/management";
import type { Light } from "../model/types";

interface NodeCardProps {
  node: ManagementNode;
  management: Management;
}

/** One management node: role and epoch, each service, the virtual IP and the database as seen from it. */
export function NodeCard({ node, management }: NodeCardProps) {
  const words = useWords();
  const title = useId();
  const light = nodeLight(node, management.now);
  return (
    <article
      className={`node tone-${light} ${node.role === "leader" ? "node-leader" : ""}`}
      aria-labelledby={title}
      data-node={node.name}
      data-role={node.role}
      data-light={light}
    >
      <header className="node-head">
        <StatusGlyph light={light} size={16} />
        <h2 id={title}>{node.name}</h2>
        <span className={`node-role node-role-${node.role}`}>
          {words.t(`management.role.${node.role}`, { defaultValue: node.role })}
        </span>
        {node.vip.held ? <span className="node-vip">{words.t("management.vip")}</span> : null}
        <span className="node-address">{node.address ?? ""}</span>
      </header>
      <dl className="node-facts">
        <Line name={words.t("management.epoch")} value={node.epoch === null ? "–" : String(node.epoch)} />
        <Seen name={words.t("management.seen")} seenAt={node.seenAt} now={management.now} />
      </dl>
      <h3>{words.t("management.services")}</h3>
      <ul className="node-services">
        {node.services.map((service) => (
          <Item
            key={service.name}
            name={words.t(`management.service.${service.name}`, { defaultValue: service.name })}
            light={serviceLight(service, management.now)}
            detail={service.detail}
            seenAt={service.seenAt}
            now={management.now}
            mark={service.name}
          />
        ))}
      </ul>
      <h3>{words.t("management.vipLong")}</h3>
      <ul className="node-services">
        <Item
          name={words.t("management.held")}
          light={vipViewLight(node, "held", management.now)}
          detail={node.vip.held === null ? "" : words.t(node.vip.held ? "management.yes" : "management.no")}
          seenAt={node.vip.seenAt}
          now={management.now}
          mark="vip-held"
        />
        <Item
          name={words.t("management.reachable")}
          light={vipViewLight(node, "reachable", management.now)}
          detail={node.vip.reachable === null ? "" : words.t(node.vip.reachable ? "management.yes" : "management.no")}
          seenAt={node.vip.seenAt}
          now={management.now}
          mark="vip-reachable"
        />
      </ul>
      <Database node={node} now={management.now} />
    </article>
  );
}

function Database({ node, now }: { node: ManagementNode; now: number }) {
  const words = useWords();
  const formats = useFormats();
  const { state, position, behind, members } = node.database;
  return (
    <>
      <h3>{words.t("management.database")}</h3>
      <ul className="node-services">
        <Item
          name={words.t(`management.databaseState.${state}`, { defaultValue: state })}
          light={databaseLight(node, now)}
          detail={members === null ? "" : words.t("management.members", { count: members })}
          seenAt={node.database.seenAt}
          now={now}
          mark="database-state"
        />
      </ul>
      <dl className="node-facts">
        <Line name={words.t("management.position")} value={short(position)} title={position ?? undefined} />
        <Line
          name={words.t("management.behind")}
          value={
            behind === null
              ? "–"
              : behind === 0
                ? words.t("management.inSync")
                : words.t("management.transactions", { count: behind, shown: formats.integer(behind) })
          }
        />
      </dl>
    </>
  );
}

/** A history's name is 36 characters long; its number is what people compare. */
function short(position: string | null): string {
  if (position === null) return "–";
  const colon = position.lastIndexOf(":");
  return colon > 12 ? `${position.slice(0, 8)}…${position.slice(colon)}` : position;
}

interface ItemProps {
  name: string;
  light: Light;
  detail: string;
  seenAt: number | null;
  now: number;
  mark: string;
}

function Item({ name, light, detail, seenAt, now, mark }: ItemProps) {
  const words = useWords();
  return (
    <li className={`node-item tone-${light}`} data-item={mark} data-light={light}>
      <StatusGlyph light={light} size={12} />
      <span className="node-item-name">{name}</span>
      <span className="node-item-detail" title={detail}>
        {detail || words.light(light)}
      </span>
      <SeenAgo seenAt={seenAt} now={now} />
    </li>
  );
}

/** The time at which it was seen, exact on hover. */
export function SeenAgo({ seenAt, now }: { seenAt: number | null; now: number }) {
  const words = useWords();
  const formats = useFormats();
  if (seenAt === null) return <span className="seen">{words.t("management.never")}</span>;
  return (
    <time className="seen" dateTime={new Date(seenAt).toISOString()} title={formats.ago(Math.max(0, now - seenAt))}>
      {formats.time(seenAt)}
    </time>
  );
}

function Seen({ name, seenAt, now }: { name: string; seenAt: number | null; now: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <SeenAgo seenAt={seenAt} now={now} />
      </dd>
    </div>
  );
}

function Line({ name, value, title }: { name: string; value: string; title?: string | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd title={title}>{value}</dd>
    </div>
  );
}
