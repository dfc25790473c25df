package io.holdfast.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The lab's two Unix-domain sockets, reachable from outside its namespaces through its folder: one obeys lines
 * ({@code fault power-cut host1}, {@code chassis off host1}, {@code status}), one leads to the manager's REST port.
 */
final class ControlServer {

    private final LabPaths paths;
    private final Function<List<String>, String> obey;

    ControlServer(LabPaths paths, Function<List<String>, String> obey) {
        this.paths = paths;
        this.obey = obey;
    }

    /** Listens until the lab ends. @param rest address of the manager's REST port */
    void start(InetSocketAddress rest) {
        accept(paths.controlSocket(), this::answer);
        accept(paths.restSocket(), client -> join(client, rest));
    }

    private void answer(SocketChannel client) throws IOException {
        try (client;
                BufferedReader in = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8));
                PrintWriter out = new PrintWriter(Channels.newWriter(client, StandardCharsets.UTF_8), true)) {
            String line = in.readLine();
            if (line == null) {
                return;
            }
            try {
                out.println("ok " + obey.apply(Arrays.asList(line.strip().split("\\s+"))));
            } catch (LabException refused) {
                out.println("error " + refused.getMessage());
            }
        }
    }

    private static void join(SocketChannel client, SocketAddress rest) throws IOException {
        SocketChannel server;
        try {
            server = SocketChannel.open(rest);
        } catch (IOException unreachable) {
            client.close();
            return;
        }
        Pipe.join(client, server);
    }

    /** Asks a lab from outside. Empty when nobody listens there. @throws LabException when it refuses */
    static Optional<String> ask(Path socket, String line) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                PrintWriter out = new PrintWriter(Channels.newWriter(channel, StandardCharsets.UTF_8), true);
                BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
            out.println(line);
            StringBuilder answer = new StringBuilder();
            for (String next = in.readLine(); next != null; next = in.readLine()) {
                answer.append(answer.isEmpty() ? "" : "\n").append(next);
            }
            String text = answer.toString();
            if (text.startsWith("error ")) {
                throw new LabException(text.substring("error ".length()));
            }
            return Optional.of(text.startsWith("ok ") ? text.substring("ok ".length()) : text);
        } catch (IOException nobody) {
            return Optional.empty();
        }
    }

    /** Deals with a new connection; may keep it open. */
    private interface Client {
        void accept(SocketChannel channel) throws IOException;
    }

    private static void accept(Path socket, Client client) {
        try {
            Files.deleteIfExists(socket);
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofPlatform().daemon().name("accept " + socket.getFileName()).start(() -> {
                while (true) {
                    try {
                        SocketChannel channel = server.accept();
                        Thread.ofVirtual().start(() -> serve(client, channel));
                    } catch (IOException e) {
                        throw new LabException("the socket " + socket + " is broken", e);
                    }
                }
            });
        } catch (IOException e) {
            throw new LabException("the socket " + socket + " can't be made: " + e.getMessage(), e);
        }
    }

    private static void serve(Client client, SocketChannel channel) {
        try {
            client.accept(channel);
        } catch (IOException gone) {
            Pipe.close(channel);
        }
    }
}
