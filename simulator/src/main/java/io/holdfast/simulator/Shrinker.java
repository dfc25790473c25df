package io.holdfast.simulator;

import io.holdfast.simulator.fault.Fault;
import io.holdfast.simulator.fault.Schedule;
import io.holdfast.simulator.world.ProductRules;
import io.holdfast.simulator.world.Violation;
import java.util.ArrayList;
import java.util.List;

/** Looks for the fewest faults that still break the same invariant: leaves out one after the other, as long as any can be left out. */
final class Shrinker {
    private static final int LIMIT = 120;

    private Shrinker() {}

    static Schedule shrink(History.Outcome failed, Options options, ProductRules rules) {
        Violation violation = failed.violation();
        if (violation == null) {
            return failed.schedule();
        }
        List<Fault> faults = new ArrayList<>(failed.schedule().faults());
        int runs = 0;
        boolean smaller = true;
        while (smaller && runs < LIMIT) {
            smaller = false;
            for (int index = faults.size() - 1; index >= 0 && runs < LIMIT; index--) {
                List<Fault> fewer = new ArrayList<>(faults);
                fewer.remove(index);
                runs++;
                if (stillFails(failed, options, rules, failed.schedule().with(fewer), violation)) {
                    faults = fewer;
                    smaller = true;
                }
            }
        }
        return failed.schedule().with(faults);
    }

    private static boolean stillFails(
            History.Outcome failed, Options options, ProductRules rules, Schedule schedule, Violation violation) {
        Violation now =
                History.run(failed.seed(), options, rules, schedule, false).violation();
        return now != null && now.invariant().equals(violation.invariant());
    }
}
