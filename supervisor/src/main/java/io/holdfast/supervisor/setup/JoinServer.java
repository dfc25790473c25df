package io.holdfast.supervisor.setup;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.holdfast.supervisor.Addresses;
import io.holdfast.supervisor.PeerTls;
import io.holdfast.supervisor.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets another management node do {@link Task}s here: while this machine waits to be set up (known by a {@link JoinCode}), and while a pair is taken
 * apart or upgraded (known by the cluster's authority). One task at a time.
 */
final class JoinServer implements AutoCloseable {

    static final int PORT = 7432;
    static final String PATH = "/v1/setup/";

    private static final Logger LOG = LoggerFactory.getLogger(JoinServer.class);
    /** A node of a pair waits for the other one's next word no longer: its process may have died. */
    private static final Duration SILENCE = Duration.ofMinutes(5);

    private static final Duration KEY_LIMIT = Duration.ofSeconds(20);
    private static final int MOST_WRONG_TOKENS = 5;
    private static final int MOST_BODY_BYTES = 1 << 20;
    private static final Set<Task> OF_ARBITER =
            Set.of(Task.FACTS, Task.INSTALL, Task.ARBITER_START, Task.RESTORE, Task.WIPE, Task.DONE);

    private static final Set<Task> OFTEN =
            Set.of(Task.DATABASE_STATE, Task.STATUS, Task.VERSIONS, Task.RECEIVE, Task.PROGRESS);

    private final HttpsServer server;
    private final FactFinder.Role role;
    private final String address;
    private final NodeHands hands;
    private final String token;
    private final Set<Task> last;
    private final AtomicInteger wrongTokens = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Object one = new Object();
    private volatile long askedNanos = System.nanoTime();

    private JoinServer(
            HttpsServer server, FactFinder.Role role, String address, NodeHands hands, String token, Set<Task> last) {
        this.server = server;
        this.role = role;
        this.address = address;
        this.hands = hands;
        this.token = token;
        this.last = last;
        server.createContext(PATH, this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    /** Both for people (the code) and to wait on. */
    record Joining(JoinServer server, JoinCode code) {}

    /** A machine that waits to become a node or the arbiter. */
    static Joining joining(FactFinder.Role role, String address, NodeHands hands, Path state)
            throws IOException, InterruptedException {
        HttpsServer server = bound(address);
        boolean started = false;
        try {
            KeyStore store = newKey(state);
            X509Certificate own = (X509Certificate) store.getCertificate("join");
            KeyManagerFactory manager = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            manager.init(store, "joining".toCharArray());
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(manager.getKeyManagers(), null, new SecureRandom());
            server.setHttpsConfigurator(new HttpsConfigurator(context));
            JoinCode code = JoinCode.of(own);
            Joining joining =
                    new Joining(new JoinServer(server, role, address, hands, code.token(), Set.of(Task.DONE)), code);
            started = true;
            return joining;
        } catch (GeneralSecurityException e) {
            throw new IOException("no key can be made for the time of the set-up: " + e.getMessage(), e);
        } finally {
            if (!started) {
                server.stop(0);
            }
        }
    }

    /** A node of a pair that is taken apart or upgraded, for the other one alone. */
    static JoinServer parting(String address, NodeHands hands, PeerTls tls) throws IOException {
        HttpsServer server = bound(address);
        server.setHttpsConfigurator(tls.server());
        return new JoinServer(server, FactFinder.Role.SECOND, address, hands, "", Set.of(Task.WIPE, Task.LEAVE));
    }

    private static HttpsServer bound(String address) throws IOException {
        try {
            return HttpsServer.create(
                    new InetSocketAddress(Addresses.checked("this machine's address", address), PORT), 16);
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + address + ":" + PORT + " (" + e.getMessage()
                            + "): give an address of this machine, and end another one that waits there",
                    e);
        }
    }

    /** By keytool, which every Java runtime has: the library for it is the manager's. */
    private static KeyStore newKey(Path state) throws IOException, InterruptedException, GeneralSecurityException {
        Files.createDirectories(state);
        Path file = state.resolve("join.p12");
        Files.deleteIfExists(file);
        try {
            Programs.check(
                    KEY_LIMIT,
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "join",
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-dname",
                            "CN=holdfast-join",
                            "-validity",
                            "7",
                            "-keystore",
                            file.toString(),
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            "joining"));
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream stream = Files.newInputStream(file)) {
                store.load(stream, "joining".toCharArray());
            }
            return store;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Returns when the last task has been done, or somebody has tried too many tokens. @return whether it was the former */
    boolean await() throws InterruptedException {
        while (!ended.await(1, TimeUnit.SECONDS)) {
            if (token.isEmpty() && System.nanoTime() - askedNanos > SILENCE.toNanos()) {
                return true;
            }
        }
        return wrongTokens.get() < MOST_WRONG_TOKENS;
    }

    @Override
    public void close() {
        server.stop(1);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String word = exchange.getRequestURI().getPath().substring(PATH.length());
            if (!known(exchange)) {
                send(exchange, 403, "the code is wrong; take the one that 'holdfast-supervisor join' shows now");
                if (wrongTokens.incrementAndGet() >= MOST_WRONG_TOKENS) {
                    ended.countDown();
                }
                return;
            }
            Task task = List.of(Task.values()).stream()
                    .filter(each -> each.word().equals(word))
                    .findFirst()
                    .orElse(null);
            boolean allowed = task != null
                    && exchange.getRequestMethod().equals("POST")
                    && (role != FactFinder.Role.ARBITER || OF_ARBITER.contains(task));
            if (task == null || !allowed) {
                send(exchange, 404, "'" + word + "' can't be asked of this machine");
                return;
            }
            byte[] body = exchange.getRequestBody().readNBytes(MOST_BODY_BYTES);
            perform(exchange, task, RemoteHands.read(new String(body, StandardCharsets.UTF_8)));
        }
    }

    private boolean known(HttpExchange exchange) {
        if (token.isEmpty()) {
            return true; // Known by its certificate.
        }
        String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        return MessageDigest.isEqual(
                ("Bearer " + token).getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }

    private void perform(HttpExchange exchange, Task task, Map<String, String> arguments) throws IOException {
        askedNanos = System.nanoTime();
        Map<String, String> wanted = new TreeMap<>(arguments);
        wanted.put("role", role.name());
        wanted.put("address", address);
        if (!OFTEN.contains(task)) {
            LOG.info("asked for {}", task.word());
        }
        try {
            Map<String, String> told;
            synchronized (one) {
                told = hands.perform(task, wanted);
            }
            send(exchange, 200, RemoteHands.write(told));
            if (last.contains(task)) {
                ended.countDown();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} failed", task.word(), e);
            send(exchange, 500, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            send(exchange, 503, "this machine is stopping");
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
