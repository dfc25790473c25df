package io.holdfast.manager.rest;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the management interface itself refuses, in both languages; what the core refuses has its texts in the core. {@code {0}} is the first argument. */
public enum ProblemText {
    BODY_NOT_JSON(
            400,
            "The body is not a JSON object: {0}. Send one object, as openapi.yaml describes.",
            "请求体不是 JSON 对象：{0}。请按 openapi.yaml 发送一个对象。"),
    FIELD_REQUIRED(400, "The field {0} is missing. Add it.", "缺少字段 {0}。请补充。"),
    FIELD_TYPE(400, "The field {0} must be {1}, but is {2}.", "字段 {0} 必须是 {1}，但得到 {2}。"),
    FIELD_UNKNOWN(
            400,
            "The field {0} is not known here. Remove it, or correct its name; known are: {1}.",
            "字段 {0} 未知。请删除或更正其名称；已知字段：{1}。"),
    FIELD_VALUE(400, "The field {0} is {1}, but must be one of: {2}.", "字段 {0} 为 {1}，但必须是以下之一：{2}。"),
    PARAMETER(400, "The parameter {0} is {1}, but must be {2}.", "参数 {0} 为 {1}，但必须是 {2}。"),
    LOCATION(
            400,
            "A datastore needs exactly one of iscsi and sharedPath. Send one of them.",
            "数据存储必须且只能有 iscsi 与 sharedPath 之一。请发送其中一个。"),
    LOCATION_TAKEN(
            409, "Datastore {0} is already there. Use that one, or another place.", "数据存储 {0} 已位于该处。请使用它，或另选位置。"),
    ADDRESS_FORM(
            400, "{0} is {1}, which is no address of the form host:port. Correct it.", "{0} 为 {1}，不是 主机:端口 形式的地址。请更正。"),
    ADDRESS(
            400,
            "{0} is {1}, which is no network address. Give an IP address or a host name.",
            "{0} 为 {1}，不是网络地址。请提供 IP 地址或主机名。"),
    NOT_FOUND(404, "There is no {0} {1}. List them and use a name or id from there.", "没有 {0} {1}。请列出后使用其中的名称或标识。"),
    AMBIGUOUS(
            409,
            "There are several {0} named {1}, in different clusters. Use the id.",
            "有多个名为 {1} 的 {0}，位于不同集群。请使用标识。"),
    NAME_TAKEN(409, "The name {0} is taken. Choose another.", "名称 {0} 已被占用。请另选。"),
    NO_PATH(
            404,
            "There is nothing at {0} {1}. GET /api/v1/openapi.yaml lists every path.",
            "{0} {1} 处没有内容。GET /api/v1/openapi.yaml 列出所有路径。"),
    BMC_WRONG_PASSWORD(
            422,
            "The BMC {0} was asked for the power of host {1}, but: {2}. Correct bmc.username and bmc.password and try again; the host was not changed.",
            "已向 BMC {0} 询问主机 {1} 的电源，但：{2}。请更正 bmc.username 和 bmc.password 后重试；主机未被更改。"),
    DATASTORE_NO_HOST(
            409,
            "Datastore {0} can't be proven to be shared: no host of cluster {1} is connected. Start the agents first, then add it.",
            "无法证明数据存储 {0} 是共享的：集群 {1} 中没有已连接的主机。请先启动代理，然后再添加。"),
    DATASTORE_NOT_WRITABLE(
            422,
            "Datastore {0} was to be written by host {1}, but: {2}. Check its address and that this host may reach it; nothing was added.",
            "主机 {1} 写入数据存储 {0} 时失败：{2}。请检查其地址以及该主机能否访问；未添加任何内容。"),
    DATASTORE_NOT_SHARED(
            422,
            "Datastore {0} was written by host {1}, but not every connected host reads the same there: {2}. Make it visible to all hosts; nothing was added.",
            "数据存储 {0} 由主机 {1} 写入，但并非每台已连接的主机都读到相同内容：{2}。请使其对所有主机可见；未添加任何内容。"),
    NO_FAILOVER(
            409,
            "Host {0} has no fail-over that waits for a proof. Confirm only while one does.",
            "主机 {0} 没有等待证明的故障切换。仅在有等待时才能确认。"),
    HOST_BUSY(409, "Host {0} has a fail-over under way. Wait until it has ended.", "主机 {0} 有正在进行的故障切换。请等待其结束。"),
    KEY_REUSED(
            422,
            "The idempotency key {0} was used for another request. Use a new key for each request.",
            "幂等键 {0} 已用于另一请求。请为每个请求使用新的键。"),
    KEY_LONG(400, "The idempotency key has {0} characters; at most 200 are allowed.", "幂等键有 {0} 个字符；最多允许 200 个。"),
    NOT_LEADER(
            503,
            "This manager does not lead now; the one that does: {0}. Ask through the virtual IP, and try again.",
            "本管理器目前不主导；主导者：{0}。请通过虚拟 IP 访问并重试。"),
    NO_PEER(
            409,
            "There is no other management node to hand over to. Add one with \"holdfast ha enable\".",
            "没有可移交的另一管理节点。请用 \"holdfast ha enable\" 添加。"),
    PEER_NOT_READY(
            409,
            "The other management node is not known to be ready: {0}. See GET /management; with \"force\": true the leadership is given up all the same.",
            "无法确认另一管理节点已就绪：{0}。请查看 GET /management；使用 \"force\": true 可强制移交。"),
    ALREADY_PAIR(
            409,
            "This node is one of a pair already. See \"holdfast ha status\".",
            "本节点已是双节点之一。请查看 \"holdfast ha status\"。"),
    SETUP_FAILED(
            409,
            "The set-up of the management nodes did not begin: {0}. Nothing was changed; see \"holdfast ha status\".",
            "管理节点的部署未能开始：{0}。未做任何更改；请查看 \"holdfast ha status\"。"),
    ARBITER_ON_NODE(
            409,
            "Host {0} ({1}) is one of the two management nodes: its loss would take two of the three votes. Choose another host.",
            "主机 {0}（{1}）是两个管理节点之一：它的丢失会失去三票中的两票。请选择其他主机。"),
    ARBITER_HOST_SILENT(
            409,
            "The agent of host {0} does not report, so it can't start the arbiter. Choose another host, or start the agent there.",
            "主机 {0} 的代理没有上报，无法启动仲裁者。请选择其他主机，或启动该处的代理。"),
    ARBITER_HOST_WORKED_ON(
            409,
            "Host {0} is in maintenance, about to be shut down, or held because it flaps; the arbiter would leave it at once. Choose another host, or enable this one first.",
            "主机 {0} 处于维护、即将关机或因抖动被保留；仲裁者会立即离开。请选择其他主机，或先启用该主机。"),
    ARBITER_NOT_INSTALLED(
            409,
            "Host {0} lacks the arbiter's program. Install Debian's galera-arbitrator-4 there, or set arbiter.program in agent.properties.",
            "主机 {0} 缺少仲裁者程序。请在该处安装 Debian 的 galera-arbitrator-4，或在 agent.properties 中设置 arbiter.program。"),
    ARBITER_NOT_NOW(
            409,
            "The arbiter is not touched while not both nodes' databases are known to serve: a vote less or elsewhere could stop writes just then. See \"holdfast ha status\", and try again when both are primary.",
            "在无法确认两个节点的数据库均在提供服务时，不会改动仲裁者：此时减少或移动一票可能停止写入。请查看 \"holdfast ha status\"，待两者均为主要状态后重试。"),
    ARBITER_ELSEWHERE(
            409,
            "An arbiter is counted already that no host's agent runs, on {0}; a second one would be a fourth vote. End it first: \"holdfast-supervisor undo\" there.",
            "已有一个不由主机代理运行的仲裁者（{0}）计入投票；第二个会成为第四票。请先在该处结束它：\"holdfast-supervisor undo\"。"),
    ARBITER_NO_PAIR(
            409,
            "A single management node needs no arbiter. Make a pair first: \"holdfast ha enable … --arbiter HOST\".",
            "单个管理节点不需要仲裁者。请先建立双节点：\"holdfast ha enable … --arbiter 主机\"。"),
    ARBITER_NOT_ON_HOST(
            409,
            "No host's agent runs the arbiter. One on a machine of its own is ended there: \"holdfast-supervisor undo\".",
            "没有主机代理在运行仲裁者。独立机器上的仲裁者在该处结束：\"holdfast-supervisor undo\"。"),
    ARBITER_HERE(
            409,
            "Host {0} runs the arbiter. Move it first: \"holdfast arbiter enable OTHER-HOST\".",
            "主机 {0} 正在运行仲裁者。请先移走：\"holdfast arbiter enable 其他主机\"。"),
    ARBITER_CODE(
            400,
            "The field arbiterCode is missing: {0} is a machine without an agent, and has printed a code. A host's name needs none.",
            "缺少字段 arbiterCode：{0} 是没有代理的机器，它会显示一个代码。主机名则不需要。"),
    OUTCOME_UNKNOWN(
            503,
            "The database failed while the request was stored; whether it took effect is not known. Look, and send it again with the same idempotency key.",
            "存储请求时数据库出错；是否生效未知。请查看，并用相同的幂等键重新发送。"),
    BUSY(
            503,
            "The manager is stopping or too far behind; the request was not taken in. Try again.",
            "管理器正在停止或积压过多；请求未被接收。请重试。"),
    TIMEOUT(
            503,
            "The request was taken in but not stored within {0} s. Look whether it took effect, and send it again with the same idempotency key.",
            "请求已接收，但未在 {0} 秒内存储。请查看是否生效，并用相同的幂等键重新发送。"),
    INTERNAL(500, "An error inside the manager: {0}. See its log.", "管理器内部错误：{0}。请查看其日志。");

