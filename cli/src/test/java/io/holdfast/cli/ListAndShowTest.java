package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListAndShowTest {

    private final RecordedServer server = new RecordedServer();

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "status, /status, status",
        "host list, /hosts, hosts",
        "host show host2, /hosts/host2, host",
        "vm list, /vms, vms",
        "vm show vm2, /vms/vm2, vm",
        "datastore list, /datastores, datastores",
        "datastore show san, /datastores/san, datastore",
        "cluster list, /clusters, clusters",
        "cluster show default, /clusters/default, cluster",
        "event list, /events, events",
        "failover list, /failovers, failovers",
        "failover show f-7, /failovers/f-7, failover",
        "alarm list, /alarms, alarms"
    })
    void printsTheApiAnswerUnchangedWithJson(String command, String path, String payload) {
        server.on("GET " + path, 200, payload);

        Run run = Run.of(server, command + " --json");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo(RecordedServer.payload(payload) + "\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void listsHostsWithEachPlane() {
        server.on("GET /hosts", 200, "hosts");

        Run run = Run.of(server, "host list");

        assertThat(run.words())
                .containsExactly(
                        "NAME STATE MANAGEMENT STORAGE BUSINESS POWER AGENT VMS CPU MEMORY ADDRESS",
                        "host1 dead fault fault unknown off silent 0 0/4 0 B / 8 GiB 10.77.1.11",
                        "主机二 ok, maintenance ok ok ok none connected 3 3/4 288 MiB / 8 GiB 10.77.1.12");
    }

    @Test
    void alignsColumnsInChinese() {
        server.on("GET /hosts", 200, "hosts");

        Run run = Run.of(server, "host list --language zh");

        String[] lines = run.out().split("\n");
        assertThat(lines[1]).contains("宕机");
        int[] columnOfAddress = Arrays.stream(lines)
                .mapToInt(line ->
                        DisplayWidth.of(line.substring(0, Math.max(line.lastIndexOf("10.77"), line.lastIndexOf("地址")))))
                .toArray();
        assertThat(columnOfAddress).containsOnly(columnOfAddress[0]);
        assertThat(server.onlyRequest().language()).isEqualTo("zh");
    }

    @Test
    void showsTheLeaseOnEachDatastore() {
        server.on("GET /hosts/host2", 200, "host");

        assertThat(Run.of(server, "host show host2").words())
                .contains(
                        "DATASTORE STATE LEASE HELD GENERATION SEQUENCE AGE LAST WRITE WHAT",
                        "san ok yes 2 4711 412 ms 3 ms –")
                .contains("WATCHDOG not armed");
    }

    @Test
    void saysWhyVmIsDown() {
        server.on("GET /vms", 200, "vms");

        assertThat(Run.of(server, "vm list").words())
                .containsExactly(
                        "NAME STATE HOST RUN CPU MEMORY RECOVERY",
                        "vm1 running host2 2 1 96 MiB –",
                        "vm2 down – 1 2 2 GiB waiting: No host has 2 cores free");
    }

    @Test
    void warnsOfWeakProof() {
        server.on("GET /vms/vm2", 200, "vm");

        assertThat(Run.of(server, "vm show vm2").out())
                .contains("has no watchdog")
                .contains("64 MiB");
    }

    @Test
    void tellsTheWholeStoryOfFailover() {
        server.on("GET /failovers/f-7", 200, "failover");

        assertThat(Run.of(server, "failover show f-7").words())
                .contains("VERDICT dead")
                .containsSubsequence(
                        "Evidence",
                        "+0.00 s host1 management manager Report missed",
                        "+0.90 s host1 power bmc The BMC reads off",
                        "Proofs tried",
                        "+1.52 s host1 power-seen-off obtained Read off twice",
                        "+0.00 s host1 lease-expired sought Lease unchanged",
                        "Plan",
                        "vm1 host2",
                        "Virtual machines",
                        "vm1 host1 host2 2 running powered-off affected 1.00 → isolated 1.52 → running 3.40",
                        "vm2 host1 – 1 waiting: No host has 2 cores free powered-off",
                        "Timeline",
                        "1 of 2 virtual machines run again.");
    }

    @Test
    void tellsTheStoryInChinese() {
        server.on("GET /failovers/f-7", 200, "failover");

        assertThat(Run.of(server, "failover show f-7 --language zh").out())
                .contains("已尝试的隔离证明", "已断电", "两次读到关机", "2 台虚拟机中有 1 台已恢复运行。");
    }

    @Test
    void showsTheLatestFailoverWithoutId() {
        server.on("GET /failovers", 200, "failovers").on("GET /failovers/f-7", 200, "failover");

        assertThat(Run.of(server, "failover show").words()).contains("FAILOVER f-7");
        assertThat(Run.of(server, "failover show latest").words()).contains("FAILOVER f-7");
    }

    @Test
    void listsEventsOldestFirst() {
        server.on("GET /events", 200, "events");

        Run run = Run.of(server, "event list --limit 10 --host host1");

        assertThat(run.out().indexOf("host1 is dead")).isLessThan(run.out().indexOf("vm1 goes to host2"));
        assertThat(server.onlyRequest().query()).isEqualTo("limit=10&host=host1");
    }

    @Test
    void figuresOfTheCluster() {
        server.on("GET /status", 200, "status");

        assertThat(Run.of(server, "status").words())
                .contains("MANAGER m1 0.1.0", "HOSTS 2 of 3 connected", "VMS 4 of 6 running, 2 recovering, 1 waiting");
    }

    @Test
    void saysHowToBeginWhenThereIsNothing() {
        server.text("GET /hosts", 200, "{\"items\":[]}");

        assertThat(Run.of(server, "host list").out()).contains("No hosts").contains("host add --help");
    }

    @Test
    void showsClusterLeaseAndDatastoreReach() {
        server.on("GET /clusters/default", 200, "cluster")
                .on("GET /datastores", 200, "datastores")
                .on("GET /alarms", 200, "alarms");

        assertThat(Run.of(server, "cluster show").words()).contains("EXPIRY 15000 ms", "LEAST EXPIRY ALLOWED 14283 ms");
        assertThat(Run.of(server, "datastore list").words())
                .contains("san default iscsi 10.77.2.2:3260/iqn.2026-11.io.holdfast.lab:san 1 of 2 reach it");
        assertThat(Run.of(server, "alarm list").out()).contains("The BMC of host3 does not answer");
    }
}
