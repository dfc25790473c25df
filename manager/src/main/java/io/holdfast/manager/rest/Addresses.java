package io.holdfast.manager.rest;

import java.util.regex.Pattern;

/** The form of addresses in requests. Whether anything answers there is found out later. */
final class Addresses {
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(:[0-9]{1,5})?|\\[[0-9a-fA-F:]+](:[0-9]{1,5})?");
    private static final Pattern PORTAL =
            Pattern.compile("([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:]+]):[0-9]{1,5}");

    private Addresses() {}

    /** A name or address. It goes into command lines, so it can't begin with a dash. */
    static String host(String field, String value) {
        if (!HOST.matcher(value).matches()) {
            throw ProblemException.about(field, ProblemText.ADDRESS, field, value);
        }
        return value;
    }

    /** An address with its port. */
    static String withPort(String field, String value) {
        if (!PORTAL.matcher(value).matches()) {
            throw ProblemException.about(field, ProblemText.ADDRESS_FORM, field, value);
        }
        return value;
    }
}
