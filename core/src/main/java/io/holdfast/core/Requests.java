package io.holdfast.core;

import static io.holdfast.core.Checks.reject;

import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HaMode;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.HostNetwork;
import io.holdfast.core.inventory.Nic;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.text.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What operators ask for. Each request is checked as a whole before anything of it is applied; a refusal changes nothing. */
final class Requests {
    private Requests() {}

    static @Nullable Rejected handle(Turn turn, String actor, Request request) {
        if (!turn.leading) {
            return reject(Rejected.Code.NOT_NOW, "", Message.REJECT_NOT_LEADER);
        }
        Rejected rejected = apply(turn, actor, request);
        if (rejected == null) {
            String what = request.getClass().getSimpleName();
            turn.tell(
                    TimelineEntry.Severity.INFO,
                    null,
                    null,
                    null,
                    Message.OPERATOR_DID,
                    actor,
                    what,
                    subject(turn, request));
            turn.planDue = true;
        }
        return rejected;
    }

    private static @Nullable Rejected apply(Turn turn, String actor, Request request) {
        return switch (request) {
            case Request.ChangeSettings change -> changeSettings(turn, change);
            case Request.RenameCluster rename -> renameCluster(turn, rename.name());
            case Request.ChangeNetworks change -> changeNetworks(turn, change.networks());
            case Request.AddHost add -> HostRequests.add(turn, add.host());
            case Request.ChangeHost change -> HostRequests.change(turn, change.host());
            case Request.RemoveHost remove -> HostRequests.remove(turn, remove.host());
            case Request.SetBmc set -> HostRequests.setBmc(turn, set);
            case Request.SetAdminState set -> HostRequests.setAdmin(turn, set.host(), set.admin());
            case Request.ShutDownHost down -> HostWorks.announce(turn, down);
            case Request.AddDatastore add -> addDatastore(turn, add.datastore());
            case Request.ChangeDatastore change -> changeDatastore(turn, change.datastore());
            case Request.RemoveDatastore remove -> removeDatastore(turn, remove.datastore());
            case Request.AddVm add -> VmRequests.add(turn, add.vm());
            case Request.ChangeVm change -> VmRequests.change(turn, change.vm());
            case Request.RemoveVm remove -> VmRequests.remove(turn, remove.vm());
            case Request.StartVm start -> VmRequests.start(turn, start.vm());
            case Request.StopVm stop -> VmRequests.stop(turn, stop);
            case Request.SetRequestedState set -> VmRequests.setRequested(turn, set);
            case Request.MoveVm move -> MoveRequests.move(turn, move);
            case Request.PutRule put -> putRule(turn, put.rule());
            case Request.RemoveRule remove -> removeRule(turn, remove.rule());
            case Request.ConfirmIsolation confirm -> HostRequests.confirmIsolation(turn, actor, confirm);
            case Request.ReleaseBrake ignored -> releaseBrake(turn, actor);
            case Request.LiftHold lift -> HostRequests.liftHold(turn, lift.host());
            case Request.SetHaMode set -> setHaMode(turn, set.mode());
        };
    }

    private static String subject(Turn turn, Request request) {
        return switch (request) {
            case Request.AddHost add -> add.host().name();
            case Request.ChangeHost change -> change.host().name();
            case Request.RemoveHost remove -> remove.host().value();
            case Request.SetBmc set -> turn.name(set.host());
            case Request.SetAdminState set -> turn.name(set.host()) + " " + set.admin();
            case Request.ShutDownHost down -> turn.name(down.host()) + (down.reboot() ? " reboot" : " shutdown");
            case Request.AddDatastore add -> add.datastore().name();
            case Request.ChangeDatastore change -> change.datastore().name();
            case Request.RemoveDatastore remove -> remove.datastore().value();
            case Request.AddVm add -> add.vm().name();
            case Request.ChangeVm change -> change.vm().name();
            case Request.RemoveVm remove -> remove.vm().value();
            case Request.StartVm start -> turn.name(start.vm());
            case Request.StopVm stop -> turn.name(stop.vm());
            case Request.SetRequestedState set -> turn.name(set.vm()) + " " + set.state();
            case Request.MoveVm move -> turn.name(move.vm()) + " → " + turn.name(move.host());
            case Request.PutRule put -> put.rule().id().value();
            case Request.RemoveRule remove -> remove.rule().value();
            case Request.ConfirmIsolation confirm -> turn.name(confirm.host());
            case Request.LiftHold lift -> turn.name(lift.host());
            case Request.SetHaMode set -> set.mode().name();
            case Request.RenameCluster ignored -> turn.cluster.name();
            case Request.ChangeSettings ignored -> turn.cluster.name();
            case Request.ChangeNetworks ignored -> turn.cluster.name();
            case Request.ReleaseBrake ignored -> turn.cluster.name();
        };
    }

    private static @Nullable Rejected changeSettings(Turn turn, Request.ChangeSettings change) {
        Rejected rejected = Checks.settings(change.settings());
        if (rejected == null) {
            turn.put(turn.cluster.withSettings(change.settings()));
        }
        return rejected;
    }

