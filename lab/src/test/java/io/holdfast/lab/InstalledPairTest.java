package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.Main;
import io.holdfast.cli.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** As documented: installed from the distribution, run by systemd (the real one, first process of each machine), made a pair, upgraded. */
final class InstalledPairTest {

    private static final LabPaths PATHS = LabPaths.INSIDE;
    private static final String VIP = Network.MANAGEMENT.address(79);
    private static final long LIMIT_MILLIS = 90_000;
    private static final Pattern CODE = Pattern.compile("[0-9a-f]{16}-[0-9a-f]{32}");
    private static final Path DISTRIBUTION = PATHS.root().resolve("distribution");
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final Fabric FABRIC = new Fabric();
    private static final ManagementMachine FIRST = machine("in1", 70);
    private static final ManagementMachine SECOND = machine("in2", 71);
    private static final ManagementMachine ARBITER = machine("in3", 72);
    private static final List<ManagementMachine> ALL = List.of(FIRST, SECOND, ARBITER);
    private static boolean ownFabric;
    private static int joins;

    private static ManagementMachine machine(String name, int last) {
        return new ManagementMachine(name, last, ManagementMachine.Role.SYSTEMD, PATHS, FABRIC);
    }

    @BeforeAll
    static void build() {
        ownFabric = !Files.exists(Path.of("/sys/class/net/" + Network.MANAGEMENT.bridge()));
        if (ownFabric) {
            FABRIC.build();
        }
        resource("management-init.sh");
        distribution("0.1.0");
        for (ManagementMachine machine : ALL) {
            put(
                    machine,
                    "etc/holdfast/node.properties",
                    "database.memory=small\nrecovery.patience.seconds=8\nupgrade.patience.seconds=30\nupgrade.training=false\n");
            // This kernel has no IP_VS.
            put(machine, "etc/default/keepalived", "DAEMON_ARGS=-P\n");
        }
        Parallel.run(List.of(FIRST::powerOn, SECOND::powerOn, ARBITER::powerOn));
        for (ManagementMachine machine : ALL) {
            Waiting.until(
                    () -> ask(machine, "systemctl is-active multi-user.target || true")
                            .strip()
                            .equals("active"),
                    100,
                    LIMIT_MILLIS,
                    InstalledPairTest::logs);
        }
    }

    private static String ask(ManagementMachine machine, String line) {
        try {
            return machine.run("sh", "-c", line);
        } catch (LabException notYet) {
            return "";
        }
    }

    private static Path distribution(String version) {
        Shell.run(
                "bash",
                Programs.here().home().resolve("packaging/distribution.sh").toString(),
                DISTRIBUTION.toString(),
                version);
        return DISTRIBUTION.resolve("holdfast-" + version + ".tar.gz");
    }

