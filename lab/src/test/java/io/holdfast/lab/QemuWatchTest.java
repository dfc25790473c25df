package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which QEMU processes of one VM may live at the same time. */
final class QemuWatchTest {

    private static QemuWatch.Start process(long startNanos, boolean incoming) {
        return new QemuWatch.Start("vm1", startNanos, startNanos, "pid:[1]", incoming);
    }

    @Test
    void onlyTheTargetOfALiveMigrationMayLiveBesideItsSource() {
        QemuWatch.Start started = process(1, false);
        QemuWatch.Start moved = process(2, true);

        assertThat(QemuWatch.overlap(List.of(started))).isFalse();
        assertThat(QemuWatch.overlap(List.of(started, moved))).isFalse();
        assertThat(QemuWatch.overlap(List.of(moved, process(3, true)))).isFalse();
        assertThat(QemuWatch.overlap(List.of(started, process(2, false)))).isTrue();
        assertThat(QemuWatch.overlap(List.of(moved, process(3, false)))).isTrue();
        assertThat(QemuWatch.overlap(List.of(started, moved, process(3, true)))).isTrue();
    }
}
