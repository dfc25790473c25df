package io.holdfast.simulator.world;

import io.holdfast.core.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * The stream between one agent and one manager. What is sent arrives in order, late, or with the stream's end; while the path is cut it
 * waits to be sent again, and a stream that stays cut is given up by both ends after the keep-alive time.
 */
final class Link {
    private static final long MILLI = 1_000_000;
    private static final long KEEP_ALIVE = 4000 * MILLI;
    private static final long RECONNECT = 700 * MILLI;
    final SimHost host;
    final SimManager manager;
    private final World world;
    private final int managerNode;
    private final List<Runnable> waitingUp = new ArrayList<>();
    private final List<Runnable> waitingDown = new ArrayList<>();
    private boolean open;
    private int life;
    private int agentLife;
    private long lastUp;
    private long lastDown;
    private boolean broken;
    int slow;
    int lossy;

    Link(World world, SimHost host, SimManager manager) {
        this.world = world;
        this.host = host;
        this.manager = manager;
        managerNode = world.hosts.size() + manager.index;
    }

    boolean open() {
        return open;
    }

    private boolean upWorks() {
        return world.network.reaches(host.index, managerNode);
    }

    private boolean downWorks() {
        return world.network.reaches(managerNode, host.index);
    }

    /** The agent dials. */
    void dial() {
        if (!host.agent.up() || (open && agentLife == host.agent.starts())) {
            return;
        }
        if (open) {
            shut(); // A stream of an agent that is no more: the manager sees the new one first.
        }
        if (!host.agent.works() || !manager.up() || !upWorks() || !downWorks()) {
            int mine = host.agent.starts();
            world.at(world.now() + RECONNECT, () -> {
                if (host.agent.starts() == mine) {
                    dial();
                }
            });
            return;
        }
        open = true;
        broken = false;
        agentLife = host.agent.starts();
        life++;
        up(() -> manager.learn(now -> new Event.HostConnected(now, host.id, host.agent.hello())));
        host.agent.reportSoon();
    }

    /** From the agent to the manager. */
    void up(Runnable deliver) {
        if (!open) {
            return;
        }
        if (!upWorks()) {
            waitingUp.add(deliver);
            return;
        }
        if (lost()) {
            return;
        }
        lastUp = Math.max(lastUp + 1, world.now() + delay());
        int mine = life;
        world.at(lastUp, () -> {
            if (life == mine && open) {
                deliver.run();
            }
        });
    }

    /** From the manager to the agent. */
    void down(Runnable deliver) {
        if (!open) {
            return;
        }
        if (!downWorks()) {
            waitingDown.add(deliver);
            return;
        }
        if (lost()) {
            return;
        }
        lastDown = Math.max(lastDown + 1, world.now() + delay());
        int mine = life;
        world.at(lastDown, () -> {
            if (life == mine && open) {
                deliver.run();
            }
        });
    }

    /** The stream is an ordered one: it loses a message only with all that is under way and its own end. */
    private boolean lost() {
        if (lossy == 0 || !world.dice().percent(3)) {
            return false;
        }
        close();
        return true;
    }

    private long delay() {
        long usual = world.dice().between(MILLI / 5, 3 * MILLI);
        return slow > 0 ? usual + world.dice().between(0, 3000 * MILLI) : usual;
    }

    /** The network or one of its ends has changed. */
    void check() {
        if (!open) {
            return;
        }
        boolean works = upWorks()
                && downWorks()
                && host.power
                && manager.up()
                && host.agent.up()
                && host.agent.starts() == agentLife;
        if (works) {
            broken = false;
            flush();
        } else if (!broken) {
            broken = true;
            int mine = life;
            world.at(world.now() + KEEP_ALIVE, () -> {
                if (open && broken && life == mine) {
                    close();
                }
            });
        }
    }

    private void flush() {
        List<Runnable> up = List.copyOf(waitingUp);
        waitingUp.clear();
        up.forEach(this::up);
        List<Runnable> down = List.copyOf(waitingDown);
        waitingDown.clear();
        down.forEach(this::down);
    }

    /** The agent's process has gone while its host lives: the manager hears of it at once if the path works. */
    void agentGone() {
        if (open && upWorks()) {
            close();
        } else {
            check();
        }
    }

    void managerGone() {
        if (open) {
            shut();
            dial();
        }
    }

    private void close() {
        shut();
        manager.learn(now -> new Event.HostDisconnected(now, host.id));
        dial();
    }

    private void shut() {
        open = false;
        life++;
        waitingUp.clear();
        waitingDown.clear();
    }
}
