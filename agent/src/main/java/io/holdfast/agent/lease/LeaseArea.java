package io.holdfast.agent.lease;

import java.io.IOException;

/**
 * The bytes of one lease area, read and written directly, never cached. An instance connects when it's first used and again after any
 * error; it's used by one thread at a time and never retries by itself: the caller knows how old its question is.
 */
public interface LeaseArea extends AutoCloseable {
    /** Offset and length are multiples of 512. Throws with what was asked and what is wrong. */
    byte[] read(long offset, int length) throws IOException;

    /** Returns when the storage has acknowledged; a failed write may still land later. */
    void write(long offset, byte[] data, Durability durability) throws IOException;

    @Override
    void close();

    /** Whether an acknowledged write must survive a power loss of the storage. */
    enum Durability {
        /** Renewals: a slot that falls back only looks alive. */
        ACKNOWLEDGED,
        /** Header, ownership, mailbox. */
        FLUSHED
    }
}
