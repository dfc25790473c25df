package io.holdfast.simulator.scenario;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.simulator.world.World;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Test doubles: VMs whose start, stop or move fails as their scenario says. The reference gives a VM up after (maxRestart + 1) x (maxRelocate + 1) failed starts. */
final class Doubles implements World.Behaviour {
    private final Scenario scenario;
    private final ScenarioInventory inventory;
    private final Names names;
    private final Consumer<String> givenUp;
    /** Failed starts since the last success: what the double counts. */
    private final Map<String, Integer> failedStarts = new TreeMap<>();
    /** Failed starts since the last success or the operator's last word: what the reference's patience counts. */
    private final Map<String, Integer> tries = new TreeMap<>();

    private final Map<String, Integer> failedMoves = new TreeMap<>();

    Doubles(Scenario scenario, ScenarioInventory inventory, Names names, Consumer<String> givenUp) {
        this.scenario = scenario;
        this.inventory = inventory;
        this.names = names;
        this.givenUp = givenUp;
    }

    private Scenario.@Nullable VmLine line(VmId vm) {
        return scenario.line(names.name(vm));
    }

    /** HA does not know the VM any more: its tries begin anew. */
    void forget(String vm) {
        tries.remove(vm);
    }

    /** The operator's word: its tries on one host begin anew. The hosts that it has been tried on count until it has started once: the reference's documentation of "relocate count". */
    void forgive(String vm) {
        Scenario.VmLine line = scenario.line(vm);
        if (line != null) {
            int onOneHost = line.maxRestart() + 1;
            tries.computeIfPresent(vm, (key, count) -> Math.min(count / onOneHost, line.maxRelocate()) * onOneHost);
        }
    }

    private boolean fails(Scenario.VmLine line, @Nullable HostId host) {
        return line.failuresOnlyOn() == null
                || inventory.host(line.failuresOnlyOn()).equals(host);
    }

    @Override
    public boolean startFails(HostId host, VmId vm) {
        Scenario.VmLine line = line(vm);
        if (line == null) {
            return false;
        }
        int before = failedStarts.getOrDefault(line.id(), 0);
        if (before >= line.startFailsFirst() || !fails(line, host)) {
            failedStarts.remove(line.id());
            tries.remove(line.id());
            return false;
        }
        failedStarts.put(line.id(), before + 1);
        if (tries.merge(line.id(), 1, Integer::sum) >= (line.maxRestart() + 1) * (line.maxRelocate() + 1)) {
            givenUp.accept(line.id());
        }
        return true;
    }

    @Override
    public boolean stopFails(VmId vm) {
        Scenario.VmLine line = line(vm);
        return line != null && line.stopNeverSucceeds();
    }

    /** A move of this VM to a host (null: wherever there is room) fails now. */
    boolean moveFails(VmId vm, @Nullable HostId to) {
        Scenario.VmLine line = line(vm);
        if (line == null) {
            return false;
        }
        if (line.stopNeverSucceeds()) {
            return true;
        }
        int before = failedMoves.getOrDefault(line.id(), 0);
        if (before >= line.moveFailsFirst() || !fails(line, to)) {
            failedMoves.remove(line.id());
            return false;
        }
        failedMoves.put(line.id(), before + 1);
        return true;
    }
}
