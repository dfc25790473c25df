package io.holdfast.core.health;

import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.PVector;
import org.pcollections.TreePMap;
import org.pcollections.TreePVector;

/**
 * What is known of one host right now. Volatile: rebuilt from reports.
 *
 * @param connected its agent has a connection to this manager
 * @param hello from that connection, or the last one; null: never in this process
 * @param report the last one; null: never in this process, or not since its latest boot
 * @param heardNanos monotonic instant of the last report or hello; 0: never
 * @param graceUntilNanos silence before this instant is no reason for suspicion
 * @param suspicion null: not suspect
 * @param returns instants at which it came back from a suspicion that had a verdict, for hysteresis
 * @param networksDown networks whose uplinks are all down, and since when
 * @param holdUntilNanos takes no VMs until then because it flaps; 0: no hold
 * @param degraded parts of planes that are seen to work badly, by {@link Degradation#key}; not all of them count yet
 */
public record HostHealth(
        HostId host,
        boolean connected,
        @Nullable Hello hello,
        @Nullable Report report,
        long heardNanos,
        long graceUntilNanos,
        @Nullable Suspicion suspicion,
        PVector<Long> returns,
        PSortedMap<String, Long> networksDown,
        long holdUntilNanos,
        PSortedMap<String, Degradation> degraded) {
    /** A host that has not been heard of. */
    public static HostHealth unknown(HostId host, long graceUntilNanos) {
        return new HostHealth(
                host,
                false,
                null,
                null,
                0,
                graceUntilNanos,
                null,
                TreePVector.empty(),
                TreePMap.empty(),
                0,
                TreePMap.empty());
    }

    /** It reports: connected, and not suspect. */
    public boolean reporting() {
        return connected && report != null && suspicion == null;
    }

    /** Suspect, and its verdict is this one. */
    public boolean hasVerdict(Verdict verdict) {
        return suspicion != null && suspicion.verdict() == verdict;
    }

    /** With a new connection. */
    public HostHealth withHello(Hello other, long nowNanos, boolean sameBoot) {
        return new HostHealth(
                host,
                true,
                other,
                sameBoot ? report : null,
                nowNanos,
                graceUntilNanos,
                suspicion,
                returns,
                networksDown,
                holdUntilNanos,
                degraded);
    }

    /** Without a connection. */
    public HostHealth disconnected() {
        return new HostHealth(
                host,
                false,
                hello,
                report,
                heardNanos,
                graceUntilNanos,
                suspicion,
                returns,
                networksDown,
                holdUntilNanos,
                degraded);
    }

    /** With a new report. It has been heard of: its grace is over, a failure from now on counts at once. */
    public HostHealth withReport(Report other, long nowNanos) {
        return new HostHealth(
                host, true, hello, other, nowNanos, 0, suspicion, returns, networksDown, holdUntilNanos, degraded);
    }

    /** Suspect, or no longer. */
    public HostHealth withSuspicion(@Nullable Suspicion other) {
        return new HostHealth(
                host,
                connected,
                hello,
                report,
                heardNanos,
                graceUntilNanos,
                other,
                returns,
                networksDown,
                holdUntilNanos,
                degraded);
    }

    /** With another end of its grace. */
    public HostHealth withGrace(long untilNanos) {
        return new HostHealth(
                host,
                connected,
                hello,
                report,
                heardNanos,
                untilNanos,
                suspicion,
                returns,
                networksDown,
                holdUntilNanos,
                degraded);
    }

    /** With another history of returns and hold. */
    public HostHealth withReturns(PVector<Long> other, long holdUntil) {
        return new HostHealth(
                host,
                connected,
                hello,
                report,
                heardNanos,
                graceUntilNanos,
                suspicion,
                other,
                networksDown,
                holdUntil,
                degraded);
    }

    /** With other networks down. */
    public HostHealth withNetworksDown(PSortedMap<String, Long> other) {
        return new HostHealth(
                host,
                connected,
                hello,
                report,
                heardNanos,
                graceUntilNanos,
                suspicion,
                returns,
                other,
                holdUntilNanos,
                degraded);
    }

    /** With other parts degraded. */
    public HostHealth withDegraded(PSortedMap<String, Degradation> other) {
        return new HostHealth(
                host,
                connected,
                hello,
                report,
                heardNanos,
                graceUntilNanos,
                suspicion,
                returns,
                networksDown,
                holdUntilNanos,
                other);
    }

    /** What is wrong with a part of a plane that works badly; null: nothing that counts. */
    public @Nullable Degradation degradation(Evidence.Plane plane, String part) {
        Degradation found = degraded.isEmpty() ? null : degraded.get(Degradation.key(plane, part));
        return found != null && found.counts() ? found : null;
    }

    /** This host's own lease on a datastore, as it last reported; null: unknown. */
    public @Nullable LeaseStatus lease(DatastoreId datastore) {
        if (report != null) {
            for (LeaseStatus lease : report.leases()) {
                if (lease.datastore().equals(datastore)) {
                    return lease;
                }
            }
        }
        return null;
    }
}
