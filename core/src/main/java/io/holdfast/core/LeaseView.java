package io.holdfast.core;

import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.LeaseObservation;
import io.holdfast.core.health.PlaneState;
import io.holdfast.core.health.Report;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the reporting hosts see of one host's lease slots right now (safety argument, section 4). Only observers that report now and hold a lease of their own
 * count. On each datastore only the observations of the newest value count: an observer that still shows an older one knows less than the others.
 */
record LeaseView(List<Seen> newest, long lastChangeNanos) {
    private static final LeaseView NOTHING = new LeaseView(List.of(), 0);

    /** One observation, who made it, and when its report came. */
    record Seen(HostId observer, LeaseObservation observation, long heardNanos) {
        /** The slot changed to the value shown no later than this, by the manager's clock. */
        long changedNanos() {
            return heardNanos - observation.unchangedMillis() * 1_000_000L;
        }

        boolean olderThan(Seen other) {
            LeaseObservation mine = observation;
            LeaseObservation theirs = other.observation;
            return mine.generation() != theirs.generation()
                    ? mine.generation() < theirs.generation()
                    : mine.sequence() < theirs.sequence();
        }
    }

    static LeaseView of(Turn turn, HostId host) {
        TreeMap<DatastoreId, List<Seen>> byDatastore = null;
        long freshNanos = 3_000_000L * turn.settings().reportIntervalMillis();
        for (HostHealth observer : turn.health.values()) {
            Report report = observer.report();
            if (report == null || !observer.reporting() || turn.nanos() - observer.heardNanos() > freshNanos) {
                continue;
            }
            for (LeaseObservation observation : report.observationsOf(host)) {
                if (observation.observerHeld() && observation.generation() > 0) {
                    byDatastore = byDatastore == null ? new TreeMap<>() : byDatastore;
                    keepNewest(
                            byDatastore.computeIfAbsent(observation.datastore(), key -> new ArrayList<>()),
                            new Seen(observer.host(), observation, observer.heardNanos()));
                }
            }
        }
        if (byDatastore == null) {
            return NOTHING;
        }
        List<Seen> newest = new ArrayList<>();
        long lastChange = 0;
        for (List<Seen> seen : byDatastore.values()) {
            newest.addAll(seen);
            lastChange = Math.max(lastChange, firstSeenChanged(seen));
        }
        return new LeaseView(newest, lastChange);
    }

    /** The first to see the newest value knows best when it came. */
    private static long firstSeenChanged(List<Seen> seen) {
        long result = Long.MAX_VALUE;
        for (Seen each : seen) {
            result = Math.min(result, each.changedNanos());
        }
        return result;
    }

    private static void keepNewest(List<Seen> list, Seen seen) {
        if (!list.isEmpty() && seen.olderThan(list.getFirst())) {
            return;
        }
        if (!list.isEmpty() && list.getFirst().olderThan(seen)) {
            list.clear();
        }
        list.add(seen);
    }

    /** The host's slots are seen, and on every datastore the newest value has been seen unchanged for F or longer by somebody. */
    boolean stale(int lossMillis) {
        for (Seen seen : newest) {
            Seen longest = longestUnchanged(seen.observation.datastore(), seen.observation.generation());
            if (longest == null || longest.observation.unchangedMillis() < lossMillis) {
                return false;
            }
        }
        return !newest.isEmpty();
    }

    /** The observation that shows the newest value unchanged the longest on a datastore, if that value is of this generation; else null. */
    @Nullable
    Seen longestUnchanged(DatastoreId datastore, long generation) {
        Seen best = null;
        for (Seen seen : newest) {
            boolean counts =
                    seen.observation.datastore().equals(datastore) && seen.observation.generation() == generation;
            if (counts && (best == null || seen.observation.unchangedMillis() > best.observation.unchangedMillis())) {
                best = seen;
            }
        }
        return best;
    }

    /** Generation of the newest value on a datastore; 0: none is seen. */
    long generation(DatastoreId datastore) {
        for (Seen seen : newest) {
            if (seen.observation.datastore().equals(datastore)) {
                return seen.observation.generation();
            }
        }
        return 0;
    }

    /** The slot itself says that the host's business plane is at fault. */
    boolean businessFault() {
        for (Seen seen : newest) {
            if (seen.observation.business() == PlaneState.FAULT) {
                return true;
            }
        }
        return false;
    }
}
