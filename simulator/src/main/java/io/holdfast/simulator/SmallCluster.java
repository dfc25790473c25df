package io.holdfast.simulator;

import io.holdfast.core.Durable;
import io.holdfast.core.inventory.ClusterSettings;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Vm;
import java.util.ArrayList;
import java.util.List;

/** A cluster for exhaustive search: all hosts with a BMC, one datastore, every VM with one disk. */
public final class SmallCluster {
    private SmallCluster() {}

    public static HostId host(int index) {
        return new HostId("host" + (index + 1));
    }

    public static int index(HostId host) {
        return Integer.parseInt(host.value().substring("host".length())) - 1;
    }

    public static Durable durable(int hosts, int vms) {
        List<Datastore> datastores = Inventory.datastores(1);
        List<Host> hostList = new ArrayList<>();
        for (int index = 0; index < hosts; index++) {
            hostList.add(Inventory.host(index, true, datastores));
        }
        List<Vm> vmList = new ArrayList<>();
        for (int index = 0; index < vms; index++) {
            vmList.add(Inventory.vm(
                    index,
                    1,
                    1L << 30,
                    List.of(Inventory.disk(index, 0, datastores.getFirst().id(), false)),
                    RestartPriority.MEDIUM));
        }
        return Inventory.durable(ClusterSettings.DEFAULT, hostList, datastores, vmList, List.of());
    }
}
