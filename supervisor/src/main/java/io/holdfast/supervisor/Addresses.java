package io.holdfast.supervisor;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks of what goes into configuration files: only exactly formed values pass, so nothing can be smuggled in. */
public final class Addresses {

    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    /** As the kernel: at most 15 characters, no blank, no slash. */
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,14}");

    private Addresses() {}

    /** An IPv4 address of a host in dotted form. */
    public static String checked(String what, String value) {
        Matcher matcher = IPV4.matcher(value);
        boolean good = matcher.matches();
        for (int part = 1; good && part <= 4; part++) {
            String digits = matcher.group(part);
            good = Integer.parseInt(digits) <= 255 && (digits.length() == 1 || !digits.startsWith("0"));
        }
        if (!good) {
            throw new IllegalArgumentException(
                    what + " is '" + value + "'; it must be an IPv4 address such as 10.0.0.11");
        }
        int first = Integer.parseInt(matcher.group(1));
        if (first == 0 || first >= 224) {
            throw new IllegalArgumentException(what + " is '" + value + "', which is no address of a host");
        }
        return value;
    }

    static int port(String what, String value) {
        int port = number(what, value);
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(what + " has port " + value + "; it must be 1 to 65535");
        }
        return port;
    }

    public static String name(String what, String value) {
        if (!NAME.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    what + " is '" + value
                            + "'; it must begin with a letter or digit and hold only letters, digits, '.', '_' and '-' (at most 63)");
        }
        return value;
    }

    static String networkInterface(String what, String value) {
        if (!INTERFACE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    what + " is '" + value + "', which is no name of a network interface (at most 15 characters)");
        }
        return value;
    }

    public static int number(String what, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(what + " is '" + value + "', which is no number", e);
        }
    }
}
