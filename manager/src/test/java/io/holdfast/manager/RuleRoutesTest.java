package io.holdfast.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.manager.RestClient.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules over REST: written, replaced, removed, kept over a restart; what cannot hold is refused and named. */
class RuleRoutesTest {
    private static final String RULES = "/clusters/default/rules";

    @TempDir
    Path directory;

    private static Answer put(TestManager manager, String name, String body) {
        return manager.send("PUT", RULES + "/" + name, body.replace('\'', '"'));
    }

    private static void stored(Answer answer) {
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    }

    private static void refused(Answer answer, int status, String code, String field, String... said) {
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.body().path("field").asText()).isEqualTo(field);
        for (String word : said) {
            assertThat(answer.body().path("detail").asText()).contains(word);
        }
    }

    @Test
    void rulesAreWrittenReplacedAndRemovedAndOutliveTheManager() {
        TestManager.Panel panel = new TestManager.Panel();
        try (TwinAgents agents = new TwinAgents()) {
            try (TestManager manager = TestManager.start(directory, agents, panel)) {
                SmallCluster.build(manager, agents, panel, 2, 2);
                stored(put(manager, "spread", "{'kind': 'apart', 'vms': ['vm1', 'vm2'], 'strict': false}"));
                stored(put(manager, "spread", "{'kind': 'apart', 'vms': ['vm1', 'vm2']}"));
                stored(
                        put(
                                manager,
                                "pin",
                                "{'kind': 'vm-host', 'strict': false, 'vms': ['vm1'], 'hosts': [{'host': 'host1', 'priority': 3}, {'host': 'host2'}]}"));
                stored(put(manager, "order", "{'kind': 'depends-on', 'vm': 'vm2', 'dependsOn': ['vm1']}"));
            }
            try (TestManager manager = TestManager.start(directory, agents, panel)) {
                assertThat(manager.get(RULES).items()).hasSize(3);
                Answer spread = manager.get(RULES + "/spread");
                assertThat(spread.body().path("strict").asBoolean()).isTrue();
                assertThat(spread.body().path("vms").get(1).path("name").asText())
                        .isEqualTo("vm2");
                assertThat(manager.get(RULES + "/pin")
                                .body()
                                .path("hosts")
                                .get(0)
                                .path("priority")
                                .asInt())
                        .isEqualTo(3);
                assertThat(manager.send("DELETE", RULES + "/spread", null).status())
                        .isEqualTo(204);
                refused(manager.send("DELETE", RULES + "/spread", null), 404, "reject-unknown-rule", "rule", "spread");
                assertThat(manager.get(RULES).items()).hasSize(2);
            }
        }
    }

    @Test
    void whatCannotHoldIsRefusedAndNamedAndChangesNothing() {
        TestManager.Panel panel = new TestManager.Panel();
        try (TwinAgents agents = new TwinAgents();
                TestManager manager = TestManager.start(directory, agents, panel)) {
            SmallCluster.build(manager, agents, panel, 2, 3);
            stored(put(manager, "other", "{'kind': 'apart', 'vms': ['vm2', 'vm3']}"));
            stored(put(manager, "pair", "{'kind': 'together', 'vms': ['vm1', 'vm2']}"));
            stored(put(manager, "first", "{'kind': 'depends-on', 'vm': 'vm1', 'dependsOn': ['vm2']}"));
            String before = manager.get(RULES).body().toString();
            Answer conflict = put(manager, "apart", "{'kind': 'apart', 'vms': ['vm1', 'vm2']}");
            refused(conflict, 409, "reject-rule-conflict", "rule", "apart, pair", "Change or remove");
            assertThat(conflict.body().path("detail").asText()).doesNotContain("other");
            refused(
                    put(manager, "three", "{'kind': 'apart', 'vms': ['vm1', 'vm2', 'vm3']}"),
                    409,
                    "reject-rule-conflict",
                    "rule",
                    "rules three cannot");
            refused(
                    put(manager, "back", "{'kind': 'depends-on', 'vm': 'vm2', 'dependsOn': ['vm1']}"),
                    409,
                    "reject-dependency-cycle",
                    "dependsOn",
                    "vm2 → vm1 → vm2");
            refused(
                    put(manager, "self", "{'kind': 'depends-on', 'vm': 'vm2', 'dependsOn': ['vm2']}"),
                    409,
                    "reject-dependency-cycle",
                    "dependsOn",
                    "vm2 → vm2");
            refused(put(manager, "x", "{'kind': 'apart', 'vms': ['vm1', 'none']}"), 404, "not-found", "vms[1]", "none");
            refused(put(manager, "x", "{'kind': 'apart', 'vms': ['vm1']}"), 422, "reject-rule-empty", "vms");
            refused(
                    put(manager, "x", "{'kind': 'near', 'vms': ['vm1']}"),
                    400,
                    "field-value",
                    "kind",
                    "together, apart");
            refused(put(manager, "x", "{'kind': 'vm-host', 'vms': ['vm1']}"), 422, "reject-rule-empty", "hosts");
            refused(
                    put(
                            manager,
                            "x",
                            "{'kind': 'vm-host', 'vms': ['vm1'], 'hosts': [{'host': 'host1', 'priority': 2000}]}"),
                    422,
                    "reject-out-of-range",
                    "hosts.priority");
            refused(
                    manager.send("PATCH", "/vms/vm1", "{\"priority\": \"urgent\"}"),
                    400,
                    "field-value",
                    "priority",
                    "urgent",
                    "highest, high, medium, low, lowest, never");
            refused(
                    manager.send("PATCH", "/clusters/default", "{\"placementScore\": \"best\"}"),
                    400,
                    "field-value",
                    "placementScore",
                    "fewest-vms, configured-size, runtime-load");
            assertThat(manager.get(RULES).body().toString()).isEqualTo(before);
            assertThat(manager.send("PATCH", "/clusters/default", "{\"placementScore\": \"runtime-load\"}")
                            .body()
                            .path("placementScore")
                            .asText())
                    .isEqualTo("runtime-load");
        }
    }
}
