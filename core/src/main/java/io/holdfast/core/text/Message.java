package io.holdfast.core.text;

import java.util.List;

/**
 * Every sentence that the platform's decisions say to people, in both languages. Code and arguments are stored and sent; they are rendered where they are shown.
 * {@code {0}} is the first argument.
 */
public enum Message {
    // Detection
    HOST_CONNECTED("Host {0} is connected (boot {1}).", "主机 {0} 已连接（启动标识 {1}）。"),
    HOST_REBOOTED(
            "Host {0} came back with a new boot; everything of its former boot has ended.",
            "主机 {0} 以新的启动返回；其上一次启动的所有进程均已结束。"),
    HOST_SUSPECT(
            "Host {0} is suspect: {1}. Asking its peers, its lease and its BMC.", "主机 {0} 可疑：{1}。正在询问其对等主机、租约和 BMC。"),
    HOST_BACK("Host {0} reports again after {1} ms.", "主机 {0} 在 {1} 毫秒后恢复上报。"),
    HOST_VERDICT_DEAD("Host {0} is dead: {1}.", "主机 {0} 已失效：{1}。"),
    HOST_VERDICT_PARTITIONED(
            "Host {0} lives (its lease is renewed) but its management network is cut off; its virtual machines run on.",
            "主机 {0} 存活（租约仍在续期），但其管理网络已断开；其虚拟机继续运行。"),
    HOST_VERDICT_AGENT_DOWN(
            "Host {0} answers but its agent does not; its virtual machines run on.", "主机 {0} 有应答，但其代理无应答；其虚拟机继续运行。"),
    HOST_VERDICT_STORAGE_LOST("Host {0} has lost datastore {1}.", "主机 {0} 已失去数据存储 {1}。"),
    HOST_VERDICT_UPLINK_LOST("Host {0} has lost the uplinks of network {1}.", "主机 {0} 已失去网络 {1} 的上行链路。"),
    HOST_VERDICT_MANAGER_SIDE(
            "{0} of {1} hosts vanished at once: the fault is probably on the manager's side. Nobody is fenced.",
            "{1} 台主机中有 {0} 台同时失联：故障很可能在管理端。不会隔离任何主机。"),
    HOST_LET_IN("Host {0} may use datastore {1} again.", "主机 {0} 可重新使用数据存储 {1}。"),
    HOST_FLAPPING(
            "Host {0} went and came back {1} times within an hour; it takes no virtual machines for two hours unless lifted.",
            "主机 {0} 在一小时内失联并恢复 {1} 次；除非解除，两小时内不接收虚拟机。"),
    HOST_PLANE_WELL("Host {0} is no longer degraded: {1}.", "主机 {0} 不再降级：{1}。"),
    HOST_HOLD_LIFTED("Host {0} may take virtual machines again.", "主机 {0} 可重新接收虚拟机。"),

    // Reasons and evidence
    SEEN_REPORT_MISSED("no report for {0} ms", "{0} 毫秒内无上报"),
    SEEN_CONNECTION_BROKEN("its connection broke", "其连接已断开"),
    SEEN_NEVER_REPORTED("it has not reported since this manager began to lead", "自本管理器开始主导以来它未曾上报"),
    SEEN_PEER("peer {0} asked its management address: {1}", "对等主机 {0} 询问其管理地址：{1}"),
    SEEN_POWER("its BMC says {0} (answered after {1} ms)", "其 BMC 报告 {0}（{1} 毫秒后应答）"),
    SEEN_LEASE("on datastore {0}, host {1} sees its lease unchanged for {2} ms", "在数据存储 {0} 上，主机 {1} 看到其租约 {2} 毫秒未变"),
    SEEN_LEASE_ALIVE("on datastore {0}, host {1} sees its lease renewed", "在数据存储 {0} 上，主机 {1} 看到其租约仍在续期"),
    SEEN_LEASE_LOST("it reports the lease on datastore {0} lost: {1}", "它报告数据存储 {0} 上的租约已丢失：{1}"),
    SEEN_UPLINK_DOWN("all uplinks of network {0} are down", "网络 {0} 的所有上行链路均已断开"),
    SEEN_NEW_BOOT("it came back with boot {0}", "它以启动 {0} 返回"),
    SEEN_VM_ENDED("the process of {0} run {1} ended: {2}", "{0} 第 {1} 次运行的进程已结束：{2}"),
    SEEN_OPERATOR("{0} confirmed the isolation: {1}", "{0} 已确认隔离：{1}"),
    DEAD_POWER_OFF("its power is seen off", "确认其电源已关闭"),
    DEAD_NO_SIGN("no sign of it on any plane", "在任何平面上都没有它的迹象"),
    DEAD_OPERATOR("a person confirmed it", "已由人员确认"),

