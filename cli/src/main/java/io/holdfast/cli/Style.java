package io.holdfast.cli;

/** How a piece of text is meant, so that a terminal can colour it; says nothing where there is no colour. */
public enum Style {
    PLAIN(""),
    STRONG("1"),
    QUIET("2"),
    GOOD("32"),
    WARNING("33"),
    BAD("31");

    private final String code;

    Style(String code) {
        this.code = code;
    }

    /** The text with the colour codes of ECMA-48 around it, or as it is when {@code colour} is off or it is plain. */
    public String paint(String text, boolean colour) {
        return !colour || this == PLAIN || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
