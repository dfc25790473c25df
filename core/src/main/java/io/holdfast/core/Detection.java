package io.holdfast.core;

import io.holdfast.core.health.Evidence;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.Suspicion;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.text.Message;
import java.util.List;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/** When a host becomes suspect, and when it no longer is (safety argument, section 5: ask early, act on proof). */
final class Detection {
    /** A gap between two events longer than this means that this manager itself stood still: no host is to blame. The shell ticks every 100 ms. */
    private static final long STALL_NANOS = 1_000_000_000L;

    private static final int FLAPS = 3;
    private static final long FLAP_WINDOW_NANOS = 3_600_000_000_000L;
    private static final long HOLD_NANOS = 2 * FLAP_WINDOW_NANOS;

    private Detection() {}

    /** After a stall of this manager its queue holds reports that it has not read: every host gets the time to be heard first. */
    static void forgiveStall(Turn turn, long lastEventNanos) {
        if (lastEventNanos == 0 || turn.nanos() - lastEventNanos <= STALL_NANOS) {
            return;
        }
        for (HostHealth host : turn.health.values()) {
            turn.put(host.withGrace(Math.max(host.graceUntilNanos(), turn.nanos() + STALL_NANOS)));
        }
    }

    /** Time has passed: who has missed a report? */
    static void tick(Turn turn) {
        long missedNanos = 1_500_000L * turn.settings().reportIntervalMillis();
        boolean held = false;
        for (HostHealth host : turn.health.values()) {
            held |= host.holdUntilNanos() != 0;
            boolean quiet = host.suspicion() == null
                    && turn.nanos() > host.graceUntilNanos()
                    && turn.nanos() - host.heardNanos() > missedNanos
                    && (host.hello() != null || turn.facts.containsKey(host.host()));
            if (quiet && host.heardNanos() == 0) {
                suspect(turn, host.host(), Message.SEEN_NEVER_REPORTED);
            } else if (quiet) {
                String millis = String.valueOf(turn.now.millisSince(host.heardNanos()));
                suspect(turn, host.host(), Message.SEEN_REPORT_MISSED, millis);
            }
        }
        if (held) {
            endHolds(turn);
        }
    }

    private static void endHolds(Turn turn) {
        for (HostHealth host : turn.health.values()) {
            if (host.holdUntilNanos() != 0 && turn.nanos() > host.holdUntilNanos()) {
                liftHold(turn, host.host());
            }
        }
    }

    /** From now on questions are asked. This alone harms nobody and decides nothing. */
    static void suspect(Turn turn, HostId host, Message cause, String... arguments) {
        if (turn.health(host).suspicion() != null) {
            return;
        }
        turn.put(host, Suspicion.begin(turn.nanos(), turn.wall(), cause, List.of(arguments)));
        turn.suspects = turn.suspects.plus(host);
        turn.planDue = true;
        Story.see(turn, host, Evidence.Plane.MANAGEMENT, cause, arguments);
    }

    /** Silence alone decides nothing before this: the set number of reports has been missed. */
    static boolean silentLong(Turn turn, HostHealth host) {
        long since = Math.max(host.heardNanos(), host.graceUntilNanos());
        long limit =
                1_000_000L * turn.settings().missedReports() * turn.settings().reportIntervalMillis();
        boolean neverHeard = host.heardNanos() == 0;
        return neverHeard ? turn.nanos() > host.graceUntilNanos() : turn.nanos() - since >= limit;
    }

    /** The host reports again. */
    static void clear(Turn turn, HostId host) {
        HostHealth health = turn.health(host);
        Suspicion suspicion = health.suspicion();
        if (suspicion == null) {
            return;
        }
        turn.suspects = turn.suspects.minus(host);
        turn.put(health.withSuspicion(null));
        turn.planDue = true;
        if (!turn.leading) {
            return;
        }
        for (Message alarm : List.of(
                Message.ALARM_HOST_DOWN, Message.ALARM_PARTITIONED, Message.ALARM_AGENT_DOWN, Message.ALARM_BMC)) {
            turn.clear(alarm, host.value());
        }
        Judge.clearManagerSide(turn);
        if (suspicion.announced()) {
            String millis = String.valueOf(turn.now.millisSince(suspicion.sinceNanos()));
            turn.tell(TimelineEntry.Severity.INFO, host, null, null, Message.HOST_BACK, turn.name(host), millis);
            if (suspicion.verdict() == Verdict.DEAD || suspicion.verdict() == Verdict.PARTITIONED) {
                // Silence that ended before any verdict (a busy machine), or an agent's restart, is no return of a
                // host.
                countReturn(turn, host);
                turn.cameBack = turn.cameBack.plus(host, turn.nanos());
            }
        }
    }

    /** Hysteresis: a host that went and came back three times within an hour takes no VMs for two hours. */
    private static void countReturn(Turn turn, HostId host) {
        HostHealth health = turn.health(host);
        PVector<Long> returns = health.returns().plus(turn.nanos());
        while (turn.nanos() - returns.get(0) > FLAP_WINDOW_NANOS) {
            returns = returns.minus(0);
        }
        if (returns.size() < FLAPS) {
            turn.put(health.withReturns(returns, health.holdUntilNanos()));
            return;
        }
        turn.put(health.withReturns(returns, turn.nanos() + HOLD_NANOS));
        turn.raise(Message.ALARM_FLAPPING, host.value(), List.of(turn.name(host)));
        turn.tell(
                TimelineEntry.Severity.WARNING,
                host,
                null,
                null,
                Message.HOST_FLAPPING,
                turn.name(host),
                String.valueOf(returns.size()));
    }

    /** The host may take VMs again. */
    static void liftHold(Turn turn, HostId host) {
        HostHealth health = turn.health(host);
        turn.put(health.withReturns(TreePVector.empty(), 0));
        turn.cameBack = turn.cameBack.plus(host, turn.nanos());
        turn.planDue = true;
        if (turn.leading) {
            turn.clear(Message.ALARM_FLAPPING, host.value());
            turn.tell(TimelineEntry.Severity.INFO, host, null, null, Message.HOST_HOLD_LIFTED, turn.name(host));
        }
    }

    /** A new leader does not know when a hold began: it begins anew. */
    static void restoreHolds(Turn turn) {
        for (Alarm alarm : turn.alarms.values()) {
            HostId host = new HostId(alarm.subject());
            if (alarm.message() == Message.ALARM_FLAPPING
                    && turn.hosts.containsKey(host)
                    && turn.health(host).holdUntilNanos() == 0) {
                turn.put(turn.health(host).withReturns(turn.health(host).returns(), turn.nanos() + HOLD_NANOS));
            }
        }
    }
}
