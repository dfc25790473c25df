package io.holdfast.simulator.world;

import io.holdfast.agent.rule.LeaseRule;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.LeaseGeneration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whether an agent accepts a run, to be started or from another host: the same conditions for both (safety argument, section 1). */
final class AgentAcceptance {
    private final World world;
    private final SimAgent agent;
    private final SimHost host;

    AgentAcceptance(World world, SimAgent agent) {
        this.world = world;
        this.agent = agent;
        host = agent.host;
    }

    /** Why not; null: it does. */
    @Nullable
    String refusal(Vm what, long run, List<LeaseGeneration> generations) {
        VmId vm = what.id();
        if (!world.rules.runAccepted(run, host.disk.endedRun(vm))) {
            return "run " + run + " or a later one has ended here";
        }
        SimProcess present = host.process(vm);
        if (present != null) {
            return "run " + present.run + " is alive here";
        }
        AgentDisk.Incoming accepted = host.disk.incoming.get(vm);
        if (accepted != null && accepted.run() != run) {
            return "run " + accepted.run() + " is awaited here";
        }
        return leaseRefusal(what.datastores(), generations);
    }

    /** Why the leases do not allow it; null: they do. */
    @Nullable
    String leaseRefusal(List<DatastoreId> datastores, List<LeaseGeneration> generations) {
        for (DatastoreId datastore : datastores) {
            LeaseRule lease = agent.leases[world.storage(datastore).index];
            long asked = generation(generations, datastore);
            if (!world.rules.generationAccepted(asked, lease.generation(), lease.held(agent.localNow()))) {
                return "generation " + asked + " on " + datastore + " is not the present one or not held";
            }
        }
        return null;
    }

    private static long generation(List<LeaseGeneration> generations, DatastoreId datastore) {
        for (LeaseGeneration each : generations) {
            if (each.datastore().equals(datastore)) {
                return each.generation();
            }
        }
        return 0;
    }

    /** Writes the ownership records, one datastore after the other; {@code done} is told why not, or null. */
    void claim(Vm vm, long run, Consumer<@Nullable String> done) {
        claim(vm, run, vm.datastores(), 0, done);
    }

    private void claim(Vm vm, long run, List<DatastoreId> datastores, int next, Consumer<@Nullable String> done) {
        if (next == datastores.size()) {
            done.accept(null);
            return;
        }
        SimStorage storage = world.storage(datastores.get(next));
        Runnable fails = () -> agent.receive(() -> done.accept("the ownership record cannot be written"));
        storage.readOwner(
                host.index,
                vm.id(),
                owner -> agent.receive(() -> {
                    if (!world.rules.ownerAccepted(run, owner.run(), owner.host() == host.index)) {
                        done.accept("the ownership record shows run " + owner.run());
                        return;
                    }
                    storage.writeOwner(
                            host.index,
                            vm.id(),
                            run,
                            () -> agent.receive(() -> claim(vm, run, datastores, next + 1, done)),
                            fails);
                }),
                fails);
    }
}