    // Rungs
    RUNG_POWER_ASKED("asking the BMC whether the power is off", "正在向 BMC 询问电源是否已关闭"),
    RUNG_POWER_ON("the BMC says that the power is on", "BMC 报告电源为开启"),
    RUNG_POWER_NO_ANSWER("the BMC does not answer", "BMC 无应答"),
    RUNG_POWER_WRONG_PASSWORD(
            "the BMC refuses the user or password; correct them in the host's settings", "BMC 拒绝该用户或密码；请在主机设置中更正"),
    RUNG_POWER_ERROR("the BMC answered with an error: {0}", "BMC 返回错误：{0}"),
    RUNG_POWER_CONTRADICTED(
            "the BMC said off, but a sign of life came after it; asking again", "BMC 报告已关闭，但其后出现存活迹象；重新询问"),
    RUNG_POWER_NO_BMC("the host has no BMC", "该主机没有 BMC"),
    RUNG_POWER_OFF_READ("the BMC said off twice, no sign of life since", "BMC 两次报告已关闭，此后无存活迹象"),
    RUNG_POWER_OFF_COMMANDED("power-off commanded", "已下达关机命令"),
    RUNG_POWER_OFF_CONFIRMED("power-off commanded and read back as off", "已下达关机命令并读回为已关闭"),
    RUNG_POWER_OFF_FAILED("the power-off command failed: {0}", "关机命令失败：{0}"),
    RUNG_POWER_OFF_BRAKED("forced power-off is held by the brake: {0} hosts failed at once", "强制关机被制动：{0} 台主机同时故障"),
    RUNG_LEASE_WATCHED("lease on {0} unchanged for {1} ms of {2} ms", "{0} 上的租约已 {1} 毫秒未变（需 {2} 毫秒）"),
    RUNG_LEASE_EXPIRED(
            "lease on {0} unchanged for {1} ms, bound {2} ms, seen by {3}", "{0} 上的租约已 {1} 毫秒未变，界限 {2} 毫秒，由 {3} 观察到"),
    RUNG_LEASE_NO_WATCHDOG(
            "no armed watchdog on the host: an expired lease is no proof unless the cluster accepts the weaker bound",
            "主机上没有启用的看门狗：除非集群接受较弱的界限，否则租约到期不构成证明"),
    RUNG_PROCESS_ENDED("the agent reports that the process of {0} run {1} has ended", "代理报告 {0} 第 {1} 次运行的进程已结束"),
    RUNG_NEW_BOOT("the host runs a later boot", "主机已是更晚的一次启动"),
    RUNG_NEW_GENERATION(
            "the host's lease is of a later generation, which begins only after {0} run {1} was reaped",
            "主机的租约属于更晚的代，而新代仅在 {0} 第 {1} 次运行被回收后才开始"),
    RUNG_SLOT_ENDED("the host's lease slot says that {0} run {1} has ended", "主机的租约槽位表明 {0} 第 {1} 次运行已结束"),
    RUNG_START_REFUSED(
            "the agent is certain that {0} run {1} does not live and never will", "代理确定 {0} 第 {1} 次运行未存活且永不会启动"),
    RUNG_LOCKED_OUT("the storage refuses the host on {0}: {1}", "存储在 {0} 上拒绝该主机：{1}"),
    RUNG_LOCK_OUT_ASKED("asking the storage to refuse the host on {0}", "正在要求存储在 {0} 上拒绝该主机"),
    RUNG_LOCK_OUT_FAILED("the storage did not confirm that it refuses the host on {0}: {1}", "存储未确认在 {0} 上拒绝该主机：{1}"),
    RUNG_OPERATOR("confirmed by {0}: {1}", "由 {0} 确认：{1}"),
    RUNG_MAILBOX_ASKED("asked through the storage mailbox on {0} to stop {1}", "已通过 {0} 上的存储信箱要求停止 {1}"),

