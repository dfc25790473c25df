package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.arbiter.ArbiterCandidate;
import io.holdfast.core.inventory.HostId;
import io.holdfast.manager.ArbiterDesk;
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
    private final ArbiterDesk desk;

    public SetupRoutes(LeadershipView leadership, Directory directory, SetupProgram program, ArbiterDesk desk) {
        this.desk = desk;
        this.leadership = leadership;
        this.directory = directory;
        this.program = program;
    }

    /** Its operations. */
    public List<Route> routes() {
        return List.of(
                Route.get("/management/ha", context -> ClusterRoutes.json(context, status())),
                Route.post("/management/ha", this::enable),
                Route.post("/management/ha/disable", this::disable),
                Route.post("/management/ha/upgrade", this::upgrade));
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
        String arbiterCode = fields.text("arbiterCode", "");
        request.put("gateway", fields.text("gateway", ""));
        boolean preview = fields.flag("preview", false);
        fields.end();
        if (leadership.pair()) {
            throw ProblemException.of(ProblemText.ALREADY_PAIR);
        }
        arbiter(request, arbiter, arbiterCode);
        try {
            JsonNode seen = program.preview(request);
            if (preview) {
                context.contentType("application/json").result(seen.toString());
                return;
            }
            requireNone(seen.path("refusals"));
            program.enable(request);
        } catch (SetupFailedException failure) {
            throw ProblemException.of(ProblemText.SETUP_FAILED, String.valueOf(failure.getMessage()));
        }
        context.status(202);
        ClusterRoutes.json(context, status());
    }

    private void upgrade(Context context) {
        Fields fields = Fields.of(context.body());
        String archive = fields.text("archive");
        boolean preview = fields.flag("preview", false);
        fields.end();
        try {
            JsonNode seen = program.previewUpgrade(archive);
            if (preview) {
                context.contentType("application/json").result(seen.toString());
                return;
            }
            requireNone(seen.path("refusals"));
            program.upgrade(archive);
        } catch (SetupFailedException failure) {
            throw ProblemException.of(ProblemText.SETUP_FAILED, String.valueOf(failure.getMessage()));
        }
        context.status(202);
        ClusterRoutes.json(context, status());
    }

    private static void requireNone(JsonNode refusals) {
        if (!refusals.isEmpty()) {
            throw ProblemException.refused(
                    refusals.get(0).path("code").asText(), joined(refusals, "en"), joined(refusals, "zh"));
        }
    }

    private static String joined(JsonNode refusals, String language) {
        return StreamSupport.stream(refusals.spliterator(), false)
                .map(refusal -> refusal.path("text").path(language).asText())
                .collect(Collectors.joining(" "));
    }

    /**
     * A machine of its own by its address, known by the code that it has printed; or a host of the inventory by name or id, whose agent runs the arbiter. With a
     * code a host is a machine like any other.
     */
    private void arbiter(Map<String, String> request, String arbiter, String code) {
        boolean machine = IPV4.matcher(arbiter).matches();
        if (machine && code.isEmpty()) {
            throw ProblemException.about("arbiterCode", ProblemText.ARBITER_CODE, arbiter);
        }
        request.put("arbiter.code", code);
        if (machine) {
            request.put("arbiter", arbiter);
            return;
        }
        HostId id = directory.host(arbiter).thing().id();
        ArbiterCandidate host = desk.candidates().stream()
                .filter(candidate -> candidate.host().equals(id))
                .findFirst()
                .orElseThrow(() -> ProblemException.of(ProblemText.NOT_FOUND, "host", arbiter));
        request.put("arbiter", host.address());
        if (code.isEmpty()) {
            if (host.obstacle().isPresent()) {
                throw ArbiterRoutes.refusal(host);
            }
            request.put("arbiter.host", host.name());
        }
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
