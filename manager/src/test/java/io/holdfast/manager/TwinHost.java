package io.holdfast.manager;

import com.google.protobuf.ByteString;
import io.holdfast.manager.link.AgentListener;
import io.holdfast.protocol.agent.Command;
import io.holdfast.protocol.agent.CommandResult;
import io.holdfast.protocol.agent.Datastore;
import io.holdfast.protocol.agent.EndCause;
import io.holdfast.protocol.agent.Hello;
import io.holdfast.protocol.agent.LeaseObservation;
import io.holdfast.protocol.agent.LeaseStatus;
import io.holdfast.protocol.agent.ManagerMessage;
import io.holdfast.protocol.agent.Outcome;
import io.holdfast.protocol.agent.PeerAnswer;
import io.holdfast.protocol.agent.PlaneState;
import io.holdfast.protocol.agent.Report;
import io.holdfast.protocol.agent.UplinkStatus;
import io.holdfast.protocol.agent.VirtualMachine;
import io.holdfast.protocol.agent.VmState;
import io.holdfast.protocol.agent.Watchdog;
import io.holdfast.protocol.agent.Welcome;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One host of {@link TwinAgents}; called with that object's lock held. */
final class TwinHost {
    private final TwinAgents world;
    private final String id;
    private final Map<String, Long> running = new HashMap<>();
    private final Map<String, VirtualMachine> ended = new HashMap<>();
    private final Map<String, Long> highestRun = new HashMap<>();
    private final Set<String> blindTo = new HashSet<>();
    private @Nullable Welcome welcome;
    private boolean powered = true;
    private boolean uplinkDown;
    private final Set<AgentListener> connected = new HashSet<>();
    private volatile boolean slowStorage;
    private volatile boolean guestsAnswer;
    private long reports;
    private long sequence;
    private long highestEpoch;
    private long offSinceNanos;
    private int boot = 1;

    TwinHost(TwinAgents world, String id) {
        this.world = world;
        this.id = id;
    }

    String id() {
        return id;
    }

    boolean connected(AgentListener to) {
        return connected.contains(to);
    }

    boolean powered() {
        synchronized (world) {
            return powered;
        }
    }

    /** Pulls the plug: no goodbye, every process gone. */
    void powerOff() {
        synchronized (world) {
            powered = false;
            connected.clear();
            running.clear();
            ended.clear();
            offSinceNanos = System.nanoTime();
        }
    }

    /** Boots again, with nothing running. */
    void powerOn() {
        synchronized (world) {
            powered = true;
            boot++;
            sequence++;
        }
    }

    /** Its storage works, but is slow; or no longer. */
    void slowStorage(boolean slow) {
        slowStorage = slow;
    }

    /** The guests of its VMs have a guest agent that answers. */
    void guestsAnswer() {
        guestsAnswer = true;
    }

    /** This host doesn't see what others write to this datastore location. */
    void blindTo(String location) {
        synchronized (world) {
            blindTo.add(location);
        }
    }

    /** The uplink of its business network loses its carrier, or gets it back. */
    void uplinkDown(boolean down) {
        synchronized (world) {
            uplinkDown = down;
        }
    }

    boolean runs(String vm) {
        return running.containsKey(vm);
    }

    void connectionLost() {
        connected.clear();
    }

    void beat(Collection<AgentListener> managers, List<TwinHost> all) {
        if (!powered) {
            return;
        }
        sequence++;
        connected.retainAll(managers);
        managers.forEach(to -> report(to, all));
    }

    private void report(AgentListener to, List<TwinHost> all) {
        if (!connected(to)) {
            Hello hello = Hello.newBuilder()
                    .setHostId(id)
                    .setBootId("boot-" + boot)
                    .setAgentStart(1)
                    .setVersion("twin")
                    .setHighestEpoch(highestEpoch)
                    .setCpuCores(8)
                    .setMemoryBytes(8L << 30)
                    .setAccelerator("KVM")
                    .build();
            Welcome answer = to.welcome(id, hello);
            if (answer == null) {
                return;
            }
            welcomed(answer);
            connected.add(to);
            to.connected(id, hello);
        }
        to.reported(id, report(all));
    }

    private void welcomed(Welcome answer) {
        if (answer.getLeader() || welcome == null) {
            welcome = answer;
        }
        highestEpoch = Math.max(highestEpoch, answer.getEpoch());
    }

