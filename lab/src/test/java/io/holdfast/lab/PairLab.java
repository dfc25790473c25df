package io.holdfast.lab;

import io.holdfast.cli.Progress;
import io.holdfast.cli.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * One lab with a management pair for all end-to-end tests of this process: two nodes and an arbiter with the real database, two hosts, three VMs. A
 * client writes through the VIP and another one listens all the time. A failure prints the ends of the logs.
 */
final class PairLab implements BeforeEachCallback, TestWatcher {

    private static final int TAIL_LINES = 40;
    private static final long WELL_LIMIT_MILLIS = 180_000;
    private static @Nullable Session session;
    private static @Nullable ManagementTrial trial;

    private static Session session() {
        Session known = session;
        if (known == null) {
            known = Session.begin(new LabOptions(2, 3, true, "standard", true), Terminal.plain(System.out));
            session = known;
        }
        return known;
    }

    static Lab lab() {
        return session().lab();
    }

    static ManagementPair pair() {
        return lab().pair();
    }

    static Cluster cluster() {
        return session().cluster();
    }

    /** One fault under writes, an event stream and a watch over the VIP. */
    static ManagementResult after(ManagementTrouble trouble) {
        return trial().run(trouble, 0);
    }

    /** The clients and the watch. */
    static ManagementTrial trial() {
        ManagementTrial known = trial;
        if (known == null) {
            Lab lab = lab();
            lab.client().post("/clusters", Map.of("name", WriteClient.CLUSTER));
            String address = lab.manager().address();
            known = new ManagementTrial(
                    lab,
                    cluster(),
                    WriteClient.start(address),
                    StreamClient.start(address),
                    VipWatch.start(lab.pair()));
            trial = known;
        }
        return known;
    }

    /** Waits until nodes, hosts and VMs are well. */
    static void awaitWell() {
        pair().restore();
        pair().awaitWell(WELL_LIMIT_MILLIS);
        try (Progress progress = new Progress(Terminal.plain(System.out))) {
            Progress.Step step = progress.begin("all well");
            lab().hosts().forEach(LabHost::powerOn);
            cluster().awaitHosts(step);
            cluster().awaitLeases(step);
            cluster().liftHolds();
            cluster().awaitWriting(step, lab().clock());
            step.done();
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        System.out.println();
        System.out.println("--- " + context.getDisplayName());
        session();
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        List<Path> logs = Stream.concat(
                        pair().logs().stream(),
                        lab().hosts().stream().map(host -> host.folder().resolve("agent.log")))
                .toList();
        for (Path log : logs) {
            System.out.println("=== " + log + " (all logs: target/lab-logs-pair after the run)");
            try {
                List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of("(missing)");
                lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size())
                        .forEach(System.out::println);
            } catch (IOException e) {
                System.out.println("(can't be read: " + e.getMessage() + ")");
            }
        }
    }
}
