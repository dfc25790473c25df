package io.holdfast.agent.link;

import com.google.protobuf.ByteString;
import io.grpc.stub.CallStreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.Function;

/** Carries bytes between a local socket and a stream to another agent, both ways, each no faster than the other side takes them. */
final class Relay<T> {
    private static final int CHUNK = 64 * 1024;

    private final CallStreamObserver<T> peer;
    private final Function<ByteString, T> wrap;
    private final Object readiness = new Object();
    private volatile boolean closed;
    /** Guarded by this. */
    private @org.jspecify.annotations.Nullable SocketChannel socket;

    Relay(CallStreamObserver<T> peer, Function<ByteString, T> wrap) {
        this.peer = peer;
        this.wrap = wrap;
    }

    /** The peer takes more. */
    void ready() {
        synchronized (readiness) {
            readiness.notifyAll();
        }
    }

    /** The local end. Closed with the relay, at once when that has been closed. */
    void attach(SocketChannel local) {
        synchronized (this) {
            socket = local;
        }
        if (closed) {
            close();
        }
    }

    /** Carries what the attached socket says to the peer until either ends; nothing else may send to the peer meanwhile. Blocks. */
    void run() throws InterruptedException {
        SocketChannel local;
        synchronized (this) {
            local = socket;
        }
        if (local == null) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        try {
            while (!closed && local.read(buffer.clear()) >= 0) {
                awaitReady();
                if (!closed) {
                    peer.onNext(wrap.apply(ByteString.copyFrom(buffer.flip())));
                }
            }
        } catch (IOException | IllegalStateException ended) {
            // Closed from the other side, or the call has been cancelled: nothing is lost that could still be
            // delivered.
        } finally {
            close();
            complete();
        }
    }

    private void complete() {
        try {
            peer.onCompleted();
        } catch (IllegalStateException ended) {
            // The call has ended already.
        }
    }

    private void awaitReady() throws InterruptedException {
        synchronized (readiness) {
            while (!closed && !peer.isReady()) {
                readiness.wait(1000);
            }
        }
    }

    /** What the peer said goes to the socket. Blocks until it's taken. */
    void received(ByteString data) throws IOException {
        SocketChannel local;
        synchronized (this) {
            local = socket;
        }
        if (local == null) {
            throw new IOException("the peer spoke before it was asked");
        }
        for (ByteBuffer part : data.asReadOnlyByteBufferList()) {
            while (part.hasRemaining()) {
                local.write(part);
            }
        }
    }

    void close() {
        closed = true;
        ready();
        SocketChannel local;
        synchronized (this) {
            local = socket;
        }
        try {
            if (local != null) {
                local.close();
            }
        } catch (IOException e) {
            // It's closed all the same.
        }
    }
}
