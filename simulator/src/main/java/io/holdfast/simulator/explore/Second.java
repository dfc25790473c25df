package io.holdfast.simulator.explore;

import io.holdfast.agent.rule.LeaseRule;
import io.holdfast.core.Change;
import io.holdfast.core.Command;
import io.holdfast.core.Event;
import io.holdfast.core.State;
import io.holdfast.core.Step;
import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.PeerAnswer;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Placement;
import io.holdfast.simulator.SmallCluster;
import io.holdfast.simulator.world.Violation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One second of the small world, or one answer in it: hosts live on, reports and ticks reach the managers, their commands go on their way. */
final class Second {
    private static final long TICK = 100 * Play.MILLI;
    private final Play play;
    private final Node node;
    private final List<State> managers;
    private final List<Machine> machines;
    private final List<Command.ToAgent> onTheWay;
    private TreeMap<VmId, Placement> placements;
    private final ArrayDeque<Event> answers = new ArrayDeque<>();
    private int leader;
    private long now;

    Second(Play play, Node node) {
        this.play = play;
        this.node = node;
        managers = new ArrayList<>(node.managers());
        machines = new ArrayList<>(node.machines());
        onTheWay = new ArrayList<>(node.onTheWay());
        placements = node.placements();
        leader = node.leader();
        now = Play.nanos(node.instant());
    }

    static String bootId(int host, int boot) {
        return "host" + (host + 1) + "-boot" + boot;
    }

    /** Power is gone. */
    static Machine off(Machine machine) {
        return new Machine(
                false,
                machine.cut(),
                machine.storageCut(),
                machine.stopped(),
                machine.boot(),
                machine.generation(),
                machine.lease(),
                machine.seen(),
                machine.slot(),
                machine.slotGeneration(),
                machine.highestEpoch(),
                new TreeMap<>(),
                machine.ended(),
                machine.unacknowledged());
    }

    private Node result(int instant) {
        return new Node(
                instant,
                managers,
                leader,
                machines,
                onTheWay,
                placements,
                node.owners(),
                node.faults(),
                node.losses(),
                node.path());
    }

    Node answer(Event event) {
        step(leader, event);
        answerAll();
        return result(node.instant());
    }

    Node pass() {
        long end = Play.nanos(node.instant() + 1);
        succeed();
        for (int part = 1; part <= 10; part++) {
            now += TICK;
            if (part == 5 || part == 10) {
                if (part == 10) {
                    now = end;
                    live();
                }
                report();
            }
            for (int manager = 0; manager < 2; manager++) {
                if (alive(manager)) {
                    step(manager, new Event.Tick(Play.now(now)));
                }
            }
            answerAll();
        }
        return result(node.instant() + 1);
    }

    /** Manager 0 leads first; when it has died, manager 1 takes over with what it knows itself and what the journal says. */
    private void succeed() {
        if (leader >= 0) {
            return;
        }
        boolean first = leader == -1;
        leader = first ? 0 : 1;
        if (!first) {
            managers.set(1, managers.get(1).reload(managers.get(0).durable()));
        }
        step(leader, new Event.BecameLeader(Play.now(now), first ? 1 : 2));
        answerAll();
    }

    private boolean alive(int manager) {
        return manager == 1 || leader == 0;
    }

    private void answerAll() {
        while (!answers.isEmpty()) {
            step(leader, answers.poll());
        }
    }

    /** Leases, self-fence, watchdog, and what each host reads in the other's slot. */
    private void live() {
        for (int host = 0; host < 2; host++) {
            machines.set(host, lived(machines.get(host)));
        }
        for (int host = 0; host < 2; host++) {
            Machine observer = machines.get(1 - host);
            Machine seen = machines.get(host);
            if (observer.agentWorks() && !observer.storageCut() && seen.slot() > 0) {
                machines.set(host, seen.withSeen(seen.seen().read(seen.slot(), now, now)));
            }
        }
    }

