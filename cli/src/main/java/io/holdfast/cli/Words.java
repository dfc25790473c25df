package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;

/** What the CLI says, in English or Chinese. Codes of the API (states, stages, proofs) are words too: {@code code.dead}. */
public final class Words {

    private final String language;
    private final Properties texts = new Properties();

    /** @param language {@code en} or {@code zh} */
    public Words(String language) {
        this.language = language;
        String resource = "words_" + language + ".properties";
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(Words.class.getResourceAsStream(resource), resource), StandardCharsets.UTF_8)) {
            texts.load(reader);
        } catch (IOException broken) {
            throw new IllegalStateException("cannot read " + resource + " of this program", broken);
        }
    }

    /** {@code zh} when the environment's locale is Chinese, else {@code en}. POSIX order: LC_ALL, LC_MESSAGES, LANG. */
    public static String languageOf(Environment environment) {
        for (String name : new String[] {"LC_ALL", "LC_MESSAGES", "LANG"}) {
            String locale = environment.get(name);
            if (!locale.isEmpty()) {
                return locale.toLowerCase(Locale.ROOT).startsWith("zh") ? "zh" : "en";
            }
        }
        return "en";
    }

    public String language() {
        return language;
    }

    /** The text of this key with its arguments. @throws IllegalArgumentException when there is no such key */
    public String of(String key, Object... arguments) {
        String text = texts.getProperty(key);
        if (text == null) {
            throw new IllegalArgumentException("no text for " + key + " in " + language);
        }
        return arguments.length == 0 ? text : new MessageFormat(text, Locale.ROOT).format(arguments);
    }

    /** The word for a code of the API, or the code itself when it's newer than this client. */
    public String code(String code) {
        return texts.getProperty("code." + code, code);
    }

    /** A {@code Text} of the API in this language. */
    public String text(JsonNode text) {
        String own = Json.string(text, "text", language);
        return own.isEmpty() ? Json.string(text, "text", "en") : own;
    }

    Properties all() {
        return texts;
    }
}
