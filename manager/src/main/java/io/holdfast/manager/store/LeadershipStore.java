package io.holdfast.manager.store;

import io.holdfast.core.leadership.LeadershipRow;

/**
 * The leadership row as the rule of the core asks for it (safety argument, section 2). Each call is one transaction.
 *
 * <p>Every method throws {@link StorageException} when the outcome is unknown.
 */
public interface LeadershipStore extends AutoCloseable {
    /** The row, never an older one than anybody has acknowledged. */
    LeadershipRow read();

    /** The row as this node's own copy has it, perhaps an old one; answers while the members change, too. Other calls don't wait for it. */
    LeadershipRow glimpse();

    /** Changes the row from exactly {@code before}; false: it was another one. */
    boolean take(LeadershipRow before, LeadershipRow after);

    /** Adds one to the beat; false: the row is not this holder's of this epoch. */
    boolean renew(String holder, long epoch);

    /** Gives the row up; false: it is not this holder's of this epoch. */
    boolean release(String holder, long epoch);

    @Override
    void close();
}
