package io.holdfast.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask a supervisor, and whom it believes. */
class PeerTlsTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    @TempDir
    private static Path folder;

    private static TestKeys keys = new TestKeys(Path.of("."));
    private static Optional<StatusServer> server = Optional.empty();
    private static int port;
    private static int statusPort;

    @BeforeAll
    static void start() throws Exception {
        keys = TestKeys.make(folder.resolve("keys"), "mn1=127.0.0.2", "mn2=127.0.0.3");
        port = freePort();
        statusPort = freePort();
        SupervisorSettings settings = settings("status.listen=127.0.0.1:" + statusPort);
        SupervisionState state =
                SupervisionState.started("mn1", true, GaleraRecovery.PATIENCE, false, System.nanoTime());
        server = Optional.of(
                StatusServer.start(settings, PeerTls.of(settings.tls()), () -> state, Optional::empty, () -> {}));
    }

    @AfterAll
    static void stop() {
        server.ifPresent(StatusServer::stop);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static SupervisorSettings settings(String more) throws IOException {
        Path file = folder.resolve("supervisor.properties");
        Files.writeString(
                file,
                "node.name=mn1\nlisten=127.0.0.2:" + port
                        + "\npeer=127.0.0.3\narbiter=127.0.0.4\nvip=127.0.0.9/24\nvip.interface=lo\n"
                        + keys.properties("mn1") + more + "\n");
        return SupervisorSettings.read(file);
    }

    private static HttpProbe.Result ask(SSLContext context, String address) throws InterruptedException {
        return new HttpProbe(context).get(URI.create("https://" + address + ":" + port + "/v1/report"), LIMIT);
    }

    private static HttpProbe.Result plainly(String address) throws InterruptedException {
        return new HttpProbe().get(URI.create("http://" + address), LIMIT);
    }

    @Test
    void thePeerIsAnswered() throws Exception {
        HttpProbe.Result answer = ask(PeerTls.of(keys.of("mn2")).context(), "127.0.0.2");
        assertThat(answer).isInstanceOfSatisfying(HttpProbe.Result.Answer.class, report -> {
            assertThat(report.status()).isEqualTo(200);
            assertThat(report.body()).contains("name=mn1");
        });
    }

    @Test
    void whoHasNoCertificateGetsNothing() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var pem = Files.newInputStream(keys.of("mn1").authority())) {
            store.setCertificateEntry(
                    "a", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext without = SSLContext.getInstance("TLSv1.3");
        without.init(null, trust.getTrustManagers(), null);
        assertThat(ask(without, "127.0.0.2")).isInstanceOf(HttpProbe.Result.Refused.class);
        if (plainly("127.0.0.2:" + port + "/v1/status") instanceof HttpProbe.Result.Answer(int status, String body)) {
            assertThat(status).isNotEqualTo(200);
            assertThat(body).doesNotContain("mn1");
        }
    }

    @Test
    void aHostsAgentCannotFeignAManagementNode() throws Exception {
        PeerTls.Files agent = keys.ofAgent("host1");
        assertThatThrownBy(() -> PeerTls.of(agent))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no supervisor's certificate");
        assertThat(ask(UncheckedTls.context(agent, keys.of("mn1").authority()), "127.0.0.2"))
                .isInstanceOf(HttpProbe.Result.Refused.class);
        try (UncheckedTls.Server feigned =
                new UncheckedTls.Server(agent, keys.of("mn1").authority(), "127.0.0.2")) {
            HttpProbe.Result result = new HttpProbe(PeerTls.of(keys.of("mn2")).context())
                    .get(URI.create("https://127.0.0.2:" + feigned.port() + "/v1/report"), LIMIT);
            assertThat(result).isInstanceOf(HttpProbe.Result.Refused.class);
        }
    }

    @Test
    void aSupervisorOfAnotherClusterIsRefused() throws Exception {
        TestKeys others = TestKeys.make(folder.resolve("others"), "mn2=127.0.0.3");
        assertThat(ask(PeerTls.of(others.of("mn2")).context(), "127.0.0.2"))
                .isInstanceOf(HttpProbe.Result.Refused.class);
        PeerTls.Files mixed = new PeerTls.Files(
                keys.of("mn2").authority(),
                others.of("mn2").certificate(),
                others.of("mn2").key());
        assertThatThrownBy(() -> PeerTls.of(mixed))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("same set-up");
    }

    /** Its certificate is good, but it isn't the node that was asked. */
    @Test
    void whoAnswersUnderTheOtherNodesAddressIsNotBelieved() throws Exception {
        try (UncheckedTls.Server feigned =
                new UncheckedTls.Server(keys.of("mn2"), keys.of("mn1").authority(), "127.0.0.2")) {
            HttpProbe.Result result = new HttpProbe(PeerTls.of(keys.of("mn2")).context())
                    .get(URI.create("https://127.0.0.2:" + feigned.port() + "/v1/report"), LIMIT);
            assertThat(result).isInstanceOf(HttpProbe.Result.Refused.class);
        }
    }

    @Test
    void theManagerAsksPlainlyOnTheLoopbackAndOnlyThere() throws Exception {
        assertThat(plainly("127.0.0.1:" + statusPort + "/v1/status"))
                .isInstanceOfSatisfying(
                        HttpProbe.Result.Answer.class,
                        answer -> assertThat(answer.body()).contains("\"node\":\"mn1\""));
        assertThat(plainly("127.0.0.1:" + statusPort + "/v1/report"))
                .isInstanceOfSatisfying(
                        HttpProbe.Result.Answer.class,
                        answer -> assertThat(answer.status()).isEqualTo(404));
        assertThatThrownBy(() -> settings("status.listen=10.0.0.1:7431")).hasMessageContaining("loopback");
    }

    @Test
    void aKeyThatIsNoneIsRefusedWithoutShowingIt() throws Exception {
        Path broken = folder.resolve("broken.key");
        Files.writeString(broken, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
        PeerTls.Files files =
                new PeerTls.Files(keys.of("mn1").authority(), keys.of("mn1").certificate(), broken);
        assertThatThrownBy(() -> PeerTls.of(files))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broken.key")
                .hasMessageNotContaining("c2VjcmV0");
    }
}
