package io.holdfast.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.agent.PeerAnswer;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PeerProbeTest {
    @Test
    void answersRefusalAndAHangingAgentAreToldApart() throws Exception {
        int port;
        Thread answering;
        try (PeerProbe probe = new PeerProbe("127.0.0.1:0", "host-1", "boot-1")) {
            port = probe.port();
            answering = Thread.ofPlatform().daemon().start(probe);
            assertThat(PeerProbe.ask("127.0.0.1:" + port, 5000)).isEqualTo(PeerAnswer.PEER_AGENT_ANSWERS);
        }
        answering.join();
        assertThat(PeerProbe.ask("127.0.0.1:" + port, 5000)).isEqualTo(PeerAnswer.PEER_REFUSED);
        try (ServerSocket hanging = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(PeerProbe.ask("127.0.0.1:" + hanging.getLocalPort(), 300))
                    .isEqualTo(PeerAnswer.PEER_AGENT_SILENT);
        }
        assertThat(PeerProbe.ask("nonsense", 300)).isEqualTo(PeerAnswer.PEER_SILENT);
    }
}
