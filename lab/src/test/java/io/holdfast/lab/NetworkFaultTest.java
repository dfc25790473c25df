package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Cables, switches and the storage server (safety argument, section 7: the policy table). */
@ExtendWith(SharedLab.class)
final class NetworkFaultTest {

    private static final long STORAGE_LOST_LIMIT_MILLIS = 25_000;

    @Test
    void hostThatLosesItsStorageFencesItselfAndItsVmsRunElsewhere() {
        LabHost host = SharedLab.busiest();
        int resets = host.watchdog().fired();
        TrialResult result = SharedLab.after(SharedLab.call(Fault.CABLE_OUT, host, Network.STORAGE));

        Expect.restartedElsewhere(result, STORAGE_LOST_LIMIT_MILLIS);
        Expect.proof(result, "ProcessEnded");
        assertThat(host.watchdog().fired())
                .as("the agent killed its VMs in time, the watchdog wasn't needed")
                .isEqualTo(resets);
    }

    @Test
    void hostThatLosesOnlyItsManagementNetworkKeepsItsVms() {
        TrialResult result = SharedLab.after(SharedLab.call(Fault.CABLE_OUT, SharedLab.busiest(), Network.MANAGEMENT));

        Expect.nothingStopped(result);
    }

    @Test
    void hostThatLosesOnlyItsBusinessNetworkKeepsItsVmsAndRaisesAnAlarm() {
        LabHost host = SharedLab.busiest();
        SharedLab.lab().apply(SharedLab.call(Fault.CABLE_OUT, host, Network.BUSINESS));
        Waiting.until(() -> !alarms().isEmpty(), 200, 15_000, () -> "no alarm tells of the lost uplink");
        TrialResult result = SharedLab.after(SharedLab.call(Fault.CABLE_OUT, host, Network.BUSINESS));

        Expect.nothingStopped(result);
    }

    @Test
    void nobodyIsStartedAnewWhileTheStorageIsAwayAndAllComeBackAfterwards() {
        TrialResult result = SharedLab.after(new Fault.Call(Fault.STORAGE_STOP, Optional.empty(), Optional.empty()));

        Expect.allWell(result);
        assertThat(result.hit()).hasSize(SharedLab.lab().options().vms()).allMatch(vm -> vm.starts() == 1);
    }

    @Test
    void nobodyIsFencedWhenAllHostsVanishAtOnceAndAnAlarmSaysWhy() {
        TrialResult result =
                SharedLab.after(new Fault.Call(Fault.SWITCH_DOWN, Optional.empty(), Optional.of(Network.MANAGEMENT)));

        Expect.nothingStopped(result);
        assertThat(SharedLab.lab().hosts()).as("nobody was fenced").allMatch(LabHost::poweredOn);
    }

    private static List<JsonNode> alarms() {
        return SharedLab.lab().client().items("/alarms");
    }
}
