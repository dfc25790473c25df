package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "512, 512",
        "1KiB, 1024",
        "96MiB, 100663296",
        "2GiB, 2147483648",
        "2G, 2147483648",
        "1 TiB, 1099511627776"
    })
    void readsWhatPeopleWrite(String text, long bytes) {
        assertThat(Bytes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "2 gigs", "1.5GiB", "99999999999TiB"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> Bytes.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1536, 1.5 KiB", "100663296, 96 MiB", "8589934592, 8 GiB"})
    void writesTheLargestFittingUnit(long bytes, String text) {
        assertThat(Bytes.text(bytes)).isEqualTo(text);
    }
}
