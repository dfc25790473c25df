package io.holdfast.core;

import io.holdfast.core.health.Evidence;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.PeerAnswer;
import io.holdfast.core.health.PeerSurvey;
import io.holdfast.core.health.PowerLadder;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.health.Suspicion;
import io.holdfast.core.inventory.Bmc;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.isolation.Rung;
import io.holdfast.core.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * The questions about a suspect host, all side by side (safety argument, section 5): peers probe its management address, its leases are read, its BMC is asked.
 * They harm nobody. What the answers mean is {@link Judge}'s, what they prove is {@link Proofs}'.
 */
final class Pursuit {
    private static final int PROBERS = 3;
    private static final int PROBE_TIMEOUT_MILLIS = 500;
    private static final long PROBE_AGAIN_NANOS = 1_000_000_000L;
    private static final long PROBE_AGAIN_LATER_NANOS = 5_000_000_000L;
    private static final long POWER_AGAIN_NANOS = 1_000_000_000L;
    private static final long POWER_AGAIN_LATER_NANOS = 5_000_000_000L;
    /** A wrong password is not tried often: BMCs lock users out. */
    private static final long POWER_AGAIN_PASSWORD_NANOS = 30_000_000_000L;

    private static final long POWER_ANSWER_LOST_NANOS = 5_000_000_000L;
    private static final long EARLY_NANOS = 30_000_000_000L;

    private Pursuit() {}

    /** Asks what is to be asked now, judges, seeks proofs, and forces where that is allowed. */
    static void pursue(Turn turn, HostId host) {
        Suspicion suspicion = turn.health(host).suspicion();
        if (suspicion == null || !turn.leading) {
            return;
        }
        LeaseView leases = LeaseView.of(turn, host);
        if (leases.lastChangeNanos() != 0 && leases.lastChangeNanos() != suspicion.leaseAliveNanos()) {
            turn.put(host, suspicion.withLeaseAlive(leases.lastChangeNanos()));
        }
        contradict(turn, host);
        askPeers(turn, host);
        Judge.judge(turn, host, leases);
        Proofs.seek(turn, host, leases);
        Force.consider(turn, host, leases);
        askPower(turn, host);
    }

    private static Suspicion suspicion(Turn turn, HostId host) {
        return Objects.requireNonNull(turn.health(host).suspicion());
    }

    /**
     * A sign of life newer than the first read that said off: the BMC errs, or speaks of another machine. None of the row counts, it begins again
     * (safety argument, section 3: a proof needs the power to be off, not a BMC to say so while the host writes its lease).
     */
    private static void contradict(Turn turn, HostId host) {
        HostHealth health = turn.health(host);
        Suspicion suspicion = suspicion(turn, host);
        PowerLadder power = suspicion.power();
        long alive = Math.max(suspicion.aliveNanos(), health.heardNanos());
        if (power.offReads() > 0 && alive > power.firstOffAskedNanos()) {
            turn.put(host, suspicion.withPower(power.contradicted()));
            Story.rung(turn, host, Rung.Kind.POWER_SEEN_OFF, Rung.Outcome.ASKED, Message.RUNG_POWER_CONTRADICTED);
        }
    }

    private static void askPeers(Turn turn, HostId host) {
        Suspicion suspicion = suspicion(turn, host);
        PeerSurvey peers = suspicion.peers();
        boolean early = turn.nanos() - suspicion.sinceNanos() < EARLY_NANOS;
        long again = early ? PROBE_AGAIN_NANOS : PROBE_AGAIN_LATER_NANOS;
        if (peers.askedNanos() != 0 && turn.nanos() - peers.askedNanos() < again) {
            return;
        }
        PSortedMap<HostId, OperationId> round = TreePMap.empty();
        for (HostId prober : probers(turn, host)) {
            OperationId operation = turn.nextOperation();
            round = round.plus(prober, operation);
            turn.commands.add(new Command.ProbePeer(
                    operation, turn.epoch, prober, host, turn.host(host).managementAddress(), PROBE_TIMEOUT_MILLIS));
        }
        turn.put(host, suspicion.withPeers(peers.ask(round, turn.nanos())));
    }

    /** The next reporting hosts after this one in the order of ids, around the end: another set for each host, the same each time. */
    private static List<HostId> probers(Turn turn, HostId host) {
        List<HostId> after = new ArrayList<>();
        List<HostId> before = new ArrayList<>();
        for (HostHealth peer : turn.health.values()) {
            if (peer.reporting() && after.size() < PROBERS) {
                int order = peer.host().compareTo(host);
                if (order > 0) {
                    after.add(peer.host());
                } else if (order < 0 && before.size() < PROBERS) {
                    before.add(peer.host());
                }
            }
        }
        after.addAll(before);
        return after.subList(0, Math.min(PROBERS, after.size()));
    }

