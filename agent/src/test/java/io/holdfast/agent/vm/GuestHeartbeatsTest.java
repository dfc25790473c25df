package io.holdfast.agent.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.agent.rule.Heartbeat;
import io.holdfast.agent.rule.Heartbeat.Answer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which guests are asked, and what is made of their answers; the workers' tasks are run by the test. */
class GuestHeartbeatsTest {
    private static final long S = 1_000_000_000L;

    private final Residents residents = new Residents();
    private final List<String> asked = new ArrayList<>();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private Answer answer = Answer.ANSWERED;
    private boolean libvirtGone;
    private int changes;
    private long now = System.nanoTime();

    private final GuestHeartbeats heartbeats =
            new GuestHeartbeats(residents, new Guests(), new Later(), () -> changes++);

    private final class Guests implements Hypervisor {
        @Override
        public boolean connected() {
            return !libvirtGone;
        }

        @Override
        public void create(String xml) {}

        @Override
        public void shutdown(String uuid) {}

        @Override
        public Answer askGuest(String uuid) throws Failure {
            asked.add(uuid);
            if (libvirtGone) {
                throw new Failure("gone", false, false);
            }
            return answer;
        }

        @Override
        public String migratableXml(String uuid) {
            throw new AssertionError();
        }

        @Override
        public void migrate(String uuid, String destination, String definition) {
            throw new AssertionError();
        }

        @Override
        public void abortJob(String uuid) {
            throw new AssertionError();
        }

        @Override
        public boolean jobActive(String uuid) {
            throw new AssertionError();
        }

        @Override
        public Pause pause(String uuid) {
            throw new AssertionError();
        }

        @Override
        public void resume(String uuid) {
            throw new AssertionError();
        }

        @Override
        public List<Domain> domains() {
            return List.of();
        }
    }

    private final class Later extends AbstractExecutorService {
        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    private void runs(String vm, long run) {
        residents.remove(vm, run - 1);
        residents.add(Resident.starting(vm, run, vm, Set.of()).in(Resident.Phase.RUNNING));
    }

    private void round(long seconds) {
        now += seconds * S;
        heartbeats.round(now);
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Test
    void theFirstAnswerIsToldAtOnceAndBelongsToItsRunOnly() {
        runs("vm1", 1);
        round(1);
        assertThat(heartbeats.of("vm1", 1).answered()).isTrue();
        assertThat(changes).isEqualTo(1);
        round(10);
        assertThat(changes).as("once").isEqualTo(1);
        answer = Answer.CANNOT_BE_ASKED;
        runs("vm1", 2);
        assertThat(heartbeats.of("vm1", 2)).isEqualTo(Heartbeat.NONE);
        round(1);
        assertThat(heartbeats.of("vm1", 2).answered()).isFalse();
    }

    @Test
    void aGuestIsNotAskedAgainWhileAQuestionIsOpen() {
        runs("vm1", 1);
        heartbeats.round(now);
        heartbeats.round(now + 60 * S);
        assertThat(tasks).hasSize(1);
    }

    @Test
    void aPausedGuestIsNotAskedAndNotSilent() {
        runs("vm1", 1);
        round(1);
        answer = Answer.SILENT;
        round(10);
        assertThat(heartbeats.of("vm1", 1).silent()).isTrue();
        residents.change("vm1", 1, r -> r.in(Resident.Phase.PAUSED));
        int before = asked.size();
        round(10);
        assertThat(asked).hasSize(before);
        assertThat(heartbeats.of("vm1", 1).silent()).isFalse();
    }

    @Test
    void aHypervisorThatIsGoneSaysNothingOfTheGuest() {
        runs("vm1", 1);
        round(1);
        libvirtGone = true;
        round(60);
        assertThat(heartbeats.of("vm1", 1)).isEqualTo(new Heartbeat(true, false, 0));
    }

    @Test
    void whoDoesNotLiveHereIsForgotten() {
        runs("vm1", 1);
        round(1);
        residents.remove("vm1", 1);
        round(1);
        assertThat(heartbeats.of("vm1", 1)).isEqualTo(Heartbeat.NONE);
    }
}
