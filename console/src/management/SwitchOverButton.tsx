import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm } from "antd";
import { client, unwrap } from "../api/client";
import { useWords } from "../common/Words";
import { inOrder, type Management } from "../model/management";

/** A planned switch-over, asked for twice. */
export function SwitchOverButton({ management }: { management: Management }) {
  const words = useWords();
  const queries = useQueryClient();
  const order = useMutation({
    mutationFn: async () => unwrap("switch-over", await client.POST("/management/switch-over", { body: {} })),
    onSettled: () => void queries.invalidateQueries({ queryKey: ["management"] }),
  });
  const target = inOrder(management.nodes).find((node) => node.name !== management.leader);
  return (
    <span className="switch-over">
      {order.error ? (
        <span className="tone-fault switch-over-error" role="alert">
          {order.error.message}
        </span>
      ) : null}
      <Popconfirm
        title={words.t("management.switchOverAsk", { from: management.leader ?? "", to: target?.name ?? "" })}
        description={words.t("management.switchOverEffect")}
        okText={words.t("management.switchOver")}
        onConfirm={() => order.mutate()}
        disabled={management.leader === null || target === undefined}
      >
        <Button
          loading={order.isPending}
          disabled={management.leader === null || target === undefined}
          data-testid="switch-over"
        >
          {words.t("management.switchOver")}
        </Button>
      </Popconfirm>
    </span>
  );
}
