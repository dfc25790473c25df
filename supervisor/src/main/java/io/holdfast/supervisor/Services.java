package io.holdfast.supervisor;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out the actions on services; each service has its own thread, so that one that hangs holds up no other. */
final class Services {

    private static final Logger LOG = LoggerFactory.getLogger(Services.class);

    /** A stopped process doesn't hear it; the VIP is elsewhere by then. */
    private static final Duration MANAGER_GRACE = Duration.ofMillis(600);

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private final SupervisorSettings settings;
    private final Map<Service, ServiceControl> controls = new EnumMap<>(Service.class);
    private final Map<Service, ExecutorService> threads = new EnumMap<>(Service.class);
    private final ServiceControl database;
    private final ExecutorService databaseThread = thread("database");
    private final ExecutorService flushThread = thread("flush");
    private final GaleraFiles files;
    private final LateAnswers lateAnswers;

    Services(SupervisorSettings settings) {
        this.settings = settings;
        ServiceControl manager = settings.manager().control("manager", settings.run());
        controls.put(Service.MANAGER, manager);
        threads.put(Service.MANAGER, thread("manager"));
        // Often the manager serves the console: then it's one service, and one thread restarts it.
        boolean same = settings.manager().equals(settings.consoleService());
        controls.put(Service.CONSOLE, same ? manager : settings.consoleService().control("console", settings.run()));
        threads.put(Service.CONSOLE, same ? Objects.requireNonNull(threads.get(Service.MANAGER)) : thread("console"));
        controls.put(Service.KEEPALIVED, settings.keepalived().control("keepalived", settings.run()));
        threads.put(Service.KEEPALIVED, thread("keepalived"));
        this.database = settings.database().control("database", settings.run());
        this.lateAnswers = new LateAnswers(settings.vip());
        this.files = new GaleraFiles(settings.databaseDirectory(), settings.databaseRecover());
    }

    /** See {@link Action.AnswerLate}; done when this returns. */
    void answerLate(Duration howLong) {
        lateAnswers.begin(howLong);
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("service-" + name).daemon().factory());
    }

    ServiceControl of(Service service) {
        return Objects.requireNonNull(controls.get(service));
    }

    ServiceControl database() {
        return database;
    }

    /** Carries out the action on the service's own thread; what it finds comes back through the sink. */
    void carryOut(Action action, Consumer<Probes.Seen> sink) {
        switch (action) {
            case Action.Restart(Service service) ->
                run(Objects.requireNonNull(threads.get(service)), action, () -> {
                    try {
                        restart(service);
                    } finally {
                        sink.accept(now -> new Observation.Restarted(service, now));
                    }
                });
            case Action.EndAndReadPosition() -> databaseThread.execute(() -> endAndRead(sink));
            case Action.StartDatabase(StartMode mode, Optional<Position> position) ->
                run(databaseThread, action, () -> database.start(files.prepare(mode, position)));
            case Action.MakeDurable() ->
                run(flushThread, action, () -> {
                    boolean flushed = files.flush();
                    if (!flushed) {
                        TimeUnit.SECONDS.sleep(5);
                    }
                    sink.accept(now -> new Observation.MadeDurable(flushed, now));
                });
            case Action.PromoteComponent() ->
                run(databaseThread, action, () -> {
                    try (DatabaseConnection connection = DatabaseConnection.open(
                            settings.databaseSocket(), settings.databaseUser(), Duration.ofSeconds(10))) {
                        connection.execute("SET GLOBAL wsrep_provider_options='pc.bootstrap=1'");
                    }
                });
            case Action.HandOver _ ->
                run(Objects.requireNonNull(threads.get(Service.KEEPALIVED)), action, this::handOver);
            case Action.WriteHealth _, Action.AnswerLate _, Action.Note _ ->
                throw new IllegalArgumentException("not about a service: " + action);
        }
    }

    private void handOver() throws IOException, InterruptedException {
        URI address = settings.managerStatus().resolve("management/switch-over");
        HttpProbe.Result result = new HttpProbe().post(address, "{\"force\": true}", Probes.HTTP_LIMIT);
        if (!(result instanceof HttpProbe.Result.Answer(int status, String _)) || status / 100 != 2) {
            throw new IOException("the manager answers " + address + " with " + result);
        }
    }

    private void restart(Service service) throws IOException, InterruptedException {
        ServiceControl control = of(service);
        if (service == Service.MANAGER) {
            // A leader whose listener alone has died gives its leadership up as it ends; the other one need not wait
            // for the lease.
            control.ask(MANAGER_GRACE);
        }
        control.end();
        if (service == Service.KEEPALIVED) {
            // A killed keepalived leaves the VIP on the interface (finding 5 of the recipe); the peer may have taken
            // it.
            lateAnswers.begin(Supervision.LATE_ANSWERS);
            String cidr = settings.vip().cidr();
            Programs.run(
                    Duration.ofSeconds(2),
                    List.of("ip", "address", "del", cidr, "dev", settings.vip().networkInterface()));
        }
        control.start(List.of());
    }

    /** Repeats until the process is gone: a position read beside a living server would be wrong. */
    private void endAndRead(Consumer<Probes.Seen> sink) {
        try {
            while (!ended()) {
                TimeUnit.SECONDS.sleep(1);
            }
            Optional<Position> position = files.recover();
            sink.accept(now -> new Observation.PositionRead(position, now));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean ended() throws InterruptedException {
        try {
            database.end();
            return true;
        } catch (IOException e) {
            LOG.error("the database can't be ended; trying again", e);
            return false;
        }
    }

    private static void run(ExecutorService thread, Action action, Work work) {
        thread.execute(() -> {
            try {
                work.run();
            } catch (IOException | RuntimeException e) {
                LOG.error("{} failed; the next probe shows what is left to do", action, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
