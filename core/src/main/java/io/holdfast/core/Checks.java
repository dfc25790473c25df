package io.holdfast.core;

import io.holdfast.core.inventory.Bmc;
import io.holdfast.core.inventory.ClusterSettings;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Disk;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostNetwork;
import io.holdfast.core.inventory.LeaseProfile;
import io.holdfast.core.inventory.Nic;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.policy.Action;
import io.holdfast.core.policy.PolicyRows;
import io.holdfast.core.policy.PolicyTable;
import io.holdfast.core.text.Message;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Whether what an operator wrote can be. Each check gives the refusal, with the field and the remedy, or null. */
final class Checks {
    private static final long LARGEST_MEMORY_BYTES = 1L << 46;
    private static final long SMALLEST_MEMORY_BYTES = 1L << 20;

    private Checks() {}

    static Rejected reject(Rejected.Code code, String field, Message message, String... arguments) {
        return new Rejected(code, field, message, List.of(arguments));
    }

    /** The first refusal of several checks, in order. */
    static @Nullable Rejected first(@Nullable Rejected... checks) {
        for (Rejected check : checks) {
            if (check != null) {
                return check;
            }
        }
        return null;
    }

    static @Nullable Rejected range(String field, double value, double least, double most) {
        return value >= least && value <= most
                ? null
                : reject(
                        Rejected.Code.INVALID,
                        field,
                        Message.REJECT_OUT_OF_RANGE,
                        field,
                        number(value),
                        number(least),
                        number(most));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    static @Nullable Rejected name(String name) {
        return name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
                ? null
                : reject(Rejected.Code.INVALID, "name", Message.REJECT_NAME_EMPTY);
    }

    static @Nullable Rejected settings(ClusterSettings settings) {
        LeaseProfile lease = settings.lease();
        if (!lease.holds()) {
            return reject(
                    Rejected.Code.INVALID,
                    "lease",
                    Message.REJECT_LEASE,
                    String.valueOf(lease.expiryMillis()),
                    lease.clockRateErrorPpm() >= 0 && lease.clockRateErrorPpm() < 500_000
                            ? String.valueOf(lease.worstCaseMillis())
                            : "?");
        }
        return first(
                policy(settings.policy()),
                range("reportIntervalMillis", settings.reportIntervalMillis(), 100, 5000),
                range("missedReports", settings.missedReports(), 3, 100),
                range("connectGraceMillis", settings.connectGraceMillis(), 5000, 600_000),
                range("cpuOvercommit", settings.cpuOvercommit(), 0.1, 100),
                range("memoryOvercommit", settings.memoryOvercommit(), 0.1, 10),
                range("startsPerHost", settings.startsPerHost(), 1, 1000),
                range("startTimeoutMillis", settings.startTimeoutMillis(), 1000, 600_000),
                range("brake.sharePercent", settings.brake().sharePercent(), 1, 100),
                range("brake.minimumHosts", settings.brake().minimumHosts(), 2, Integer.MAX_VALUE),
                range("brake.windowMillis", settings.brake().windowMillis(), 1000, 3_600_000));
    }

    static @Nullable Rejected policy(PolicyTable policy) {
        int row = policy.firstBrokenRow();
        if (row == PolicyTable.ROWS) {
            return reject(
                    Rejected.Code.INVALID,
                    "policy",
                    Message.REJECT_POLICY_ROWS,
                    String.valueOf(policy.rows().size()));
        }
        return row < 0 ? null : policy(row, policy.rows().get(row));
    }

    static @Nullable Rejected policy(@Nullable PolicyRows rows) {
        if (rows == null) {
            return null;
        }
        for (var entry : rows.actions().entrySet()) {
            Rejected range = range("policy.row", entry.getKey(), 0, PolicyTable.ROWS - 1.0);
            Rejected rejected = range != null ? range : policy(entry.getKey(), entry.getValue());
            if (rejected != null) {
                return rejected;
            }
        }
        return null;
    }

    /** Whether a row may have this action. */
    private static @Nullable Rejected policy(int row, Action action) {
        List<Action> choices = PolicyTable.choices(row);
        if (choices.contains(action)) {
            return null;
        }
        String field = "actions." + PolicyTable.name(row);
        if (PolicyTable.locked(row)) {
            String open = IntStream.range(0, PolicyTable.ROWS)
                    .filter(other -> !PolicyTable.locked(other))
                    .mapToObj(PolicyTable::name)
                    .collect(Collectors.joining(", "));
            return reject(
                    Rejected.Code.INVALID,
                    field,
                    Message.REJECT_POLICY_LOCKED,
                    PolicyTable.name(row),
                    choices.getFirst().code(),
                    action.code(),
                    open);
        }
        return reject(
                Rejected.Code.INVALID,
                field,
                Message.REJECT_POLICY_ACTION,
                PolicyTable.name(row),
                action.code(),
                choices.stream().map(Action::code).collect(Collectors.joining(", ")));
    }

    static @Nullable Rejected host(Turn turn, Host host) {
        Rejected basics = first(
                name(host.name()),
                host.managementAddress().isBlank()
                        ? reject(Rejected.Code.INVALID, "managementAddress", Message.REJECT_ADDRESS_EMPTY)
                        : null,
                range("cpuCores", host.cpuCores(), 0, 4096),
                range("memoryBytes", host.memoryBytes(), 0, LARGEST_MEMORY_BYTES),
                bmc(turn, host, host.bmc()),
                hostReferences(turn, host));
        if (basics != null) {
            return basics;
        }
        for (Host other : turn.hosts.values()) {
            if (other.id().equals(host.id())) {
                continue;
            }
            if (other.name().equals(host.name())) {
                return reject(Rejected.Code.CONFLICT, "name", Message.REJECT_NAME_TAKEN, host.name());
            }
            if (other.managementAddress().equals(host.managementAddress())) {
                return reject(
                        Rejected.Code.CONFLICT,
                        "managementAddress",
                        Message.REJECT_ADDRESS_TAKEN,
                        host.managementAddress(),
                        other.name());
            }
        }
        return null;
    }

    private static @Nullable Rejected hostReferences(Turn turn, Host host) {
        for (DatastoreId datastore : host.datastores()) {
            if (!turn.datastores.containsKey(datastore)) {
                return reject(
                        Rejected.Code.NOT_FOUND, "datastores", Message.REJECT_UNKNOWN_DATASTORE, datastore.value());
            }
        }
        for (HostNetwork network : host.networks()) {
            if (!turn.cluster.networks().contains(network.network())) {
                return reject(Rejected.Code.NOT_FOUND, "networks", Message.REJECT_UNKNOWN_NETWORK, network.network());
            }
        }
        return null;
    }

    static @Nullable Rejected bmc(Turn turn, Host host, @Nullable Bmc bmc) {
        if (bmc == null) {
            return null;
        }
        String address = bmc.address() + ":" + bmc.port();
        if (bmc.address().isBlank() || bmc.port() < 1 || bmc.port() > 65_535) {
            return reject(Rejected.Code.INVALID, "bmc", Message.REJECT_BMC_INVALID, address);
        }
        for (Host other : turn.hosts.values()) {
            Bmc its = other.bmc();
            if (!other.id().equals(host.id())
                    && its != null
                    && its.address().equals(bmc.address())
                    && its.port() == bmc.port()) {
                return reject(Rejected.Code.CONFLICT, "bmc", Message.REJECT_BMC_TAKEN, address, other.name());
            }
        }
        return null;
    }

    static @Nullable Rejected vm(Turn turn, Vm vm) {
        Rejected basics = first(
                name(vm.name()),
                range("cpuCores", vm.cpuCores(), 1, 4096),
                range("memoryBytes", vm.memoryBytes(), SMALLEST_MEMORY_BYTES, LARGEST_MEMORY_BYTES),
                range("ha.maxRestarts", vm.ha().maxRestarts(), 0, 100),
                range("ha.maxRelocations", vm.ha().maxRelocations(), 0, 1000),
                range("ha.delayMillis", vm.ha().delayMillis(), 0, 3_600_000),
                range("ha.heartbeatWaitMillis", vm.ha().heartbeatWaitMillis(), 0, 3_600_000),
                range("ha.hungAfterMillis", vm.ha().hungAfterMillis(), 10_000, 3_600_000),
                policy(vm.ha().policy()),
                vm.disks().isEmpty() && vm.boot().kernel().isBlank()
                        ? reject(Rejected.Code.INVALID, "disks", Message.REJECT_VM_NO_DISK)
                        : null,
                disks(turn, vm),
                nics(turn, vm));
        if (basics != null) {
            return basics;
        }
        for (Vm other : turn.vms.values()) {
            if (!other.id().equals(vm.id()) && other.name().equals(vm.name())) {
                return reject(Rejected.Code.CONFLICT, "name", Message.REJECT_NAME_TAKEN, vm.name());
            }
        }
        return first(volumes(turn, vm), fitsSomewhere(turn, vm));
    }

    private static @Nullable Rejected disks(Turn turn, Vm vm) {
        for (Disk disk : vm.disks()) {
            Datastore datastore = turn.datastores.get(disk.datastore());
            if (datastore == null) {
                return reject(
                        Rejected.Code.NOT_FOUND,
                        "disks",
                        Message.REJECT_UNKNOWN_DATASTORE,
                        disk.datastore().value());
            }
            boolean lease = switch (datastore.location()) {
                case Datastore.Location.Iscsi iscsi -> disk.volume().equals(String.valueOf(iscsi.leaseLun()));
                case Datastore.Location.SharedPath ignored -> disk.volume().equals(".holdfast-leases");
            };
            if (lease) {
                return reject(
                        Rejected.Code.CONFLICT,
                        "disks",
                        Message.REJECT_VOLUME_IS_LEASE,
                        disk.volume(),
                        datastore.name());
            }
            Rejected size = range("disks.sizeBytes", disk.sizeBytes(), 0, 1L << 56);
            if (size != null) {
                return size;
            }
        }
        return null;
    }

    private static @Nullable Rejected nics(Turn turn, Vm vm) {
        for (Nic nic : vm.nics()) {
            if (!turn.cluster.networks().contains(nic.network())) {
                return reject(Rejected.Code.NOT_FOUND, "nics", Message.REJECT_UNKNOWN_NETWORK, nic.network());
            }
        }
        return null;
    }

    /** A writable volume has one owner: two VMs on one volume would be two writers by configuration. */
    private static @Nullable Rejected volumes(Turn turn, Vm vm) {
        for (Disk disk : vm.disks()) {
            for (Vm other : turn.vms.values()) {
                for (Disk its : other.disks()) {
                    boolean same = !other.id().equals(vm.id())
                            && its.datastore().equals(disk.datastore())
                            && its.volume().equals(disk.volume());
                    if (same && !(its.readOnly() && disk.readOnly())) {
                        return reject(
                                Rejected.Code.CONFLICT,
                                "disks",
                                Message.REJECT_VOLUME_TAKEN,
                                disk.volume(),
                                turn.name(disk.datastore()),
                                other.name());
                    }
                }
            }
        }
        return null;
    }

    /** Some host of the cluster, healthy or not, could carry it when empty. Hosts whose size is not known yet could. */
    private static @Nullable Rejected fitsSomewhere(Turn turn, Vm vm) {
        double cores = 0;
        double memory = 0;
        boolean reachable = turn.hosts.isEmpty();
        for (Host host : turn.hosts.values()) {
            int its = Planning.cores(turn, host);
            long bytes = Planning.memory(turn, host);
            if (its == 0 || bytes == 0) {
                return null;
            }
            cores = Math.max(cores, its * turn.settings().cpuOvercommit());
            memory = Math.max(memory, bytes * turn.settings().memoryOvercommit());
            boolean reaches = host.datastores().containsAll(vm.datastores())
                    && host.networks().stream()
                            .map(HostNetwork::network)
                            .toList()
                            .containsAll(vm.nics().stream().map(Nic::network).toList());
            reachable |= reaches;
            if (reaches
                    && vm.cpuCores() <= its * turn.settings().cpuOvercommit()
                    && vm.memoryBytes() <= bytes * turn.settings().memoryOvercommit()) {
                return null;
            }
        }
        if (turn.hosts.isEmpty()) {
            return null;
        }
        return !reachable
                ? reject(Rejected.Code.INVALID, "disks", Message.REJECT_VM_NO_HOST)
                : reject(
                        Rejected.Code.INVALID,
                        vm.memoryBytes() > memory ? "memoryBytes" : "cpuCores",
                        Message.REJECT_VM_TOO_LARGE,
                        String.valueOf(vm.cpuCores()),
                        String.valueOf(vm.memoryBytes() >> 20),
                        String.valueOf((long) cores),
                        String.valueOf((long) memory >> 20));
    }
}
