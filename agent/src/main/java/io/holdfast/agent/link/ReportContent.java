package io.holdfast.agent.link;

import io.holdfast.agent.lease.DatastoreLease;
import io.holdfast.agent.lease.LeaseKeeper;
import io.holdfast.agent.lease.LeaseObserver.Observation;
import io.holdfast.agent.lease.Leases;
import io.holdfast.agent.rule.Heartbeat;
import io.holdfast.agent.rule.LeaseRule;
import io.holdfast.agent.state.RunJournal;
import io.holdfast.agent.system.LibC;
import io.holdfast.agent.system.Links;
import io.holdfast.agent.system.Uplinks;
import io.holdfast.agent.vm.GuestHeartbeats;
import io.holdfast.agent.vm.Resident;
import io.holdfast.agent.vm.Residents;
import io.holdfast.protocol.agent.LeaseObservation;
import io.holdfast.protocol.agent.LeaseStatus;
import io.holdfast.protocol.agent.LinkTrouble;
import io.holdfast.protocol.agent.Network;
import io.holdfast.protocol.agent.PlaneState;
import io.holdfast.protocol.agent.Report;
import io.holdfast.protocol.agent.SlotVm;
import io.holdfast.protocol.agent.UplinkStatus;
import io.holdfast.protocol.agent.VirtualMachine;
import io.holdfast.protocol.agent.VmState;
import io.holdfast.protocol.agent.Welcome;
import io.holdfast.protocol.lease.HostSlot;
import io.holdfast.protocol.lease.PlaneView;
import java.util.ArrayList;
import java.util.List;

/** Puts leases, VMs, uplinks and observations into the words of the agent contract. */
public final class ReportContent {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private ReportContent() {}

    public static void addLeases(Report.Builder report, Leases leases) {
        for (DatastoreLease lease : leases.all()) {
            report.addLeases(status(lease.keeper()));
            for (Observation observation : lease.observer().observations()) {
                report.addObservations(observation(lease.keeper().identity().datastoreId(), observation));
            }
        }
    }

    private static LeaseStatus status(LeaseKeeper keeper) {
        LeaseRule rule = keeper.rule();
        long age = rule.ageNanos(LibC.bootNanos());
        return LeaseStatus.newBuilder()
                .setDatastoreId(keeper.identity().datastoreId())
                .setGeneration(rule.generation())
                .setSequence(keeper.sequence())
                .setAgeMillis(age < 0 ? -1 : age / NANOS_PER_MILLI)
                .setHeld(rule.phase() == LeaseRule.Phase.HELD)
                .setError(keeper.error())
                .setLastWriteMillis(keeper.lastWriteMillis())
                .setSlow(keeper.slow())
                .build();
    }

    private static LeaseObservation observation(String datastoreId, Observation seen) {
        LeaseObservation.Builder observation = LeaseObservation.newBuilder()
                .setDatastoreId(datastoreId)
                .setHostId(seen.subject().hostId())
                .setUnchangedMillis(seen.unchangedNanos() / NANOS_PER_MILLI)
                .setObserverHeld(seen.observerHeld());
        seen.slot().ifPresent(slot -> addSlot(observation, slot));
        return observation.build();
    }

    private static void addSlot(LeaseObservation.Builder observation, HostSlot slot) {
        observation
                .setGeneration(slot.generation())
                .setSequence(slot.sequence())
                .setManagement(plane(slot.management()))
                .setBusiness(plane(slot.business()))
                .setMailboxAcknowledged(slot.mailboxAcknowledged());
        slot.runs()
                .forEach(run -> observation.addVms(SlotVm.newBuilder()
                        .setVmId(run.vmId())
                        .setRun(run.run())
                        .setEnded(run.ended())));
    }

