package io.holdfast.bench;

import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.PlacementScore;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.PlanHost;
import io.holdfast.core.placement.PlanProblem;
import io.holdfast.core.placement.PlanVm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The 20 random hard instances on which the planner is compared with a constraint solver.
 *
 * <p>Ten have a complete plan by construction: VMs are dealt onto hosts first, each host then gets what its own need and one to three percent more, and strict rules are drawn that this plan keeps. Priorities
 * are mixed, for the best plan is the same for all of them. The other ten cannot be placed completely (98 to 104 % full); there all VMs have one priority, because only then is "more VMs placed" the
 * whole aim of the planner too. Sizes are fractions of a host that pack badly, up to half of one.
 */
final class HardProblems {
    /** Number of instances. */
    static final int COUNT = 20;

    private static final long UNIT = 1L << 28;
    private static final List<DatastoreId> STORE = List.of(new DatastoreId("store"));
    private static final List<String> NET = List.of("net");

    private HardProblems() {}

    /** One instance. */
    record Instance(int number, boolean complete, int hosts, int vms, int rules, PlanProblem problem) {
        String name() {
            return "%02d %s %d/%d/%d".formatted(number, complete ? "complete" : "overfull", vms, hosts, rules);
        }
    }

    /** Sizes of VMs and where the hidden plan has them. */
    private record Deal(int[] cores, long[] units, int[] host) {
        int vms() {
            return host.length;
        }

        double sum(int at, boolean memory) {
            return IntStream.range(0, vms())
                    .filter(vm -> host[vm] == at)
                    .mapToDouble(vm -> memory ? units[vm] : cores[vm])
                    .sum();
        }
    }

    /** Instance {@code number}, 0 to 19: even ones have a complete plan. Half are of the size that is promised (1,000 VMs, 99 hosts, 200 rules), half smaller, where a solver is at its best. */
    static Instance instance(int number) {
        return switch (number / 2 % 4) {
            case 0, 1 -> make(number, 99, 1000, 200);
            case 2 -> make(number, 30, 300, 60);
            default -> make(number, 12, 100, 30);
        };
    }

    /** An instance of any size. */
    static Instance make(int number, int hosts, int vms, int rules) {
        Random random = new Random(7_000 + number);
        boolean complete = number % 2 == 0;
        Deal deal = deal(random, hosts, vms);
        double fill = complete ? 1 / (1.01 + 0.02 * random.nextDouble()) : 0.98 + 0.06 * random.nextDouble();
        List<PlanHost> targets = new ArrayList<>();
        for (int at = 0; at < hosts; at++) {
            // Rounded up where a complete plan is promised: half a core cannot be used.
            double cpu = deal.sum(at, false) / fill;
            double memory = deal.sum(at, true) / fill;
            targets.add(new PlanHost(
                    host(at),
                    400,
                    400 - Math.ceil(cpu),
                    1e15,
                    1e15 - UNIT * Math.ceil(memory),
                    10,
                    0,
                    Set.copyOf(STORE),
                    Set.copyOf(NET)));
        }
        List<PlanVm> machines = new ArrayList<>();
        for (int vm = 0; vm < vms; vm++) {
            RestartPriority priority = complete ? RestartPriority.values()[random.nextInt(5)] : RestartPriority.MEDIUM;
            machines.add(
                    new PlanVm(id(vm), deal.cores[vm], deal.units[vm] * UNIT, STORE, NET, priority, null, List.of()));
        }
        PlanProblem problem = new PlanProblem(
                targets, machines, Map.of(), rules(random, deal, hosts, rules), PlacementScore.CONFIGURED_SIZE);
        return new Instance(number, complete, hosts, vms, rules, problem);
    }

    private static Deal deal(Random random, int hosts, int vms) {
        int[] cores = new int[vms];
        long[] units = new long[vms];
        for (int vm = 0; vm < vms; vm++) {
            cores[vm] = 1 + random.nextInt(random.nextInt(4) == 0 ? 16 : 6);
            units[vm] = 4 + random.nextInt(random.nextInt(4) == 0 ? 120 : 40);
        }
        int[] host = IntStream.range(0, vms).map(vm -> vm % hosts).toArray();
        return new Deal(cores, units, host);
    }

    /** A third each: strictly apart (three to eight VMs), strictly together (pairs), strictly on a few hosts. */
    private static List<Rule> rules(Random random, Deal deal, int hosts, int count) {
        List<Rule> result = new ArrayList<>();
        boolean[] paired = new boolean[deal.vms()];
        while (result.size() < count) {
            RuleId id = new RuleId("rule-%04d".formatted(result.size()));
            Rule rule = switch (result.size() % 3) {
                case 0 -> apart(random, deal, id);
                case 1 -> together(random, deal, id, paired);
                default -> onHosts(random, deal, hosts, id);
            };
            result.add(rule);
        }
        return result;
    }

    private static Rule apart(Random random, Deal deal, RuleId id) {
        int[] vms = random.ints(0, deal.vms())
                .distinct()
                .limit(3 + random.nextInt(6))
                .toArray();
        boolean[] taken = new boolean[deal.vms()];
        List<VmId> members = Arrays.stream(vms)
                .filter(vm -> !taken[deal.host[vm]] && (taken[deal.host[vm]] = true))
                .mapToObj(HardProblems::id)
                .toList();
        return members.size() > 1 ? new Rule.Apart(id, true, members) : apart(random, deal, id);
    }

    private static Rule together(Random random, Deal deal, RuleId id, boolean[] paired) {
        while (true) {
            int one = random.nextInt(deal.vms());
            int other = random.nextInt(deal.vms());
            if (one != other && deal.host[one] == deal.host[other] && !paired[one] && !paired[other]) {
                paired[one] = true;
                paired[other] = true;
                return new Rule.Together(id, true, List.of(id(one), id(other)));
            }
        }
    }

    private static Rule onHosts(Random random, Deal deal, int hosts, RuleId id) {
        int vm = random.nextInt(deal.vms());
        List<Rule.HostPriority> named = IntStream.concat(
                        IntStream.of(deal.host[vm]), random.ints(0, hosts).limit(2))
                .distinct()
                .mapToObj(at -> new Rule.HostPriority(host(at), 0))
                .toList();
        return new Rule.VmHost(id, true, List.of(id(vm)), named);
    }

    private static HostId host(int number) {
        return new HostId("host-%05d".formatted(number));
    }

    private static VmId id(int number) {
        return new VmId("vm-%06d".formatted(number));
    }
}
