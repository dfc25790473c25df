package io.holdfast.core.placement;

import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.recovery.Waiting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The working board of one plan: hosts with what is free, and <i>units</i> to be placed. A unit is one VM, or all VMs of strict together-rules that share members; its members go to one
 * host or nowhere. Arrays by index, because a plan looks at every pair of unit and host.
 *
 * <p>Rules between units are kept per rule as the number of members on each host, so that a check costs one look-up per rule of the unit.
 */
final class Board {
    static final double EPSILON = 1e-9;

    /** A rule that says apart or softly together, with how many of its members are on each host. */
    private record Group(RuleId id, boolean apart, boolean strict, int[] onHost) {}

    private final PlanProblem problem;
    private final List<PlanHost> hosts;
    private final double[] cpuFree;
    private final double[] memoryFree;
    private final int[] count;
    private final double[] load;
    private final List<List<PlanVm>> members = new ArrayList<>();
    private final List<BitSet> allowed = new ArrayList<>();
    private final List<int @Nullable []> hostRank = new ArrayList<>();
    private final List<List<Group>> groups = new ArrayList<>();
    private final List<@Nullable RuleId> strictRule = new ArrayList<>();
    private final double[] cpu;
    private final double[] memory;
    private final int[] placedOn;

    Board(PlanProblem problem) {
        this.problem = problem;
        hosts = problem.hosts();
        cpuFree = hosts.stream()
                .mapToDouble(host -> host.cpuCapacity() - host.cpuUsed())
                .toArray();
        memoryFree = hosts.stream()
                .mapToDouble(host -> host.memoryCapacity() - host.memoryUsed())
                .toArray();
        count = hosts.stream().mapToInt(PlanHost::vmCount).toArray();
        load = hosts.stream().mapToDouble(PlanHost::loadCores).toArray();
        Map<VmId, Integer> unitOf = makeUnits();
        cpu = members.stream()
                .mapToDouble(unit -> unit.stream().mapToDouble(PlanVm::cpuCores).sum())
                .toArray();
        memory = members.stream()
                .mapToDouble(
                        unit -> unit.stream().mapToDouble(PlanVm::memoryBytes).sum())
                .toArray();
        placedOn = new int[members.size()];
        Arrays.fill(placedOn, -1);
        reachability();
        applyRules(unitOf);
    }

    /** Joins the VMs of strict together-rules. */
    private Map<VmId, Integer> makeUnits() {
        Map<VmId, PlanVm> byId = new TreeMap<>();
        problem.vms().forEach(vm -> byId.put(vm.id(), vm));
        Map<VmId, VmId> leader = new HashMap<>();
        for (Rule rule : problem.rules()) {
            if (rule instanceof Rule.Together together && together.strict()) {
                List<VmId> present =
                        together.vms().stream().filter(byId::containsKey).toList();
                for (int at = 1; at < present.size(); at++) {
                    VmId one = leaderOf(leader, present.getFirst());
                    VmId other = leaderOf(leader, present.get(at));
                    if (!one.equals(other)) {
                        leader.put(one.compareTo(other) < 0 ? other : one, one.compareTo(other) < 0 ? one : other);
                    }
                }
            }
        }
        Map<VmId, Integer> unitOf = new HashMap<>();
        for (PlanVm vm : byId.values()) {
            VmId first = leaderOf(leader, vm.id());
            Integer unit = unitOf.get(first);
            if (unit == null) {
                unit = members.size();
                members.add(new ArrayList<>());
                unitOf.put(first, unit);
            }
            members.get(unit).add(vm);
            unitOf.put(vm.id(), unit);
        }
        return unitOf;
    }

    private static VmId leaderOf(Map<VmId, VmId> leader, VmId vm) {
        VmId at = vm;
        for (VmId next = leader.get(at); next != null; next = leader.get(at)) {
            at = next;
        }
        return at;
    }

    private void reachability() {
        for (List<PlanVm> unit : members) {
            BitSet set = new BitSet(hosts.size());
            for (int host = 0; host < hosts.size(); host++) {
                if (reaches(hosts.get(host), unit)) {
                    set.set(host);
                }
            }
            allowed.add(set);
            hostRank.add(null);
            groups.add(new ArrayList<>());
            strictRule.add(null);
        }
    }