    private static PlaneState plane(PlaneView view) {
        return switch (view) {
            case UNKNOWN -> PlaneState.PLANE_UNKNOWN;
            case OK -> PlaneState.PLANE_OK;
            case DEGRADED -> PlaneState.PLANE_DEGRADED;
            case FAULT -> PlaneState.PLANE_FAULT;
        };
    }

    public static void addVms(
            Report.Builder report, Residents residents, RunJournal journal, GuestHeartbeats heartbeats) {
        long now = System.nanoTime();
        for (Resident resident : residents.all()) {
            if (resident.phase() != Resident.Phase.REAPED) {
                Heartbeat heartbeat = heartbeats.of(resident.vmId(), resident.run());
                report.addVms(VirtualMachine.newBuilder()
                        .setVmId(resident.vmId())
                        .setRun(resident.run())
                        .setState(state(resident))
                        .setDetail(resident.detail())
                        .setStartCommandedNanos(resident.startCommandedNanos())
                        .setGuestAnswered(heartbeat.answered())
                        .setGuestSilentMillis(heartbeat.silentMillis(now)));
            }
        }
        for (RunJournal.Entry ended : journal.unacknowledgedEnds()) {
            report.addVms(VirtualMachine.newBuilder()
                    .setVmId(ended.vmId())
                    .setRun(ended.run())
                    .setState(VmState.VM_ENDED)
                    .setEndCause(ended.cause())
                    .setDetail(ended.detail()));
        }
    }

    private static VmState state(Resident resident) {
        Resident.Phase phase = resident.phase();
        if (phase == Resident.Phase.STOPPING || resident.transfer() == Resident.Transfer.NONE) {
            return state(phase);
        }
        return resident.transfer() == Resident.Transfer.OUTGOING ? VmState.VM_MIGRATING : VmState.VM_INCOMING;
    }

    private static VmState state(Resident.Phase phase) {
        return switch (phase) {
            case STARTING -> VmState.VM_STARTING;
            case RUNNING -> VmState.VM_RUNNING;
            case PAUSED -> VmState.VM_PAUSED;
            case STOPPING, REAPED -> VmState.VM_STOPPING;
        };
    }

    /** Uplinks of the business networks. */
    public static List<UplinkStatus> uplinks(Welcome welcome, Links links) {
        List<UplinkStatus> all = new ArrayList<>();
        for (Network network : welcome.getNetworksList()) {
            network.getUplinksList().forEach(name -> all.add(uplink(name, network.getName(), links)));
        }
        return all;
    }

    /** An interface that carries a network, or the management network when that is empty. */
    public static UplinkStatus uplink(String name, String network, Links links) {
        Uplinks.State state = Uplinks.of(name);
        Links.Trouble trouble = links.look(name, System.nanoTime());
        return UplinkStatus.newBuilder()
                .setInterface(name)
                .setNetwork(network)
                .setCarrier(state.carrier())
                .setAdminUp(state.adminUp())
                .setTrouble(
                        switch (trouble.kind()) {
                            case NONE -> LinkTrouble.LINK_SOUND;
                            case MEMBER_DOWN -> LinkTrouble.LINK_MEMBER_DOWN;
                            case NO_PARTNER -> LinkTrouble.LINK_NO_PARTNER;
                            case ERRORS -> LinkTrouble.LINK_ERRORS;
                        })
                .setDetail(trouble.detail())
                .build();
    }

    /** OK: every uplink has carrier and no trouble; DEGRADED: some; FAULT: none has carrier; UNKNOWN: there are none. */
    public static PlaneView business(List<UplinkStatus> uplinks) {
        long alive = uplinks.stream().filter(UplinkStatus::getCarrier).count();
        if (uplinks.isEmpty()) {
            return PlaneView.UNKNOWN;
        }
        boolean sound = alive == uplinks.size()
                && uplinks.stream().allMatch(uplink -> uplink.getTrouble() == LinkTrouble.LINK_SOUND);
        return sound ? PlaneView.OK : alive == 0 ? PlaneView.FAULT : PlaneView.DEGRADED;
    }
}
