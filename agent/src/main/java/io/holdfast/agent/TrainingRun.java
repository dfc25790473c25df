package io.holdfast.agent;

import io.grpc.TlsChannelCredentials;
import io.holdfast.agent.lease.FileLeaseArea;
import io.holdfast.agent.lease.LeaseArea;
import io.holdfast.agent.state.DurableFile;
import io.holdfast.protocol.agent.Datastore;
import io.holdfast.protocol.agent.Iscsi;
import io.holdfast.protocol.agent.LeaseProfile;
import io.holdfast.protocol.agent.SharedPath;
import io.holdfast.protocol.agent.Welcome;
import io.holdfast.protocol.lease.LeaseAreaLayout;
import io.holdfast.protocol.lease.LeaseHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.UUID;

/**
 * Lets the agent do for a few seconds what every start does (lease, libvirt, transport, all on this machine and harming nothing), so that
 * the JVM can write a start-up cache of the classes it needed. A start with that cache takes little more than half the CPU time.
 */
final class TrainingRun {
    private static final long MILLIS = 3000;
    private static final String CLUSTER = "training";
    private static final String DATASTORE = "shared";

    private TrainingRun() {}

    static void run() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("holdfast-training");
        Path shared = Files.createDirectory(directory.resolve(DATASTORE));
        Path state = Files.createDirectory(directory.resolve("state"));
        DurableFile.replace(state.resolve("welcome"), welcome(shared).toByteArray());
        layOut(shared);
        Properties properties = new Properties();
        // A host id that no placement names: whatever QEMU runs on this machine is not touched.
        properties.setProperty("host.id", "training-" + UUID.randomUUID());
        properties.setProperty("managers", "127.0.0.1:1");
        properties.setProperty("tls.ca", "none");
        properties.setProperty("tls.certificate", "none");
        properties.setProperty("tls.key", "none");
        properties.setProperty("probe.address", "127.0.0.1:0");
        properties.setProperty("migration.address", "");
        properties.setProperty("libvirt.uri", "test:///default");
        properties.setProperty("watchdog.path", "");
        properties.setProperty("state.dir", state.toString());
        properties.setProperty("run.dir", directory.resolve("run").toString());
        Agent agent = new Agent(AgentConfiguration.of(properties, "the training run"));
        agent.start(TlsChannelCredentials.create());
        Thread.sleep(MILLIS);
    }

    private static Welcome welcome(Path shared) {
        return Welcome.newBuilder()
                .setClusterId(CLUSTER)
                .setLease(LeaseProfile.newBuilder()
                        .setRenewMillis(500)
                        .setLossMillis(3000)
                        .setKillMillis(500)
                        .setWatchdogMillis(3000)
                        .setInFlightMillis(1000)
                        .setExpiryMillis(8000)
                        .setClockRateErrorPpm(10_000))
                .addDatastores(Datastore.newBuilder()
                        .setDatastoreId(DATASTORE)
                        .setSharedPath(SharedPath.newBuilder().setPath(shared.toString())))
                .addDatastores(Datastore.newBuilder()
                        .setDatastoreId("san")
                        .setIscsi(Iscsi.newBuilder()
                                .setPortal("127.0.0.1:1")
                                .setTarget("iqn.2026-01.io.holdfast:training")
                                .setLeaseLun(1)))
                .build();
    }

    private static void layOut(Path shared) throws IOException {
        FileLeaseArea.create(shared);
        try (FileLeaseArea area = new FileLeaseArea(shared)) {
            area.write(
                    LeaseAreaLayout.HEADER_OFFSET,
                    new LeaseHeader(CLUSTER, DATASTORE, 500, 3000, 500, 3000, 1000, 8000, 10_000).encode(),
                    LeaseArea.Durability.FLUSHED);
        }
    }
}
