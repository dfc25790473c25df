package io.holdfast.manager.lead;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The leadership of a single manager on its embedded database: the lock on its directory keeps every other process out, so it leads from its
 * start to its end. Its transactions are guarded by the leadership row all the same.
 */
public final class SoloLeadership implements LeadershipView {
    private final String node;
    private final LongSupplier epoch;

    /** @param epoch taken last */
    public SoloLeadership(String node, LongSupplier epoch) {
        this.node = node;
        this.epoch = epoch;
    }

    @Override
    public boolean pair() {
        return false;
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public boolean leads() {
        return true;
    }

    @Override
    public boolean mayAct(long asked) {
        return true;
    }

    @Override
    public long epoch() {
        return epoch.getAsLong();
    }

    @Override
    public Optional<String> leader() {
        return Optional.of(node);
    }

    @Override
    public long leaderSeenMillis() {
        return 0;
    }

    @Override
    public Optional<String> lastLeader() {
        return Optional.of(node);
    }

    @Override
    public boolean handedOver() {
        return false;
    }
}
