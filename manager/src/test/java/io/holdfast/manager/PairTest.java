package io.holdfast.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.core.health.PowerState;
import io.holdfast.manager.store.Database;
import io.holdfast.manager.store.DatabaseCopy;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two managers on one database: one leads, the other follows, and nothing that was acknowledged is lost when they change places. */
class PairTest {
    @TempDir
    Path directory;

    /** The same promises on the real database and on a file that both open. */
    enum Kind {
        FILE,
        MARIADB
    }

    private TestPair pair(Kind kind) throws IOException, SQLException {
        if (kind == Kind.MARIADB) {
            return new TestPair(directory, RealMariaDb.fresh());
        }
        Database file = Database.sqlite(directory.resolve("shared.db"));
        DatabaseCopy.begin(file);
        return new TestPair(directory, file);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theStandbyAnswersForItselfAlone(Kind kind) throws Exception {
        try (TestPair pair = pair(kind)) {
            assertThat(pair.first.get("/status").body().path("role").asText()).isEqualTo("leader");
            JsonNode standby = pair.second.get("/status").body();
            assertThat(standby.path("role").asText()).isEqualTo("standby");
            assertThat(standby.path("epoch").asLong()).isEqualTo(pair.first.manager.epoch());
            assertThat(pair.second.get("/management").body().path("leader").asText())
                    .isEqualTo("node-1");
            assertThat(pair.second.metrics())
                    .contains("holdfast_management_role{node=\"node-2\",role=\"standby\"} 1")
                    .contains("holdfast_management_alarm{node=\"node-2\",code=\"supervisor-silent\"} 1");
            for (RestClient.Answer refused : List.of(
                    pair.second.get("/hosts"),
                    pair.second.post("/clusters", "{\"name\": \"x\"}"),
                    pair.second.get("/events/stream"),
                    pair.second.post("/management/switch-over", "{\"force\": true}"))) {
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.code()).isEqualTo("not-leader");
                assertThat(refused.body().path("detail").asText()).contains("node-1");
            }
            assertThat(pair.first.get("/clusters").items()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aHostThatDiesWithTheActiveManagerIsRecoveredByTheOther(Kind kind) throws Exception {
        try (TestPair pair = pair(kind)) {
            SmallCluster cluster = SmallCluster.build(pair.first, pair.agents, pair.panel, 3, 2);
            String victim = cluster.hostOf("vm1");
            long started = System.nanoTime();
            pair.first.vanish();
            pair.panel.set(cluster.bmc(victim), PowerState.OFF);
            cluster.host(victim).powerOff();
            SmallCluster after = cluster.on(pair.second);
            await().atMost(Duration.ofSeconds(20)).until(pair.second::leads);
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                JsonNode vm = after.vm("vm1");
                assertThat(vm.path("state").asText()).as("%s", vm).isEqualTo("running");
                assertThat(vm.path("host").path("name").asText()).isNotEqualTo(victim);
            });
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(12));
            assertThat(pair.agents.writers(cluster.vmId("vm1"))).hasSize(1);
            assertThat(pair.first.leads()).isFalse();
            JsonNode last = pair.second.get("/management").body().path("lastSwitchOver");
            assertThat(last.path("cause").asText()).isEqualTo("takeover");
            assertThat(last.path("from").asText()).isEqualTo("node-1");
            assertThat(last.path("durationMillis").asLong()).isBetween(900L, 15_000L);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aLeaderThatWasStoppedAndGoesOnStoresNothing(Kind kind) throws Exception {
        try (TestPair pair = pair(kind)) {
            long former = pair.first.manager.epoch();
            // As SIGSTOP does: its clock and its renewals stand still, so it still believes that it leads.
            pair.first.clock.stop();
            pair.first.row.stop();
            await().atMost(Duration.ofSeconds(10)).until(pair.second::leads);
            assertThat(pair.first.leads()).isTrue();
            RestClient.Answer late = pair.first.post("/clusters/default", "{}");
            assertThat(pair.first
                            .send("PATCH", "/clusters/default", "{\"lease\": {\"profile\": \"fast\"}}")
                            .code())
                    .isEqualTo("not-leader");
            assertThat(late.status()).isGreaterThanOrEqualTo(400);
            assertThat(pair.second
                            .get("/clusters/default")
                            .body()
                            .path("lease")
                            .path("profile")
                            .asText())
                    .isEqualTo("standard");
            await().atMost(Duration.ofSeconds(5)).until(() -> !pair.first.leads());
            pair.first.clock.go();
            pair.first.row.go();
            assertThat(pair.second.manager.epoch()).isEqualTo(former + 1);
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> pair.first
                            .get("/management")
                            .body()
                            .path("leader")
                            .asText()
                            .equals("node-2"));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aPlannedSwitchOverLosesNothingAndIsShort(Kind kind) throws Exception {
        try (TestPair pair = pair(kind)) {
            Writer writer = new Writer(pair);
            Thread thread = Thread.ofPlatform().start(writer);
            writer.awaitMore();
            RestClient.Answer answer =
                    pair.first.post("/management/switch-over", "{\"force\": true}", "Idempotency-Key", "one");
            assertThat(answer.status()).isEqualTo(202);
            await().atMost(Duration.ofSeconds(5)).until(pair.second::leads);
            assertThat(pair.second
                            .post("/management/switch-over", "{\"force\": true}", "Idempotency-Key", "one")
                            .body())
                    .as("the same request again, at the new leader, has no second effect")
                    .isEqualTo(answer.body());
            writer.awaitMore();
            assertThat(pair.second.leads()).isTrue();
            pair.second.post("/management/switch-over", "{\"force\": true}");
            await().atMost(Duration.ofSeconds(5)).until(pair.first::leads);
            writer.awaitMore();
            writer.stop();
            thread.join();
            List<String> stored = new ArrayList<>();
            pair.first
                    .get("/hosts")
                    .items()
                    .forEach(item -> stored.add(item.path("name").asText()));
            assertThat(stored).containsAll(writer.acknowledged).doesNotHaveDuplicates();
            assertThat(writer.longestPause()).isLessThan(Duration.ofSeconds(8));
            JsonNode history = pair.first.get("/management").body().path("switchOvers");
            assertThat(history.findValuesAsText("cause")).startsWith("planned", "planned");
            System.out.println("Planned switch-over, " + kind + ": longest write pause "
                    + writer.longestPause().toMillis() + " ms");
        }
    }

    @Test
    void aLeaderThatCouldNotRenewForAWhileGoesOnWithoutTheOther() throws Exception {
        try (TestPair pair = pair(Kind.FILE)) {
            long former = pair.first.manager.epoch();
            // The database stands still for both, as while its members change.
            pair.first.row.stop();
            pair.second.row.stop();
            await().atMost(Duration.ofSeconds(5)).until(() -> !pair.first.leads());
            pair.first.row.go();
            pair.second.row.go();
            await().atMost(Duration.ofSeconds(5)).until(() -> pair.first.leads() || pair.second.leads());
            assertThat(pair.first.leads()).isTrue();
            assertThat(pair.first.manager.epoch()).isEqualTo(former + 1);
            JsonNode last = pair.first.get("/management").body().path("lastSwitchOver");
            assertThat(last.path("cause").asText()).isEqualTo("stall");
        }
    }

    @Test
    void aManagerThatEndsInAnOrderlyWayIsFollowedAtOnce() throws Exception {
        try (TestPair pair = pair(Kind.FILE)) {
            pair.first.close();
            await().atMost(Duration.ofSeconds(1)).until(pair.second::leads);
        }
    }

    /** Adds hosts one after another, each until it is acknowledged, as a client behind the virtual IP does: with the same key at whoever answers. */
    private static final class Writer implements Runnable {
        final List<String> acknowledged = new ArrayList<>();
        private final TestPair pair;
        private volatile boolean stopped;
        private volatile CountDownLatch more = new CountDownLatch(0);
        private long longestNanos;
        private long lastNanos = System.nanoTime();

        Writer(TestPair pair) {
            this.pair = pair;
        }

        @Override
        public void run() {
            for (int number = 1; !stopped; number++) {
                String name = "host-" + number;
                boolean toFirst = true;
                while (!stopped && !accepted(toFirst ? pair.first : pair.second, name)) {
                    toFirst = !toFirst;
                }
                if (!stopped) {
                    acknowledge(name);
                }
            }
        }

        private static boolean accepted(RestClient manager, String name) {
            String body = "{\"name\": \"%s\", \"address\": \"%s.lab\", \"networks\": []}".formatted(name, name);
            RestClient.Answer answer = manager.post("/hosts", body, "Idempotency-Key", "key-" + name);
            if (answer.status() != 201 && answer.status() != 503) {
                throw new IllegalStateException(answer.body().toString());
            }
            return answer.status() == 201;
        }

        private synchronized void acknowledge(String name) {
            acknowledged.add(name);
            long now = System.nanoTime();
            longestNanos = Math.max(longestNanos, now - lastNanos);
            lastNanos = now;
            more.countDown();
        }

        synchronized Duration longestPause() {
            return Duration.ofNanos(longestNanos);
        }

        void awaitMore() throws InterruptedException {
            more = new CountDownLatch(5);
            assertThat(more.await(20, TimeUnit.SECONDS)).isTrue();
        }

        void stop() {
            stopped = true;
        }
    }
}
