package io.holdfast.agent.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    @Test
    void readsTheKernelsForm() {
        assertThat(Connections.address("0201010A")).isEqualTo("10.1.1.2");
        assertThat(Connections.address("0000000000000000FFFF00000201010A")).isEqualTo("10.1.1.2");
        assertThat(Connections.address("00000000000000000000000001000000")).isEmpty();
    }

    @Test
    void seesAnEstablishedConnectionOfThisProcess() throws IOException {
        InetAddress address = InetAddress.getByName("127.7.7.7");
        try (ServerSocket server = new ServerSocket(0, 1, address);
                Socket client = new Socket(address, server.getLocalPort())) {
            assertThat(client.isConnected()).isTrue();
            assertThat(Connections.of(ProcessHandle.current().pid())).contains("127.7.7.7");
        }
        assertThat(Connections.of(ProcessHandle.current().pid())).doesNotContain("127.7.7.7");
    }
}
