package io.holdfast.core;

import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Bmc;
import io.holdfast.core.inventory.ClusterSettings;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HaMode;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an operator can ask for. Ids of new things are chosen by the caller. A refusal changes nothing ({@link Rejected}). */
public sealed interface Request {
    /** Settings of the cluster, checked as a whole. */
    record ChangeSettings(ClusterSettings settings) implements Request {}

    /** Another name of the cluster. That no other cluster has it is the caller's to know: a state is one cluster's. */
    record RenameCluster(String name) implements Request {}

    /** The cluster's networks. */
    record ChangeNetworks(List<String> networks) implements Request {
        public ChangeNetworks {
            networks = List.copyOf(networks);
        }
    }

    /** With lease slot -1: it is assigned. */
    record AddHost(Host host) implements Request {}

    /** Everything of it but its lease slot. */
    record ChangeHost(Host host) implements Request {}

    /** Only when no run of any VM may be alive on it. */
    record RemoveHost(HostId host) implements Request {}

    /** Only the BMC. */
    record SetBmc(HostId host, @Nullable Bmc bmc) implements Request {}

    /** Enable, disable, or put into maintenance. */
    record SetAdminState(HostId host, AdminState admin) implements Request {}

    /**
     * A host is about to be shut down or rebooted in an orderly way: its VMs are treated as the cluster's shutdown policy says, and it takes no others until it has booted anew or is
     * enabled again. It may be switched off when no VM is left on it; nothing here switches it off.
     */
    record ShutDownHost(HostId host, boolean reboot) implements Request {}

    record AddDatastore(Datastore datastore) implements Request {}

    record ChangeDatastore(Datastore datastore) implements Request {}

    /** Only when neither a VM nor a host uses it. */
    record RemoveDatastore(DatastoreId datastore) implements Request {}

    /** With ownership index -1: it is assigned. */
    record AddVm(Vm vm) implements Request {}

    /** Disks and size only while it does not run. */
    record ChangeVm(Vm vm) implements Request {}

    /** Only when no run of it may be alive. */
    record RemoveVm(VmId vm) implements Request {}

    /** Requested state STARTED, and a new try if it waits. */
    record StartVm(VmId vm) implements Request {}

    /** Requested state STOPPED. */
    record StopVm(VmId vm, boolean force, int graceMillis) implements Request {}

    /** DISABLED, IGNORED and so on. */
    record SetRequestedState(VmId vm, RequestedState state) implements Request {}

    /**
     * Move a VM that runs to this host: live, or by stopping it and starting it there. Refused, with the reason, when it cannot go there now. VMs that a strict rule binds
     * together move together.
     */
    record MoveVm(VmId vm, HostId host, boolean live) implements Request {}

    record PutRule(Rule rule) implements Request {}

    record RemoveRule(RuleId rule) implements Request {}

    /**
     * A person states that the host is powered off or cut from all shared storage. The second statement is the host's name, typed again.
     * Refused while the host reports.
     */
    record ConfirmIsolation(HostId host, String hostNameAgain, String reason) implements Request {}

    /** Let forced power-off go on in spite of the brake, once. */
    record ReleaseBrake() implements Request {}

    /** Let a flapping host take VMs again. */
    record LiftHold(HostId host) implements Request {}

    /** Pause or resume HA. */
    record SetHaMode(HaMode mode) implements Request {}
}