    private static boolean reaches(PlanHost host, List<PlanVm> unit) {
        for (PlanVm vm : unit) {
            if (!host.datastores().containsAll(vm.datastores())
                    || !host.networks().containsAll(vm.networks())
                    || vm.excluded().contains(host.id())) {
                return false;
            }
        }
        return true;
    }

    private void applyRules(Map<VmId, Integer> unitOf) {
        Map<HostId, Integer> hostIndex = new HashMap<>();
        for (int host = 0; host < hosts.size(); host++) {
            hostIndex.put(hosts.get(host).id(), host);
        }
        for (Rule rule : problem.rules()) {
            switch (rule) {
                case Rule.VmHost vmHost -> applyVmHost(vmHost, unitOf, hostIndex);
                case Rule.Together together -> applyGroup(together, false, together.strict(), unitOf, hostIndex);
                case Rule.Apart apart -> applyGroup(apart, true, apart.strict(), unitOf, hostIndex);
                case Rule.DependsOn ignored -> {}
            }
        }
    }

    private void applyVmHost(Rule.VmHost rule, Map<VmId, Integer> unitOf, Map<HostId, Integer> hostIndex) {
        BitSet named = new BitSet(hosts.size());
        int[] priorities = new int[hosts.size()];
        for (Rule.HostPriority entry : rule.hosts()) {
            Integer host = hostIndex.get(entry.host());
            if (host != null) {
                named.set(host);
                priorities[host] = entry.priority() + 1;
            }
        }
        for (VmId vm : rule.vms()) {
            Integer unit = unitOf.get(vm);
            if (unit == null) {
                continue;
            }
            if (rule.strict()) {
                allowed.get(unit).and(named);
                strictRule.set(unit, rule.id());
            }
            int[] rank = hostRank.get(unit);
            int[] sum = rank == null ? new int[hosts.size()] : rank;
            for (int host = 0; host < sum.length; host++) {
                sum[host] += priorities[host];
            }
            hostRank.set(unit, sum);
        }
    }

    private void applyGroup(
            Rule rule, boolean apart, boolean strict, Map<VmId, Integer> unitOf, Map<HostId, Integer> hostIndex) {
        Group group = new Group(rule.id(), apart, strict, new int[hosts.size()]);
        BitSet used = new BitSet(hosts.size());
        boolean anyRunning = false;
        for (VmId vm : rule.vms()) {
            HostId at = unitOf.containsKey(vm) ? null : problem.running().get(vm);
            if (at != null) {
                anyRunning = true;
                Integer host = hostIndex.get(at);
                if (host != null) {
                    group.onHost[host]++;
                    used.set(host);
                }
            }
        }
        for (VmId vm : rule.vms()) {
            Integer unit = unitOf.get(vm);
            if (unit == null) {
                continue;
            }
            if (!apart && strict) {
                strictRule.set(unit, rule.id());
                if (anyRunning) {
                    allowed.get(unit).and(used);
                }
            } else {
                groups.get(unit).add(group);
            }
            if (apart && strict) {
                strictRule.set(unit, rule.id());
            }
        }
    }

    double[] cpu() {
        return cpu;
    }

    double[] memory() {
        return memory;
    }

    double[] cpuFree() {
        return cpuFree;
    }

    double[] memoryFree() {
        return memoryFree;
    }

    /** By unit, the indices into {@link #strictGroupCounts} of the strict apart-rules that bind it. */
    int[][] strictGroups() {
        Map<Group, Integer> index = strictIndex();
        int[][] result = new int[units()][];
        for (int unit = 0; unit < units(); unit++) {
            result[unit] = groups.get(unit).stream()
                    .filter(group -> group.apart && group.strict)
                    .mapToInt(group -> Objects.requireNonNull(index.get(group)))
                    .toArray();
        }
        return result;
    }

    /** By strict apart-rule, a copy of its members on each host. */
    int[][] strictGroupCounts() {
        int[][] result = new int[strictIndex().size()][];
        strictIndex().forEach((group, at) -> result[at] = group.onHost.clone());
        return result;
    }

    private Map<Group, Integer> strictIndex() {
        Map<Group, Integer> index = new LinkedHashMap<>();
        for (List<Group> list : groups) {
            for (Group group : list) {
                if (group.apart && group.strict) {
                    index.putIfAbsent(group, index.size());
                }
            }
        }
        return index;
    }

