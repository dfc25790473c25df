package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that change how a VM is protected; those not given are not sent. */
final class VmSettings {
    @Option(
            names = "--desired",
            paramLabel = "started|stopped|disabled|ignored",
            description = "disabled: does not run and is not touched; ignored: neither started nor stopped")
    @Nullable
    String desired;

    @Option(
            names = "--priority",
            paramLabel = "highest|high|medium|low|lowest|never",
            description = "Order of restart after a failure; never: it is not restarted")
    @Nullable
    String priority;

    @Option(
            names = "--next-when",
            paramLabel = "started|guest-heartbeat|delay",
            description = "When lower priorities, and those that depend on it, may start")
    @Nullable
    String nextWhen;

    @Option(names = "--delay-millis", paramLabel = "N", description = "For --next-when delay")
    @Nullable
    Integer delayMillis;

    @Option(
            names = "--heartbeat-wait-millis",
            paramLabel = "N",
            description = "For --next-when guest-heartbeat: the others wait no longer (default 600000)")
    @Nullable
    Integer heartbeatWaitMillis;

    @Option(names = "--max-restarts", paramLabel = "N", description = "Tries again on the same host")
    @Nullable
    Integer maxRestarts;

    @Option(names = "--max-relocations", paramLabel = "N", description = "Other hosts tried after that")
    @Nullable
    Integer maxRelocations;

    @Option(
            names = "--failback",
            paramLabel = "true|false",
            arity = "1",
            description = "Goes back to a preferred host when that returns")
    @Nullable
    Boolean failback;

    @Option(
            names = "--live-migration",
            paramLabel = "true|false",
            arity = "1",
            description = "It can be moved while it runs")
    @Nullable
    Boolean liveMigration;

    @Option(
            names = "--hung-after-millis",
            paramLabel = "N",
            description = "A guest that answered, and is silent for so long, hangs (default 60000)")
    @Nullable
    Integer hungAfterMillis;

    @Option(
            names = "--hung-action",
            paramLabel = "alarm|reset",
            description = "reset: it is stopped and started anew, at most three times an hour")
    @Nullable
    String hungAction;

    void put(ObjectNode body) {
        text(body, "desired", desired);
        text(body, "priority", priority);
        text(body, "nextWhen", nextWhen);
        number(body, "delayMillis", delayMillis);
        number(body, "heartbeatWaitMillis", heartbeatWaitMillis);
        number(body, "maxRestarts", maxRestarts);
        number(body, "maxRelocations", maxRelocations);
        flag(body, "failback", failback);
        flag(body, "liveMigration", liveMigration);
        number(body, "hungAfterMillis", hungAfterMillis);
        text(body, "hungAction", hungAction);
    }

    private static void text(ObjectNode body, String name, @Nullable String value) {
        if (value != null) {
            body.put(name, value);
        }
    }

    private static void number(ObjectNode body, String name, @Nullable Integer value) {
        if (value != null) {
            body.put(name, value);
        }
    }

    private static void flag(ObjectNode body, String name, @Nullable Boolean value) {
        if (value != null) {
            body.put(name, value);
        }
    }

    /** Yes or no, or nothing when the answer does not say. */
    static Cell shown(Session session, JsonNode vm, String name) {
        return vm.has(name) ? View.yesNo(session, vm.path(name).asBoolean()) : Cell.of(View.NOTHING);
    }
}