    /** Names of kinds, which stand as arguments. */
    private static final Map<String, String> CHINESE_KINDS = Map.ofEntries(
            Map.entry("a string", "字符串"),
            Map.entry("a whole number", "整数"),
            Map.entry("a number below 2147483648", "小于 2147483648 的数"),
            Map.entry("true or false", "true 或 false"),
            Map.entry("an object", "对象"),
            Map.entry("a list", "列表"),
            Map.entry("nobody known", "未知"),
            Map.entry("cluster", "集群"),
            Map.entry("host", "主机"),
            Map.entry("datastore", "数据存储"),
            Map.entry("virtual machine", "虚拟机"),
            Map.entry("rule", "规则"),
            Map.entry("fail-over", "故障切换"));

    private final int status;
    private final String english;
    private final String chinese;

    ProblemText(int status, String english, String chinese) {
        this.status = status;
        this.english = english;
        this.chinese = chinese;
    }

    /** HTTP status. */
    public int status() {
        return status;
    }

    /** Code for programs, such as {@code field-required}. */
    public String code() {
        return Texts.code(this);
    }

    /** The sentence in this language. */
    public String text(Locale language, List<String> arguments) {
        boolean inChinese = Texts.isChinese(language);
        String result = inChinese ? chinese : english;
        for (int index = 0; index < arguments.size(); index++) {
            String argument = arguments.get(index);
            result = result.replace(
                    "{" + index + "}", inChinese ? CHINESE_KINDS.getOrDefault(argument, argument) : argument);
        }
        return result;
    }
}
