package io.holdfast.supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A pair of management nodes and an arbiter in simulated time, from a seed: the real {@link Supervision} on each node around a model of Galera that
 * knows votes, saved views, and what is on which disk. It records every breach of what must never happen.
 *
 * <p>The model is pessimistic: Galera recovers from saved views only if told so, and a database that waits for a component answers nothing.
 */
final class PairModel {

    static final String HISTORY = "11111111-2222-3333-4444-555555555555";
    private static final long MILLI = 1_000_000;
    private static final String ARBITER = "arbiter";

    private record Event(long atNanos, long order, Runnable body) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return atNanos != other.atNanos ? Long.compare(atNanos, other.atNanos) : Long.compare(order, other.order);
        }
    }

    final Random random;
    final boolean savedViewsWork;
    final List<String> breaches = new ArrayList<>();
    final Map<String, Node> nodes = new LinkedHashMap<>();
    final Map<String, Set<String>> savedViews = new LinkedHashMap<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long scheduled;
    long nowNanos = 1_000_000_000L;
    boolean arbiterOn = true;
    boolean linkUp = true;
    Set<String> primary = Set.of();
    long acknowledged;
    int bootstraps;

    PairModel(long seed, boolean savedViewsWork) {
        this.random = new Random(seed);
        this.savedViewsWork = savedViewsWork;
        for (String name : List.of("mn1", "mn2")) {
            nodes.put(name, new Node(name));
        }
        nodes.values().forEach(node -> {
            node.powerOn();
            node.running = true;
            node.joined = true;
        });
        become(Set.of("mn1", "mn2", ARBITER));
        everySoOften(100, this::settle);
        everySoOften(200, this::write);
        nodes.values().forEach(node -> everySoOften(250, node::probe));
    }

    Node node(String name) {
        return Objects.requireNonNull(nodes.get(name));
    }

    void cut(String name) {
        if (name.equals(ARBITER)) {
            arbiterOn = false;
        } else {
            node(name).powerOff();
        }
        settle();
    }

    void restore(String name) {
        if (name.equals(ARBITER)) {
            arbiterOn = true;
        } else {
            node(name).powerOn();
        }
    }

    void run(Duration duration) {
        long untilNanos = nowNanos + duration.toNanos();
        while (!events.isEmpty() && events.peek().atNanos() <= untilNanos) {
            Event event = events.remove();
            nowNanos = event.atNanos();
            event.body().run();
        }
        nowNanos = untilNanos;
    }

    void after(long millis, Runnable body) {
        events.add(new Event(nowNanos + millis * MILLI, scheduled++, body));
    }

    private void everySoOften(long millis, Runnable body) {
        after(millis, () -> {
            body.run();
            everySoOften(millis, body);
        });
    }

    boolean serving() {
        return primary.stream().anyMatch(nodes::containsKey);
    }

    private boolean alive(String member) {
        return member.equals(ARBITER) ? arbiterOn : node(member).running;
    }

    /** Votes: a component stays primary while more than half of its former members are left; others join it. */
    private void settle() {
        if (primary.isEmpty()) {
            recoverFromSavedViews();
            return;
        }
        Set<String> left = new HashSet<>(primary);
        left.removeIf(member -> !alive(member));
        if (left.size() * 2 <= primary.size()) {
            primary = Set.of();
            return;
        }
        if (left.stream().anyMatch(nodes::containsKey)) {
            for (String member : List.of("mn1", "mn2", ARBITER)) {
                if (alive(member)) {
                    left.add(member);
                }
            }
        }
        become(left);
    }

    private void recoverFromSavedViews() {
        if (!savedViewsWork) {
            return;
        }
        for (Set<String> view : new HashSet<>(savedViews.values())) {
            boolean complete = view.stream().allMatch(member -> alive(member) && view.equals(savedViews.get(member)));
            if (complete && view.stream().anyMatch(nodes::containsKey)) {
                become(view);
                return;
            }
        }
    }

    private void become(Set<String> members) {
        if (primary.equals(members)) {
            return;
        }
        long furthest = members.stream()
                .filter(nodes::containsKey)
                .mapToLong(member -> node(member).sequence)
                .max()
                .orElse(0);
        if (furthest < acknowledged) {
            breaches.add("component " + members + " has " + furthest + " of " + acknowledged + " acknowledged writes");
        }
        primary = Set.copyOf(members);
        for (String member : members) {
            savedViews.put(member, primary);
            if (nodes.containsKey(member)) {
                node(member).sequence = furthest;
                node(member).joined = true;
                node(member).readable = true;
            }
        }
    }

    private void write() {
        List<Node> members =
                primary.stream().filter(nodes::containsKey).map(this::node).toList();
        if (!members.isEmpty()) {
            acknowledged++;
            members.forEach(member -> member.sequence = acknowledged);
        }
    }

    long between(int leastMillis, int mostMillis) {
        return leastMillis + random.nextInt(mostMillis - leastMillis + 1);
    }

    /** A data node with its supervisor. */
    final class Node {
        final String name;
        long sequence;
        boolean readable = true;
        boolean power;
        boolean running;
        boolean joined;
        /** It gets no answer from its peer, though the peer gets answers from it. */
        boolean deaf;

        int life;

        @Nullable
        SupervisionState supervisor;

        Node(String name) {
            this.name = name;
        }

        Node peer() {
            return node(name.equals("mn1") ? "mn2" : "mn1");
        }

        void powerOn() {
            if (!power) {
                power = true;
                startSupervisor();
            }
        }

        void powerOff() {
            power = false;
            running = false;
            joined = false;
            killSupervisor();
        }

        void startSupervisor() {
            if (power && supervisor == null) {
                supervisor = SupervisionState.started(name, true, GaleraRecovery.PATIENCE, false, nowNanos);
            }
        }

        void killSupervisor() {
            supervisor = null;
            life++;
        }

        void probe() {
            if (supervisor == null) {
                return;
            }
            see(new Observation.DatabaseSeen(view(), nowNanos));
            int born = life;
            long askedNanos = nowNanos;
            after(between(1, random.nextInt(20) == 0 ? 3000 : 30), () -> {
                SupervisionState told = linkUp && !deaf ? peer().supervisor : null;
                Optional<PeerReport> report = Optional.ofNullable(told).map(state -> state.report(nowNanos));
                after(between(1, random.nextInt(20) == 0 ? 3000 : 30), () -> {
                    if (born == life) {
                        see(new Observation.PeerSeen(report, askedNanos, nowNanos));
                    }
                });
            });
        }

        private DatabaseView view() {
            if (!running) {
                return new DatabaseView.Stopped();
            }
            if (!joined) {
                return new DatabaseView.NoAnswer();
            }
            boolean in = primary.contains(name);
            return new DatabaseView.Answering(
                    in, in, in ? 4 : 0, Optional.of(new Position(HISTORY, sequence)), in ? primary.size() : 1, 0);
        }

        private void see(Observation observation) {
            if (supervisor == null) {
                return;
            }
            Supervision.Step step = Supervision.step(supervisor, observation);
            supervisor = step.state();
            step.actions().forEach(this::carryOut);
        }

        private void carryOut(Action action) {
            int born = life;
            switch (action) {
                case Action.EndAndReadPosition _ ->
                    after(
                            between(1, 500),
                            () -> whileAlive(born, () -> {
                                running = false;
                                joined = false;
                                settle();
                                after(
                                        between(100, 6000),
                                        () -> whileAlive(born, () -> {
                                            Optional<Position> read = readable
                                                    ? Optional.of(new Position(HISTORY, sequence))
                                                    : Optional.empty();
                                            see(new Observation.PositionRead(read, nowNanos));
                                        }));
                            }));
                case Action.StartDatabase start ->
                    after(between(1, 1000), () -> whileAlive(born, () -> start(start.mode())));
                case Action.MakeDurable _ -> see(new Observation.MadeDurable(true, nowNanos));
                case Action.PromoteComponent _ -> {
                    bootstraps++;
                    become(Set.of(name));
                }
                case Action.HandOver _, Action.AnswerLate _ -> {}
                case Action.Restart restart -> see(new Observation.Restarted(restart.service(), nowNanos));
                case Action.WriteHealth _, Action.Note _ -> {}
            }
        }

        private void whileAlive(int born, Runnable body) {
            if (born == life) {
                body.run();
            }
        }

        private void start(StartMode mode) {
            running = true;
            joined = false;
            if (mode != StartMode.JOIN) {
                savedViews.remove(name);
            }
            if (mode == StartMode.FULL_COPY && !serving()) {
                // The peer was primary when this was decided; its copy is being fetched from nobody now.
                readable = false;
            }
            if (mode == StartMode.BOOTSTRAP) {
                checkBootstrap();
                become(Set.of(name));
            }
        }

        private void checkBootstrap() {
            bootstraps++;
            if (!primary.isEmpty()) {
                breaches.add(name + " bootstraps beside the component " + primary);
            }
            if (!peer().power) {
                breaches.add(name + " bootstraps alone");
            }
            if (peer().running) {
                breaches.add(name + " bootstraps while the database of " + peer().name + " runs");
            }
            if (sequence < acknowledged) {
                breaches.add(name + " bootstraps with " + sequence + " of " + acknowledged + " acknowledged writes");
            }
        }
    }
}
