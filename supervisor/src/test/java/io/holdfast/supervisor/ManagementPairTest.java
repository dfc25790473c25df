package io.holdfast.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The real MariaDB, Galera, garbd and keepalived under the real supervisor, with a client that writes through the VIP. */
class ManagementPairTest {

    /** Generous: a machine that runs other tests beside this one copies a database slowly. */
    private static final Duration SOON = Duration.ofSeconds(90);

    @Test
    void survivesADatabaseKillAPowerCutAndAFullCrashWithoutAHumanAndLosesNoAcknowledgedWrite() throws Exception {
        try (ManagementLab lab = new ManagementLab()) {
            long began = System.nanoTime();
            startPair(lab);
            say("pair serves", began);
            Path acknowledged = lab.folder().resolve("acknowledged");
            Process client = lab.startClient(acknowledged);
            lab.await(
                    "first acknowledged write",
                    SOON,
                    () -> !acknowledged(acknowledged).isEmpty());

            ManagementMachine active = lab.first.holdsVip() ? lab.first : lab.second;
            ManagementMachine standby = active == lab.first ? lab.second : lab.first;
            long killed = System.nanoTime();
            active.signal("KILL", "database");
            say("database of the active node killed; next write after", pause(lab, acknowledged, killed));
            lab.await("the killed database is back in sync", SOON, () -> serves(active));
            say("back in sync", killed);
            lab.await("the VIP is on one node", SOON, () -> lab.first.holdsVip() != lab.second.holdsVip());

            ManagementMachine victim = lab.first.holdsVip() ? lab.first : lab.second;
            ManagementMachine survivor = victim == lab.first ? lab.second : lab.first;
            long cut = System.nanoTime();
            victim.cutPower();
            say("power of the active node cut; next write after", pause(lab, acknowledged, cut));
            assertThat(survivor.holdsVip()).isTrue();
            long returned = System.nanoTime();
            victim.powerOn();
            lab.await("the failed node is back in sync", SOON, () -> serves(victim));
            say("failed node back in sync", returned);

            victim.cutPower();
            survivor.cutPower();
            victim.powerOn();
            survivor.powerOn();
            long back = System.nanoTime();
            say("both nodes lost power and are back on; next write after", pause(lab, acknowledged, back));
            lab.await("both nodes serve", SOON, () -> serves(victim) && serves(survivor));

            lab.arbiter.cutPower();
            lab.second.cutPower();
            lab.await(
                    "a node alone serves nobody",
                    SOON,
                    () -> lab.first.status().contains("\"cause\":\"not fit: database\""));
            lab.await("the VIP has left it", SOON, () -> !lab.first.holdsVip());
            lab.await(
                    "the peer counts as silent, so that an order is taken",
                    SOON,
                    () -> lab.first.status().contains("\"peer-silent\""));
            long ordered = System.nanoTime();
            order(lab);
            say("an operator ordered the last node to serve; next write after", pause(lab, acknowledged, ordered));
            lab.second.powerOn();
            lab.await("the other node follows", SOON, () -> serves(lab.second));
            client.destroyForcibly();
            client.waitFor(5, TimeUnit.SECONDS);
            List<Long> told = acknowledged(acknowledged).stream()
                    .map(line -> Long.parseLong(line.split(" ")[0]))
                    .toList();
            for (ManagementMachine node : List.of(lab.first, lab.second)) {
                List<Long> held = Stream.of(node.run(
                                        "mariadb",
                                        "-S",
                                        "/run/mysqld/mysqld.sock",
                                        "-NBe",
                                        "set wsrep_sync_wait=1; select id from holdfast.acknowledged")
                                .split("\n"))
                        .map(Long::parseLong)
                        .toList();
                assertThat(held).as("rows on " + node.name()).containsAll(told);
            }
            assertThat(standby.log("supervisor") + active.log("supervisor")).doesNotContain("Exception");
        }
    }

