import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import "./management.css";
import { adaptManagement } from "../api/adaptManagement";
import { client, unwrap } from "../api/client";
import { usePageTitle } from "../app/usePageTitle";
import { LoadFailure } from "../common/LoadFailure";
import { StatusGlyph } from "../common/StatusGlyph";
import { useNow } from "../common/useNow";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import { inOrder, type Management, overall, vipLight } from "../model/management";
import type { Light } from "../model/types";
import { ManagementAlarms } from "./ManagementAlarms";
import { NodeCard } from "./NodeCard";
import { SwitchOverButton } from "./SwitchOverButton";
import { SwitchOvers } from "./SwitchOvers";
import { WitnessCard } from "./WitnessCard";

/** Asked this often, so that a switch-over of a second is seen while it happens. */
const pollMillis = 500;
/** The answer of a node that died does not come: the next question must not wait for it. */
const answerMillis = 1500;

/** Both management nodes, and a switch-over as it happens. */
export function ManagementPage() {
  const words = useWords();
  usePageTitle(words.t("page.management"));
  const asked = useQuery({
    queryKey: ["management"],
    queryFn: async () => {
      const signal = AbortSignal.timeout(answerMillis);
      return adaptManagement(unwrap("management", await client.GET("/management", { signal })));
    },
    refetchInterval: pollMillis,
    staleTime: 0,
    retry: false,
  });
  if (asked.data === undefined) {
    return asked.error ? (
      <LoadFailure error={asked.error} onRetry={() => void asked.refetch()} />
    ) : (
      <Skeleton active paragraph={{ rows: 8 }} />
    );
  }
  return <ManagementView management={asked.data} silentSince={asked.error ? asked.dataUpdatedAt : null} />;
}

interface ManagementViewProps {
  management: Management;
  /** When the last answer came, by the browser's clock, if the questions since then have failed. */
  silentSince: number | null;
}

export function ManagementView({ management, silentSince }: ManagementViewProps) {
  const words = useWords();
  return (
    <div className="page management" data-leader={management.leader ?? ""} data-epoch={management.epoch}>
      <div className="page-head">
        <h1>
          {words.t("page.management")}
          {management.vip === null ? null : <span className="page-subject">{management.vip.address}</span>}
        </h1>
        {management.isPair ? <SwitchOverButton management={management} /> : null}
      </div>
      <Verdict management={management} silentSince={silentSince} />
      <ManagementAlarms alarms={management.alarms} />
      <div className={`plane-picture ${silentSince === null ? "" : "plane-picture-old"}`}>
        {inOrder(management.nodes).map((node) => (
          <NodeCard key={node.name} node={node} management={management} />
        ))}
        {management.isPair ? (
          <aside className="witnesses" aria-label={words.t("management.witnesses")}>
            <WitnessCard kind="arbiter" witness={management.arbiter} now={management.now} />
            <WitnessCard kind="gateway" witness={management.gateway} now={management.now} />
          </aside>
        ) : null}
      </div>
      <SwitchOvers switchOvers={management.switchOvers} />
    </div>
  );
}

const verdictLights: Record<ReturnType<typeof overall>, Light> = {
  well: "ok",
  degraded: "degraded",
  leaderless: "fault",
  single: "ok",
};

/** The state of the plane in one sentence. */
function Verdict({ management, silentSince }: ManagementViewProps) {
  const words = useWords();
  const formats = useFormats();
  useNow(silentSince === null ? null : 100);
  const state = overall(management);
  const light: Light = silentSince === null ? verdictLights[state] : "fault";
  const vip = vipLight(management);
  return (
    <p className={`plane-verdict tone-${light}`} role="status" data-verdict={silentSince === null ? state : "silent"}>
      <StatusGlyph light={light} size={16} />
      <strong>
        {silentSince === null
          ? words.t(`management.verdict.${state}`, { leader: management.leader ?? "" })
          : words.t("management.silent", { age: formats.duration(Date.now() - silentSince) })}
      </strong>
      <span className="muted">{words.t("manager.epoch", { epoch: management.epoch })}</span>
      {management.vip !== null && vip !== "ok" ? (
        <span>
          {management.vip.heldBy.length === 0
            ? words.t("management.vipNowhere")
            : words.t("management.vipTwice", { nodes: management.vip.heldBy.join(", ") })}
        </span>
      ) : null}
    </p>
  );
}