    // Recovery
    FAILOVER_OPENED("Fail-over {0}: {1} virtual machines affected on host {2}.", "故障切换 {0}：主机 {2} 上有 {1} 台虚拟机受影响。"),
    FAILOVER_CLOSED("Fail-over {0} is complete: {1} of {2} virtual machines run.", "故障切换 {0} 完成：{2} 台虚拟机中有 {1} 台在运行。"),
    VM_PROVEN("The former run {1} of {0} has no writer any more: {2}.", "{0} 的前一次运行 {1} 已无写入者：{2}。"),
    VM_PLACED("{0} is started on host {1} as run {2}.", "{0} 以第 {2} 次运行在主机 {1} 上启动。"),
    VM_RUNNING("{0} runs on host {1}.", "{0} 正在主机 {1} 上运行。"),
    VM_START_FAILED("Starting {0} on host {1} failed: {2}", "在主机 {1} 上启动 {0} 失败：{2}"),
    VM_STOP_WAITS("{0} is stopped when HA resumes; it is paused (freeze).", "{0} 将在高可用恢复后停止；目前已暂停（freeze）。"),
    VM_WAITS("{0} is down and waits: {1}", "{0} 已停机并等待：{1}"),
    VM_KEPT("{0} runs on: its host came back before it was replaced.", "{0} 继续运行：其主机在替换前已恢复。"),
    VM_NOT_RESTARTED("{0} is not restarted: {1}", "{0} 不重启：{1}"),
    VM_CRASHED("The process of {0} on host {1} died.", "{0} 在主机 {1} 上的进程已死亡。"),
    VM_SELF_FENCED("{0} was stopped by its host {1}, which lost its lease.", "{0} 已被其主机 {1} 停止，因为该主机失去了租约。"),
    VM_GUEST_SHUTDOWN("{0} was shut down from inside the guest; it stays down.", "{0} 已从客户机内部关机；保持停机。"),
    VM_STOPPED("{0} is stopped.", "{0} 已停止。"),
    VM_STOPPING("{0} is being stopped on host {1}.", "正在主机 {1} 上停止 {0}。"),
    VM_NO_HEARTBEAT(
            "The guest of {0} has not answered within {1} s of its start; those after it are started all the same.",
            "{0} 的客户机在启动后 {1} 秒内未应答；其后的虚拟机仍将启动。"),
    VM_HUNG(
            "The guest of {0} on host {1} answered before and does not answer any more.",
            "主机 {1} 上 {0} 的客户机曾有应答，现已不再应答。"),
    VM_RESET(
            "{0} is stopped on host {1} and started anew, because its guest hangs.", "因客户机挂起，正在停止主机 {1} 上的 {0} 并重新启动。"),
    VM_RESET_LIMIT(
            "The guest of {0} hangs again; it has been reset {1} times within an hour and is left as it is.",
            "{0} 的客户机再次挂起；一小时内已重置 {1} 次，不再重置。"),
    VM_UNEXPECTED(
            "Host {0} runs {1} run {2}, which is not placed there; it is stopped.",
            "主机 {0} 运行了未放置在该处的 {1} 第 {2} 次运行；正在停止。"),
    SOFT_RULE_GIVEN_UP("Soft rule {0} is given up to bring {1} back.", "为恢复 {1}，放弃软规则 {0}。"),
    MOVE_BEGUN("{0} is moved live from host {1} to host {2} as run {3}.", "{0} 正从主机 {1} 热迁移到主机 {2}，为第 {3} 次运行。"),
    MOVE_DONE("{0} runs on host {1} now; its last step took {2} ms.", "{0} 现在运行于主机 {1}；最后一步耗时 {2} 毫秒。"),
    MOVE_FAILED("{0} could not be moved and runs on where it is, on host {1}: {2}", "{0} 无法迁移，继续在原主机 {1} 上运行：{2}"),
    MOVE_COLD("{0} is stopped on host {1} to be started elsewhere.", "{0} 正在主机 {1} 上停止，以便在别处启动。"),
    HOST_SHUTDOWN(
            "Host {0} is about to go down (policy {1}, {2} virtual machines); it may be switched off when none is left on it.",
            "主机 {0} 即将关闭（策略 {1}，{2} 台虚拟机）；其上无虚拟机后即可关机。"),
    MOVE_NO_ANSWER("the agent did not answer in time", "代理未及时应答"),
    MOVE_NOT_RUNNING("it does not run, or its host does not report it as running", "它未在运行，或其主机未报告其在运行"),
    MOVE_BUSY("it is being started, stopped, recovered or moved already", "它正在启动、停止、恢复或迁移中"),
    MOVE_NOT_LIVE("it is set to be never moved while it runs; move it cold", "它被设置为运行时不迁移；请冷迁移"),
    WHY_PRIORITY_NEVER("its restart priority is never", "其重启优先级为从不"),
    WHY_NOT_REQUESTED("its requested state is {0}", "其请求状态为 {0}"),
    WHY_SUPERSEDED("fail-over {0} took it over", "已由故障切换 {0} 接管"),
    WHY_STOPPED_BY_OPERATOR("it was stopped by an operator", "已由操作员停止"),
    WHY_STARTED_BY_OPERATOR("an operator started it by hand while HA was paused", "高可用暂停期间由操作员手动启动"),
    WHY_REMOVED("it was removed", "已被移除"),

