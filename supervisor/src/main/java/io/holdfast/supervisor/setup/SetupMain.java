package io.holdfast.supervisor.setup;

import io.holdfast.supervisor.Addresses;
import io.holdfast.supervisor.PeerTls;
import io.holdfast.supervisor.ProductVersion;
import io.holdfast.supervisor.SupervisorSettings;
import io.holdfast.supervisor.setup.SetupProblem.Refusal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands of {@code holdfast-supervisor} that make a pair and take it apart. Exit codes: 0 done, 1 something failed, 4 refused, with nothing
 * changed.
 */
public final class SetupMain {

    /** What {@link #run} understands. */
    public static final Set<String> NAMES = Set.of(
            "join",
            "preview",
            "enable",
            "disable",
            "part",
            "undo",
            "upgrade",
            "upgrade-preview",
            "use",
            "configure",
            "version");

    private static final Logger LOG = LoggerFactory.getLogger(SetupMain.class);
    private static final int REFUSED = 4;
    private static final Duration PART_LIMIT = Duration.ofSeconds(30);
    private static final int PART_LOOKS = 32;
    /** A manager that dies again and again is fit in between. */
    private static final Duration STEADY = Duration.ofSeconds(2);

    private static final Duration HANDED_OVER_WITHIN = Duration.ofSeconds(30);
    private static final Duration BACK_WITHIN = Duration.ofMinutes(2);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(4);

    private SetupMain() {}

    /**
     * Runs a command.
     *
     * @param arguments {@code join --address A [--arbiter]}, {@code preview|enable --request FILE}, {@code disable [--without-peer]}, {@code part},
     *     {@code undo}, {@code upgrade|upgrade-preview --archive FILE}, {@code use VERSION}, {@code configure [--check]}, {@code version}; each takes {@code --node FILE}, and enable, disable and upgrade {@code --detach}
     */
    public static int run(String command, List<String> arguments) throws IOException, InterruptedException {
        if (command.equals("version")) {
            System.out.println(ProductVersion.running());
            return 0;
        }
        Path file = Path.of(value(arguments, "--node").orElse(NodeSettings.FILE.toString()));
        NodeSettings node = NodeSettings.read(file);
        Files.createDirectories(node.state());
        if (arguments.contains("--detach")) {
            return detach(command, arguments, node);
        }
        return switch (command) {
            case "join" -> join(arguments, node);
            case "preview" -> preview(arguments, node);
            case "enable" -> alone(node, () -> enable(arguments, node));
            case "disable" -> alone(node, () -> disable(arguments, node));
            case "part" -> part(node);
            case "undo" -> alone(node, () -> undo(node));
            case "upgrade" -> alone(node, () -> upgrade(arguments, node, false));
            case "upgrade-preview" -> upgrade(arguments, node, true);
            case "use" -> alone(node, () -> use(arguments, node));
            case "configure" -> configure(arguments, node);
            default -> throw new IllegalArgumentException("'" + command + "' is none of " + NAMES);
        };
    }

    private static Optional<String> value(List<String> arguments, String name) {
        int at = arguments.indexOf(name);
        return at >= 0 && at + 1 < arguments.size() ? Optional.of(arguments.get(at + 1)) : Optional.empty();
    }

