package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.Rejected;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A request that is refused, with all that its problem document says. */
public final class ProblemException extends RuntimeException {
    private final int status;
    private final String code;
    private final @Nullable String field;
    private final transient Sentence sentence;

    /** The detail in a language. */
    private interface Sentence {
        String in(Locale language);
    }

    private ProblemException(int status, String code, @Nullable String field, Sentence sentence) {
        super(sentence.in(Locale.ENGLISH));
        this.status = status;
        this.code = code;
        this.field = field;
        this.sentence = sentence;
    }

    /** A refusal of the interface itself. */
    public static ProblemException of(ProblemText text, String... arguments) {
        return about(null, text, arguments);
    }

    /** A refusal because of one field of the request, named by its path. */
    public static ProblemException about(@Nullable String field, ProblemText text, String... arguments) {
        List<String> list = List.of(arguments);
        return new ProblemException(text.status(), text.code(), field, language -> text.text(language, list));
    }

    /** A refusal with sentences of its own, in conflict with the present state. */
    public static ProblemException refused(String code, String english, String chinese) {
        return new ProblemException(409, code, null, language -> Texts.isChinese(language) ? chinese : english);
    }

    /** A refusal of the core. */
    public static ProblemException of(Rejected rejected) {
        int status = switch (rejected.code()) {
            case NOT_FOUND -> 404;
            case INVALID -> 422;
            case CONFLICT, NOT_NOW -> 409;
        };
        return new ProblemException(
                status,
                Texts.code(rejected.message()),
                rejected.field().isEmpty() ? null : rejected.field(),
                language -> Texts.isChinese(language)
                        ? rejected.message().chinese(rejected.arguments())
                        : rejected.message().english(rejected.arguments()));
    }

    /** As one of several things that speak against what was asked, for a preview. */
    ObjectNode asRefusal() {
        ObjectNode refusal = JsonNodeFactory.instance.objectNode().put("code", code);
        refusal.putObject("text").put("en", detail(Locale.ENGLISH)).put("zh", detail(Locale.CHINESE));
        return refusal;
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public @Nullable String field() {
        return field;
    }

    /** What was asked, what is wrong, what to do. */
    public String detail(Locale language) {
        return sentence.in(language);
    }

    /** Short name of the sort of problem. */
    public String title(Locale language) {
        boolean chinese = Texts.isChinese(language);
        return switch (status) {
            case 404 -> chinese ? "未找到" : "Not found";
            case 409 -> chinese ? "冲突" : "Conflict";
            case 422 -> chinese ? "无法接受" : "Not acceptable as it is";
            case 500 -> chinese ? "内部错误" : "Internal error";
            case 503 -> chinese ? "暂不可用" : "Not available now";
            default -> chinese ? "请求有误" : "Bad request";
        };
    }
}
