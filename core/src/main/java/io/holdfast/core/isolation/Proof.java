package io.holdfast.core.isolation;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;

/**
 * Why a run has no writer any more (safety argument, section 3). No proof, no restart. {@code wallMillis} is when the manager had it, for people.
 */
public sealed interface Proof {
    /** The host that is isolated. */
    HostId host();

    /** When the manager had it, since 1970-01-01 UTC. */
    long wallMillis();

    /** The BMC says off; covers the whole host. */
    record PoweredOff(HostId host, long wallMillis, How how) implements Proof {
        /** Which rule made it a proof. */
        public enum How {
            /** Read off twice without a command, no sign of life since before the first read. */
            READ_TWICE,
            /** Read back off after the power-off command. */
            AFTER_COMMAND
        }
    }

    /** The old host's agent says that the process has been reaped; covers that VM. */
    record ProcessEnded(HostId host, long wallMillis, VmId vm, long run, EndCause cause, How how) implements Proof {
        /** How the agent said it. */
        public enum How {
            REPORT,
            /** The lease slot on the shared storage says so. */
            LEASE_SLOT,
            /** The host's lease is of a later generation, which begins only after every VM of the older one was reaped. */
            NEW_GENERATION,
            /** The host runs a later boot. */
            NEW_BOOT,
            /** The agent refused or failed the start, and is certain that no process of this run lives or ever will. */
            START_REFUSED
        }
    }

    /**
     * The storage refuses the host; covers that host on that datastore.
     *
     * @param method what was done: Ceph blocklist, iSCSI session and ACL removed, SCSI-3 reservation preempted
     */
    record LockedOut(HostId host, long wallMillis, DatastoreId datastore, String method) implements Proof {}

    /**
     * The host's lease expired (section 4); covers that host on that datastore.
     *
     * @param unchangedMillis as the observer measured
     * @param boundMillis E of the cluster
     * @param watchdogArmed false only where the cluster accepts the weaker bound
     */
    record LeaseExpired(
            HostId host,
            long wallMillis,
            DatastoreId datastore,
            long generation,
            HostId observer,
            long unchangedMillis,
            long boundMillis,
            boolean watchdogArmed)
            implements Proof {}

    /** A person stated it, twice, with a reason; covers the whole host. */
    record OperatorConfirmed(HostId host, long wallMillis, String actor, String reason) implements Proof {}
}