    private Machine lived(Machine machine) {
        LeaseRule lease = machine.lease().tick(now);
        if (!machine.power()) {
            return machine;
        }
        if (machine.stopped()) {
            long bound = play.times.lossNanos() + play.times.watchdogNanos();
            boolean reset = !machine.processes().isEmpty() && now - lease.lastStartNanos() >= bound;
            return reset ? off(machine) : machine;
        }
        Machine result = machine.withLease(lease, machine.generation(), machine.slot(), machine.slotGeneration());
        if (lease.phase() == LeaseRule.Phase.LOST) {
            for (Map.Entry<VmId, Long> process : machine.processes().entrySet()) {
                result = result.without(process.getKey(), process.getValue(), EndCause.SELF_FENCED);
            }
            lease = lease.begin(lease.generation() + 1, false);
        }
        if (machine.storageCut()) {
            return result.withLease(lease, lease.generation(), machine.slot(), machine.slotGeneration());
        }
        LeaseRule renewed = play.rules.acknowledged(lease, lease.generation(), now, now);
        return result.withLease(renewed, renewed.generation(), machine.slot() + 1, renewed.generation());
    }

    private void report() {
        for (int host = 0; host < 2; host++) {
            Machine machine = machines.get(host);
            if (machine.agentWorks() && !machine.cut()) {
                for (int manager = 0; manager < 2; manager++) {
                    if (alive(manager)) {
                        step(
                                manager,
                                new Event.HostReported(
                                        Play.now(now),
                                        SmallCluster.host(host),
                                        SmallReports.of(play, machines, host, now)));
                    }
                }
            }
        }
    }

    private void step(int manager, Event event) {
        Step step = play.rules.step(managers.get(manager), event);
        for (Change change : step.changes()) {
            if (change instanceof Change.PutPlacement put) {
                place(put.placement());
            }
        }
        managers.set(manager, step.state());
        for (Command command : step.commands()) {
            send(command);
        }
    }

    /** Invariants 1 and 2 at each commit: what counts as ended has ended. */
    private void place(Placement next) {
        Placement former = placements.get(next.vm());
        if (former != null && former.live() && next.run() > former.run()) {
            throw new Violation("NoPlacementWithoutProof", former + " is replaced by " + next);
        }
        if (!next.live()) {
            for (int host = 0; host < 2; host++) {
                Long run = machines.get(host).processes().get(next.vm());
                if (run != null && run <= next.run()) {
                    throw new Violation(
                            "NoPlacementWithoutProof", next + " counts as ended, but lives on host" + (host + 1));
                }
            }
        }
        placements = new TreeMap<>(placements);
        placements.put(next.vm(), next);
    }

    private void send(Command command) {
        Machine machine = machines.get(SmallCluster.index(command.host()));
        switch (command) {
            case Command.StartVm start -> queue(start);
            case Command.StopVm stop -> queue(stop);
            case Command.ReadPower read ->
                answers.add(new Event.PowerRead(
                        Play.now(now),
                        read.host(),
                        read.operation(),
                        machine.power() ? PowerState.ON : PowerState.OFF,
                        ""));
            case Command.PowerOff off -> {
                machines.set(SmallCluster.index(off.host()), off(machine));
                answers.add(new Event.PowerOffDone(Play.now(now), off.host(), off.operation(), true, ""));
            }
            case Command.ProbePeer probe -> {
                if (machine.agentWorks() && !machine.cut()) {
                    answers.add(new Event.PeerProbed(
                            Play.now(now), probe.host(), probe.target(), probe.operation(), probed(probe)));
                }
            }
            case Command.AcknowledgeEnded ended -> {
                if (machine.agentWorks() && !machine.cut()) {
                    machines.set(SmallCluster.index(ended.host()), machine.acknowledged(ended.vm()));
                }
            }
            case Command.WriteMailbox write -> {}
            case Command.FenceSelf fence -> {}
            case Command.ToStorage none -> {}
            case Command.PrepareIncoming prepare -> {}
            case Command.MigrateVm migrate -> {}
            case Command.ResumeVm resume -> {}
            case Command.CancelMigration cancel -> {}
        }
    }

    private void queue(Command.ToAgent command) {
        if (!onTheWay.contains(command)) {
            onTheWay.add(command);
        }
    }

    private PeerAnswer probed(Command.ProbePeer probe) {
        @Nullable Machine target = machines.get(SmallCluster.index(probe.target()));
        if (!target.power() || target.cut()) {
            return PeerAnswer.SILENT;
        }
        return target.stopped() ? PeerAnswer.AGENT_SILENT : PeerAnswer.AGENT_ANSWERS;
    }
}
