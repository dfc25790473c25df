package io.holdfast.agent.rule;

import java.util.Random;

/**
 * One random history of a host, its watchdog, the disk and an observer, in true time, against the real rules. The adversary is as bad as the
 * argument allows: the VM can't be killed, renewals are lost, land late or are acknowledged late, a watchdog feed is written up to K after
 * it was decided, the last write lands X after the reset, and each clock runs up to rho fast or slow.
 */
final class LeaseHistory {
    private static final long MILLI = 1_000_000;
    private static final long STEP = 4 * MILLI;
    private static final long LENGTH = 45_000 * MILLI;

    private final Random random;
    private final LeaseTimes host;
    private final LeaseTimes observer;
    private final double hostRate;
    private final double watchdogRate;
    private final double observerRate;
    private final long cut;
    private final boolean eager;

    private LeaseRule rule;
    private ObserverRule<Long> seen = ObserverRule.unread();
    private long onDisk;
    private long sequence;
    private long renewalStart = -1;
    private long landsAt = Long.MAX_VALUE;
    private long acknowledgedAt = Long.MAX_VALUE;
    private long feedWrittenAt = Long.MAX_VALUE;
    private long lastFed;
    private long nextFeed;
    private long nextRead;
    private long resetAt = Long.MAX_VALUE;

    /** {@code host} are the times that the host really keeps, {@code observer} the ones that the observer believes in. */
    LeaseHistory(long seed, LeaseTimes host, LeaseTimes observer) {
        random = new Random(seed);
        this.host = host;
        this.observer = observer;
        hostRate = rate();
        watchdogRate = rate();
        observerRate = rate();
        cut = (long) (random.nextDouble() * 20_000 * MILLI);
        eager = random.nextBoolean();
        rule = LeaseRule.none(host).begin(1, false).renewAcknowledged(1, 0, 0);
    }

    private double rate() {
        double error = observer.clockRateError();
        return switch (random.nextInt(3)) {
            case 0 -> 1 - error;
            case 1 -> 1 + error;
            default -> 1 + error * (2 * random.nextDouble() - 1);
        };
    }

    /** True when the observer found the lease expired while a write of the host could still land. */
    boolean violates() {
        for (long now = 0; now < LENGTH; now += STEP) {
            disk(now);
            renew(now);
            watchdog(now);
            if (observe(now)) {
                return now < lastWrite(now);
            }
        }
        return false;
    }

    private long lastWrite(long now) {
        return resetAt == Long.MAX_VALUE ? Long.MAX_VALUE : resetAt + (long) (host.inFlightNanos() / hostRate);
    }

    private void disk(long now) {
        if (now >= landsAt) {
            onDisk = sequence;
            landsAt = Long.MAX_VALUE;
        }
    }

    private void renew(long now) {
        if (now >= resetAt) {
            return;
        }
        long hostNow = (long) (now * hostRate);
        if (now >= acknowledgedAt) {
            rule = rule.renewAcknowledged(1, renewalStart, hostNow);
            acknowledgedAt = Long.MAX_VALUE;
        }
        boolean idle = acknowledgedAt == Long.MAX_VALUE && landsAt == Long.MAX_VALUE;
        if (idle && hostNow - renewalStart >= host.renewNanos()) {
            renewalStart = hostNow;
            sequence++;
            boolean afterCut = now >= cut;
            landsAt = afterCut && random.nextInt(4) != 0 ? Long.MAX_VALUE : now + delay();
            acknowledgedAt = afterCut ? lateOrNever(now) : landsAt + delay();
        }
    }

    private long delay() {
        return eager ? 0 : (long) (random.nextDouble() * 300 * MILLI);
    }

    private long lateOrNever(long now) {
        return random.nextBoolean() || landsAt == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : now + (long) (random.nextDouble() * 9_000 * MILLI);
    }

    private void watchdog(long now) {
        long timeout = (long) (host.watchdogNanos() / watchdogRate);
        if (resetAt == Long.MAX_VALUE && now - lastFed >= timeout) {
            resetAt = now;
        }
        if (now >= resetAt) {
            return;
        }
        if (now >= feedWrittenAt) {
            lastFed = now;
            feedWrittenAt = Long.MAX_VALUE;
        }
        long hostNow = (long) (now * hostRate);
        if (now >= nextFeed && feedWrittenAt == Long.MAX_VALUE) {
            nextFeed = now + 20 * MILLI;
            if (rule.duty(true, hostNow).feedWatchdog()) {
                boolean closeToLoss = rule.lossNanos() - hostNow < 100 * MILLI;
                feedWrittenAt = closeToLoss ? now + (long) (host.killNanos() / hostRate) : now;
            }
        }
    }

    private boolean observe(long now) {
        long observerNow = (long) (now * observerRate);
        if (observerNow < nextRead) {
            return false;
        }
        long took = eager ? 0 : random.nextInt(50) * MILLI;
        seen = seen.read(onDisk, observerNow - took, observerNow);
        boolean expiryFirst = seen.expiryReadNanos(observer) > observerNow;
        long regular = observerNow + (eager ? STEP : observer.renewNanos() / 2);
        nextRead = expiryFirst ? Math.min(regular, seen.expiryReadNanos(observer)) : regular;
        return seen.expired(observer, true);
    }
}
