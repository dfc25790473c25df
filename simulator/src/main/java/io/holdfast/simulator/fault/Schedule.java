package io.holdfast.simulator.fault;

import io.holdfast.simulator.world.Dice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The faults of one history, in the order in which they begin. Most come in bursts, so that they overlap; every fault ends before the end.
 *
 * @param lengthMillis at least ten minutes
 */
public record Schedule(long lengthMillis, List<Fault> faults) {
    private static final long MINUTE = 60_000;

    public Schedule {
        faults = List.copyOf(faults);
    }

    /** Between 10 and 16 minutes with 5 to 14 faults in 2 to 4 bursts. */
    public static Schedule random(Dice dice, List<FaultKind> kinds, int hosts, int vms, int datastores) {
        long length = dice.between(10 * MINUTE, 16 * MINUTE);
        int bursts = (int) dice.between(2, 4);
        List<Fault> faults = new ArrayList<>();
        for (int burst = 0; burst < bursts; burst++) {
            long begin = dice.between(
                    40_000 + burst * (length - 3 * MINUTE) / bursts,
                    40_000 + (burst + 1) * (length - 3 * MINUTE) / bursts);
            int count = (int) dice.between(burst == 0 ? 3 : 2, 4);
            for (int number = 0; number < count; number++) {
                FaultKind kind = kinds.get(dice.below(kinds.size()));
                long at = begin + dice.between(0, dice.percent(50) ? 3_000 : 40_000);
                faults.add(one(dice, kind, at, hosts, vms, datastores));
            }
        }
        while (faults.size() < 5) {
            FaultKind kind = kinds.get(dice.below(kinds.size()));
            faults.add(one(dice, kind, dice.between(40_000, length - 3 * MINUTE), hosts, vms, datastores));
        }
        return new Schedule(length, sorted(faults));
    }

    private static Fault one(Dice dice, FaultKind kind, long at, int hosts, int vms, int datastores) {
        int target = switch (kind.target()) {
            case HOST -> dice.below(hosts);
            case VM -> dice.below(vms);
            case DATASTORE -> dice.below(datastores);
            case MANAGER -> dice.below(2);
            case NONE -> 0;
        };
        long duration = dice.between(kind.minimumSeconds() * 1000L, kind.maximumSeconds() * 1000L);
        return new Fault(kind, at, duration, target, dice.below(datastores));
    }

    private static List<Fault> sorted(List<Fault> faults) {
        List<Fault> result = new ArrayList<>(faults);
        result.sort(Comparator.comparingLong(Fault::atMillis));
        return result;
    }

    /** This schedule with other faults. */
    public Schedule with(List<Fault> others) {
        return new Schedule(lengthMillis, sorted(others));
    }

    /** {@code length/fault,fault,…}. */
    @Override
    public String toString() {
        return lengthMillis + "/" + faults.stream().map(Fault::toString).collect(Collectors.joining(","));
    }

    /** Reads what {@link #toString} wrote. */
    public static Schedule parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a schedule; expected lengthMillis/fault,fault,…");
        }
        String list = text.substring(slash + 1);
        List<Fault> faults = list.isEmpty()
                ? List.of()
                : Arrays.stream(list.split(",")).map(Fault::parse).toList();
        return new Schedule(Long.parseLong(text.substring(0, slash)), sorted(faults));
    }
}
