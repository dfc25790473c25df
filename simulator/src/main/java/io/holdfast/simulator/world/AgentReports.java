package io.holdfast.simulator.world;

import io.holdfast.agent.rule.LeaseRule;
import io.holdfast.agent.rule.ObserverRule;
import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.LeaseObservation;
import io.holdfast.core.health.LeaseStatus;
import io.holdfast.core.health.PlaneState;
import io.holdfast.core.health.Report;
import io.holdfast.core.health.SlotVm;
import io.holdfast.core.health.UplinkStatus;
import io.holdfast.core.health.VmState;
import io.holdfast.core.health.VmStatus;
import io.holdfast.core.health.Watchdog;
import io.holdfast.core.inventory.VmId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an agent says of its host, in reports and in its lease slots. */
final class AgentReports {
    private static final long MILLI = 1_000_000;
    private final SimAgent agent;

    AgentReports(SimAgent agent) {
        this.agent = agent;
    }

    Report report(long sequence) {
        SimHost host = agent.host;
        World world = host.world;
        double load = 0;
        long memory = 0;
        for (SimProcess process : host.processes.values()) {
            load += process.vm.cpuCores() * world.settings().loadShare();
            memory += process.vm.memoryBytes();
        }
        Watchdog watchdog = host.watchdogArmed
                ? new Watchdog(true, "/dev/watchdog", (int) (world.profile().watchdogNanos() / MILLI))
                : Watchdog.NONE;
        return new Report(
                sequence,
                leases(),
                vms(),
                List.of(new UplinkStatus("b0", World.NETWORK, host.businessDown == 0, true)),
                observations(),
                true,
                watchdog,
                host.disk.highestEpoch,
                load,
                memory,
                true);
    }

    private List<LeaseStatus> leases() {
        List<LeaseStatus> result = new ArrayList<>();
        long now = agent.localNow();
        for (SimStorage storage : agent.host.world.storages) {
            LeaseRule lease = agent.leases[storage.index];
            long age = lease.ageNanos(now);
            result.add(new LeaseStatus(
                    storage.id,
                    lease.generation(),
                    agent.sequences[storage.index],
                    age < 0 ? -1 : age / MILLI,
                    lease.held(now),
                    "",
                    5));
        }
        return result;
    }

    private List<VmStatus> vms() {
        SimHost host = agent.host;
        List<VmStatus> result = new ArrayList<>();
        for (SimProcess process : host.processes.values()) {
            result.add(new VmStatus(process.vm.id(), process.run, state(process), EndCause.NONE, ""));
        }
        for (AgentDisk.Incoming accepted : host.disk.incoming.values()) {
            if (host.process(accepted.vm().id()) == null) {
                result.add(new VmStatus(accepted.vm().id(), accepted.run(), VmState.INCOMING, EndCause.NONE, ""));
            }
        }
        for (Map.Entry<VmId, AgentDisk.End> end : host.disk.unacknowledged.entrySet()) {
            result.add(new VmStatus(
                    end.getKey(),
                    end.getValue().run(),
                    VmState.ENDED,
                    end.getValue().cause(),
                    ""));
        }
        return result;
    }

    private static VmState state(SimProcess process) {
        if (process.migration != null) {
            return VmState.MIGRATING;
        }
        if (process.dying) {
            return VmState.STOPPING;
        }
        if (process.incoming) {
            return VmState.INCOMING;
        }
        return process.running ? VmState.RUNNING : VmState.STARTING;
    }

    private List<LeaseObservation> observations() {
        SimHost host = agent.host;
        List<LeaseObservation> result = new ArrayList<>();
        // Host by host, as a report holds them.
        for (SimHost other : host.world.hosts) {
            for (SimStorage storage : host.world.storages) {
                ObserverRule<SlotContent> seen = agent.seen(storage.index, other.index);
                SlotContent content = seen.value();
                if (other == host || content == null) {
                    continue;
                }
                result.add(new LeaseObservation(
                        storage.id,
                        other.id,
                        content.generation(),
                        content.sequence(),
                        host.world.rules.unchangedNanos(seen, agent.localNow()) / MILLI,
                        agent.observerHeld(storage.index),
                        content.management(),
                        content.business(),
                        content.mailboxAcknowledged(),
                        content.vms()));
            }
        }
        return result;
    }

    SlotContent slot(SimStorage storage, long generation) {
        SimHost host = agent.host;
        List<SlotVm> vms = new ArrayList<>();
        for (SimProcess process : host.processes.values()) {
            vms.add(new SlotVm(process.vm.id(), process.run, false));
        }
        for (AgentDisk.Incoming accepted : host.disk.incoming.values()) {
            if (host.process(accepted.vm().id()) == null) {
                vms.add(new SlotVm(accepted.vm().id(), accepted.run(), false));
            }
        }
        for (Map.Entry<VmId, AgentDisk.End> end : host.disk.unacknowledged.entrySet()) {
            vms.add(new SlotVm(end.getKey(), end.getValue().run(), true));
        }
        return new SlotContent(
                generation,
                agent.sequences[storage.index],
                managementSeen() ? PlaneState.OK : PlaneState.FAULT,
                host.businessDown == 0 ? PlaneState.OK : PlaneState.FAULT,
                host.disk.mailboxHandled,
                List.copyOf(vms));
    }

    private boolean managementSeen() {
        World world = agent.host.world;
        for (SimManager manager : world.managers) {
            if (world.link(agent.host, manager).open()) {
                return true;
            }
        }
        return false;
    }
}
