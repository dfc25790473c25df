package io.holdfast.simulator.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of a JSON document with its path, so that every error names the field and what was expected there.
 *
 * @param value as {@link io.holdfast.simulator.Json} reads it
 */
record Node(String path, @Nullable Object value) {
    IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException((path.isEmpty() ? "the file" : path) + ": expected " + expected + ", found "
                + switch (value) {
                    case null -> "nothing";
                    case Map<?, ?> map -> "an object";
                    case List<?> list -> "a list";
                    case String text -> "\"" + text + "\"";
                    case Double number ->
                        number == Math.rint(number) ? String.valueOf(number.longValue()) : "" + number;
                    default -> value.toString();
                });
    }

    boolean present() {
        return value != null;
    }

    Node at(String key) {
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong("an object");
        }
        return new Node(path.isEmpty() ? key : path + "." + key, map.get(key));
    }

    List<Node> list() {
        if (!(value instanceof List<?> list)) {
            throw wrong("a list");
        }
        List<Node> result = new ArrayList<>();
        for (int index = 0; index < list.size(); index++) {
            result.add(new Node(path + "[" + index + "]", list.get(index)));
        }
        return result;
    }

    /** The entries of an object. */
    List<Map.Entry<String, Node>> entries() {
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong("an object");
        }
        List<Map.Entry<String, Node>> result = new ArrayList<>();
        map.keySet().forEach(key -> result.add(Map.entry((String) key, at((String) key))));
        return result;
    }

    String text() {
        if (!(value instanceof String text)) {
            throw wrong("a text");
        }
        return text;
    }

    /** A text that is not empty. */
    String name() {
        if (!(value instanceof String text) || text.isEmpty()) {
            throw wrong("a text that is not empty");
        }
        return text;
    }

    /** A text out of a closed set. */
    String oneOf(String... allowed) {
        if (value instanceof String text && List.of(allowed).contains(text)) {
            return text;
        }
        throw wrong("one of " + String.join(", ", allowed));
    }

    double number() {
        if (!(value instanceof Double number)) {
            throw wrong("a number");
        }
        return number;
    }

    double number(double low, double high) {
        double number = number();
        if (number < low || number > high) {
            throw wrong("a number from " + plain(low) + " to " + plain(high));
        }
        return number;
    }

    /** @param missing what a field that is not there means */
    double number(double low, double high, double missing) {
        return value == null ? missing : number(low, high);
    }

    long whole(long low, long high) {
        double number = number();
        if (number != Math.rint(number) || number < low || number > high) {
            throw wrong("a whole number from " + low + " to " + high);
        }
        return (long) number;
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }

    boolean flag() {
        if (!(value instanceof Boolean flag)) {
            throw wrong("true or false");
        }
        return flag;
    }

    boolean flag(boolean missing) {
        return value == null ? missing : flag();
    }
}
