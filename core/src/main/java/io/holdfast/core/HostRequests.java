package io.holdfast.core;

import static io.holdfast.core.Checks.reject;

import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.Suspicion;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.text.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests about hosts. */
final class HostRequests {
    private HostRequests() {}

    static @Nullable Rejected add(Turn turn, Host host) {
        if (turn.hosts.containsKey(host.id())) {
            return reject(
                    Rejected.Code.CONFLICT,
                    "id",
                    Message.REJECT_ID_TAKEN,
                    host.id().value());
        }
        int slot = turn.cluster.nextLeaseSlot();
        if (slot >= Cluster.LEASE_SLOTS) {
            return reject(
                    Rejected.Code.CONFLICT, "leaseSlot", Message.REJECT_NO_SLOT, String.valueOf(Cluster.LEASE_SLOTS));
        }
        Rejected rejected = Checks.host(turn, host);
        if (rejected == null) {
            // The slot is never given to another host: an old host that comes back would write into it.
            turn.put(turn.cluster.withNextLeaseSlot(slot + 1));
            turn.put(host.withLeaseSlot(slot));
            turn.put(HostHealth.unknown(host.id(), turn.nanos()));
        }
        return rejected;
    }

    static @Nullable Rejected change(Turn turn, Host host) {
        Host before = turn.hosts.get(host.id());
        if (before == null) {
            return Requests.unknown(host.id());
        }
        Rejected rejected = Checks.host(turn, host);
        if (rejected != null) {
            return rejected;
        }
        for (VmId id : turn.liveOn(host.id())) {
            Vm vm = turn.vms.get(id);
            for (DatastoreId datastore : vm == null ? List.<DatastoreId>of() : vm.datastores()) {
                if (!host.datastores().contains(datastore)) {
                    return reject(
                            Rejected.Code.CONFLICT,
                            "datastores",
                            Message.REJECT_DATASTORE_IN_USE,
                            turn.name(datastore),
                            turn.name(id));
                }
            }
        }
        turn.put(host.withLeaseSlot(before.leaseSlot()));
        return null;
    }

    static @Nullable Rejected remove(Turn turn, HostId id) {
        Host host = turn.hosts.get(id);
        if (host == null) {
            return Requests.unknown(id);
        }
        if (!turn.liveOn(id).isEmpty()) {
            return reject(
                    Rejected.Code.CONFLICT,
                    "host",
                    Message.REJECT_HOST_IN_USE,
                    host.name(),
                    turn.name(turn.liveOn(id).first()));
        }
        for (Rule rule : turn.rules.values()) {
            if (rule instanceof Rule.VmHost vmHost
                    && vmHost.hosts().stream().anyMatch(entry -> entry.host().equals(id))) {
                return reject(
                        Rejected.Code.CONFLICT,
                        "host",
                        Message.REJECT_HOST_IN_RULE,
                        host.name(),
                        rule.id().value());
            }
        }
        Rejected rules = RuleChecks.withoutHost(turn, id);
        if (rules != null) {
            return rules;
        }
        turn.hosts = turn.hosts.minus(id);
        turn.health = turn.health.minus(id);
        turn.facts = turn.facts.minus(id);
        turn.suspects = turn.suspects.minus(id);
        turn.removeWork(id);
        turn.changes.add(new Change.RemoveHost(id));
        for (Alarm alarm : turn.alarms.values()) {
            if (alarm.subject().equals(id.value()) || alarm.subject().startsWith(id.value() + "/")) {
                turn.clear(alarm.message(), alarm.subject());
            }
        }
        return null;
    }

    static @Nullable Rejected setBmc(Turn turn, Request.SetBmc set) {
        Host host = turn.hosts.get(set.host());
        if (host == null) {
            return Requests.unknown(set.host());
        }
        Rejected rejected = Checks.bmc(turn, host, set.bmc());
        if (rejected == null) {
            turn.put(host.withBmc(set.bmc()));
            turn.clear(Message.ALARM_BMC, host.id().value());
        }
        return rejected;
    }

    static @Nullable Rejected setAdmin(Turn turn, HostId id, AdminState admin) {
        Host host = turn.hosts.get(id);
        if (host == null) {
            return Requests.unknown(id);
        }
        turn.put(host.withAdmin(admin));
        HostWorks.adminChanged(turn, host.withAdmin(admin));
        if (admin == AdminState.ENABLED && host.admin() != admin) {
            turn.cameBack = turn.cameBack.plus(id, turn.nanos());
        }
        return null;
    }

    static @Nullable Rejected liftHold(Turn turn, HostId id) {
        if (!turn.hosts.containsKey(id)) {
            return Requests.unknown(id);
        }
        Detection.liftHold(turn, id);
        return null;
    }

    /** Proof by a person (safety argument, section 3): stated twice, with a reason, audited; never against a host that reports. */
    static @Nullable Rejected confirmIsolation(Turn turn, String actor, Request.ConfirmIsolation confirm) {
        Host host = turn.hosts.get(confirm.host());
        if (host == null) {
            return Requests.unknown(confirm.host());
        }
        HostHealth health = turn.health(confirm.host());
        if (health.connected() && health.suspicion() == null) {
            return reject(Rejected.Code.NOT_NOW, "host", Message.REJECT_HOST_ALIVE, host.name());
        }
        if (!confirm.hostNameAgain().equals(host.name())) {
            return reject(
                    Rejected.Code.INVALID,
                    "hostNameAgain",
                    Message.REJECT_CONFIRM_NAME,
                    host.name(),
                    confirm.hostNameAgain());
        }
        if (confirm.reason().isBlank()) {
            return reject(Rejected.Code.INVALID, "reason", Message.REJECT_REASON_EMPTY);
        }
        turn.tell(
                TimelineEntry.Severity.WARNING,
                host.id(),
                null,
                null,
                Message.OPERATOR_CONFIRMED,
                actor,
                host.name(),
                confirm.reason());
        Proof proof = new Proof.OperatorConfirmed(host.id(), turn.wall(), actor, confirm.reason());
        Suspicion suspicion = health.suspicion();
        if (suspicion != null) {
            turn.put(host.id(), suspicion.withVerdict(Verdict.OPERATOR));
        }
        for (VmId vm : turn.liveOn(host.id())) {
            Placement placement = turn.liveHere(vm, host.id());
            Recoveries.affect(turn, vm, host.id(), Verdict.OPERATOR, List.of());
            Ends.end(turn, placement, List.of(proof), null);
        }
        return null;
    }
}
