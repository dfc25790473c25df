package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** The files of an agent's enrolment; the key is readable by its owner alone from the first byte on. */
final class EnrolmentFolder {

    private static final String[] FILES = {"ca.pem", "certificate.pem", "key.pem", "agent.properties"};
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;

    EnrolmentFolder(Path folder) {
        this.folder = folder;
    }

    /** Refuses to overwrite an older enrolment, before a new certificate is made for nothing. */
    void checkEmpty() throws IOException {
        Files.createDirectories(folder);
        for (String file : FILES) {
            if (Files.exists(folder.resolve(file))) {
                throw new IOException(
                        folder.resolve(file) + " exists already; name an empty folder, or remove it first");
            }
        }
    }

    void write(JsonNode enrolment) throws IOException {
        write("ca.pem", Json.string(enrolment, "ca"));
        write("certificate.pem", Json.string(enrolment, "certificate"));
        write("key.pem", Json.string(enrolment, "key"));
        write("agent.properties", Json.string(enrolment, "agentProperties"));
    }

    private void write(String file, String text) throws IOException {
        Path path = Files.createFile(folder.resolve(file), OWNER_ONLY);
        Files.writeString(path, text, StandardCharsets.UTF_8, StandardOpenOption.WRITE);
    }
}
