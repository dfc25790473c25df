package io.holdfast.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.agent.Report;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A manager suspects a host that it hears nothing of for 750 ms: reports keep their interval whatever happens besides. */
class ReporterTest {
    private static final int INTERVAL_MILLIS = 100;
    private static final int CHANGES = 100;

    private final LinkedBlockingQueue<Long> reports = new LinkedBlockingQueue<>();
    private final Reporter reporter = new Reporter(this::content, List.of(), () -> INTERVAL_MILLIS);

    private Report content() {
        reports.add(System.nanoTime());
        return Report.getDefaultInstance();
    }

    @BeforeEach
    void run() {
        Thread.ofPlatform().daemon().start(reporter);
    }

    @AfterEach
    void end() {
        reporter.stop();
    }

    /** As when the other manager is away: each failed dial is a change. Each once pushed the next report back by an interval, here by 10 s in all. */
    @Test
    void changesDoNotPostponeTheNextReport() throws InterruptedException {
        for (int change = 0; change < CHANGES; change++) {
            assertThat(next()).isNotNull();
            reporter.now();
        }
        assertThat(next()).as("the report of the last change").isNotNull();
        assertThat(next()).as("the one that follows without a change").isNotNull();
    }

    private @Nullable Long next() throws InterruptedException {
        return reports.poll(5, TimeUnit.SECONDS);
    }
}
