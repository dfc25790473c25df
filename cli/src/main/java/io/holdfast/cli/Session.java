package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;

/**
 * What every command works with.
 *
 * @param terminal where output goes
 * @param api the manager
 * @param words texts in the asked language
 * @param json print the API's answers unchanged instead of tables
 */
record Session(Terminal terminal, ApiClient api, Words words, boolean json) {

    /** Shows an answer: unchanged for programs, by {@code forPeople} otherwise. */
    int show(String answer, Consumer<JsonNode> forPeople) {
        if (json) {
            terminal.line(answer);
        } else {
            forPeople.accept(Json.parse(answer));
        }
        return ExitCode.OK;
    }

    /** Confirms a change: the changed object for programs, one sentence for people. */
    int done(String answer, String key, Object... arguments) {
        terminal.line(json ? answer : words.of(key, arguments));
        return ExitCode.OK;
    }

    /** Confirms a removal, which has no answer of its own. */
    int removed(String key, Object... arguments) {
        if (!json) {
            terminal.line(words.of(key, arguments));
        }
        return ExitCode.OK;
    }

    Table table(String... headKeys) {
        String[] heads = new String[headKeys.length];
        for (int i = 0; i < heads.length; i++) {
            boolean right = headKeys[i].startsWith(">");
            heads[i] = (right ? ">" : "") + words.of("head." + (right ? headKeys[i].substring(1) : headKeys[i]));
        }
        return Table.of(heads);
    }

    Details details() {
        return new Details(this);
    }
}
