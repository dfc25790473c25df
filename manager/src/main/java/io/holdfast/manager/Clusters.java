package io.holdfast.manager;

import io.holdfast.core.State;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.HostId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The loops of all clusters of one manager; read by any thread. */
public final class Clusters {
    private final Map<ClusterId, ClusterLoop> loops = new ConcurrentSkipListMap<>();

    void add(ClusterLoop loop) {
        loops.put(loop.cluster(), loop);
    }

    /** All loops, in order of cluster id. */
    public Collection<ClusterLoop> all() {
        return loops.values();
    }

    /** All states, in order of cluster id. */
    public List<State> states() {
        return loops.values().stream().map(ClusterLoop::state).toList();
    }

    /** The cluster that this host belongs to. */
    public Optional<ClusterLoop> of(HostId host) {
        return loops.values().stream()
                .filter(loop -> loop.state().hosts().containsKey(host))
                .findFirst();
    }
}
