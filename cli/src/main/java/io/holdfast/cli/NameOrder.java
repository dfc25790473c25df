package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names as people sort them: {@code vm2} before {@code vm10}. The API promises no order. */
final class NameOrder implements Comparator<String> {

    private static final Pattern PART = Pattern.compile("\\d+|\\D+");

    /** The items of a list, by name. */
    static List<JsonNode> byName(JsonNode items) {
        List<JsonNode> sorted = new ArrayList<>();
        items.forEach(sorted::add);
        sorted.sort(Comparator.comparing(item -> Json.string(item, "name"), new NameOrder()));
        return sorted;
    }

    @Override
    public int compare(String one, String other) {
        Matcher ones = PART.matcher(one);
        Matcher others = PART.matcher(other);
        while (ones.find() && others.find()) {
            int order = compareParts(ones.group(), others.group());
            if (order != 0) {
                return order;
            }
        }
        return one.compareTo(other);
    }

    private static int compareParts(String one, String other) {
        boolean numbers = Character.isDigit(one.charAt(0)) && Character.isDigit(other.charAt(0));
        return numbers ? new BigInteger(one).compareTo(new BigInteger(other)) : one.compareTo(other);
    }
}
