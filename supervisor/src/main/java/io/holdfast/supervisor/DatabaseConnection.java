package io.holdfast.supervisor;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A connection to the database of this node over its Unix socket, with one time limit for everything that is asked over it.
 *
 * <p>It speaks the part of the MariaDB client protocol that two-column text results need, because the driver reaches Unix sockets only through
 * native libraries, and TCP would need a password on disk: over the Unix socket the server knows the caller by the kernel's word (plug-in
 * unix_socket). Protocol: "Client/Server Protocol" in MariaDB's documentation.
 */
public final class DatabaseConnection implements Closeable {

    private static final int CLIENT_PROTOCOL_41 = 0x0200;
    private static final int CLIENT_SECURE_CONNECTION = 0x8000;
    private static final int CLIENT_PLUGIN_AUTH = 0x80000;
    private static final int UTF8MB4 = 45;
    private static final int MOST_PACKET_BYTES = 1 << 20;

    private final SocketChannel channel;
    private final Selector selector;
    private final Duration timeLimit;
    private long deadlineNanos;
    private int sequence;

    private DatabaseConnection(SocketChannel channel, Selector selector, Duration timeLimit) {
        this.channel = channel;
        this.selector = selector;
        this.timeLimit = timeLimit;
        this.deadlineNanos = System.nanoTime() + timeLimit.toNanos();
    }

    /**
     * Connects and signs in.
     *
     * @throws java.net.ConnectException when nobody listens
     * @throws IOException when the server is silent for the time limit, or refuses
     */
    public static DatabaseConnection open(Path socket, String user, Duration timeLimit) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        Selector selector = null;
        try {
            channel.configureBlocking(false);
            selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            DatabaseConnection connection = new DatabaseConnection(channel, selector, timeLimit);
            connection.signIn(user);
            return connection;
        } catch (IOException | RuntimeException e) {
            channel.close();
            if (selector != null) {
                selector.close();
            }
            throw e;
        }
    }

    /** The rows of a query of two columns, first column as key. */
    public Map<String, String> pairs(String sql) throws IOException {
        ask(sql);
        Map<String, String> rows = new HashMap<>();
        ByteBuffer head = receive();
        if (isOk(head)) {
            return rows;
        }
        skipColumns(Byte.toUnsignedInt(head.get(head.position())));
        for (ByteBuffer row = receive(); !isEnd(row); row = receive()) {
            rows.put(text(row), text(row));
        }
        return rows;
    }

    /** Runs a statement without a result. */
    public void execute(String sql) throws IOException {
        pairs(sql);
    }

    private void ask(String sql) throws IOException {
        deadlineNanos = System.nanoTime() + timeLimit.toNanos();
        sequence = 0;
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        send(ByteBuffer.allocate(text.length + 1).put((byte) 3).put(text).flip());
    }

    private void skipColumns(int columns) throws IOException {
        for (int column = 0; column < columns; column++) {
            receive();
        }
        ByteBuffer end = receive();
        if (!isEnd(end)) {
            throw new IOException("the database sent something else than the end of its " + columns + " columns");
        }
    }

    private void signIn(String user) throws IOException {
        receive();
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        byte[] plugin = "auth_socket".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer answer =
                ByteBuffer.allocate(64 + name.length + plugin.length).order(ByteOrder.LITTLE_ENDIAN);
        answer.putInt(CLIENT_PROTOCOL_41 | CLIENT_SECURE_CONNECTION | CLIENT_PLUGIN_AUTH);
        answer.putInt(MOST_PACKET_BYTES).put((byte) UTF8MB4).put(new byte[23]);
        answer.put(name).put((byte) 0);
        answer.put((byte) 0);
        answer.put(plugin).put((byte) 0);
        send(answer.flip());
        ByteBuffer reply = receive();
        while (!isOk(reply)) {
            if (!isEnd(reply) && Byte.toUnsignedInt(reply.get(reply.position())) != 0xfe) {
                throw new IOException("the database wants a sign-in that this supervisor doesn't know");
            }
            // The server switches the plug-in; unix_socket needs no word from the client.
            send(ByteBuffer.allocate(0));
            reply = receive();
        }
    }

    private static boolean isOk(ByteBuffer packet) {
        return packet.remaining() > 0 && packet.get(packet.position()) == 0;
    }

    private static boolean isEnd(ByteBuffer packet) {
        return packet.remaining() > 0
                && packet.remaining() < 9
                && Byte.toUnsignedInt(packet.get(packet.position())) == 0xfe;
    }

    private static String text(ByteBuffer row) throws IOException {
        int length = Byte.toUnsignedInt(row.get());
        if (length == 251) {
            return "";
        }
        if (length == 252) {
            length = Short.toUnsignedInt(row.order(ByteOrder.LITTLE_ENDIAN).getShort());
        } else if (length > 252) {
            throw new IOException("the database sent a value of more than 64 KiB");
        }
        byte[] bytes = new byte[length];
        row.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void send(ByteBuffer body) throws IOException {
        ByteBuffer packet = ByteBuffer.allocate(4 + body.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        packet.putInt(body.remaining() | sequence++ << 24).put(body).flip();
        while (packet.hasRemaining()) {
            if (channel.write(packet) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    private ByteBuffer receive() throws IOException {
        ByteBuffer head = fill(ByteBuffer.allocate(4)).order(ByteOrder.LITTLE_ENDIAN);
        int word = head.getInt();
        sequence = (word >>> 24) + 1;
        int length = word & 0xffffff;
        if (length > MOST_PACKET_BYTES) {
            throw new IOException("the database sent a packet of " + length + " bytes");
        }
        ByteBuffer body = fill(ByteBuffer.allocate(length));
        if (length > 9 && Byte.toUnsignedInt(body.get(0)) == 0xff) {
            int from = body.get(3) == '#' ? 9 : 3;
            throw new IOException(
                    "the database refused: " + new String(body.array(), from, length - from, StandardCharsets.UTF_8));
        }
        return body;
    }

    private ByteBuffer fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer);
            if (read < 0) {
                throw new EOFException("the database closed the connection");
            }
            if (read == 0) {
                await(SelectionKey.OP_READ);
            }
        }
        return buffer.flip();
    }

    private void await(int operation) throws IOException {
        long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
        if (leftMillis <= 0) {
            throw new DatabaseSilentException("the database didn't answer within " + timeLimit.toMillis() + " ms");
        }
        channel.keyFor(selector).interestOps(operation);
        selector.select(leftMillis);
        selector.selectedKeys().clear();
    }

    @Override
    public void close() {
        try (channel;
                selector) {
            sequence = 0;
        } catch (IOException e) {
            throw new UncheckedIOException("closing a connection to the database failed", e);
        }
    }

    /** No answer within the time limit. */
    static final class DatabaseSilentException extends IOException {
        private static final long serialVersionUID = 1;

        DatabaseSilentException(String message) {
            super(message);
        }
    }
}
