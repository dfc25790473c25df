package io.holdfast.agent.vm;

import io.holdfast.agent.rule.Heartbeat;
import io.holdfast.agent.rule.Heartbeat.Answer;
import io.holdfast.agent.vm.Resident.Phase;
import io.holdfast.agent.vm.Resident.Transfer;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the guest agents inside the runs here whether they live. {@link #run} belongs to a thread of its own, the questions to workers: one that hangs delays neither the others nor
 * anything else.
 */
public final class GuestHeartbeats implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(GuestHeartbeats.class);
    private static final long PERIOD_MILLIS = 1000;
    /** Those who wait for a guest that has just started are to know soon. */
    private static final long FIRST_NANOS = 2_000_000_000L;

    private static final long LATER_NANOS = 5_000_000_000L;
    /** A guest that has not answered for so long has no guest agent, mostly. */
    private static final long PATIENCE_NANOS = 900_000_000_000L;

    private static final long SELDOM_NANOS = 30_000_000_000L;

    private record Known(long run, Heartbeat heartbeat, long firstNanos, long askedNanos) {}

    private final Residents residents;
    private final Hypervisor hypervisor;
    private final ExecutorService workers;
    private final Runnable changed;
    private final ConcurrentMap<String, Known> byVm = new ConcurrentHashMap<>();
    private final Set<String> asking = ConcurrentHashMap.newKeySet();

    /** @param changed called when a guest has answered for the first time: a decision may wait for it */
    public GuestHeartbeats(Residents residents, Hypervisor hypervisor, ExecutorService workers, Runnable changed) {
        this.residents = residents;
        this.hypervisor = hypervisor;
        this.workers = workers;
        this.changed = changed;
    }

    /** What is known of a run's guest. */
    public Heartbeat of(String vmId, long run) {
        Known known = byVm.get(vmId);
        return known != null && known.run() == run ? known.heartbeat() : Heartbeat.NONE;
    }

    @Override
    public void run() {
        try {
            while (true) {
                Thread.sleep(PERIOD_MILLIS);
                round(System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void round(long nowNanos) {
        Set<String> here = new TreeSet<>();
        for (Resident resident : residents.all()) {
            here.add(resident.vmId());
            if (resident.phase() != Phase.RUNNING || resident.transfer() != Transfer.NONE) {
                answered(resident, Answer.CANNOT_BE_ASKED, nowNanos);
            } else if (due(resident, nowNanos) && asking.add(resident.vmId())) {
                hand(resident);
            }
        }
        byVm.keySet().retainAll(here);
    }

    private boolean due(Resident resident, long nowNanos) {
        Known known = byVm.get(resident.vmId());
        if (known == null || known.run() != resident.run()) {
            return true;
        }
        long pause = known.heartbeat().answered()
                ? LATER_NANOS
                : nowNanos - known.firstNanos() < PATIENCE_NANOS ? FIRST_NANOS : SELDOM_NANOS;
        return nowNanos - known.askedNanos() >= pause;
    }

    private void hand(Resident resident) {
        try {
            workers.execute(() -> {
                long began = System.nanoTime();
                try {
                    answered(resident, hypervisor.askGuest(resident.uuid()), began);
                } catch (Hypervisor.Failure noHypervisor) {
                    answered(resident, Answer.CANNOT_BE_ASKED, began);
                } catch (RuntimeException e) {
                    LOG.error("{}: asking the guest failed; it's asked again", resident.vmId(), e);
                } finally {
                    asking.remove(resident.vmId());
                }
            });
        } catch (RejectedExecutionException ending) {
            asking.remove(resident.vmId());
        }
    }

    private void answered(Resident resident, Answer answer, long beganNanos) {
        boolean before = of(resident.vmId(), resident.run()).answered();
        Known known = byVm.compute(resident.vmId(), (vm, last) -> {
            boolean same = last != null && last.run() == resident.run();
            Heartbeat heartbeat = (same ? last.heartbeat() : Heartbeat.NONE).asked(answer, beganNanos);
            return new Known(resident.run(), heartbeat, same ? last.firstNanos() : beganNanos, beganNanos);
        });
        if (!before && known.heartbeat().answered()) {
            changed.run();
        }
    }
}
