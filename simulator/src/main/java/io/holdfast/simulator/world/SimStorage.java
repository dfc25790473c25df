package io.holdfast.simulator.world;

import io.holdfast.core.Command;
import io.holdfast.core.OperationId;
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
    private final Map<VmId, Owner> owners = new HashMap<>();
    private final boolean[] refused;
    private final @Nullable OperationId[] lastOrders;
    /** Operations of a client that is dead may still wait in here, longer than the bound X (Ceph): an expired lease is no proof. */
    final boolean operationsWait;

    private final int[] repeating;
    private final int[] cuts;
    private final int[] silent;
    private final int[] slow;
    private final List<ArrayDeque<Runnable>> hanging = new ArrayList<>();
    private final List<ArrayDeque<Runnable>> unanswered = new ArrayList<>();

    /** A command that was written into a mailbox. */
    record Mail(long epoch, long id, Command.Mail command) {}

    /** What stands in a VM's ownership record. */
    record Owner(long run, int host) {
        static final Owner NOBODY = new Owner(0, -1);
    }

    SimStorage(World world, int index, int hosts, boolean operationsWait) {
        this.world = world;
        this.index = index;
        id = new DatastoreId("ds" + (index + 1));
        this.operationsWait = operationsWait;
        refused = new boolean[hosts];
        lastOrders = new OperationId[hosts];
        repeating = new int[hosts];
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

    /** Some writes of a host arrive a second time, later (a path that was given up and delivers after all). */
    public void repeat(int host, boolean on) {
        repeating[host] += on ? 1 : -1;
    }

    public boolean reachable(int host) {
        return cuts[host] == 0 && silent[host] == 0 && !refused[host];
    }

    /** The storage refuses this host. */
    public boolean refuses(int host) {
        return refused[host];
    }

    /**
     * Orders about one host are carried out in the order of their operations; one that is older than the last is not.
     *
     * @return whether it was carried out
     */
    boolean refuse(int host, OperationId order, boolean on) {
        OperationId last = lastOrders[host];
        if (last != null && order.compareTo(last) < 0 && world.rules.storageObeysInOrder()) {
            return false;
        }
        lastOrders[host] = order;
        refused[host] = on;
        return true;
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

    /** A host was reset: what hangs on its side never arrives. */
    void hostReset(int host) {
        hanging.get(host).clear();
        unanswered.get(host).clear();
    }

    /** Writes the host's slot; {@code acknowledged} runs at the instant at which the answer reaches the host, {@code failed} when the storage refuses it. */
    void writeSlot(int host, SlotContent content, Runnable acknowledged, Runnable failed) {
        write(host, () -> slots[host] = content, acknowledged, failed);
    }

    /** Reads all slots; one that fails is tried again at the next round. */
    void read(int host, Consumer<SlotContent[]> done) {
        SlotContent[][] seen = new SlotContent[1][];
        request(host, () -> seen[0] = slots.clone(), () -> done.accept(seen[0]), () -> {});
    }

    void readMailbox(int host, Consumer<Mail> done) {
        Mail mail = mailboxes[host];
        if (mail != null && reachable(host)) {
            done.accept(mail);
        }
    }

    /** The sector holds what was written last, whatever its order. */
    void writeMailbox(int writer, int target, Mail mail, Runnable acknowledged, Runnable failed) {
        write(writer, () -> mailboxes[target] = mail, acknowledged, failed);
    }

    void readOwner(int host, VmId vm, Consumer<Owner> done, Runnable failed) {
        Owner[] seen = {Owner.NOBODY};
        request(host, () -> seen[0] = owners.getOrDefault(vm, Owner.NOBODY), () -> done.accept(seen[0]), failed);
    }

    void writeOwner(int host, VmId vm, long run, Runnable acknowledged, Runnable failed) {
        write(host, () -> owners.put(vm, new Owner(run, host)), acknowledged, failed);
    }

    private void write(int host, Runnable land, Runnable answer, Runnable failed) {
        request(host, land, answer, failed);
        if (repeating[host] > 0 && world.dice().percent(20)) {
            int boot = world.hosts.get(host).boot;
            world.at(
                    world.now() + world.dice().between(0, 5000 * MILLI),
                    () -> arriveIfAlive(host, boot, () -> {
                        if (!refused[host]) {
                            land.run();
                        }
                    }));
        }
    }

    private void request(int host, Runnable land, Runnable answer, Runnable failed) {
        int boot = world.hosts.get(host).boot;
        Runnable arrive = () -> {
            boolean refusedNow = refused[host];
            if (!refusedNow) {
                land.run();
            }
            Runnable back = () -> {
                if (world.hosts.get(host).boot == boot) {
                    (refusedNow ? failed : answer).run();
                }
            };
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
