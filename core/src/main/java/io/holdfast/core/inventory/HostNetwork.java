package io.holdfast.core.inventory;

import java.util.List;

/**
 * A business network on one host.
 *
 * @param network name of the cluster's network
 * @param bridge the bridge of this host that carries it
 * @param uplinks interfaces of the host that carry it, watched for carrier
 */
public record HostNetwork(String network, String bridge, List<String> uplinks) {
    public HostNetwork {
        uplinks = List.copyOf(uplinks);
    }
}
