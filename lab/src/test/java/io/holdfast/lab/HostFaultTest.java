package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens to a host as a whole: power, BMC, a hung agent (safety argument, sections 3 to 5). */
@ExtendWith(SharedLab.class)
final class HostFaultTest {

    /** The bound for one trial, with the tests' machine left some air. */
    private static final long BMC_START_LIMIT_MILLIS = 6_000;

    private static final long LEASE_START_LIMIT_MILLIS = 25_000;

    @Test
    void powerCutBringsTheVmsBackWithThePowerOffAsProof() {
        TrialResult result = SharedLab.after(SharedLab.call(Fault.POWER_CUT, SharedLab.busiest()));

        Expect.restartedElsewhere(result, BMC_START_LIMIT_MILLIS);
        Expect.proof(result, "PoweredOff");
    }

    @Test
    void powerCutThatTakesTheBmcWithItWaitsForTheLeaseToExpire() {
        LabHost host = SharedLab.busiest();
        TrialResult result = SharedLab.after(
                SharedLab.call(Fault.POWER_CUT, host),
                () -> SharedLab.lab().apply(SharedLab.call(Fault.BMC_DEAD, host)));

        Expect.restartedElsewhere(result, LEASE_START_LIMIT_MILLIS);
        Expect.proof(result, "LeaseExpired");
    }

    @Test
    void hungAgentIsResetByTheWatchdogAndItsVmsComeBack() {
        LabHost host = SharedLab.busiest();
        int before = host.watchdog().fired();
        TrialResult result = SharedLab.after(SharedLab.call(Fault.AGENT_STOP, host));

        assertThat(result.affected()).isNotEmpty();
        Expect.allWell(result);
        assertThat(result.hit()).allMatch(VmOutcome::restarted).allMatch(vm -> vm.starts() == 1);
        assertThat(result.spared()).noneMatch(VmOutcome::restarted);
        // The BMC may have been quicker: either way the host that hung runs nothing any more.
        boolean poweredOff = result.hit().stream().allMatch(vm -> vm.proofs().equals(List.of("PoweredOff")));
        assertThat(host.watchdog().fired() > before || poweredOff).isTrue();
    }
}
