package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.text.Message;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Forms that all answers share: message codes, sentences in both languages, instants. */
final class Texts {
    private static final DateTimeFormatter INSTANT = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Texts() {}

    /** A constant's name as it stands in the interface: lower case with dashes. */
    static String code(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Puts code, arguments and text into an object. */
    static ObjectNode put(ObjectNode into, Message message, List<String> arguments) {
        into.put("code", code(message));
        var list = into.putArray("arguments");
        arguments.forEach(list::add);
        into.putObject("text").put("en", message.english(arguments)).put("zh", message.chinese(arguments));
        return into;
    }

    /** A Text of the interface. */
    static ObjectNode text(Message message, List<String> arguments) {
        return put(JsonNodeFactory.instance.objectNode(), message, arguments);
    }

    /** ISO-8601 with milliseconds; null for 0, which means "not yet". */
    static @Nullable String instant(long wallMillis) {
        return wallMillis == 0 ? null : INSTANT.format(Instant.ofEpochMilli(wallMillis));
    }

    static boolean isChinese(Locale language) {
        return language.getLanguage().equals("zh");
    }

    /** The language of an Accept-Language header: Chinese when it is preferred to English, else English. */
    static Locale language(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return Locale.ENGLISH;
        }
        try {
            Locale found = Locale.lookup(Locale.LanguageRange.parse(header), List.of(Locale.CHINESE, Locale.ENGLISH));
            return found == null ? Locale.ENGLISH : found;
        } catch (IllegalArgumentException unreadable) {
            return Locale.ENGLISH;
        }
    }
}
