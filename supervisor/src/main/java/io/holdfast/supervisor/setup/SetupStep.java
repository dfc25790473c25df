package io.holdfast.supervisor.setup;

import java.util.List;
import java.util.Locale;

/** The steps that people see, in both languages. */
enum SetupStep {
    CONFIGURATION("Keys and configuration on both nodes", "两个节点上的密钥和配置"),
    FIRST_DATABASE("The database begins on this node", "在本节点启动数据库"),
    ARBITER("The arbiter joins", "仲裁者加入"),
    SECOND_DATABASE("The other node takes a full copy of the database", "另一节点获取数据库的完整副本"),
    COPY("The manager stops; its state is copied and every row compared", "管理器停止；其状态被复制并逐行比较"),
    FIRST_MANAGER("This node's manager leads on the replicated database", "本节点的管理器在复制数据库上主导"),
    SECOND_MANAGER("The other node's manager stands by", "另一节点的管理器待命"),
    VIP("One node holds the virtual IP", "一个节点持有虚拟 IP"),

    PAUSE("Both managers stop", "两个管理器停止"),
    COPY_BACK("The state is copied into the embedded database and every row compared", "状态被复制到嵌入式数据库并逐行比较"),
    SINGLE("This node's manager leads alone", "本节点的管理器单独主导"),
    CLEAN_UP("Database, keepalived and arbiter of the pair are removed", "移除双节点的数据库、keepalived 和仲裁者"),

    STAGE("The new version arrives on both nodes and is checked", "新版本到达两个节点并通过检查"),
    STANDBY("The standby changes to it and is fit and in sync again", "待命节点切换到新版本，并恢复可用和同步"),
    HAND_OVER("The leadership is handed to it", "主导权移交给它"),
    OTHER_NODE("The other node changes to it and stands by", "另一节点切换到新版本并待命");

    static final List<SetupStep> ENABLE =
            List.of(CONFIGURATION, FIRST_DATABASE, ARBITER, SECOND_DATABASE, COPY, FIRST_MANAGER, SECOND_MANAGER, VIP);
    static final List<SetupStep> UPGRADE = List.of(STAGE, STANDBY, HAND_OVER, OTHER_NODE);
    static final List<SetupStep> DISABLE = List.of(PAUSE, COPY_BACK, SINGLE, CLEAN_UP);

    private final String english;
    private final String chinese;

    SetupStep(String english, String chinese) {
        this.english = english;
        this.chinese = chinese;
    }

    String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String english() {
        return english;
    }

    String chinese() {
        return chinese;
    }
}
