package io.holdfast.supervisor;

import java.util.Optional;

/**
 * This node and the VIP.
 *
 * @param held whether it is on this node's interface
 * @param healthy what is in keepalived's file: whether this node may hold it
 * @param cause why so
 * @param sinceNanos since when so
 * @param flaps how often this node became healthy lately
 * @param fitSinceNanos since when all services are fit without a break; empty when one isn't
 * @param elsewhereSinceNanos since when it's better that the other node holds the VIP
 */
public record VipState(
        boolean held,
        boolean healthy,
        String cause,
        long sinceNanos,
        FlapLimit flaps,
        Optional<Long> fitSinceNanos,
        Optional<Long> elsewhereSinceNanos) {

    VipState seen(boolean nowHeld) {
        return new VipState(nowHeld, healthy, cause, sinceNanos, flaps, fitSinceNanos, elsewhereSinceNanos);
    }

    VipState changed(boolean nowHealthy, String why, long nowNanos) {
        FlapLimit limit = nowHealthy ? flaps.noted(nowNanos) : flaps;
        return new VipState(held, nowHealthy, why, nowNanos, limit, fitSinceNanos, elsewhereSinceNanos);
    }

    VipState since(Optional<Long> fit, Optional<Long> elsewhere) {
        return new VipState(held, healthy, cause, sinceNanos, flaps, fit, elsewhere);
    }
}
