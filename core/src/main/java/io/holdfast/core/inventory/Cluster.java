package io.holdfast.core.inventory;

import java.util.List;

/**
 * A cluster: hosts that share datastores. One cluster is one {@link io.holdfast.core.State}, with one queue of events.
 *
 * @param networks names of the business networks that VMs may be attached to
 * @param nextLeaseSlot the next host gets this slot; slots are never given to another host (0..249)
 */
public record Cluster(ClusterId id, String name, ClusterSettings settings, List<String> networks, int nextLeaseSlot) {
    /** Highest number of hosts ever added to a cluster: the lease area has this many slots. */
    public static final int LEASE_SLOTS = 250;

    public Cluster {
        networks = List.copyOf(networks);
    }

    /** A new cluster with default settings. */
    public static Cluster of(ClusterId id, String name) {
        return new Cluster(id, name, ClusterSettings.DEFAULT, List.of(), 0);
    }

    /** This cluster under another name. */
    public Cluster withName(String other) {
        return new Cluster(id, other, settings, networks, nextLeaseSlot);
    }

    /** This cluster with other settings. */
    public Cluster withSettings(ClusterSettings other) {
        return new Cluster(id, name, other, networks, nextLeaseSlot);
    }

    /** This cluster with other networks. */
    public Cluster withNetworks(List<String> other) {
        return new Cluster(id, name, settings, other, nextLeaseSlot);
    }

    /** This cluster after its next lease slot has been given away. */
    public Cluster withNextLeaseSlot(int other) {
        return new Cluster(id, name, settings, networks, other);
    }
}