    private Report report(List<TwinHost> all) {
        Report.Builder report = Report.newBuilder()
                .setSequence(++reports)
                .setLibvirtConnected(true)
                .setInventoryComplete(true)
                .setHighestEpoch(highestEpoch)
                .addUplinks(UplinkStatus.newBuilder()
                        .setInterface("b0")
                        .setNetwork("business")
                        .setAdminUp(true)
                        .setCarrier(!uplinkDown))
                .setWatchdog(Watchdog.newBuilder()
                        .setArmed(true)
                        .setPath("/dev/watchdog")
                        .setTimeoutMillis(6000));
        Welcome config = welcome;
        if (config != null) {
            for (Datastore datastore : config.getDatastoresList()) {
                report.addLeases(LeaseStatus.newBuilder()
                        .setDatastoreId(datastore.getDatastoreId())
                        .setGeneration(boot)
                        .setSequence(sequence)
                        .setAgeMillis(20)
                        .setLastWriteMillis(2)
                        .setSlow(slowStorage)
                        .setHeld(true));
                all.stream()
                        .filter(other -> other != this)
                        .forEach(other -> report.addObservations(observe(other, datastore.getDatastoreId())));
            }
        }
        running.forEach((vm, run) -> report.addVms(VirtualMachine.newBuilder()
                .setVmId(vm)
                .setRun(run)
                .setState(VmState.VM_RUNNING)
                .setGuestAnswered(guestsAnswer)));
        ended.values().forEach(report::addVms);
        return report.build();
    }

    private static LeaseObservation observe(TwinHost other, String datastore) {
        long unchanged = other.powered ? 10 : (System.nanoTime() - other.offSinceNanos) / 1_000_000;
        return LeaseObservation.newBuilder()
                .setDatastoreId(datastore)
                .setHostId(other.id)
                .setGeneration(other.boot)
                .setSequence(other.sequence)
                .setUnchangedMillis(unchanged)
                .setObserverHeld(true)
                .setManagement(PlaneState.PLANE_OK)
                .setBusiness(PlaneState.PLANE_OK)
                .build();
    }

    void receive(ManagerMessage message, AgentListener from) {
        if (message.hasWelcome()) {
            welcomed(message.getWelcome());
            return;
        }
        Command command = message.getCommand();
        CommandResult.Builder result = CommandResult.newBuilder().setOperationId(command.getOperationId());
        if (command.getEpoch() < highestEpoch) {
            from.resulted(
                    id,
                    result.setOutcome(Outcome.REFUSED).setMessage("old epoch").build());
            return;
        }
        highestEpoch = command.getEpoch();
        carryOut(command, result.setOutcome(Outcome.DONE));
        from.resulted(id, result.build());
    }

    private void carryOut(Command command, CommandResult.Builder result) {
        switch (command.getKindCase()) {
            case START_VM -> start(command, result);
            case STOP_VM -> {
                String vm = command.getStopVm().getVmId();
                Long run = running.get(vm);
                if (run != null && run == command.getStopVm().getRun()) {
                    end(vm, EndCause.END_CAUSE_COMMANDED);
                }
            }
            case ACKNOWLEDGE_ENDED -> ended.remove(command.getAcknowledgeEnded().getVmId());
            case PROBE_PEER -> result.setPeerAnswer(PeerAnswer.PEER_SILENT);
            case PROBE_DATASTORE -> {
                var probe = command.getProbeDatastore();
                String place = probe.getDatastore().getSharedPath().getPath();
                if (!probe.getWriteToken().isEmpty()) {
                    world.write(place, probe.getWriteToken().toByteArray());
                }
                result.setToken(blindTo.contains(place) ? ByteString.EMPTY : ByteString.copyFrom(world.read(place)));
            }
            default -> {}
        }
    }

    private void start(Command command, CommandResult.Builder result) {
        String vm = command.getStartVm().getVmId();
        long run = command.getStartVm().getRun();
        Long present = running.get(vm);
        if (present != null && present == run) {
            return;
        }
        if (present != null || run <= highestRun.getOrDefault(vm, 0L)) {
            result.setOutcome(Outcome.REFUSED)
                    .setMessage("this run or a later one has been here")
                    .setNothingRunning(present == null);
            return;
        }
        highestRun.put(vm, run);
        running.put(vm, run);
        world.started(id, vm, run);
    }

    private void end(String vm, EndCause cause) {
        Long run = running.remove(vm);
        if (run != null) {
            ended.put(
                    vm,
                    VirtualMachine.newBuilder()
                            .setVmId(vm)
                            .setRun(run)
                            .setState(VmState.VM_ENDED)
                            .setEndCause(cause)
                            .build());
        }
    }
}
