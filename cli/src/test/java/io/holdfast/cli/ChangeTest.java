package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeTest {

    private final RecordedServer server = new RecordedServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void addsHostWithBmcAndNetworksWithoutPasswordOnTheCommandLine() {
        server.on("POST /hosts", 201, "host");
        String line = "host add host1 --address 10.77.1.11 --bmc-address 10.77.1.111 --bmc-username admin"
                + " --network business=vmbr0:b0,b1 --network storage=br1";

        Run run = Run.with(Map.of("HOLDFAST_SERVER", server.url(), "HOLDFAST_BMC_PASSWORD", "secret"), line.split(" "));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("host enrol host1");
        assertThat(server.onlyRequest().body())
                .isEqualTo("{\"name\":\"host1\",\"address\":\"10.77.1.11\","
                        + "\"bmc\":{\"address\":\"10.77.1.111\",\"username\":\"admin\",\"password\":\"secret\"},"
                        + "\"networks\":[{\"name\":\"business\",\"bridge\":\"vmbr0\",\"uplinks\":[\"b0\",\"b1\"]},"
                        + "{\"name\":\"storage\",\"bridge\":\"br1\",\"uplinks\":[]}]}");
        assertThat(server.onlyRequest().idempotencyKey()).isNotEmpty();
    }

    @Test
    void createsVm() {
        server.on("POST /vms", 201, "vm");

        Run run = Run.of(
                server,
                "vm create web1 --cpu 2 --memory 2GiB --disk san:11:20GiB --disk san:12:1GiB:ro --nic business=52:54:00:77:00:01 --no-restart");

        assertThat(run.exitCode()).isZero();
        assertThat(server.onlyRequest().body())
                .isEqualTo("{\"name\":\"web1\",\"cpuCores\":2,\"memoryBytes\":2147483648,\"disks\":["
                        + "{\"datastore\":\"san\",\"volume\":\"11\",\"sizeBytes\":21474836480,\"readOnly\":false},"
                        + "{\"datastore\":\"san\",\"volume\":\"12\",\"sizeBytes\":1073741824,\"readOnly\":true}],"
                        + "\"nics\":[{\"network\":\"business\",\"mac\":\"52:54:00:77:00:01\"}],\"restart\":false}");
    }

    @Test
    void movesVmLiveUnlessAskedOtherwise() {
        server.on("POST /vms/web1/actions/move", 202, "vm");

        Run run = Run.of(server, "vm move web1 host2");

        assertThat(run.exitCode()).isZero();
        assertThat(server.onlyRequest().body()).isEqualTo("{\"host\":\"host2\",\"live\":true}");
    }

    @Test
    void maintenanceDrainsUnlessAskedOtherwise() {
        server.on("POST /hosts/host1/actions/maintenance", 200, "host");

        Run run = Run.of(server, "host maintenance host1 on --no-drain");

        assertThat(run.exitCode()).isZero();
        assertThat(server.onlyRequest().body()).isEqualTo("{\"enabled\":true,\"drain\":false}");
    }

    @Test
    void rebootIsAnOrderlyShutdownThatSaysSo() {
        server.on("POST /hosts/host1/actions/shutdown", 200, "host");

        Run run = Run.of(server, "host reboot host1");

        assertThat(run.exitCode()).isZero();
        assertThat(server.onlyRequest().body()).isEqualTo("{\"reboot\":true}");
    }

    @Test
    void addsBothKindsOfDatastore() {
        server.on("POST /datastores", 201, "datastore");

        Run.of(server, "datastore add san --iscsi 10.77.2.2:3260/iqn.2026-11.io.holdfast.lab:san --lease-lun 1");

        assertThat(server.onlyRequest().body())
                .isEqualTo("{\"name\":\"san\",\"iscsi\":{\"portal\":\"10.77.2.2:3260\","
                        + "\"target\":\"iqn.2026-11.io.holdfast.lab:san\",\"leaseLun\":1}}");
    }

    @Test
    void settingsOfAVmAreSentAsTheyAreGiven() {
        server.on("PATCH /vms/db1", 200, "vm");

        Run run = Run.of(
                server,
                "vm set db1 --priority highest --next-when guest-heartbeat --live-migration false --hung-action reset --memory 1GiB --desired started");

        assertThat(run.exitCode()).isZero();
        assertThat(server.onlyRequest().body())
                .isEqualTo(
                        "{\"memoryBytes\":1073741824,\"desired\":\"started\",\"priority\":\"highest\",\"nextWhen\":\"guest-heartbeat\","
                                + "\"liveMigration\":false,\"hungAction\":\"reset\"}");
    }

    @Test
    void nothingToChangeIsSaidSo() {
        assertThat(Run.of(server, "vm set db1").exitCode()).isEqualTo(2);
        assertThat(Run.of(server, "cluster set default").exitCode()).isEqualTo(2);
    }

    @Test
    void settingsOfAClusterAreSentAsTheyAreGiven() {
        server.on("PATCH /clusters/default", 200, "cluster");

        Run.of(
                server,
                "cluster set default --shutdown-policy migrate --degraded-action evacuate --ha-mode freeze --starts-per-host 2 --cpu-overcommit 2.5 --brake-minimum-hosts 3");

        assertThat(server.onlyRequest().body())
                .isEqualTo(
                        "{\"shutdownPolicy\":\"migrate\",\"degradedAction\":\"evacuate\",\"haMode\":\"freeze\",\"startsPerHost\":2,"
                                + "\"cpuOvercommit\":2.5,\"brake\":{\"minimumHosts\":3}}");
    }

    @Test
    void changesOnlyWhatIsGiven() {
        server.on("PATCH /clusters/default", 200, "cluster");

        Run.of(server, "cluster set default --lease-profile fast --accept-without-watchdog true");

        assertThat(server.onlyRequest().body())
                .isEqualTo("{\"lease\":{\"profile\":\"fast\"},\"acceptWithoutWatchdog\":true}");
    }

    @Test
    void encodesNamesInPaths() {
        server.text("POST /vms/a%20b%2Fc/actions/stop", 202, "{}");

        Run run = Run.with(Map.of("HOLDFAST_SERVER", server.url()), "vm", "stop", "a b/c", "--force");

        assertThat(run.exitCode()).isZero();
        assertThat(server.onlyRequest().body()).isEqualTo("{\"force\":true}");
    }

    @Test
    void removesAndStarts() {
        server.on("DELETE /hosts/host1", 204, "")
                .on("POST /vms/vm1/actions/start", 202, "vm")
                .on("POST /hosts/host1/actions/lift-hold", 200, "host");

        assertThat(Run.of(server, "host remove host1").out()).isEqualTo("Host host1 is removed.\n");
        assertThat(Run.of(server, "host lift-hold host1").out()).isEqualTo("Host host1 may take VMs again.\n");
        assertThat(Run.of(server, "vm start vm1").out()).isEqualTo("VM vm1 is asked to run.\n");
    }

    @Test
    void writesEnrolmentReadableByItsOwnerAlone(@TempDir Path folder) throws IOException {
        server.on("POST /hosts/host1/enrolment", 201, "enrolment");
        Path out = folder.resolve("host1");

        Run run = Run.of(server, "host enrol host1 --out " + out);

        assertThat(run.exitCode()).isZero();
        assertThat(out.resolve("key.pem")).hasContent("KEY PEM\n");
        assertThat(out.resolve("agent.properties")).hasContent("host.id=h-1\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out.resolve("key.pem"))))
                .isEqualTo("rw-------");
        assertThat(out.resolve("certificate.pem")).exists();
        assertThat(out.resolve("ca.pem")).exists();
    }

    @Test
    void keepsOlderEnrolment(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("key.pem"), "older");

        Run run = Run.of(server, "host enrol host1 --out " + folder);

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("exists already");
        assertThat(folder.resolve("key.pem")).hasContent("older");
    }

    @Test
    void asksForTheNameTwiceBeforeIsolationIsStated() {
        server.on("POST /hosts/host1/confirm-isolation", 200, "failover");
        Map<String, String> environment = Map.of("HOLDFAST_SERVER", server.url());

        Run wrong = Run.with(
                environment,
                "host",
                "confirm-isolation",
                "host1",
                "--confirm",
                "host2",
                "--reason",
                "pulled both feeds");
        assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(wrong.err()).contains("type its name twice");

        Run right = Run.with(
                environment,
                "host",
                "confirm-isolation",
                "host1",
                "--confirm",
                "host1",
                "--reason",
                "pulled both feeds",
                "--operator",
                "alice");
        assertThat(right.exitCode()).isZero();
        assertThat(server.onlyRequest().body())
                .isEqualTo("{\"host\":\"host1\",\"reason\":\"pulled both feeds\",\"operator\":\"alice\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host add host1",
                "host add host1 --address 10.0.0.1 --bmc-address 10.0.0.2",
                "host add host1 --address 10.0.0.1 --network business",
                "host maintenance host1 maybe",
                "vm create vm1 --cpu 1 --memory 2XiB --disk san:11:1GiB",
                "vm create vm1 --cpu one --memory 2GiB --disk san:11:1GiB",
                "vm create vm1 --cpu 1 --memory 2GiB --disk san",
                "vm create vm1 --cpu 1 --memory 2GiB --disk san:11:1GiB --initrd /x",
                "datastore add san",
                "datastore add san --iscsi 10.0.0.1:3260/iqn.x",
                "datastore add san --path /srv --iscsi 10.0.0.1:3260/iqn.x --lease-lun 1",
                "cluster set default",
                "event list --limit 0",
                "event list --follow --host host1",
                "host list --server nowhere",
                "host list --language fr",
                "host",
                "hosts list"
            })
    void refusesWrongCommandLinesWithoutAskingTheServer(String line) {
        Run run = Run.of(server, line);

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).startsWith("holdfast: ");
        assertThat(run.out()).isEmpty();
    }
}
