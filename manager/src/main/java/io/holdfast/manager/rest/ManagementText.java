package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.arbiter.ArbiterCandidate;
import io.holdfast.core.arbiter.ArbiterPlacement;
import io.holdfast.manager.store.SwitchOverRecord;
import java.util.Map;

/** Sentences about the management nodes in both languages. */
final class ManagementText {
    private record Pair(String english, String chinese) {}

    /** By the supervisor's code of the alarm. */
    private static final Map<String, Pair> ALARMS = Map.ofEntries(
            alarm("no-spare-vote", "No spare vote: the loss of one more node stops writes", "没有富余的投票：再失去一个节点就会停止写入"),
            alarm("arbiter-silent", "The arbiter does not answer", "仲裁者没有响应"),
            alarm("standby-not-in-sync", "The database of this node is still catching up", "本节点的数据库仍在追赶"),
            alarm("vip-not-at-leader", "The virtual IP is not on the node that leads", "虚拟 IP 不在主导节点上"),
            alarm("database-not-primary", "The database of this node does not serve", "本节点的数据库不提供服务"),
            alarm("database-damaged", "The database copy of this node can't be read", "本节点的数据库副本无法读取"),
            alarm(
                    "recovery-needs-operator",
                    "The database can't be brought back by rule: an operator must decide",
                    "无法按规则恢复数据库：需要操作员决定"),
            alarm("not-durable", "A received database copy is not on disk yet", "收到的数据库副本尚未落盘"),
            alarm("service-flapping", "A service was restarted too often", "某项服务重启过于频繁"),
            alarm("vip-flapping", "The virtual IP came back to this node too often", "虚拟 IP 返回本节点过于频繁"),
            alarm("peer-silent", "The other node does not answer", "另一节点没有响应"),
            alarm("probably-isolated", "This node is probably cut off from the network", "本节点很可能已与网络隔离"),
            alarm("vip-twice", "Both nodes hold the virtual IP", "两个节点同时持有虚拟 IP"),
            alarm("vip-nowhere", "No node holds the virtual IP", "没有节点持有虚拟 IP"),
            alarm("supervisor-silent", "The supervisor of this node does not answer", "本节点的监督进程没有响应"),
            alarm(
                    "arbiter-without-host",
                    "The arbiter should be on another host, and none can take it: \"holdfast arbiter status\" says why",
                    "仲裁者应移到其他主机，但没有主机可接收：\"holdfast arbiter status\" 会说明原因"),
            alarm(
                    "too-many-votes",
                    "The database counts more than three members: end the arbiter that no agent runs (\"holdfast-supervisor undo\" there)",
                    "数据库计入了三个以上成员：请结束不由代理运行的仲裁者（在该处执行 \"holdfast-supervisor undo\"）"),
            alarm("nobody-leads", "No manager leads", "没有管理器主导"));

    private ManagementText() {}

    private static Map.Entry<String, Pair> alarm(String code, String english, String chinese) {
        return Map.entry(code, new Pair(english, chinese));
    }

    /** The sentence of an alarm; one that this version doesn't know shows its code. */
    static ObjectNode alarm(String code) {
        return object(ALARMS.getOrDefault(code, new Pair("Alarm: " + code, "告警：" + code)));
    }

    /** The sentence about a switch-over. */
    static ObjectNode switchOver(SwitchOverRecord record) {
        return object(
                switch (record.cause()) {
                    case FIRST -> new Pair(record.to() + " leads; nobody did before", record.to() + " 开始主导；此前无人主导");
                    case PLANNED ->
                        new Pair(
                                record.from() + " handed the leadership over to " + record.to(),
                                record.from() + " 将主导权移交给 " + record.to());
                    case TAKEOVER ->
                        new Pair(
                                record.from() + " was silent; " + record.to() + " took over",
                                record.from() + " 无响应；" + record.to() + " 已接管");
                    case RESTART ->
                        new Pair("A new manager process of " + record.to() + " leads", record.to() + " 的新管理器进程开始主导");
                    case STALL ->
                        new Pair(
                                "The database stood still; " + record.to() + " went on afterwards",
                                "数据库曾停顿；" + record.to() + " 随后继续主导");
                });
    }

    /** Why the arbiter is where it is. */
    static ObjectNode placed(ArbiterPlacement placement) {
        String to = placement.hostName();
        String from = placement.fromName();
        Pair why = switch (placement.cause()) {
            case ASKED ->
                from.isEmpty()
                        ? new Pair("Set up on " + to + ", as asked", "已按要求设置在 " + to)
                        : new Pair("Moved from " + from + " to " + to + ", as asked", "已按要求从 " + from + " 移到 " + to);
            case HOST_DEAD ->
                new Pair("Moved from " + from + ", which is dead, to " + to, "从已失效的 " + from + " 移到 " + to);
            case NOT_COUNTED ->
                new Pair(
                        "Moved from " + from + ", where its vote was missing, to " + to,
                        "其在 " + from + " 上的投票缺失，已移到 " + to);
            case HOST_WORK ->
                new Pair("Moved from " + from + ", which is worked on, to " + to, from + " 正在维护，已移到 " + to);
            case HOST_REMOVED ->
                new Pair("Moved from " + from + ", which was removed, to " + to, from + " 已移除，已移到 " + to);
            case HOME_BACK -> new Pair("Back on " + to + ", which is counted again", "已回到 " + to + "，其投票重新计入");
            case NO_PAIR -> new Pair("Ended: there is no pair any more", "已结束：不再有双节点");
        };
        return object(
                placement.placed() && !placement.home().isEmpty()
                        ? new Pair(
                                why.english() + "; goes back to " + placement.home() + " when that is counted again",
                                why.chinese() + "；" + placement.home() + " 重新计入后移回")
                        : why);
    }

    /** What ending it means. */
    static ObjectNode withdrawal(ArbiterPlacement placement) {
        return object(new Pair(
                "The arbiter on " + placement.hostName()
                        + " would be ended; without a spare vote the loss of one node stops writes",
                "将结束 " + placement.hostName() + " 上的仲裁者；没有富余的投票时，失去一个节点就会停止写入"));
    }

    /** Why a host can't have the arbiter. */
    static ObjectNode obstacle(ArbiterCandidate.Obstacle obstacle) {
        return object(
                switch (obstacle) {
                    case ON_NODE -> new Pair("it is a management node", "它是管理节点");
                    case NOT_REPORTING -> new Pair("its agent does not report", "其代理没有上报");
                    case NOT_ENABLED -> new Pair("it takes no virtual machines now", "它目前不接收虚拟机");
                    case NOT_INSTALLED -> new Pair("galera-arbitrator-4 is not installed", "未安装 galera-arbitrator-4");
                });
    }

    private static ObjectNode object(Pair pair) {
        return JsonNodeFactory.instance.objectNode().put("en", pair.english()).put("zh", pair.chinese());
    }
}
