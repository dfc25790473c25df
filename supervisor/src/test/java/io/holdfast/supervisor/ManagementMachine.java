package io.holdfast.supervisor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One machine of {@link ManagementLab}: namespaces of its own below one first process. */
final class ManagementMachine {

    private final ManagementLab lab;
    private final String name;
    private final String address;
    private final String role;
    private Optional<ProcessHandle> first = Optional.empty();

    ManagementMachine(ManagementLab lab, String name, String address, String role) {
        this.lab = lab;
        this.name = name;
        this.address = address;
        this.role = role;
    }

    String name() {
        return name;
    }

    String address() {
        return address;
    }

    Path folder() {
        return lab.folder().resolve(name);
    }

    boolean isNode() {
        return role.equals("node");
    }

    /** Switches it on. */
    void powerOn() throws IOException, InterruptedException {
        lab.awaitDiskFree(folder().resolve("data.img"));
        List<String> command = lab.inLab(List.of(
                "unshare",
                "--mount",
                "--uts",
                "--ipc",
                "--pid",
                "--net",
                "--fork",
                "--kill-child=KILL",
                "bash",
                lab.folder().resolve("management-init.sh").toString(),
                lab.folder().toString(),
                name,
                address,
                role));
        Process process = lab.start(folder().resolve("console.log"), command);
        ProcessHandle init = descend(process.toHandle(), 2);
        first = Optional.of(init);
        lab.ip("-force", "link", "del", port());
        lab.ip(
                "link",
                "add",
                port(),
                "type",
                "veth",
                "peer",
                "name",
                "m0",
                "netns",
                String.valueOf(lab.pidInLab(init.pid())));
        lab.ip("link", "set", port(), "master", "brm");
        lab.ip("link", "set", port(), "up");
    }

    private static ProcessHandle descend(ProcessHandle from, int levels) throws IOException, InterruptedException {
        ProcessHandle at = from;
        for (int level = 0; level < levels; level++) {
            Optional<ProcessHandle> child = at.children().findFirst();
            for (int attempt = 0; attempt < 1000 && child.isEmpty(); attempt++) {
                TimeUnit.MILLISECONDS.sleep(5);
                child = at.children().findFirst();
            }
            at = child.orElseThrow(() -> new IOException("a machine has not started"));
        }
        return at;
    }

    private String port() {
        return "p-" + name;
    }

    /** Pulls its network cable. */
    void pullCable() throws IOException, InterruptedException {
        lab.ip("link", "set", port(), "down");
    }

    /**
     * Cuts its power: the cable first, so that nothing a dying kernel would still say gets out; then the disk, so that everything that has not been
     * flushed is lost; then all processes.
     */
    void cutPower() throws IOException, InterruptedException {
        ProcessHandle init = first.orElseThrow();
        pullCable();
        if (isNode()) {
            DiskCrash.crash(Path.of("/proc/" + init.pid() + "/root/var/lib/mysql"));
        }
        init.destroyForcibly();
        first = Optional.empty();
        for (int attempt = 0; attempt < 2000 && init.isAlive(); attempt++) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** Runs a command inside and returns what it says; the code doesn't matter. */
    String run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "nsenter",
                "-t",
                String.valueOf(first.orElseThrow().pid()),
                "--mount",
                "--net",
                "--uts",
                "--ipc",
                "--pid",
                "--"));
        command.addAll(List.of(words));
        return Programs.run(Duration.ofSeconds(20), command).output();
    }

    /** SIGKILL to the process whose id is in this file of the supervisor's run directory, or to the supervisor itself. */
    void signal(String signal, String what) throws IOException, InterruptedException {
        run("bash", "-c", "kill -" + signal + " $(cat /run/holdfast-supervisor/" + what + ".pid)");
    }

    /** The supervisor's status document; empty when it doesn't answer. */
    String status() throws IOException, InterruptedException {
        return first.filter(ProcessHandle::isAlive).isEmpty()
                ? ""
                : run("curl", "-s", "-m", "1", "http://127.0.0.1:7431/v1/status");
    }

    boolean holdsVip() throws IOException, InterruptedException {
        return run("ip", "-o", "addr", "show", "dev", "m0").contains(ManagementLab.VIP + "/");
    }

    /** A file that keeps a service of the machine's init down. */
    Path keptDown(String service) {
        return folder().resolve("no-" + service);
    }

    String log(String service) throws IOException {
        Path file = folder().resolve(service + ".log");
        return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
    }
}
