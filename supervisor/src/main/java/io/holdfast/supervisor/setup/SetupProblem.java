package io.holdfast.supervisor.setup;

import java.util.List;
import java.util.Locale;

/** Why a pair can't be set up, and what to do; in both languages. {@code {0}} is the first argument. */
enum SetupProblem {
    ADDRESSES("{0}. Give each its own address.", "{0}。请为每一项使用各自的地址。"),
    NO_ADDRESS(
            "The machine {0} has no interface with the address {0}. Give the address that it has on the management network.",
            "机器 {0} 上没有地址为 {0} 的接口。请提供它在管理网络上的地址。"),
    UNREACHABLE(
            "The machine {0} does not answer: {1}. Start \"holdfast-supervisor join\" there, open port 7432, and give the code that it prints.",
            "机器 {0} 没有响应：{1}。请在那里启动 \"holdfast-supervisor join\"，开放端口 7432，并提供它显示的代码。"),
    CLOCK_SKEW(
            "The clocks of this node and of {0} differ by {1} s; at most 5 s are allowed. Let both follow a time server (chrony, systemd-timesyncd), then try again.",
            "本节点与 {0} 的时钟相差 {1} 秒；最多允许 5 秒。请让两者同步时间服务器（chrony、systemd-timesyncd）后重试。"),
    VERSION(
            "{0} has version {1}, this node has {2}. Install the same version on both.",
            "{0} 的版本为 {1}，本节点为 {2}。请在两者上安装相同版本。"),
    SAME_NAME(
            "Both nodes are called {0}. Give the other one a name of its own: node.name in its node.properties.",
            "两个节点都名为 {0}。请为另一节点设置不同的名称：其 node.properties 中的 node.name。"),
    VIP_IN_USE(
            "The virtual IP {0} is in use: {1} answers, seen from {2}. Choose a free one.",
            "虚拟 IP {0} 已被占用：从 {2} 看到 {1} 有应答。请选择空闲地址。"),
    VIP_NETWORK(
            "The virtual IP {0} does not lie in the management network {1} of {2}. Choose one from there, with the same length.",
            "虚拟 IP {0} 不在 {2} 的管理网络 {1} 中。请从中选择，并使用相同的前缀长度。"),
    DISK(
            "{0} has {1} MB free for the database; at least {2} MB are needed. Make room.",
            "{0} 上可供数据库使用的空间为 {1} MB；至少需要 {2} MB。请腾出空间。"),
    PORTS(
            "On {0} somebody listens on the ports {1}. End those programs: management nodes need these ports.",
            "{0} 上的端口 {1} 已被占用。请结束相应程序：管理节点需要这些端口。"),
    PROGRAMS(
            "{0} lacks {1}. Install the packages of group [management] in packaging/debian-packages.txt there.",
            "{0} 缺少 {1}。请在那里安装 packaging/debian-packages.txt 中 [management] 组的软件包。"),
    DATABASES(
            "On {0} the database's directory holds other databases: {1}. Move them to another server; set-up needs a server of its own.",
            "{0} 的数据库目录中有其他数据库：{1}。请将其移到其他服务器；部署需要专用服务器。"),
    MANAGES_HOSTS(
            "{0} already manages {1} hosts. Take a fresh machine, or remove its state directory if those hosts are no longer its.",
            "{0} 已管理 {1} 台主机。请使用全新的机器；若这些主机已不归它管理，请删除其状态目录。"),
    REMAINS(
            "An earlier set-up is on {0}. Undo it there first: \"holdfast-supervisor undo\".",
            "{0} 上有先前的部署。请先在那里撤销：\"holdfast-supervisor undo\"。"),
    ALREADY_PAIR(
            "This node is one of a pair already. See \"holdfast ha status\".",
            "本节点已是双节点之一。请查看 \"holdfast ha status\"。"),
    ARCHIVE(
            "The file {0} can't be used: {1}. Give the path on the node that leads of a holdfast-VERSION.tar.gz (./holdfast package makes it).",
            "文件 {0} 无法使用：{1}。请提供主导节点上 holdfast-VERSION.tar.gz 的路径（由 ./holdfast package 生成）。"),
    NOT_PAIR("This node is a single one. Run install.sh of the new version here.", "本节点为单节点。请在此运行新版本的 install.sh。"),
    NODE_SILENT(
            "The node {0} can't be asked: {1}. See \"holdfast ha status\".",
            "无法询问节点 {0}：{1}。请查看 \"holdfast ha status\"。"),
    SAME_VERSION("Both nodes have version {0} already.", "两个节点均已为版本 {0}。"),
    LAYOUT(
            "On {0} there is no /opt/holdfast/current: Holdfast was not installed there by install.sh. Install the present version so first.",
            "{0} 上没有 /opt/holdfast/current：Holdfast 不是由 install.sh 安装的。请先这样安装当前版本。"),
    NOT_WELL(
            "The pair is not well: {0}. Mend that first, see \"holdfast ha status\": while a node changes, the other one serves without a spare.",
            "双节点状态不佳：{0}。请先修复，参见 \"holdfast ha status\"：一个节点切换时，另一个没有备用。"),
    SCHEMA_OLDER(
            "Version {0} knows the database up to schema {1}, and it has {2}. There is no way back to that version.",
            "版本 {0} 只支持到数据库模式 {1}，而当前为 {2}。无法回到该版本。"),
    ROOM(
            "{0} has {1} MB free in {3}; {2} MB are needed. Remove old versions there.",
            "{0} 的 {3} 有 {1} MB 可用；需要 {2} MB。请删除旧版本。"),
    CONFIGURATION("The manager's configuration is not as set-up needs it: {0}.", "管理器的配置不符合部署要求：{0}。");

    private final String english;
    private final String chinese;

    SetupProblem(String english, String chinese) {
        this.english = english;
        this.chinese = chinese;
    }

    /** As programs know it: {@code vip-in-use}. */
    String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String english(List<String> arguments) {
        return filled(english, arguments);
    }

    String chinese(List<String> arguments) {
        return filled(chinese, arguments);
    }

    private static String filled(String text, List<String> arguments) {
        String result = text;
        for (int index = 0; index < arguments.size(); index++) {
            result = result.replace("{" + index + "}", arguments.get(index));
        }
        return result;
    }

    /** One problem with its arguments. */
    record Refusal(SetupProblem problem, List<String> arguments) {
        Refusal {
            arguments = List.copyOf(arguments);
        }

        static Refusal of(SetupProblem problem, Object... arguments) {
            return new Refusal(
                    problem, List.of(arguments).stream().map(String::valueOf).toList());
        }

        String english() {
            return problem.english(arguments);
        }

        String chinese() {
            return problem.chinese(arguments);
        }
    }
}
