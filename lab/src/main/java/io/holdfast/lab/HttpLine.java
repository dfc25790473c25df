package io.holdfast.lab;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** The least HTTP that a measuring client needs: a connection for each request, so that none is tied to a dead machine, and hard time limits. */
final class HttpLine {

    private HttpLine() {}

    /**
     * Sends a request on a new connection; the caller closes it.
     *
     * @param connectMillis limit for the connection
     * @param readMillis limit between two bytes of the answer
     */
    static Socket send(
            String address, String request, Map<String, String> headers, String body, int connectMillis, int readMillis)
            throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(readMillis);
            socket.connect(new InetSocketAddress(address, ManagerNode.REST_PORT), connectMillis);
            byte[] content = body.getBytes(StandardCharsets.UTF_8);
            StringBuilder head = new StringBuilder(request)
                    .append(" HTTP/1.1\r\nHost: ")
                    .append(address)
                    .append("\r\n");
            headers.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            head.append("Connection: close\r\nContent-Length: ")
                    .append(content.length)
                    .append("\r\n\r\n");
            byte[] start = head.toString().getBytes(StandardCharsets.US_ASCII);
            byte[] all = Arrays.copyOf(start, start.length + content.length);
            System.arraycopy(content, 0, all, start.length, content.length);
            socket.getOutputStream().write(all);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The status of the answer; reads its first line. */
    static int status(InputStream in) throws IOException {
        String line = line(in);
        String[] words = line.split(" ", -1);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.")) {
            throw new IOException("no HTTP answer: '" + line + "'");
        }
        return Integer.parseInt(words[1]);
    }

    /** A line without its end. @throws IOException when the connection has ended */
    static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the connection has ended");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
