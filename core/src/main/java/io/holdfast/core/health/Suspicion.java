package io.holdfast.core.health;

import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.text.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.PVector;
import org.pcollections.TreePMap;
import org.pcollections.TreePVector;

/**
 * What has been learned of a host since it became suspect. Volatile: a new leader asks again.
 *
 * @param sinceNanos when it began, monotonic
 * @param sinceWallMillis the same, for people
 * @param verdict null until there is one
 * @param announced it has been told to people: three reports missed, or a fail-over opened
 * @param lockOuts lock-outs sent, by datastore
 * @param leaseAliveNanos when its lease slot was last seen to change, at the latest; 0: not since the suspicion began
 * @param evidence at most {@link #EVIDENCE_LIMIT}
 */
public record Suspicion(
        long sinceNanos,
        long sinceWallMillis,
        Message cause,
        List<String> causeArguments,
        @Nullable Verdict verdict,
        boolean announced,
        PowerLadder power,
        PeerSurvey peers,
        PSortedMap<DatastoreId, LockOutTry> lockOuts,
        long leaseAliveNanos,
        PVector<Evidence> evidence) {
    /** More is not kept: the story would become unreadable. */
    public static final int EVIDENCE_LIMIT = 60;

    /** A suspicion that begins now. */
    public static Suspicion begin(long nowNanos, long wallMillis, Message cause, List<String> causeArguments) {
        return new Suspicion(
                nowNanos,
                wallMillis,
                cause,
                List.copyOf(causeArguments),
                null,
                false,
                PowerLadder.NEW,
                PeerSurvey.NEW,
                TreePMap.empty(),
                0,
                TreePVector.empty());
    }

    /** The latest sign of life that is not a report: a peer's answer, or a change of its lease slot. */
    public long aliveNanos() {
        return Math.max(leaseAliveNanos, peers.aliveNanos());
    }

    /** With a verdict. */
    public Suspicion withVerdict(@Nullable Verdict other) {
        return new Suspicion(
                sinceNanos,
                sinceWallMillis,
                cause,
                causeArguments,
                other,
                announced,
                power,
                peers,
                lockOuts,
                leaseAliveNanos,
                evidence);
    }

    /** Told to people. */
    public Suspicion announce() {
        return new Suspicion(
                sinceNanos,
                sinceWallMillis,
                cause,
                causeArguments,
                verdict,
                true,
                power,
                peers,
                lockOuts,
                leaseAliveNanos,
                evidence);
    }

    /** With the BMC's answers. */
    public Suspicion withPower(PowerLadder other) {
        return new Suspicion(
                sinceNanos,
                sinceWallMillis,
                cause,
                causeArguments,
                verdict,
                announced,
                other,
                peers,
                lockOuts,
                leaseAliveNanos,
                evidence);
    }

    /** With the peers' answers. */
    public Suspicion withPeers(PeerSurvey other) {
        return new Suspicion(
                sinceNanos,
                sinceWallMillis,
                cause,
                causeArguments,
                verdict,
                announced,
                power,
                other,
                lockOuts,
                leaseAliveNanos,
                evidence);
    }

    /** With one more, or another, lock-out. */
    public Suspicion withLockOut(DatastoreId datastore, LockOutTry other) {
        return new Suspicion(
                sinceNanos,
                sinceWallMillis,
                cause,
                causeArguments,
                verdict,
                announced,
                power,
                peers,
                lockOuts.plus(datastore, other),
                leaseAliveNanos,
                evidence);
    }

    /** Answers to questions of another epoch will not come: everything is asked anew. */
    public Suspicion forgetQuestions() {
        return new Suspicion(
                sinceNanos,
                sinceWallMillis,
                cause,
                causeArguments,
                verdict,
                announced,
                PowerLadder.NEW,
                PeerSurvey.NEW,
                TreePMap.empty(),
                leaseAliveNanos,
                evidence);
    }

    /** With a later sign of life of its lease. */
    public Suspicion withLeaseAlive(long nanos) {
        return new Suspicion(
                sinceNanos,
                sinceWallMillis,
                cause,
                causeArguments,
                verdict,
                announced,
                power,
                peers,
                lockOuts,
                nanos,
                evidence);
    }

    /** With one more piece of evidence, unless there are too many. */
    public Suspicion withEvidence(Evidence more) {
        return evidence.size() >= EVIDENCE_LIMIT
                ? this
                : new Suspicion(
                        sinceNanos,
                        sinceWallMillis,
                        cause,
                        causeArguments,
                        verdict,
                        announced,
                        power,
                        peers,
                        lockOuts,
                        leaseAliveNanos,
                        evidence.plus(more));
    }
}
