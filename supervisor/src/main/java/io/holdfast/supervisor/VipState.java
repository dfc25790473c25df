package io.holdfast.supervisor;

import java.util.Optional;

/**
 * This node and the VIP.
 *
 * @param held whether it is on this node's interface
 * @param healthy what is in keepalived's file: whether this node may hold it
 * @param cause why so
 * @param sinceNanos since when so
 * @param flaps how often this node was not fit any more lately
 * @param fitSinceNanos since when all services are fit without a break; empty when one isn't
 * @param elsewhereSinceNanos since when it's better that the other node holds the VIP
 * @param strandedSinceNanos since when the leader is here and the VIP can't be
 * @param handOverNanos when the manager was last asked to hand the leadership over
 */
public record VipState(
        boolean held,
        boolean healthy,
        String cause,
        long sinceNanos,
        FlapLimit flaps,
        Optional<Long> fitSinceNanos,
        Optional<Long> elsewhereSinceNanos,
        Optional<Long> strandedSinceNanos,
        Optional<Long> handOverNanos) {

    VipState seen(boolean nowHeld) {
        return new VipState(
                nowHeld,
                healthy,
                cause,
                sinceNanos,
                flaps,
                fitSinceNanos,
                elsewhereSinceNanos,
                strandedSinceNanos,
                handOverNanos);
    }

    VipState changed(boolean nowHealthy, String why, long nowNanos) {
        return new VipState(
                held,
                nowHealthy,
                why,
                nowNanos,
                flaps,
                fitSinceNanos,
                elsewhereSinceNanos,
                strandedSinceNanos,
                handOverNanos);
    }

    /** One more flap. */
    VipState noted(long nowNanos) {
        return new VipState(
                held,
                healthy,
                cause,
                sinceNanos,
                flaps.noted(nowNanos),
                fitSinceNanos,
                elsewhereSinceNanos,
                strandedSinceNanos,
                handOverNanos);
    }

    VipState since(Optional<Long> fit, Optional<Long> elsewhere) {
        return new VipState(held, healthy, cause, sinceNanos, flaps, fit, elsewhere, strandedSinceNanos, handOverNanos);
    }

    VipState stranded(Optional<Long> since, Optional<Long> askedNanos) {
        return new VipState(
                held, healthy, cause, sinceNanos, flaps, fitSinceNanos, elsewhereSinceNanos, since, askedNanos);
    }
}
