package io.holdfast.agent.link;

import io.holdfast.agent.rule.Dialling;
import io.holdfast.agent.state.ManagerMemory;
import io.holdfast.protocol.agent.Welcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The links with all managers, by the rule {@link Dialling}: opened and closed as the leader's list says, and as what is reachable allows. */
public final class ManagerLinks implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ManagerLinks.class);
    private static final long LOOK_MILLIS = 1000;

    private final ManagerMemory memory;
    private final Function<String, ManagerLink> make;
    private final List<ManagerLink> links = new CopyOnWriteArrayList<>();
    private Dialling dialling;
    private boolean closed;

    /**
     * @param configured address:port of each manager in agent.properties
     * @param make makes the link with one manager
     */
    public ManagerLinks(List<String> configured, ManagerMemory memory, Function<String, ManagerLink> make) {
        this.memory = memory;
        this.make = make;
        dialling =
                Dialling.begin(configured, memory.lists().told(), memory.lists().proven());
    }

    /** All links, linked or not; a list that changes by itself. */
    public List<ManagerLink> all() {
        return links;
    }

    /** Whether any manager has welcomed this agent on a stream that stands. */
    public boolean connected() {
        return links.stream().anyMatch(ManagerLink::connected);
    }

    /** Addresses that are dialled. */
    public synchronized List<String> addresses() {
        return dialling.addresses();
    }

    /** Takes in a Welcome of the acting leader, whose epoch has been accepted: nobody else's list counts. */
    public synchronized void welcomedByLeader(Welcome welcome, ManagerLink from) throws IOException {
        Dialling next = dialling.tell(welcome.getManagersList()).greetedByLeader(from.address(), System.nanoTime());
        memory.store(new ManagerMemory.Lists(next.told(), next.proven()));
        dialling = next;
        apply();
    }

    /** Looks whether the managers are there, and dials former ones when none is. */
    @Override
    public void run() {
        try {
            while (true) {
                look();
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void look() {
        List<String> linked = links.stream()
                .filter(ManagerLink::connected)
                .map(ManagerLink::address)
                .toList();
        dialling = dialling.linked(linked, System.nanoTime());
        apply();
    }

    /** Opens and closes links so that exactly those that shall be dialled are. */
    private void apply() {
        if (closed) {
            return;
        }
        List<String> wanted = dialling.addresses();
        for (ManagerLink link : List.copyOf(links)) {
            if (!wanted.contains(link.address())) {
                LOG.info("manager {} is dialled no more: the leader's list is {}", link.address(), wanted);
                links.remove(link);
                link.close();
            }
        }
        List<String> present = links.stream().map(ManagerLink::address).toList();
        for (String address : new ArrayList<>(wanted)) {
            if (!present.contains(address)) {
                ManagerLink link = make.apply(address);
                links.add(link);
                Thread.ofPlatform().daemon().name("link-" + address).start(link);
            }
        }
    }

    /** Dials; to be called once. */
    public synchronized void open() {
        apply();
    }

    /** Ends every stream in order. */
    public synchronized void close() {
        closed = true;
        links.forEach(ManagerLink::close);
    }

    /** Waits until sent completions have left. */
    public void awaitClosed() throws InterruptedException {
        for (ManagerLink link : links) {
            link.awaitClosed();
        }
    }
}
