package io.holdfast.core.health;

import io.holdfast.core.OperationId;
import io.holdfast.core.inventory.HostId;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * What peers found at a suspect host's management address. Instants are monotonic nanoseconds, 0 where not yet.
 *
 * @param pending questions not answered yet, by prober
 * @param firstAskedNanos when the first round was asked
 * @param askedNanos when the latest round was asked
 * @param answers latest answer of each prober
 * @param aliveNanos when an answer that only a living host can give came last
 */
public record PeerSurvey(
        PSortedMap<HostId, OperationId> pending,
        long firstAskedNanos,
        long askedNanos,
        PSortedMap<HostId, PeerAnswer> answers,
        long aliveNanos) {
    /** Nothing asked yet. */
    public static final PeerSurvey NEW = new PeerSurvey(TreePMap.empty(), 0, 0, TreePMap.empty(), 0);

    /** A round has been asked; what is still pending from an older one no longer counts. */
    public PeerSurvey ask(PSortedMap<HostId, OperationId> round, long nowNanos) {
        return new PeerSurvey(round, firstAskedNanos == 0 ? nowNanos : firstAskedNanos, nowNanos, answers, aliveNanos);
    }

    /** A prober has answered. */
    public PeerSurvey answer(HostId prober, PeerAnswer answer, long nowNanos) {
        boolean alive =
                answer == PeerAnswer.AGENT_ANSWERS || answer == PeerAnswer.AGENT_SILENT || answer == PeerAnswer.REFUSED;
        return new PeerSurvey(
                pending.minus(prober),
                firstAskedNanos,
                askedNanos,
                answers.plus(prober, answer),
                alive ? nowNanos : aliveNanos);
    }

    /** Whether silence of the peers means something: all have answered, or had so long to do so. */
    public boolean heard(long nowNanos, long patienceNanos) {
        return firstAskedNanos != 0 && (pending.isEmpty() || nowNanos - firstAskedNanos >= patienceNanos);
    }

    /** Some prober's latest answer is this one. */
    public boolean anyAnswered(PeerAnswer answer) {
        return answers.containsValue(answer);
    }
}
