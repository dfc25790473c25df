package io.holdfast.supervisor;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Two management machines, an arbiter and a switch on this machine, with the real MariaDB, Galera, garbd and keepalived, and the real supervisor.
 * Everything lives below one outer set of namespaces whose first process ends with this JVM; nothing outside is touched.
 *
 * <p>Addresses as in docs/architecture.md: 10.77.1.2 and .3 the nodes, .4 the arbiter, .9 the VIP, .1 the switch itself, from which clients come
 * and which stands in for the gateway.
 */
final class ManagementLab implements AutoCloseable {

    static final String VIP = "10.77.1.9";
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(20);
    private static final long DISK_BYTES = 1L << 30;

    private final Path folder;
    private final Process outer;
    private final OutputStream life;
    final ManagementMachine first = new ManagementMachine(this, "mn1", "10.77.1.2", "node");
    final ManagementMachine second = new ManagementMachine(this, "mn2", "10.77.1.3", "node");
    final ManagementMachine arbiter = new ManagementMachine(this, "arbiter", "10.77.1.4", "arbiter");

    ManagementLab() throws IOException, InterruptedException {
        this.folder = Files.createTempDirectory("holdfast-management");
        // A server that has given up root's rights walks through here.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        this.outer = new ProcessBuilder(
                        "unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child=KILL", "cat")
                .redirectOutput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        this.life = outer.getOutputStream();
        while (outer.children().findFirst().isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        ip("link", "set", "lo", "up");
        ip("link", "add", "brm", "type", "bridge", "stp_state", "0", "forward_delay", "0");
        ip("addr", "add", "10.77.1.1/24", "dev", "brm");
        ip("link", "set", "brm", "up");
        prepare();
    }

    Path folder() {
        return folder;
    }

    private void prepare() throws IOException, InterruptedException {
        script("management-init.sh", resource("management-init.sh"));
        script("supervisor-alive", Template.SUPERVISOR_ALIVE.read());
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String options =
                " -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m -Xss512k -XX:-UsePerfData --enable-native-access=ALL-UNNAMED"
                        + " -Dorg.slf4j.simpleLogger.showDateTime=true -Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS -cp '"
                        + System.getProperty("java.class.path") + "' ";
        // The product's own start script; its process id is kept for the faults.
        Path start = Path.of("src/main/dist/holdfast-supervisor").toAbsolutePath();
        script(
                "supervisor",
                "#!/bin/bash\nexport HOLDFAST_SUPERVISOR_LIB='" + System.getProperty("java.class.path")
                        + "' JAVA_HOME='"
                        + System.getProperty("java.home") + "'\n"
                        + "[ \"$1\" != --config ] || echo $$ >/run/holdfast-supervisor/supervisor.pid\n"
                        + "exec '" + start + "' \"$@\"\n");
        script("manager", "#!/bin/bash\nexec " + java + options + FakeManager.class.getName() + " \"$@\"\n");
        script("client", "#!/bin/bash\nexec " + java + options + WriteClient.class.getName() + " \"$@\"\n");
        for (ManagementMachine machine : List.of(first, second, arbiter)) {
            Files.createDirectories(machine.folder());
        }
        TestKeys keys = TestKeys.make(
                folder.resolve("keys"), first.name() + "=" + first.address(), second.name() + "=" + second.address());
        prepareNode(first, second, 101, keys);
        prepareNode(second, first, 100, keys);
        Files.writeString(
                arbiter.folder().resolve("garb.default"), renderer().render(Template.GARB, plan(first, second, 101)));
        Files.writeString(first.folder().resolve("install"), "");
    }

    private static TemplateRenderer renderer() {
        return new TemplateRenderer("/run/holdfast-supervisor", "/run/holdfast-bin");
    }

    private NodePlan plan(ManagementMachine node, ManagementMachine peer, int priority) {
        VirtualAddress vip = new VirtualAddress(VIP, 24, "m0");
        return new NodePlan(
                node.name(),
                node.address(),
                peer.address(),
                arbiter.address(),
                "10.77.1.1",
                vip,
                priority,
                51,
                "holdfast",
                NodePlan.Sizes.SMALL,
                NodePlan.Timing.TUNED);
    }

