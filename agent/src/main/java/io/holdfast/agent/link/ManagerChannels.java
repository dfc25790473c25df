package io.holdfast.agent.link;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollChannelOption;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/** Channels to the managers with mutual TLS; each notices a dead peer within {@link #DEAD_PEER_MILLIS}, by TCP itself. */
public final class ManagerChannels {
    /**
     * Reports are sent every 500 ms, so a peer that acknowledges none of them for this long is gone. HTTP/2 keepalive would add nothing: gRPC
     * allows it every 10 s at best, and servers answer it with "too many pings" unless they are set up for it.
     */
    private static final int DEAD_PEER_MILLIS = 3000;

    private static final int CONNECT_MILLIS = 1500;

    private final ChannelCredentials credentials;
    private final Executor executor;
    private final EpollEventLoopGroup loop = new EpollEventLoopGroup(1);

    public ManagerChannels(ChannelCredentials credentials, Executor executor) {
        this.credentials = credentials;
        this.executor = executor;
    }

    /** From PEM files. */
    public static ChannelCredentials mutualTls(Path authority, Path certificate, Path key) throws IOException {
        return TlsChannelCredentials.newBuilder()
                .trustManager(authority.toFile())
                .keyManager(certificate.toFile(), key.toFile())
                .build();
    }

    /** {@code address}: address:port, and the address must be in the manager's certificate. */
    public ManagedChannel to(String address) {
        return NettyChannelBuilder.forTarget("dns:///" + address, credentials)
                .eventLoopGroup(loop)
                .channelType(EpollSocketChannel.class)
                .executor(executor)
                .offloadExecutor(executor)
                .withOption(EpollChannelOption.TCP_USER_TIMEOUT, DEAD_PEER_MILLIS)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .disableRetry()
                .build();
    }
}
