package io.holdfast.manager;

import io.holdfast.manager.ManagerSettings.DatabaseSettings;
import io.holdfast.manager.ManagerSettings.InvalidSettingException;
import io.holdfast.manager.store.Database;
import io.holdfast.manager.store.DatabaseCopy;
import io.holdfast.manager.store.DatabaseCopy.RefusedException;
import io.holdfast.manager.store.StorageException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.flywaydb.core.api.FlywayException;
import org.jooq.exception.DataAccessException;

/**
 * {@code copy --from CONFIG --to CONFIG}: moves the state between the embedded and the replicated database. {@code migrate --config CONFIG}:
 * makes the schema in an empty database. Exit codes: 0 done, 1 it failed and the target was left empty, 2 wrong arguments.
 */
final class DatabaseCommands {
    static final Set<String> NAMES = Set.of("copy", "migrate");

    private DatabaseCommands() {}

    static int run(String[] arguments, PrintStream out, PrintStream errors) {
        List<AutoCloseable> locks = new ArrayList<>();
        try {
            if (arguments[0].equals("migrate")) {
                expect(arguments, 3, "--config", "migrate --config FILE");
                Database database = open(arguments[2], locks);
                DatabaseCopy.begin(database);
                out.println("The schema is of version " + Database.SCHEMA_VERSION);
            } else {
                expect(arguments, 5, "--from", "copy --from FILE --to FILE");
                if (!arguments[3].equals("--to")) {
                    throw new InvalidSettingException(
                            "copy needs --from FILE --to FILE, two configurations of a manager");
                }
                Database from = open(arguments[2], locks);
                Database to = open(arguments[4], locks);
                long rows = new DatabaseCopy(from, to, out::println).run();
                out.println("Copied and compared " + rows + " rows");
            }
            return 0;
        } catch (InvalidSettingException wrong) {
            errors.println("holdfast manager: " + wrong.getMessage());
            return 2;
        } catch (RefusedException
                | IOException
                | StorageException
                | SQLException
                | DataAccessException
                | FlywayException failure) {
            errors.println("holdfast manager: " + failure.getMessage());
            return 1;
        } finally {
            locks.forEach(DatabaseCommands::release);
        }
    }

    private static void expect(String[] arguments, int count, String first, String usage)
            throws InvalidSettingException {
        if (arguments.length != count || !arguments[1].equals(first)) {
            throw new InvalidSettingException("usage: " + usage + ", the configuration of a manager each");
        }
    }

    /** An embedded database is locked against a manager that would go on writing. */
    private static Database open(String configuration, List<AutoCloseable> locks)
            throws InvalidSettingException, IOException {
        ManagerSettings settings = ManagerSettings.of("--config", configuration);
        if (settings.database() instanceof DatabaseSettings.Embedded) {
            Files.createDirectories(settings.state());
            locks.add(ManagerMain.lock(settings.state().resolve("lock")).acquiredBy());
        }
        return ManagerMain.database(settings);
    }

    private static void release(AutoCloseable lock) {
        try {
            lock.close();
        } catch (Exception failure) {
            throw new IllegalStateException("A lock can't be released", failure);
        }
    }
}
