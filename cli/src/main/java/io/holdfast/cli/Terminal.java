package io.holdfast.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where output for people goes, and what it can do.
 *
 * <p>Always UTF-8. The launcher says by system properties what only the shell knows cheaply: {@code holdfast.terminal}
 * (true when standard output is a terminal) and {@code holdfast.columns}.
 *
 * @param out where lines go
 * @param interactive a person watches: lines may be painted over
 * @param colour colour codes are understood and wanted
 * @param columns width in characters
 */
public record Terminal(PrintStream out, boolean interactive, boolean colour, int columns) {

    private static final int DEFAULT_COLUMNS = 100;

    /** Standard output of this process. Colour only on a terminal and without {@code NO_COLOR} (no-color.org). */
    public static Terminal standard() {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        boolean terminal = Boolean.getBoolean("holdfast.terminal") && !"dumb".equals(System.getenv("TERM"));
        String noColour = System.getenv("NO_COLOR");
        boolean colour = terminal && (noColour == null || noColour.isEmpty());
        return new Terminal(out, terminal, colour, Integer.getInteger("holdfast.columns", DEFAULT_COLUMNS));
    }

    /** Output into a file, a pipe or a test: no colour, nothing painted over. */
    public static Terminal plain(PrintStream out) {
        return new Terminal(out, false, false, DEFAULT_COLUMNS);
    }

    /** Prints one line. */
    public void line(String text) {
        out.println(text);
    }

    /** The text as this terminal shows that style. */
    public String paint(Style style, String text) {
        return style.paint(text, colour);
    }
}
