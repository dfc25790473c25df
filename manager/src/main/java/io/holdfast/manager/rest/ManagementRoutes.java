package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.manager.Answer;
import io.holdfast.manager.lead.LeadershipView;
import io.holdfast.manager.lead.SupervisorWatch;
import io.holdfast.manager.store.DeposedException;
import io.holdfast.manager.store.OperationRecord;
import io.holdfast.manager.store.StorageException;
import io.holdfast.manager.store.SwitchOverRecord;
import io.javalin.http.Context;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The management nodes: their status, and the planned switch-over. */
public final class ManagementRoutes {
    private final LeadershipView leadership;
    private final ManagementView view;
    private final Supplier<SupervisorWatch.Sight> supervisor;
    private final Supplier<List<SwitchOverRecord>> history;
    private final Writes writes;
    private final HandOver handOver;

    /** Gives the leadership up, after it has stored the answer to the request. */
    public interface HandOver {
        /** @throws DeposedException this manager doesn't lead any more */
        void give(@Nullable OperationRecord answer) throws DeposedException;
    }

    /** @param history newest first */
    public ManagementRoutes(
            LeadershipView leadership,
            ManagementView view,
            Supplier<SupervisorWatch.Sight> supervisor,
            Supplier<List<SwitchOverRecord>> history,
            Writes writes,
            HandOver handOver) {
        this.leadership = leadership;
        this.view = view;
        this.supervisor = supervisor;
        this.history = history;
        this.writes = writes;
        this.handOver = handOver;
    }

    /** Its operations. */
    public List<Route> routes() {
        return List.of(
                Route.get("/management", context -> ClusterRoutes.json(context, status())),
                Route.post("/management/switch-over", this::switchOver));
    }

    /** Both nodes as this one knows them. */
    public ObjectNode status() {
        return view.status(known());
    }

    /** The history is left empty while the database doesn't answer: the rest of the status is wanted most just then. */
    private List<SwitchOverRecord> known() {
        try {
            return history.get();
        } catch (StorageException unreachable) {
            return List.of();
        }
    }

    private void switchOver(Context context) {
        if (leadership.pair() && !leadership.leads()) {
            throw Gate.notLeader(leadership);
        }
        Fields fields = Fields.of(context.body());
        boolean force = fields.flag("force", false);
        fields.end();
        if (writes.replayed(context)) {
            return;
        }
        if (!leadership.pair()) {
            throw ProblemException.of(ProblemText.NO_PEER);
        }
        if (!force) {
            requireReadyPeer();
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("from", leadership.node()).put("epoch", leadership.epoch());
        Answer answer = new Answer(202, body.toString());
        try {
            handOver.give(writes.operation(context, answer));
        } catch (DeposedException lost) {
            throw Gate.notLeader(leadership);
        } catch (StorageException unknown) {
            throw ProblemException.of(ProblemText.OUTCOME_UNKNOWN);
        }
        Writes.answer(context, answer);
    }

    private void requireReadyPeer() {
        SupervisorWatch.Sight sight = supervisor.get();
        if (sight.document() == null) {
            throw ProblemException.of(ProblemText.PEER_NOT_READY, "supervisor: " + sight.why());
        }
        var peer = sight.document().path("peer");
        String name = peer.path("node").asText("peer");
        if (!peer.isObject()) {
            throw ProblemException.of(ProblemText.PEER_NOT_READY, "the other node's supervisor is silent");
        }
        if (!peer.path("fit").asBoolean() || !peer.path("primary").asBoolean()) {
            throw ProblemException.of(ProblemText.PEER_NOT_READY, name + " is not fit");
        }
        if (!peer.path("role").asText("").equals("standby")) {
            throw ProblemException.of(ProblemText.PEER_NOT_READY, name + "'s manager is no standby");
        }
    }
}
