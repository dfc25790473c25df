package io.holdfast.manager;

import io.holdfast.core.Now;
import io.holdfast.manager.ManagerSettings.DatabaseSettings;
import io.holdfast.manager.ManagerSettings.InvalidSettingException;
import io.holdfast.manager.lead.BootClock;
import io.holdfast.manager.lead.SupervisorWatch;
import io.holdfast.manager.link.AgentLinkServer;
import io.holdfast.manager.power.IpmitoolPower;
import io.holdfast.manager.rest.RestServer;
import io.holdfast.manager.store.Database;
import io.holdfast.manager.store.RecordJson;
import io.holdfast.manager.store.SecretBox;
import io.holdfast.manager.store.SqlLeadershipStore;
import io.holdfast.manager.store.SqlLedger;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manager's process; with {@code copy} or {@code migrate} as first argument, {@link DatabaseCommands}; with
 * {@code certificates}, {@code count} or {@code version}, {@link NodeCommands}. Exit codes: 1 it could not start, 2 a
 * setting is wrong, 3 another process leads in the place of a single manager.
 */
public final class ManagerMain {
    private static final Supplier<Now> CLOCK = () -> new Now(System.nanoTime(), System.currentTimeMillis());

    /** Above the longest write pause of the replicated database (1.3 s): a pause alone doesn't cost the connection. */
    private static final Duration ROW_LIMIT = Duration.ofSeconds(3);

    private ManagerMain() {}

    /** See {@link ManagerSettings} for the arguments. */
    public static void main(String[] arguments) {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
        if (arguments.length > 0 && DatabaseCommands.NAMES.contains(arguments[0])) {
            System.exit(DatabaseCommands.run(arguments, System.out, System.err));
        }
        if (List.of(arguments).equals(List.of("--train"))) {
            System.exit(trained());
        }
        if (arguments.length > 0 && NodeCommands.NAMES.contains(arguments[0])) {
            System.exit(NodeCommands.run(arguments, System.out, System.err));
        }
        ManagerSettings settings;
        try {
            settings = ManagerSettings.of(arguments);
        } catch (InvalidSettingException wrong) {
            System.err.println("holdfast manager: " + wrong.getMessage());
            System.exit(2);
            return;
        }
        Logger log = LoggerFactory.getLogger(ManagerMain.class);
        Thread.ofPlatform().daemon().name("warm-up-http").start(RestServer::warmUp);
        Thread.ofPlatform().daemon().name("warm-up-link").start(AgentLinkServer::warmUp);
        try {
            Manager manager = start(settings, () -> Runtime.getRuntime().halt(3));
            Runtime.getRuntime().addShutdownHook(new Thread(manager::close, "shutdown"));
            log.info("State in {}", settings.state().toAbsolutePath());
        } catch (IOException | GeneralSecurityException | RuntimeException failure) {
            log.error("The manager can't start: {}", failure.getMessage(), failure);
            System.exit(1);
        }
    }

    private static int trained() {
        try {
            TrainingRun.run();
            return 0;
        } catch (IOException | GeneralSecurityException failure) {
            System.err.println("holdfast manager: the training run failed: " + failure.getMessage());
            return 1;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    /**
     * Starts a manager: on its own embedded database, or as one of a pair on its node's member of the replicated one.
     *
     * @param deposed called when another process leads in the place of a single manager
     */
    static Manager start(ManagerSettings settings, Runnable deposed) throws IOException, GeneralSecurityException {
        Files.createDirectories(settings.state().resolve("pki"));
        FileLock lock = lock(settings.state().resolve("lock"));
        boolean started = false;
        try {
            Manager manager = switch (settings.database()) {
                case DatabaseSettings.Embedded _ -> single(settings, deposed, lock.acquiredBy());
                case DatabaseSettings.Replicated replicated -> oneOfPair(settings, replicated, lock.acquiredBy());
            };
            started = true;
            return manager;
        } finally {
            if (!started) {
                lock.acquiredBy().close();
            }
        }
    }

    private static Manager single(ManagerSettings settings, Runnable deposed, AutoCloseable lock)
            throws IOException, GeneralSecurityException {
        Database database = database(settings);
        database.migrate();
        return new Manager(settings, world(settings, database, deposed, null, lock));
    }

    /** Its database may be out of reach for now: it answers all the same, as a standby. */
    private static Manager oneOfPair(
            ManagerSettings settings, DatabaseSettings.Replicated replicated, AutoCloseable lock)
            throws IOException, GeneralSecurityException {
        Database database = database(settings);
        SupervisorWatch supervisor = new SupervisorWatch(settings.supervisor(), System::currentTimeMillis);
        supervisor.start();
        Manager.Pair pair = new Manager.Pair(
                new SqlLeadershipStore(database, ROW_LIMIT),
                replicated.terms(),
                new BootClock(),
                database::migrate,
                supervisor);
        return new Manager(settings, world(settings, database, () -> {}, pair, () -> {
            supervisor.close();
            lock.close();
        }));
    }

    private static Manager.World world(
            ManagerSettings settings,
            Database database,
            Runnable deposed,
            Manager.@Nullable Pair pair,
            AutoCloseable guard)
            throws IOException {
        SecretBox box = SecretBox.openOrCreate(settings.state().resolve("pki/secrets.key"));
        return new Manager.World(
                CLOCK,
                new SqlLedger(database, new RecordJson(), box, System::currentTimeMillis),
                database.kind(),
                new IpmitoolPower(settings.ipmitool(), IpmitoolPower.TIME_LIMIT),
                Manager.NETWORK,
                deposed,
                pair,
                guard);
    }

    /** The database of these settings. */
    static Database database(ManagerSettings settings) throws IOException {
        return switch (settings.database()) {
            case DatabaseSettings.Embedded _ -> Database.sqlite(settings.state().resolve("holdfast.db"));
            case DatabaseSettings.Replicated replicated ->
                Database.mariadb(replicated.url(), replicated.user(), password(replicated.passwordFile()));
        };
    }

    private static @Nullable String password(@Nullable Path file) throws IOException {
        if (file == null) {
            return null;
        }
        try {
            return Files.readString(file).strip();
        } catch (IOException failure) {
            throw new IOException(
                    "The database's password can't be read from " + file + " (" + failure.getMessage()
                            + "): check database.password.file and who may read it",
                    failure);
        }
    }

    /** Two managers on one embedded database would depose each other again and again; the second is stopped before it does harm. */
    static FileLock lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            throw new IOException(
                    "Another manager runs on " + file.getParent() + ": end that one, or give another --state");
        }
        return lock;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException inThisProcess) {
            return null;
        }
    }
}
