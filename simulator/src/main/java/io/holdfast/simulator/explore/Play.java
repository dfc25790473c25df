package io.holdfast.simulator.explore;

import io.holdfast.agent.rule.LeaseRule;
import io.holdfast.agent.rule.LeaseTimes;
import io.holdfast.agent.rule.ObserverRule;
import io.holdfast.core.Command;
import io.holdfast.core.Durable;
import io.holdfast.core.Event;
import io.holdfast.core.Now;
import io.holdfast.core.State;
import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.Hello;
import io.holdfast.core.inventory.LeaseProfile;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.LeaseGeneration;
import io.holdfast.simulator.SmallCluster;
import io.holdfast.simulator.world.ProductRules;
import io.holdfast.simulator.world.Settings;
import io.holdfast.simulator.world.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The moves of the search: faults, delivery and loss of commands, and the passing of a second. */
final class Play {
    static final long MILLI = 1_000_000L;
    private static final long START = 1_000_000_000_000L;
    final ProductRules rules;
    final LeaseTimes times = Settings.times(LeaseProfile.STANDARD);
    private final Explorer.Budget budget;

    /** What can happen to a host or to the acting manager. */
    enum Fault {
        POWER,
        MANAGEMENT,
        STORAGE,
        AGENT,
        MANAGER
    }

    Play(Explorer.Budget budget, ProductRules rules) {
        this.budget = budget;
        this.rules = rules;
    }

    static long nanos(int instant) {
        return START + instant * Node.STEP_NANOS;
    }

    static Now now(long nanos) {
        return new Now(nanos, nanos / MILLI);
    }

    /** All VMs run, nothing is under way. */
    Node start() {
        Durable durable = SmallCluster.durable(2, budget.vms());
        Machine machine = new Machine(
                true,
                false,
                false,
                false,
                1,
                1,
                LeaseRule.none(times).begin(1, false),
                ObserverRule.unread(),
                0,
                0,
                0,
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>());
        List<State> managers = new ArrayList<>();
        for (int index = 0; index < 2; index++) {
            State state = State.restore(durable);
            for (int host = 0; host < 2; host++) {
                Hello hello = new Hello(Second.bootId(host, 1), 1, "0.1.0", 0, 32, 1L << 36, "KVM");
                state = rules.step(state, new Event.HostConnected(now(nanos(-10)), SmallCluster.host(host), hello))
                        .state();
            }
            managers.add(state);
        }
        Node node = new Node(
                -10, managers, -1, List.of(machine, machine), List.of(), new TreeMap<>(), new TreeMap<>(), 0, 0, "");
        while (node.instant() < 0) {
            node = advance(node);
            while (!node.onTheWay().isEmpty()) {
                node = deliver(node, 0);
            }
        }
        int running = node.machines().get(0).processes().size()
                + node.machines().get(1).processes().size();
        if (running != budget.vms()) {
            throw new IllegalStateException("only " + running + " VMs run at the beginning of the search");
        }
        return new Node(
                0,
                node.managers(),
                node.leader(),
                node.machines(),
                List.of(),
                node.placements(),
                node.owners(),
                budget.faults(),
                budget.losses(),
                "");
    }

    Node fail(Node node, Fault fault, int target) {
        List<Machine> machines = new ArrayList<>(node.machines());
        Machine before = machines.get(target);
        int leader = node.leader();
        Machine after = switch (fault) {
            case POWER -> before.power() ? Second.off(before) : before;
            case MANAGEMENT -> before.with(before.power(), true, before.storageCut(), before.stopped());
            case STORAGE -> before.with(before.power(), before.cut(), true, before.stopped());
            case AGENT -> before.with(before.power(), before.cut(), before.storageCut(), true);
            case MANAGER -> before;
        };
        if (fault == Fault.MANAGER) {
            if (leader != 0 || target != 0) {
                return node;
            }
            leader = -2;
        } else if (after.equals(before)) {
            return node;
        }
        machines.set(target, after);
        return new Node(
                node.instant(),
                node.managers(),
                leader,
                machines,
                node.onTheWay(),
                node.placements(),
                node.owners(),
                node.faults() - 1,
                node.losses(),
                node.path() + " " + fault + target + "@" + node.instant());
    }

