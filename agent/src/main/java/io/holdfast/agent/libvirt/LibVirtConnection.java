package io.holdfast.agent.libvirt;

import io.holdfast.agent.libvirt.DomainEvents.Event;
import io.holdfast.agent.rule.Heartbeat.Answer;
import io.holdfast.agent.system.Foreign;
import io.holdfast.agent.vm.Hypervisor;
import io.holdfast.protocol.agent.EndCause;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to libvirtd. {@link #run} belongs to a thread of its own: it connects, reads the inventory, hands on events, and connects
 * again when libvirtd died. Every other method may be called from any platform thread and fails while there's no connection.
 */
public final class LibVirtConnection implements Hypervisor, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(LibVirtConnection.class);
    private static final int KEEPALIVE_SECONDS = 2;
    private static final int KEEPALIVE_COUNT = 5;
    private static final long RECONNECT_MILLIS = 300;
    private static final long INVENTORY_MILLIS = 10_000;

    private static final String GUEST_PING = "{\"execute\":\"guest-ping\"}";

    private static final int EVENT_SUSPENDED = 3;
    private static final int EVENT_RESUMED = 4;
    private static final int EVENT_STOPPED = 5;
    private static final int STOPPED_SHUTDOWN = 0;
    private static final int STOPPED_DESTROYED = 1;
    private static final int STOPPED_MIGRATED = 3;
    private static final int SUSPENDED_IO_ERROR = 2;
    private static final int STATE_RUNNING = 1;
    private static final int STATE_PAUSED = 3;
    private static final int STATE_SHUT_OFF = 5;
    private static final int PAUSED_USER = 1;
    private static final int PAUSED_MIGRATION = 2;

    /** What is done with libvirt's news; called on the connection's thread, must not block for long. */
    public interface Listener {
        void inventory(List<Domain> domains);

        void guest(String uuid, GuestState state, String detail);

        void stopped(String uuid, EndCause cause, String detail);

        void connectionChanged();
    }

    private final String uri;
    private final Listener listener;
    private final DomainEvents events;
    private MemorySegment connection = MemorySegment.NULL;
    private volatile boolean inventoryComplete;
    private String lastError = "";

    public LibVirtConnection(String uri, Listener listener) {
        this.uri = uri;
        this.listener = listener;
        events = new DomainEvents();
    }

    @Override
    public void run() {
        try {
            LibVirt.SET_ERROR_FUNCTION.invokeExact(MemorySegment.NULL, events.errorStub());
            if ((int) LibVirt.EVENT_REGISTER.invokeExact() < 0) {
                throw new IllegalStateException("libvirt's event loop can't be set up: " + LibVirt.lastError());
            }
            Thread.ofPlatform().daemon().name("libvirt-events").start(LibVirtConnection::runEvents);
            while (true) {
                if (connect()) {
                    serve();
                }
                Thread.sleep(RECONNECT_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    private static void runEvents() {
        try {
            while (true) {
                if ((int) LibVirt.EVENT_RUN.invokeExact() < 0) {
                    LOG.warn("libvirt's event loop: {}", LibVirt.lastError());
                    Thread.sleep(RECONNECT_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    private boolean connect() throws Throwable {
        MemorySegment opened;
        try (Arena arena = Arena.ofConfined()) {
            opened = (MemorySegment) LibVirt.OPEN.invokeExact(arena.allocateFrom(uri));
        }
        if (opened.address() == 0) {
            String error = LibVirt.lastError();
            if (!error.equals(lastError)) {
                LOG.warn("libvirt {}: no connection: {}", uri, error);
                lastError = error;
            }
            return false;
        }
        lastError = "";
        int ignored = (int) LibVirt.SET_KEEPALIVE.invokeExact(opened, KEEPALIVE_SECONDS, KEEPALIVE_COUNT);
        ignored = (int)
                LibVirt.REGISTER_CLOSE.invokeExact(opened, events.closedStub(), MemorySegment.NULL, MemorySegment.NULL);
        ignored = (int) LibVirt.REGISTER_EVENT.invokeExact(
                opened,
                MemorySegment.NULL,
                LibVirt.EVENT_LIFECYCLE,
                events.lifecycleStub(),
                MemorySegment.NULL,
                MemorySegment.NULL);
        synchronized (this) {
            connection = opened;
        }
        LOG.info("libvirt {}: connected", uri);
        return true;
    }

    /** Hands on events until the connection is gone. */
    private void serve() throws Throwable {
        MemorySegment served = connection;
        readInventory();
        long nextInventory = System.nanoTime() + INVENTORY_MILLIS * 1_000_000;
        while (true) {
            long wait = Math.max(1, (nextInventory - System.nanoTime()) / 1_000_000);
            Event event = events.queue().poll(wait, TimeUnit.MILLISECONDS);
            if (event instanceof Event.Lifecycle lifecycle) {
                handOn(lifecycle);
            } else if (event instanceof Event.Closed(long which) && which == served.address()) {
                break;
            }
            if (System.nanoTime() >= nextInventory) {
                readInventory();
                nextInventory = System.nanoTime() + INVENTORY_MILLIS * 1_000_000;
            }
            if ((int) LibVirt.IS_ALIVE.invokeExact(served) != 1) {
                break;
            }
        }
        disconnect(served);
    }

    private void disconnect(MemorySegment served) throws Throwable {
        inventoryComplete = false;
        synchronized (this) {
            connection = MemorySegment.NULL;
        }
        LOG.warn("libvirt {}: the connection is lost; VMs go on", uri);
        int ignored = (int) LibVirt.UNREGISTER_CLOSE.invokeExact(served, events.closedStub());
        ignored = (int) LibVirt.CLOSE.invokeExact(served);
        listener.connectionChanged();
    }

    private void readInventory() {
        try {
            listener.inventory(domains());
            if (!inventoryComplete) {
                inventoryComplete = true;
                listener.connectionChanged();
            }
        } catch (Failure e) {
            LOG.warn("libvirt {}: the domains can't be read: {}", uri, e.getMessage());
        }
    }

    private void handOn(Event.Lifecycle event) {
        switch (event.kind()) {
            case EVENT_SUSPENDED ->
                listener.guest(
                        event.uuid(),
                        GuestState.PAUSED,
                        event.detail() == SUSPENDED_IO_ERROR ? "paused on an I/O error" : "paused");
            case EVENT_RESUMED -> listener.guest(event.uuid(), GuestState.RUNNING, "");
            case EVENT_STOPPED -> {
                switch (event.detail()) {
                    case STOPPED_SHUTDOWN ->
                        listener.stopped(event.uuid(), EndCause.END_CAUSE_GUEST_SHUTDOWN, "shut down inside the guest");
                    case STOPPED_DESTROYED ->
                        listener.stopped(
                                event.uuid(), EndCause.END_CAUSE_CRASHED, "destroyed through libvirt by somebody else");
                    case STOPPED_MIGRATED ->
                        listener.stopped(
                                event.uuid(),
                                EndCause.END_CAUSE_CRASHED,
                                "libvirt ended it as handed over, but this agent doesn't know that it was");
                    default ->
                        listener.stopped(
                                event.uuid(),
                                EndCause.END_CAUSE_CRASHED,
                                "QEMU died (libvirt detail " + event.detail() + ")");
                }
            }
            default -> {}
        }
    }

    @Override
    public synchronized boolean connected() {
        return connection.address() != 0;
    }

    /** Libvirt has been read since its last reconnection. */
    public boolean inventoryComplete() {
        return inventoryComplete;
    }

    /** Something done with a connection that can't be freed meanwhile. */
    @FunctionalInterface
    private interface Use<T> {
        T with(MemorySegment connection, Arena arena) throws Throwable;
    }

    private <T> T use(String what, Use<T> use) throws Failure {
        MemorySegment borrowed;
        try {
            synchronized (this) {
                borrowed = connection;
                if (borrowed.address() == 0) {
                    throw new Failure("libvirtd doesn't answer on " + uri + "; start it", false, false);
                }
                int ignored = (int) LibVirt.REF.invokeExact(borrowed);
            }
            try (Arena arena = Arena.ofConfined()) {
                return use.with(borrowed, arena);
            } finally {
                int ignored = (int) LibVirt.CLOSE.invokeExact(borrowed);
            }
        } catch (Failure | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    private static Failure failure(String what, MemorySegment connection) throws Throwable {
        String error = LibVirt.lastError();
        boolean lost = (int) LibVirt.IS_ALIVE.invokeExact(connection) != 1;
        return new Failure("libvirt can't " + what + ": " + error, lost, error.contains("already"));
    }

    @Override
    public void create(String xml) throws Failure {
        use("start", (borrowed, arena) -> {
            MemorySegment domain = (MemorySegment) LibVirt.CREATE.invokeExact(borrowed, arena.allocateFrom(xml), 0);
            if (domain.address() == 0) {
                throw failure("start the VM", borrowed);
            }
            return (int) LibVirt.FREE_DOMAIN.invokeExact(domain);
        });
    }

    /** Something done with a domain. */
    @FunctionalInterface
    private interface UseDomain<T> {
        T with(MemorySegment connection, MemorySegment domain, Arena arena) throws Throwable;
    }

    private <T> T useDomain(String what, String uuid, UseDomain<T> use) throws Failure {
        return use(what, (borrowed, arena) -> {
            MemorySegment domain = (MemorySegment) LibVirt.LOOKUP.invokeExact(borrowed, arena.allocateFrom(uuid));
            if (domain.address() == 0) {
                throw failure("find the VM", borrowed);
            }
            try {
                return use.with(borrowed, domain, arena);
            } finally {
                int ignored = (int) LibVirt.FREE_DOMAIN.invokeExact(domain);
            }
        });
    }

    private static void check(int result, String what, MemorySegment connection) throws Throwable {
        if (result != 0) {
            throw failure(what, connection);
        }
    }

    @Override
    public void shutdown(String uuid) throws Failure {
        useDomain("shut down", uuid, (borrowed, domain, arena) -> {
            check((int) LibVirt.SHUTDOWN.invokeExact(domain, LibVirt.SHUTDOWN_ACPI), "shut the VM down", borrowed);
            return true;
        });
    }

    @Override
    public String migratableXml(String uuid) throws Failure {
        return useDomain("describe", uuid, (borrowed, domain, arena) -> {
            String text = taken((MemorySegment) LibVirt.XML.invokeExact(domain, LibVirt.XML_MIGRATABLE));
            if (text.isEmpty()) {
                throw failure("describe the VM", borrowed);
            }
            return text;
        });
    }

    @Override
    public void migrate(String uuid, String destination, String definition) throws Failure {
        useDomain("migrate", uuid, (borrowed, domain, arena) -> {
            MemorySegment parameters = arena.allocate(ValueLayout.ADDRESS);
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment room = arena.allocate(ValueLayout.JAVA_INT);
            check(
                    (int) LibVirt.ADD_STRING.invokeExact(
                            parameters,
                            count,
                            room,
                            arena.allocateFrom(LibVirt.MIGRATE_DEFINITION),
                            arena.allocateFrom(definition)),
                    "name the definition",
                    borrowed);
            MemorySegment made = parameters.get(ValueLayout.ADDRESS, 0);
            int length = count.get(ValueLayout.JAVA_INT, 0);
            try {
                check(
                        (int) LibVirt.MIGRATE.invokeExact(
                                domain, arena.allocateFrom(destination), made, length, LibVirt.MIGRATE_FLAGS),
                        "migrate the VM",
                        borrowed);
                return true;
            } finally {
                LibVirt.FREE_PARAMETERS.invokeExact(made, length);
            }
        });
    }

    @Override
    public void abortJob(String uuid) throws Failure {
        if (jobActive(uuid)) {
            useDomain("abort", uuid, (borrowed, domain, arena) -> {
                check((int) LibVirt.ABORT_JOB.invokeExact(domain), "break off the migration", borrowed);
                return true;
            });
        }
    }

    @Override
    public boolean jobActive(String uuid) throws Failure {
        return useDomain("ask", uuid, (borrowed, domain, arena) -> {
            MemorySegment info = arena.allocate(LibVirt.JOB_INFO_BYTES, Long.BYTES);
            check((int) LibVirt.JOB.invokeExact(domain, info), "say what is being done with the VM", borrowed);
            return info.get(ValueLayout.JAVA_INT, 0) != 0;
        });
    }

    @Override
    public Pause pause(String uuid) throws Failure {
        return useDomain("ask", uuid, (borrowed, domain, arena) -> {
            MemorySegment state = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment reason = arena.allocate(ValueLayout.JAVA_INT);
            check((int) LibVirt.STATE.invokeExact(domain, state, reason, 0), "say how the VM is", borrowed);
            return switch (state.get(ValueLayout.JAVA_INT, 0)) {
                case STATE_RUNNING -> Pause.NOT;
                case STATE_PAUSED ->
                    switch (reason.get(ValueLayout.JAVA_INT, 0)) {
                        case PAUSED_USER -> Pause.WISHED;
                        case PAUSED_MIGRATION -> Pause.MIGRATION;
                        default -> Pause.OTHER;
                    };
                default -> Pause.OTHER;
            };
        });
    }

    @Override
    public void resume(String uuid) throws Failure {
        useDomain("resume", uuid, (borrowed, domain, arena) -> {
            check((int) LibVirt.RESUME.invokeExact(domain), "let the VM run", borrowed);
            return true;
        });
    }

    @Override
    public Answer askGuest(String uuid) throws Failure {
        return use("ask the guest", (borrowed, arena) -> {
            MemorySegment domain = (MemorySegment) LibVirt.LOOKUP.invokeExact(borrowed, arena.allocateFrom(uuid));
            if (domain.address() == 0) {
                return Answer.CANNOT_BE_ASKED;
            }
            try {
                // Whether the guest has its channel open is in the description; libvirt's errors tell it only in words.
                if (!GuestChannel.open(taken((MemorySegment) LibVirt.XML.invokeExact(domain, 0)))) {
                    return Answer.CANNOT_BE_ASKED;
                }
                String reply = taken((MemorySegment) LibVirt.AGENT_COMMAND.invokeExact(
                        domain, arena.allocateFrom(GUEST_PING), LibVirt.AGENT_SECONDS, 0));
                return reply.isEmpty() ? Answer.SILENT : Answer.ANSWERED;
            } finally {
                int ignored = (int) LibVirt.FREE_DOMAIN.invokeExact(domain);
            }
        });
    }

    /** A text that libvirt allocated, which is freed; empty: the call failed. */
    private static String taken(MemorySegment text) throws Throwable {
        if (text.address() == 0) {
            return "";
        }
        String copy = Foreign.string(text);
        LibVirt.FREE.invokeExact(text);
        return copy;
    }

    @Override
    public List<Domain> domains() throws Failure {
        return use("list", (borrowed, arena) -> {
            MemorySegment cell = arena.allocate(ValueLayout.ADDRESS);
            int count = (int) LibVirt.LIST_DOMAINS.invokeExact(borrowed, cell, 0);
            if (count < 0) {
                throw failure("list the VMs", borrowed);
            }
            MemorySegment array = cell.get(ValueLayout.ADDRESS, 0).reinterpret(8L * (count + 1));
            List<Domain> domains = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                MemorySegment domain = array.getAtIndex(ValueLayout.ADDRESS, i);
                domains.add(describe(domain, arena));
                int ignored = (int) LibVirt.FREE_DOMAIN.invokeExact(domain);
            }
            LibVirt.FREE.invokeExact(array);
            return List.copyOf(domains);
        });
    }

    private static Domain describe(MemorySegment domain, Arena arena) throws Throwable {
        MemorySegment state = arena.allocate(ValueLayout.JAVA_INT);
        int result = (int) LibVirt.STATE.invokeExact(domain, state, MemorySegment.NULL, 0);
        GuestState guest = result != 0
                ? GuestState.OTHER
                : switch (state.get(ValueLayout.JAVA_INT, 0)) {
                    case STATE_RUNNING -> GuestState.RUNNING;
                    case STATE_PAUSED -> GuestState.PAUSED;
                    case STATE_SHUT_OFF -> GuestState.SHUT_OFF;
                    default -> GuestState.OTHER;
                };
        String name = Foreign.string((MemorySegment) LibVirt.NAME.invokeExact(domain));
        return new Domain(uuid(domain), name, guest);
    }

    static String uuid(MemorySegment domain) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(LibVirt.UUID_TEXT_BYTES);
            int result = (int) LibVirt.UUID.invokeExact(domain, text);
            return result == 0 ? text.getString(0) : "";
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }
}
