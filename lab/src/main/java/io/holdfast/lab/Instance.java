package io.holdfast.lab;

import io.holdfast.cli.Progress;
import io.holdfast.cli.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A lab as the machine around it sees it: a folder, one process tree in namespaces of its own, and a port on
 * 127.0.0.1 that leads to the manager. When this process ends, for whatever reason, the kernel ends the tree
 * (PR_SET_PDEATHSIG, and the death of the first process of a pid namespace).
 */
final class Instance {

    static final int FIRST_PORT = ManagerNode.REST_PORT;
    private static final int PORTS = 20;
    private static final String KEPT = "kept";
    private static final String HOME = "home";
    private static final long END_LIMIT_SECONDS = 15;
    private static final Path LABS = Path.of("/var/tmp/holdfast-lab");

    private Instance() {}

    /**
     * Makes an instance and runs this very command inside it, to its end.
     *
     * @param keep leave the folder behind
     * @param pair two management nodes will be built
     * @return its exit code
     * @throws LabException when the machine lacks something, saying what and what to do
     */
    static int launch(boolean keep, boolean pair) {
        Preflight.check(pair);
        Programs programs = Programs.here();
        removeStale();
        Path folder = LABS.resolve(String.valueOf(ProcessHandle.current().pid()));
        LabPaths paths = new LabPaths(folder);
        try {
            Path guest = prepareGuest(programs);
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(HOME), programs.home().toString());
            LabHost.copy(guest, paths.guest());
            installScript(paths, "lab-init.sh");
            ServerSocketChannel port = listen();
            forward(port, paths.restSocket());
            Process inside = start(folder, paths, ((InetSocketAddress) port.getLocalAddress()).getPort());
            AtomicBoolean failed = new AtomicBoolean();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(inside, folder, keep || failed.get())));
            int code = inside.waitFor();
            failed.set(code == 1);
            return code;
        } catch (IOException e) {
            throw new LabException("the lab can't be made in " + folder + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 130;
        }
    }

    /**
     * Asks the lab that this very Holdfast has started; where several run, the one that the environment variable
     * HOLDFAST_LAB names (its folder's name).
     *
     * @throws LabException when none runs, or several do and none is named
     */
    static String askRunning(String line) {
        Path home = Programs.here().home();
        Optional<String> named = Optional.ofNullable(System.getenv("HOLDFAST_LAB"));
        List<Path> running = folders().stream()
                .filter(folder -> named.map(folder.getFileName().toString()::equals)
                        .orElseGet(() -> home.toString().equals(read(folder.resolve(HOME)))))
                .filter(folder -> ControlServer.ask(folder.resolve("control.sock"), "status")
                        .isPresent())
                .toList();
        if (running.isEmpty()) {
            throw new LabException("no lab of " + home
                    + " runs on this machine; start one by './holdfast demo' or './holdfast lab up'");
        }
        if (running.size() > 1) {
            throw new LabException("several labs run (" + running + "); name one: HOLDFAST_LAB="
                    + running.getFirst().getFileName() + " ./holdfast lab …");
        }
        return ControlServer.ask(running.getFirst().resolve("control.sock"), line)
                .orElseThrow(() -> new LabException("the lab has just ended"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException none) {
            return "";
        }
    }

    /** The guests' kernel and initial file system, made once for this repository. */
    static Path prepareGuest(Programs programs) {
        Path target = programs.home().resolve(".tools/lab/guest");
        try (Progress progress = new Progress(Terminal.standard())) {
            Path source = programs.home().resolve(".tools/lab/guest-source");
            Files.createDirectories(source);
            for (String name : List.of("init.c", "guest-image.sh")) {
                try (InputStream in = resource("guest/" + name)) {
                    Files.write(source.resolve(name), in.readAllBytes());
                }
            }
            Progress.Step step = progress.begin("guest image");
            try {
                String done = Shell.run(
                        "bash", source.resolve("guest-image.sh").toString(), source.toString(), target.toString());
                step.done(done.isBlank() ? "already made" : "Debian's cloud kernel and a small init");
            } catch (LabException e) {
                step.failed(String.valueOf(e.getMessage()));
                throw e;
            }
            return target;
        } catch (IOException e) {
            throw new LabException("the guests' image can't be made in " + target + ": " + e.getMessage(), e);
        }
    }

    private static InputStream resource(String name) {
        InputStream in = Instance.class.getResourceAsStream(name);
        if (in == null) {
            throw new LabException("the file " + name + " is missing in the lab's jar; build it again");
        }
        return in;
    }

    private static void installScript(LabPaths paths, String name) throws IOException {
        try (InputStream in = resource("host/" + name)) {
            Files.write(paths.bin().resolve(name), in.readAllBytes());
        }
    }

    /**
     * Starts this program again in the lab's namespaces. Must be called from a thread that lives as long as the lab:
     * the parent of PR_SET_PDEATHSIG is a thread.
     */
    private static Process start(Path folder, LabPaths paths, int port) throws IOException {
        List<String> command = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL", "setsid"));
        command.addAll(List.of("sh", "-c", "HOLDFAST_LAB_STDERR=3 exec \"$@\" 3>&2 2>/dev/null", "sh"));
        command.addAll(
                List.of("unshare", "--net", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child=KILL"));
        command.addAll(List.of(
                "--mount-proc", "bash", paths.bin().resolve("lab-init.sh").toString(), folder.toString()));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-XX:-UsePerfData"));
        // The options of this process (terminal, home, native access), less those for one process only.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-D") || option.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-Dholdfast.lab.inside=true", "-Dholdfast.lab.port=" + port));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LabLauncher.class.getName()));
        command.addAll(arguments());
        return new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<String> arguments = List.of();

    /** The arguments that this program was started with, to be given on. */
    static void arguments(String[] given) {
        arguments = List.of(given);
    }

    private static List<String> arguments() {
        return arguments;
    }

    private static void end(Process inside, Path folder, boolean keep) {
        // Its child is the first process of the lab: it is gone only when all others are.
        inside.children().forEach(ProcessHandle::destroyForcibly);
        try {
            if (!inside.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                inside.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (keep) {
            LabHost.write(folder.resolve(KEPT), "");
            System.err.println("The lab's folder with its logs is kept: " + folder);
        } else {
            delete(folder);
        }
    }

    /** 127.0.0.1 only; the first port from 7480 that is free. */
    private static ServerSocketChannel listen() throws IOException {
        for (int port = FIRST_PORT; port < FIRST_PORT + PORTS; port++) {
            ServerSocketChannel server = ServerSocketChannel.open();
            try {
                return server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException taken) {
                server.close();
            }
        }
        throw new LabException("the ports " + FIRST_PORT + " to " + (FIRST_PORT + PORTS - 1)
                + " of 127.0.0.1 are all taken; end what listens there");
    }

    private static void forward(ServerSocketChannel port, Path rest) {
        Thread.ofPlatform().daemon().name("forward").start(() -> {
            while (port.isOpen()) {
                try {
                    SocketChannel client = port.accept();
                    Thread.ofVirtual().start(() -> {
                        try {
                            Pipe.join(client, SocketChannel.open(UnixDomainSocketAddress.of(rest)));
                        } catch (IOException notYet) {
                            Pipe.close(client);
                        }
                    });
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    /** Folders of labs whose process is gone. */
    private static void removeStale() {
        for (Path folder : folders()) {
            String name = folder.getFileName().toString();
            boolean alive = name.chars().allMatch(Character::isDigit)
                    && ProcessHandle.of(Long.parseLong(name))
                            .filter(ProcessHandle::isAlive)
                            .isPresent();
            if (!alive && !Files.exists(folder.resolve(KEPT))) {
                delete(folder);
            }
        }
    }

    private static List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        if (Files.isDirectory(LABS)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(LABS)) {
                found.forEach(folders::add);
            } catch (IOException e) {
                throw new LabException("the folder " + LABS + " can't be read: " + e.getMessage(), e);
            }
        }
        return folders;
    }

    private static void delete(Path folder) {
        Shell.run("rm", "-rf", "--one-file-system", folder.toString());
    }
}
