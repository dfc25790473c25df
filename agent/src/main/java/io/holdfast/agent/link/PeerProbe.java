package io.holdfast.agent.link;

import io.holdfast.protocol.agent.PeerAnswer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The probe port: each connection is answered with one line {@code holdfast-agent <host id> <boot id>} and closed. And its client. */
public final class PeerProbe implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerProbe.class);
    private static final String GREETING = "holdfast-agent";
    private static final int BACKLOG = 64;

    private final ServerSocket server;
    private final byte[] answer;

    /** {@code address}: address:port. */
    public PeerProbe(String address, String hostId, String bootId) throws IOException {
        InetSocketAddress where = parse(address);
        server = new ServerSocket();
        server.setReuseAddress(true);
        try {
            server.bind(where, BACKLOG);
        } catch (IOException e) {
            throw new IOException(
                    "can't listen on probe address " + address + ": " + e.getMessage() + "; correct probe.address", e);
        }
        answer = (GREETING + " " + hostId + " " + bootId + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void run() {
        while (!server.isClosed()) {
            try (Socket peer = server.accept()) {
                peer.getOutputStream().write(answer);
            } catch (IOException e) {
                if (!server.isClosed()) {
                    LOG.debug("a peer's probe broke off", e);
                }
            }
        }
    }

    /** Asks a peer. Never throws for anything that the peer or the network does. */
    public static PeerAnswer ask(String address, int timeoutMillis) {
        long deadline = System.nanoTime() + timeoutMillis * 1_000_000L;
        try (Socket socket = new Socket()) {
            socket.connect(parse(address), timeoutMillis);
            int left = (int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
            socket.setSoTimeout(left);
            return greeted(socket) ? PeerAnswer.PEER_AGENT_ANSWERS : PeerAnswer.PEER_AGENT_SILENT;
        } catch (ConnectException e) {
            boolean refused = String.valueOf(e.getMessage()).contains("refused");
            return refused ? PeerAnswer.PEER_REFUSED : PeerAnswer.PEER_SILENT;
        } catch (IOException e) {
            return PeerAnswer.PEER_SILENT;
        }
    }

    private static boolean greeted(Socket socket) {
        try {
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String line = reader.readLine();
            return line != null && line.startsWith(GREETING);
        } catch (IOException silent) {
            return false;
        }
    }

    public static InetSocketAddress parse(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        try {
            return new InetSocketAddress(
                    InetAddress.getByName(address.substring(0, colon)), Integer.parseInt(address.substring(colon + 1)));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException("'" + address + "' is no address:port", e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
