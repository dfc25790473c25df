package io.holdfast.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.manager.RestClient.Answer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings of clusters and VMs over REST: what is written is read, also after a restart, and a refusal changes nothing. */
class SettingsTest {
    @TempDir
    Path directory;

    private static JsonNode changed(TestManager manager, String path, String body) {
        Answer answer = manager.send("PATCH", path, body);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static void refused(TestManager manager, String path, String body, String code, String field) {
        JsonNode before = settings(manager, path);
        Answer answer = manager.send("PATCH", path, body);
        assertThat(answer.status()).as("%s", answer.body()).isBetween(400, 422);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.body().path("field").asText()).isEqualTo(field);
        assertThat(settings(manager, path)).isEqualTo(before);
    }

    private static JsonNode settings(TestManager manager, String path) {
        return manager.get(path).body();
    }

    @Test
    void settingsOfAVmAreChangedOneByOneAndStayAfterARestart() {
        TestManager.Panel panel = new TestManager.Panel();
        try (TwinAgents agents = new TwinAgents()) {
            try (TestManager manager = TestManager.start(directory, agents, panel)) {
                SmallCluster cluster = SmallCluster.build(manager, agents, panel, 1, 1);
                JsonNode vm = changed(
                        manager,
                        "/vms/vm1",
                        "{\"priority\": \"highest\", \"nextWhen\": \"guest-heartbeat\", \"heartbeatWaitMillis\": 90000, \"failback\": false,"
                                + " \"liveMigration\": false, \"maxRestarts\": 3, \"maxRelocations\": 5, \"hungAction\": \"reset\", \"hungAfterMillis\": 20000}");
                assertThat(vm.path("priority").asText()).isEqualTo("highest");
                assertThat(vm.path("state").asText()).as("runs on").isEqualTo("running");
                vm = changed(manager, "/vms/vm1", "{\"restart\": false}");
                assertThat(vm.path("priority").asText()).isEqualTo("never");
                assertThat(vm.path("hungAction").asText()).as("stays").isEqualTo("reset");
                refused(manager, "/vms/vm1", "{\"priority\": \"urgent\"}", "field-value", "priority");
                refused(manager, "/vms/vm1", "{\"hungAfterMillis\": 10}", "reject-out-of-range", "ha.hungAfterMillis");
                refused(manager, "/vms/vm1", "{\"cpuCores\": 4}", "reject-vm-runs", "vm");
                refused(manager, "/vms/vm1", "{\"prioirty\": \"low\"}", "field-unknown", "prioirty");
                assertThat(cluster.vm("vm1").path("heartbeat").asText()).isEqualTo("none");
                cluster.host("host1").guestsAnswer();
                await().until(() -> cluster.vm("vm1").path("heartbeat").asText().equals("answers"));
                assertThat(changed(manager, "/vms/vm1", "{\"desired\": \"ignored\"}")
                                .path("desired")
                                .asText())
                        .isEqualTo("ignored");
            }
            try (TestManager manager = TestManager.start(directory, agents, panel)) {
                JsonNode vm = manager.get("/vms/vm1").body();
                assertThat(vm.path("liveMigration").asBoolean()).isFalse();
                assertThat(vm.path("failback").asBoolean()).isFalse();
                assertThat(vm.path("nextWhen").asText()).isEqualTo("guest-heartbeat");
                assertThat(vm.path("heartbeatWaitMillis").asInt()).isEqualTo(90_000);
                assertThat(vm.path("maxRelocations").asInt()).isEqualTo(5);
                assertThat(vm.path("desired").asText()).isEqualTo("ignored");
            }
        }
    }

    @Test
    void settingsOfAClusterAreChangedOneByOne() {
        try (TwinAgents agents = new TwinAgents();
                TestManager manager = TestManager.start(directory, agents, new TestManager.Panel())) {
            String path = "/clusters/default";
            JsonNode cluster = changed(
                    manager,
                    path,
                    "{\"shutdownPolicy\": \"migrate\", \"degradedAction\": \"evacuate\", \"haMode\": \"freeze\", \"startsPerHost\": 2, \"missedReports\": 4,"
                            + " \"cpuOvercommit\": 2.5, \"brake\": {\"minimumHosts\": 3}}");
            assertThat(cluster.path("shutdownPolicy").asText()).isEqualTo("migrate");
            assertThat(cluster.path("degradedAction").asText()).isEqualTo("evacuate");
            assertThat(cluster.path("haMode").asText()).isEqualTo("freeze");
            assertThat(cluster.path("startsPerHost").asInt()).isEqualTo(2);
            assertThat(cluster.path("cpuOvercommit").asDouble()).isEqualTo(2.5);
            assertThat(cluster.path("brake").path("minimumHosts").asInt()).isEqualTo(3);
            assertThat(cluster.path("brake").path("sharePercent").asInt())
                    .as("stays")
                    .isEqualTo(33);
            assertThat(changed(manager, path, "{\"haMode\": \"active\"}")
                            .path("haMode")
                            .asText())
                    .isEqualTo("active");
            refused(manager, path, "{\"degradedAction\": \"restart\"}", "field-value", "degradedAction");
            assertThat(manager.post("/clusters", "{\"name\": \"west\"}").status())
                    .isEqualTo(201);
            refused(manager, path, "{\"name\": \"west\", \"startsPerHost\": 9}", "name-taken", "name");
            assertThat(changed(manager, path, "{\"name\": \"east\"}")
                            .path("name")
                            .asText())
                    .isEqualTo("east");
            assertThat(manager.get("/clusters/default").status()).isEqualTo(404);
            path = "/clusters/east";
            refused(
                    manager,
                    path,
                    "{\"startsPerHost\": 0, \"haMode\": \"freeze\"}",
                    "reject-out-of-range",
                    "startsPerHost");
            assertThat(manager.post(path + "/actions/release-brake", "").status())
                    .isEqualTo(202);
        }
    }

    @Test
    void degradedPlaneIsShownWithItsReason() {
        TestManager.Panel panel = new TestManager.Panel();
        try (TwinAgents agents = new TwinAgents();
                TestManager manager = TestManager.start(directory, agents, panel)) {
            SmallCluster cluster = SmallCluster.build(manager, agents, panel, 2, 0);
            cluster.host("host1").slowStorage(true);
            await().atMost(Duration.ofSeconds(20))
                    .until(() ->
                            storage(manager, "host1").path("state").asText().equals("degraded"));
            JsonNode reason = storage(manager, "host1").path("reasons").path(0);
            assertThat(reason.path("code").asText()).isEqualTo("alarm-storage-slow");
            assertThat(reason.path("text").path("zh").asText())
                    .contains("host1")
                    .contains("缓慢");
            assertThat(manager.get("/hosts/host1").body().path("state").asText())
                    .as("the host is no other for it")
                    .isEqualTo("ok");
            assertThat(storage(manager, "host2").path("state").asText()).isEqualTo("ok");
            assertThat(manager.get("/alarms").items()).anySatisfy(alarm -> {
                assertThat(alarm.path("code").asText()).isEqualTo("alarm-storage-slow");
                assertThat(alarm.path("host").asText())
                        .isEqualTo(manager.get("/hosts/host1").body().path("id").asText());
            });
        }
    }

    private static JsonNode storage(TestManager manager, String host) {
        return manager.get("/hosts/" + host).body().path("planes").path("storage");
    }
}
