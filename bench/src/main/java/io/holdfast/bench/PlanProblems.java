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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Outages to be planned, made from a seed. */
final class PlanProblems {
    private static final List<DatastoreId> STORE = List.of(new DatastoreId("store"));
    private static final List<String> NET = List.of("net");

    private PlanProblems() {}

    /**
     * VMs of many sizes that would fill {@code fill} of what is free on the hosts, in the scarcer of CPU and memory; rules of every kind, a fifth each: strictly apart, softly
     * apart, strictly together, strictly on some hosts, preferably on some hosts.
     */
    static PlanProblem random(long seed, int hosts, int vms, int rules, double fill) {
        Random random = new Random(seed);
        List<PlanVm> machines = new ArrayList<>();
        double cpu = 0;
        double memory = 0;
        for (int number = 0; number < vms; number++) {
            int cores = 1 << random.nextInt(4);
            long bytes = (1L << random.nextInt(5)) * (3 + random.nextInt(3)) << 28;
            cpu += cores;
            memory += bytes;
            machines.add(new PlanVm(
                    new VmId("vm-%06d".formatted(number)),
                    cores,
                    bytes,
                    STORE,
                    NET,
                    RestartPriority.values()[random.nextInt(5)],
                    null,
                    List.of()));
        }
        List<PlanHost> targets = new ArrayList<>();
        for (int number = 0; number < hosts; number++) {
            double freeCpu = cpu / hosts / fill * (0.7 + 0.6 * random.nextDouble());
            double freeMemory = memory / hosts / fill * (0.7 + 0.6 * random.nextDouble());
            targets.add(new PlanHost(
                    host(number),
                    2 * freeCpu,
                    freeCpu,
                    2 * freeMemory,
                    freeMemory,
                    10,
                    freeCpu / 4,
                    Set.copyOf(STORE),
                    Set.copyOf(NET)));
        }
        return new PlanProblem(
                targets, machines, Map.of(), rules(random, hosts, vms, rules), PlacementScore.CONFIGURED_SIZE);
    }

    private static HostId host(int number) {
        return new HostId("host-%05d".formatted(number));
    }

    /** VM–VM rules of one kind do not share VMs with rules of another, so that all strict ones can hold. */
    private static List<Rule> rules(Random random, int hosts, int vms, int count) {
        List<Rule> result = new ArrayList<>();
        int slice = vms / 4;
        for (int number = 0; number < count; number++) {
            RuleId id = new RuleId("rule-%04d".formatted(number));
            result.add(
                    switch (number % 5) {
                        case 0 -> new Rule.Apart(id, true, members(random, 0, slice, 4));
                        case 1 -> new Rule.Apart(id, false, members(random, slice, slice, 4));
                        case 2 -> new Rule.Together(id, true, pair(2 * slice, slice, number / 5));
                        case 3 -> new Rule.VmHost(id, true, members(random, 3 * slice, slice, 2), some(random, hosts));
                        default -> new Rule.VmHost(id, false, members(random, slice, slice, 3), some(random, hosts));
                    });
        }
        return result;
    }

    private static List<VmId> members(Random random, int from, int count, int size) {
        return random.ints(from, from + count)
                .distinct()
                .limit(Math.min(size, count))
                .mapToObj(number -> new VmId("vm-%06d".formatted(number)))
                .toList();
    }

    private static List<VmId> pair(int from, int count, int number) {
        int first = from + 2 * number % (count - 1);
        return List.of(new VmId("vm-%06d".formatted(first)), new VmId("vm-%06d".formatted(first + 1)));
    }

    /** Half of the hosts, so that VMs of two such rules have hosts in common. */
    private static List<Rule.HostPriority> some(Random random, int hosts) {
        return random.ints(0, hosts)
                .distinct()
                .limit(hosts / 2 + 1)
                .mapToObj(number -> new Rule.HostPriority(host(number), number % 3))
                .toList();
    }
}
