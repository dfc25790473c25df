package io.holdfast.supervisor.setup;

import io.holdfast.supervisor.setup.SetupProblem.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Brings a pair to another version, one node after the other, while it serves. Hosts are not touched: their agents speak with both versions.
 *
 * <table>
 * <caption>What a failure leaves</caption>
 * <tr><th>failed</th><th>what is done</th></tr>
 * <tr><td>before the standby changes</td><td>nothing has changed</td></tr>
 * <tr><td>the standby doesn't become fit in time</td><td>it is put back; the node that leads hasn't been touched</td></tr>
 * <tr><td>the leadership isn't handed over</td><td>the same, if this node leads</td></tr>
 * <tr><td>it is, but the node that led before isn't a fit standby afterwards</td><td>that node isn't changed; the upgraded one leads</td></tr>
 * <tr><td>the node that led before doesn't become fit in time</td><td>it is put back; the upgraded one leads</td></tr>
 * <tr><td>a node that is to be put back is silent</td><td>it is waited for, then said</td></tr>
 * </table>
 *
 * <p>It runs on the node that leads, in a process of the former version. Repeated after it was interrupted, it goes on: a node that has the version
 * is left alone. A node that leads is never changed: the node itself looks when it is told to.
 */
final class Upgrade {

    private static final long LOOK_MILLIS = 300;
    private static final Duration MOST_SKEW = Duration.ofSeconds(5);
    /** Archive, what is in it twice, and its caches. */
    private static final int ROOM = 6;

    /** The two nodes; the first is this one, and leads. */
    record Nodes(Node first, Node second) {}

    record Node(String name, NodeHands hands) {}

    /**
     * How a new version shows that it works.
     *
     * @param within so long a node may take to be fit with it
     * @param steady so long it must be so without a break
     * @param handOver so long the leadership may take to change nodes
     * @param back so long a node may take to be fit with its former version: nothing is won by giving up early
     */
    record Patience(Duration within, Duration steady, Duration handOver, Duration back) {}

    /** For people, in both languages. */
    private record Words(String english, String chinese) {}

    private final Versions.Archive archive;
    private final Nodes nodes;
    private final Patience patience;
    private final SetupProgress progress;
    private String former = "";

    Upgrade(Versions.Archive archive, Nodes nodes, Patience patience, SetupProgress progress) {
        this.archive = archive;
        this.nodes = nodes;
        this.patience = patience;
        this.progress = progress;
    }

    // Beforehand

    /** What speaks against it; empty: nothing. Changes nothing anywhere. */
    List<Refusal> refusals() throws InterruptedException {
        List<Refusal> refusals = new ArrayList<>();
        int upgraded = 0;
        for (Node node : List.of(nodes.first(), nodes.second())) {
            try {
                long before = System.currentTimeMillis();
                Map<String, String> told = node.hands().perform(Task.VERSIONS, Map.of());
                upgraded += told.getOrDefault("current", "").equals(archive.version()) ? 1 : 0;
                about(node, told, before, refusals);
            } catch (IOException e) {
                refusals.add(Refusal.of(SetupProblem.NODE_SILENT, node.name(), String.valueOf(e.getMessage())));
            }
        }
        if (upgraded == 2) {
            refusals.add(Refusal.of(SetupProblem.SAME_VERSION, archive.version()));
        }
        if (refusals.isEmpty()) {
            health(refusals);
        }
        return refusals;
    }

    private void about(Node node, Map<String, String> told, long askedAt, List<Refusal> refusals) {
        String current = told.getOrDefault("current", "");
        if (current.isEmpty()) {
            refusals.add(Refusal.of(SetupProblem.LAYOUT, node.name()));
        } else if (!current.equals(told.get("manager")) || !current.equals(told.get("supervisor"))) {
            refusals.add(Refusal.of(
                    SetupProblem.NOT_WELL,
                    node.name() + ": its manager runs version '" + told.getOrDefault("manager", "")
                            + "', its supervisor '" + told.getOrDefault("supervisor", "") + "', and current is "
                            + current));
        }
        String schema = told.getOrDefault("schema", "");
        if (schema.isEmpty()) {
            refusals.add(Refusal.of(SetupProblem.NOT_WELL, node.name() + ": its database doesn't tell its schema"));
        } else if (archive.schema() < Integer.parseInt(schema)) {
            refusals.add(Refusal.of(SetupProblem.SCHEMA_OLDER, archive.version(), archive.schema(), schema));
        }
        long free = Long.parseLong(told.getOrDefault("free.bytes", "0"));
        if (free < archive.bytes() * ROOM) {
            refusals.add(Refusal.of(
                    SetupProblem.ROOM, node.name(), free >> 20, archive.bytes() * ROOM >> 20, Versions.BASE));
        }
        long clock = Long.parseLong(told.getOrDefault("clock", "0"));
        long skew = clock < askedAt ? clock - askedAt : Math.max(0, clock - System.currentTimeMillis());
        if (Math.abs(skew) > MOST_SKEW.toMillis()) {
            refusals.add(Refusal.of(SetupProblem.CLOCK_SKEW, node.name(), Math.abs(skew) / 1000));
        }
    }

