package io.holdfast.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.core.health.PowerState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The manager is killed at every commit of a fail-over of two VMs, before and after the commit (that is: between a commit and the commands
 * that it allows). Each time a new one on the same database must end every recovery, and no run may ever have been started twice.
 */
class CrashRecoveryTest {
    /** A fail-over of two VMs takes fewer commits than this; the walk ends by itself when the manager outlives the fail-over. */
    private static final int MOST_COMMITS = 60;

    @TempDir
    Path directory;

    @Test
    void everyRecoveryGoesOnAfterADeathAtAnyCommitAndNoneIsDoneTwice() {
        TestManager.Panel panel = new TestManager.Panel();
        try (TwinAgents agents = new TwinAgents()) {
            TestManager manager = start(agents, panel);
            SmallCluster cluster = SmallCluster.build(manager, agents, panel, 3, 2);
            int deaths = 0;
            for (int commit = 1; commit <= MOST_COMMITS; commit++) {
                CrashingLedger.When when = commit % 2 == 0 ? CrashingLedger.When.AFTER : CrashingLedger.When.BEFORE;
                // Two walks in one: commit n dies before it in one round and after it in the next.
                cluster = cluster.on(manager);
                String victim = cluster.hostOf("vm1");
                cluster.gather(victim);
                ledgerOf(manager).arm((commit + 1) / 2, when);
                panel.set(cluster.bmc(victim), PowerState.OFF);
                cluster.host(victim).powerOff();
                await().atMost(Duration.ofSeconds(30)).until(deadOrRecovered(ledgerOf(manager), cluster, victim));
                boolean died = ledgerOf(manager).hasCrashed();
                if (died) {
                    deaths++;
                    agents.detach();
                    TestManager dead = manager;
                    manager = start(agents, panel);
                    cluster = cluster.on(manager);
                    ledgerOf(dead).bury();
                    dead.close();
                }
                SmallCluster now = cluster;
                String why = "death at commit " + (commit + 1) / 2 + " " + when;
                await(why).atMost(Duration.ofSeconds(40)).until(() -> recovered(now, victim));
                assertNothingTwice(agents, cluster, why);
                panel.set(cluster.bmc(victim), PowerState.ON);
                cluster.host(victim).powerOn();
                await(why)
                        .atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(now.hostState(victim)).contains("\"state\":\"ok\""));
                if (!died) {
                    break;
                }
            }
            assertThat(deaths).as("deaths").isGreaterThanOrEqualTo(4);
            manager.close();
        }
    }

    private static CrashingLedger ledgerOf(TestManager manager) {
        return (CrashingLedger) manager.ledger;
    }

    private TestManager start(TwinAgents agents, TestManager.Panel panel) {
        return TestManager.start(directory, agents, panel, CrashingLedger::new, () -> {});
    }

    private static Callable<Boolean> deadOrRecovered(CrashingLedger ledger, SmallCluster cluster, String victim) {
        return () -> ledger.hasCrashed() || recovered(cluster, victim);
    }

    /** Both VMs run elsewhere, and the story of this fail-over is closed. */
    private static boolean recovered(SmallCluster cluster, String victim) {
        for (String name : new String[] {"vm1", "vm2"}) {
            JsonNode vm = cluster.vm(name);
            if (!vm.path("state").asText().equals("running")
                    || vm.path("host").path("name").asText().equals(victim)
                    || !vm.path("recovery").isNull()) {
                return false;
            }
        }
        return cluster.openFailovers() == 0;
    }

    private static void assertNothingTwice(TwinAgents agents, SmallCluster cluster, String why) {
        var runs = agents.starts().stream()
                .map(start -> start.substring(0, start.indexOf(" on ")))
                .toList();
        assertThat(new HashSet<>(runs)).as("%s: a run started once", why).hasSameSizeAs(runs);
        assertThat(agents.writers(cluster.vmId("vm1")))
                .as("%s: writers of vm1", why)
                .hasSize(1);
        assertThat(agents.writers(cluster.vmId("vm2")))
                .as("%s: writers of vm2", why)
                .hasSize(1);
    }
}