    private static String needed(List<String> arguments, String name) {
        return value(arguments, name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }

    private interface Work {
        int run() throws IOException, InterruptedException;
    }

    /** Two set-ups at once on one node would undo each other's work. */
    private static int alone(NodeSettings node, Work work) throws IOException, InterruptedException {
        try (FileChannel channel = FileChannel.open(
                        node.state().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var lock = channel.tryLock()) {
            if (lock == null) {
                throw new IOException("another set-up runs on this node; see \"holdfast ha status\"");
            }
            return work.run();
        }
    }

    private static int detach(String command, List<String> arguments, NodeSettings node)
            throws IOException, InterruptedException {
        List<String> forward = new ArrayList<>(List.of(command));
        arguments.stream().filter(word -> !word.equals("--detach")).forEach(forward::add);
        // Until the new process has written its own: a reader must not take the outcome of the last one for this one's.
        Files.deleteIfExists(SetupProgress.file(node.state()));
        Detached.start("holdfast-setup", node.state().resolve("setup.log"), forward);
        return 0;
    }

    private static int join(List<String> arguments, NodeSettings node) throws IOException, InterruptedException {
        FactFinder.Role role = arguments.contains("--arbiter") ? FactFinder.Role.ARBITER : FactFinder.Role.SECOND;
        String address = Addresses.checked("--address", needed(arguments, "--address"));
        JoinServer.Joining joining = JoinServer.joining(role, address, new LocalHands(node), node.state());
        try (JoinServer server = joining.server()) {
            String option = role == FactFinder.Role.ARBITER ? "--arbiter-code" : "--code";
            System.out.println(
                    "Waiting at " + address + ":" + JoinServer.PORT + ". On the running management node type:");
            System.out.println("  holdfast ha enable … " + option + " " + joining.code());
            if (server.await()) {
                System.out.println("Set up.");
                return 0;
            }
            System.err.println("holdfast-supervisor: five wrong codes; start again for a new one");
            return 1;
        }
    }

    private static Enable.Machines joining(SetupRequest request, NodeSettings node) throws IOException {
        return new Enable.Machines(
                new LocalHands(node),
                RemoteHands.joining(request.peer(), JoinCode.parse(request.peerCode())),
                arbiter(request, node));
    }

    /** A machine that waits, or the agent of a host, which the manager tells. */
    private static NodeHands arbiter(SetupRequest request, NodeSettings node) throws IOException {
        return request.arbiterHost().isEmpty()
                ? RemoteHands.joining(request.arbiter(), JoinCode.parse(request.arbiterCode()))
                : new AgentArbiterHands(
                        node, request.arbiterHost(), List.of(FactFinder.towards(request.peer()), request.peer()));
    }

    private static int preview(List<String> arguments, NodeSettings node) throws IOException, InterruptedException {
        SetupRequest request = SetupRequest.read(Path.of(needed(arguments, "--request")));
        SetupProgress unused = new SetupProgress(node.state(), "preview", List.of());
        List<Refusal> refusals = new Enable(request, node, joining(request, node), unused).refusals();
        System.out.println(SetupProgress.preview(SetupStep.ENABLE, refusals));
        return refusals.isEmpty() ? 0 : REFUSED;
    }

    private static int enable(List<String> arguments, NodeSettings node) throws IOException, InterruptedException {
        Path file = Path.of(needed(arguments, "--request"));
        SetupRequest request = SetupRequest.read(file);
        Files.deleteIfExists(file);
        SetupProgress progress = new SetupProgress(node.state(), "enable", SetupStep.ENABLE);
        Enable enable = new Enable(request, node, joining(request, node), progress);
        List<Refusal> refusals = enable.refusals();
        if (!refusals.isEmpty()) {
            refused(progress, refusals);
            return REFUSED;
        }
        return enable.run() ? 0 : 1;
    }

    private static void refused(SetupProgress progress, List<Refusal> refusals) throws IOException {
        progress.end(
                SetupProgress.State.ROLLED_BACK,
                refusals.stream().map(Refusal::english).reduce("", (one, other) -> (one + " " + other).strip()),
                refusals.stream().map(Refusal::chinese).reduce("", (one, other) -> one + other));
    }

    private static int disable(List<String> arguments, NodeSettings node) throws IOException, InterruptedException {
        SetupProgress progress = new SetupProgress(node.state(), "disable", SetupStep.DISABLE);
        SupervisorSettings settings = SupervisorSettings.read(node.supervisorConfiguration());
        PeerTls tls = PeerTls.of(settings.tls());
        String peer = settings.peer().getHostString();
        Optional<String> absent = arguments.contains("--without-peer") ? Optional.of(peer) : Optional.empty();
        RemoteHands other = RemoteHands.paired(peer, tls.context());
        if (absent.isEmpty()) {
            try {
                openParting(settings, tls, other);
            } catch (IOException e) {
                progress.end(
                        SetupProgress.State.ROLLED_BACK,
                        "The other node does not answer (" + e.getMessage()
                                + "); nothing was changed. If it is lost for good, leave it out: --without-peer",
                        "另一节点没有响应（" + e.getMessage() + "）；未做任何更改。若它已永久丢失，请将其排除：--without-peer");
                return REFUSED;
            }
        }
        Enable.Machines machines = new Enable.Machines(new LocalHands(node), other, AgentArbiterHands.parting(node));
        return new Disable(machines, progress, node, absent).run() ? 0 : 1;
    }

    /** The other node's supervisor starts a process there that outlives it and does what this one says. */
    private static void openParting(SupervisorSettings settings, PeerTls tls, RemoteHands other)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PART_LIMIT.toNanos();
        while (true) {
            order(settings, tls);
            // One that was about to end answers no more, and is then ordered anew.
            for (int look = 0; look < PART_LOOKS; look++) {
                try {
                    other.perform(Task.STATUS, Map.of());
                    return;
                } catch (IOException e) {
                    if (System.nanoTime() - deadline > 0) {
                        throw e;
                    }
                    TimeUnit.MILLISECONDS.sleep(250);
                }
            }
        }
    }

    private static void order(SupervisorSettings settings, PeerTls tls) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("https://" + settings.peer().getHostString() + ":"
                                + settings.peer().getPort() + "/v1/part"))
                .timeout(PART_LIMIT)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_LIMIT)
                .sslContext(tls.context())
                .build()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(answer.body().strip());
            }
        }
    }

    /** On the node that is left: waits for the other one's orders. */
    private static int part(NodeSettings node) throws IOException, InterruptedException {
        SupervisorSettings settings = SupervisorSettings.read(node.supervisorConfiguration());
        PeerTls tls = PeerTls.of(settings.tls());
        try (JoinServer server = JoinServer.parting(settings.listen().getHostString(), new LocalHands(node), tls)) {
            server.await();
        }
        return 0;
    }

    /** Asked of a pair's supervisor by the other one. */
    public static void startParting(Path nodeFile) throws IOException, InterruptedException {
        NodeSettings node = NodeSettings.read(nodeFile);
        String own =
                SupervisorSettings.read(node.supervisorConfiguration()).listen().getHostString();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(own, JoinServer.PORT), 1000);
            return; // It waits already.
        } catch (IOException nobody) {
            LOG.debug("nobody waits at {}:{}", own, JoinServer.PORT);
        }
        Detached.start(
                "holdfast-part", node.state().resolve("setup.log"), List.of("part", "--node", nodeFile.toString()));
    }

    private static int upgrade(List<String> arguments, NodeSettings node, boolean preview)
            throws IOException, InterruptedException {
        Path file = Path.of(needed(arguments, "--archive"));
        SetupProgress progress = new SetupProgress(node.state(), "upgrade", SetupStep.UPGRADE);
        List<Refusal> refusals;
        Upgrade upgrade = null;
        if (!Files.exists(node.supervisorConfiguration())) {
            refusals = List.of(Refusal.of(SetupProblem.NOT_PAIR));
        } else {
            try {
                Versions.Archive archive = Versions.Archive.read(file);
                upgrade = upgrade(archive, node, progress);
                refusals = upgrade.refusals();
            } catch (IOException e) {
                refusals = List.of(Refusal.of(SetupProblem.ARCHIVE, file, String.valueOf(e.getMessage())));
            }
        }
        if (preview) {
            System.out.println(SetupProgress.preview(SetupStep.UPGRADE, refusals));
            return refusals.isEmpty() ? 0 : REFUSED;
        }
        if (upgrade == null || !refusals.isEmpty()) {
            refused(progress, refusals);
            return REFUSED;
        }
        return upgrade.run() ? 0 : 1;
    }

    private static Upgrade upgrade(Versions.Archive archive, NodeSettings node, SetupProgress progress)
            throws IOException, InterruptedException {
        SupervisorSettings settings = SupervisorSettings.read(node.supervisorConfiguration());
        PeerTls tls = PeerTls.of(settings.tls());
        String peer = settings.peer().getHostString();
        RemoteHands other = RemoteHands.paired(peer, tls.context());
        try {
            openParting(settings, tls, other);
        } catch (IOException silent) {
            // The first question to it says so.
        }
        progress.mirrored(document -> other.perform(Task.PROGRESS, Map.of("document", document)));
        Upgrade.Nodes nodes = new Upgrade.Nodes(
                new Upgrade.Node(settings.node(), new LocalHands(node)),
                new Upgrade.Node("the node " + peer, reopened(settings, tls, other)));
        return new Upgrade(
                archive,
                nodes,
                new Upgrade.Patience(node.upgrade().patience(), STEADY, HANDED_OVER_WITHIN, BACK_WITHIN),
                progress);
    }

    /** The process over there may have died with its machine: the question that is put again and again gets a new one started. */
    private static NodeHands reopened(SupervisorSettings settings, PeerTls tls, RemoteHands other) {
        return (task, arguments) -> {
            try {
                return other.perform(task, arguments);
            } catch (RemoteHands.SilentException silent) {
                if (task == Task.VERSIONS) {
                    order(settings, tls);
                }
                throw silent;
            }
        };
    }

    /** Of this version; its own program is run by the one that changes to it. */
    private static int configure(List<String> arguments, NodeSettings node) throws IOException, InterruptedException {
        Configuration configuration = new Configuration(node);
        List<SetupFile> changed = arguments.contains("--check")
                ? List.copyOf(configuration.changed().keySet())
                : configuration.apply();
        changed.forEach(file -> System.out.println(file.on(node).orElseThrow()));
        return 0;
    }

    private static int use(List<String> arguments, NodeSettings node) throws IOException, InterruptedException {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("say which: use VERSION");
        }
        new LocalHands(node).perform(Task.USE, Map.of("version", arguments.getFirst()));
        System.out.println("This node changes to version " + arguments.getFirst() + "; see \"holdfast ha status\".");
        return 0;
    }

    private static int undo(NodeSettings node) throws IOException, InterruptedException {
        LocalHands hands = new LocalHands(node);
        hands.perform(Task.RESTORE, Map.of());
        hands.perform(Task.WIPE, Map.of());
        System.out.println("Everything that set-up has done on this machine is undone.");
        return 0;
    }
}