    private static void resource(String name) {
        try (InputStream in = java.util.Objects.requireNonNull(Lab.class.getResourceAsStream("host/" + name))) {
            LabHost.write(PATHS.bin().resolve(name), new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new LabException(name + " can't be read", e);
        }
    }

    private static void put(ManagementMachine machine, String name, String content) {
        Path file = machine.folder().resolve("install/" + name);
        try {
            Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
        } catch (IOException e) {
            throw new LabException(file + " can't be made", e);
        }
        LabHost.write(file, content);
    }

    @AfterAll
    static void end() {
        Parallel.run(List.of(FIRST::powerCut, SECOND::powerCut, ARBITER::powerCut));
        if (ownFabric) {
            for (Network network : Network.values()) {
                Shell.run("ip", "link", "del", network.bridge());
            }
        }
    }

    @Test
    void installedRunBySystemdMadeAPairAndUpgraded() {
        long began = System.nanoTime();
        unitsAreWellFormed();
        FIRST.run("systemctl", "enable", "--now", "holdfast-manager");
        Waiting.until(
                () -> get(FIRST.address(), "/status").contains("leader"), 100, LIMIT_MILLIS, InstalledPairTest::logs);
        assertThat(cli(FIRST.address(), "host", "add", "host1", "--address", "10.77.1.11")
                        .code())
                .isZero();
        assertThat(cli(FIRST.address(), "cluster", "add", WriteClient.CLUSTER).code())
                .isZero();
        say("installed, and a manager that leads", began);

        anotherVersionThatManagesHostsIsRefused();
        long enabling = System.nanoTime();
        Said enabled = enable(join(SECOND), join(ARBITER, "--arbiter"));
        assertThat(enabled.code()).as(enabled.all() + logs()).isZero();
        say("one node has become two", enabling);

        aHungSupervisorIsEndedAndStartedBySystemd();
        brokenVersionIsPutBack();
        upgradeLosesNothing();
        say("all of it", began);
    }

    private static void unitsAreWellFormed() {
        String said = FIRST.run(
                "sh",
                "-c",
                "systemd-analyze verify --man=no /opt/holdfast/current/systemd/*.service 2>&1 | grep -i holdfast || true");
        assertThat(said).isBlank();
    }

    private static void anotherVersionThatManagesHostsIsRefused() {
        SECOND.run("systemctl", "start", "holdfast-manager");
        Waiting.until(
                () -> get(SECOND.address(), "/status").contains("leader"), 100, LIMIT_MILLIS, InstalledPairTest::logs);
        assertThat(cli(SECOND.address(), "host", "add", "other", "--address", "10.77.1.12")
                        .code())
                .isZero();
        SECOND.run("systemctl", "stop", "holdfast-manager");
        SECOND.run("sh", "-c", "echo 9.9.9 >/opt/holdfast/current/VERSION");
        Said refused = enable(join(SECOND), join(ARBITER, "--arbiter"), "--json");
        assertThat(refused.code()).as(refused.all()).isEqualTo(4);
        assertThat(refused.all()).contains("9.9.9", "Install the same version", "already manages 1 hosts");
        assertThat(SECOND.run("ls", "/etc/holdfast")).doesNotContain("supervisor.properties");
        assertThat(get(FIRST.address(), "/management")).contains("\"mode\":\"single\"");
        SECOND.run(
                "sh",
                "-c",
                "echo 0.1.0 >/opt/holdfast/current/VERSION; rm -rf /var/lib/holdfast-manager; systemctl stop 'join-*'");
        ARBITER.run("systemctl", "stop", "join-*");
    }

    /** WatchdogSec=5 of the shipped unit: the process that stands still is killed, and a new one is ready. */
    private static void aHungSupervisorIsEndedAndStartedBySystemd() {
        long began = System.nanoTime();
        String before = supervisor(SECOND, "MainPID");
        assertThat(supervisor(SECOND, "Type") + supervisor(SECOND, "ActiveState"))
                .isEqualTo("notifyactive");
        SECOND.run("kill", "-STOP", before);
        Waiting.until(
                () -> !supervisor(SECOND, "MainPID").equals(before)
                        && supervisor(SECOND, "ActiveState").equals("active")
                        && SECOND.supervisorStatus().contains("\"fit\":true"),
                100,
                LIMIT_MILLIS,
                InstalledPairTest::logs);
        assertThat(SECOND.run("journalctl", "-u", "holdfast-supervisor", "--no-pager"))
                .contains("Watchdog timeout");
        say("a hung supervisor is fit again", began);
        well();
    }

    private static String supervisor(ManagementMachine machine, String property) {
        return ask(machine, "systemctl show --value -p " + property + " holdfast-supervisor")
                .strip();
    }

    private static void brokenVersionIsPutBack() {
        long began = System.nanoTime();
        Path archive = broken("0.1.9");
        String leader = leader();
        Said said = cli(VIP, "ha", "upgrade", "--archive", archive.toString());
        assertThat(said.code()).as(said.all() + logs()).isEqualTo(1);
        assertThat(said.all()).contains("did not come up with version 0.1.9", "back on 0.1.0 and stands by");
        assertThat(leader()).as("the active node was not touched").isEqualTo(leader);
        well();
        assertThat(versions()).containsExactly("0.1.0");
        say("a broken version is put back", began);
    }

    /** Its manager ends as it starts, and says who it is when it is asked: so it passes the checks and doesn't come up. */
    private static Path broken(String version) {
        distribution(version);
        Path tree = DISTRIBUTION.resolve("holdfast-" + version);
        Shell.run(
                "sh",
                "-c",
                "cd " + tree + " && sed -i '2i [ \"$1\" = version ] || exit 1' bin/holdfast-manager"
                        + " && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS && cd .. && tar -czf "
                        + tree.getFileName() + ".tar.gz " + tree.getFileName());
        return DISTRIBUTION.resolve("holdfast-" + version + ".tar.gz");
    }

    private static void upgradeLosesNothing() {
        long began = System.nanoTime();
        Path archive = distribution("0.2.0");
        Said preview = cli(VIP, "ha", "upgrade", "--archive", archive.toString(), "--dry-run");
        assertThat(preview.code()).as(preview.all()).isZero();
        assertThat(preview.all()).contains("Nothing speaks against it");
        assertThat(versions()).containsExactly("0.1.0");
        String leader = leader();
        String databases = databases();
        try (WriteClient client = WriteClient.start(VIP)) {
            Waiting.until(() -> client.acknowledged().size() > 10, 50, LIMIT_MILLIS, client::lastRefusal);
            Said upgraded = cli(VIP, "ha", "upgrade", "--archive", archive.toString());
            assertThat(upgraded.code()).as(upgraded.all() + logs()).isZero();
            int then = client.acknowledged().size();
            Waiting.until(() -> client.acknowledged().size() > then + 10, 50, LIMIT_MILLIS, client::lastRefusal);
            client.close();
            well();
            Set<String> kept = new TreeSet<>(FIRST.rows("select idempotency_key from holdfast.operations"));
            assertThat(kept).containsAll(client.acknowledged());
            System.out.println(client.acknowledged().size() + " writes acknowledged");
        }
        assertThat(versions()).containsExactly("0.2.0");
        assertThat(leader()).isNotEqualTo(leader);
        assertThat(databases()).as("the databases went on").isEqualTo(databases);
        assertThat(get(VIP, "/hosts")).contains("host1");
        Said again = cli(VIP, "ha", "upgrade", "--archive", archive.toString());
        assertThat(again.code()).isEqualTo(4);
        assertThat(again.all()).contains("already");
        say("upgraded", began);
    }

    private static String databases() {
        return ask(FIRST, "systemctl show --value -p MainPID mariadb")
                + ask(SECOND, "systemctl show --value -p MainPID mariadb");
    }

    private static Set<String> versions() {
        Set<String> versions = new TreeSet<>();
        Matcher version = Pattern.compile("\"version\":\"([^\"]*)\"").matcher(get(VIP, "/management"));
        while (version.find()) {
            versions.add(version.group(1));
        }
        for (ManagementMachine node : List.of(FIRST, SECOND)) {
            versions.add(node.run("readlink", "/opt/holdfast/current").strip());
        }
        return versions;
    }

    private static void well() {
        Waiting.until(
                () -> FIRST.holds(VIP) != SECOND.holds(VIP)
                        && ManagementPair.inSync(FIRST)
                        && ManagementPair.inSync(SECOND),
                100,
                LIMIT_MILLIS,
                InstalledPairTest::logs);
    }

    private static String leader() {
        Waiting.until(() -> FIRST.holds(VIP) != SECOND.holds(VIP), 50, LIMIT_MILLIS, InstalledPairTest::logs);
        return get(VIP, "/status").contains("\"managerId\":\"in1\"") ? "in1" : "in2";
    }

    private static String join(ManagementMachine machine, String... more) {
        Path log = machine.folder().resolve("join.log");
        LabHost.write(log, "");
        machine.run(
                "systemd-run",
                "--quiet",
                "--collect",
                "--unit=join-" + joins++,
                "sh",
                "-c",
                "exec holdfast-supervisor join --address " + machine.address() + " " + String.join(" ", more) + " >"
                        + log + " 2>&1");
        Waiting.until(() -> CODE.matcher(read(log)).find(), 50, LIMIT_MILLIS, InstalledPairTest::logs);
        Matcher code = CODE.matcher(read(log));
        assertThat(code.find()).isTrue();
        return code.group();
    }

    private static Said enable(String code, String arbiterCode, String... more) {
        List<String> words = new java.util.ArrayList<>(List.of(
                "ha",
                "enable",
                "--peer",
                SECOND.address(),
                "--code",
                code,
                "--vip",
                VIP + "/24",
                "--arbiter",
                ARBITER.address(),
                "--arbiter-code",
                arbiterCode));
        words.addAll(List.of(more));
        return cli(FIRST.address(), words.toArray(String[]::new));
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }

    private record Said(int code, String out, String err) {
        String all() {
            return out + err;
        }
    }

    private static Said cli(String server, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        String url = "http://" + server + ":" + ManagerNode.REST_PORT;
        int code = Main.run(
                Terminal.plain(printed),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                name -> name.equals("HOLDFAST_SERVER") ? url : "",
                arguments);
        Said said = new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        System.out.println(
                "$ holdfast " + String.join(" ", arguments) + "\n" + said.all().stripTrailing());
        return said;
    }

    private static String get(String server, String path) {
        try {
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(
                                    URI.create("http://" + server + ":" + ManagerNode.REST_PORT + "/api/v1" + path))
                            .timeout(Duration.ofSeconds(1))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? answer.body() : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static void say(String what, long sinceNanos) {
        System.out.printf("%s: %.1f s%n", what, (System.nanoTime() - sinceNanos) / 1e9);
    }

    private static String logs() {
        StringBuilder text = new StringBuilder("\n");
        for (ManagementMachine machine : ALL) {
            text.append("=== ").append(machine.name()).append('\n');
            text.append(read(machine.folder().resolve("join.log")));
            String console = read(machine.folder().resolve("console.log"));
            text.append(console.substring(Math.max(0, console.length() - 1500)));
            if (machine.poweredOn()) {
                text.append(ask(
                        machine, "systemctl --failed --no-pager --no-legend; journalctl -b --no-pager | tail -n 70"));
            }
        }
        return text.toString();
    }
}
