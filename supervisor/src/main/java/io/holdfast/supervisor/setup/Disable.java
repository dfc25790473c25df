package io.holdfast.supervisor.setup;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Turns the pair back into this node alone. Both managers stop before the state is copied, every row is compared before anything of the pair is
 * removed, and until then a failure only means that the pair goes on.
 */
final class Disable {

    private static final Duration LEADS_WITHIN = Duration.ofSeconds(60);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(2);
    private static final long LOOK_MILLIS = 250;

    private final Enable.Machines machines;
    private final SetupProgress progress;
    private final NodeSettings node;
    private final Optional<String> absent;

    /** @param absent address of the other node when it is to be left out, because it is lost for good */
    Disable(Enable.Machines machines, SetupProgress progress, NodeSettings node, Optional<String> absent) {
        this.machines = machines;
        this.progress = progress;
        this.node = node;
        this.absent = absent;
    }

    /** @return whether this node serves alone; otherwise the progress says what stands */
    boolean run() throws IOException, InterruptedException {
        SetupStep at = SetupStep.PAUSE;
        try {
            progress.begin(at);
            pause();
            progress.done(at);
            at = SetupStep.COPY_BACK;
            progress.begin(at);
            progress.detail(
                    at, machines.first().perform(Task.COPY_BACK, Map.of()).getOrDefault("detail", ""));
            progress.done(at);
        } catch (IOException | RuntimeException e) {
            progress.failed(at, String.valueOf(e.getMessage()));
            resume(at);
            return false;
        }
        progress.begin(SetupStep.SINGLE);
        single();
        progress.done(SetupStep.SINGLE);
        progress.begin(SetupStep.CLEAN_UP);
        List<String> left = cleanUp();
        progress.done(SetupStep.CLEAN_UP);
        String more = left.isEmpty()
                ? ""
                : "; type \"holdfast-supervisor undo\" on " + String.join(" and ", left) + " to clean up there";
        String chinese =
                left.isEmpty() ? "" : "；请在 " + String.join("、", left) + " 上执行 \"holdfast-supervisor undo\" 以清理";
        progress.end(
                SetupProgress.State.DONE,
                "This node serves alone, at its own address" + more,
                "本节点以自身地址单独提供服务" + chinese);
        return true;
    }

    /** As the undo of a set-up: what failed there is what people are told. */
    boolean quietly() throws InterruptedException {
        try {
            machines.second().perform(Task.PAUSE, Map.of());
        } catch (IOException silent) {
            // Where it still leads on the same database, the copy sees the row of the leadership move and refuses.
        }
        try {
            machines.first().perform(Task.PAUSE, Map.of());
            machines.first().perform(Task.COPY_BACK, Map.of());
            single();
            cleanUp();
            return true;
        } catch (IOException | RuntimeException e) {
            try {
                machines.first().perform(Task.SUPERVISE, Map.of());
                machines.second().perform(Task.SUPERVISE, Map.of());
            } catch (IOException alsoLost) {
                e.addSuppressed(alsoLost);
            }
            return false;
        }
    }

    private void pause() throws IOException, InterruptedException {
        if (absent.isEmpty()) {
            machines.second().perform(Task.PAUSE, Map.of());
        }
        machines.first().perform(Task.PAUSE, Map.of());
    }

    private void resume(SetupStep failed) throws IOException, InterruptedException {
        machines.first().perform(Task.SUPERVISE, Map.of());
        List<String> silent = new ArrayList<>();
        if (absent.isEmpty()) {
            try {
                machines.second().perform(Task.SUPERVISE, Map.of());
            } catch (IOException e) {
                silent.add(String.valueOf(e.getMessage()));
            }
        }
        progress.end(
                SetupProgress.State.ROLLED_BACK,
                "The step \"" + failed.english() + "\" failed; the pair goes on"
                        + (silent.isEmpty() ? "" : ", but start the other node's supervisor: " + silent.getFirst()),
                "步骤“" + failed.chinese() + "”失败；双节点继续运行"
                        + (silent.isEmpty() ? "" : "，但请启动另一节点的监督进程：" + silent.getFirst()));
    }

    private void single() throws IOException, InterruptedException {
        machines.first().perform(Task.RESTORE, Map.of("stay", "true"));
        int port = ManagerFile.read(node.managerConfiguration()).port("listen", 7480);
        URI status = URI.create("http://127.0.0.1:" + port + "/api/v1/status");
        long deadline = System.nanoTime() + LEADS_WITHIN.toNanos();
        while (!leads(status)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(
                        "this node's manager doesn't lead " + LEADS_WITHIN.toSeconds()
                                + " s after its start on the embedded database; see its log. The database of the pair is still there, ended");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private static boolean leads(URI status) throws InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(status).timeout(ASK_LIMIT).build(), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 && answer.body().contains("\"role\":\"leader\"");
        } catch (IOException e) {
            return false;
        }
    }

    /** @return the machines that did not answer */
    private List<String> cleanUp() throws IOException, InterruptedException {
        List<String> left = new ArrayList<>();
        if (absent.isPresent()) {
            left.add(absent.get());
        } else {
            clean(machines.second(), "the other node", left);
        }
        clean(machines.arbiter(), "the arbiter", left);
        machines.first().perform(Task.WIPE, Map.of());
        return left;
    }

    private static void clean(NodeHands machine, String name, List<String> left) throws InterruptedException {
        try {
            machine.perform(Task.RESTORE, Map.of());
            machine.perform(Task.WIPE, Map.of());
        } catch (IOException e) {
            left.add(name);
        }
    }
}
