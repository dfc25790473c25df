package io.holdfast.lab;

import static io.holdfast.lab.Typed.cli;
import static io.holdfast.lab.Typed.get;
import static io.holdfast.lab.Typed.put;
import static io.holdfast.lab.Typed.read;
import static io.holdfast.lab.Typed.say;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.lab.Typed.Said;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final long LIMIT_MILLIS = 60_000;
    private static final Pattern CODE = Pattern.compile("[0-9a-f]{16}-[0-9a-f]{32}");
    private static final Fabric FABRIC = new Fabric();
    private static final ManagementMachine FIRST = machine("ha1", 60);
    private static final ManagementMachine SECOND = machine("ha2", 61);
    private static final ManagementMachine ARBITER = machine("ha3", 62);
    /** Hypervisor hosts without guests: the real agent runs on them, and nothing else. */
    private static final ManagementMachine HOST1 = machine("ha4", 63);

    private static final ManagementMachine HOST2 = machine("ha5", 64);
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
        Typed.script("management-init.sh");
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
                "bare-agent",
                "cd /etc/holdfast\nexec " + Programs.quoted(programs.agent(Path.of("/etc/holdfast/agent.properties")))
                        + "\n");
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
            put(machine, "etc/holdfast/node.properties", nodeProperties());
        }
        put(
                FIRST,
                "etc/holdfast/manager.properties",
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

    private static void script(String name, String text) {
        Path file = PATHS.bin().resolve(name);
        LabHost.write(file, text.startsWith("#!") ? text : "#!/bin/bash\n" + text);
        assertThat(file.toFile().setExecutable(true, false)).isTrue();
    }

    @AfterAll
    static void end() {
        Parallel.run(List.of(FIRST::powerCut, SECOND::powerCut, ARBITER::powerCut, HOST1::powerCut, HOST2::powerCut));
        if (ownFabric) {
            for (Network network : Network.values()) {
                Shell.run("ip", "link", "del", network.bridge());
            }
        }
    }

    @Test
    void oneNodeBecomesTwoAndOneAgainAndWhatCannotEndWellChangesNothing() {
        long began = System.nanoTime();
        host("host1", HOST1);
        host("host2", HOST2);
        Waiting.until(() -> connected(FIRST) == 2, 100, LIMIT_MILLIS, HaEnableTest::logs);
        String enrolled = read(HOST1.folder().resolve("install/etc/holdfast/agent.properties"));
        List<String> hosts = hosts(FIRST.address());
        String code = join(SECOND);
        String arbiterCode = join(ARBITER, "--arbiter");
        say("three machines and one manager", began);

        badInput(code, arbiterCode);
        assertThat(hosts(FIRST.address())).isEqualTo(hosts);
        assertThat(SECOND.run("ls", "/etc/holdfast")).doesNotContain("supervisor.properties");

        long broken = System.nanoTime();
        ARBITER.run("touch", "/run/broken");
        Said rolledBack = enable(code, "--arbiter", ARBITER.address(), "--arbiter-code", arbiterCode);
        assertThat(rolledBack.code()).as(rolledBack.all()).isEqualTo(1);
        assertThat(rolledBack.all()).contains("failed: The arbiter joins", "everything is as before");
        assertThat(hosts(FIRST.address())).isEqualTo(hosts);
        for (ManagementMachine node : List.of(FIRST, SECOND)) {
            assertThat(node.run("ls", "/etc/holdfast")).doesNotContain("supervisor.properties", "database.password");
            assertThat(node.process(ManagementMachine.Program.DATABASE)).isEmpty();
            assertThat(node.run("ls", "/var/lib/mysql")).doesNotContain("holdfast");
        }
        ARBITER.run("rm", "/run/broken");
        say("a failed step and its undo", broken);

        long enabling = System.nanoTime();
        Said enabled = enable(code, "--arbiter", "host1");
        assertThat(enabled.code()).as(enabled.all() + logs()).isZero();
        say("one node has become two", enabling);
        assertThat(get(VIP, "/hosts")).contains("host1");
        assertThat(get(VIP, "/management")).contains("\"mode\":\"pair\"", "\"ha1\"", "\"ha2\"");
        assertThat(cli(VIP, "ha", "status").code()).isZero();
        assertThat(cli(VIP, "cluster", "add", "afterwards").code()).isZero();
        assertThat(enable(code, "--arbiter", "host1").all()).contains("already");
        for (ManagementMachine node : List.of(FIRST, SECOND)) {
            Waiting.until(() -> connected(node) == 2, 100, LIMIT_MILLIS, HaEnableTest::logs);
        }
        assertThat(HOST1.run("cat", "/etc/holdfast/agent.properties"))
                .as("hosts that were enrolled before report to both nodes, and nobody has touched them")
                .isEqualTo(enrolled)
                .doesNotContain(SECOND.address());

        arbiterIsMoved();
        failOver();
        formerArbiterReturns();
        arbiterLeavesAHostThatIsWorkedOn();
        strayArbiterMakesNoMajority();

        long disabling = System.nanoTime();
        ManagementMachine leader = leader();
        Said disabled = cli(leader.address(), "ha", "disable");
        assertThat(disabled.code()).as(disabled.all() + logs()).isZero();
        say("two nodes have become one", disabling);
        assertThat(get(leader.address(), "/management")).contains("\"mode\":\"single\"");
        assertThat(get(leader.address(), "/clusters")).contains("afterwards");
        assertThat(get(leader.address(), "/hosts")).contains("host1");
        for (ManagementMachine host : List.of(HOST1, HOST2)) {
            Waiting.until(
                    () -> host.process(ManagementMachine.Program.ARBITER).isEmpty()
                            && host.run("cat", "/var/lib/holdfast/managers")
                                    .lines()
                                    .toList()
                                    .contains("told " + leader.address() + ":" + ManagerNode.AGENT_PORT),
                    100,
                    LIMIT_MILLIS,
                    HaEnableTest::logs);
        }
        Waiting.until(() -> connected(leader) == 2, 100, LIMIT_MILLIS, HaEnableTest::logs);
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
        assertThat(cli(FIRST.address(), "arbiter", "enable", "host1").code())
                .as("without a pair")
                .isEqualTo(4);
        assertThat(enable(code, "--arbiter", "nobody").code()).isEqualTo(3);
        Said noCode = enable(code, "--arbiter", ARBITER.address());
        assertThat(noCode.code()).isEqualTo(4);
        assertThat(noCode.all()).contains("arbiterCode");
        assertThat(cli(FIRST.address(), "host", "maintenance", "host2", "on").code())
                .isZero();
        Said workedOn = enable(code, "--arbiter", "host2");
        assertThat(workedOn.code()).isEqualTo(4);
        assertThat(workedOn.all()).contains("maintenance", "enable this one first");
        assertThat(cli(FIRST.address(), "host", "maintenance", "host2", "off").code())
                .isZero();
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

    private static Said enable(String code, String... arbiter) {
        List<String> line = new ArrayList<>(
                List.of("ha", "enable", "--peer", SECOND.address(), "--code", code, "--vip", VIP + "/24"));
        line.addAll(List.of(arbiter));
        return cli(FIRST.address(), line.toArray(String[]::new));
    }

    /** Adds a machine as a host and boots it with what its enrolment gave. */
    private static void host(String name, ManagementMachine machine) {
        assertThat(cli(FIRST.address(), "host", "add", name, "--address", machine.address())
                        .code())
                .isZero();
        Path folder = machine.folder().resolve("enrolment");
        assertThat(cli(FIRST.address(), "host", "enrol", name, "--out", folder.toString())
                        .code())
                .isZero();
        for (String file : List.of("ca.pem", "certificate.pem", "key.pem")) {
            put(machine, "etc/holdfast/" + file, read(folder.resolve(file)));
        }
        put(
                machine,
                "etc/holdfast/agent.properties",
                read(folder.resolve("agent.properties")) + "boot.id.file=/run/boot-id\nwatchdog.path=\n");
        machine.powerOn();
    }

    private static List<String> hosts(String server) {
        return Pattern.compile("\"name\":\"(host\\d)\"")
                .matcher(get(server, "/hosts"))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** How many agents report to this very node's manager, leader or standby. */
    private static int connected(ManagementMachine node) {
        Matcher found = Pattern.compile("\"connected\":(\\d+)").matcher(get(node.address(), "/status"));
        return found.find() ? Integer.parseInt(found.group(1)) : 0;
    }

    /** Both nodes say that the arbiter runs there and is counted. */
    private static boolean arbiterIsOn(String host) {
        return List.of(FIRST, SECOND).stream()
                .filter(ManagementMachine::poweredOn)
                .allMatch(node -> {
                    String arbiter = get(node.address(), "/management/arbiter");
                    return arbiter.contains("\"kind\":\"host\",\"host\":\"" + host + "\"")
                            && arbiter.contains("\"running\":true")
                            && arbiter.contains("\"counted\":true")
                            && get(node.address(), "/management").contains("\"host\":\"" + host + "\"");
                });
    }

    /** Bad input; then the arbiter's host loses its power, and the vote is on the other host. */
    private static void arbiterIsMoved() {
        Waiting.until(() -> arbiterIsOn("host1"), 100, LIMIT_MILLIS, HaEnableTest::logs);
        String memory = HOST1.run("sh", "-c", "grep VmRSS /proc/$(pgrep -x garbd)/status");
        System.out.println("garbd: " + memory.strip());
        assertThat(Integer.parseInt(memory.replaceAll("\\D", "")))
                .as("KiB resident")
                .isLessThan(12_000);
        assertThat(cli(VIP, "arbiter", "enable", "nobody").code()).isEqualTo(3);
        Said inUse = cli(VIP, "host", "remove", "host1");
        assertThat(inUse.code()).isEqualTo(4);
        assertThat(inUse.all()).contains("Move it first");
        assertThat(cli(VIP, "arbiter", "enable", "host2", "--preview").all()).contains("from host1 to host2");
        long cut = System.nanoTime();
        HOST1.powerCut();
        Waiting.until(() -> arbiterIsOn("host2"), 100, LIMIT_MILLIS, HaEnableTest::logs);
        say("power of the arbiter's host cut, its vote is on another host", cut);
        assertThat(cli(VIP, "event", "list").all()).contains("No spare vote", "The arbiter moves from host host1");
        assertThat(cli(VIP, "arbiter", "status").all()).contains("host2", "host1");
    }

    /** The host that had the arbiter is back: it does not run there again, or is ended there as soon as its agent hears. */
    private static void formerArbiterReturns() {
        long on = System.nanoTime();
        HOST1.powerOn();
        ManagementMachine leads = leader();
        Waiting.until(() -> connected(leads) == 2, 100, LIMIT_MILLIS, HaEnableTest::logs);
        say("the arbiter's former host is back", on);
        Waiting.until(
                () -> HOST1.process(ManagementMachine.Program.ARBITER).isEmpty() && arbiterIsOn("host2"),
                100,
                LIMIT_MILLIS,
                HaEnableTest::logs);
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
        assertThat(cli(VIP, "cluster", "add", "by-the-new-vote").code())
                .as("two of three votes: this node's and that of the arbiter on its new host")
                .isZero();
        long on = System.nanoTime();
        victim.powerOn();
        Waiting.until(() -> ManagementPair.inSync(victim), 100, LIMIT_MILLIS, HaEnableTest::logs);
        say("it is back in sync", on);
    }

    /** It moves back to host1. */
    private static void arbiterLeavesAHostThatIsWorkedOn() {
        long on = System.nanoTime();
        assertThat(cli(VIP, "host", "maintenance", "host2", "on").code()).isZero();
        Waiting.until(
                () -> arbiterIsOn("host1")
                        && HOST2.process(ManagementMachine.Program.ARBITER).isEmpty(),
                100,
                LIMIT_MILLIS,
                HaEnableTest::logs);
        say("maintenance of the arbiter's host, its vote is on another host, the former one is ended", on);
        assertThat(cli(VIP, "host", "maintenance", "host2", "off").code()).isZero();
    }

    /**
     * The arbiter's host is cut off, and the vote is on the other one. Then the leader is cut off from everybody but that former host: two of the three machines that once were the pair and its
     * arbiter. They find each other, and are no majority.
     */
    private static void strayArbiterMakesNoMajority() {
        long began = System.nanoTime();
        HOST1.pull();
        Waiting.until(() -> arbiterIsOn("host2"), 100, LIMIT_MILLIS, HaEnableTest::logs);
        say("cable of the arbiter's host pulled, its vote is on another host", began);
        long stray =
                HOST1.process(ManagementMachine.Program.ARBITER).orElseThrow().pid();

        ManagementMachine cutOff = leader();
        ManagementMachine other = cutOff == FIRST ? SECOND : FIRST;
        List<String> cutOffSide = List.of(cutOff.address(), HOST1.address());
        List<String> otherSide = List.of(other.address(), HOST2.address());
        for (ManagementMachine machine : List.of(cutOff, HOST1)) {
            machine.muteTowards(otherSide);
        }
        for (ManagementMachine machine : List.of(other, HOST2)) {
            machine.muteTowards(cutOffSide);
        }
        // Before, it would still say where the arbiter is, and the former one would end.
        Waiting.until(() -> !leads(cutOff), 20, LIMIT_MILLIS, HaEnableTest::logs);
        HOST1.insert();
        Waiting.until(
                () -> component(cutOff).equals(List.of("wsrep_cluster_size\t2", "wsrep_cluster_status\tnon-Primary")),
                50,
                LIMIT_MILLIS,
                () -> component(cutOff) + logs());
        say("the cut-off leader and the former arbiter have found each other", began);
        Waiting.until(() -> leads(other) && other.holds(VIP), 50, LIMIT_MILLIS, HaEnableTest::logs);
        assertThat(cli(other.address(), "cluster", "add", "by-the-majority").code())
                .isZero();
        assertThat(cli(cutOff.address(), "cluster", "add", "by-the-minority").code())
                .isNotZero();
        for (int look = 0; look < 25; look++) {
            assertThat(component(cutOff)).contains("wsrep_cluster_status\tnon-Primary");
            assertThat(leads(cutOff)).isFalse();
            Waiting.pause(200);
        }
        assertThat(HOST1.process(ManagementMachine.Program.ARBITER))
                .as("it ran all the time")
                .hasValueSatisfying(process -> assertThat(process.pid()).isEqualTo(stray));
        assertThat(leads(other)).isTrue();

        long healed = System.nanoTime();
        for (ManagementMachine machine : List.of(cutOff, HOST1)) {
            machine.hearAgain(otherSide);
        }
        for (ManagementMachine machine : List.of(other, HOST2)) {
            machine.hearAgain(cutOffSide);
        }
        Waiting.until(
                () -> HOST1.process(ManagementMachine.Program.ARBITER).isEmpty()
                        && arbiterIsOn("host2")
                        && ManagementPair.inSync(FIRST)
                        && ManagementPair.inSync(SECOND),
                100,
                LIMIT_MILLIS,
                HaEnableTest::logs);
        say("everybody hears everybody, the former arbiter is ended and both nodes are in sync", healed);
        assertThat(get(VIP, "/clusters")).contains("by-the-majority").doesNotContain("by-the-minority");
        say("a stray arbiter and a cut-off leader", began);
    }

    private static boolean leads(ManagementMachine node) {
        return get(node.address(), "/status").contains("\"role\":\"leader\"");
    }

    /** What the node's database says of the members that it sees. */
    private static List<String> component(ManagementMachine node) {
        return node.rows("show global status where variable_name in ('wsrep_cluster_size', 'wsrep_cluster_status')");
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

    private static String logs() {
        StringBuilder text = new StringBuilder("\n");
        for (ManagementMachine machine : List.of(FIRST, SECOND, ARBITER, HOST1, HOST2)) {
            for (String name : List.of("join", "supervisor", "manager", "database", "garbd", "agent", "console")) {
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
                text.append(
                        machine.run(
                                "sh",
                                "-c",
                                "tail -n 40 /var/lib/holdfast-supervisor/setup.log /var/lib/holdfast/arbiter/garbd.log 2>/dev/null || true"));
            }
        }
        return text.toString();
    }
}
