package io.holdfast.core;

import io.holdfast.core.text.Message;
import java.util.List;

/**
 * A lasting condition that a person should know of; removed when it has gone. Its identity is message and subject.
 *
 * @param subject id of the host, VM or cluster that it is about
 */
public record Alarm(Message message, String subject, List<String> arguments, long sinceWallMillis)
        implements Comparable<Alarm> {
    public Alarm {
        arguments = List.copyOf(arguments);
    }

    /** {@code MESSAGE/subject}. */
    public String key() {
        return message.name() + "/" + subject;
    }

    @Override
    public int compareTo(Alarm other) {
        return key().compareTo(other.key());
    }
}
