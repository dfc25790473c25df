package io.holdfast.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.health.PowerState;
import io.holdfast.manager.RestClient.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every bad request names the field and the remedy, and changes nothing. */
class BadInputTest {
    @TempDir
    Path directory;

    private static void refused(Answer answer, int status, String code, String field) {
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.body().path("field").asText("")).isEqualTo(field);
        assertThat(answer.body().path("detail").asText()).contains(".");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    @Test
    void refusesWithTheFieldAndChangesNothing() {
        TestManager.Panel panel = new TestManager.Panel();
        try (TwinAgents agents = new TwinAgents();
                TestManager manager = TestManager.start(directory, agents, panel)) {
            SmallCluster cluster = SmallCluster.build(manager, agents, panel, 3, 1);
            String before = manager.get("/hosts").items().size() + " "
                    + manager.get("/datastores").items().size() + " "
                    + manager.get("/vms").items().size();
            panel.set("bmc-wrong", PowerState.WRONG_PASSWORD);
            refused(
                    manager.post(
                            "/hosts",
                            "{\"name\": \"new\", \"address\": \"10.0.0.9\", \"bmc\": {\"address\": \"bmc-wrong\", \"username\": \"a\", \"password\": \"b\"}}"),
                    422,
                    "bmc-wrong-password",
                    "bmc.password");
            refused(manager.post("/hosts", "{\"name\": \"new\"}"), 400, "field-required", "address");
            refused(manager.post("/hosts", "{\"name\": \"new\", \"address\": 7}"), 400, "field-type", "address");
            refused(
                    manager.post("/hosts", "{\"name\": \"new\", \"address\": \"10.0.0.9\", \"adress\": \"x\"}"),
                    400,
                    "field-unknown",
                    "adress");
            refused(manager.post("/hosts", "{\"name\": \"new\", \"address\": \"-v\"}"), 400, "address", "address");
            refused(manager.post("/hosts", "nonsense"), 400, "body-not-json", "");
            Answer sameAddress = manager.post("/hosts", "{\"name\": \"new\", \"address\": \"10.0.0.1\"}");
            assertThat(sameAddress.status()).isEqualTo(409);
            assertThat(sameAddress.code()).isEqualTo("reject-address-taken");
            refused(manager.get("/hosts/none"), 404, "not-found", "");
            refused(manager.get("/vms?cluster=none"), 404, "not-found", "cluster");
            refused(manager.get("/events?limit=x"), 400, "parameter", "limit");
            assertThat(manager.post("/vms", vm("big", 1, 1L << 40)).code()).isEqualTo("reject-vm-too-large");
            assertThat(manager.post("/vms", vm("none", 0, 1 << 26)).status()).isEqualTo(422);
            refused(
                    manager.post("/vms", vm("x", 1, 1 << 26).replace("\"shared\"", "\"nowhere\"")),
                    404,
                    "not-found",
                    "disks[0].datastore");
            Answer lease = manager.send(
                    "PATCH",
                    "/clusters/default",
                    "{\"lease\": {\"profile\": \"custom\", \"renewMillis\": 1000, \"lossMillis\": 5000, \"killMillis\": 1000, \"watchdogMillis\": 6000, \"inFlightMillis\": 2000, \"expiryMillis\": 14000}}");
            assertThat(lease.code()).isEqualTo("reject-lease");
            assertThat(lease.body().path("detail").asText()).contains("14283");
            assertThat(manager.get("/clusters/default")
                            .body()
                            .path("lease")
                            .path("expiryMillis")
                            .asInt())
                    .isEqualTo(15000);
            assertThat(manager.send("DELETE", "/hosts/" + cluster.hostOf("vm1"), null)
                            .status())
                    .isEqualTo(409);
            assertThat(manager.send("DELETE", "/datastores/shared", null).code())
                    .isEqualTo("reject-datastore-in-use");
            assertThat(manager.get("/hosts").items().size() + " "
                            + manager.get("/datastores").items().size() + " "
                            + manager.get("/vms").items().size())
                    .isEqualTo(before);
        }
    }

