package io.holdfast.agent.testing;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A host in namespaces of its own with a real libvirtd, and a real iSCSI server behind a cable that can be cut. Needs root. */
public final class TestHost implements AutoCloseable {
    private static final Path RESOURCES = Path.of("src/test/resources").toAbsolutePath();
    private static final int SECTOR = 512;

    private final Path directory;
    private final Process process;
    private final Writer input;
    private final BufferedReader output;
    private final Process relay;
    /** Where the images of the storage server lie. */
    private final Path images;

    public TestHost(Path directory, int managerPort) throws IOException {
        this(directory, managerPort, null, 0);
    }

    /** Host {@code number} (1..9) in a network with others: management address 10.99.1.1N. */
    public TestHost(Path directory, int managerPort, @Nullable TestNetwork network, int number) throws IOException {
        this.directory = directory;
        images = network == null ? directory : network.directory();
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new AssertionError("this test makes hosts in namespaces and needs root; run the build as root");
        }
        Files.createDirectories(directory);
        if (network == null) {
            makeDisks(images, RESOURCES.resolve("guest.bin"));
        }
        Path cache = Path.of("target", "libvirt-cache").toAbsolutePath();
        Files.createDirectories(cache);
        if (!Files.exists(directory.resolve("cache"))) {
            Files.createSymbolicLink(directory.resolve("cache"), cache);
        }
        relay = new ProcessBuilder(
                        "socat",
                        "UNIX-LISTEN:" + directory.resolve("manager.sock") + ",fork,unlink-early",
                        "TCP:127.0.0.1:" + managerPort)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                "--pid",
                "--fork",
                "--kill-child=KILL",
                "--net",
                "--uts",
                "--ipc",
                RESOURCES.resolve("host.sh").toString(),
                directory.toString()));
        if (network != null) {
            command.add(Integer.toString(number));
        }
        process = new ProcessBuilder(command)
                .redirectError(directory.resolve("host.log").toFile())
                .start();
        input = process.outputWriter(StandardCharsets.UTF_8);
        output = process.inputReader(StandardCharsets.UTF_8);
        if (network != null) {
            await("the host's first process")
                    .until(() -> process.children().findFirst().isPresent());
            network.cable(process.children().findFirst().orElseThrow().pid(), number);
        }
        expect("ready");
    }

    static void makeDisks(Path directory, Path guest) throws IOException {
        try (RandomAccessFile disk =
                new RandomAccessFile(directory.resolve("disk.img").toFile(), "rw")) {
            disk.setLength(8L << 20);
            disk.write(Files.readAllBytes(guest));
        }
        try (RandomAccessFile leases =
                new RandomAccessFile(directory.resolve("leases.img").toFile(), "rw")) {
            leases.setLength(16L << 20);
        }
    }

    public Path leases() {
        return images.resolve("leases.img");
    }

    private void expect(String line) throws IOException {
        String answer = output.readLine();
        if (!line.equals(answer)) {
            throw new AssertionError("the test host said '" + answer + "' instead of '" + line + "'; its log: "
                    + Files.readString(directory.resolve("host.log")));
        }
    }

    /** One of the commands in host.sh. */
    public void command(String command) throws IOException {
        input.write(command + "\n");
        input.flush();
        expect("done " + command);
    }

    /** Command that enters the host. */
    public List<String> enter() {
        long init = process.children().findFirst().orElseThrow().pid();
        return List.of("nsenter", "-t", Long.toString(init), "-m", "-p", "-n", "-u", "-i");
    }

    /** Runs a command in the host and gives what it printed. */
    public String run(String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(enter());
        all.addAll(List.of(command));
        Process ran = new ProcessBuilder(all).redirectErrorStream(true).start();
        String printed = new String(ran.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        ran.waitFor(10, TimeUnit.SECONDS);
        return printed;
    }

    /** Pids of QEMU processes as the host sees them. */
    public List<Long> qemu() throws IOException, InterruptedException {
        return run("sh", "-c", "grep -lsz -- '^-uuid$' /proc/[0-9]*/cmdline | cut -d/ -f3")
                .lines()
                .filter(line -> line.matches("\\d+"))
                .map(Long::valueOf)
                .toList();
    }

    /** The number that the guest counts up on its disk. */
    public int guestCount() throws IOException {
        try (FileChannel disk = FileChannel.open(images.resolve("disk.img"))) {
            ByteBuffer count = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
            disk.read(count, SECTOR);
            return count.getInt(0);
        }
    }

    public void awaitGuestWrites(Duration limit) throws IOException {
        int before = guestCount();
        await("guest writes its disk").atMost(limit).until(() -> guestCount() != before);
    }

    /** Tells the guest to power itself off, or (false) takes that back. */
    public void tellGuestOff(boolean off) throws IOException {
        try (FileChannel disk = FileChannel.open(images.resolve("disk.img"), StandardOpenOption.WRITE)) {
            disk.write(ByteBuffer.wrap(new byte[] {(byte) (off ? 1 : 0)}), 2 * SECTOR);
        }
    }

    /** Writes into the lease area as another host would. */
    public void writeLeases(long offset, byte[] sector) throws IOException {
        try (FileChannel area = FileChannel.open(leases(), StandardOpenOption.WRITE)) {
            area.write(ByteBuffer.wrap(sector), offset);
        }
    }

    public byte[] readLeases(long offset, int length) throws IOException {
        try (FileChannel area = FileChannel.open(leases());
                var stream = Channels.newInputStream(area.position(offset))) {
            return stream.readNBytes(length);
        }
    }

    @Override
    public void close() throws InterruptedException {
        relay.descendants().forEach(ProcessHandle::destroyForcibly);
        relay.destroyForcibly();
        process.children().forEach(ProcessHandle::destroyForcibly);
        process.waitFor(10, TimeUnit.SECONDS);
    }
}
