package io.holdfast.agent.rule;

import static java.util.Objects.requireNonNull;

/**
 * What one host may believe of its own lease on one datastore (safety argument, section 4). A value: every event gives the next one.
 * All instants are nanoseconds of one clock that counts suspend (CLOCK_BOOTTIME).
 *
 * <p>The problem: the host must know, without asking anybody, that no observer can have seen its slot unchanged for E while a VM of it
 * still writes. The insight: an acknowledged renewal began before it reached the disk, so counting the age from its <em>start</em> makes
 * the host's count run ahead of every observer's. Counting from the acknowledgement, or letting a late acknowledgement revive a lost
 * lease, would break that.
 *
 * <pre>
 * NONE      begin                                  -> BEGINNING
 * BEGINNING acknowledged, age below F              -> HELD
 * BEGINNING acknowledged, age F or more            -> LOST
 * HELD      acknowledged before age F              -> HELD with the later start
 * HELD      any event at age F or more             -> LOST
 * LOST      acknowledged                           -> LOST (never revived)
 * LOST      begin, generation higher, no VM alive  -> BEGINNING
 * </pre>
 *
 * @param generation 0 in phase NONE, else positive and growing with each beginning
 * @param lastStartNanos start of the last acknowledged renewal; meaningless before the first one
 */
public record LeaseRule(LeaseTimes times, Phase phase, long generation, long lastStartNanos) {
    /** See the transition table above. */
    public enum Phase {
        NONE,
        BEGINNING,
        HELD,
        LOST
    }

    /**
     * What the host owes now.
     *
     * @param kill every VM with a disk on this datastore must be killed and reaped
     * @param feedWatchdog as far as this datastore is concerned, the watchdog may be fed
     */
    public record Duty(boolean kill, boolean feedWatchdog) {}

    public LeaseRule {
        requireNonNull(times, "times is null");
        requireNonNull(phase, "phase is null");
    }

    /** Nothing is held yet in this boot. */
    public static LeaseRule none(LeaseTimes times) {
        return new LeaseRule(times, Phase.NONE, 0, 0);
    }

    /** After a restart of the agent in the same boot, from its memory-backed record: kept only if the age shows to be below F. */
    public static LeaseRule restored(LeaseTimes times, long generation, long lastStartNanos, long nowNanos) {
        return new LeaseRule(times, Phase.HELD, generation, lastStartNanos).tick(nowNanos);
    }

    /** A VM process with a disk there may not be alive: its writes would be covered by no lease until the first acknowledgement. */
    public LeaseRule begin(long newGeneration, boolean vmsAlive) {
        if (vmsAlive) {
            throw new IllegalStateException("a new generation may begin only after every VM there has been reaped");
        }
        if (phase != Phase.NONE && phase != Phase.LOST) {
            throw new IllegalStateException("generation " + generation + " is not over, it is " + phase);
        }
        if (newGeneration <= generation) {
            throw new IllegalArgumentException("generation " + newGeneration + " is not above " + generation);
        }
        return new LeaseRule(times, Phase.BEGINNING, newGeneration, 0);
    }

    /** A renewal of {@code ofGeneration} that was started at {@code startNanos} has been acknowledged. */
    public LeaseRule renewAcknowledged(long ofGeneration, long startNanos, long nowNanos) {
        LeaseRule current = tick(nowNanos);
        if (ofGeneration != generation || (current.phase != Phase.BEGINNING && current.phase != Phase.HELD)) {
            return current;
        }
        if (current.phase == Phase.HELD && startNanos <= lastStartNanos) {
            return current;
        }
        return new LeaseRule(times, Phase.HELD, generation, startNanos).tick(nowNanos);
    }

    public LeaseRule tick(long nowNanos) {
        boolean over = phase == Phase.HELD && nowNanos - lastStartNanos >= times.lossNanos();
        return over ? new LeaseRule(times, Phase.LOST, generation, lastStartNanos) : this;
    }

    /** VMs may run on this datastore. */
    public boolean held(long nowNanos) {
        return tick(nowNanos).phase == Phase.HELD;
    }

    /** Time since the start of the last acknowledged renewal; -1 when there was none in this generation. */
    public long ageNanos(long nowNanos) {
        return phase == Phase.NONE || phase == Phase.BEGINNING ? -1 : nowNanos - lastStartNanos;
    }

    /** When this lease is lost unless a renewal is acknowledged before; Long.MAX_VALUE when nothing is held. */
    public long lossNanos() {
        return phase == Phase.HELD ? lastStartNanos + times.lossNanos() : Long.MAX_VALUE;
    }

    public Duty duty(boolean vmsAlive, long nowNanos) {
        boolean held = held(nowNanos);
        return new Duty(vmsAlive && !held, held || !vmsAlive);
    }
}
