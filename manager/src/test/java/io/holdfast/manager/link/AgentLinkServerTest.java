package io.holdfast.manager.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.holdfast.manager.pki.CertificateAuthority;
import io.holdfast.manager.pki.IssuedCertificate;
import io.holdfast.protocol.agent.AgentLinkGrpc;
import io.holdfast.protocol.agent.AgentMessage;
import io.holdfast.protocol.agent.CommandResult;
import io.holdfast.protocol.agent.Hello;
import io.holdfast.protocol.agent.ManagerMessage;
import io.holdfast.protocol.agent.Report;
import io.holdfast.protocol.agent.Welcome;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over real TLS on loopback. */
class AgentLinkServerTest {
    @TempDir
    Path directory;

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private CertificateAuthority authority;
    private AgentLinkServer server;
    private volatile String reachedAt = "";

    /** Knows host h1 only. */
    private final class Listener implements AgentListener {
        @Override
        public @Nullable Welcome welcome(String hostId, Hello hello) {
            return hostId.equals("h1") ? Welcome.newBuilder().setEpoch(7).build() : null;
        }

        @Override
        public void reached(String hostId, String address) {
            reachedAt = address;
        }

        @Override
        public void connected(String hostId, Hello hello) {
            heard.add("connected " + hostId);
        }

        @Override
        public void reported(String hostId, Report report) {
            heard.add("report " + report.getSequence());
        }

        @Override
        public void resulted(String hostId, CommandResult result) {
            heard.add("result " + result.getOperationId());
        }

        @Override
        public void disconnected(String hostId) {
            heard.add("disconnected " + hostId);
        }
    }

    private static final class Client implements StreamObserver<ManagerMessage> {
        final BlockingQueue<Object> got = new LinkedBlockingQueue<>();

        @Override
        public void onNext(ManagerMessage message) {
            got.add(message);
        }

        @Override
        public void onError(Throwable failure) {
            got.add(Status.fromThrowable(failure).getCode());
        }

        @Override
        public void onCompleted() {
            got.add("completed");
        }

        @Nullable
        Object next() throws InterruptedException {
            return got.poll(10, TimeUnit.SECONDS);
        }
    }

    @BeforeEach
    void start() throws Exception {
        authority = CertificateAuthority.openOrCreate(directory);
        server = new AgentLinkServer(
                new InetSocketAddress("127.0.0.1", 0),
                authority.authorityPem(),
                authority.issueForManager(List.of("127.0.0.1")),
                new Listener());
    }

    @AfterEach
    void stop() {
        channels.forEach(ManagedChannel::shutdownNow);
        server.close();
    }

    private static InputStream pem(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    private StreamObserver<AgentMessage> open(@Nullable IssuedCertificate certificate, Client client) throws Exception {
        var credentials = TlsChannelCredentials.newBuilder().trustManager(pem(authority.authorityPem()));
        if (certificate != null) {
            credentials.keyManager(pem(certificate.certificate()), pem(certificate.key()));
        }
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port(), credentials.build())
                .build();
        channels.add(channel);
        return AgentLinkGrpc.newStub(channel).open(client);
    }

    private static AgentMessage hello(String hostId) {
        return AgentMessage.newBuilder()
                .setHello(Hello.newBuilder().setHostId(hostId))
                .build();
    }

    private static AgentMessage report(int sequence) {
        return AgentMessage.newBuilder()
                .setReport(Report.newBuilder().setSequence(sequence))
                .build();
    }

    private @Nullable String nextHeard() throws InterruptedException {
        return heard.poll(10, TimeUnit.SECONDS);
    }

    @Test
    void welcomesAnEnrolledHostAndCarriesReportsAndTheEndOfTheStream() throws Exception {
        Client client = new Client();
        var agent = open(authority.issueForHost("h1"), client);
        agent.onNext(hello("h1"));
        assertThat(client.next())
                .isInstanceOfSatisfying(
                        ManagerMessage.class,
                        message -> assertThat(message.getWelcome().getEpoch()).isEqualTo(7));
        assertThat(reachedAt).isEqualTo("127.0.0.1:" + server.port());
        agent.onNext(report(1));
        agent.onCompleted();
        assertThat(List.of(String.valueOf(nextHeard()), String.valueOf(nextHeard()), String.valueOf(nextHeard())))
                .containsExactly("connected h1", "report 1", "disconnected h1");
    }

    @Test
    void refusesAClientWithoutACertificate() throws Exception {
        Client client = new Client();
        open(null, client).onNext(hello("h1"));
        assertThat(client.next()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(heard).isEmpty();
    }

    @Test
    void refusesACertificateOfAnotherAuthority() throws Exception {
        Client client = new Client();
        CertificateAuthority other = CertificateAuthority.openOrCreate(directory.resolve("other"));
        open(other.issueForHost("h1"), client).onNext(hello("h1"));
        assertThat(client.next()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(heard).isEmpty();
    }

    @Test
    void refusesAHostThatNamesItselfAnotherAndOneThatIsNotInTheInventory() throws Exception {
        Client impostor = new Client();
        open(authority.issueForHost("h2"), impostor).onNext(hello("h1"));
        assertThat(impostor.next()).isEqualTo(Status.Code.PERMISSION_DENIED);
        Client stranger = new Client();
        open(authority.issueForHost("h2"), stranger).onNext(hello("h2"));
        assertThat(stranger.next()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(heard).isEmpty();
    }

    @Test
    void aNewerStreamTakesOverAndTheOlderOneIsHeardNoMore() throws Exception {
        IssuedCertificate certificate = authority.issueForHost("h1");
        Client first = new Client();
        var older = open(certificate, first);
        older.onNext(hello("h1"));
        assertThat(first.next()).isInstanceOf(ManagerMessage.class);
        Client second = new Client();
        var newer = open(certificate, second);
        newer.onNext(hello("h1"));
        assertThat(second.next()).isInstanceOf(ManagerMessage.class);
        assertThat(first.next()).isEqualTo(Status.Code.ABORTED);
        newer.onNext(report(2));
        assertThat(List.of(
                        String.valueOf(nextHeard()),
                        String.valueOf(nextHeard()),
                        String.valueOf(nextHeard()),
                        String.valueOf(nextHeard())))
                .containsExactly("connected h1", "disconnected h1", "connected h1", "report 2");
        assertThat(heard).isEmpty();
    }
}