    private void health(List<Refusal> refusals) throws InterruptedException {
        try {
            NodeWord first = NodeWord.of(nodes.first().hands());
            NodeWord second = NodeWord.of(nodes.second().hands());
            if (!first.leads() || !first.fit() || !first.held()) {
                refusals.add(Refusal.of(
                        SetupProblem.NOT_WELL,
                        nodes.first().name() + " doesn't lead, hold the virtual IP and be fit at once"));
            }
            if (!second.standsBy()) {
                refusals.add(Refusal.of(
                        SetupProblem.NOT_WELL, nodes.second().name() + " is no standby that is fit and in sync"));
            }
            if (!first.whole()) {
                refusals.add(Refusal.of(
                        SetupProblem.NOT_WELL, "the database has not three members: a node or the arbiter is missing"));
            }
        } catch (IOException e) {
            refusals.add(Refusal.of(SetupProblem.NOT_WELL, String.valueOf(e.getMessage())));
        }
    }

    // The steps

    /** @return whether both nodes have the version; the progress says what stands otherwise */
    boolean run() throws IOException, InterruptedException {
        try {
            former = current(nodes.first());
            String others = current(nodes.second());
            boolean done =
                    staged() && standby(others) && (former.equals(archive.version()) || (handedOver() && otherNode()));
            if (done) {
                end(
                        SetupProgress.State.DONE,
                        new Words(
                                "Both nodes run version " + archive.version() + "; " + leader() + " leads",
                                "两个节点均运行版本 " + archive.version() + "；" + leader() + " 主导"));
            }
            return done;
        } catch (IOException | RuntimeException e) {
            // Such as a full disk: people must not be left with "running".
            end(
                    SetupProgress.State.FAILED,
                    new Words(
                            "It can't go on: " + e.getMessage()
                                    + ". \"holdfast ha status\" shows each node's version; the same command goes on from there",
                            "无法继续：" + e.getMessage() + "。\"holdfast ha status\" 显示各节点的版本；重复同一命令可从当前状态继续"));
            return false;
        } finally {
            try {
                nodes.second().hands().perform(Task.LEAVE, Map.of());
            } catch (IOException silent) {
                // It leaves by itself when it isn't asked any more.
            }
        }
    }

    private String leader() {
        return former.equals(archive.version())
                ? nodes.first().name()
                : nodes.second().name();
    }

    private static String current(Node node) throws IOException, InterruptedException {
        return node.hands().perform(Task.VERSIONS, Map.of()).getOrDefault("current", "");
    }

    private boolean staged() throws IOException, InterruptedException {
        progress.begin(SetupStep.STAGE);
        try {
            for (Node node : List.of(nodes.second(), nodes.first())) {
                progress.detail(SetupStep.STAGE, node.name());
                Map<String, String> told = node.hands().perform(Task.VERSIONS, Map.of());
                if (archive.sha256().equals(told.get(Versions.stagedKey(archive.version())))) {
                    continue; // From an interrupted upgrade.
                }
                send(node.hands());
                node.hands().perform(Task.STAGE, Map.of("version", archive.version(), "sha256", archive.sha256()));
            }
        } catch (IOException | RuntimeException e) {
            progress.failed(SetupStep.STAGE, String.valueOf(e.getMessage()));
            progress.end(
                    SetupProgress.State.ROLLED_BACK,
                    "Version " + archive.version() + " can't be used; nothing was changed, both nodes go on with "
                            + former,
                    "无法使用版本 " + archive.version() + "；未做任何更改，两个节点继续运行 " + former);
            return false;
        }
        progress.detail(SetupStep.STAGE, archive.version() + ", SHA-256 " + archive.sha256());
        progress.done(SetupStep.STAGE);
        return true;
    }

