package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.core.State;
import io.holdfast.core.health.Evidence;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.LeaseObservation;
import io.holdfast.core.health.LeaseStatus;
import io.holdfast.core.health.PlaneState;
import io.holdfast.core.health.Suspicion;
import io.holdfast.core.health.UplinkStatus;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The three planes of a host as people see them, read off the state. What is decided on them is the core's. */
final class PlaneView {
    private PlaneView() {}

    /** Management: the host reports, or what is held to be wrong with it. */
    static PlaneState management(HostHealth health) {
        Suspicion suspicion = health.suspicion();
        if (suspicion == null) {
            return !health.reporting()
                    ? PlaneState.UNKNOWN
                    : health.degradation(Evidence.Plane.MANAGEMENT, "") == null ? PlaneState.OK : PlaneState.DEGRADED;
        }
        Verdict verdict = suspicion.verdict();
        if (verdict == null) {
            return health.connected() ? PlaneState.DEGRADED : PlaneState.UNKNOWN;
        }
        return switch (verdict) {
            case DEAD, PARTITIONED, OPERATOR -> PlaneState.FAULT;
            case AGENT_DOWN, REBOOTED -> PlaneState.DEGRADED;
            case MANAGER_SIDE -> PlaneState.UNKNOWN;
            case STORAGE_LOST, UPLINK_LOST, VM_ENDED -> PlaneState.OK;
        };
    }

    /** One datastore: by the host's own lease while it reports, else by what the others read in its slot. */
    static PlaneState storage(State state, Host host, DatastoreId datastore) {
        HostHealth health = health(state, host.id());
        LeaseStatus own = health.lease(datastore);
        int lossMillis = state.cluster().settings().lease().lossMillis();
        if (health.reporting() || (health.connected() && health.report() != null)) {
            if (own == null) {
                return PlaneState.UNKNOWN;
            }
            if (!own.held()) {
                return PlaneState.FAULT;
            }
            boolean degraded = health.degradation(Evidence.Plane.STORAGE, datastore.value()) != null;
            return degraded || own.ageMillis() > lossMillis / 2 ? PlaneState.DEGRADED : PlaneState.OK;
        }
        long unchanged = leastUnchanged(state, host.id(), datastore);
        if (unchanged < 0) {
            return PlaneState.UNKNOWN;
        }
        if (unchanged < lossMillis) {
            return PlaneState.OK;
        }
        return unchanged < state.cluster().settings().lease().expiryMillis() ? PlaneState.DEGRADED : PlaneState.FAULT;
    }

    private static long leastUnchanged(State state, HostId host, DatastoreId datastore) {
        long least = -1;
        for (LeaseObservation seen : observations(state, host)) {
            if (seen.datastore().equals(datastore) && (least < 0 || seen.unchangedMillis() < least)) {
                least = seen.unchangedMillis();
            }
        }
        return least;
    }

    private static List<LeaseObservation> observations(State state, HostId host) {
        List<LeaseObservation> result = new ArrayList<>();
        for (HostHealth observer : state.health().values()) {
            if (observer.reporting() && observer.report() != null) {
                observer.report().observations().stream()
                        .filter(seen -> seen.host().equals(host) && seen.observerHeld() && seen.generation() > 0)
                        .forEach(result::add);
            }
        }
        return result;
    }

    /** Business: per network some uplink must carry; while the host is silent, what its living lease slot says. */
    static PlaneState business(State state, Host host) {
        HostHealth health = health(state, host.id());
        if (health.connected() && health.report() != null) {
            return ofUplinks(health, health.report().uplinks());
        }
        int lossMillis = state.cluster().settings().lease().lossMillis();
        for (LeaseObservation seen : observations(state, host.id())) {
            if (seen.unchangedMillis() < lossMillis) {
                return seen.business();
            }
        }
        return PlaneState.UNKNOWN;
    }

    private static PlaneState ofUplinks(HostHealth health, List<UplinkStatus> uplinks) {
        Map<String, Boolean> carried = new TreeMap<>();
        uplinks.forEach(uplink -> carried.merge(uplink.network(), uplink.up(), Boolean::logicalOr));
        PlaneState worst = PlaneState.OK;
        for (Map.Entry<String, Boolean> network : carried.entrySet()) {
            boolean degraded = health.degradation(Evidence.Plane.BUSINESS, network.getKey()) != null;
            PlaneState one = !network.getValue() ? PlaneState.FAULT : degraded ? PlaneState.DEGRADED : PlaneState.OK;
            worst = worse(worst, one);
        }
        return worst;
    }

    /** Why a plane of a host that reports is degraded, in both languages; empty when it is not. */
    static ArrayNode reasons(HostHealth health, Evidence.Plane plane) {
        ArrayNode reasons = JsonNodeFactory.instance.arrayNode();
        if (health.connected()) {
            health.degraded().values().stream()
                    .filter(degradation -> degradation.plane() == plane && degradation.counts())
                    .forEach(degradation -> reasons.add(Texts.text(degradation.reason(), degradation.arguments())));
        }
        return reasons;
    }

    /** The worse of two; unknown is worse than ok and better than degraded. */
    static PlaneState worse(PlaneState one, PlaneState other) {
        return rank(one) >= rank(other) ? one : other;
    }

    private static int rank(PlaneState state) {
        return switch (state) {
            case OK -> 0;
            case UNKNOWN -> 1;
            case DEGRADED -> 2;
            case FAULT -> 3;
        };
    }

    /** The host in one word. */
    static String word(HostHealth health, boolean everConnected) {
        Suspicion suspicion = health.suspicion();
        if (suspicion == null) {
            if (health.reporting()) {
                return "ok";
            }
            return everConnected ? "returning" : "new";
        }
        Verdict verdict = suspicion.verdict();
        if (verdict == null) {
            return "suspect";
        }
        return switch (verdict) {
            case DEAD, OPERATOR -> "dead";
            case REBOOTED -> "returning";
            case VM_ENDED -> "ok";
            case PARTITIONED, STORAGE_LOST, UPLINK_LOST, AGENT_DOWN, MANAGER_SIDE -> Texts.code(verdict);
        };
    }

    /** What is known of a host; nothing for one that the state has no entry of yet. */
    static HostHealth health(State state, HostId host) {
        @Nullable HostHealth health = state.health().get(host);
        return health == null ? HostHealth.unknown(host, 0) : health;
    }
}
