package io.holdfast.supervisor;

import io.holdfast.supervisor.setup.SetupMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code holdfast-supervisor [run | serve-with-this-copy | check] [--config FILE]}: the HA process of a management node, and the one command that
 * an operator may have to give; {@link SetupMain} makes a pair and takes it apart.
 */
public final class SupervisorMain {

    private static final Path CONFIGURATION = Path.of("/etc/holdfast/supervisor.properties");
    private static final Path NODE = Path.of("/etc/holdfast/node.properties");

    private SupervisorMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        try {
            command(List.of(arguments));
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("holdfast-supervisor: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void command(List<String> arguments) throws IOException, InterruptedException {
        if (!arguments.isEmpty() && SetupMain.NAMES.contains(arguments.getFirst())) {
            System.exit(SetupMain.run(arguments.getFirst(), arguments.subList(1, arguments.size())));
        }
        Path file = CONFIGURATION;
        Path node = NODE;
        String verb = "run";
        for (int index = 0; index < arguments.size(); index++) {
            String argument = arguments.get(index);
            if (argument.equals("--config") && index + 1 < arguments.size()) {
                file = Path.of(arguments.get(++index));
            } else if (argument.equals("--node") && index + 1 < arguments.size()) {
                node = Path.of(arguments.get(++index));
            } else {
                verb = argument;
            }
        }
        SupervisorSettings settings = SupervisorSettings.read(file);
        switch (verb) {
            case "run" -> run(settings, node);
            case "check" -> {
                PeerTls.of(settings.tls());
                System.out.println(file + " is well formed");
            }
            case SupervisorLoop.ORDER_FILE -> order(settings);
            default ->
                throw new IllegalArgumentException("'" + verb + "' is no command; commands are run, check, "
                        + SupervisorLoop.ORDER_FILE + ", join, preview, enable, disable and undo");
        }
    }

    private static void run(SupervisorSettings settings, Path node) throws IOException, InterruptedException {
        Optional<SystemdNotify> systemd = SystemdNotify.of(System.getenv("NOTIFY_SOCKET"));
        PeerTls tls = PeerTls.of(settings.tls());
        SupervisorLoop loop = new SupervisorLoop(settings, tls, systemd);
        StatusServer.start(settings, tls, loop::state, loop::peerDetails, () -> SetupMain.startParting(node));
        loop.run();
    }

    private static void order(SupervisorSettings settings) throws IOException {
        if (!Files.isDirectory(settings.run())) {
            throw new IOException("no supervisor runs here (" + settings.run() + " is missing); start it first");
        }
        Path order = settings.run().resolve(SupervisorLoop.ORDER_FILE);
        Files.writeString(order, "");
        System.out.println("ordered; watch it with: curl http://"
                + settings.statusListen().getHostString() + ":"
                + settings.statusListen().getPort() + "/v1/status");
    }
}
