package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class JournalCheckTest {

    private static final String FIRST = "11111111-1111-4111-8111-111111111111";
    private static final String SECOND = "22222222-2222-4222-8222-222222222222";

    private final List<Optional<JournalRecord>> journal = new ArrayList<>();

    @Test
    void acceptsBootsOneBehindTheOther() {
        boot(FIRST, 1, 3);
        boot(SECOND, 2, 2);

        JournalCheck check = check(Map.of(FIRST, 3L, SECOND, 1L));

        assertThat(check.clean()).isTrue();
        assertThat(check.records()).isEqualTo(5);
        assertThat(check.boots()).isEqualTo(2);
    }

    @Test
    void seesTwoBootsThatWroteSideBySide() {
        // Both began at slot 2: what the second wrote there was overwritten by the first, and the other way round.
        append(FIRST, 1, 1);
        append(FIRST, 1, 2);
        append(SECOND, 2, 1);
        append(FIRST, 1, 4);
        append(SECOND, 2, 3);

        assertThat(check(Map.of()).interleaved()).anyMatch(line -> line.contains("writes again after another one"));
    }

    @Test
    void seesARecordOverwrittenInTheMiddleOfABoot() {
        boot(FIRST, 1, 3);
        append(FIRST, 1, 5);

        assertThat(check(Map.of()).interleaved()).containsExactly("vm1 slot 3: sequence 5 follows 3");
    }

    @Test
    void seesAnOlderRunThatWroteAfterANewerOne() {
        boot(SECOND, 2, 2);
        boot(FIRST, 1, 2);

        assertThat(check(Map.of()).interleaved()).containsExactly("vm1 slot 2: run 1 follows run 2");
    }

    @Test
    void seesABootWhoseFirstRecordIsGone() {
        boot(FIRST, 1, 2);
        append(SECOND, 2, 2);

        assertThat(check(Map.of()).interleaved()).hasSize(1);
    }

    @Test
    void seesAnAcknowledgedRecordThatIsMissing() {
        boot(FIRST, 1, 3);

        assertThat(check(Map.of(FIRST, 5L)).lost()).hasSize(2);
        assertThat(check(Map.of(SECOND, 1L)).lost()).hasSize(1);
    }

    @Test
    void seesAHole() {
        append(FIRST, 1, 1);
        journal.add(Optional.empty());
        append(FIRST, 1, 3);

        assertThat(check(Map.of()).clean()).isFalse();
    }

    @Test
    void readsBackWhatItWrites() {
        JournalRecord record = new JournalRecord("vm1", FIRST, 7, 8, 9, 10);

        assertThat(JournalRecord.decode(record.encode())).contains(record);
    }

    @Test
    void takesATornOrEmptySectorForNoRecord() {
        byte[] torn = new JournalRecord("vm1", FIRST, 7, 8, 9, 10).encode();
        torn[100] ^= 1;

        assertThat(JournalRecord.decode(torn)).isEmpty();
        assertThat(JournalRecord.decode(new byte[JournalRecord.BYTES])).isEmpty();
    }

    private JournalCheck check(Map<String, Long> acknowledged) {
        return JournalCheck.of("vm1", journal, acknowledged);
    }

    private void boot(String boot, long run, int records) {
        for (int sequence = 1; sequence <= records; sequence++) {
            append(boot, run, sequence);
        }
    }

    private void append(String boot, long run, long sequence) {
        journal.add(Optional.of(new JournalRecord("vm1", boot, run, sequence, journal.size(), 0)));
    }
}
