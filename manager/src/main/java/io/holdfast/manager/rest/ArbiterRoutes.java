package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.arbiter.ArbiterCandidate;
import io.holdfast.core.arbiter.ArbiterPlacement;
import io.holdfast.manager.Answer;
import io.holdfast.manager.ArbiterDesk;
import io.holdfast.manager.lead.LeadershipView;
import io.holdfast.manager.lead.SupervisorWatch;
import io.holdfast.manager.store.DeposedException;
import io.holdfast.manager.store.StorageException;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The arbiter on a hypervisor host: where it is, where it could be, and putting it there. */
public final class ArbiterRoutes {
    private static final Pattern NODE = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}:\\d{1,5}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,31}");
    /** Galera's provider options, of which the times alone are of use to an arbiter; no path, no blank. */
    private static final Pattern OPTIONS = Pattern.compile("(evs\\.[a-z_]+=[A-Za-z0-9.]+;?)*");

    private static final int NODES = 2;

    private final LeadershipView leadership;
    private final Directory directory;
    private final Supplier<SupervisorWatch.Sight> supervisor;
    private final ArbiterDesk desk;
    private final ArbiterView view;
    private final BooleanSupplier settingUp;
    private final Writes writes;

    /** @param settingUp whether a pair is being made, or taken apart, on this node */
    public ArbiterRoutes(
            LeadershipView leadership,
            Directory directory,
            Supplier<SupervisorWatch.Sight> supervisor,
            ArbiterDesk desk,
            BooleanSupplier settingUp,
            Writes writes) {
        this.leadership = leadership;
        this.directory = directory;
        this.supervisor = supervisor;
        this.desk = desk;
        this.view = new ArbiterView(leadership, desk);
        this.settingUp = settingUp;
        this.writes = writes;
    }

    /** Its operations. */
    public List<Route> routes() {
        return List.of(
                Route.get("/management/arbiter", this::show),
                Route.post("/management/arbiter", this::enable),
                Route.post("/management/arbiter/disable", this::disable));
    }

    private void show(Context context) {
        try {
            desk.ready();
        } catch (StorageException silent) {
            // What is known is shown all the same: it is wanted most just then.
            context.header("Warning", "199 - \"the database does not answer\"");
        }
        ClusterRoutes.json(context, view.whole());
    }

    private void ready() {
        try {
            desk.ready();
        } catch (StorageException silent) {
            throw ProblemException.of(ProblemText.OUTCOME_UNKNOWN);
        }
    }

    private void enable(Context context) {
        Fields fields = Fields.of(context.body());
        ArbiterCandidate to = host(fields.text("host"));
        boolean preview = fields.flag("preview", false);
        ArbiterPlacement.Group group = fields.has("group") ? group(fields.object("group")) : null;
        fields.end();
        if (leadership.pair() && !leadership.leads()) {
            throw Gate.notLeader(leadership);
        }
        if (writes.replayed(context)) {
            return;
        }
        ready();
        ArbiterPlacement.Group joined = joined(group);
        boolean there = desk.placedOn(to.host());
        List<ProblemException> against = there ? List.of() : against(to);
        if (preview) {
            ClusterRoutes.json(context, plan(to, there, against));
            return;
        }
        if (!against.isEmpty()) {
            throw against.getFirst();
        }
        if (there && home().isEmpty()) {
            context.status(202);
            ClusterRoutes.json(context, view.state());
            return;
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("host", to.name()).put("hostId", to.host().value());
        stored(context, new Answer(202, body.toString()), operation -> desk.place(to, joined, operation));
    }

    private void disable(Context context) {
        Fields fields = Fields.of(context.body());
        boolean preview = fields.flag("preview", false);
        fields.end();
        if (writes.replayed(context)) {
            return;
        }
        ready();
        ArbiterPlacement present = desk.placement()
                .filter(ArbiterPlacement::placed)
                .orElseThrow(() -> ProblemException.of(ProblemText.ARBITER_NOT_ON_HOST));
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("from", present.hostName());
        if (preview) {
            body.set("text", ManagementText.withdrawal(present));
            ClusterRoutes.json(context, body);
            return;
        }
        if (leadership.pair()) {
            requireBothPrimary();
        }
        stored(context, new Answer(202, body.toString()), desk::withdraw);
    }

    private interface Store {
        void with(io.holdfast.manager.store.@Nullable OperationRecord operation) throws DeposedException;
    }

    private void stored(Context context, Answer answer, Store store) {
        try {
            store.with(writes.operation(context, answer));
        } catch (DeposedException lost) {
            throw Gate.notLeader(leadership);
        } catch (StorageException unknown) {
            throw ProblemException.of(ProblemText.OUTCOME_UNKNOWN);
        }
        Writes.answer(context, answer);
    }

    private ArbiterCandidate host(String name) {
        var id = directory.host(name).thing().id();
        return desk.candidates().stream()
                .filter(candidate -> candidate.host().equals(id))
                .findFirst()
                .orElseThrow(() -> ProblemException.of(ProblemText.NOT_FOUND, "host", name));
    }

    /** Address of the machine for which a host stands in; empty: for none. */
    private String home() {
        return desk.placement().map(ArbiterPlacement::home).orElse("");
    }

    /** What speaks against putting it there. */
    private List<ProblemException> against(ArbiterCandidate to) {
        List<ProblemException> against = new ArrayList<>();
        to.obstacle().ifPresent(obstacle -> against.add(refusal(to)));
        if (leadership.pair()) {
            ArbiterDesk.Votes votes = desk.votes();
            if (!votes.bothPrimary()) {
                against.add(ProblemException.of(ProblemText.ARBITER_NOT_NOW));
            } else if (desk.placement().filter(ArbiterPlacement::placed).isEmpty()
                    && votes.complete().orElse(false)) {
                against.add(ProblemException.of(ProblemText.ARBITER_ELSEWHERE, configuredAddress()));
            }
        }
        return against;
    }

    /** Why that host can't have it. */
    static ProblemException refusal(ArbiterCandidate host) {
        return switch (host.obstacle().orElseThrow()) {
            case ON_NODE -> ProblemException.about("host", ProblemText.ARBITER_ON_NODE, host.name(), host.address());
            case NOT_REPORTING -> ProblemException.about("host", ProblemText.ARBITER_HOST_SILENT, host.name());
            case NOT_ENABLED -> ProblemException.about("host", ProblemText.ARBITER_HOST_WORKED_ON, host.name());
            case NOT_INSTALLED -> ProblemException.about("host", ProblemText.ARBITER_NOT_INSTALLED, host.name());
        };
    }

    private void requireBothPrimary() {
        if (!desk.votes().bothPrimary()) {
            throw ProblemException.of(ProblemText.ARBITER_NOT_NOW);
        }
    }

    private String configuredAddress() {
        JsonNode document = supervisor.get().document();
        return document == null ? "" : document.path("arbiter").path("address").asText("");
    }

    private ObjectNode plan(ArbiterCandidate to, boolean there, List<ProblemException> against) {
        ObjectNode plan = JsonNodeFactory.instance.objectNode();
        plan.put("host", to.name()).put("hostId", to.host().value()).put("address", to.address());
        plan.put(
                "from",
                desk.placement()
                        .filter(ArbiterPlacement::placed)
                        .map(ArbiterPlacement::hostName)
                        .orElse(null));
        plan.put("there", there);
        ArrayNode refusals = plan.putArray("refusals");
        against.forEach(problem -> refusals.add(problem.asRefusal()));
        return plan;
    }

    /** What it is to join: given by the set-up of a pair, else as it was, else as this node's supervisor says. */
    private ArbiterPlacement.Group joined(ArbiterPlacement.@Nullable Group given) {
        if (!leadership.pair()) {
            if (given == null || !settingUp.getAsBoolean()) {
                throw ProblemException.of(ProblemText.ARBITER_NO_PAIR);
            }
            return given;
        }
        JsonNode document = supervisor.get().document();
        JsonNode described = document == null ? null : document.path("arbiter").path("group");
        if (document == null || described == null || !described.isObject()) {
            throw ProblemException.of(ProblemText.ARBITER_NOT_NOW);
        }
        return ArbiterDesk.group(described);
    }

    private static ArbiterPlacement.@Nullable Group group(@Nullable Fields fields) {
        if (fields == null) {
            return null;
        }
        List<String> nodes = fields.texts("nodes");
        String name = fields.text("name");
        String options = fields.text("options", "");
        fields.end();
        for (String node : nodes) {
            if (!NODE.matcher(node).matches()) {
                throw ProblemException.about(
                        fields.path("nodes"), ProblemText.ADDRESS_FORM, fields.path("nodes"), node);
            }
        }
        if (nodes.size() != NODES) {
            throw ProblemException.about(
                    fields.path("nodes"), ProblemText.FIELD_TYPE, fields.path("nodes"), "a list", nodes.toString());
        }
        if (!NAME.matcher(name).matches()) {
            throw ProblemException.about(
                    fields.path("name"), ProblemText.FIELD_TYPE, fields.path("name"), "a string", name);
        }
        if (!OPTIONS.matcher(options).matches()) {
            throw ProblemException.about(
                    fields.path("options"), ProblemText.FIELD_TYPE, fields.path("options"), "a string", options);
        }
        return new ArbiterPlacement.Group(nodes, name, options);
    }
}
