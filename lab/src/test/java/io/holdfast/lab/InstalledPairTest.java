package io.holdfast.lab;

import static io.holdfast.lab.Typed.cli;
import static io.holdfast.lab.Typed.get;
import static io.holdfast.lab.Typed.put;
import static io.holdfast.lab.Typed.read;
import static io.holdfast.lab.Typed.say;
import static io.holdfast.lab.Typed.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.lab.Typed.Said;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final String PRESENT = "0.1.0";
    private static final String OTHER = "0.2.0";
    private static final String BREAKS = "/etc/holdfast/breaks";
    private static final String CHILD = "pgrep -x -f 'sleep 7432'";
    private static final String KEEPALIVED = "/etc/keepalived/keepalived.conf";
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
        script("management-init.sh");
        distribution(PRESENT);
        for (ManagementMachine machine : ALL) {
            put(
                    machine,
                    "etc/holdfast/node.properties",
                    "database.memory=small\nrecovery.patience.seconds=8\nupgrade.patience.seconds=30\nupgrade.training=false\n");
            // This kernel has no IP_VS.
            put(machine, "etc/default/keepalived", "DAEMON_ARGS=-P\n");
        }
        put(ARBITER, "etc/systemd/system/holdfast-agent.service.d/stand-in.conf", """
                [Service]
                ExecStart=
                ExecStart=sh -c "%s || setsid sleep 7432 & exec sleep 7433"
                """.formatted(CHILD));
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

        whatAnAgentHasStartedOutlivesIt();
        aHungSupervisorIsEndedAndStartedBySystemd();
        Path archive = nextVersion();
        aStandbyThatDoesNotComeUpIsPutBack(archive);
        try (WriteClient client = WriteClient.start(VIP)) {
            Waiting.until(() -> client.acknowledged().size() > 10, 50, LIMIT_MILLIS, client::lastRefusal);
            changedByHandWithAnotherDatabaseConfiguration();
            aFormerLeaderThatDoesNotComeUpIsPutBackAndTheUpgradedOneLeads(archive);
            theSameCommandGoesOn(archive);
            int then = client.acknowledged().size();
            Waiting.until(() -> client.acknowledged().size() > then + 10, 50, LIMIT_MILLIS, client::lastRefusal);
            client.close();
            well();
            Set<String> kept = new TreeSet<>(FIRST.rows("select idempotency_key from holdfast.operations"));
            assertThat(kept).containsAll(client.acknowledged());
            System.out.println(client.acknowledged().size() + " writes acknowledged");
        }
        anUpgradedPairIsRefused(archive);
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
        String state = FIRST.folder() + "/state";
        FIRST.run("cp", "-r", "/var/lib/holdfast-manager", state);
        SECOND.run("cp", "-r", state, "/var/lib/holdfast-manager");
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

    /** The shipped unit, with a stand-in for the agent that starts a child as the agent starts garbd. */
    private static void whatAnAgentHasStartedOutlivesIt() {
        ARBITER.run("sh", "-ec", "systemctl mask --runtime libvirtd.service; systemctl start holdfast-agent");
        Waiting.until(() -> !ask(ARBITER, CHILD).isBlank(), 50, LIMIT_MILLIS, InstalledPairTest::logs);
        String child = ask(ARBITER, CHILD);
        ARBITER.run("systemctl", "restart", "holdfast-agent");
        assertThat(ask(ARBITER, CHILD)).as("after a restart").isEqualTo(child);
        String agent = property(ARBITER, "holdfast-agent", "MainPID");
        ARBITER.run("kill", "-KILL", agent);
        Waiting.until(
                () -> !Set.of("0", agent).contains(property(ARBITER, "holdfast-agent", "MainPID")),
                50,
                LIMIT_MILLIS,
                InstalledPairTest::logs);
        ARBITER.run("systemctl", "stop", "holdfast-agent");
        assertThat(ask(ARBITER, CHILD)).as("after its death and a stop").isEqualTo(child);
        ARBITER.run("kill", child.strip());
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
        return property(machine, "holdfast-supervisor", property);
    }

    private static String property(ManagementMachine machine, String unit, String property) {
        return ask(machine, "systemctl show --value -p " + property + " " + unit)
                .strip();
    }

    /**
     * Another configuration of keepalived; and a manager that ends as it starts where a file says so, and says who it is when it is asked: so it passes the
     * checks and doesn't come up.
     */
    private static Path nextVersion() {
        distribution(OTHER);
        Path tree = DISTRIBUTION.resolve("holdfast-" + OTHER);
        Path jar = Path.of(System.getProperty("java.home"), "bin", "jar");
        String template = "io/holdfast/supervisor/templates/keepalived.conf";
        Shell.run(
                "sh",
                "-ec",
                "cd " + tree + "; mkdir changed; cd changed; supervisor=../lib/supervisor/holdfast-supervisor-*.jar; "
                        + jar
                        + " xf $supervisor " + template
                        + "; sed -i 's/vrrp_garp_master_repeat 3/vrrp_garp_master_repeat 4/' " + template
                        + "; " + jar + " uf $supervisor " + template + "; cd ..; rm -r changed"
                        + "; sed -i '2i [ \"$1\" = version ] || [ ! -e " + BREAKS + " ] || exit 1' bin/holdfast-manager"
                        + "; find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS; cd ..; tar -c "
                        + tree.getFileName() + " | gzip -1 >" + tree.getFileName() + ".tar.gz");
        return DISTRIBUTION.resolve("holdfast-" + OTHER + ".tar.gz");
    }

    /** What never comes up need not be waited for long; what comes up must be, on a busy machine. */
    private static void patience(int seconds) {
        for (ManagementMachine node : List.of(FIRST, SECOND)) {
            node.run(
                    "sed",
                    "-i",
                    "s/^upgrade.patience.seconds=.*/upgrade.patience.seconds=" + seconds + "/",
                    "/etc/holdfast/node.properties");
        }
    }

    private static void aStandbyThatDoesNotComeUpIsPutBack(Path archive) {
        long began = System.nanoTime();
        ManagementMachine active = leader();
        ManagementMachine standby = other(active);
        patience(4);
        standby.run("touch", BREAKS);
        Said said = cli(VIP, "ha", "upgrade", "--archive", archive.toString());
        assertThat(said.code()).as(said.all() + logs()).isEqualTo(1);
        assertThat(said.all())
                .contains("did not come up with version " + OTHER, "is back on " + PRESENT + " and stands by");
        assertThat(leader()).as("the active node was not touched").isEqualTo(active);
        well();
        assertThat(versions()).containsExactly(PRESENT);
        assertThat(standby.run("cat", KEEPALIVED)).contains("vrrp_garp_master_repeat 3");
        standby.run("rm", BREAKS);
        say("a standby that doesn't come up is put back", began);
    }

    /** What the new version's templates make of other settings is another text, so the database is started anew; it is a standby's. */
    private static void changedByHandWithAnotherDatabaseConfiguration() {
        long began = System.nanoTime();
        ManagementMachine active = leader();
        ManagementMachine standby = other(active);
        String before = database(standby);
        standby.run("sed", "-i", "s/^database.memory=.*/database.memory=standard/", "/etc/holdfast/node.properties");
        // By systemd, without this test's environment, whose JAVA_HOME names the lab's own java.
        standby.run("systemd-run", "--quiet", "--collect", "--wait", "--pipe", "holdfast-supervisor", "use", OTHER);
        Waiting.until(
                () -> !database(standby).equals(before)
                        && standby.supervisorStatus().contains("\"version\":\"" + OTHER + "\""),
                100,
                LIMIT_MILLIS,
                InstalledPairTest::logs);
        well();
        assertThat(standby.rows("select @@innodb_buffer_pool_size div 1048576")).containsExactly("128");
        assertThat(standby.run("cat", KEEPALIVED)).contains("vrrp_garp_master_repeat 4");
        assertThat(leader()).isEqualTo(active);
        say("a node changed by hand, its database started anew", began);
    }

    private static void aFormerLeaderThatDoesNotComeUpIsPutBackAndTheUpgradedOneLeads(Path archive) {
        long began = System.nanoTime();
        String before = database(FIRST) + database(SECOND);
        ManagementMachine former = leader();
        ManagementMachine upgraded = other(former);
        former.run("touch", BREAKS);
        Said said = cli(VIP, "ha", "upgrade", "--archive", archive.toString());
        assertThat(said.code()).as(said.all() + logs()).isEqualTo(1);
        assertThat(said.all())
                .contains(
                        "done: The leadership is handed to it",
                        former.name() + " did not come up with version " + OTHER,
                        former.name() + " is back on " + PRESENT + " and stands by",
                        upgraded.address() + " leads with version " + OTHER);
        well();
        assertThat(leader()).isEqualTo(upgraded);
        assertThat(versions()).containsExactly(PRESENT, OTHER);
        assertThat(former.run("cat", KEEPALIVED)).contains("vrrp_garp_master_repeat 3");
        assertThat(database(FIRST) + database(SECOND))
                .as("the databases went on")
                .isEqualTo(before);
        former.run("rm", BREAKS);
        say("a former leader that doesn't come up is put back", began);
    }

    private static void theSameCommandGoesOn(Path archive) {
        long began = System.nanoTime();
        String before = database(FIRST) + database(SECOND);
        ManagementMachine leads = leader();
        patience(90);
        Said upgraded = cli(VIP, "ha", "upgrade", "--archive", archive.toString());
        assertThat(upgraded.code()).as(upgraded.all() + logs()).isZero();
        assertThat(leader()).isEqualTo(leads);
        assertThat(versions()).containsExactly(OTHER);
        assertThat(other(leads).run("cat", KEEPALIVED)).contains("vrrp_garp_master_repeat 4");
        assertThat(database(FIRST) + database(SECOND))
                .as("the databases went on")
                .isEqualTo(before);
        assertThat(get(VIP, "/hosts")).contains("host1");
        say("the same command has gone on", began);
    }

    private static void anUpgradedPairIsRefused(Path archive) {
        Said again = cli(VIP, "ha", "upgrade", "--archive", archive.toString(), "--dry-run");
        assertThat(again.code()).isEqualTo(4);
        assertThat(again.all()).contains("Both nodes have version " + OTHER + " already");
    }

    private static String database(ManagementMachine machine) {
        return property(machine, "mariadb", "MainPID");
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

    /** Who leads and holds the VIP. */
    private static ManagementMachine leader() {
        Waiting.until(
                () -> FIRST.holds(VIP) != SECOND.holds(VIP)
                        && get(VIP, "/status").contains("\"role\":\"leader\""),
                50,
                LIMIT_MILLIS,
                InstalledPairTest::logs);
        return get(VIP, "/status").contains("\"managerId\":\"" + FIRST.name() + "\"") ? FIRST : SECOND;
    }

    private static ManagementMachine other(ManagementMachine node) {
        return node == FIRST ? SECOND : FIRST;
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
        List<String> words = new ArrayList<>(List.of(
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
