package io.holdfast.manager;

import io.holdfast.manager.link.AgentLink;
import io.holdfast.manager.link.AgentListener;
import io.holdfast.protocol.agent.ManagerMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Hosts in memory that outlive managers: each has an agent that follows the contract (leases, ownership by run, refusals, ends that are
 * reported until acknowledged), and a manager can be cut off and another attached, as when its process is killed and started again.
 */
final class TwinAgents implements AutoCloseable {
    private final Map<String, TwinHost> hosts = new LinkedHashMap<>();
    private final List<String> starts = new ArrayList<>();
    private final Map<String, byte[]> probeSectors = new LinkedHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("twin-agents").daemon().factory());
    private final Set<AgentListener> listeners = new LinkedHashSet<>();

    TwinAgents() {
        var unused = timer.scheduleAtFixedRate(this::beat, 50, 50, TimeUnit.MILLISECONDS);
    }

    /** Adds a host that will connect to every manager that gets attached. */
    synchronized TwinHost add(String hostId) {
        TwinHost host = new TwinHost(this, hostId);
        hosts.put(hostId, host);
        return host;
    }

    /** The link for a new manager; the former one hears and is heard no more. */
    AgentLink attach(AgentListener newListener) {
        detach();
        return join(newListener);
    }

    /** The link for one more manager: agents report to all that there are. */
    AgentLink join(AgentListener newListener) {
        synchronized (this) {
            listeners.add(newListener);
        }
        return new AgentLink() {
            @Override
            public boolean send(String hostId, ManagerMessage message) {
                synchronized (TwinAgents.this) {
                    TwinHost host = hosts.get(hostId);
                    if (host == null || !listeners.contains(newListener) || !host.connected(newListener)) {
                        return false;
                    }
                    // The network is never the sender's own thread.
                    timer.execute(() -> receive(newListener, host, message));
                    return true;
                }
            }

            @Override
            public void drop(String hostId) {}
        };
    }

    private synchronized void receive(AgentListener from, TwinHost host, ManagerMessage message) {
        if (listeners.contains(from) && host.connected(from)) {
            host.receive(message, from);
        }
    }

    /** The connection of this host to its present manager has broken. */
    synchronized void lost(String hostId) {
        TwinHost host = hosts.get(hostId);
        if (host != null) {
            host.connectionLost();
        }
    }

    /** Cuts the present manager off: nothing reaches it, nothing of it arrives. */
    synchronized void detach() {
        listeners.clear();
        hosts.values().forEach(TwinHost::connectionLost);
    }

    /** Nothing of this manager arrives any more, and it hears nothing. */
    synchronized void leave(AgentListener former) {
        listeners.remove(former);
    }

    private synchronized void beat() {
        for (TwinHost host : List.copyOf(hosts.values())) {
            try {
                host.beat(List.copyOf(listeners), List.copyOf(hosts.values()));
            } catch (RuntimeException failure) {
                // A timer that throws is never called again, and all hosts would fall silent.
                failure.printStackTrace();
            }
        }
    }

    synchronized void started(String host, String vm, long run) {
        starts.add(vm + " run " + run + " on " + host);
    }

    /** Every QEMU start that ever happened, as {@code vm run N on host}. */
    synchronized List<String> starts() {
        return List.copyOf(starts);
    }

    /** Hosts on which a process of this VM lives right now. */
    synchronized List<String> writers(String vm) {
        return hosts.values().stream()
                .filter(host -> host.runs(vm))
                .map(TwinHost::id)
                .toList();
    }

    synchronized void write(String datastore, byte[] token) {
        probeSectors.put(datastore, token);
    }

    synchronized byte[] read(String datastore) {
        return probeSectors.getOrDefault(datastore, new byte[0]);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
