package io.holdfast.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Says what the machine lacks for a lab, and what to do about it, before anything is made. */
final class Preflight {

    private static final List<String> PROGRAMS = List.of(
            "ip",
            "unshare",
            "nsenter",
            "setpriv",
            "setsid",
            "busybox",
            "qemu-system-x86_64",
            "libvirtd",
            "virsh",
            "virtlogd",
            "tgtd",
            "tgtadm",
            "ipmi_sim",
            "ipmitool",
            "socat",
            "cpio",
            "gcc",
            "lz4");
    private static final List<String> PAIR_PROGRAMS = List.of(
            "mariadbd",
            "mariadb-install-db",
            "mariabackup",
            "garbd",
            "keepalived",
            "mkfs.ext4",
            "losetup",
            "openssl",
            "curl",
            "ss");
    private static final List<String> FOLDERS =
            List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin");

    private Preflight() {}

    /**
     * Checks.
     *
     * @param pair whether two management nodes will be built
     * @throws LabException naming the first thing that is missing and the remedy
     */
    static void check(boolean pair) {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new LabException(
                    "the lab makes namespaces, switches and storage of its own and needs root for it. Run it with sudo.");
        }
        List<String> missing = Stream.concat(PROGRAMS.stream(), pair ? PAIR_PROGRAMS.stream() : Stream.of())
                .filter(program -> FOLDERS.stream().noneMatch(folder -> Files.isExecutable(Path.of(folder, program))))
                .toList();
        if (!missing.isEmpty()) {
            throw new LabException(
                    "these programs are missing: " + String.join(", ", missing)
                            + ". Start the lab by ./holdfast, which installs the packages they are in (packaging/debian-packages.txt).");
        }
        try {
            Shell.run(
                    "unshare",
                    "--net",
                    "--mount",
                    "--pid",
                    "--ipc",
                    "--uts",
                    "--cgroup",
                    "--fork",
                    "--mount-proc",
                    "mount",
                    "-t",
                    "tmpfs",
                    "tmpfs",
                    "/run");
        } catch (LabException e) {
            throw new LabException(
                    "this machine does not let root make namespaces and mounts (" + e.getMessage()
                            + "). In a container, start it with --privileged; the lab touches nothing outside of its own namespaces.",
                    e);
        }
        try {
            Shell.run(
                    "unshare",
                    "--net",
                    "sh",
                    "-c",
                    "ip link add hfp type bridge && ip link add hfv type veth peer name hfw && ip link set hfv master hfp && ip tuntap add hft mode tap");
        } catch (LabException e) {
            throw new LabException(
                    "this kernel lacks what the lab's networks are made of: bridge, veth and tun (" + e.getMessage()
                            + "). Load them with 'modprobe -a bridge veth tun'.",
                    e);
        }
    }
}
