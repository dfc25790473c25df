package io.holdfast.manager.rest;

import io.holdfast.core.State;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.Vm;
import io.holdfast.manager.ClusterLoop;
import io.holdfast.manager.Clusters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Finds things by name or id over all clusters. An id wins over a name. */
public final class Directory {
    private final Clusters clusters;

    public Directory(Clusters clusters) {
        this.clusters = clusters;
    }

    /** Something found, with the loop of its cluster. */
    public record Found<T>(ClusterLoop loop, T thing) {}

    /** Names and ids of one kind of thing. */
    private record Kind<T>(
            String name, Function<State, Iterable<T>> all, Function<T, String> id, Function<T, String> title) {}

    private static final Kind<Host> HOST = new Kind<>(
            "host", state -> state.hosts().values(), host -> host.id().value(), Host::name);
    private static final Kind<Datastore> DATASTORE = new Kind<>(
            "datastore",
            state -> state.datastores().values(),
            datastore -> datastore.id().value(),
            Datastore::name);
    private static final Kind<Vm> VM = new Kind<>(
            "virtual machine", state -> state.vms().values(), vm -> vm.id().value(), Vm::name);

    /** A cluster, or a problem naming this field. */
    public ClusterLoop cluster(String field, String nameOrId) {
        for (ClusterLoop loop : clusters.all()) {
            if (loop.cluster().value().equals(nameOrId)) {
                return loop;
            }
        }
        return clusters.all().stream()
                .filter(loop -> loop.state().cluster().name().equals(nameOrId))
                .findFirst()
                .orElseThrow(() -> ProblemException.about(field, ProblemText.NOT_FOUND, "cluster", nameOrId));
    }

    public Found<Host> host(String nameOrId) {
        return find(HOST, nameOrId);
    }

    public Found<Datastore> datastore(String nameOrId) {
        return find(DATASTORE, nameOrId);
    }

    public Found<Vm> vm(String nameOrId) {
        return find(VM, nameOrId);
    }

    /** A datastore of this state, or a problem naming this field. */
    static Datastore datastoreIn(State state, String field, String nameOrId) {
        for (Datastore datastore : state.datastores().values()) {
            if (datastore.id().value().equals(nameOrId) || datastore.name().equals(nameOrId)) {
                return datastore;
            }
        }
        throw ProblemException.about(field, ProblemText.NOT_FOUND, "datastore", nameOrId);
    }

    private <T> Found<T> find(Kind<T> kind, String nameOrId) {
        List<Found<T>> named = new ArrayList<>();
        for (ClusterLoop loop : clusters.all()) {
            for (T thing : kind.all().apply(loop.state())) {
                if (kind.id().apply(thing).equals(nameOrId)) {
                    return new Found<>(loop, thing);
                }
                if (kind.title().apply(thing).equals(nameOrId)) {
                    named.add(new Found<>(loop, thing));
                }
            }
        }
        if (named.isEmpty()) {
            throw ProblemException.of(ProblemText.NOT_FOUND, kind.name(), nameOrId);
        }
        if (named.size() > 1) {
            throw ProblemException.of(ProblemText.AMBIGUOUS, kind.name(), nameOrId);
        }
        return named.getFirst();
    }
}
