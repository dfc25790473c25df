package io.holdfast.lab;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;

/** Joins two connections, so that what comes in on one goes out on the other, until both have ended. */
final class Pipe {

    private static final int BUFFER_BYTES = 32 * 1024;

    private Pipe() {}

    /** Joins them in the background; both are closed when both directions have ended. */
    static void join(SocketChannel one, SocketChannel other) {
        AtomicInteger open = new AtomicInteger(2);
        Thread.ofVirtual().start(() -> copy(one, other, open));
        Thread.ofVirtual().start(() -> copy(other, one, open));
    }

    private static void copy(SocketChannel from, SocketChannel to, AtomicInteger open) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        boolean whole = false;
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
            whole = true;
        } catch (IOException broken) {
            // One end is gone: so is the connection.
        }
        if (open.decrementAndGet() == 0 || !whole) {
            close(from);
            close(to);
        }
    }

    /** Closes; an error at that is no news. */
    static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException alreadyGone) {
            // It is closed either way.
        }
    }
}
