package io.holdfast.manager.link;

import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.holdfast.manager.pki.IssuedCertificate;
import io.holdfast.protocol.agent.AgentLinkGrpc;
import io.holdfast.protocol.agent.AgentMessage;
import io.holdfast.protocol.agent.ManagerMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server end of the agent link: gRPC with mutual TLS, one stream per host.
 *
 * <p>Keepalive only clears away the sockets of dead hosts; that a host is dead is found by its missing reports, in the core.
 */
public final class AgentLinkServer implements AgentLink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentLinkServer.class);
    private static final Context.Key<String> HOST_ID = Context.key("holdfast-host-id");
    private static final Context.Key<String> LOCAL_ADDRESS = Context.key("holdfast-local-address");
    /** Sockets of hosts that lost power go after 20 s: nothing waits for it, so it is kept well away from detection times. */
    private static final int KEEPALIVE_SECONDS = 10;
    /** Reports are a few kilobytes; the largest is a host with a thousand VMs. */
    private static final int MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

    private final Map<String, Stream> streams = new ConcurrentHashMap<>();
    private final AgentListener listener;
    private final Server server;

    /**
     * Starts to listen.
     *
     * @throws IOException the address is taken or not of this machine
     */
    public AgentLinkServer(
            InetSocketAddress address, String authorityPem, IssuedCertificate certificate, AgentListener listener)
            throws IOException {
        this.listener = listener;
        var credentials = TlsServerCredentials.newBuilder()
                .keyManager(pem(certificate.certificate()), pem(certificate.key()))
                .trustManager(pem(authorityPem))
                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                .build();
        // The calls only enqueue, so they run on the network's threads.
        this.server = NettyServerBuilder.forAddress(address, credentials)
                .directExecutor()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveTime(500, TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .intercept(new CertificateName())
                .addService(new Service())
                .build()
                .start();
    }

    /** Loads most of the transport's classes; run beside the opening of the database it makes the start faster on two cores. */
    public static void warmUp() {
        NettyServerBuilder.forPort(0)
                .addService(AgentLinkGrpc.bindService(new AgentLinkGrpc.AgentLinkImplBase() {}))
                .build();
    }

    /** The port that is listened on; of use when 0 was asked for. */
    public int port() {
        return server.getPort();
    }

    @Override
    public boolean send(String hostId, ManagerMessage message) {
        Stream stream = streams.get(hostId);
        return stream != null && stream.send(message);
    }

    @Override
    public void drop(String hostId) {
        Stream stream = streams.get(hostId);
        if (stream != null) {
            stream.end(Status.PERMISSION_DENIED.withDescription("This host has been removed from the inventory"));
        }
    }

    /** Ends every stream and the server. */
    @Override
    public void close() {
        server.shutdownNow();
        try {
            if (!server.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("The agent link did not end within 5 s");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static InputStream pem(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Takes the host id from the certificate, before anything the agent says. */
    private static final class CertificateName implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            String name = commonName(call.getAttributes());
            if (name == null) {
                call.close(Status.UNAUTHENTICATED.withDescription("A host certificate is required"), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            Context known = Context.current()
                    .withValue(HOST_ID, name)
                    .withValue(LOCAL_ADDRESS, localAddress(call.getAttributes()));
            return Contexts.interceptCall(known, call, headers, next);
        }

        /** Empty when the transport doesn't tell. */
        private static String localAddress(Attributes attributes) {
            return attributes.get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR) instanceof InetSocketAddress local
                            && local.getAddress() instanceof Inet4Address address
                    ? address.getHostAddress() + ":" + local.getPort()
                    : "";
        }

        private static @Nullable String commonName(Attributes attributes) {
            SSLSession session = attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
            if (session == null) {
                return null;
            }
            try {
                var subject = ((X509Certificate) session.getPeerCertificates()[0]).getSubjectX500Principal();
                return new LdapName(subject.getName())
                        .getRdns().stream()
                                .filter(part -> part.getType().equalsIgnoreCase("CN"))
                                .map(part -> part.getValue().toString())
                                .findFirst()
                                .orElse(null);
            } catch (SSLPeerUnverifiedException | InvalidNameException unreadable) {
                LOG.warn("A client's certificate could not be read: {}", unreadable.getMessage());
                return null;
            }
        }
    }

    private final class Service extends AgentLinkGrpc.AgentLinkImplBase {
        @Override
        public StreamObserver<AgentMessage> open(StreamObserver<ManagerMessage> answers) {
            return new Stream(HOST_ID.get(), LOCAL_ADDRESS.get(), (ServerCallStreamObserver<ManagerMessage>) answers);
        }
    }

    /** One connection of one agent. Incoming calls come one after another; {@code send} comes from any thread. */
    private final class Stream implements StreamObserver<AgentMessage> {
        private final String hostId;
        private final String localAddress;
        private final ServerCallStreamObserver<ManagerMessage> answers;
        private boolean ended;

        Stream(String hostId, String localAddress, ServerCallStreamObserver<ManagerMessage> answers) {
            this.hostId = hostId;
            this.localAddress = localAddress;
            this.answers = answers;
            answers.setOnCancelHandler(() -> gone("cancelled"));
        }

        synchronized boolean send(ManagerMessage message) {
            if (ended || answers.isCancelled()) {
                return false;
            }
            answers.onNext(message);
            return true;
        }

        /** Leaves its own lock before it takes that of the streams: both are never held in this order. */
        void end(Status status) {
            synchronized (this) {
                if (!ended) {
                    ended = true;
                    answers.onError(status.asRuntimeException());
                }
            }
            gone(status.getDescription());
        }

        @Override
        public void onNext(AgentMessage message) {
            if (message.hasHello()) {
                greet(message);
                return;
            }
            if (streams.get(hostId) != this) {
                return; // A newer stream of this host has taken over, or Hello has not come: what comes late here is
                // void.
            }
            if (message.hasReport()) {
                listener.reported(hostId, message.getReport());
            } else if (message.hasResult()) {
                listener.resulted(hostId, message.getResult());
            }
        }

        private void greet(AgentMessage message) {
            var hello = message.getHello();
            if (!hello.getHostId().equals(hostId)) {
                end(Status.PERMISSION_DENIED.withDescription("Hello names host " + hello.getHostId()
                        + ", the certificate is that of " + hostId + ": enrol this host anew"));
                return;
            }
            if (!localAddress.isEmpty()) {
                listener.reached(hostId, localAddress);
            }
            var welcome = listener.welcome(hostId, hello);
            if (welcome == null) {
                end(Status.PERMISSION_DENIED.withDescription("Host " + hostId
                        + " is not in the inventory that this manager knows (one that has just started reads it within"
                        + " seconds); if this stays, add the host and enrol it anew"));
                return;
            }
            Stream older;
            synchronized (streams) {
                older = streams.put(hostId, this);
                if (older != null && older != this) {
                    listener.disconnected(hostId);
                }
                listener.connected(hostId, hello);
            }
            if (older != null && older != this) {
                older.end(Status.ABORTED.withDescription("A newer stream of this host has been opened"));
            }
            send(ManagerMessage.newBuilder().setWelcome(welcome).build());
        }

        private void gone(@Nullable String why) {
            synchronized (streams) {
                if (streams.remove(hostId, this)) {
                    LOG.info("Agent stream of {} ended: {}", hostId, why == null ? "closed" : why);
                    listener.disconnected(hostId);
                }
            }
        }

        @Override
        public void onError(Throwable failure) {
            gone(failure.getMessage());
        }

        @Override
        public void onCompleted() {
            synchronized (this) {
                if (!ended) {
                    ended = true;
                    answers.onCompleted();
                }
            }
            gone("completed");
        }
    }
}
