package io.holdfast.core;

import io.holdfast.core.health.HostHealth;
import io.holdfast.core.inventory.HostId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The decider. */
public final class Core {
    private Core() {}

    /**
     * Takes one event in. Same state and event, same step, always.
     *
     * @return the next state, what must be committed, and what may be commanded once it is
     */
    public static Step step(State state, Event event) {
        Turn turn = new Turn(state, event.now());
        Detection.forgiveStall(turn, state.working.lastEventNanos());
        Rejected rejected = take(turn, event);
        if (rejected != null) {
            return new Step(state, List.of(), List.of(), rejected);
        }
        if (turn.leading) {
            Planning.run(turn);
        }
        return turn.done();
    }

    private static @Nullable Rejected take(Turn turn, Event event) {
        switch (event) {
            case Event.BecameLeader leader -> lead(turn, leader.epoch());
            case Event.LostLeadership ignored -> turn.leading = false;
            case Event.Tick ignored -> tick(turn);
            case Event.HostConnected connected -> {
                if (turn.hosts.containsKey(connected.host())) {
                    Reports.connected(turn, connected.host(), connected.hello());
                }
            }
            case Event.HostDisconnected disconnected -> {
                if (turn.hosts.containsKey(disconnected.host())) {
                    Reports.disconnected(turn, disconnected.host());
                    Pursuit.pursue(turn, disconnected.host());
                }
            }
            case Event.HostReported reported -> {
                if (turn.hosts.containsKey(reported.host())) {
                    Reports.reported(turn, reported.host(), reported.report());
                }
            }
            case Event.CommandResult result -> {
                if (turn.leading) {
                    Reports.result(turn, result);
                }
            }
            case Event.PeerProbed probed -> Pursuit.probed(turn, probed);
            case Event.PowerRead read -> Pursuit.powerRead(turn, read);
            case Event.PowerOffDone done -> Pursuit.powerOffDone(turn, done);
            case Event.LockOutDone done -> LockOuts.done(turn, done);
            case Event.LetInDone done -> LockOuts.letInDone(turn, done);
            case Event.Requested requested -> {
                return Requests.handle(turn, requested.actor(), requested.request());
            }
        }
        return null;
    }

    /** Goes on where the former leader stopped. Hosts that this process has never heard of get time to connect before they are suspect (safety argument, section 5). */
    private static void lead(Turn turn, long epoch) {
        if (epoch <= turn.epoch) {
            throw new IllegalArgumentException("epoch " + epoch + " is not higher than " + turn.epoch);
        }
        turn.epoch = epoch;
        turn.leading = true;
        turn.counter = 0;
        turn.changes.add(new Change.BeginEpoch(epoch));
        long graceUntil = turn.nanos() + 1_000_000L * turn.settings().connectGraceMillis();
        for (HostHealth host : turn.health.values()) {
            if (host.heardNanos() == 0) {
                turn.put(host.withGrace(graceUntil));
            }
            if (host.suspicion() != null) {
                turn.put(host.host(), host.suspicion().forgetQuestions());
            }
        }
        Detection.restoreHolds(turn);
        Degradations.restore(turn);
        for (HostId host : turn.hosts.keySet()) {
            if (Reports.ofAnotherBoot(turn, host)) {
                continue;
            }
            Reports.learn(turn, host);
            if (turn.health(host).report() != null) {
                Planes.leases(
                        turn,
                        host,
                        null,
                        Objects.requireNonNull(turn.health(host).report()),
                        true);
                Runs.reported(
                        turn, host, Objects.requireNonNull(turn.health(host).report()));
            }
        }
        Recoveries.resume(turn);
    }

    private static void tick(Turn turn) {
        Detection.tick(turn);
        if (!turn.leading) {
            return;
        }
        for (HostId host : turn.suspects) {
            Pursuit.pursue(turn, host);
        }
        for (var failover : turn.failovers.values()) {
            for (HostId host : failover.hosts()) {
                if (!turn.suspects.contains(host) && !turn.liveOn(host).isEmpty() && turn.hosts.containsKey(host)) {
                    Proofs.seekForIsolating(turn, host);
                }
            }
        }
        Recoveries.resendStarts(turn);
        Recoveries.tellReasons(turn);
        Moves.tick(turn);
        Force.tick(turn);
    }
}
