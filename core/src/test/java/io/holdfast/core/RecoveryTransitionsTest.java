package io.holdfast.core;

import static io.holdfast.core.World.host;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.HaMode;
import io.holdfast.core.inventory.VmId;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Walks the transition table of {@link io.holdfast.core.recovery.Recovery}: each row happens, in its situation. That no other happens is checked after every step of every test
 * by {@link Invariants}.
 */
class RecoveryTransitionsTest {
    private final World world = new World(3).withVms(6);
    private final List<VmId> victims = world.on(1);

    private void sees(String... transitions) {
        assertThat(world.transitions).contains(transitions);
    }

    @Test
    void operatorStartGoesStraightToStartingAndEndsWhenItRuns() {
        sees("NONE to STARTING", "STARTING to NONE");
    }

    @Test
    void silentHostIsolatesAndItsReturnEndsThat() {
        world.hosts.values().forEach(each -> each.bmcDead = true);
        world.at(1).managementCut = true;
        world.at(1).agent = false;
        world.until(9000, () -> !world.state.recoveries().isEmpty());
        sees("NONE to ISOLATING");
        world.at(1).agent = true;
        world.at(1).managementCut = false;
        world.at(1).renewedNanos = world.nanos;
        world.run(2000);
        sees("ISOLATING to NONE");
    }

    @Test
    void expiredLeaseLeadsFromIsolatingToStarting() {
        world.at(1).bmcDead = true;
        world.at(1).powerOff();
        world.run(20_000);
        sees("NONE to ISOLATING", "ISOLATING to STARTING", "STARTING to NONE");
    }

    @Test
    void fullSlotsLeadOverPlaced() {
        world.request(
                new Request.ChangeSettings(world.state.cluster().settings().withStartsPerHost(1)));
        world.request(new Request.SetAdminState(host(2), AdminState.DISABLED));
        world.startDelayMillis = 500;
        world.at(1).powerOff();
        world.run(6000);
        sees("NONE to PLACED", "PLACED to STARTING");
    }

    @Test
    void noHostLeadsOverWaiting() {
        world.request(new Request.SetAdminState(host(2), AdminState.DISABLED));
        world.request(new Request.SetAdminState(host(3), AdminState.DISABLED));
        world.at(1).powerOff();
        world.run(6000);
        sees("NONE to WAITING");
        world.request(new Request.StopVm(victims.getFirst(), true, 0));
        sees("WAITING to NONE");
        world.request(new Request.SetAdminState(host(3), AdminState.ENABLED));
        world.run(2000);
        sees("WAITING to STARTING");
    }

    @Test
    void placedHostThatIsTakenAwayLeadsBackToAPlan() {
        world.request(
                new Request.ChangeSettings(world.state.cluster().settings().withStartsPerHost(1)));
        world.request(new Request.SetAdminState(host(2), AdminState.DISABLED));
        world.startDelayMillis = 2000;
        world.at(1).powerOff();
        world.until(5000, () -> world.transitions.contains("NONE to PLACED"));
        world.request(new Request.SetAdminState(host(3), AdminState.DISABLED));
        world.run(500);
        sees("PLACED to WAITING");
    }

    @Test
    void failedStartLeadsBackToIsolatedAndHostLossToIsolating() {
        VmId first = victims.getFirst();
        world.startFails = vm -> vm.equals(first);
        world.at(1).powerOff();
        world.until(10_000, () -> world.transitions.contains("STARTING to ISOLATED"));
        world.startFails = vm -> false;
        world.startDelayMillis = 30_000;
        world.until(10_000, () -> world.transitions.contains("ISOLATED to STARTING"));
        int second = Integer.parseInt(
                world.state.placements().get(first).host().value().substring(4));
        world.at(second).bmcDead = true;
        world.at(second).powerOff();
        world.until(12_000, () -> world.transitions.contains("STARTING to ISOLATING"));
    }

    @Test
    void pausedHaLeadsOverAffected() {
        world.hosts.values().forEach(each -> each.bmcDead = true);
        world.request(new Request.SetHaMode(HaMode.FREEZE));
        world.at(1).powerOff();
        world.run(9000);
        sees("NONE to AFFECTED");
        world.request(new Request.SetHaMode(HaMode.ACTIVE));
        sees("AFFECTED to ISOLATING");
        world.run(20_000);
        assertThat(victims).allMatch(vm -> world.runningOn(vm) != null);
    }

    @Test
    void proofDuringAPauseLeadsFromAffectedToWaiting() {
        world.at(1).bmcDead = true;
        world.request(new Request.SetHaMode(HaMode.FREEZE));
        world.at(1).powerOff();
        world.run(25_000);
        sees("NONE to AFFECTED", "AFFECTED to WAITING");
    }
}
