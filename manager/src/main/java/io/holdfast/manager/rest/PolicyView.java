package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.PolicyPreview;
import io.holdfast.core.State;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.policy.PolicyRows;
import io.holdfast.core.policy.PolicyTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Policy tables as the interface shows them. */
final class PolicyView {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private PolicyView() {}

    /** The Policy of a cluster. */
    static ObjectNode cluster(State state) {
        PolicyTable table = state.cluster().settings().policy();
        ObjectNode result = JSON.objectNode();
        result.set("cluster", reference(state));
        result.putNull("vm");
        ArrayNode rows = result.putArray("rows");
        for (int row = 0; row < PolicyTable.ROWS; row++) {
            rows.add(row(row, table, PolicyTable.DEFAULT, source(table, row)));
        }
        return result;
    }

    /** The Policy of a VM. */
    static ObjectNode vm(State state, Vm vm) {
        PolicyTable cluster = state.cluster().settings().policy();
        PolicyRows own = vm.ha().policy();
        ObjectNode result = JSON.objectNode();
        result.set("cluster", reference(state));
        result.set("vm", InventoryView.reference(vm.id().value(), vm.name()));
        ArrayNode rows = result.putArray("rows");
        for (int row = 0; row < PolicyTable.ROWS; row++) {
            boolean its = own != null && own.actions().containsKey(row);
            rows.add(row(row, cluster.with(own), cluster, its ? "vm" : source(cluster, row)));
        }
        return result;
    }

    private static String source(PolicyTable table, int row) {
        return table.rows().get(row) == PolicyTable.DEFAULT.rows().get(row) ? "default" : "cluster";
    }

    private static ObjectNode row(int row, PolicyTable table, PolicyTable beneath, String source) {
        String[] planes = PolicyTable.name(row).split("-", -1);
        ObjectNode result = JSON.objectNode();
        result.put("row", PolicyTable.name(row))
                .put("management", planes[0])
                .put("storage", planes[1])
                .put("business", planes[2]);
        result.put("action", table.rows().get(row).code())
                .put("beneath", beneath.rows().get(row).code());
        result.put("source", source).put("locked", PolicyTable.locked(row));
        ArrayNode choices = result.putArray("choices");
        PolicyTable.choices(row).forEach(action -> choices.add(action.code()));
        return result;
    }

    /** The PolicyPreview of another table of the cluster. */
    static ObjectNode preview(State state, PolicyTable other) {
        ObjectNode result = JSON.objectNode();
        ArrayNode rows = result.putArray("rows");
        PolicyTable now = state.cluster().settings().policy();
        for (int row = 0; row < PolicyTable.ROWS; row++) {
            int each = row;
            long follow = state.vms().values().stream()
                    .map(vm -> vm.ha().policy())
                    .filter(own -> own == null || !own.actions().containsKey(each))
                    .count();
            changed(rows, row, now, other, follow);
        }
        return differences(result, state, PolicyPreview.now(state, other));
    }

    /** The PolicyPreview of other rows of a VM's own; null: none. */
    static ObjectNode preview(State state, Vm vm, @Nullable PolicyRows other) {
        ObjectNode result = JSON.objectNode();
        ArrayNode rows = result.putArray("rows");
        PolicyTable cluster = state.cluster().settings().policy();
        for (int row = 0; row < PolicyTable.ROWS; row++) {
            changed(rows, row, cluster.with(vm.ha().policy()), cluster.with(other), 1);
        }
        return differences(result, state, PolicyPreview.now(state, vm.id(), other));
    }

    private static void changed(ArrayNode rows, int row, PolicyTable now, PolicyTable then, long vms) {
        if (now.rows().get(row) != then.rows().get(row)) {
            rows.addObject()
                    .put("row", PolicyTable.name(row))
                    .put("now", now.rows().get(row).code())
                    .put("then", then.rows().get(row).code())
                    .put("vms", vms);
        }
    }

    private static ObjectNode differences(ObjectNode into, State state, List<PolicyPreview.Difference> differences) {
        ArrayNode items = into.putArray("items");
        for (PolicyPreview.Difference difference : differences) {
            Vm vm = state.vms().get(difference.vm());
            Host host = state.hosts().get(difference.host());
            ObjectNode node = items.addObject();
            node.set(
                    "vm",
                    InventoryView.reference(
                            difference.vm().value(),
                            vm == null ? difference.vm().value() : vm.name()));
            node.set(
                    "host",
                    InventoryView.reference(
                            difference.host().value(),
                            host == null ? difference.host().value() : host.name()));
            node.put("row", PolicyTable.name(difference.row()))
                    .put("now", difference.now().code())
                    .put("then", difference.then().code());
        }
        return into;
    }

    private static ObjectNode reference(State state) {
        return InventoryView.reference(
                state.cluster().id().value(), state.cluster().name());
    }
}
