package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FaultTest {

    @Test
    void readsAFaultInAnyOfItsSpellings() {
        Fault.Call expected = new Fault.Call(Fault.CABLE_OUT, Optional.of("host2"), Optional.of(Network.STORAGE));

        assertThat(parse("cable-out", "storage", "host2")).isEqualTo(expected);
        assertThat(parse("cable-out", "host2", "storage")).isEqualTo(expected);
        assertThat(parse("cable-out-storage host2")).isEqualTo(expected);
        assertThat(parse(expected.toString())).isEqualTo(expected);
    }

    @Test
    void takesTheDefaultHostWhereNoneIsNamed() {
        assertThat(parse("power-cut").host()).contains("host1");
        assertThat(parse("storage-stop").host()).isEmpty();
    }

    @Test
    void everyFaultIsReadBackFromItsOwnName() {
        for (Fault fault : Fault.values()) {
            assertThat(parse(fault.word() + (fault.usage().contains("NETWORK") ? " business" : ""))
                            .fault())
                    .isEqualTo(fault);
        }
    }

    @Test
    void aFaultOfThePairNamesANodeOrMeansTheOneThatHoldsTheVip() {
        assertThat(parse("database-kill").host()).isEmpty();
        assertThat(parse("database-kill", "mgmt2").host()).contains("mgmt2");
        assertThat(parse("power-cut", "arbiter").host()).contains("arbiter");
        assertThat(parse("manager-kill", "mgmt1").host()).contains("mgmt1");
        assertThat(parse("cable-out", "management", "mgmt1"))
                .isEqualTo(new Fault.Call(Fault.CABLE_OUT, Optional.of("mgmt1"), Optional.of(Network.MANAGEMENT)));
        assertThatThrownBy(() -> FaultStory.of(parse("cut-off", "mgmt1"))).hasMessageContaining("lab bench management");
    }

    @Test
    void saysWhatIsWrongAndWhatThereIs() {
        assertThatThrownBy(() -> parse("power-cutt"))
                .hasMessageContaining("power-cutt")
                .hasMessageContaining("power-cut HOST");
        assertThatThrownBy(() -> parse("cable-out", "host1")).hasMessageContaining("NETWORK");
        assertThatThrownBy(() -> parse("cable-out", "wifi"))
                .hasMessageContaining("wifi")
                .hasMessageContaining("storage");
        assertThatThrownBy(() -> parse("storage-stop", "host1")).hasMessageContaining("too many");
    }

    @Test
    void refusesALabOfImpossibleSize() {
        assertThatThrownBy(() -> new LabOptions(0, 6, true, "standard")).hasMessageContaining("--hosts 0");
        assertThatThrownBy(() -> new LabOptions(3, 0, true, "standard")).hasMessageContaining("--vms 0");
        assertThatThrownBy(() -> new LabOptions(3, 6, true, "slow")).hasMessageContaining("--profile slow");
        assertThatThrownBy(() -> new LabOptions(3, 6, true, "standard").with("triple"))
                .hasMessageContaining("--management triple");
    }

    @Test
    void namesProofsAsTheSafetyArgumentDoes() {
        assertThat(Trial.nameOf("powered-off")).isEqualTo("PoweredOff");
        assertThat(Trial.nameOf("lease-expired")).isEqualTo("LeaseExpired");
    }

    private static Fault.Call parse(String... words) {
        return Fault.Call.parse(List.of(words), Optional.of("host1"));
    }
}
