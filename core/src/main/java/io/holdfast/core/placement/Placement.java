package io.holdfast.core.placement;

import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The authority over a VM's disks (safety argument, section 1): at most one per VM. It stays after the run has ended, so that runs go on counting.
 *
 * <p>In live migration it has two hosts: {@link #host} is the target, with the new run, and {@link #source} is where the VM still runs. It belongs to both until one of them is
 * proven to have ended; then it belongs to the other.
 *
 * @param run one more than {@link #highestRun} of the one before it; after a migration that was given up, the source's run again
 * @param hostBootId boot of the host for which it was made: a later boot proves that the run has ended
 * @param generations the host's lease generation per datastore of the VM; the start command names them, an agent of a later one refuses
 * @param ended empty: a process of this run may be alive. Else the proofs that together cover every writable disk: no writer is left
 * @param highestRun the highest run ever given to this VM; the next one is one more, so that no run is ever used twice
 * @param source in live migration: the run that is being moved. Null: one host
 */
public record Placement(
        VmId vm,
        long run,
        HostId host,
        String hostBootId,
        List<LeaseGeneration> generations,
        List<Proof> ended,
        long highestRun,
        @Nullable Source source) {
    public Placement {
        generations = List.copyOf(generations);
        ended = List.copyOf(ended);
    }

    /** The run that a live migration moves away; the fields are those of {@link Placement}. */
    public record Source(long run, HostId host, String hostBootId, List<LeaseGeneration> generations) {
        public Source {
            generations = List.copyOf(generations);
        }
    }

    /** A placement on one host, with the highest run so far. */
    public static Placement of(
            VmId vm, long run, HostId host, String hostBootId, List<LeaseGeneration> generations, List<Proof> ended) {
        return new Placement(vm, run, host, hostBootId, generations, ended, run, null);
    }

    /** A process of this run may be alive. */
    public boolean live() {
        return ended.isEmpty();
    }

    /** In live migration: two hosts. */
    public boolean migrating() {
        return source != null;
    }

    /** Where the guest runs if it runs: the source in live migration, else the one host. */
    public HostId servingHost() {
        return source != null ? source.host() : host;
    }

    /** The run in which the guest runs if it runs. */
    public long servingRun() {
        return source != null ? source.run() : run;
    }

    /** The host's lease generation on a datastore for which this was made; 0: none. */
    public long generationOn(DatastoreId datastore) {
        for (LeaseGeneration generation : generations) {
            if (generation.datastore().equals(datastore)) {
                return generation.generation();
            }
        }
        return 0;
    }

    /** This placement with the proofs that it has ended. */
    public Placement endedBy(List<Proof> proofs) {
        return new Placement(vm, run, host, hostBootId, generations, proofs, highestRun, source);
    }

    /** In live migration to another host: the next run there, with this one as its source. */
    public Placement migratingTo(HostId target, String bootId, List<LeaseGeneration> held) {
        Source from = new Source(run, host, hostBootId, generations);
        return new Placement(vm, highestRun + 1, target, bootId, held, List.of(), highestRun + 1, from);
    }

    /** The target's alone: the source is proven to have ended. */
    public Placement targetOnly() {
        return new Placement(vm, run, host, hostBootId, generations, ended, highestRun, null);
    }

    /** The source's alone: the target is proven to have ended. */
    public Placement sourceOnly() {
        Source from = Objects.requireNonNull(source, "no migration");
        return new Placement(
                vm, from.run(), from.host(), from.hostBootId(), from.generations(), ended, highestRun, null);
    }

    /** The part of this placement that concerns a host: the placement itself, or its source, or its target; null: none. */
    public @Nullable Placement on(HostId asked) {
        if (source != null && source.host().equals(asked)) {
            return sourceOnly();
        }
        return host.equals(asked) ? targetOnly() : null;
    }
}
