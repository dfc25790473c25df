package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElapsedTest {

    @ParameterizedTest
    @CsvSource({"4, 4 ms", "100, 0.1 s", "1440, 1.4 s", "59949, 59.9 s", "187000, 3 m 07 s", "7500000, 2 h 05 m"})
    void readsAsPeopleSayIt(long millis, String text) {
        assertThat(Elapsed.text(millis)).isEqualTo(text);
    }
}
