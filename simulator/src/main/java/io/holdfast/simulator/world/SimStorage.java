package io.holdfast.simulator.world;

import io.holdfast.core.Command;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.VmId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One datastore: lease slots, mailboxes and ownership records, reached by each host over a path of its own that can be cut, stall or lose
 * acknowledgements. A request on a cut path hangs until the path is back or its host is reset.
 */
public final class SimStorage {
    private static final long MILLI = 1_000_000;
    final DatastoreId id;
    final int index;
    private final World world;
    private final SlotContent[] slots;
    private final @Nullable Mail[] mailboxes;
    private final Map<VmId, Long> owners = new HashMap<>();
    private final int[] cuts;
    private final int[] silent;
    private final int[] slow;
    private final List<ArrayDeque<Runnable>> hanging = new ArrayList<>();
    private final List<ArrayDeque<Runnable>> unanswered = new ArrayList<>();

    /** A command that was written into a mailbox. */
    record Mail(long epoch, long id, Command.Mail command) {}

    SimStorage(World world, int index, int hosts) {
        this.world = world;
        this.index = index;
        id = new DatastoreId("ds" + (index + 1));
        slots = new SlotContent[hosts];
        mailboxes = new Mail[hosts];
        cuts = new int[hosts];
        silent = new int[hosts];
        slow = new int[hosts];
        for (int host = 0; host < hosts; host++) {
            slots[host] = SlotContent.EMPTY;
            hanging.add(new ArrayDeque<>());
            unanswered.add(new ArrayDeque<>());
        }
    }

    /** The path of a host is cut, or one of its cuts is mended. */
    public void cut(int host, boolean on) {
        cuts[host] += on ? 1 : -1;
        if (cuts[host] == 0) {
            drain(hanging.get(host));
        }
    }

    /** Requests of a host arrive, answers do not come back. */
    public void silence(int host, boolean on) {
        silent[host] += on ? 1 : -1;
        if (silent[host] == 0) {
            drain(unanswered.get(host));
        }
    }

    /** Requests of a host take seconds. */
    public void slow(int host, boolean on) {
        slow[host] += on ? 1 : -1;
    }

    public boolean reachable(int host) {
        return cuts[host] == 0 && silent[host] == 0;
    }

    private void drain(ArrayDeque<Runnable> queue) {
        List<Runnable> all = List.copyOf(queue);
        queue.clear();
        for (Runnable each : all) {
            world.at(world.now() + delay(0), each);
        }
    }

    private long delay(int host) {
        long usual = world.dice().between(MILLI, 12 * MILLI);
        return slow[host] > 0 ? usual + world.dice().between(0, 4000 * MILLI) : usual;
    }

    /** A host was reset: what hangs on its side never arrives, but for writes that have left it already (bound X). */
    void hostReset(int host) {
        ArrayDeque<Runnable> queue = hanging.get(host);
        unanswered.get(host).clear();
        if (cuts[host] == 0) {
            queue.clear();
            return;
        }
        queue.clear();
    }

    /** Writes the host's slot; {@code acknowledged} runs at the instant at which the answer reaches the host. */
    void writeSlot(int host, SlotContent content, Runnable acknowledged) {
        request(host, () -> slots[host] = content, acknowledged);
    }

    /** Reads all slots and the host's own mailbox. */
    void read(int host, Consumer<SlotContent[]> done) {
        SlotContent[][] seen = new SlotContent[1][];
        request(host, () -> seen[0] = slots.clone(), () -> done.accept(seen[0]));
    }

    void readMailbox(int host, Consumer<Mail> done) {
        Mail mail = mailboxes[host];
        if (mail != null && cuts[host] == 0 && silent[host] == 0) {
            done.accept(mail);
        }
    }

    void writeMailbox(int writer, int target, Mail mail, Runnable acknowledged) {
        request(
                writer,
                () -> {
                    Mail present = mailboxes[target];
                    if (present == null || present.id < mail.id) {
                        mailboxes[target] = mail;
                    }
                },
                acknowledged);
    }

    /** Writes (vm, run) into the ownership record unless it shows a higher run; tells which run it shows then. */
    void claim(int host, VmId vm, long run, Consumer<Long> done) {
        long[] shown = new long[1];
        request(
                host,
                () -> {
                    shown[0] = Math.max(owners.getOrDefault(vm, 0L), run);
                    owners.put(vm, shown[0]);
                },
                () -> done.accept(shown[0]));
    }

    private void request(int host, Runnable land, Runnable answer) {
        int boot = world.hosts.get(host).boot;
        Runnable back = () -> {
            if (world.hosts.get(host).boot == boot) {
                answer.run();
            }
        };
        Runnable arrive = () -> {
            land.run();
            if (silent[host] > 0) {
                unanswered.get(host).add(back);
            } else {
                world.at(world.now() + delay(host), back);
            }
        };
        if (cuts[host] > 0) {
            hanging.get(host).add(() -> arriveIfAlive(host, boot, arrive));
        } else {
            world.at(world.now() + delay(host), () -> arriveIfAlive(host, boot, arrive));
        }
    }

    /** After a reset a write may still be under way for at most X. */
    private void arriveIfAlive(int host, int boot, Runnable arrive) {
        SimHost sender = world.hosts.get(host);
        boolean sent = sender.boot == boot && sender.power;
        if (sent && cuts[host] > 0) {
            hanging.get(host).add(() -> arriveIfAlive(host, boot, arrive));
        } else if (sent || world.now() - sender.resetAt <= world.profile().inFlightNanos()) {
            arrive.run();
        }
    }
}
