package io.holdfast.core.inventory;

/** Storage that several hosts see, with one lease area. */
public record Datastore(DatastoreId id, String name, Location location) {
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
