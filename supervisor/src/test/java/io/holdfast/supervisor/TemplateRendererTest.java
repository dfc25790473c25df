package io.holdfast.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateRendererTest {

    private static final VirtualAddress VIP = new VirtualAddress("10.0.0.10", 24, "eth0");

    private static NodePlan plan(
            String node, String address, String peer, String arbiter, VirtualAddress vip, int priority, int routerId) {
        return new NodePlan(
                node,
                address,
                peer,
                arbiter,
                "",
                vip,
                priority,
                routerId,
                "holdfast",
                NodePlan.Sizes.STANDARD,
                NodePlan.Timing.TUNED);
    }

    private static NodePlan good() {
        return plan("mn1", "10.0.0.11", "10.0.0.12", "10.0.0.13", VIP, 101, 51);
    }

    @ParameterizedTest
    @EnumSource(Template.class)
    void leavesNoPlaceUnfilled(Template template) {
        assertThat(TemplateRenderer.installed().render(template, good()))
                .doesNotContainPattern("@[a-zA-Z]+@")
                .isNotBlank();
    }

    @Test
    void keepalivedNeverTakesTheVipBackByItselfAndTracksTheSupervisorInBothWays() {
        assertThat(TemplateRenderer.installed().render(Template.KEEPALIVED, good()))
                .contains(
                        "nopreempt",
                        "10.0.0.10/24 dev eth0",
                        "unicast_src_ip 10.0.0.11",
                        "    10.0.0.12\n",
                        "virtual_router_id 51")
                .contains(
                        "file \"/run/holdfast-supervisor/health\"",
                        "supervisor-alive /run/holdfast-supervisor/heartbeat 3");
    }

    @Test
    void theDatabaseFlushesEachCommitAndCopiesByMariabackup() {
        assertThat(TemplateRenderer.installed().render(Template.GALERA, good()))
                .contains(
                        "innodb_flush_log_at_trx_commit = 1",
                        "wsrep_sst_method = mariabackup",
                        "gcomm://10.0.0.11,10.0.0.12")
                .contains("evs.suspect_timeout=PT1S", "gcache.recover=yes", "evs.join_retrans_period")
                .doesNotContain("evs.retrans_period");
    }

    @Test
    void theArbiterUsesTheTimesOfTheNodesAndKeepsItsView() {
        assertThat(TemplateRenderer.installed().render(Template.GARB, good()))
                .contains(
                        "GALERA_NODES=\"10.0.0.11:4567 10.0.0.12:4567\"",
                        "WORK_DIR=\"/var/lib/garb\"",
                        NodePlan.Timing.TUNED.options());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0",
                "10.0.0.256",
                "10.0.0.01",
                "10.0.0.1;reboot",
                "10.0.0.1\n",
                "mn2",
                "0.0.0.0",
                "224.0.0.1",
                ""
            })
    void refusesWhatIsNoAddressOfAHost(String address) {
        assertThatThrownBy(() -> plan("mn1", address, "10.0.0.12", "10.0.0.13", VIP, 101, 51))
                .hasMessageContaining("address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-mn", "mn 1", "mn1\"}", "mn1\n}", "@node@", "Ä"})
    void refusesNamesThatCouldEscapeFromTheFile(String name) {
        assertThatThrownBy(() -> plan(name, "10.0.0.11", "10.0.0.12", "10.0.0.13", VIP, 101, 51))
                .hasMessageContaining("name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.10", "10.0.0.10/7", "10.0.0.10/33", "10.0.0.10/", "10.0.0.10/24/24", "10.0.0.300/24"})
    void refusesBadVips(String cidr) {
        assertThatThrownBy(() -> VirtualAddress.parse(cidr, "eth0")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesBadInterfacesAndNumbers() {
        assertThatThrownBy(() -> VirtualAddress.parse("10.0.0.10/24", "eth0; reboot"))
                .hasMessageContaining("interface");
        assertThatThrownBy(() -> VirtualAddress.parse("10.0.0.10/24", "interface-too-long"))
                .hasMessageContaining("15");
        assertThatThrownBy(() -> plan("mn1", "10.0.0.11", "10.0.0.12", "10.0.0.13", VIP, 255, 51))
                .hasMessageContaining("1 to 254");
        assertThatThrownBy(() -> plan("mn1", "10.0.0.11", "10.0.0.12", "10.0.0.13", VIP, 100, 0))
                .hasMessageContaining("1 to 255");
        assertThatThrownBy(() -> new NodePlan.Sizes(4, 64)).hasMessageContaining("at least");
    }

    @Test
    void refusesAddressesThatCollideAndAnArbiterOnANode() {
        assertThatThrownBy(() -> plan("mn1", "10.0.0.11", "10.0.0.11", "10.0.0.13", VIP, 101, 51))
                .hasMessageContaining("same address");
        assertThatThrownBy(() -> plan("mn1", "10.0.0.11", "10.0.0.12", "10.0.0.12", VIP, 101, 51))
                .hasMessageContaining("the arbiter and the peer");
        assertThatThrownBy(() -> plan("mn1", "10.0.0.10", "10.0.0.12", "10.0.0.13", VIP, 101, 51))
                .hasMessageContaining("the VIP and this node");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "/run/a b", "/run/../etc", "/run/\"x", "/"})
    void refusesDirectoriesThatCouldEscapeFromTheFile(String directory) {
        assertThatThrownBy(() -> new TemplateRenderer(directory, "/usr/lib/holdfast/bin"))
                .hasMessageContaining("absolute path");
    }
}
