package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.arbiter.ArbiterCandidate;
import io.holdfast.core.arbiter.ArbiterPlacement;
import io.holdfast.manager.ArbiterDesk;
import io.holdfast.manager.ArbiterSights;
import io.holdfast.manager.lead.LeadershipView;
import io.holdfast.protocol.agent.ArbiterStatus;
import java.util.Comparator;
import java.util.Optional;

/** Where the arbiter runs, as JSON (ArbiterState). */
final class ArbiterView {
    private final LeadershipView leadership;
    private final ArbiterDesk desk;

    ArbiterView(LeadershipView leadership, ArbiterDesk desk) {
        this.leadership = leadership;
        this.desk = desk;
    }

    /** With every host, and whether it could take it. */
    ObjectNode whole() {
        ObjectNode result = state();
        ArrayNode hosts = result.putArray("hosts");
        desk.candidates().stream()
                .sorted(Comparator.comparing(ArbiterCandidate::name))
                .forEach(candidate -> {
                    ObjectNode host = hosts.addObject();
                    host.put("host", candidate.name())
                            .put("hostId", candidate.host().value());
                    host.put("eligible", candidate.obstacle().isEmpty());
                    host.put("obstacle", candidate.obstacle().map(Texts::code).orElse(null));
                    host.set(
                            "text",
                            candidate.obstacle().isEmpty()
                                    ? JsonNodeFactory.instance.nullNode()
                                    : ManagementText.obstacle(
                                            candidate.obstacle().get()));
                });
        return result;
    }

    /** Without the other hosts. */
    ObjectNode state() {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        ArbiterPlacement placement =
                desk.placement().filter(ArbiterPlacement::placed).orElse(null);
        String home = desk.where().map(ArbiterPlacement::home).orElse("");
        result.put("home", home.isEmpty() ? null : home);
        if (placement == null || placement.host() == null) {
            result.put("kind", leadership.pair() ? "machine" : "none");
            result.putNull("host").putNull("hostId").put("address", home.isEmpty() ? null : home);
            result.put(
                    "generation",
                    desk.placement().map(ArbiterPlacement::generation).orElse(0L));
            result.putNull("since").putNull("cause").putNull("from").putNull("text");
            result.putNull("running").putNull("seenAt").putNull("detail");
            result.putArray("connectedTo");
        } else {
            result.put("kind", "host");
            result.put("host", placement.hostName())
                    .put("hostId", placement.host().value());
            result.put("address", placement.address()).put("generation", placement.generation());
            result.put("since", Texts.instant(placement.atWallMillis()));
            result.put("cause", Texts.code(placement.cause()));
            result.put("from", placement.fromName().isEmpty() ? null : placement.fromName());
            result.set("text", ManagementText.placed(placement));
            agent(result, desk.sights().of(placement.host()), placement);
        }
        result.put("counted", desk.votes().complete().orElse(null));
        return result.put("stuck", desk.stuck());
    }

    private static void agent(ObjectNode result, Optional<ArbiterSights.Sight> sight, ArbiterPlacement placement) {
        ArbiterStatus status = sight.map(ArbiterSights.Sight::status).orElse(ArbiterStatus.getDefaultInstance());
        result.put(
                "running",
                sight.isEmpty()
                        ? null
                        : Boolean.valueOf(status.getRunning() && status.getGeneration() == placement.generation()));
        result.put(
                "seenAt", sight.map(word -> Texts.instant(word.atWallMillis())).orElse(null));
        result.put("detail", status.getDetail());
        ArrayNode connected = result.putArray("connectedTo");
        status.getConnectedToList().forEach(connected::add);
    }
}