    // Waiting reasons
    WAIT_NO_PROOF(
            "host {0} is not proven isolated from its disks yet; all proofs go on being sought",
            "主机 {0} 尚未被证明与其磁盘隔离；仍在寻找所有证明"),
    WAIT_NO_HEALTHY_HOST("no healthy host may take it", "没有健康的主机可以接收它"),
    WAIT_NO_HOST_REACHES_DATASTORE("no healthy host holds a lease on datastore {0}", "没有健康的主机持有数据存储 {0} 上的租约"),
    WAIT_NO_HOST_HAS_NETWORK("no healthy host carries network {0}", "没有健康的主机承载网络 {0}"),
    WAIT_NO_CAPACITY(
            "no host has {0} cores and {1} MiB free; the most free is {2} cores and {3} MiB",
            "没有主机有 {0} 个核和 {1} MiB 空闲；最多空闲 {2} 个核和 {3} MiB"),
    WAIT_RULES("the strict rule {0} leaves no host", "严格规则 {0} 未留下任何主机"),
    WAIT_START_FAILED_EVERYWHERE(
            "its start failed on every host tried; the last error: {0}", "在所有尝试的主机上启动失败；最后的错误：{0}"),
    WAIT_BOOT_STORM("the hosts that may take it are busy starting others", "可接收它的主机正忙于启动其他虚拟机"),
    WAIT_DEPENDENCY("it starts after {0}, which is not ready", "它须在 {0} 之后启动，而后者尚未就绪"),
    WAIT_HIGHER_PRIORITY("virtual machines of higher priority go first", "更高优先级的虚拟机优先"),
    WAIT_HA_PAUSED("HA is paused in this cluster; resume it", "该集群的高可用已暂停；请恢复"),

    WAIT_FROZEN(
            "it is frozen with host {0} and starts when that is back; enable the host to start it elsewhere",
            "它随主机 {0} 冻结，待其恢复后启动；启用该主机可改在别处启动"),
    WAIT_MOVE_FAILED("the last attempt to move it failed, the next follows: {0}", "上次迁移失败，将再次尝试：{0}"),
    WAIT_MOVES_AT_A_TIME("others are moved from or to these hosts first", "这些主机上的其他迁移先行"),
    WAIT_OTHERS_MOVE_FIRST("others have to leave its new host first", "须等其他虚拟机先离开其新主机"),
    WAIT_RECOVERY_FIRST("virtual machines that are down are recovered first", "先恢复停机的虚拟机"),

    // Operator
    OPERATOR_CONFIRMED("{0} confirmed that host {1} is isolated: {2}", "{0} 已确认主机 {1} 被隔离：{2}"),
    OPERATOR_DID("{0}: {1} {2}", "{0}：{1} {2}"),
    BRAKE_ON(
            "{0} of {1} hosts failed within {2} s: forced power-off is held. Proofs that need no force still count. Release the brake if the hosts are really lost.",
            "{1} 台主机中有 {0} 台在 {2} 秒内故障：强制关机被暂停。无需强制的证明仍然有效。若主机确已丢失，请释放制动。"),
    BRAKE_RELEASED("{0} released the brake.", "{0} 已释放制动。"),

