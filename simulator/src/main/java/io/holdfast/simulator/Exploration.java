package io.holdfast.simulator;

import io.holdfast.simulator.explore.Explorer;
import io.holdfast.simulator.world.ProductRules;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** {@code holdfast simulate --explore}: the exhaustive search with a budget from the command line. */
final class Exploration {
    private Exploration() {}

    /** Exit code 1 on a violation. */
    static int run(Explorer.Budget budget, boolean json, PrintStream print) {
        long began = System.nanoTime();
        Explorer.Result result = Explorer.search(budget, ProductRules.REAL);
        double wall = (System.nanoTime() - began) / 1e9;
        if (json) {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("states", result.states());
            values.put("transitions", result.transitions());
            values.put("depthSeconds", result.depth());
            values.put("violations", result.violation() == null ? 0 : 1);
            values.put("violation", result.violation());
            print.println(Json.write(values));
        } else {
            print.printf(
                    Locale.ROOT,
                    "2 hosts, 2 managers, %d VMs, %d faults in the first %d s, %d lost commands, %d s: %d states, %d transitions, depth %d s, in %.1f s%n",
                    budget.vms(),
                    budget.faults(),
                    budget.faultInstants(),
                    budget.losses(),
                    budget.instants(),
                    result.states(),
                    result.transitions(),
                    result.depth(),
                    wall);
            print.println(result.violation() == null ? "violations: 0" : "VIOLATION of " + result.violation());
        }
        return result.violation() == null ? 0 : 1;
    }
}
