package io.holdfast.agent.vm;

import io.holdfast.agent.vm.Resident.Phase;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/** Every run that lives on this host or may live, at most one per VM. In memory only: the self-fence asks it and never waits for a disk. */
public final class Residents {
    private final ConcurrentMap<String, Resident> byVm = new ConcurrentHashMap<>();

    /** False when another run of the VM is here already. */
    public boolean add(Resident resident) {
        return byVm.putIfAbsent(resident.vmId(), resident) == null;
    }

    public Optional<Resident> find(String vmId) {
        return Optional.ofNullable(byVm.get(vmId));
    }

    public Optional<Resident> findByUuid(String uuid) {
        return byVm.values().stream().filter(r -> r.uuid().equals(uuid)).findFirst();
    }

    /** Changes a run if it's still here; gives it as it is then. */
    public Optional<Resident> change(String vmId, long run, UnaryOperator<Resident> how) {
        return Optional.ofNullable(byVm.computeIfPresent(vmId, (id, r) -> r.run() == run ? how.apply(r) : r))
                .filter(r -> r.run() == run);
    }

    /** The process of a run has ended. True once, for the caller that may handle the end. */
    boolean reap(String vmId, long run) {
        AtomicBoolean first = new AtomicBoolean();
        change(vmId, run, r -> {
            first.set(r.phase() != Phase.REAPED);
            return r.in(Phase.REAPED);
        });
        return first.get();
    }

    public void remove(String vmId, long run) {
        byVm.computeIfPresent(vmId, (id, r) -> r.run() == run ? null : r);
    }

    public Collection<Resident> all() {
        return List.copyOf(byVm.values());
    }

    /** Those whose process lives or may live and has a disk on this datastore. */
    public List<Resident> aliveOn(String datastoreId) {
        return byVm.values().stream()
                .filter(r -> r.phase() != Phase.REAPED && r.datastores().contains(datastoreId))
                .toList();
    }

    public boolean anyAliveOn(String datastoreId) {
        return byVm.values().stream()
                .anyMatch(r -> r.phase() != Phase.REAPED && r.datastores().contains(datastoreId));
    }
}
