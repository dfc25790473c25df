package io.holdfast.core;

import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.PowerLadder;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.health.Suspicion;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.inventory.Bmc;
import io.holdfast.core.inventory.Brake;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Rung;
import io.holdfast.core.text.Message;
import java.util.List;
import java.util.Objects;

/**
 * Power-off and lock-out by force (safety argument, section 5). The only things in here that can hurt a living host, so the list of conditions is long: the host is held for dead because there
 * is no sign of it on any plane, its leases have been seen unchanged for F or longer, something is to be recovered, HA acts, and the brake is off; for power-off besides, its BMC says that the
 * power is on. Both are sought side by side.
 */
final class Force {
    private static final long AGAIN_NANOS = 6_000_000_000L;

    private Force() {}

    static void consider(Turn turn, HostId host, LeaseView leases) {
        Suspicion suspicion = turn.health(host).suspicion();
        if (suspicion == null || suspicion.verdict() != Verdict.DEAD) {
            return;
        }
        boolean noSign = leases.stale(turn.settings().lease().lossMillis());
        if (!noSign || Pause.on(turn) || !somethingToRecover(turn, host)) {
            return;
        }
        boolean powerOff = powerOffDue(turn, host, suspicion);
        List<Datastore> lockOuts = LockOuts.due(turn, host, suspicion);
        if (!powerOff && lockOuts.isEmpty()) {
            return;
        }
        int failing = failingTogether(turn);
        if (braked(turn, failing)) {
            hold(turn, host, failing);
            return;
        }
        if (powerOff) {
            powerOff(turn, host, suspicion);
        }
        lockOuts.forEach(datastore -> LockOuts.send(turn, host, datastore, leases));
    }

    private static boolean powerOffDue(Turn turn, HostId host, Suspicion suspicion) {
        PowerLadder power = suspicion.power();
        boolean saysOn = power.last() == PowerState.ON && power.answeredNanos() > suspicion.sinceNanos();
        boolean sentLately = power.offSentNanos() != 0 && turn.nanos() - power.offSentNanos() < AGAIN_NANOS;
        return turn.host(host).bmc() != null && saysOn && !sentLately;
    }

    private static void powerOff(Turn turn, HostId host, Suspicion suspicion) {
        Bmc bmc = Objects.requireNonNull(turn.host(host).bmc());
        PowerLadder power = suspicion.power();
        OperationId operation = turn.nextOperation();
        turn.put(host, suspicion.withPower(power.switchOff(operation, turn.nanos())));
        turn.commands.add(new Command.PowerOff(operation, host, bmc));
        Story.rung(turn, host, Rung.Kind.POWER_OFF_COMMAND, Rung.Outcome.ASKED, Message.RUNG_POWER_OFF_COMMANDED);
    }

    private static boolean somethingToRecover(Turn turn, HostId host) {
        for (VmId vm : turn.liveOn(host)) {
            if (turn.recoveries.containsKey(vm)) {
                return true;
            }
        }
        return false;
    }

    private static void hold(Turn turn, HostId host, int failing) {
        Brake brake = turn.settings().brake();
        String cluster = turn.cluster.id().value();
        if (!turn.alarms.containsKey(Message.ALARM_BRAKE.name() + "/" + cluster)) {
            turn.tell(
                    TimelineEntry.Severity.ERROR,
                    null,
                    null,
                    null,
                    Message.BRAKE_ON,
                    String.valueOf(failing),
                    String.valueOf(turn.facts.size()),
                    String.valueOf(brake.windowMillis() / 1000));
        }
        turn.raise(Message.ALARM_BRAKE, cluster, List.of());
        Story.rung(
                turn,
                host,
                Rung.Kind.POWER_OFF_COMMAND,
                Rung.Outcome.NOT_POSSIBLE,
                Message.RUNG_POWER_OFF_BRAKED,
                String.valueOf(failing));
    }

    /** Hosts whose failure began within the brake's window before now. */
    private static int failingTogether(Turn turn) {
        long windowNanos = 1_000_000L * turn.settings().brake().windowMillis();
        int result = 0;
        for (HostId id : turn.suspects) {
            HostHealth health = turn.health(id);
            Suspicion suspicion = health.suspicion();
            if (suspicion != null
                    && turn.nanos() - suspicion.sinceNanos() <= windowNanos
                    && Detection.silentLong(turn, health)) {
                result++;
            }
        }
        return result;
    }

    private static boolean braked(Turn turn, int failing) {
        Brake brake = turn.settings().brake();
        long windowNanos = 1_000_000L * brake.windowMillis();
        boolean released = turn.brakeReleasedNanos != 0 && turn.nanos() - turn.brakeReleasedNanos <= windowNanos;
        return !released
                && failing >= brake.minimumHosts()
                && 100L * failing > (long) brake.sharePercent() * turn.facts.size();
    }

    /** The alarm goes when nothing is held any more. */
    static void tick(Turn turn) {
        String cluster = turn.cluster.id().value();
        if (turn.alarms.containsKey(Message.ALARM_BRAKE.name() + "/" + cluster)
                && !braked(turn, failingTogether(turn))) {
            turn.clear(Message.ALARM_BRAKE, cluster);
        }
    }
}
