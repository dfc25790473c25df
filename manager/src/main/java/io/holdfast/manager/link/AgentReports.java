package io.holdfast.manager.link;

import io.holdfast.core.Event;
import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.GuestHeartbeat;
import io.holdfast.core.health.LeaseObservation;
import io.holdfast.core.health.LeaseStatus;
import io.holdfast.core.health.LinkTrouble;
import io.holdfast.core.health.PeerAnswer;
import io.holdfast.core.health.PlaneState;
import io.holdfast.core.health.SlotVm;
import io.holdfast.core.health.UplinkStatus;
import io.holdfast.core.health.VmState;
import io.holdfast.core.health.VmStatus;
import io.holdfast.core.health.Watchdog;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.protocol.agent.Hello;
import io.holdfast.protocol.agent.Outcome;
import io.holdfast.protocol.agent.Report;
import io.holdfast.protocol.agent.VirtualMachine;

/** What agents say, from the contract's form into the core's. Values that this version doesn't know become the one that proves nothing. */
public final class AgentReports {
    private AgentReports() {}

    /** Hello. */
    public static io.holdfast.core.health.Hello hello(Hello hello) {
        return new io.holdfast.core.health.Hello(
                hello.getBootId(),
                hello.getAgentStart(),
                hello.getVersion(),
                hello.getHighestEpoch(),
                (int) Math.min(hello.getCpuCores(), Integer.MAX_VALUE),
                hello.getMemoryBytes(),
                hello.getAccelerator());
    }

    /** A report. */
    public static io.holdfast.core.health.Report report(Report report) {
        return new io.holdfast.core.health.Report(
                report.getSequence(),
                report.getLeasesList().stream().map(AgentReports::lease).toList(),
                report.getVmsList().stream().map(AgentReports::vm).toList(),
                report.getUplinksList().stream().map(AgentReports::uplink).toList(),
                report.getObservationsList().stream()
                        .map(AgentReports::observation)
                        .toList(),
                report.getLibvirtConnected(),
                new Watchdog(
                        report.getWatchdog().getArmed(),
                        report.getWatchdog().getPath(),
                        report.getWatchdog().getTimeoutMillis()),
                report.getHighestEpoch(),
                report.getCpuLoadCores(),
                report.getMemoryUsedBytes(),
                report.getInventoryComplete(),
                report.getManagementUplinksList().stream()
                        .map(AgentReports::uplink)
                        .toList());
    }

    private static UplinkStatus uplink(io.holdfast.protocol.agent.UplinkStatus uplink) {
        LinkTrouble trouble = switch (uplink.getTrouble()) {
            case LINK_MEMBER_DOWN -> LinkTrouble.MEMBER_DOWN;
            case LINK_NO_PARTNER -> LinkTrouble.NO_PARTNER;
            case LINK_ERRORS -> LinkTrouble.ERRORS;
            case LINK_SOUND, UNRECOGNIZED -> LinkTrouble.NONE;
        };
        return new UplinkStatus(
                uplink.getInterface(),
                uplink.getNetwork(),
                uplink.getCarrier(),
                uplink.getAdminUp(),
                trouble,
                uplink.getDetail());
    }

    private static LeaseStatus lease(io.holdfast.protocol.agent.LeaseStatus lease) {
        return new LeaseStatus(
                new DatastoreId(lease.getDatastoreId()),
                lease.getGeneration(),
                lease.getSequence(),
                lease.getAgeMillis(),
                lease.getHeld(),
                lease.getError(),
                lease.getLastWriteMillis(),
                lease.getSlow());
    }

    private static VmStatus vm(VirtualMachine vm) {
        return new VmStatus(
                new VmId(vm.getVmId()),
                vm.getRun(),
                state(vm),
                cause(vm),
                vm.getDetail(),
                new GuestHeartbeat(vm.getGuestAnswered(), Math.max(0, vm.getGuestSilentMillis())));
    }

    private static VmState state(VirtualMachine vm) {
        return switch (vm.getState()) {
            case VM_STARTING -> VmState.STARTING;
            case VM_RUNNING -> VmState.RUNNING;
            case VM_PAUSED -> VmState.PAUSED;
            case VM_STOPPING -> VmState.STOPPING;
            case VM_MIGRATING -> VmState.MIGRATING;
            case VM_INCOMING -> VmState.INCOMING;
            case VM_ENDED -> VmState.ENDED;
            case VM_STATE_UNKNOWN, UNRECOGNIZED -> VmState.UNKNOWN;
        };
    }

    private static EndCause cause(VirtualMachine vm) {
        return switch (vm.getEndCause()) {
            case END_CAUSE_COMMANDED -> EndCause.COMMANDED;
            case END_CAUSE_GUEST_SHUTDOWN -> EndCause.GUEST_SHUTDOWN;
            case END_CAUSE_CRASHED -> EndCause.CRASHED;
            case END_CAUSE_SELF_FENCED -> EndCause.SELF_FENCED;
            case END_CAUSE_NEW_BOOT -> EndCause.NEW_BOOT;
            case END_CAUSE_START_FAILED -> EndCause.START_FAILED;
            case END_CAUSE_MIGRATED -> EndCause.MIGRATED;
            case END_CAUSE_NONE, UNRECOGNIZED -> EndCause.NONE;
        };
    }

    private static LeaseObservation observation(io.holdfast.protocol.agent.LeaseObservation seen) {
        return new LeaseObservation(
                new DatastoreId(seen.getDatastoreId()),
                new HostId(seen.getHostId()),
                seen.getGeneration(),
                seen.getSequence(),
                seen.getUnchangedMillis(),
                seen.getObserverHeld(),
                plane(seen.getManagement()),
                plane(seen.getBusiness()),
                seen.getMailboxAcknowledged(),
                seen.getVmsList().stream()
                        .map(vm -> new SlotVm(new VmId(vm.getVmId()), vm.getRun(), vm.getEnded()))
                        .toList());
    }

    private static PlaneState plane(io.holdfast.protocol.agent.PlaneState state) {
        return switch (state) {
            case PLANE_OK -> PlaneState.OK;
            case PLANE_DEGRADED -> PlaneState.DEGRADED;
            case PLANE_FAULT -> PlaneState.FAULT;
            case PLANE_UNKNOWN, UNRECOGNIZED -> PlaneState.UNKNOWN;
        };
    }

    /** How a command went; what can't be understood has failed, which is no certainty that nothing runs. */
    public static Event.Outcome outcome(Outcome outcome) {
        return switch (outcome) {
            case DONE -> Event.Outcome.DONE;
            case REFUSED -> Event.Outcome.REFUSED;
            case FAILED, OUTCOME_UNKNOWN, UNRECOGNIZED -> Event.Outcome.FAILED;
        };
    }

    /** What a peer found. */
    public static PeerAnswer peerAnswer(io.holdfast.protocol.agent.PeerAnswer answer) {
        return switch (answer) {
            case PEER_AGENT_ANSWERS -> PeerAnswer.AGENT_ANSWERS;
            case PEER_AGENT_SILENT -> PeerAnswer.AGENT_SILENT;
            case PEER_REFUSED -> PeerAnswer.REFUSED;
            case PEER_SILENT -> PeerAnswer.SILENT;
            case PEER_NOT_ASKED, UNRECOGNIZED -> PeerAnswer.NOT_ASKED;
        };
    }
}
