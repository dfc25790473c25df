package io.holdfast.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads and writes JSON (RFC 8259). Objects become maps in their order, numbers become doubles. */
public final class Json {
    /** Deeper than any document of ours; a limit so that no input exhausts the stack. */
    private static final int DEEPEST = 200;

    private final String text;
    private int at;
    private int depth;

    private Json(String text) {
        this.text = text;
    }

    /** The value of a text; null stands for JSON's null. */
    public static @org.jspecify.annotations.Nullable Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value();
        json.space();
        if (json.at < text.length()) {
            throw json.wrong("nothing more");
        }
        return value;
    }

    private IllegalArgumentException wrong(String expected) {
        long line = text.substring(0, Math.min(at, text.length()))
                        .chars()
                        .filter(c -> c == '\n')
                        .count()
                + 1;
        String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
        return new IllegalArgumentException(
                "line " + line + " of the JSON text: expected " + expected + ", found " + found);
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean next(char wanted) {
        space();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void require(char wanted) {
        if (!next(wanted)) {
            throw wrong("'" + wanted + "'");
        }
    }

    private @org.jspecify.annotations.Nullable Object value() {
        space();
        if (at >= text.length()) {
            throw wrong("a value");
        }
        return switch (text.charAt(at)) {
            case '{' -> {
                enter();
                Map<String, Object> object = object();
                depth--;
                yield object;
            }
            case '[' -> {
                enter();
                List<Object> array = array();
                depth--;
                yield array;
            }
            case '"' -> string();
            case 't' -> word("true", Boolean.TRUE);
            case 'f' -> word("false", Boolean.FALSE);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private void enter() {
        if (++depth > DEEPEST) {
            throw wrong("at most " + DEEPEST + " objects and lists in each other");
        }
    }

    private @org.jspecify.annotations.Nullable Object word(
            String word, @org.jspecify.annotations.Nullable Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong("a value");
        }
        at += word.length();
        return value;
    }

    private Map<String, Object> object() {
        Map<String, Object> result = new LinkedHashMap<>();
        require('{');
        if (next('}')) {
            return result;
        }
        do {
            space();
            String key = string();
            if (result.containsKey(key)) {
                throw wrong("each key of an object once, but \"" + key + "\" came twice");
            }
            require(':');
            result.put(key, value());
        } while (next(','));
        require('}');
        return result;
    }

    private List<Object> array() {
        List<Object> result = new ArrayList<>();
        require('[');
        if (next(']')) {
            return result;
        }
        do {
            result.add(value());
        } while (next(','));
        require(']');
        return result;
    }

    private Double number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        double result = Double.NaN;
        try {
            result = Double.parseDouble(text.substring(start, at));
        } catch (NumberFormatException e) {
            at = start;
            throw wrong("a value");
        }
        if (Double.isInfinite(result)) {
            at = start;
            throw wrong("a number of at most 1.7e308");
        }
        return result;
    }

    private String string() {
        require('"');
        StringBuilder result = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            result.append(c == '\\' ? escaped() : c);
        }
        require('"');
        return result.toString();
    }

    private char escaped() {
        if (at >= text.length()) {
            throw wrong("an escaped character");
        }
        char c = text.charAt(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> {
                int code = 0;
                for (int end = at + 4; at < end; at++) {
                    int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
                    if (digit < 0) {
                        throw wrong("four hexadecimal digits");
                    }
                    code = code * 16 + digit;
                }
                yield (char) code;
            }
            default -> c;
        };
    }

    /** Writes maps, lists, strings, numbers, booleans and null. */
    public static String write(@org.jspecify.annotations.Nullable Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(@org.jspecify.annotations.Nullable Object value, StringBuilder out) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map -> {
                String separator = "{";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.append(separator);
                    quote(String.valueOf(entry.getKey()), out);
                    out.append(':');
                    write(entry.getValue(), out);
                    separator = ",";
                }
                out.append(map.isEmpty() ? "{}" : "}");
            }
            case Iterable<?> list -> {
                out.append('[');
                String separator = "";
                for (Object each : list) {
                    out.append(separator);
                    write(each, out);
                    separator = ",";
                }
                out.append(']');
            }
            case Double number
            when number == Math.rint(number) && Math.abs(number) < 1e15 -> out.append(number.longValue());
            case Number number -> out.append(number);
            case Boolean flag -> out.append(flag);
            default -> quote(value.toString(), out);
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                default -> {
                    if (c < 0x20) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