    Node advance(Node node) {
        return new Second(this, node).pass();
    }

    private static List<Command.ToAgent> without(Node node, int index) {
        List<Command.ToAgent> rest = new ArrayList<>(node.onTheWay());
        rest.remove(index);
        return rest;
    }

    Node lose(Node node, int index) {
        return new Node(
                node.instant(),
                node.managers(),
                node.leader(),
                node.machines(),
                without(node, index),
                node.placements(),
                node.owners(),
                node.faults(),
                node.losses() - 1,
                node.path() + " lose-" + node.onTheWay().get(index).operation() + "@" + node.instant());
    }

    boolean deliverable(Node node, int index) {
        Machine machine = node.machines()
                .get(SmallCluster.index(node.onTheWay().get(index).host()));
        return machine.agentWorks() && !machine.cut();
    }

    /** The agent obeys or refuses; its answer reaches whoever leads. */
    Node deliver(Node node, int index) {
        Command.ToAgent command = node.onTheWay().get(index);
        int host = SmallCluster.index(command.host());
        List<Machine> machines = new ArrayList<>(node.machines());
        Machine machine = machines.get(host);
        TreeMap<VmId, Long> owners = node.owners();
        Event.Outcome outcome = Event.Outcome.DONE;
        boolean nothing = false;
        if (!rules.epochAccepted(command.epoch(), machine.highestEpoch())) {
            outcome = Event.Outcome.REFUSED;
        } else {
            machine = machine.withEpoch(command.epoch());
            if (command instanceof Command.StopVm stop) {
                machine = machine.without(stop.vm(), stop.run(), EndCause.COMMANDED);
            } else if (command instanceof Command.StartVm start
                    && !Long.valueOf(start.run())
                            .equals(machine.processes().get(start.vm().id()))) {
                if (accepts(node, machine, start)) {
                    machine = spawn(node, host, machine, start);
                    owners = new TreeMap<>(owners);
                    owners.put(start.vm().id(), start.run());
                } else {
                    outcome = Event.Outcome.REFUSED;
                    nothing = true;
                    machine = machine.without(start.vm().id(), start.run(), EndCause.START_FAILED)
                            .acknowledged(start.vm().id());
                }
            }
        }
        machines.set(host, machine);
        Node next = new Node(
                node.instant(),
                node.managers(),
                node.leader(),
                machines,
                without(node, index),
                node.placements(),
                owners,
                node.faults(),
                node.losses(),
                node.path() + " " + command.operation() + "@" + node.instant());
        return node.leader() < 0
                ? next
                : new Second(this, next)
                        .answer(new Event.CommandResult(
                                now(nanos(node.instant())), command.host(), command.operation(), outcome, "", nothing));
    }

    private boolean accepts(Node node, Machine machine, Command.StartVm start) {
        VmId vm = start.vm().id();
        for (LeaseGeneration asked : start.generations()) {
            boolean held = machine.lease().held(nanos(node.instant()));
            if (!rules.generationAccepted(asked.generation(), machine.lease().generation(), held)) {
                return false;
            }
        }
        return !machine.storageCut()
                && machine.processes().get(vm) == null
                && rules.runAccepted(start.run(), machine.ended().getOrDefault(vm, 0L))
                && rules.ownerAccepted(start.run(), node.owners().getOrDefault(vm, 0L), true);
    }

    private static Machine spawn(Node node, int host, Machine machine, Command.StartVm start) {
        VmId vm = start.vm().id();
        Machine other = node.machines().get(1 - host);
        if (other.processes().containsKey(vm)) {
            throw new Violation(
                    "AtMostOneWriter",
                    vm + " run " + start.run() + " starts on host" + (host + 1) + " while run "
                            + other.processes().get(vm) + " lives on the other host");
        }
        return machine.withRun(vm, start.run());
    }
}