    int units() {
        return members.size();
    }

    int hostCount() {
        return hosts.size();
    }

    List<PlanVm> members(int unit) {
        return members.get(unit);
    }

    int hostOf(int unit) {
        return placedOn[unit];
    }

    int unplaced() {
        return (int) IntStream.of(placedOn).filter(host -> host < 0).count();
    }

    int priority(int unit) {
        return members.get(unit).stream()
                .mapToInt(vm -> vm.priority().ordinal())
                .min()
                .orElse(0);
    }

    /** Priority first, then those that fewest hosts can take, then the largest, then by id. */
    List<Integer> order() {
        double cpuTotal =
                Math.max(1, hosts.stream().mapToDouble(PlanHost::cpuCapacity).sum());
        double memoryTotal =
                Math.max(1, hosts.stream().mapToDouble(PlanHost::memoryCapacity).sum());
        int[] priority = IntStream.range(0, units()).map(this::priority).toArray();
        int[] choices = IntStream.range(0, units())
                .map(unit -> allowed.get(unit).cardinality())
                .toArray();
        double[] size = IntStream.range(0, units())
                .mapToDouble(unit -> Math.max(cpu[unit] / cpuTotal, memory[unit] / memoryTotal))
                .toArray();
        return IntStream.range(0, units())
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(unit -> priority[unit])
                        .thenComparingInt(unit -> choices[unit])
                        .thenComparingDouble(unit -> -size[unit])
                        .thenComparingInt(unit -> unit))
                .toList();
    }

    boolean fits(int unit, int host) {
        return cpu[unit] <= cpuFree[host] + EPSILON && memory[unit] <= memoryFree[host] + EPSILON;
    }

    /** Reachability and strict rules, without capacity. */
    boolean permitted(int unit, int host) {
        if (!allowed.get(unit).get(host)) {
            return false;
        }
        for (Group group : groups.get(unit)) {
            if (group.apart && group.strict && group.onHost[host] > 0) {
                return false;
            }
        }
        return true;
    }

    /** Hosts that the unit reaches and that rules which name hosts allow; members of rules between VMs may move away. Not to be changed. */
    BitSet allowed(int unit) {
        return allowed.get(unit);
    }

    /** The best host that can take the unit now, or -1. */
    int bestHost(int unit, boolean tight) {
        int best = -1;
        double bestScore = Double.POSITIVE_INFINITY;
        for (int host = allowed.get(unit).nextSetBit(0);
                host >= 0;
                host = allowed.get(unit).nextSetBit(host + 1)) {
            if (!fits(unit, host) || !permitted(unit, host)) {
                continue;
            }
            double score = score(unit, host, tight);
            if (score < bestScore) {
                bestScore = score;
                best = host;
            }
        }
        return best;
    }

    /** Lower is better. Soft rules come first, then where it was, then the cluster's score; ties go to the first host. */
    private double score(int unit, int host, boolean tight) {
        double score = 0;
        for (Group group : groups.get(unit)) {
            if (group.apart) {
                score += group.strict ? 0 : 1e6 * group.onHost[host];
            } else if (group.onHost[host] == 0 && IntStream.of(group.onHost).anyMatch(there -> there > 0)) {
                score += 1e6;
            }
        }
        int[] rank = hostRank.get(unit);
        if (rank != null) {
            score -= 1e4 * rank[host];
        }
        HostId preferred = members.get(unit).getFirst().preferred();
        if (preferred != null && preferred.equals(hosts.get(host).id())) {
            score -= 1e3;
        }
        return score + (tight ? -fullness(unit, host) : clusterScore(unit, host));
    }

    private double fullness(int unit, int host) {
        PlanHost to = hosts.get(host);
        double cpuShare = 1 - (cpuFree[host] - cpu[unit]) / Math.max(1, to.cpuCapacity());
        double memoryShare = 1 - (memoryFree[host] - memory[unit]) / Math.max(1, to.memoryCapacity());
        return Math.max(cpuShare, memoryShare) + 0.1 * Math.min(cpuShare, memoryShare);
    }

    private double clusterScore(int unit, int host) {
        return switch (problem.score()) {
            case FEWEST_VMS -> count[host];
            case CONFIGURED_SIZE -> fullness(unit, host);
            case RUNTIME_LOAD ->
                (load[host] + cpu[unit]) / Math.max(1, hosts.get(host).cpuCapacity());
        };
    }

    void place(int unit, int host) {
        placedOn[unit] = host;
        move(unit, host, 1);
    }

    void remove(int unit) {
        move(unit, placedOn[unit], -1);
        placedOn[unit] = -1;
    }

    private void move(int unit, int host, int sign) {
        cpuFree[host] -= sign * cpu[unit];
        memoryFree[host] -= sign * memory[unit];
        load[host] += sign * cpu[unit];
        for (PlanVm vm : members.get(unit)) {
            count[host] += sign;
        }
        for (Group group : groups.get(unit)) {
            group.onHost[host] += sign;
        }
    }

    /** After units were moved without a look at soft rules and former hosts: each that has any goes to the best host for it that has room. */
    void settle() {
        for (int unit = 0; unit < units(); unit++) {
            boolean prefers = hostRank.get(unit) != null
                    || members.get(unit).getFirst().preferred() != null
                    || groups.get(unit).stream().anyMatch(group -> !group.strict);
            int host = placedOn[unit];
            if (prefers && host >= 0) {
                remove(unit);
                int best = bestHost(unit, true);
                place(unit, best >= 0 ? best : host);
            }
        }
    }

    /** More VMs placed, counted from the highest priority down. */
    boolean betterThan(Board other) {
        for (int level = 0; level <= 5; level++) {
            long mine = placedAt(level);
            long theirs = other.placedAt(level);
            if (mine != theirs) {
                return mine > theirs;
            }
        }
        return false;
    }

    private long placedAt(int level) {
        long result = 0;
        for (int unit = 0; unit < units(); unit++) {
            if (placedOn[unit] >= 0 && priority(unit) == level) {
                result += members.get(unit).size();
            }
        }
        return result;
    }

    /** Soft rules that do not hold for this unit where it is. */
    void softViolations(int unit, int host, List<Plan.GivenUp> result) {
        VmId vm = members.get(unit).getFirst().id();
        for (Group group : groups.get(unit)) {
            boolean apartBroken = group.apart && !group.strict && group.onHost[host] > 1;
            boolean togetherBroken = !group.apart && IntStream.of(group.onHost).sum() > group.onHost[host];
            if (apartBroken || togetherBroken) {
                result.add(new Plan.GivenUp(group.id, vm));
            }
        }
    }

    /** Why a VM has no host. */
    Waiting whyNot(int unit, PlanVm vm) {
        if (hosts.isEmpty()) {
            return new Waiting(Waiting.Reason.NO_HEALTHY_HOST, List.of());
        }
        for (DatastoreId datastore : vm.datastores()) {
            if (hosts.stream().noneMatch(host -> host.datastores().contains(datastore))) {
                return new Waiting(Waiting.Reason.NO_HOST_REACHES_DATASTORE, List.of(datastore.value()));
            }
        }
        for (String network : vm.networks()) {
            if (hosts.stream().noneMatch(host -> host.networks().contains(network))) {
                return new Waiting(Waiting.Reason.NO_HOST_HAS_NETWORK, List.of(network));
            }
        }
        boolean reachable = hosts.stream().anyMatch(host -> reaches(host, List.of(vm)));
        if (!reachable && !vm.excluded().isEmpty()) {
            return new Waiting(Waiting.Reason.START_FAILED_EVERYWHERE, List.of(""));
        }
        RuleId rule = strictRule.get(unit);
        boolean fitsAnywhere = IntStream.range(0, hosts.size()).anyMatch(host -> fits(unit, host));
        if (rule != null && fitsAnywhere) {
            return new Waiting(Waiting.Reason.RULES, List.of(rule.value()));
        }
        return noCapacity(vm);
    }

    private Waiting noCapacity(PlanVm vm) {
        int most = 0;
        for (int host = 1; host < hosts.size(); host++) {
            if (memoryFree[host] > memoryFree[most]) {
                most = host;
            }
        }
        return new Waiting(
                Waiting.Reason.NO_CAPACITY,
                List.of(
                        String.valueOf(vm.cpuCores()),
                        String.valueOf(vm.memoryBytes() >> 20),
                        String.valueOf((long) Math.floor(Math.max(0, cpuFree[most]))),
                        String.valueOf((long) Math.max(0, memoryFree[most]) >> 20)));
    }
}