    private static @Nullable Rejected renameCluster(Turn turn, String name) {
        Rejected rejected = Checks.name(name);
        if (rejected == null) {
            turn.put(turn.cluster.withName(name));
        }
        return rejected;
    }

    private static @Nullable Rejected changeNetworks(Turn turn, List<String> networks) {
        for (String network : networks) {
            Rejected name = Checks.name(network);
            if (name != null) {
                return name;
            }
        }
        for (Vm vm : turn.vms.values()) {
            for (Nic nic : vm.nics()) {
                if (!networks.contains(nic.network())) {
                    return reject(
                            Rejected.Code.CONFLICT,
                            "networks",
                            Message.REJECT_NETWORK_IN_USE,
                            nic.network(),
                            vm.name());
                }
            }
        }
        for (Host host : turn.hosts.values()) {
            for (HostNetwork network : host.networks()) {
                if (!networks.contains(network.network())) {
                    return reject(
                            Rejected.Code.CONFLICT,
                            "networks",
                            Message.REJECT_NETWORK_IN_USE,
                            network.network(),
                            host.name());
                }
            }
        }
        turn.put(turn.cluster.withNetworks(networks));
        return null;
    }

    private static @Nullable Rejected addDatastore(Turn turn, Datastore datastore) {
        if (turn.datastores.containsKey(datastore.id())) {
            return reject(
                    Rejected.Code.CONFLICT,
                    "id",
                    Message.REJECT_ID_TAKEN,
                    datastore.id().value());
        }
        return checkedDatastore(turn, datastore);
    }

    private static @Nullable Rejected changeDatastore(Turn turn, Datastore datastore) {
        if (!turn.datastores.containsKey(datastore.id())) {
            return unknownDatastore(datastore.id());
        }
        return checkedDatastore(turn, datastore);
    }

    private static @Nullable Rejected checkedDatastore(Turn turn, Datastore datastore) {
        Rejected name = Checks.name(datastore.name());
        if (name != null) {
            return name;
        }
        for (Datastore other : turn.datastores.values()) {
            boolean another = !other.id().equals(datastore.id());
            if (another && other.name().equals(datastore.name())) {
                return reject(Rejected.Code.CONFLICT, "name", Message.REJECT_NAME_TAKEN, datastore.name());
            }
            if (another && other.location().equals(datastore.location())) {
                return reject(Rejected.Code.CONFLICT, "location", Message.REJECT_LOCATION_TAKEN, other.name());
            }
        }
        turn.put(datastore);
        return null;
    }

    private static Rejected unknownDatastore(DatastoreId id) {
        return reject(Rejected.Code.NOT_FOUND, "datastore", Message.REJECT_UNKNOWN_DATASTORE, id.value());
    }

    private static @Nullable Rejected removeDatastore(Turn turn, DatastoreId id) {
        if (!turn.datastores.containsKey(id)) {
            return unknownDatastore(id);
        }
        for (Vm vm : turn.vms.values()) {
            if (vm.datastores().contains(id)) {
                return inUse(turn, id, vm.name());
            }
        }
        for (Host host : turn.hosts.values()) {
            if (host.datastores().contains(id)) {
                return inUse(turn, id, host.name());
            }
        }
        turn.datastores = turn.datastores.minus(id);
        turn.changes.add(new Change.RemoveDatastore(id));
        return null;
    }

    private static Rejected inUse(Turn turn, DatastoreId id, String by) {
        return reject(Rejected.Code.CONFLICT, "datastore", Message.REJECT_DATASTORE_IN_USE, turn.name(id), by);
    }

    private static @Nullable Rejected putRule(Turn turn, Rule rule) {
        Rejected rejected = RuleChecks.check(turn, rule);
        if (rejected == null) {
            turn.put(rule);
        }
        return rejected;
    }

    private static @Nullable Rejected removeRule(Turn turn, RuleId id) {
        if (!turn.rules.containsKey(id)) {
            return reject(Rejected.Code.NOT_FOUND, "rule", Message.REJECT_UNKNOWN_RULE, id.value());
        }
        turn.rules = turn.rules.minus(id);
        turn.changes.add(new Change.RemoveRule(id));
        return null;
    }

    private static @Nullable Rejected releaseBrake(Turn turn, String actor) {
        turn.brakeReleasedNanos = turn.nanos();
        turn.tell(TimelineEntry.Severity.WARNING, null, null, null, Message.BRAKE_RELEASED, actor);
        return null;
    }

    private static @Nullable Rejected setHaMode(Turn turn, HaMode mode) {
        Pause.set(turn, mode);
        return null;
    }

    /** HA is frozen, and there is nowhere to write this down until it resumes. */
    static Rejected frozen(String name) {
        return reject(Rejected.Code.NOT_NOW, "haMode", Message.REJECT_HA_FROZEN, name);
    }

    static Rejected unknown(HostId host) {
        return reject(Rejected.Code.NOT_FOUND, "host", Message.REJECT_UNKNOWN_HOST, host.value());
    }

    static Rejected unknown(VmId vm) {
        return reject(Rejected.Code.NOT_FOUND, "vm", Message.REJECT_UNKNOWN_VM, vm.value());
    }
}
