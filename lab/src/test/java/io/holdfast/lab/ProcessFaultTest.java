package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens to single processes: agent, libvirtd, QEMU, manager. */
@ExtendWith(SharedLab.class)
final class ProcessFaultTest {

    private static final long AGENT_BACK_LIMIT_MILLIS = 5_000;

    @Test
    void killedAgentIsBackAtOnceAndNoVmNotices() {
        LabHost host = SharedLab.busiest();
        Optional<ProcessTable.Entry> old = host.agent();
        long killed = SharedLab.lab().clock();
        TrialResult result = SharedLab.after(SharedLab.call(Fault.AGENT_KILL, host));

        Expect.nothingStopped(result);
        ProcessTable.Entry now = host.agent().orElseThrow();
        assertThat(now.pid()).isNotEqualTo(old.orElseThrow().pid());
        assertThat(now.startNanos() - killed).isLessThan(TimeUnit.MILLISECONDS.toNanos(AGENT_BACK_LIMIT_MILLIS));
        assertThat(SharedLab.lab()
                        .client()
                        .host(host.name())
                        .path("agent")
                        .path("state")
                        .asText(""))
                .isEqualTo("connected");
    }

    @Test
    void killedLibvirtdStopsNoVm() {
        TrialResult result = SharedLab.after(SharedLab.call(Fault.LIBVIRTD_KILL, SharedLab.busiest()));

        Expect.nothingStopped(result);
    }

    @Test
    void killedQemuIsStartedAgainWithItsEndAsProof() {
        TrialResult result = SharedLab.after(SharedLab.call(Fault.QEMU_KILL, SharedLab.busiest()));

        Expect.allWell(result);
        assertThat(result.hit()).hasSize(1).allMatch(vm -> vm.starts() == 1);
        Expect.proof(result, "ProcessEnded");
        assertThat(result.spared()).noneMatch(VmOutcome::restarted);
    }

    @Test
    void managerKilledInTheMiddleOfARecoveryGoesOnWithItAndDoesNothingTwice() {
        Lab lab = SharedLab.lab();
        String before = latestFailover();
        Thread killer = Thread.ofVirtual().unstarted(() -> {
            Waiting.until(() -> !latestFailover().equals(before), 20, 20_000, () -> "no failover has begun");
            lab.manager().kill();
            lab.manager().start();
        });
        TrialResult result = SharedLab.after(SharedLab.call(Fault.POWER_CUT, SharedLab.busiest()), killer::start);

        Expect.restartedElsewhere(result, 30_000);
    }

    private static String latestFailover() {
        try {
            return SharedLab.lab().client().items("/failovers?limit=1").stream()
                    .map(failover -> failover.path("id").asText(""))
                    .findFirst()
                    .orElse("");
        } catch (LabException managerDown) {
            return "";
        }
    }
}
