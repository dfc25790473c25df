package io.holdfast.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.core.health.PowerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole manager as a process, killed by SIGKILL; hosts are twins that speak the real link with mutual TLS. */
class KilledProcessTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {300, 1200})
    void recoversEveryVmWhenKilledInMidRecovery(int millisAfterThePowerCut) throws Exception {
        try (TwinAgents agents = new TwinAgents();
                ManagerProcess process = new ManagerProcess(directory);
                RestClient rest = process.answering();
                NetworkAgents network = new NetworkAgents(rest, process.agentPort(), agents)) {
            SmallCluster cluster = SmallCluster.build(rest, agents, process, 3, 2);
            String victim = cluster.hostOf("vm1");
            cluster.gather(victim);
            process.set(cluster.bmc(victim), PowerState.OFF);
            cluster.host(victim).powerOff();
            assertThat(new CountDownLatch(1).await(millisAfterThePowerCut, TimeUnit.MILLISECONDS))
                    .isFalse();
            process.kill();
            process.restart();
            process.answering().close();
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                for (String vm : List.of("vm1", "vm2")) {
                    assertThat(cluster.vm(vm).path("state").asText())
                            .as("%s", process.log())
                            .isEqualTo("running");
                    assertThat(cluster.hostOf(vm)).isNotEqualTo(victim);
                }
                assertThat(cluster.openFailovers()).isZero();
            });
            List<String> runs = agents.starts().stream()
                    .map(start -> start.substring(0, start.indexOf(" on ")))
                    .toList();
            assertThat(new HashSet<>(runs)).as("each run started once").hasSameSizeAs(runs);
            assertThat(agents.writers(cluster.vmId("vm1"))).hasSize(1);
            assertThat(agents.writers(cluster.vmId("vm2"))).hasSize(1);
        }
    }

    @Test
    void findsEveryAcknowledgedWriteAgainAndTheKeyOfALostAnswerGivesItOnce() throws Exception {
        try (ManagerProcess process = new ManagerProcess(directory);
                RestClient rest = process.answering()) {
            AtomicInteger acknowledged = new AtomicInteger();
            CountDownLatch enough = new CountDownLatch(40);
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    for (int number = 1; number <= 240; number++) {
                        if (add(rest, number) != 201) {
                            return;
                        }
                        acknowledged.set(number);
                        enough.countDown();
                    }
                } catch (UncheckedIOException killed) {
                    return;
                }
            });
            assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
            process.kill();
            writer.join();
            process.restart();
            try (RestClient after = process.answering()) {
                int next = acknowledged.get() + 1;
                assertThat(next).isLessThan(241);
                TreeSet<String> present = names(after);
                for (int number = 1; number < next; number++) {
                    assertThat(present).contains("host" + number);
                }
                // The answer to this one was lost: whether it took effect or not, the same key gives one host.
                assertThat(add(after, next)).isEqualTo(201);
                assertThat(add(after, next)).isEqualTo(201);
                assertThat(names(after)).hasSize(next).contains("host" + next);
            }
        }
    }

    private static int add(RestClient rest, int number) {
        String body =
                "{\"name\": \"host%d\", \"address\": \"10.0.%d.%d\"}".formatted(number, number / 200, number % 200 + 1);
        return rest.post("/hosts", body, "Idempotency-Key", "key-" + number).status();
    }

    private static TreeSet<String> names(RestClient rest) {
        TreeSet<String> result = new TreeSet<>();
        StreamSupport.stream(rest.get("/hosts").items().spliterator(), false)
                .forEach(host ->
                        assertThat(result.add(host.path("name").asText())).isTrue());
        return result;
    }

    @Test
    void refusesASecondManagerOnTheSameState() throws IOException, InterruptedException {
        try (ManagerProcess process = new ManagerProcess(directory);
                RestClient rest = process.answering()) {
            assertThat(process.exitCodeOfSecond()).isEqualTo(1);
            assertThat(process.log()).contains("Another manager runs on");
            assertThat(rest.get("/status").status()).isEqualTo(200);
        }
    }
}
