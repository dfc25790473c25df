package io.holdfast.manager;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.manager.RestClient.Answer;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The policy table over REST: read, changed, previewed, refused with row and remedy, and still there after a restart. */
class PolicyRoutesTest {
    @TempDir
    Path directory;

    private static JsonNode row(Answer answer, String name) {
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        for (JsonNode row : answer.body().path("rows")) {
            if (row.path("row").asText().equals(name)) {
                return row;
            }
        }
        throw new AssertionError("no row " + name + " in " + answer.body());
    }

    private static String action(Answer answer, String name) {
        return row(answer, name).path("action").asText();
    }

    private static void refused(Answer answer, String code, String field, String... said) {
        assertThat(answer.status()).as("%s", answer.body()).isBetween(400, 422);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.body().path("field").asText()).isEqualTo(field);
        for (String word : said) {
            assertThat(answer.body().path("detail").asText()).contains(word);
        }
    }

    @Test
    void tableOfAClusterAndRowsOfAVmAreChangedAndOutliveTheManager() {
        TestManager.Panel panel = new TestManager.Panel();
        try (TwinAgents agents = new TwinAgents()) {
            try (TestManager manager = TestManager.start(directory, agents, panel)) {
                SmallCluster.build(manager, agents, panel, 2, 1);
                assertThat(manager.get("/clusters/default/policy").body().path("rows"))
                        .hasSize(8);
                assertThat(row(manager.get("/clusters/default/policy"), "ok-fault-ok")
                                .path("locked")
                                .asBoolean())
                        .isTrue();
                Answer changed = manager.send(
                        "PATCH",
                        "/clusters/default/policy",
                        "{\"actions\": {\"ok-ok-fault\": \"migrate-or-restart\"}}");
                assertThat(action(changed, "ok-ok-fault")).isEqualTo("migrate-or-restart");
                assertThat(row(changed, "ok-ok-fault").path("source").asText()).isEqualTo("cluster");
                Answer own = manager.send(
                        "PUT",
                        "/vms/vm1/policy",
                        "{\"actions\": {\"ok-ok-fault\": \"keep\", \"fault-ok-fault\": \"keep\"}}");
                assertThat(row(own, "ok-ok-fault").path("source").asText()).isEqualTo("vm");
                assertThat(row(own, "ok-ok-fault").path("beneath").asText()).isEqualTo("migrate-or-restart");
                assertThat(row(own, "fault-ok-ok").path("source").asText()).isEqualTo("default");
                Answer less = manager.send("PATCH", "/vms/vm1/policy", "{\"actions\": {\"fault-ok-fault\": null}}");
                assertThat(action(less, "fault-ok-fault")).isEqualTo("stop-and-restart");
            }
            try (TestManager manager = TestManager.start(directory, agents, panel)) {
                assertThat(action(manager.get("/clusters/default/policy"), "ok-ok-fault"))
                        .isEqualTo("migrate-or-restart");
                assertThat(action(manager.get("/vms/vm1/policy"), "ok-ok-fault"))
                        .isEqualTo("keep");
                assertThat(manager.send("DELETE", "/vms/vm1/policy", null).status())
                        .isEqualTo(204);
                assertThat(action(manager.get("/vms/vm1/policy"), "ok-ok-fault"))
                        .isEqualTo("migrate-or-restart");
                assertThat(action(manager.send("PUT", "/clusters/default/policy", "{\"actions\": {}}"), "ok-ok-fault"))
                        .isEqualTo("migrate-or-keep");
            }
        }
    }

    @Test
    void lockedRowsAndWhatCannotBeAreRefusedWithRowAndRemedyAndChangeNothing() {
        TestManager.Panel panel = new TestManager.Panel();
        try (TwinAgents agents = new TwinAgents();
                TestManager manager = TestManager.start(directory, agents, panel)) {
            SmallCluster.build(manager, agents, panel, 2, 1);
            for (String path : new String[] {"/clusters/default/policy", "/vms/vm1/policy"}) {
                String before = manager.get(path).body().toString();
                String locked = "{\"actions\": {\"ok-ok-fault\": \"keep\", \"ok-fault-ok\": \"keep\"}}";
                for (String method : new String[] {"PUT", "PATCH"}) {
                    refused(
                            manager.send(method, path, locked),
                            "reject-policy-locked",
                            "actions.ok-fault-ok",
                            "ok-fault-ok",
                            "restart-when-proven",
                            "Leave it out",
                            "ok-ok-fault, fault-ok-ok, fault-ok-fault");
                }
                refused(manager.post(path + "/preview", locked), "reject-policy-locked", "actions.ok-fault-ok");
                refused(
                        manager.send("PATCH", path, "{\"actions\": {\"fault-ok-ok\": \"migrate-or-keep\"}}"),
                        "reject-policy-action",
                        "actions.fault-ok-ok",
                        "keep, stop-and-restart");
                refused(
                        manager.send("PATCH", path, "{\"actions\": {\"ok-ok\": \"keep\"}}"),
                        "field-unknown",
                        "actions.ok-ok",
                        "ok-ok-fault");
                refused(
                        manager.send("PATCH", path, "{\"actions\": {\"ok-ok-fault\": \"explode\"}}"),
                        "field-value",
                        "actions.ok-ok-fault",
                        "migrate-or-keep");
                refused(manager.send("PATCH", path, "{}"), "field-required", "actions");
                assertThat(manager.get(path).body().toString()).isEqualTo(before);
            }
            assertThat(manager.get("/vms/none/policy").status()).isEqualTo(404);
            assertThat(manager.get("/clusters/none/policy").status()).isEqualTo(404);
        }
    }

    @Test
    void previewNamesWhoWouldBeTreatedOtherwiseNowAndChangesNothing() {
        TestManager.Panel panel = new TestManager.Panel();
        try (TwinAgents agents = new TwinAgents();
                TestManager manager = TestManager.start(directory, agents, panel)) {
            SmallCluster cluster = SmallCluster.build(manager, agents, panel, 1, 2);
            manager.send("PATCH", "/vms/vm2/policy", "{\"actions\": {\"ok-ok-fault\": \"keep\"}}");
            String change = "{\"actions\": {\"ok-ok-fault\": \"stop-and-restart\"}}";
            Answer calm = manager.post("/clusters/default/policy/preview", change);
            assertThat(calm.body().path("items")).isEmpty();
            assertThat(calm.body().path("rows")).hasSize(1);
            assertThat(calm.body().path("rows").get(0).path("vms").asInt()).isEqualTo(1);
            cluster.host("host1").uplinkDown(true);
            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                Answer preview = manager.post("/clusters/default/policy/preview", change);
                assertThat(preview.body().path("items")).hasSize(1);
                JsonNode item = preview.body().path("items").get(0);
                assertThat(item.path("vm").path("name").asText()).isEqualTo("vm1");
                assertThat(item.path("host").path("name").asText()).isEqualTo("host1");
                assertThat(item.path("row").asText()).isEqualTo("ok-ok-fault");
                assertThat(item.path("then").asText()).isEqualTo("stop-and-restart");
            });
            Answer own = manager.post("/vms/vm2/policy/preview", "{\"actions\": {\"ok-ok-fault\": null}}");
            assertThat(own.body().path("items").get(0).path("then").asText()).isEqualTo("migrate-or-keep");
            assertThat(action(manager.get("/clusters/default/policy"), "ok-ok-fault"))
                    .isEqualTo("migrate-or-keep");
            assertThat(action(manager.get("/vms/vm2/policy"), "ok-ok-fault")).isEqualTo("keep");
        }
    }
}
