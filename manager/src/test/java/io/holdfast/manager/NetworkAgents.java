package io.holdfast.manager;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.holdfast.manager.link.AgentLink;
import io.holdfast.manager.link.AgentListener;
import io.holdfast.protocol.agent.AgentLinkGrpc;
import io.holdfast.protocol.agent.AgentMessage;
import io.holdfast.protocol.agent.CommandResult;
import io.holdfast.protocol.agent.Hello;
import io.holdfast.protocol.agent.ManagerMessage;
import io.holdfast.protocol.agent.Report;
import io.holdfast.protocol.agent.Welcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Carries {@link TwinAgents} over the real agent link: mutual TLS with the enrolled certificates, to a manager in any process. */
final class NetworkAgents implements AgentListener, AutoCloseable {
    private final RestClient rest;
    private final int agentPort;
    private final TwinAgents agents;
    private final AgentLink inward;
    private final Map<String, JsonNode> enrolments = new ConcurrentHashMap<>();
    private final Map<String, Stream> streams = new ConcurrentHashMap<>();

    NetworkAgents(RestClient rest, int agentPort, TwinAgents agents) {
        this.rest = rest;
        this.agentPort = agentPort;
        this.agents = agents;
        this.inward = agents.attach(this);
    }

    /** One channel and stream of one host. */
    private final class Stream implements StreamObserver<ManagerMessage> {
        private final String hostId;
        private final ManagedChannel channel;
        private final StreamObserver<AgentMessage> outward;
        private final CompletableFuture<Welcome> welcome = new CompletableFuture<>();

        Stream(String hostId, ManagedChannel channel) {
            this.hostId = hostId;
            this.channel = channel;
            this.outward = AgentLinkGrpc.newStub(channel).open(this);
        }

        @Override
        public void onNext(ManagerMessage message) {
            if (!welcome.complete(message.getWelcome())) {
                inward.send(hostId, message);
            }
        }

        @Override
        public void onError(Throwable failure) {
            welcome.completeExceptionally(failure);
            over();
        }

        @Override
        public void onCompleted() {
            over();
        }

        private void over() {
            if (streams.remove(hostId, this)) {
                agents.lost(hostId);
            }
            channel.shutdownNow();
        }

        synchronized void send(AgentMessage message) {
            outward.onNext(message);
        }
    }

    @Override
    public @Nullable Welcome welcome(String hostId, Hello hello) {
        Stream stream = null;
        try {
            JsonNode enrolment = enrolments.computeIfAbsent(
                    hostId, id -> rest.post("/hosts/" + id + "/enrolment", "").body());
            stream = new Stream(hostId, channel(enrolment));
            streams.put(hostId, stream);
            stream.send(AgentMessage.newBuilder().setHello(hello).build());
            return stream.welcome.get(2, TimeUnit.SECONDS);
        } catch (UncheckedIOException | ExecutionException | TimeoutException away) {
            if (stream != null) {
                stream.over();
            }
            return null;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private ManagedChannel channel(JsonNode enrolment) {
        try {
            return NettyChannelBuilder.forAddress(
                            "127.0.0.1",
                            agentPort,
                            TlsChannelCredentials.newBuilder()
                                    .keyManager(pem(enrolment, "certificate"), pem(enrolment, "key"))
                                    .trustManager(pem(enrolment, "ca"))
                                    .build())
                    .build();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static InputStream pem(JsonNode enrolment, String name) {
        return new ByteArrayInputStream(enrolment.path(name).asText().getBytes(StandardCharsets.US_ASCII));
    }

    private void send(String hostId, AgentMessage message) {
        Stream stream = streams.get(hostId);
        if (stream != null) {
            Objects.requireNonNull(stream).send(message);
        }
    }

    @Override
    public void connected(String hostId, Hello hello) {}

    @Override
    public void reported(String hostId, Report report) {
        send(hostId, AgentMessage.newBuilder().setReport(report).build());
    }

    @Override
    public void resulted(String hostId, CommandResult result) {
        send(hostId, AgentMessage.newBuilder().setResult(result).build());
    }

    @Override
    public void disconnected(String hostId) {}

    @Override
    public void close() {
        streams.values().forEach(stream -> stream.channel.shutdownNow());
    }
}