    // Alarms
    ALARM_HOST_DOWN("Host {0} does not report.", "主机 {0} 无上报。"),
    ALARM_MANAGER_SIDE(
            "Most hosts vanished at once; nobody is fenced. Check the manager's own network.",
            "大多数主机同时失联；不会隔离任何主机。请检查管理器自身的网络。"),
    ALARM_VM_DOWN("{0} is down: {1}", "{0} 已停机：{1}"),
    ALARM_NO_WATCHDOG(
            "Host {0} has no armed watchdog: an expired lease proves nothing about its virtual machines unless the cluster accepts the weaker bound.",
            "主机 {0} 没有启用的看门狗：除非集群接受较弱的界限，否则租约到期不能证明其虚拟机的状态。"),
    MANAGER_HANDED_OVER("Management node {0} handed the leadership over to {1}.", "管理节点 {0} 已将主导权移交给 {1}。"),
    MANAGER_TOOK_OVER(
            "Management node {0} was silent; {1} took over {2} ms after its last sign.",
            "管理节点 {0} 无响应；{1} 在其最后信号 {2} 毫秒后接管。"),
    MANAGER_RESTARTED("A new manager process of node {0} leads.", "节点 {0} 的新管理器进程开始主导。"),
    MANAGER_STALLED("The database stood still; management node {0} went on afterwards.", "数据库曾停顿；管理节点 {0} 随后继续主导。"),
    ARBITER_PLACED("The arbiter is set up on host {0}, as asked.", "已按要求在主机 {0} 上设置仲裁者。"),
    ARBITER_MOVED_ASKED("The arbiter moves from host {0} to host {1}, as asked.", "仲裁者已按要求从主机 {0} 移到主机 {1}。"),
    ARBITER_MOVED_HOST_DEAD("The arbiter moves from host {0}, which is dead, to host {1}.", "仲裁者从已失效的主机 {0} 移到主机 {1}。"),
    ARBITER_MOVED_NOT_COUNTED(
            "The arbiter moves from host {0}, where its vote was missing for too long, to host {1}.",
            "仲裁者在主机 {0} 上的投票缺失过久，已移到主机 {1}。"),
    ARBITER_MOVED_HOST_WORK(
            "The arbiter moves from host {0}, which takes no virtual machines now, to host {1}.",
            "主机 {0} 目前不接收虚拟机，仲裁者已移到主机 {1}。"),
    ARBITER_MOVED_HOST_REMOVED(
            "The arbiter moves from host {0}, which was removed, to host {1}.", "主机 {0} 已移除，仲裁者移到主机 {1}。"),
    ARBITER_MOVED_FROM_MACHINE(
            "The arbiter moves from {0}, a machine without an agent, where its vote was missing for too long, to host {1}. It goes back when that machine is counted again.",
            "仲裁者在没有代理的机器 {0} 上的投票缺失过久，已移到主机 {1}。该机器重新计入后会移回。"),
    ARBITER_MOVED_HOME(
            "The arbiter on {1}, a machine without an agent, is counted again; the one on host {0} is ended.",
            "没有代理的机器 {1} 上的仲裁者已重新计入；主机 {0} 上的仲裁者已结束。"),
    ARBITER_WITHDRAWN("The arbiter on host {0} is ended.", "主机 {0} 上的仲裁者已结束。"),
    ARBITER_VOTE_LOST(
            "No spare vote: the arbiter on {0} is not counted any more; the loss of one more node stops writes.",
            "没有富余的投票：{0} 上的仲裁者不再计入；再失去一个节点就会停止写入。"),
    ARBITER_VOTE_BACK("The arbiter on {0} is counted: the loss of any one node is borne.", "{0} 上的仲裁者已计入：可承受任一节点的丢失。"),
    ALARM_BMC("The BMC of host {0}: {1}", "主机 {0} 的 BMC：{1}"),
    ALARM_UPLINK(
            "Network {1} of host {0} has no uplink; its virtual machines run on without it.",
            "主机 {0} 的网络 {1} 没有上行链路；其虚拟机在无该网络的情况下继续运行。"),
    ALARM_STORAGE("Host {0} has lost its lease on datastore {1}.", "主机 {0} 已失去数据存储 {1} 上的租约。"),
    ALARM_PARTITIONED(
            "The management network of host {0} is cut off; it is managed through the storage mailbox.",
            "主机 {0} 的管理网络已断开；通过存储信箱进行管理。"),
    ALARM_AGENT_DOWN("The agent of host {0} does not answer.", "主机 {0} 的代理无应答。"),
    ALARM_HA_FREEZE(
            "HA is paused (freeze): nothing is started, stopped, moved or forced by itself, and what operators ask for waits. It is made up for when HA resumes.",
            "高可用已暂停（freeze）：不会自动启动、停止、迁移或强制任何操作，操作员的请求也会等待。恢复后补做。"),
    ALARM_HA_IGNORE(
            "HA is paused (ignore): nothing is started, stopped, moved or forced by itself; operators start, stop and move virtual machines by hand. What failed is made up for when HA resumes.",
            "高可用已暂停（ignore）：不会自动启动、停止、迁移或强制任何操作；由操作员手动启动、停止和迁移虚拟机。故障在恢复后补做。"),
    ALARM_BRAKE("The brake holds forced power-off.", "制动正在阻止强制关机。"),
    ALARM_MOVE("{0} is to leave host {1} but stays: {2}", "{0} 应离开主机 {1} 但仍留在原处：{2}"),
    ALARM_STORAGE_SLOW("Host {0} is degraded: its writes to datastore {1} are slow.", "主机 {0} 降级：对数据存储 {1} 的写入缓慢。"),
    ALARM_UPLINKS_FEWER(
            "Host {0} is degraded: network {1} runs without its uplink {2}.", "主机 {0} 降级：网络 {1} 缺少上行链路 {2}。"),
    ALARM_BOND_MEMBER(
            "Host {0} is degraded: bond {2} of network {1} runs without {3}.", "主机 {0} 降级：网络 {1} 的绑定接口 {2} 缺少 {3}。"),
    ALARM_BOND_PARTNER(
            "Host {0} is degraded: bond {2} of network {1} has no LACP partner.",
            "主机 {0} 降级：网络 {1} 的绑定接口 {2} 没有 LACP 对端。"),
    ALARM_LINK_ERRORS(
            "Host {0} is degraded: uplink {2} of network {1} has errors: {3}.", "主机 {0} 降级：网络 {1} 的上行链路 {2} 有错误：{3}。"),
    ALARM_GUEST_HUNG("The guest of {0} on host {1} does not answer any more.", "主机 {1} 上 {0} 的客户机不再应答。"),
    ALARM_FLAPPING("Host {0} flaps and takes no virtual machines.", "主机 {0} 反复失联，不接收虚拟机。"),

