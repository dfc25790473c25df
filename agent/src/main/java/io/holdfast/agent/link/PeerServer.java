package io.holdfast.agent.link;

import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollChannelOption;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.holdfast.agent.vm.MigrationTarget;
import io.holdfast.protocol.peer.Accepted;
import io.holdfast.protocol.peer.AgentPeerGrpc;
import io.holdfast.protocol.peer.Opening;
import io.holdfast.protocol.peer.ToSource;
import io.holdfast.protocol.peer.ToTarget;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The migration port: lets agents of other hosts through to this host's libvirtd, each for a run that has been accepted from it. */
public final class PeerServer extends AgentPeerGrpc.AgentPeerImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(PeerServer.class);
    private static final int DEAD_PEER_MILLIS = 5000;

    private final MigrationTarget target;
    private final Path libvirtSocket;
    private final Supplier<Accepted> host;
    private final Executor executor;

    /** {@code host}: what a domain needs of this host. */
    public PeerServer(MigrationTarget target, Path libvirtSocket, Supplier<Accepted> host, Executor executor) {
        this.target = target;
        this.libvirtSocket = libvirtSocket;
        this.host = host;
        this.executor = executor;
    }

    /** From PEM files: callers must bear a certificate of the authority. */
    public static ServerCredentials mutualTls(Path authority, Path certificate, Path key) throws IOException {
        return TlsServerCredentials.newBuilder()
                .keyManager(certificate.toFile(), key.toFile())
                .trustManager(authority.toFile())
                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                .build();
    }

    /** Listens until the process ends. */
    public Server listen(InetSocketAddress address, ServerCredentials credentials) throws IOException {
        EpollEventLoopGroup loop = new EpollEventLoopGroup(1);
        return NettyServerBuilder.forAddress(address, credentials)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .channelType(EpollServerSocketChannel.class)
                .withChildOption(EpollChannelOption.TCP_USER_TIMEOUT, DEAD_PEER_MILLIS)
                .executor(executor)
                .intercept(new PeerIdentity())
                .addService(this)
                .build()
                .start();
    }

    @Override
    public StreamObserver<ToTarget> hypervisor(StreamObserver<ToSource> toSource) {
        return new Way((ServerCallStreamObserver<ToSource>) toSource, PeerIdentity.HOST.get());
    }

    private final class Way implements StreamObserver<ToTarget> {
        private final ServerCallStreamObserver<ToSource> source;
        private final String sourceHost;
        private final Relay<ToSource> relay;
        private final Runnable close;
        private volatile @Nullable Opening opened;

        Way(ServerCallStreamObserver<ToSource> source, String sourceHost) {
            this.source = source;
            this.sourceHost = sourceHost;
            relay = new Relay<>(
                    source, data -> ToSource.newBuilder().setData(data).build());
            close = relay::close;
            source.disableAutoRequest();
            source.setOnReadyHandler(relay::ready);
            source.setOnCancelHandler(this::end);
            source.request(1);
        }

        @Override
        public void onNext(ToTarget message) {
            try {
                switch (message.getKindCase()) {
                    case OPENING -> open(message.getOpening());
                    case DATA -> relay.received(message.getData());
                    case KIND_NOT_SET -> {}
                }
                source.request(1);
            } catch (MigrationTarget.NotAccepted e) {
                LOG.warn("host {} is not let through: {}", sourceHost, e.getMessage());
                source.onError(Status.FAILED_PRECONDITION
                        .withDescription(e.getMessage())
                        .asRuntimeException());
            } catch (IOException e) {
                end();
            }
        }

        private void open(Opening opening) throws MigrationTarget.NotAccepted {
            if (opened != null) {
                throw new IllegalStateException("opened twice");
            }
            target.open(sourceHost, opening.getVmId(), opening.getTargetRun(), close);
            opened = opening;
            LOG.info("host {} is let through for VM {} run {}", sourceHost, opening.getVmId(), opening.getTargetRun());
            try {
                SocketChannel libvirt = SocketChannel.open(UnixDomainSocketAddress.of(libvirtSocket));
                source.onNext(ToSource.newBuilder().setAccepted(host.get()).build());
                relay.attach(libvirt);
                Thread.ofPlatform().daemon().name("migration-in").start(() -> carry());
            } catch (IOException e) {
                source.onError(Status.UNAVAILABLE
                        .withDescription("libvirtd doesn't answer on " + libvirtSocket + "; start it")
                        .asRuntimeException());
                end();
            }
        }

        private void carry() {
            try {
                relay.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                end();
            }
        }

        private void end() {
            relay.close();
            Opening its = opened;
            if (its != null) {
                LOG.info(
                        "the way of host {} for VM {} run {} has ended", sourceHost, its.getVmId(), its.getTargetRun());
                target.closed(its.getVmId(), its.getTargetRun(), close);
            }
        }

        @Override
        public void onError(Throwable error) {
            end();
        }

        @Override
        public void onCompleted() {
            end();
        }
    }
}
