package io.holdfast.supervisor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Looks at processes through /proc, which costs no process and can't hang. */
final class ProcessIds {

    private ProcessIds() {}

    /** The id in the file; empty when the file isn't there or holds something else. */
    static OptionalLong read(Path file) {
        try {
            return OptionalLong.of(Long.parseLong(
                    Files.readString(file, StandardCharsets.US_ASCII).strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Whether the process exists and isn't a zombie. */
    static boolean alive(long id) {
        char state = state(id);
        return state != 0 && state != 'Z' && state != 'X';
    }

    /** Whether the process or one of its children is stopped (SIGSTOP). */
    static boolean stopped(long id) {
        return Stream.concat(Stream.of(id), children(id).stream()).anyMatch(each -> state(each) == 'T');
    }

    private static List<Long> children(long id) {
        try {
            String text =
                    Files.readString(Path.of("/proc/" + id + "/task/" + id + "/children"), StandardCharsets.US_ASCII);
            return Stream.of(text.strip().split(" "))
                    .filter(word -> !word.isBlank())
                    .map(Long::parseLong)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The letter in /proc/ID/stat; 0 when there is no such process. */
    private static char state(long id) {
        try {
            String stat = Files.readString(Path.of("/proc/" + id + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException | StringIndexOutOfBoundsException e) {
            return 0;
        }
    }
}
