package io.holdfast.manager.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request body, read strictly: a missing, wrongly typed or unknown field is refused by its path. {@link #end} must be called
 * when everything known has been read.
 */
final class Fields {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final JsonNode object;
    private final String path;
    private final Set<String> known = new TreeSet<>();

    private Fields(JsonNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /** Reads a body; an empty one is an empty object. */
    static Fields of(String body) {
        if (body.isBlank()) {
            return new Fields(MAPPER.createObjectNode(), "");
        }
        try {
            JsonNode node = MAPPER.readTree(body);
            if (!node.isObject()) {
                throw ProblemException.of(ProblemText.BODY_NOT_JSON, kind(node));
            }
            return new Fields(node, "");
        } catch (JsonProcessingException failure) {
            throw ProblemException.of(ProblemText.BODY_NOT_JSON, failure.getOriginalMessage());
        }
    }

    /** The path of a field of this object. */
    String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** The field is there, null included. */
    boolean has(String name) {
        known.add(name);
        return object.has(name);
    }

    private @Nullable JsonNode node(String name) {
        known.add(name);
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    private JsonNode required(String name) {
        JsonNode node = node(name);
        if (node == null) {
            throw ProblemException.about(path(name), ProblemText.FIELD_REQUIRED, path(name));
        }
        return node;
    }

    String text(String name) {
        return text(name, required(name));
    }

    String text(String name, String otherwise) {
        JsonNode node = node(name);
        return node == null ? otherwise : text(name, node);
    }

    private String text(String name, JsonNode node) {
        if (!node.isTextual()) {
            throw wrong(name, "a string", node);
        }
        return node.textValue();
    }

    long number(String name) {
        return number(name, required(name));
    }

    long number(String name, long otherwise) {
        JsonNode node = node(name);
        return node == null ? otherwise : number(name, node);
    }

    /** A number that fits an int; the core checks its range. */
    int integer(String name) {
        return narrow(name, number(name));
    }

    int integer(String name, int otherwise) {
        return narrow(name, number(name, otherwise));
    }

    private int narrow(String name, long value) {
        if (value != (int) value) {
            throw ProblemException.about(
                    path(name), ProblemText.FIELD_TYPE, path(name), "a number below 2147483648", Long.toString(value));
        }
        return (int) value;
    }

    private long number(String name, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw wrong(name, "a whole number", node);
        }
        return node.longValue();
    }

    double decimal(String name) {
        JsonNode node = required(name);
        if (!node.isNumber()) {
            throw wrong(name, "a number", node);
        }
        return node.doubleValue();
    }

    /** One of the words that stand for these constants. */
    <E extends Enum<E>> E constant(String name, E[] all) {
        String asked = text(name);
        List<String> words = new ArrayList<>();
        for (E one : all) {
            if (Texts.code(one).equals(asked)) {
                return one;
            }
            words.add(Texts.code(one));
        }
        throw ProblemException.about(path(name), ProblemText.FIELD_VALUE, path(name), asked, String.join(", ", words));
    }

    boolean flag(String name) {
        return flag(name, required(name));
    }

    boolean flag(String name, boolean otherwise) {
        JsonNode node = node(name);
        return node == null ? otherwise : flag(name, node);
    }

    private boolean flag(String name, JsonNode node) {
        if (!node.isBoolean()) {
            throw wrong(name, "true or false", node);
        }
        return node.booleanValue();
    }

    /** An object inside, or null. */
    @Nullable
    Fields object(String name) {
        JsonNode node = node(name);
        if (node == null) {
            return null;
        }
        if (!node.isObject()) {
            throw wrong(name, "an object", node);
        }
        return new Fields(node, path(name));
    }

    /** The names of its fields, for an object whose names are data. */
    List<String> names() {
        List<String> result = new ArrayList<>();
        object.fieldNames().forEachRemaining(result::add);
        return result;
    }

    /** Objects of a list; empty when it is left out. */
    List<Fields> objects(String name) {
        List<Fields> result = new ArrayList<>();
        for (JsonNode node : list(name)) {
            String at = name + "[" + result.size() + "]";
            if (!node.isObject()) {
                throw wrong(at, "an object", node);
            }
            result.add(new Fields(node, path(at)));
        }
        return result;
    }

    /** Strings of a list; empty when it is left out. */
    List<String> texts(String name) {
        List<String> result = new ArrayList<>();
        for (JsonNode node : list(name)) {
            result.add(text(name + "[" + result.size() + "]", node));
        }
        return result;
    }

    private Iterable<JsonNode> list(String name) {
        JsonNode node = node(name);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray()) {
            throw wrong(name, "a list", node);
        }
        return node;
    }

    /** Refuses what nobody asked for: a misspelt field would otherwise be lost silently. */
    void end() {
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw ProblemException.about(
                        path(name), ProblemText.FIELD_UNKNOWN, path(name), String.join(", ", known));
            }
        }
    }

    private ProblemException wrong(String name, String expected, JsonNode node) {
        return ProblemException.about(path(name), ProblemText.FIELD_TYPE, path(name), expected, kind(node));
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "the string \"" + node.textValue() + "\"";
            case NUMBER -> "the number " + node.asText();
            case BOOLEAN -> node.asText();
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            default -> "null";
        };
    }
}
