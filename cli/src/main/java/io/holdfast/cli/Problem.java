package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Why the server did not do what was asked (RFC 9457, {@code application/problem+json}).
 *
 * @param status the HTTP status
 * @param title what kind of problem, in one phrase
 * @param detail what was asked, what is wrong, what to do; empty when the server said nothing more
 * @param field the field of the request that is wrong, as a path; empty when none is to blame
 * @param remedy what to do, where the server says it apart; else empty
 * @param code the problem's stable name for programs; empty when the answer was no problem document
 */
public record Problem(int status, String title, String detail, String field, String remedy, String code) {

    /** Reads the answer's body; a body that is no problem document (a proxy's page, say) gives the status alone. */
    static Problem of(int status, String body) {
        JsonNode node = Json.parseOrMissing(body);
        String title = Json.string(node, "title");
        return new Problem(
                status,
                title.isEmpty() ? "the server answered with HTTP status " + status : title,
                Json.string(node, "detail"),
                Json.string(node, "field"),
                Json.string(node, "remedy"),
                Json.string(node, "code"));
    }
}
