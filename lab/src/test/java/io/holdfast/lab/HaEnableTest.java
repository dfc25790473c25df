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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One node becomes two and one again by the commands that people type, with the real database, arbiter and keepalived. */
final class HaEnableTest {

    private static final LabPaths PATHS = LabPaths.INSIDE;
    private static final String VIP = Network.MANAGEMENT.address(69);
    private static final int NODE_PORT = ManagerNode.REST_PORT;
    private static final long LIMIT_MILLIS = 60_000;
    private static final Pattern CODE = Pattern.compile("[0-9a-f]{16}-[0-9a-f]{32}");
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final Fabric FABRIC = new Fabric();
    private static final ManagementMachine FIRST = machine("ha1", 60);
    private static final ManagementMachine SECOND = machine("ha2", 61);
    private static final ManagementMachine ARBITER = machine("ha3", 62);
    private static boolean ownFabric;

    private static ManagementMachine machine(String name, int last) {
        return new ManagementMachine(name, last, ManagementMachine.Role.BARE, PATHS, FABRIC);
    }

    @BeforeAll
    static void build() {
        ownFabric = !Files.exists(Path.of("/sys/class/net/" + Network.MANAGEMENT.bridge()));
        if (ownFabric) {
            FABRIC.build();
        }
        resource("management-init.sh");
        Programs programs = Programs.here();
        List<String> manager = programs.manager(Path.of("/run/tmp"));
        String log = "exec >>/run/lab/management/\"$(hostname)\"/%s.log 2>&1\nexec ";
        script("ha-manager-tool", "exec " + Programs.quoted(manager) + " \"$@\"\n");
        script(
                "ha-manager",
                log.formatted("manager") + Programs.quoted(manager) + " --config /etc/holdfast/manager.properties\n");
        script("ha-supervisor", "exec " + Programs.quoted(programs.supervisor()) + " \"$@\"\n");
        script(
                "bare-supervisor",
                "echo $$ >/run/holdfast-supervisor/supervisor-service.pid\n" + log.formatted("supervisor")
                        + "/run/lab/bin/ha-supervisor run\n");
        script(
                "ha-database",
                log.formatted("database")
                        + "/usr/sbin/mariadbd --defaults-file=/etc/mysql/holdfast.cnf --datadir=/var/lib/mysql"
                        + " --socket=/run/mysqld/mysqld.sock --pid-file=/run/mysqld/mysqld.pid --user=mysql \"$@\"\n");
        // Its output is read by the supervisor, which looks for the position.
        script(
                "ha-recover",
                "exec /usr/sbin/mariadbd --defaults-file=/etc/mysql/holdfast.cnf --datadir=/var/lib/mysql"
                        + " --socket=/run/mysqld/mysqld.sock --pid-file=/run/mysqld/mysqld.pid --user=mysql \"$@\"\n");
        script(
                "ha-garbd",
                log.formatted("garbd") + "bash -c '[ ! -e /run/broken ] || exit 1; . /etc/holdfast/garb;"
                        + " exec garbd -n arbiter -a \"gcomm://${GALERA_NODES// /,}\" -g \"$GALERA_GROUP\" -w /run/disk/garb"
                        + " -o \"$GALERA_OPTIONS\"'\n");
        for (ManagementMachine machine : List.of(FIRST, SECOND, ARBITER)) {
            put(machine, "node.properties", nodeProperties());
        }
        put(
                FIRST,
                "manager.properties",
                "manager.id=ha1\nstate=/var/lib/holdfast-manager\nsupervisor.program=/run/lab/bin/ha-supervisor\n");
        Parallel.run(List.of(FIRST::powerOn, SECOND::powerOn, ARBITER::powerOn));
        FIRST.run(
                "sh",
                "-c",
                "while [ ! -e /etc/holdfast/installed ]; do sleep 0.05; done;"
                        + " setsid --fork sh -c 'echo $$ >/run/holdfast-supervisor/manager.pid; exec /run/lab/bin/ha-manager' </dev/null >/dev/null 2>&1");
        Waiting.until(() -> get(FIRST.address(), "/status").contains("leader"), 100, LIMIT_MILLIS, HaEnableTest::logs);
    }

    private static String nodeProperties() {
        return String.join(
                "\n",
                "manager.service=command:/run/lab/bin/ha-manager",
                "manager.program=/run/lab/bin/ha-manager-tool",
                "database.service=command:/run/lab/bin/ha-database",
                "database.recover.command=/run/lab/bin/ha-recover",
                "database.configuration=/etc/mysql/holdfast.cnf",
                "database.memory=small",
                "keepalived.service=command:keepalived -n -l -D -P -f /etc/keepalived/keepalived.conf",
                "supervisor.service=command:/run/lab/bin/bare-supervisor",
                "arbiter.service=command:/run/lab/bin/ha-garbd",
                "arbiter.configuration=/etc/holdfast/garb",
                "scripts.dir=/etc/holdfast/bin",
                "recovery.patience.seconds=8",
                "");
    }

