package io.holdfast.core.inventory;

import org.jspecify.annotations.Nullable;

/**
 * Storage that several hosts see, with one lease area.
 *
 * @param lockOutDriver name of the manager's driver by which this storage can refuse a host ({@code LockedOut}, safety argument, section 3); null: nobody can, so it is not sought
 * @param expiryProves false where operations of a dead client may still wait in the storage (Ceph): there an expired lease is no proof by itself, the lock-out is
 *     needed in any case (section 4)
 */
public record Datastore(
        DatastoreId id,
        String name,
        Location location,
        @Nullable String lockOutDriver,
        boolean expiryProves) {
    /** Storage without a lock-out, on which an expired lease is a proof. */
    public Datastore(DatastoreId id, String name, Location location) {
        this(id, name, location, null, true);
    }

    /** Where it is. */
    public sealed interface Location {
        /**
         * An iSCSI target; disks are its LUNs.
         *
         * @param portal address:port
         * @param target iqn
         * @param leaseLun LUN of the lease area
         */
        record Iscsi(String portal, String target, int leaseLun) implements Location {}

        /** A directory or block device that every host of the cluster sees under the same path; disks are files in it. */
        record SharedPath(String path) implements Location {}
    }
}
