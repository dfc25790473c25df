package io.holdfast.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HttpProbeTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** The process and its old connections live on, but nobody can come in any more: what clients see, not what an old connection says, counts. */
    @Test
    void noticesThatTheListenerIsDeadAlthoughTheProcessStillAnswersOnOldConnections() throws Exception {
        HttpProbe probe = new HttpProbe();
        try (ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> accept(listener));
            URI address = URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/");
            assertThat(probe.get(address, LIMIT)).isEqualTo(new HttpProbe.Result.Answer(200, "good"));

            listener.close();

            assertThat(probe.get(address, LIMIT)).isInstanceOf(HttpProbe.Result.Refused.class);
        }
    }

    private static void accept(ServerSocket listener) {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** Keeps the connection unless it's asked not to. */
    private static void serve(Socket client) {
        try (client;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))) {
            boolean close = false;
            String line = in.readLine();
            while (line != null && !close) {
                StringBuilder head = new StringBuilder();
                while (line != null && !line.isEmpty()) {
                    head.append(line).append('\n');
                    line = in.readLine();
                }
                close = head.toString().contains("Connection: close");
                String answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n" + (close ? "Connection: close\r\n" : "")
                        + "\r\ngood";
                client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                client.getOutputStream().flush();
                if (!close) {
                    line = in.readLine();
                }
            }
        } catch (IOException gone) {
            // The client has ended.
        }
    }
}
