package io.holdfast.agent.testing;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.awaitility.Awaitility.await;

import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.holdfast.protocol.agent.AgentLinkGrpc;
import io.holdfast.protocol.agent.AgentMessage;
import io.holdfast.protocol.agent.Command;
import io.holdfast.protocol.agent.CommandResult;
import io.holdfast.protocol.agent.Hello;
import io.holdfast.protocol.agent.ManagerMessage;
import io.holdfast.protocol.agent.Report;
import io.holdfast.protocol.agent.Welcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A manager that says what a test tells it to, and keeps what the agent says. */
public final class FakeManager extends AgentLinkGrpc.AgentLinkImplBase implements AutoCloseable {
    private final TestAuthority authority;
    private final String address;
    private final List<Hello> hellos = new CopyOnWriteArrayList<>();
    private final Map<String, CommandResult> results = new ConcurrentHashMap<>();
    private final AtomicInteger operations = new AtomicInteger();
    private volatile Welcome welcome;
    private volatile @Nullable Report report;
    private volatile @Nullable StreamObserver<ManagerMessage> agent;
    private volatile long epoch = 1;
    private volatile boolean leader = true;
    private @Nullable Server server;
    private int port;

    public FakeManager(TestAuthority authority, String address, Welcome welcome) throws IOException {
        this.authority = authority;
        this.address = address;
        this.welcome = welcome;
        start();
    }

    /** Listens, on the same port as before. */
    public void start() throws IOException {
        server = NettyServerBuilder.forAddress(
                        new InetSocketAddress(address, port),
                        TlsServerCredentials.newBuilder()
                                .keyManager(
                                        authority.file("manager.pem").toFile(),
                                        authority.file("manager.key").toFile())
                                .trustManager(authority.file("ca.pem").toFile())
                                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                                .build())
                .addService(this)
                .build()
                .start();
        port = server.getPort();
    }

    public int port() {
        return port;
    }

    public void epoch(long value) {
        epoch = value;
    }

    /** Whether it says that it leads; it does from the start. */
    public void leader(boolean value) {
        leader = value;
    }

    public void welcome(Welcome value) {
        welcome = value;
        StreamObserver<ManagerMessage> stream = agent;
        if (stream != null) {
            stream.onNext(ManagerMessage.newBuilder().setWelcome(current()).build());
        }
    }

    private Welcome current() {
        return welcome.toBuilder()
                .setEpoch(epoch)
                .setLeader(leader)
                .setManagerId("fake")
                .build();
    }

    @Override
    public StreamObserver<AgentMessage> open(StreamObserver<ManagerMessage> toAgent) {
        return new StreamObserver<>() {
            @Override
            public void onNext(AgentMessage message) {
                switch (message.getKindCase()) {
                    case HELLO -> {
                        hellos.add(message.getHello());
                        agent = toAgent;
                        toAgent.onNext(ManagerMessage.newBuilder()
                                .setWelcome(current())
                                .build());
                    }
                    case REPORT -> report = message.getReport();
                    case RESULT -> results.put(message.getResult().getOperationId(), message.getResult());
                    case KIND_NOT_SET -> {}
                }
            }

            @Override
            public void onError(Throwable error) {
                agent = null;
            }

            @Override
            public void onCompleted() {
                agent = null;
                toAgent.onCompleted();
            }
        };
    }

    public List<Hello> hellos() {
        return hellos;
    }

    /** The next report that fits, or a failure that shows the last one. */
    public Report awaitReport(String what, Duration limit, Predicate<Report> fits) {
        await(what).atMost(limit).pollInterval(5, MILLISECONDS).until(() -> {
            Report last = report;
            return last != null && fits.test(last);
        });
        Report last = report;
        if (last == null) {
            throw new AssertionError(what);
        }
        return last;
    }

    public void forgetReport() {
        report = null;
    }

    /** Sends a command under a new operation id and waits for its result. */
    public CommandResult ask(Command.Builder command, Duration limit) {
        String id = "operation-" + operations.incrementAndGet();
        send(command.setOperationId(id).setEpoch(epoch).build());
        return awaitResult(id, limit);
    }

    public CommandResult awaitResult(String id, Duration limit) {
        await("result of " + id).atMost(limit).pollInterval(5, MILLISECONDS).until(() -> results.containsKey(id));
        CommandResult result = results.get(id);
        if (result == null) {
            throw new AssertionError(id);
        }
        return result;
    }

    public void forgetResult(String id) {
        results.remove(id);
    }

    public void send(Command command) {
        StreamObserver<ManagerMessage> stream = agent;
        if (stream == null) {
            throw new AssertionError("no agent is linked");
        }
        synchronized (this) {
            stream.onNext(ManagerMessage.newBuilder().setCommand(command).build());
        }
    }

    /** Ends at once, as a killed process would. */
    @Override
    public void close() {
        Server running = server;
        if (running != null) {
            running.shutdownNow();
            agent = null;
        }
    }
}
