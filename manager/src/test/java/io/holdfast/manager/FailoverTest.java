package io.holdfast.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.core.health.PowerState;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailoverTest {
    @TempDir
    Path directory;

    @Test
    void bringsVmsOfAHostThatLostPowerBackAndTellsTheWholeStory() {
        TestManager.Panel panel = new TestManager.Panel();
        try (TwinAgents agents = new TwinAgents();
                TestManager manager = TestManager.start(directory, agents, panel)) {
            SmallCluster cluster = SmallCluster.build(manager, agents, panel, 3, 2);
            String victim = cluster.hostOf("vm1");
            panel.set(cluster.bmc(victim), PowerState.OFF);
            cluster.host(victim).powerOff();
            await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
                JsonNode vm = manager.get("/vms/vm1").body();
                assertThat(vm.path("state").asText()).as("%s", vm).isEqualTo("running");
                assertThat(vm.path("host").path("name").asText()).isNotEqualTo(victim);
            });
            JsonNode story = manager.get("/failovers/latest").body();
            assertThat(story.path("verdict").asText()).isEqualTo("dead");
            assertThat(story.path("host").path("name").asText()).isEqualTo(victim);
            assertThat(story.path("evidence")).isNotEmpty();
            assertThat(story.path("proofs").findValuesAsText("kind")).contains("powered-off");
            assertThat(story.path("vms").get(0).path("proofs").toString()).contains("powered-off");
            assertThat(story.path("timeline")).isNotEmpty();
            assertThat(agents.writers(cluster.vmId("vm1"))).hasSize(1);
        }
    }
}
