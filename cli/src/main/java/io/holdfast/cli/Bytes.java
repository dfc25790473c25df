package io.holdfast.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 512MiB}, {@code 2GiB}, or a plain number of bytes. */
public final class Bytes {

    private static final Pattern FORM = Pattern.compile("(\\d{1,18})\\s*(|B|KiB|MiB|GiB|TiB|K|M|G|T)");
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final int STEP = 1024;

    private Bytes() {}

    /** The number of bytes. @throws IllegalArgumentException when the text is no size, saying what one looks like */
    public static long parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no size; write bytes, or a number with KiB, MiB, GiB or TiB, for example 2GiB");
        }
        String unit = form.group(2);
        int power = unit.isEmpty() || unit.equals("B") ? 0 : "BKMGT".indexOf(unit.charAt(0));
        try {
            long bytes = Long.parseLong(form.group(1));
            for (int i = 0; i < power; i++) {
                bytes = Math.multiplyExact(bytes, (long) STEP);
            }
            return bytes;
        } catch (ArithmeticException tooLarge) {
            throw new IllegalArgumentException("'" + text + "' is more bytes than there can be", tooLarge);
        }
    }

    /** The size in the largest unit that leaves at least 1, with one decimal unless it's whole. */
    public static String text(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= STEP && unit < UNITS.length - 1) {
            value /= STEP;
            unit++;
        }
        String number = value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
        return number + " " + UNITS[unit];
    }
}
