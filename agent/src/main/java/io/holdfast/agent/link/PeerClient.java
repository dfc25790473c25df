package io.holdfast.agent.link;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollChannelOption;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.holdfast.agent.vm.MigrationXml;
import io.holdfast.agent.vm.PeerTunnels;
import io.holdfast.protocol.peer.Accepted;
import io.holdfast.protocol.peer.AgentPeerGrpc;
import io.holdfast.protocol.peer.Opening;
import io.holdfast.protocol.peer.ToSource;
import io.holdfast.protocol.peer.ToTarget;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ways to the libvirtd of other hosts, through their agents: here a socket in the run directory for one connection of this host's libvirtd, at
 * the other end its own; between them mutual TLS, as to the managers.
 */
public final class PeerClient implements PeerTunnels {
    private static final Logger LOG = LoggerFactory.getLogger(PeerClient.class);
    private static final int CONNECT_MILLIS = 3000;
    private static final int DEAD_PEER_MILLIS = 5000;
    private static final int ACCEPT_SECONDS = 8;

    private final ChannelCredentials credentials;
    private final int port;
    private final Path directory;
    private final Executor executor;
    private final EpollEventLoopGroup loop = new EpollEventLoopGroup(1);
    private final AtomicInteger sockets = new AtomicInteger();

    /** {@code port}: the migration port of every host. {@code directory}: readable for nobody else. */
    public PeerClient(ChannelCredentials credentials, int port, Path directory, Executor executor) {
        this.credentials = credentials;
        this.port = port;
        this.directory = directory;
        this.executor = executor;
    }

    @Override
    public Tunnel open(String hostId, String address, String vmId, long targetRun)
            throws IOException, InterruptedException {
        ManagedChannel channel = NettyChannelBuilder.forAddress(address, port, credentials)
                .overrideAuthority(PeerIdentity.name(hostId))
                .eventLoopGroup(loop)
                .channelType(EpollSocketChannel.class)
                .executor(executor)
                .offloadExecutor(executor)
                .withOption(EpollChannelOption.TCP_USER_TIMEOUT, DEAD_PEER_MILLIS)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .disableRetry()
                .build();
        Way way = new Way(channel);
        try {
            AgentPeerGrpc.newStub(channel).hypervisor(way);
            way.target()
                    .onNext(ToTarget.newBuilder()
                            .setOpening(Opening.newBuilder().setVmId(vmId).setTargetRun(targetRun))
                            .build());
            Accepted accepted = way.accepted.get(ACCEPT_SECONDS, TimeUnit.SECONDS);
            way.listen(directory.resolve("migration-" + sockets.incrementAndGet() + ".sock"));
            way.destination = new MigrationXml.Destination(
                    hostId, accepted.getInitiator(), accepted.getEmulator(), accepted.getBridgesMap());
            return way;
        } catch (ExecutionException e) {
            way.close();
            throw new IOException(
                    "host " + hostId + " at " + address + ":" + port + " doesn't take it: "
                            + Status.fromThrowable(e.getCause()).getDescription(),
                    e);
        } catch (TimeoutException e) {
            way.close();
            throw new IOException(
                    "host " + hostId + " doesn't answer at " + address + ":" + port + "; open its migration port", e);
        } catch (IOException | InterruptedException | RuntimeException e) {
            way.close();
            throw e;
        }
    }

    private static final class Way implements Tunnel, ClientResponseObserver<ToTarget, ToSource> {
        final CompletableFuture<Accepted> accepted = new CompletableFuture<>();
        MigrationXml.@Nullable Destination destination;
        private final ManagedChannel channel;
        private volatile @Nullable ClientCallStreamObserver<ToTarget> target;
        private volatile @Nullable Relay<ToTarget> relay;
        private @Nullable Path path;
        private @Nullable ServerSocketChannel server;

        Way(ManagedChannel channel) {
            this.channel = channel;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<ToTarget> stream) {
            stream.disableAutoRequestWithInitial(1);
            Relay<ToTarget> made = new Relay<>(
                    stream, data -> ToTarget.newBuilder().setData(data).build());
            stream.setOnReadyHandler(made::ready);
            target = stream;
            relay = made;
        }

        ClientCallStreamObserver<ToTarget> target() {
            ClientCallStreamObserver<ToTarget> its = target;
            if (its == null) {
                throw new IllegalStateException("the call hasn't been started");
            }
            return its;
        }

        private Relay<ToTarget> relay() {
            Relay<ToTarget> its = relay;
            if (its == null) {
                throw new IllegalStateException("the call hasn't been started");
            }
            return its;
        }

        @Override
        public void onNext(ToSource message) {
            switch (message.getKindCase()) {
                case ACCEPTED -> accepted.complete(message.getAccepted());
                case DATA -> {
                    try {
                        relay().received(message.getData());
                        target().request(1);
                    } catch (IOException e) {
                        close();
                    }
                }
                case KIND_NOT_SET -> target().request(1);
            }
        }

        @Override
        public void onError(Throwable error) {
            accepted.completeExceptionally(error);
            relay().close();
        }

        @Override
        public void onCompleted() {
            accepted.completeExceptionally(
                    Status.UNAVAILABLE.withDescription("it closed the way").asException());
            relay().close();
        }

        /** For one connection. */
        void listen(Path at) throws IOException {
            Files.deleteIfExists(at);
            ServerSocketChannel made = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            made.bind(UnixDomainSocketAddress.of(at), 1);
            path = at;
            server = made;
            Thread.ofPlatform().daemon().name("migration-out").start(() -> carry(made));
        }

        private void carry(ServerSocketChannel from) {
            try (from) {
                SocketChannel libvirt = from.accept();
                relay().attach(libvirt);
                target().request(1);
                relay().run();
            } catch (IOException closed) {
                LOG.debug("the way was closed before it was used");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public MigrationXml.Destination destination() {
            MigrationXml.Destination its = destination;
            if (its == null) {
                throw new IllegalStateException("the way isn't open");
            }
            return its;
        }

        @Override
        public String uri() {
            return "qemu+unix:///system?socket=" + path;
        }

        @Override
        public void close() {
            Relay<ToTarget> its = relay;
            if (its != null) {
                its.close();
            }
            channel.shutdownNow();
            try {
                ServerSocketChannel listening = server;
                if (listening != null) {
                    listening.close();
                }
                Path socket = path;
                if (socket != null) {
                    Files.deleteIfExists(socket);
                }
            } catch (IOException e) {
                LOG.debug("the socket of a migration can't be removed", e);
            }
        }
    }
}
