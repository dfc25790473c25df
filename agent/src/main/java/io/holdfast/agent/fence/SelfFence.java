package io.holdfast.agent.fence;

import io.holdfast.agent.lease.DatastoreLease;
import io.holdfast.agent.lease.Leases;
import io.holdfast.agent.vm.Resident;
import io.holdfast.agent.vm.Resident.Phase;
import io.holdfast.agent.vm.Residents;
import io.holdfast.protocol.agent.EndCause;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills every VM that has a disk on a datastore whose lease isn't held (safety argument, section 4), paused ones too. It wakes exactly when
 * a lease runs out, and kills again until the process has been reaped. Plain loops: it runs several times a second for the life of the
 * agent, and a stream costs ten times as much.
 */
public final class SelfFence implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SelfFence.class);
    /** While a VM is uncovered: it's killed again until it has been reaped. */
    private static final long URGENT_NANOS = 20_000_000;
    /** Else: a VM may have been started meanwhile. Losses themselves are waited for exactly. */
    private static final long CALM_NANOS = 200_000_000;

    private final Leases leases;
    private final Residents residents;
    private final Consumer<Resident> kill;
    private final Runnable lost;
    private final LongSupplier bootNanos;
    private Set<String> held = Set.of();
    private volatile boolean stopped;

    /**
     * {@code kill} must end the process at once, without waiting, and mark it as being ended; {@code lost} is run when a lease has been
     * lost or a VM is about to be fenced.
     */
    public SelfFence(
            Leases leases, Residents residents, Consumer<Resident> kill, Runnable lost, LongSupplier bootNanos) {
        this.leases = leases;
        this.residents = residents;
        this.kill = kill;
        this.lost = lost;
        this.bootNanos = bootNanos;
    }

    @Override
    public void run() {
        while (!stopped) {
            boolean urgent = true;
            try {
                noticeLosses();
                urgent = tick();
            } catch (RuntimeException e) {
                LOG.error("self-fence failed; it's tried again", e);
            }
            LockSupport.parkNanos(urgent ? URGENT_NANOS : untilNextLoss());
        }
    }

    private void noticeLosses() {
        Set<String> now = new HashSet<>();
        for (DatastoreLease lease : leases.all()) {
            String id = lease.keeper().identity().datastoreId();
            if (leases.held(id)) {
                now.add(id);
            }
        }
        if (!now.containsAll(held)) {
            lost.run();
        }
        held = now;
    }

    /** True when a VM is uncovered. */
    private boolean tick() {
        boolean urgent = false;
        for (Resident resident : residents.all()) {
            Optional<String> uncovered = resident.phase() == Phase.REAPED ? Optional.empty() : uncovered(resident);
            if (uncovered.isPresent()) {
                if (resident.intended() == EndCause.END_CAUSE_NONE) {
                    LOG.warn(
                            "VM {} run {} is killed: the lease on {} isn't held",
                            resident.vmId(),
                            resident.run(),
                            uncovered.get());
                    lost.run();
                }
                kill.accept(resident);
                urgent = true;
            }
        }
        return urgent;
    }

    private Optional<String> uncovered(Resident resident) {
        for (String id : resident.datastores()) {
            if (!leases.held(id)) {
                return Optional.of(id);
            }
        }
        return Optional.empty();
    }

    private long untilNextLoss() {
        long now = bootNanos.getAsLong();
        long next = now + CALM_NANOS;
        for (DatastoreLease lease : leases.all()) {
            long loss = lease.keeper().rule().lossNanos();
            if (loss > now) {
                next = Math.min(next, loss);
            }
        }
        return Math.max(1, next - now);
    }

    /** Whether the watchdog may be fed: every VM alive is covered by held leases. */
    public boolean allCovered() {
        for (Resident resident : residents.all()) {
            if (resident.phase() != Phase.REAPED && uncovered(resident).isPresent()) {
                return false;
            }
        }
        return true;
    }

    public void stop() {
        stopped = true;
    }
}