    private static void resource(String name) {
        try (InputStream in = java.util.Objects.requireNonNull(Lab.class.getResourceAsStream("host/" + name))) {
            script(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new LabException(name + " can't be read", e);
        }
    }

    private static void script(String name, String text) {
        Path file = PATHS.bin().resolve(name);
        LabHost.write(file, text.startsWith("#!") ? text : "#!/bin/bash\n" + text);
        assertThat(file.toFile().setExecutable(true, false)).isTrue();
    }

    private static void put(ManagementMachine machine, String name, String content) {
        Path file = machine.folder().resolve("install/etc/holdfast/" + name);
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
    void oneNodeBecomesTwoAndOneAgainAndWhatCannotEndWellChangesNothing() {
        long began = System.nanoTime();
        assertThat(cli(FIRST.address(), "host", "add", "host1", "--address", "10.77.1.11")
                        .code())
                .isZero();
        String hosts = get(FIRST.address(), "/hosts");
        String code = join(SECOND);
        String arbiterCode = join(ARBITER, "--arbiter");
        say("three machines and one manager", began);

        badInput(code, arbiterCode);
        assertThat(get(FIRST.address(), "/hosts")).isEqualTo(hosts);
        assertThat(SECOND.run("ls", "/etc/holdfast")).doesNotContain("supervisor.properties");

        long broken = System.nanoTime();
        ARBITER.run("touch", "/run/broken");
        Said rolledBack = enable(code, arbiterCode);
        assertThat(rolledBack.code()).as(rolledBack.all()).isEqualTo(1);
        assertThat(rolledBack.all()).contains("failed: The arbiter joins", "everything is as before");
        assertThat(get(FIRST.address(), "/hosts")).isEqualTo(hosts);
        for (ManagementMachine node : List.of(FIRST, SECOND)) {
            assertThat(node.run("ls", "/etc/holdfast")).doesNotContain("supervisor.properties", "database.password");
            assertThat(node.process(ManagementMachine.Program.DATABASE)).isEmpty();
            assertThat(node.run("ls", "/var/lib/mysql")).doesNotContain("holdfast");
        }
        ARBITER.run("rm", "/run/broken");
        say("a failed step and its undo", broken);

        long enabling = System.nanoTime();
        Said enabled = enable(code, arbiterCode);
        assertThat(enabled.code()).as(enabled.all() + logs()).isZero();
        say("one node has become two", enabling);
        assertThat(get(VIP, "/hosts")).contains("host1");
        assertThat(get(VIP, "/management")).contains("\"mode\":\"pair\"", "\"ha1\"", "\"ha2\"");
        assertThat(cli(VIP, "ha", "status").code()).isZero();
        assertThat(cli(VIP, "cluster", "add", "afterwards").code()).isZero();
        assertThat(enable(code, arbiterCode).all()).contains("already");

        failOver();

        long disabling = System.nanoTime();
        ManagementMachine leader = leader();
        Said disabled = cli(leader.address(), "ha", "disable");
        assertThat(disabled.code()).as(disabled.all() + logs()).isZero();
        say("two nodes have become one", disabling);
        assertThat(get(leader.address(), "/management")).contains("\"mode\":\"single\"");
        assertThat(get(leader.address(), "/clusters")).contains("afterwards");
        assertThat(get(leader.address(), "/hosts")).contains("host1");
        for (ManagementMachine node : List.of(FIRST, SECOND)) {
            assertThat(node.holds(VIP)).isFalse();
            // The processes that took the pair apart bear the supervisor's name too, and end by themselves.
            Waiting.until(
                    () -> node.process(ManagementMachine.Program.DATABASE).isEmpty()
                            && node.process(ManagementMachine.Program.SUPERVISOR)
                                    .isEmpty(),
                    100,
                    LIMIT_MILLIS,
                    HaEnableTest::logs);
        }
        say("all of it", began);
    }

    private static void badInput(String code, String arbiterCode) {
        long began = System.nanoTime();
        refused("vip-in-use", "is in use", SECOND.address(), code, Network.MANAGEMENT.address(1) + "/24", arbiterCode);
        refused("vip-network", "does not lie in", SECOND.address(), code, "10.88.1.9/24", arbiterCode);
        refused("vip-network", "same length", SECOND.address(), code, VIP + "/16", arbiterCode);
        refused("addresses", "the same address", FIRST.address(), code, VIP + "/24", arbiterCode);
        refused(
                "unreachable",
                "another machine answers",
                SECOND.address(),
                code.substring(0, 17) + "0".repeat(32),
                VIP + "/24",
                arbiterCode);
        refused(
                "unreachable",
                "code is wrong",
                SECOND.address(),
                "0".repeat(16) + code.substring(16),
                VIP + "/24",
                arbiterCode);
        Said onNode = cli(
                FIRST.address(),
                "ha",
                "enable",
                "--peer",
                SECOND.address(),
                "--code",
                code,
                "--vip",
                VIP + "/24",
                "--arbiter",
                SECOND.address(),
                "--arbiter-code",
                arbiterCode);
        assertThat(onNode.code()).isEqualTo(4);
        assertThat(onNode.all()).contains("put it on a third machine");
        Said preview = cli(
                FIRST.address(),
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
                arbiterCode,
                "--preview");
        assertThat(preview.code()).as(preview.all()).isZero();
        assertThat(preview.all()).contains("Nothing speaks against it");
        assertThat(get(FIRST.address(), "/management/ha")).contains("\"mode\":\"single\"", "\"setup\":null");
        say("bad input", began);
    }

    private static void refused(
            String problem, String reason, String peer, String code, String vip, String arbiterCode) {
        Said said = cli(
                FIRST.address(),
                "ha",
                "enable",
                "--peer",
                peer,
                "--code",
                code,
                "--vip",
                vip,
                "--arbiter",
                ARBITER.address(),
                "--arbiter-code",
                arbiterCode,
                "--json");
        assertThat(said.code()).as(said.all()).isEqualTo(4);
        assertThat(said.all()).contains(problem).contains(reason);
    }

    private static Said enable(String code, String arbiterCode) {
        return cli(
                FIRST.address(),
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
                arbiterCode);
    }

    /** The active node loses its power: the other one goes on with everything that was acknowledged; the first comes back by itself. */
    private static void failOver() {
        ManagementMachine victim = leader();
        ManagementMachine other = victim == FIRST ? SECOND : FIRST;
        long cut = System.nanoTime();
        victim.powerCut();
        Waiting.until(() -> get(VIP, "/clusters").contains("afterwards"), 50, LIMIT_MILLIS, HaEnableTest::logs);
        say("power of the active node cut, the other one serves", cut);
        assertThat(other.holds(VIP)).isTrue();
        long on = System.nanoTime();
        victim.powerOn();
        Waiting.until(() -> ManagementPair.inSync(victim), 100, LIMIT_MILLIS, HaEnableTest::logs);
        say("it is back in sync", on);
    }

    private static ManagementMachine leader() {
        Waiting.until(() -> FIRST.holds(VIP) != SECOND.holds(VIP), 50, LIMIT_MILLIS, HaEnableTest::logs);
        return get(VIP, "/status").contains("\"managerId\":\"ha1\"") ? FIRST : SECOND;
    }

    private static String join(ManagementMachine machine, String... more) {
        machine.run(
                "sh",
                "-c",
                "while [ ! -e /etc/holdfast/installed ]; do sleep 0.05; done;"
                        + " setsid --fork /run/lab/bin/ha-supervisor join --address " + machine.address() + " "
                        + String.join(" ", more) + " </dev/null >" + machine.folder() + "/join.log 2>&1");
        Waiting.until(
                () -> CODE.matcher(read(machine.folder().resolve("join.log"))).find(),
                50,
                LIMIT_MILLIS,
                HaEnableTest::logs);
        Matcher code = CODE.matcher(read(machine.folder().resolve("join.log")));
        assertThat(code.find()).isTrue();
        return code.group();
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
        String url = "http://" + server + ":" + NODE_PORT;
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
                    HttpRequest.newBuilder(URI.create("http://" + server + ":" + NODE_PORT + "/api/v1" + path))
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
        for (ManagementMachine machine : List.of(FIRST, SECOND, ARBITER)) {
            for (String name : List.of("join", "supervisor", "manager", "database", "garbd", "console")) {
                String log = read(machine.folder().resolve(name + ".log"));
                if (!log.isBlank()) {
                    text.append("=== ")
                            .append(machine.name())
                            .append(' ')
                            .append(name)
                            .append('\n');
                    text.append(log.substring(Math.max(0, log.length() - 3000))).append('\n');
                }
            }
            if (machine.poweredOn()) {
                text.append(machine.run(
                        "sh", "-c", "tail -n 40 /var/lib/holdfast-supervisor/setup.log 2>/dev/null || true"));
            }
        }
        return text.toString();
    }
}
