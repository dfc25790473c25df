package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.manager.lead.LeadershipView;
import io.holdfast.manager.rest.SetupProgram.SetupFailedException;
import io.javalin.http.Context;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Making a pair of this node, and a single one of the pair. */
public final class SetupRoutes {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final LeadershipView leadership;
    private final Directory directory;
    private final SetupProgram program;

    public SetupRoutes(LeadershipView leadership, Directory directory, SetupProgram program) {
        this.leadership = leadership;
        this.directory = directory;
        this.program = program;
    }

    /** Its operations. */
    public List<Route> routes() {
        return List.of(
                Route.get("/management/ha", context -> ClusterRoutes.json(context, status())),
                Route.post("/management/ha", this::enable),
                Route.post("/management/ha/disable", this::disable));
    }

    private ObjectNode status() {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("mode", leadership.pair() ? "pair" : "single");
        status.set("setup", program.progress());
        return status;
    }

    private void enable(Context context) {
        Fields fields = Fields.of(context.body());
        Map<String, String> request = new HashMap<>();
        request.put("peer", fields.text("peer"));
        request.put("peer.code", fields.text("code"));
        request.put("vip", fields.text("vip"));
        String arbiter = fields.text("arbiter");
        request.put("arbiter.code", fields.text("arbiterCode"));
        request.put("gateway", fields.text("gateway", ""));
        boolean preview = fields.flag("preview", false);
        fields.end();
        if (leadership.pair()) {
            throw ProblemException.of(ProblemText.ALREADY_PAIR);
        }
        request.put("arbiter", address(arbiter));
        try {
            JsonNode seen = program.preview(request);
            if (preview) {
                context.contentType("application/json").result(seen.toString());
                return;
            }
            JsonNode refusals = seen.path("refusals");
            if (!refusals.isEmpty()) {
                throw ProblemException.refused(
                        refusals.get(0).path("code").asText(), joined(refusals, "en"), joined(refusals, "zh"));
            }
            program.enable(request);
        } catch (SetupFailedException failure) {
            throw ProblemException.of(ProblemText.SETUP_FAILED, String.valueOf(failure.getMessage()));
        }
        context.status(202);
        ClusterRoutes.json(context, status());
    }

    private static String joined(JsonNode refusals, String language) {
        return StreamSupport.stream(refusals.spliterator(), false)
                .map(refusal -> refusal.path("text").path(language).asText())
                .collect(Collectors.joining(" "));
    }

    /** A host of the inventory by name or id, or the address of a machine of its own. */
    private String address(String arbiter) {
        if (IPV4.matcher(arbiter).matches()) {
            return arbiter;
        }
        String address = directory.host(arbiter).thing().managementAddress();
        int colon = address.indexOf(':');
        return colon < 0 ? address : address.substring(0, colon);
    }

    private void disable(Context context) {
        Fields fields = Fields.of(context.body());
        boolean withoutPeer = fields.flag("withoutPeer", false);
        fields.end();
        if (!leadership.pair()) {
            throw ProblemException.of(ProblemText.NO_PEER);
        }
        try {
            program.disable(withoutPeer);
        } catch (SetupFailedException failure) {
            throw ProblemException.of(ProblemText.SETUP_FAILED, String.valueOf(failure.getMessage()));
        }
        context.status(202);
        ClusterRoutes.json(context, status());
    }
}
