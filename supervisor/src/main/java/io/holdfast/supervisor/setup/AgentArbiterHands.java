package io.holdfast.supervisor.setup;

import io.holdfast.supervisor.NodePlan;
import io.holdfast.supervisor.StatusDocument;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The arbiter on a hypervisor host: its agent runs it, told by this node's manager, which is asked over the loopback. Nothing is written on that host by set-up. While the manager stands still
 * the arbiter can't be told to end; a single manager that finds it placed, and no set-up under way, ends it by itself.
 */
final class AgentArbiterHands implements NodeHands {
    private static final Duration ASK_LIMIT = Duration.ofSeconds(20);
    private static final Pattern ON_HOST = Pattern.compile("\"kind\"\\s*:\\s*\"host\"");
    private static final Pattern HOME = Pattern.compile("\"home\"\\s*:\\s*\"[^\"]+\"");

    private final NodeSettings node;
    private final String host;
    private final List<String> nodes;

    /**
     * @param host its name; empty when one is only to be ended
     * @param nodes addresses of the two management nodes
     */
    AgentArbiterHands(NodeSettings node, String host, List<String> nodes) {
        this.node = node;
        this.host = host;
        this.nodes = List.copyOf(nodes);
    }

    /** For taking a pair apart: ends it if an agent runs it. */
    static AgentArbiterHands parting(NodeSettings node) {
        return new AgentArbiterHands(node, "", List.of());
    }

    @Override
    public Map<String, String> perform(Task task, Map<String, String> arguments)
            throws IOException, InterruptedException {
        switch (task) {
            case ARBITER_START -> start();
            case RESTORE -> end();
            default -> {
                // Nothing of the pair lies on that host.
            }
        }
        return Map.of();
    }

    private void start() throws IOException, InterruptedException {
        String list = nodes.stream()
                .map(address -> StatusDocument.text(address + ":" + NodePlan.GROUP_PORT))
                .collect(Collectors.joining(",", "[", "]"));
        String body = "{\"host\":" + StatusDocument.text(host) + ",\"group\":{\"nodes\":" + list + ",\"name\":"
                + StatusDocument.text(NodePlan.GROUP) + ",\"options\":"
                + StatusDocument.text(NodePlan.Timing.TUNED.options()) + "}}";
        HttpResponse<String> answer = ask("/management/arbiter", body);
        if (answer.statusCode() != 202) {
            throw new IOException("the agent of " + host + " could not be told: "
                    + answer.body().strip());
        }
    }

    private void end() throws IOException, InterruptedException {
        HttpResponse<String> present;
        try {
            present = ask("/management/arbiter", "");
        } catch (IOException standsStill) {
            if (!host.isEmpty()) {
                return; // It withdraws the arbiter by itself as soon as it runs.
            }
            throw standsStill;
        }
        if (!ON_HOST.matcher(present.body()).find()) {
            if (host.isEmpty()) {
                throw new IOException("nobody waits there to be told");
            }
            return;
        }
        HttpResponse<String> answer = ask("/management/arbiter/disable", "{}");
        if (answer.statusCode() != 202) {
            throw new IOException(
                    "the arbiter could not be ended: " + answer.body().strip());
        }
        if (host.isEmpty() && HOME.matcher(present.body()).find()) {
            throw new IOException("the machine for which that host stood in can't be told");
        }
    }

    /** @param body empty: GET */
    private HttpResponse<String> ask(String path, String body) throws IOException, InterruptedException {
        int port = ManagerFile.read(node.managerConfiguration()).port("listen", 7480);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
                .timeout(ASK_LIMIT)
                .header("Content-Type", "application/json");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    (body.isEmpty() ? request : request.POST(HttpRequest.BodyPublishers.ofString(body))).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