    private static String vm(String name, int cores, long memory) {
        return "{\"name\": \"%s\", \"cpuCores\": %d, \"memoryBytes\": %d, \"disks\": [{\"datastore\": \"shared\", \"volume\": \"%s.img\", \"sizeBytes\": 1048576}]}"
                .formatted(name, cores, memory, name);
    }

    @Test
    void refusesADatastoreThatIsNotSharedNamingTheHostsThatDoNotSeeIt() {
        TestManager.Panel panel = new TestManager.Panel();
        try (TwinAgents agents = new TwinAgents();
                TestManager manager = TestManager.start(directory, agents, panel)) {
            String body = "{\"name\": \"local\", \"sharedPath\": {\"path\": \"/srv/local\"}}";
            refused(manager.post("/datastores", body), 409, "datastore-no-host", "");
            SmallCluster cluster = SmallCluster.build(manager, agents, panel, 3, 0);
            cluster.host("host2").blindTo("/srv/local");
            Answer answer = manager.post("/datastores", body);
            refused(answer, 422, "datastore-not-shared", "sharedPath.path");
            assertThat(answer.body().path("detail").asText()).contains("host2").doesNotContain("host3:");
            assertThat(manager.get("/datastores").items()).hasSize(1);
            refused(manager.post("/datastores", "{\"name\": \"both\"}"), 400, "location", "");
        }
    }

    @Test
    void answersInTheLanguageThatIsAskedFor() {
        try (TwinAgents agents = new TwinAgents();
                TestManager manager = TestManager.start(directory, agents, new TestManager.Panel())) {
            assertThat(manager.get("/hosts/x", "Accept-Language", "zh-CN,zh;q=0.9,en;q=0.5")
                            .body()
                            .path("detail")
                            .asText())
                    .isEqualTo("没有 主机 x。请列出后使用其中的名称或标识。");
            assertThat(manager.get("/hosts/x", "Accept-Language", "fr")
                            .body()
                            .path("title")
                            .asText())
                    .isEqualTo("Not found");
        }
    }

    @Test
    void acceptsABmcThatDoesNotAnswerWithAnAlarm() {
        TestManager.Panel panel = new TestManager.Panel();
        try (TwinAgents agents = new TwinAgents();
                TestManager manager = TestManager.start(directory, agents, panel)) {
            Answer added = manager.post(
                    "/hosts",
                    "{\"name\": \"host1\", \"address\": \"10.0.0.1\", \"bmc\": {\"address\": \"dumb\", \"username\": \"a\", \"password\": \"b\"}}");
            assertThat(added.status()).isEqualTo(201);
            assertThat(manager.get("/alarms").items().get(0).path("code").asText())
                    .isEqualTo("alarm-bmc");
            assertThat(manager.get("/hosts/host1")
                            .body()
                            .path("power")
                            .path("state")
                            .asText())
                    .isEqualTo("unreachable");
            assertThat(added.body().toString()).doesNotContain("password");
        }
    }

    @Test
    void theSameIdempotencyKeyGivesTheFirstAnswerAndRefusesAnotherRequest() {
        try (TwinAgents agents = new TwinAgents();
                TestManager manager = TestManager.start(directory, agents, new TestManager.Panel())) {
            String body = "{\"name\": \"host1\", \"address\": \"10.0.0.1\"}";
            Answer first = manager.post("/hosts", body, "Idempotency-Key", "k1");
            Answer again = manager.post("/hosts", body, "Idempotency-Key", "k1");
            assertThat(again.status()).isEqualTo(201);
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(manager.get("/hosts").items()).hasSize(1);
            refused(
                    manager.post("/hosts", body.replace("host1", "host2"), "Idempotency-Key", "k1"),
                    422,
                    "key-reused",
                    "Idempotency-Key");
        }
    }
}