    @Test
    void theVipLeavesANodeWhoseSupervisorIsHungOrDeadAndStaysWhenItIsBackAtOnce() throws Exception {
        try (ManagementLab lab = new ManagementLab()) {
            ManagementMachine node = lab.first;
            startFirst(lab);
            lab.await("the VIP is held", SOON, node::holdsVip);

            System.out.println("supervisor: " + node.run("bash", "-c", """
                    p=$(cat /run/holdfast-supervisor/supervisor.pid)
                    ticks() { read -r _ _ _ _ _ _ _ _ _ _ _ _ _ u s _ <"/proc/$p/stat"; echo $((u + s)); }
                    before=$(ticks); sleep 4; after=$(ticks)
                    echo "$(awk '/^Rss/ { print $2 }' "/proc/$p/smaps_rollup") KiB resident, $(((after - before) * 100 / 400)) % of a core"
                    """).strip());
            node.signal("KILL", "supervisor");
            lab.await("the killed supervisor is back", SOON, () -> serves(node));
            assertThat(node.holdsVip())
                    .as("a supervisor that is back within its heartbeat's limit costs nothing")
                    .isTrue();
            assertThat(node.log("supervisor")).doesNotContain("doesn't hold the VIP any more");

            long hung = System.nanoTime();
            node.signal("STOP", "supervisor");
            lab.await("the VIP has left", Duration.ofSeconds(8), () -> !node.holdsVip());
            say("supervisor hung; the VIP left after", hung);
            node.signal("CONT", "supervisor");
            lab.await("the VIP is back", SOON, node::holdsVip);

            Files.writeString(node.keptDown("supervisor"), "");
            long dead = System.nanoTime();
            node.signal("KILL", "supervisor");
            lab.await("the VIP has left", Duration.ofSeconds(8), () -> !node.holdsVip());
            say("supervisor dead; the VIP left after", dead);
            Files.delete(node.keptDown("supervisor"));
            lab.await("the VIP is back", SOON, node::holdsVip);

            node.signal("KILL", "keepalived");
            lab.await(
                    "keepalived runs again and holds the VIP",
                    SOON,
                    () -> node.log("supervisor").contains("restarting keepalived: process gone") && node.holdsVip());
            node.signal("STOP", "manager");
            lab.await(
                    "a hung manager is restarted",
                    SOON,
                    () -> node.log("supervisor").contains("restarting manager: no answer") && serves(node));
        }
    }

    private static void startFirst(ManagementLab lab) throws IOException, InterruptedException {
        lab.first.powerOn();
        lab.await("the first supervisor answers", SOON, () -> lab.first.status().contains("\"phase\":\"damaged\""));
        order(lab);
        lab.await("the first database serves", SOON, () -> serves(lab.first));
    }

    private static void order(ManagementLab lab) throws IOException, InterruptedException {
        lab.first.run(
                lab.folder().resolve("supervisor").toString(),
                "serve-with-this-copy",
                "--config",
                lab.first.folder().resolve("supervisor.properties").toString());
    }

    private static void startPair(ManagementLab lab) throws IOException, InterruptedException {
        lab.arbiter.powerOn();
        startFirst(lab);
        lab.first.run(
                "mariadb",
                "-S",
                "/run/mysqld/mysqld.sock",
                "-e",
                "create database holdfast; create table holdfast.acknowledged(id bigint primary key, again int not null default 0)");
        lab.second.powerOn();
        lab.await(
                "the second database has its copy, flushed",
                SOON,
                () -> serves(lab.second) && lab.second.status().contains("\"durable\":true"));
    }

    private static boolean serves(ManagementMachine node) throws IOException, InterruptedException {
        return node.status()
                .matches(
                        "(?s)\\{\"node\":\"" + node.name()
                                + "\",\"address\":\"[^\"]*\",\"now\":\"[^\"]*\",\"version\":\"[^\"]*\",\"fit\":true.*\"healthy\":true.*");
    }

    /** When the first write after this instant was acknowledged; fails after a minute. */
    private static long pause(ManagementLab lab, Path acknowledged, long sinceNanos)
            throws IOException, InterruptedException {
        lab.await("a write is acknowledged again", Duration.ofSeconds(60), () -> next(acknowledged, sinceNanos) > 0);
        return System.nanoTime() - (next(acknowledged, sinceNanos) - sinceNanos);
    }

    private static long next(Path acknowledged, long sinceNanos) throws IOException {
        // A write that was on its way at the instant of the fault doesn't show that service is back.
        long after = sinceNanos + Duration.ofMillis(100).toNanos();
        return acknowledged(acknowledged).stream()
                .mapToLong(line -> Long.parseLong(line.split(" ")[1]))
                .filter(nanos -> nanos > after)
                .findFirst()
                .orElse(0);
    }

    private static List<String> acknowledged(Path file) throws IOException {
        String text = Files.exists(file) ? Files.readString(file, StandardCharsets.US_ASCII) : "";
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private static void say(String what, long sinceNanos) {
        System.out.printf("%s: %.2f s%n", what, (System.nanoTime() - sinceNanos) / 1e9);
    }
}
