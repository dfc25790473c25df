package io.holdfast.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The arbiter moves; the supervisor asks where the manager says that it is. */
class ArbiterAddressTest {
    @Test
    void theManagersWordIsTakenOnlyWhenItIsAnAddress() {
        assertThat(Probes.arbiterNow("{\"role\":\"leader\",\"arbiter\":\"10.0.1.13\"}"))
                .contains("10.0.1.13");
        assertThat(Probes.arbiterNow("{\"role\":\"leader\",\"arbiter\":null}")).isEmpty();
        assertThat(Probes.arbiterNow("{\"arbiter\":\"host3\"}")).isEmpty();
    }
}
