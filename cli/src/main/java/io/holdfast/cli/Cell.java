package io.holdfast.cli;

/** One cell of a {@link Table}: a text and how it is meant. */
public record Cell(String text, Style style) {

    /** A cell without a style. */
    public static Cell of(String text) {
        return new Cell(text, Style.PLAIN);
    }
}