    // Refusals
    REJECT_UNKNOWN_HOST(
            "There is no host {0} in this cluster. List the hosts and use a name or id from there.",
            "该集群中没有主机 {0}。请列出主机并使用其中的名称或标识。"),
    REJECT_UNKNOWN_VM(
            "There is no virtual machine {0} in this cluster. List the virtual machines and use a name or id from there.",
            "该集群中没有虚拟机 {0}。请列出虚拟机并使用其中的名称或标识。"),
    REJECT_UNKNOWN_DATASTORE(
            "There is no datastore {0} in this cluster. Add it first, or use another.",
            "该集群中没有数据存储 {0}。请先添加，或使用其他数据存储。"),
    REJECT_UNKNOWN_NETWORK(
            "There is no network {0} in this cluster. Add it to the cluster's networks first, or use another.",
            "该集群中没有网络 {0}。请先将其加入集群网络，或使用其他网络。"),
    REJECT_UNKNOWN_RULE("There is no rule {0} in this cluster.", "该集群中没有规则 {0}。"),
    REJECT_NAME_EMPTY(
            "A name is needed: letters, digits, dot, dash and underscore, at most 63.",
            "需要名称：字母、数字、点、连字符和下划线，最多 63 个字符。"),
    REJECT_NAME_TAKEN("The name {0} is taken. Choose another.", "名称 {0} 已被占用。请另选。"),
    REJECT_ID_TAKEN("The id {0} is taken.", "标识 {0} 已被占用。"),
    REJECT_ADDRESS_TAKEN(
            "The address {0} already belongs to host {1}. Two hosts cannot share a management address; correct one of them.",
            "地址 {0} 已属于主机 {1}。两台主机不能共用管理地址；请更正其一。"),
    REJECT_ADDRESS_EMPTY(
            "The host needs a management address at which its peers reach its agent.", "主机需要一个管理地址，供对等主机访问其代理。"),
    REJECT_BMC_TAKEN(
            "The BMC {0} already belongs to host {1}. Two hosts cannot share a BMC: switching one off would switch off the other.",
            "BMC {0} 已属于主机 {1}。两台主机不能共用 BMC：关闭其一会关闭另一台。"),
    REJECT_BMC_INVALID(
            "The BMC needs an address and a port from 1 to 65535, but has {0}.", "BMC 需要地址和 1 到 65535 的端口，但得到 {0}。"),
    REJECT_NO_SLOT(
            "All {0} lease slots have been given away. Make another cluster for further hosts.",
            "全部 {0} 个租约槽位均已分配。请为更多主机另建集群。"),
    REJECT_OUT_OF_RANGE("{0} is {1}, but must be {2} to {3}.", "{0} 为 {1}，但必须在 {2} 到 {3} 之间。"),
    REJECT_VM_TOO_LARGE(
            "The virtual machine asks for {0} cores and {1} MiB, but no host of the cluster can take that; the largest takes {2} cores and {3} MiB. Make it smaller or add a larger host.",
            "虚拟机要求 {0} 个核和 {1} MiB，但集群中没有主机能容纳；最大的可容纳 {2} 个核和 {3} MiB。请减小或添加更大的主机。"),
    REJECT_VM_NO_HOST(
            "No host of the cluster sees all of the datastores and networks of this virtual machine.",
            "集群中没有主机能看到该虚拟机的全部数据存储和网络。"),
    REJECT_VM_NO_DISK("The virtual machine needs a disk or a kernel to boot from.", "虚拟机需要磁盘或用于启动的内核。"),
    REJECT_VOLUME_TAKEN(
            "Volume {0} on datastore {1} already belongs to virtual machine {2}. A writable volume belongs to one virtual machine only.",
            "数据存储 {1} 上的卷 {0} 已属于虚拟机 {2}。可写卷只能属于一台虚拟机。"),
    REJECT_VOLUME_IS_LEASE(
            "Volume {0} on datastore {1} is the lease area. Use another volume.", "数据存储 {1} 上的卷 {0} 是租约区。请使用其他卷。"),
    REJECT_NO_OWNERSHIP_RECORD("All {0} ownership records are taken.", "全部 {0} 条所有权记录均已占用。"),
    REJECT_LEASE(
            "The lease does not hold: expiry is {0} ms, but (loss + kill + watchdog + in-flight) x (1 + rho) / (1 - rho) is {1} ms in the worst case. Raise expiryMillis to {1} or more, or shorten the others; loss must be at least twice renew.",
            "租约不成立：到期为 {0} 毫秒，但最坏情况下（丢失 + 终止 + 看门狗 + 在途）×（1+ρ）/（1−ρ）为 {1} 毫秒。请将 expiryMillis 提高到 {1} 或以上，或缩短其他时间；丢失时间至少为续期间隔的两倍。"),
    REJECT_POLICY_LOCKED(
            "Row {0} (management-storage-business) of the policy table is locked: it is always {1} and cannot be {2}. Leave it out; these can be changed: {3}.",
            "策略表的 {0} 行（管理-存储-业务）已锁定：始终为 {1}，不能改为 {2}。请去掉该行；可以更改的行：{3}。"),
    REJECT_POLICY_ACTION(
            "Row {0} (management-storage-business) of the policy table cannot be {1}: nothing could carry it out there. Choose one of: {2}.",
            "策略表的 {0} 行（管理-存储-业务）不能为 {1}：在该情况下无法执行。请选择：{2}。"),
    REJECT_POLICY_ROWS("The policy table needs 8 rows, but has {0}.", "策略表需要 8 行，但得到 {0} 行。"),
    REJECT_LOCATION_TAKEN("That location already belongs to datastore {0}.", "该位置已属于数据存储 {0}。"),
    REJECT_HOST_IN_USE(
            "Host {0} may still run {1}. Put it into maintenance, or stop its virtual machines, and try again.",
            "主机 {0} 可能仍在运行 {1}。请将其置于维护模式或停止其虚拟机后重试。"),
    REJECT_DATASTORE_IN_USE("Datastore {0} is used by {1}. Remove it there first.", "数据存储 {0} 正被 {1} 使用。请先在那里移除。"),
    REJECT_NETWORK_IN_USE("Network {0} is used by {1}. Remove it there first.", "网络 {0} 正被 {1} 使用。请先在那里移除。"),
    REJECT_VM_RUNS("Virtual machine {0} may still run on host {1}. Stop it first.", "虚拟机 {0} 可能仍在主机 {1} 上运行。请先停止。"),
    REJECT_VM_IN_RULE("Virtual machine {0} is named by rule {1}. Change the rule first.", "虚拟机 {0} 被规则 {1} 引用。请先更改规则。"),
    REJECT_HOST_IN_RULE("Host {0} is named by rule {1}. Change the rule first.", "主机 {0} 被规则 {1} 引用。请先更改规则。"),
    REJECT_HOST_FOR_RULES(
            "Without host {0} the strict rules {1} cannot all hold. Change or remove one of them, or make one of them soft.",
            "没有主机 {0}，严格规则 {1} 不能同时成立。请更改或删除其中之一，或将其改为宽松规则。"),
    REJECT_VM_IGNORED("Virtual machine {0} is {1}. Set its requested state first.", "虚拟机 {0} 为 {1}。请先设置其请求状态。"),
    REJECT_HOST_ALIVE(
            "Host {0} reports; it cannot be confirmed as isolated. Stop its virtual machines or put it into maintenance.",
            "主机 {0} 正在上报；不能确认为已隔离。请停止其虚拟机或将其置于维护模式。"),
    REJECT_HA_FROZEN(
            "HA is paused (freeze): nothing is done to {0} until it resumes, and this request cannot wait. Resume HA, or pause it with ignore.",
            "高可用已暂停（freeze）：恢复之前不会对 {0} 执行任何操作，而此请求无法等待。请恢复高可用，或改用 ignore 暂停。"),
    REJECT_VM_UNPROVEN(
            "{0} may still run on host {1}, and HA, which is paused, forces nothing. It can be started as soon as its end is proven: wait, confirm that host {1} is isolated, or resume HA.",
            "{0} 可能仍在主机 {1} 上运行，而高可用已暂停，不会强制任何操作。证明其已结束后即可启动：请等待、确认主机 {1} 已隔离，或恢复高可用。"),
    REJECT_MOVE("{0} cannot be moved to host {1}: {2}.", "{0} 无法迁移到主机 {1}：{2}。"),
    REJECT_HOST_SILENT(
            "Host {0} does not report; its virtual machines are recovered by what is proven about it.",
            "主机 {0} 无上报；其虚拟机将依据已证明的情况恢复。"),
    REJECT_MOVE_THERE("{0} runs on host {1} already.", "{0} 已在主机 {1} 上运行。"),
    REJECT_CONFIRM_NAME("To confirm, repeat the host's name {0}; {1} was typed.", "要确认，请重复输入主机名 {0}；输入的是 {1}。"),
    REJECT_REASON_EMPTY("A reason is needed; it is kept in the audit trail.", "需要原因；它将保存在审计记录中。"),
    REJECT_RULE_CONFLICT(
            "The strict rules {0} cannot all hold on the hosts of this cluster. Change or remove one of them, or make one of them soft.",
            "严格规则 {0} 在本集群的主机上不能同时成立。请更改或删除其中之一，或将其改为宽松规则。"),
    REJECT_DEPENDENCY_CYCLE("The dependencies form a cycle: {0}. Leave out one of them.", "依赖关系成环：{0}。请去掉其中之一。"),
    REJECT_RULE_EMPTY("The rule needs at least {0} of {1}.", "该规则至少需要 {0} 个{1}。"),
    REJECT_NOT_LEADER("This manager does not lead; ask the one that does.", "本管理器不是主管理器；请询问主管理器。");

