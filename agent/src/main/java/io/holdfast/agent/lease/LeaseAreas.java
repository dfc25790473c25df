package io.holdfast.agent.lease;

import io.holdfast.agent.rule.LeaseTimes;
import io.holdfast.protocol.agent.Datastore;
import java.nio.file.Path;

/** Makes the lease area of a datastore's kind. */
public interface LeaseAreas {
    /** A new connection of its own; nothing is touched before its first use. */
    LeaseArea open(Datastore datastore, LeaseTimes times);

    /** The real ones. {@code hostId} names the iSCSI initiator. */
    static LeaseAreas real(String hostId) {
        return (datastore, times) -> switch (datastore.getLocationCase()) {
            case ISCSI -> {
                int seconds = (int) Math.max(1, times.lossNanos() / 2_000_000_000L);
                yield new IscsiLeaseArea(
                        datastore.getIscsi().getPortal(),
                        datastore.getIscsi().getTarget(),
                        datastore.getIscsi().getLeaseLun(),
                        initiator(hostId),
                        seconds);
            }
            case SHARED_PATH ->
                new FileLeaseArea(Path.of(datastore.getSharedPath().getPath()));
            case LOCATION_NOT_SET ->
                throw new IllegalArgumentException("datastore " + datastore.getDatastoreId() + " has no location");
        };
    }

    /** The iSCSI name of a host: the storage's access rules and lock-outs go by it. */
    static String initiator(String hostId) {
        return "iqn.2026-01.io.holdfast:" + hostId;
    }
}
