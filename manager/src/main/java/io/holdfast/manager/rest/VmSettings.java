package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.inventory.HaSettings;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Vm;

/** How a VM is protected, as fields of a body and of an answer. Whether the values can be is the core's to say. */
final class VmSettings {
    private VmSettings() {}

    /** A VM with what the body changes; what the body does not name stays. */
    static Vm apply(Fields fields, Vm vm) {
        RequestedState desired =
                fields.has("desired") ? fields.constant("desired", RequestedState.values()) : vm.requested();
        return new Vm(
                vm.id(),
                fields.text("name", vm.name()),
                fields.integer("cpuCores", vm.cpuCores()),
                fields.number("memoryBytes", vm.memoryBytes()),
                vm.disks(),
                vm.nics(),
                vm.boot(),
                desired,
                priority(fields, vm.priority()),
                vm.ownershipIndex(),
                ha(fields, vm.ha()));
    }

    /** {@code priority}, or {@code restart} for those who only want to say whether. */
    static RestartPriority priority(Fields fields, RestartPriority present) {
        if (fields.has("priority")) {
            fields.has("restart");
            return fields.constant("priority", RestartPriority.values());
        }
        boolean restarts = fields.flag("restart", present != RestartPriority.NEVER);
        if (!restarts) {
            return RestartPriority.NEVER;
        }
        return present == RestartPriority.NEVER ? RestartPriority.MEDIUM : present;
    }

    static HaSettings ha(Fields fields, HaSettings present) {
        return new HaSettings(
                fields.integer("maxRestarts", present.maxRestarts()),
                fields.integer("maxRelocations", present.maxRelocations()),
                fields.flag("failback", present.failback()),
                present.policy(),
                fields.has("nextWhen") ? fields.constant("nextWhen", HaSettings.NextWhen.values()) : present.nextWhen(),
                fields.integer("delayMillis", present.delayMillis()),
                fields.flag("liveMigration", present.liveMigration()),
                fields.integer("heartbeatWaitMillis", present.heartbeatWaitMillis()),
                fields.integer("hungAfterMillis", present.hungAfterMillis()),
                fields.has("hungAction")
                        ? fields.constant("hungAction", HaSettings.HungAction.values())
                        : present.hungAction());
    }

    static void put(ObjectNode into, Vm vm) {
        HaSettings ha = vm.ha();
        into.put("priority", Texts.code(vm.priority()))
                .put("nextWhen", Texts.code(ha.nextWhen()))
                .put("delayMillis", ha.delayMillis())
                .put("heartbeatWaitMillis", ha.heartbeatWaitMillis())
                .put("maxRestarts", ha.maxRestarts())
                .put("maxRelocations", ha.maxRelocations())
                .put("failback", ha.failback())
                .put("liveMigration", ha.liveMigration())
                .put("hungAfterMillis", ha.hungAfterMillis())
                .put("hungAction", Texts.code(ha.hungAction()));
    }
}
