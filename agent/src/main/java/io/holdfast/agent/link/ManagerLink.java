package io.holdfast.agent.link;

import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.holdfast.protocol.agent.AgentLinkGrpc;
import io.holdfast.protocol.agent.AgentMessage;
import io.holdfast.protocol.agent.Command;
import io.holdfast.protocol.agent.CommandResult;
import io.holdfast.protocol.agent.ManagerMessage;
import io.holdfast.protocol.agent.Welcome;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream with one manager. {@link #run} belongs to a thread of its own: it opens the stream, waits for its end, and opens it anew,
 * first after 100 ms, then after 200, then every 400.
 */
public final class ManagerLink implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ManagerLink.class);
    private static final int RESULTS_KEPT = 1000;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 400;

    /** What the agent does with a manager's messages; called on threads that may block shortly. */
    public interface Receiver {
        void welcomed(Welcome welcome, ManagerLink from);

        /** The result goes back by {@link ManagerLink#result}, at once or later. */
        void commanded(Command command, ManagerLink from);

        /** A stream has ended or a manager has welcomed the agent. */
        void linkChanged();
    }

    private final String address;
    private final ManagedChannel channel;
    private final Supplier<AgentMessage> hello;
    private final Receiver receiver;
    private final Queue<CommandResult> undelivered = new ArrayDeque<>();
    private @Nullable ClientCallStreamObserver<AgentMessage> stream;
    private boolean welcomed;
    private boolean closing;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private String lastError = "";

    public ManagerLink(String address, ManagedChannel channel, Supplier<AgentMessage> hello, Receiver receiver) {
        this.address = address;
        this.channel = channel;
        this.hello = hello;
        this.receiver = receiver;
    }

    @Override
    public void run() {
        try {
            while (opened()) {
                synchronized (this) {
                    while (stream != null && !closing) {
                        wait();
                    }
                    wait(pauseMillis);
                    pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            channel.shutdownNow();
        }
    }

    private boolean opened() {
        synchronized (this) {
            if (closing) {
                return false;
            }
        }
        channel.resetConnectBackoff();
        AgentLinkGrpc.newStub(channel).open(new Stream());
        return true;
    }

    /** address:port that it dials. */
    public String address() {
        return address;
    }

    /** Whether the manager has welcomed this agent on the present stream. */
    public synchronized boolean connected() {
        return welcomed;
    }

    /** Sends a report if the stream takes it; an older one is worth nothing, so nothing is queued. */
    public synchronized void report(AgentMessage report) {
        ClientCallStreamObserver<AgentMessage> open = stream;
        if (open != null && welcomed && open.isReady()) {
            open.onNext(report);
        }
    }

    /** Sends a result, or keeps it until the manager is back. */
    public synchronized void result(CommandResult result) {
        ClientCallStreamObserver<AgentMessage> open = stream;
        if (open != null && welcomed) {
            open.onNext(AgentMessage.newBuilder().setResult(result).build());
            return;
        }
        undelivered.add(result);
        if (undelivered.size() > RESULTS_KEPT) {
            undelivered.remove();
        }
    }

    /** Ends the stream in order; the manager sees a completed call rather than a lost one. */
    public synchronized void close() {
        closing = true;
        ClientCallStreamObserver<AgentMessage> open = stream;
        if (open != null) {
            open.onCompleted();
        }
        notifyAll();
    }

    /** Waits until a sent completion has left. */
    public void awaitClosed() throws InterruptedException {
        channel.shutdown();
        if (!channel.awaitTermination(300, TimeUnit.MILLISECONDS)) {
            channel.shutdownNow();
        }
    }

    private synchronized void welcomeReceived() {
        welcomed = true;
        pauseMillis = FIRST_PAUSE_MILLIS;
        lastError = "";
        ClientCallStreamObserver<AgentMessage> open = stream;
        while (open != null && !undelivered.isEmpty()) {
            open.onNext(
                    AgentMessage.newBuilder().setResult(undelivered.remove()).build());
        }
    }

    private synchronized void ended(Object of, String why) {
        if (stream != of && stream != null) {
            return;
        }
        if (!why.equals(lastError)) {
            LOG.warn("manager {}: no link: {}", address, why);
            lastError = why;
        }
        stream = null;
        welcomed = false;
        notifyAll();
    }

    private final class Stream implements ClientResponseObserver<AgentMessage, ManagerMessage> {
        private @Nullable ClientCallStreamObserver<AgentMessage> requests;

        @Override
        public void beforeStart(ClientCallStreamObserver<AgentMessage> requestStream) {
            requests = requestStream;
            requestStream.setOnReadyHandler(new Greeting(requestStream));
            synchronized (ManagerLink.this) {
                stream = requestStream;
            }
        }

        @Override
        public void onNext(ManagerMessage message) {
            switch (message.getKindCase()) {
                case WELCOME -> {
                    boolean first = !connected();
                    receiver.welcomed(message.getWelcome(), ManagerLink.this);
                    welcomeReceived();
                    if (first) {
                        LOG.info(
                                "manager {}: linked, epoch {}",
                                address,
                                message.getWelcome().getEpoch());
                        receiver.linkChanged();
                    }
                }
                case COMMAND -> receiver.commanded(message.getCommand(), ManagerLink.this);
                case KIND_NOT_SET -> LOG.warn("manager {}: a message of a kind that this agent doesn't know", address);
            }
        }

        @Override
        public void onError(Throwable error) {
            ended(requestsOrThis(), String.valueOf(error.getMessage()));
            receiver.linkChanged();
        }

        @Override
        public void onCompleted() {
            ended(requestsOrThis(), "the manager ended the stream");
            receiver.linkChanged();
        }

        private Object requestsOrThis() {
            ClientCallStreamObserver<AgentMessage> own = requests;
            return own == null ? this : own;
        }
    }

    /** Says hello once, when the transport first takes a message. */
    private final class Greeting implements Runnable {
        private final ClientCallStreamObserver<AgentMessage> requests;
        private boolean said;

        Greeting(ClientCallStreamObserver<AgentMessage> requests) {
            this.requests = requests;
        }

        @Override
        public void run() {
            synchronized (ManagerLink.this) {
                if (!said) {
                    said = true;
                    requests.onNext(hello.get());
                }
            }
        }
    }
}
