package io.holdfast.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.core.health.PowerState;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** A cluster built over REST as the lab does it: hosts with BMCs, a shared datastore, VMs that run. */
final class SmallCluster {
    private final RestClient manager;
    private final Map<String, TwinHost> hosts = new HashMap<>();
    private final Map<String, String> vms = new HashMap<>();

    private SmallCluster(RestClient manager) {
        this.manager = manager;
    }

    static SmallCluster build(RestClient manager, TwinAgents agents, PowerPanel panel, int hostCount, int vmCount) {
        SmallCluster result = new SmallCluster(manager);
        for (int number = 1; number <= hostCount; number++) {
            String name = "host" + number;
            panel.set(result.bmc(name), PowerState.ON);
            JsonNode host = created(manager.post("/hosts", """
                    {"name": "%s", "address": "10.0.0.%d", "networks": [{"name": "business", "bridge": "vmbr0", "uplinks": ["b0"]}],
                     "bmc": {"address": "%s", "username": "admin", "password": "secret"}}""".formatted(name, number, result.bmc(name))));
            result.hosts.put(name, agents.add(host.path("id").asText()));
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> manager.get("/status")
                                .body()
                                .path("hosts")
                                .path("connected")
                                .asInt()
                        == hostCount);
        created(manager.post("/datastores", "{\"name\": \"shared\", \"sharedPath\": {\"path\": \"/srv/shared\"}}"));
        for (int number = 1; number <= vmCount; number++) {
            result.addVm("vm" + number);
        }
        return result;
    }

    private static JsonNode created(RestClient.Answer answer) {
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
        return answer.body();
    }

    private void addVm(String name) {
        JsonNode vm = created(manager.post("/vms", """
                {"name": "%s", "cpuCores": 1, "memoryBytes": 67108864,
                 "disks": [{"datastore": "shared", "volume": "%s.img", "sizeBytes": 1048576}], "nics": [{"network": "business"}]}""".formatted(name, name)));
        vms.put(name, vm.path("id").asText());
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            RestClient.Answer answer = manager.post("/vms/" + name + "/actions/start", "");
            assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        });
        await().atMost(Duration.ofSeconds(30))
                .until(() -> manager.get("/vms/" + name)
                        .body()
                        .path("state")
                        .asText()
                        .equals("running"));
    }

    /** The same cluster, asked through another manager. */
    SmallCluster on(RestClient other) {
        SmallCluster result = new SmallCluster(other);
        result.hosts.putAll(hosts);
        result.vms.putAll(vms);
        return result;
    }

    /** Moves every VM to this host, so that its death affects all: the others are shut for new VMs meanwhile. */
    void gather(String host) {
        hosts.keySet().stream().filter(name -> !name.equals(host)).forEach(name -> maintenance(name, true));
        for (String vm : vms.keySet()) {
            if (!hostOf(vm).equals(host)) {
                assertThat(manager.post("/vms/" + vm + "/actions/stop", "{\"force\": true}")
                                .status())
                        .isEqualTo(202);
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> vm(vm).path("state").asText().equals("stopped"));
                assertThat(manager.post("/vms/" + vm + "/actions/start", "").status())
                        .isEqualTo(202);
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> vm(vm).path("state").asText().equals("running"));
            }
        }
        hosts.keySet().stream().filter(name -> !name.equals(host)).forEach(name -> maintenance(name, false));
    }

    private void maintenance(String host, boolean enabled) {
        assertThat(manager.post(
                                "/hosts/" + host + "/actions/maintenance",
                                "{\"enabled\": " + enabled + ", \"drain\": false}")
                        .status())
                .isEqualTo(200);
    }

    JsonNode vm(String name) {
        return manager.get("/vms/" + name).body();
    }

    String hostState(String host) {
        return manager.get("/hosts/" + host).body().toString();
    }

    int openFailovers() {
        return manager.get("/status").body().path("activeFailovers").asInt();
    }

    /** Name of the host that the VM is placed on. */
    String hostOf(String vm) {
        return manager.get("/vms/" + vm).body().path("host").path("name").asText();
    }

    TwinHost host(String name) {
        TwinHost host = hosts.get(name);
        assertThat(host).as(name).isNotNull();
        return Objects.requireNonNull(host);
    }

    String bmc(String host) {
        return "bmc-" + host;
    }

    String vmId(String name) {
        return Objects.requireNonNull(vms.get(name));
    }
}