    private void prepareNode(ManagementMachine node, ManagementMachine peer, int priority, TestKeys keys)
            throws IOException, InterruptedException {
        NodePlan plan = plan(node, peer, priority);
        Path here = node.folder();
        Files.writeString(here.resolve("keepalived.conf"), renderer().render(Template.KEEPALIVED, plan));
        Files.writeString(
                here.resolve("galera.cnf"),
                renderer().render(Template.GALERA, plan)
                        + "datadir = /var/lib/mysql\nsocket = /run/mysqld/mysqld.sock\npid_file = /run/mysqld/mysqld.pid\nuser = mysql\n");
        Files.writeString(
                here.resolve("supervisor.properties"),
                renderer().render(Template.SUPERVISOR_PROPERTIES, plan)
                        + keys.properties(node.name())
                        + "manager.service=command:" + folder + "/manager\n"
                        + "database.service=command:/usr/sbin/mariadbd --defaults-file=" + here + "/galera.cnf\n"
                        + "database.recover.command=/usr/sbin/mariadbd --defaults-file=" + here + "/galera.cnf\n"
                        + "recovery.patience.seconds=8\n"
                        + "keepalived.service=command:keepalived -n -l -D -P -f " + here + "/keepalived.conf\n");
        try (RandomAccessFile disk =
                new RandomAccessFile(here.resolve("data.img").toFile(), "rw")) {
            disk.setLength(DISK_BYTES);
        }
        Programs.check(
                COMMAND_LIMIT,
                List.of(
                        "mkfs.ext4",
                        "-q",
                        "-m0",
                        "-E",
                        "lazy_itable_init=1,lazy_journal_init=1",
                        here.resolve("data.img").toString()));
    }

    private void script(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream = ManagementLab.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A command line that runs in the lab's outer namespaces. */
    List<String> inLab(List<String> command) {
        List<String> line = new ArrayList<>(List.of(
                "nsenter",
                "-t",
                String.valueOf(outer.children().findFirst().orElseThrow().pid()),
                "--mount",
                "--net",
                "--pid",
                "--"));
        line.addAll(command);
        return line;
    }

    /** A process id as the lab's own pid namespace counts. */
    long pidInLab(long pid) throws IOException {
        String numbers = Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("NSpid:"))
                .findFirst()
                .orElseThrow();
        List<String> words = List.of(numbers.split("\\s+"));
        // The last one is the machine's own counting, the one before the lab's.
        return Long.parseLong(words.get(words.size() - 2));
    }

    Process start(Path log, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    String runInLab(String... words) throws IOException, InterruptedException {
        return Programs.run(COMMAND_LIMIT, inLab(List.of(words))).output();
    }

    void ip(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        if (words[0].equals("-force")) {
            Programs.run(COMMAND_LIMIT, inLab(command));
        } else {
            Programs.check(COMMAND_LIMIT, inLab(command));
        }
    }

    /** A client that writes numbered rows through the VIP; each acknowledged one is a line "number monotonic-nanos" in the file. */
    Process startClient(Path acknowledged) throws IOException {
        return start(acknowledged, inLab(List.of(folder.resolve("client").toString(), "http://" + VIP + ":7480")));
    }

    void awaitDiskFree(Path image) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < 400; attempt++) {
            if (!Files.exists(image)
                    || Programs.run(COMMAND_LIMIT, List.of("losetup", "-j", image.toString()))
                            .output()
                            .isBlank()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(25);
        }
        throw new IOException("the disk " + image + " is still in use by the machine's former life");
    }

    /** Waits for something, with its name in the error. */
    void await(String what, Duration limit, Condition condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(
                        String.format(Locale.ROOT, "not within %d s: %s%n%s", limit.toSeconds(), what, report()));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** What people need to see when something went wrong. */
    String report() throws IOException {
        StringBuilder text = new StringBuilder();
        for (ManagementMachine machine : List.of(first, second, arbiter)) {
            for (String service : List.of("console", "supervisor", "garbd")) {
                String log = machine.log(service);
                text.append("--- ")
                        .append(machine.name())
                        .append(' ')
                        .append(service)
                        .append('\n')
                        .append(log.substring(Math.max(0, log.length() - 6000)))
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** Ends everything. With -Dmanagement.lab.keep=true the folder stays. */
    @Override
    public void close() throws IOException, InterruptedException {
        List<ProcessHandle> all =
                Stream.concat(outer.descendants(), Stream.of(outer.toHandle())).toList();
        life.close();
        outer.waitFor(10, TimeUnit.SECONDS);
        all.forEach(ProcessHandle::destroyForcibly);
        awaitDiskFree(first.folder().resolve("data.img"));
        awaitDiskFree(second.folder().resolve("data.img"));
        if (Boolean.getBoolean("management.lab.keep")) {
            System.err.println("kept: " + folder);
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Copies a file out before it's deleted. */
    static void keep(Path file, Path target) throws IOException {
        Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
    }
}
