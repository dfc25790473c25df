package io.holdfast.manager;

import io.holdfast.core.Now;
import io.holdfast.manager.ManagerSettings.InvalidSettingException;
import io.holdfast.manager.link.AgentLinkServer;
import io.holdfast.manager.power.IpmitoolPower;
import io.holdfast.manager.rest.RestServer;
import io.holdfast.manager.store.Database;
import io.holdfast.manager.store.RecordJson;
import io.holdfast.manager.store.SecretBox;
import io.holdfast.manager.store.SqlLedger;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The manager's process. Exit codes: 1 it could not start, 2 a setting is wrong, 3 another manager leads. */
public final class ManagerMain {
    private static final Supplier<Now> CLOCK = () -> new Now(System.nanoTime(), System.currentTimeMillis());

    private ManagerMain() {}

    /** See {@link ManagerSettings} for the arguments. */
    public static void main(String[] arguments) {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
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

    /**
     * Starts a manager on its own embedded database.
     *
     * @param deposed called when another manager leads
     */
    static Manager start(ManagerSettings settings, Runnable deposed) throws IOException, GeneralSecurityException {
        Files.createDirectories(settings.state().resolve("pki"));
        FileLock lock = lock(settings.state().resolve("lock"));
        boolean started = false;
        try {
            Database database = Database.sqlite(settings.state().resolve("holdfast.db"));
            database.migrate();
            SecretBox box = SecretBox.openOrCreate(settings.state().resolve("pki/secrets.key"));
            SqlLedger ledger = new SqlLedger(database, new RecordJson(), box, System::currentTimeMillis);
            Manager manager = new Manager(
                    settings,
                    new Manager.World(
                            CLOCK,
                            ledger,
                            database.kind(),
                            new IpmitoolPower(settings.ipmitool(), IpmitoolPower.TIME_LIMIT),
                            Manager.NETWORK,
                            deposed,
                            lock.acquiredBy()));
            started = true;
            return manager;
        } finally {
            if (!started) {
                lock.acquiredBy().close();
            }
        }
    }

    /** Two managers on one embedded database would depose each other again and again; the second is stopped before it does harm. */
    private static FileLock lock(Path file) throws IOException {
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