    private final String english;
    private final String chinese;

    Message(String english, String chinese) {
        this.english = english;
        this.chinese = chinese;
    }

    /** The English template. */
    public String english() {
        return english;
    }

    /** The Chinese template. */
    public String chinese() {
        return chinese;
    }

    /** The English sentence with its arguments. */
    public String english(List<String> arguments) {
        return fill(english, arguments);
    }

    /** The Chinese sentence with its arguments. */
    public String chinese(List<String> arguments) {
        return fill(chinese, arguments);
    }

    /** How many arguments it takes. */
    public int arity() {
        int result = 0;
        for (int index = 0; index < 10; index++) {
            if (english.contains("{" + index + "}")) {
                result = index + 1;
            }
        }
        return result;
    }

    private static String fill(String template, List<String> arguments) {
        StringBuilder result = new StringBuilder(template.length() + 32);
        for (int at = 0; at < template.length(); at++) {
            boolean placeholder = template.charAt(at) == '{'
                    && at + 2 < template.length()
                    && template.charAt(at + 2) == '}'
                    && Character.isDigit(template.charAt(at + 1));
            if (placeholder) {
                int index = template.charAt(at + 1) - '0';
                result.append(index < arguments.size() ? arguments.get(index) : "?");
                at += 2;
            } else {
                result.append(template.charAt(at));
            }
        }
        return result.toString();
    }
}