    /** A peer has answered. */
    static void probed(Turn turn, Event.PeerProbed event) {
        HostHealth health = turn.health.get(event.target());
        Suspicion suspicion = health == null ? null : health.suspicion();
        if (!turn.leading
                || suspicion == null
                || !event.operation().equals(suspicion.peers().pending().get(event.prober()))) {
            return;
        }
        PeerAnswer before = suspicion.peers().answers().get(event.prober());
        turn.put(
                event.target(),
                suspicion.withPeers(suspicion.peers().answer(event.prober(), event.answer(), turn.nanos())));
        if (before != event.answer()) {
            Story.see(
                    turn,
                    event.target(),
                    Evidence.Plane.MANAGEMENT,
                    Message.SEEN_PEER,
                    turn.name(event.prober()),
                    event.answer().name());
        }
        pursue(turn, event.target());
    }

    private static void askPower(Turn turn, HostId host) {
        Suspicion suspicion = turn.health(host).suspicion();
        Bmc bmc = turn.host(host).bmc();
        if (suspicion == null || bmc == null) {
            return;
        }
        PowerLadder power = suspicion.power();
        boolean pending = power.asked() != null && turn.nanos() - power.askedNanos() < POWER_ANSWER_LOST_NANOS;
        if (pending || turn.nanos() - power.answeredNanos() < pause(turn, host, suspicion)) {
            return;
        }
        OperationId operation = turn.nextOperation();
        turn.put(host, suspicion.withPower(power.ask(operation, turn.nanos())));
        turn.commands.add(new Command.ReadPower(operation, host, bmc));
    }

    /** How long after the last answer the next read is asked. The second read after a first "off", and the one after a power-off, are asked at once. */
    private static long pause(Turn turn, HostId host, Suspicion suspicion) {
        PowerLadder power = suspicion.power();
        PowerState last = power.last();
        boolean unfinished = !turn.liveOn(host).isEmpty();
        boolean early = turn.nanos() - suspicion.sinceNanos() < EARLY_NANOS;
        if (last == null) {
            return 0;
        }
        if (last == PowerState.WRONG_PASSWORD) {
            return POWER_AGAIN_PASSWORD_NANOS;
        }
        boolean confirming = power.offReads() == 1
                || (power.offAcceptedNanos() != 0 && power.answeredNanos() <= power.offAcceptedNanos());
        if (unfinished && confirming) {
            return 0;
        }
        return unfinished && early ? POWER_AGAIN_NANOS : POWER_AGAIN_LATER_NANOS;
    }

    /** The BMC has answered a read. */
    static void powerRead(Turn turn, Event.PowerRead event) {
        HostHealth health = turn.health.get(event.host());
        Suspicion suspicion = health == null ? null : health.suspicion();
        if (!turn.leading
                || suspicion == null
                || !event.operation().equals(suspicion.power().asked())) {
            return;
        }
        PowerLadder before = suspicion.power();
        PowerLadder power = before.answer(event.power(), turn.nanos());
        turn.put(event.host(), suspicion.withPower(power));
        if (before.last() != event.power() || power.offReads() == 2) {
            Story.see(
                    turn,
                    event.host(),
                    Evidence.Plane.POWER,
                    Message.SEEN_POWER,
                    event.power().name(),
                    String.valueOf(turn.now.millisSince(before.askedNanos())));
        }
        powerRung(turn, event.host(), event.power(), event.detail());
        pursue(turn, event.host());
    }

    static void powerRung(Turn turn, HostId host, PowerState power, String detail) {
        Rung.Kind kind = Rung.Kind.POWER_SEEN_OFF;
        switch (power) {
            case ON -> Story.rung(turn, host, kind, Rung.Outcome.FAILED, Message.RUNG_POWER_ON);
            case OFF -> Story.rung(turn, host, kind, Rung.Outcome.ASKED, Message.RUNG_POWER_ASKED);
            case UNREACHABLE -> Story.rung(turn, host, kind, Rung.Outcome.FAILED, Message.RUNG_POWER_NO_ANSWER);
            case WRONG_PASSWORD -> {
                Story.rung(turn, host, kind, Rung.Outcome.FAILED, Message.RUNG_POWER_WRONG_PASSWORD);
                String text = Message.RUNG_POWER_WRONG_PASSWORD.english();
                turn.raise(Message.ALARM_BMC, host.value(), List.of(turn.name(host), text));
            }
            case ERROR -> Story.rung(turn, host, kind, Rung.Outcome.FAILED, Message.RUNG_POWER_ERROR, detail);
        }
    }

    /** The BMC has answered a power-off. Nothing is proven by that: the power is read back. */
    static void powerOffDone(Turn turn, Event.PowerOffDone event) {
        HostHealth health = turn.health.get(event.host());
        Suspicion suspicion = health == null ? null : health.suspicion();
        if (!turn.leading
                || suspicion == null
                || !event.operation().equals(suspicion.power().offCommand())) {
            return;
        }
        turn.put(event.host(), suspicion.withPower(suspicion.power().switchedOff(event.accepted(), turn.nanos())));
        if (!event.accepted()) {
            Story.rung(
                    turn,
                    event.host(),
                    Rung.Kind.POWER_OFF_COMMAND,
                    Rung.Outcome.FAILED,
                    Message.RUNG_POWER_OFF_FAILED,
                    event.detail());
        }
        pursue(turn, event.host());
    }
}