    private void send(NodeHands hands) throws IOException, InterruptedException {
        try (InputStream stream = Files.newInputStream(archive.file())) {
            long offset = 0;
            for (byte[] piece = stream.readNBytes(Versions.PIECE_BYTES);
                    piece.length > 0;
                    piece = stream.readNBytes(Versions.PIECE_BYTES)) {
                hands.perform(
                        Task.RECEIVE,
                        Map.of(
                                "offset",
                                Long.toString(offset),
                                "bytes",
                                Base64.getEncoder().encodeToString(piece)));
                offset += piece.length;
                progress.touch();
            }
        }
    }

    private boolean standby(String others) throws IOException, InterruptedException {
        progress.begin(SetupStep.STANDBY);
        if (!others.equals(archive.version())) {
            try {
                change(nodes.second());
            } catch (IOException | RuntimeException e) {
                progress.failed(SetupStep.STANDBY, String.valueOf(e.getMessage()));
                putBack(
                        nodes.second(),
                        others,
                        notUp(nodes.second()),
                        new Words(
                                nodes.first().name() + " has led all the time, with version " + former,
                                nodes.first().name() + " 始终以版本 " + former + " 主导"));
                return false;
            }
        }
        progress.done(SetupStep.STANDBY);
        return true;
    }

    private Words notUp(Node node) {
        return new Words(
                node.name() + " did not come up with version " + archive.version(),
                node.name() + " 未能以版本 " + archive.version() + " 启动");
    }

    private boolean handedOver() throws IOException, InterruptedException {
        progress.begin(SetupStep.HAND_OVER);
        String refused = "";
        try {
            nodes.first().hands().perform(Task.HAND_OVER, Map.of());
        } catch (IOException | RuntimeException e) {
            refused = String.valueOf(e.getMessage());
        }
        // Refused or not: the answer may have been lost while it is carried out, and who is about to lead must not be
        // changed.
        try {
            await(
                    nodes.second().name() + " leads and holds the virtual IP",
                    patience.handOver(),
                    Duration.ZERO,
                    () -> leadsFully(nodes.second()));
        } catch (IOException late) {
            progress.failed(SetupStep.HAND_OVER, refused.isEmpty() ? String.valueOf(late.getMessage()) : refused);
            notHandedOver();
            return false;
        }
        try {
            await(
                    nodes.first().name() + " stands by",
                    patience.handOver(),
                    Duration.ZERO,
                    () -> NodeWord.of(nodes.first().hands()).standsBy());
        } catch (IOException noStandby) {
            progress.failed(SetupStep.HAND_OVER, String.valueOf(noStandby.getMessage()));
            end(
                    SetupProgress.State.FAILED,
                    new Words(
                            nodes.second().name() + " leads with version " + archive.version() + ", but "
                                    + nodes.first().name()
                                    + " is no standby that is fit and in sync; it was left at version "
                                    + former
                                    + ". Mend it, see \"holdfast ha status\"; then the same command goes on",
                            nodes.second().name() + " 以版本 " + archive.version() + " 主导，但 "
                                    + nodes.first().name() + " 不是可用且同步的待命节点；其版本仍为 " + former
                                    + "。请先修复，参见 \"holdfast ha status\"；然后重复同一命令"));
            return false;
        }
        progress.done(SetupStep.HAND_OVER);
        return true;
    }

    private boolean otherNode() throws IOException, InterruptedException {
        progress.begin(SetupStep.OTHER_NODE);
        try {
            change(nodes.first());
        } catch (IOException | RuntimeException e) {
            progress.failed(SetupStep.OTHER_NODE, String.valueOf(e.getMessage()));
            putBack(
                    nodes.first(),
                    former,
                    notUp(nodes.first()),
                    new Words(
                            nodes.second().name() + " leads with version " + archive.version(),
                            nodes.second().name() + " 以版本 " + archive.version() + " 主导"));
            return false;
        }
        progress.done(SetupStep.OTHER_NODE);
        return true;
    }

    private static boolean leadsFully(Node node) throws IOException, InterruptedException {
        NodeWord word = NodeWord.of(node.hands());
        return word.leads() && word.fit() && word.held();
    }

