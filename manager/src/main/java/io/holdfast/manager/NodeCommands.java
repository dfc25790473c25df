package io.holdfast.manager;

import io.holdfast.manager.pki.CertificateAuthority;
import io.holdfast.manager.pki.IssuedCertificate;
import io.holdfast.manager.store.Database;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What set-up of a pair asks of the manager's program: {@code certificates --state DIR --out DIR NAME=ADDRESS…} makes a supervisor's certificate
 * for each node, with the authority's beside them; {@code count --state DIR} says how many hosts a manager's state holds; {@code version} says which one
 * it is. Exit codes: 0 done, 1 it
 * failed, 2 wrong arguments.
 */
final class NodeCommands {
    static final Set<String> NAMES = Set.of("certificates", "count", "version");

    private static final Pattern NODE = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]{0,62})=([0-9.]{7,15})");
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

    private NodeCommands() {}

    static int run(String[] arguments, PrintStream out, PrintStream errors) {
        try {
            List<String> words = List.of(arguments);
            if (words.equals(List.of("version"))) {
                out.println(Manager.version());
                return 0;
            }
            Path state = Path.of(value(words, 1, "--state"));
            if (words.getFirst().equals("count")) {
                out.println("hosts=" + hosts(state.resolve("holdfast.db")));
            } else {
                certificates(state, Path.of(value(words, 3, "--out")), words.subList(5, words.size()));
            }
            return 0;
        } catch (IllegalArgumentException wrong) {
            errors.println("holdfast manager: " + wrong.getMessage());
            return 2;
        } catch (IOException | GeneralSecurityException | SQLException failure) {
            errors.println("holdfast manager: " + failure.getMessage());
            return 1;
        }
    }

    private static String value(List<String> words, int at, String name) {
        if (words.size() <= at + 1 || !words.get(at).equals(name)) {
            throw new IllegalArgumentException(
                    "usage: certificates --state DIR --out DIR NAME=ADDRESS…, or count --state DIR");
        }
        return words.get(at + 1);
    }

    private static void certificates(Path state, Path out, List<String> nodes)
            throws IOException, GeneralSecurityException {
        CertificateAuthority authority = CertificateAuthority.openOrCreate(state.resolve("pki"));
        Files.createDirectories(
                out, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(out.resolve("ca.pem"), authority.authorityPem());
        for (String node : nodes) {
            var form = NODE.matcher(node);
            if (!form.matches()) {
                throw new IllegalArgumentException("'" + node + "' must be NAME=ADDRESS, with an IPv4 address");
            }
            IssuedCertificate issued = authority.issueForSupervisor(form.group(1), form.group(2));
            Files.writeString(out.resolve(form.group(1) + ".pem"), issued.certificate());
            Files.writeString(out.resolve(form.group(1) + ".key"), issued.key());
        }
    }

    private static long hosts(Path file) throws IOException, SQLException {
        if (!Files.exists(file)) {
            return 0;
        }
        try (Connection connection = Database.sqlite(file).open(ANSWER_LIMIT);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from hosts")) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }
}
