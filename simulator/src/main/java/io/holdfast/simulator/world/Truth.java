package io.holdfast.simulator.world;

import io.holdfast.core.Change;
import io.holdfast.core.Command;
import io.holdfast.core.Request;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.VmId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What really happens, whatever anybody believes: who can write which VM's disks. Tells the invariants. */
public final class Truth {
    /** What others may want to know besides the invariants. */
    public interface Listener {
        default void hostPower(SimHost host, boolean on) {}

        default void vmUp(SimProcess process, SimHost host) {}

        default void vmDown(SimProcess process, SimHost host) {}

        default void vmRunning(SimProcess process, SimHost host) {}
    }

    /** A process that can write, or whose last writes may still land. */
    private record Writer(SimProcess process, SimHost host, boolean flying) {}

    private final World world;
    private final List<Invariant> invariants;
    private final List<Listener> listeners = new ArrayList<>();
    private final TreeMap<VmId, List<Writer>> writers = new TreeMap<>();

    Truth(World world, List<Invariant> invariants) {
        this.world = world;
        this.invariants = List.copyOf(invariants);
    }

    public void listen(Listener listener) {
        listeners.add(listener);
    }

    /** Hosts with a process of this VM that can write, or with writes of it in flight. */
    public List<String> writersOf(VmId vm) {
        return writers.getOrDefault(vm, List.of()).stream()
                .map(writer -> writer.host.id + (writer.flying ? " (in flight)" : ""))
                .toList();
    }

    void writerBegins(SimProcess process, SimHost host) {
        for (Invariant invariant : invariants) {
            invariant.writerBegins(world, process, host);
        }
        writers.computeIfAbsent(process.vm.id(), vm -> new ArrayList<>()).add(new Writer(process, host, false));
        listeners.forEach(listener -> listener.vmUp(process, host));
    }

    /** A process there reaches the storage of some disk that it may write. */
    boolean canWrite(SimProcess process, SimHost host) {
        if (process.writable.isEmpty()) {
            return true;
        }
        for (DatastoreId datastore : process.writable) {
            if (!world.storage(datastore).refuses(host.index)) {
                return true;
            }
        }
        return false;
    }

    /** A guest goes on at the target of a live migration. */
    void continued(SimProcess process, SimHost host) {
        invariants.forEach(invariant -> invariant.continued(world, process, host));
    }

    /** A storage refuses the host from now on; what is being carried out ends within {@code overNanos}. */
    void lockedOut(SimHost host, long overNanos) {
        for (List<Writer> list : writers.values()) {
            for (Writer writer : List.copyOf(list)) {
                if (writer.host != host) {
                    continue;
                }
                if (!canWrite(writer.process, host)) {
                    list.remove(writer);
                    list.add(new Writer(writer.process, host, true));
                    world.at(world.now() + world.dice().between(0, overNanos), () -> landed(writer.process, host));
                } else if (writer.flying && !host.operationsWait(writer.process)) {
                    // What waited is dropped; elsewhere the usual bound holds.
                    long bound = host.resetAt + world.profile().inFlightNanos();
                    world.at(Math.max(bound, world.now() + overNanos), () -> landed(writer.process, host));
                }
            }
        }
    }

    /** A storage takes the host's writes again. */
    void letIn(SimHost host) {
        for (SimProcess process : host.processes()) {
            boolean writes = writers.getOrDefault(process.vm.id(), List.of()).stream()
                    .anyMatch(writer -> writer.process == process && !writer.flying);
            if (!process.incoming && !writes && canWrite(process, host)) {
                writerBegins(process, host);
            }
        }
    }

    void running(SimProcess process, SimHost host) {
        listeners.forEach(listener -> listener.vmRunning(process, host));
    }

    void writerGone(SimProcess process, SimHost host, long flightNanos) {
        List<Writer> list = writers.getOrDefault(process.vm.id(), new ArrayList<>());
        boolean wrote = list.removeIf(writer -> writer.process == process);
        listeners.forEach(listener -> listener.vmDown(process, host));
        if (flightNanos <= 0 || !wrote) {
            invariants.forEach(invariant -> invariant.writerGone(world, process, host));
            return;
        }
        list.add(new Writer(process, host, true));
        world.at(world.now() + flightNanos, () -> landed(process, host));
    }

    private void landed(SimProcess process, SimHost host) {
        List<Writer> list = writers.getOrDefault(process.vm.id(), List.of());
        if (list.removeIf(writer -> writer.process == process && writer.flying)) {
            invariants.forEach(invariant -> invariant.writerGone(world, process, host));
        }
    }

    /** The host's links are dead: nothing of it is in flight any more. */
    void flightsOver(SimHost host) {
        for (List<Writer> list : writers.values()) {
            for (Writer writer : List.copyOf(list)) {
                if (writer.host == host && writer.flying) {
                    landed(writer.process, host);
                }
            }
        }
    }

    void hostPower(SimHost host, boolean on) {
        listeners.forEach(listener -> listener.hostPower(host, on));
    }

    void epochObeyed(SimHost host, long epoch) {
        invariants.forEach(invariant -> invariant.epochObeyed(world, host, epoch));
    }

    void beforeChange(Journal journal, long epoch, Change change, List<Change> transaction) {
        for (Invariant invariant : invariants) {
            invariant.beforeChange(world, journal, epoch, change, transaction);
        }
    }

    void commanded(SimManager manager, Command command) {
        for (Invariant invariant : invariants) {
            invariant.commanded(world, manager, command);
        }
    }

    void attempted(Request request) {
        invariants.forEach(invariant -> invariant.attempted(world, request));
    }

    void acknowledged(Request request) {
        invariants.forEach(invariant -> invariant.acknowledged(world, request));
    }

    void settled() {
        invariants.forEach(invariant -> invariant.settled(world));
    }
}
