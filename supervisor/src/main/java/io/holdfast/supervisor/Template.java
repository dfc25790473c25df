package io.holdfast.supervisor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The files in {@code packaging/templates}: {@code @name@} stands for a value. */
public enum Template {
    KEEPALIVED("keepalived.conf"),
    GALERA("galera.cnf"),
    GARB("garb"),
    SUPERVISOR_PROPERTIES("supervisor.properties"),
    MARIADB_UNIT("mariadb.service.conf"),
    GARB_UNIT("garb.service.conf"),
    KEEPALIVED_UNIT("keepalived.service.conf"),
    SUPERVISOR_UNIT("holdfast-supervisor.service"),
    SUPERVISOR_ALIVE("supervisor-alive");

    private final String file;

    Template(String file) {
        this.file = file;
    }

    /** Name of the file in {@code packaging/templates}. */
    public String file() {
        return file;
    }

    /** The template's text, from the class path. */
    public String read() {
        try (InputStream stream = Template.class.getResourceAsStream("templates/" + file)) {
            if (stream == null) {
                throw new IllegalStateException(
                        "template " + name().toLowerCase(Locale.ROOT) + " is missing from this build");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("template " + file + " can't be read", e);
        }
    }
}
