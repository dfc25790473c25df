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
        String found = value == null
                ? "nothing"
                : value instanceof Map ? "an object" : value instanceof List ? "a list" : "\"" + value + "\"";
        return new IllegalArgumentException(path + ": expected " + expected + ", found " + found);
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

    /** The entries of an object; none if it is not there. */
    List<Map.Entry<String, Node>> entries() {
        if (value == null) {
            return List.of();
        }
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

    double number(double missing) {
        return value == null ? missing : number();
    }

    long whole(long low) {
        double number = number();
        if (number != Math.rint(number) || number < low) {
            throw wrong("a whole number of at least " + low);
        }
        return (long) number;
    }

    boolean flag(boolean missing) {
        if (value == null) {
            return missing;
        }
        if (!(value instanceof Boolean flag)) {
            throw wrong("true or false");
        }
        return flag;
    }
}
