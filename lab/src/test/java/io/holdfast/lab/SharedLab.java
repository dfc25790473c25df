package io.holdfast.lab;

import io.holdfast.cli.Progress;
import io.holdfast.cli.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * One lab for all end-to-end tests of this process (three hosts, six VMs): built by the first, put right after each, and
 * well again before the next begins. A failure prints the ends of the logs; all of them are in target/lab-logs afterwards.
 */
final class SharedLab implements BeforeEachCallback, AfterEachCallback, TestWatcher {

    private static final int TAIL_LINES = 60;
    private static @Nullable Session session;

    static Session session() {
        Session running = session;
        if (running == null) {
            running = Session.begin(new LabOptions(3, 6, true, "standard"), Terminal.plain(System.out));
            session = running;
        }
        return running;
    }

    static Lab lab() {
        return session().lab();
    }

    static Cluster cluster() {
        return session().cluster();
    }

    /** Does the fault and waits for its outcome; the story is printed. */
    static TrialResult after(Fault.Call call) {
        return after(call, () -> {});
    }

    static TrialResult after(Fault.Call call, Runnable first) {
        return new Trial(lab(), cluster(), System.out::println).run(call, first);
    }

    /** The host that runs most VMs. */
    static LabHost busiest() {
        return lab().hosts().stream()
                .max(Comparator.comparingInt(
                        host -> cluster().vmsOn(host.name()).size()))
                .orElseThrow();
    }

    static Fault.Call call(Fault fault, LabHost host) {
        return new Fault.Call(fault, Optional.of(host.name()), Optional.empty());
    }

    static Fault.Call call(Fault fault, LabHost host, Network network) {
        return new Fault.Call(fault, Optional.of(host.name()), Optional.of(network));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        System.out.println();
        System.out.println("--- " + context.getDisplayName());
        session();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        lab().restore();
        try (Progress progress = new Progress(Terminal.plain(System.out))) {
            Progress.Step step = progress.begin("all well again");
            cluster().awaitHosts(step);
            cluster().awaitLeases(step);
            cluster().liftHolds();
            cluster().awaitWriting(step, lab().clock());
            step.done();
        } catch (LabException e) {
            printLogs();
            throw e;
        }
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        printLogs();
    }

    private static void printLogs() {
        Path root = LabPaths.INSIDE.root();
        List<Path> logs = Stream.concat(
                        Stream.of(root.resolve("manager/manager.log")),
                        Stream.of(1, 2, 3).map(host -> root.resolve("hosts/host" + host + "/agent.log")))
                .toList();
        for (Path log : logs) {
            System.out.println("=== " + log + " (all logs: target/lab-logs after the run)");
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
