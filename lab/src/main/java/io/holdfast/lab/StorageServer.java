package io.holdfast.lab;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The lab's IP-SAN: one iSCSI target with the lease area and a volume for each VM (tgt, in namespaces of its own). */
public final class StorageServer {

    static final String TARGET = "iqn.2026-11.io.holdfast.lab:san";
    static final int LEASE_LUN = 1;
    /** The volume of VM N is LUN 10 + N. */
    static final int FIRST_VOLUME_LUN = 10;

    static final long VOLUME_BYTES = 64L << 20;
    private static final long LEASE_BYTES = 16L << 20;
    private static final int ADDRESS = 2;
    private static final String NAME = "st";

    private final LabPaths paths;
    private final Fabric fabric;
    private final int volumes;
    private Optional<Machine> machine = Optional.empty();

    StorageServer(LabPaths paths, Fabric fabric, int volumes) {
        this.paths = paths;
        this.fabric = fabric;
        this.volumes = volumes;
        sparse(leaseArea(), LEASE_BYTES);
        for (int vm = 1; vm <= volumes; vm++) {
            sparse(volume(vm), VOLUME_BYTES);
        }
    }

    /** Its portal, address:port. */
    String portal() {
        return Network.STORAGE.address(ADDRESS) + ":3260";
    }

    /** What backs the volume of VM N. */
    Path volume(int vm) {
        return paths.san().resolve("vm" + vm + ".img");
    }

    Path leaseArea() {
        return paths.san().resolve("lease.img");
    }

    /** Starts it and waits until it serves. Does nothing when it runs. */
    public synchronized void start() {
        if (machine.filter(Machine::alive).isPresent()) {
            return;
        }
        Path log = paths.log().resolve("storage.log");
        Machine started = Machine.start(
                log, "bash", paths.bin().resolve("storage-init.sh").toString(), Network.STORAGE.address(ADDRESS));
        fabric.plug(started.pid(), NAME, Network.STORAGE, ADDRESS);
        machine = Optional.of(started);
        Waiting.until(() -> answers(started), 50, 20_000, () -> "the lab's storage server does not start; see " + log);
        StringBuilder script = new StringBuilder("set -e\n");
        script.append("tgtadm --lld iscsi --op new --mode target --tid 1 -T ")
                .append(TARGET)
                .append('\n');
        script.append(unit(LEASE_LUN, leaseArea()));
        for (int vm = 1; vm <= volumes; vm++) {
            script.append(unit(FIRST_VOLUME_LUN + vm, volume(vm)));
        }
        // Reachable only now that every volume is there: an initiator must not find a half-made target.
        script.append("tgtadm --lld iscsi --op bind --mode target --tid 1 -I ALL\n");
        Shell.feed(script.toString(), started.fullyInside(List.of("bash")));
    }

    /** It loses its power: the cable is dead at once and nothing is said to anybody. @return CLOCK_BOOTTIME just before, in nanoseconds */
    public synchronized long stop() {
        long before = Clock.bootNanos();
        machine.filter(Machine::alive).ifPresent(running -> {
            fabric.pull(NAME, Network.STORAGE);
            running.kill();
            fabric.remove(NAME, Network.STORAGE);
        });
        machine = Optional.empty();
        return before;
    }

    private static boolean answers(Machine server) {
        try {
            Shell.feed("", server.fullyInside(List.of("tgtadm", "--lld", "iscsi", "--op", "show", "--mode", "sys")));
            return true;
        } catch (LabException notYet) {
            return false;
        }
    }

    private static String unit(int lun, Path file) {
        return "tgtadm --lld iscsi --op new --mode logicalunit --tid 1 --lun " + lun + " -b " + file + "\n";
    }

    private static void sparse(Path file, long bytes) {
        if (Files.exists(file)) {
            return;
        }
        try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
            image.setLength(bytes);
        } catch (IOException e) {
            throw new LabException("the volume " + file + " can't be made: " + e.getMessage(), e);
        }
    }
}