    private void notHandedOver() throws IOException, InterruptedException {
        if (leadsFully(nodes.first())) {
            putBack(
                    nodes.second(),
                    former,
                    new Words(
                            "The leadership was not handed over to "
                                    + nodes.second().name(),
                            "主导权未移交给 " + nodes.second().name()),
                    new Words(
                            nodes.first().name() + " goes on leading with version " + former,
                            nodes.first().name() + " 继续以版本 " + former + " 主导"));
            return;
        }
        end(
                SetupProgress.State.FAILED,
                new Words(
                        "The leadership was not handed over as it should: nobody leads and holds the virtual IP. "
                                + nodes.second().name()
                                + " has version " + archive.version() + ", "
                                + nodes.first().name() + " has " + former
                                + ". See \"holdfast ha status\"; \"holdfast-supervisor use VERSION\" on a node changes its version back",
                        "主导权未能正常移交：没有节点主导并持有虚拟 IP。" + nodes.second().name() + " 为版本 " + archive.version() + "，"
                                + nodes.first().name() + " 为 " + former
                                + "。请查看 \"holdfast ha status\"；在节点上执行 \"holdfast-supervisor use VERSION\" 可换回版本"));
    }

    private void end(SetupProgress.State state, Words words) throws IOException {
        progress.end(state, words.english(), words.chinese());
    }

    /** To the new version, and fit with it. */
    private void change(Node node) throws IOException, InterruptedException {
        node.hands().perform(Task.USE, Versions.unlessItLeads(archive.version()));
        await(
                node.name() + " stands by, fit and in sync, with version " + archive.version(),
                patience.within(),
                patience.steady(),
                () -> runs(node, archive.version()));
    }

    private boolean runs(Node node, String version) throws IOException, InterruptedException {
        Map<String, String> told = node.hands().perform(Task.VERSIONS, Map.of());
        return version.equals(told.get("manager"))
                && version.equals(told.get("supervisor"))
                && NodeWord.of(node.hands()).standsBy();
    }

    /** @param why and {@code rest}: what happened, and what goes on meanwhile */
    private void putBack(Node node, String version, Words why, Words rest) throws IOException, InterruptedException {
        String cause = "";
        try {
            // It may be silent because it starts anew.
            await(
                    node.name() + " answers",
                    patience.back(),
                    Duration.ZERO,
                    () -> !current(node).isEmpty());
            cause = told(node, version);
            await(node.name() + " stands by again", patience.back(), Duration.ZERO, () -> runs(node, version));
        } catch (IOException | RuntimeException e) {
            end(
                    SetupProgress.State.FAILED,
                    new Words(
                            why.english() + ", and it could not be put back to " + version + ": "
                                    + (cause.isEmpty() ? String.valueOf(e.getMessage()) : cause)
                                    + ". See \"holdfast ha status\" and its logs; on it, \"holdfast-supervisor use "
                                    + version + "\" tries again, and \"use " + archive.version()
                                    + "\" once it can run (with a newer database schema only that one can stand by); "
                                    + rest.english(),
                            why.chinese() + "，且未能恢复到 " + version
                                    + "。请查看 \"holdfast ha status\" 及其日志；在该节点执行 \"holdfast-supervisor use " + version
                                    + "\" 可再次尝试；若数据库模式较新，则只有 " + archive.version() + " 可待命（\"use " + archive.version()
                                    + "\"）；" + rest.chinese()));
            return;
        }
        end(
                SetupProgress.State.ROLLED_BACK,
                new Words(
                        why.english() + ". " + node.name() + " is back on " + version + " and stands by; "
                                + rest.english(),
                        why.chinese() + "。" + node.name() + " 已恢复到 " + version + " 并待命；" + rest.chinese()));
    }

    /** @return why not, if it says so; that it has changed is seen afterwards, for the answer may be lost */
    private static String told(Node node, String version) throws InterruptedException {
        try {
            node.hands().perform(Task.USE, Versions.unlessItLeads(version));
            return "";
        } catch (IOException | RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** A node that is asked may be silent for a moment: that it isn't true yet. */
    private void await(String what, Duration limit, Duration steady, Condition condition)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        long since = 0;
        while (true) {
            boolean holds;
            try {
                holds = condition.holds();
            } catch (IOException silent) {
                holds = false;
            }
            long now = System.nanoTime();
            since = holds ? (since == 0 ? now : since) : 0;
            if (holds && now - since >= steady.toNanos()) {
                return;
            }
            if (now - deadline > 0) {
                throw new IOException("not within " + limit.toSeconds() + " s: " + what);
            }
            progress.touch();
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }
}
