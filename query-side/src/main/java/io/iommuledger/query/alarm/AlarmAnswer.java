package io.iommuledger.query.alarm;

import java.util.Optional;

/**
 * An alarm.
 *
 * @param id       {@code HOST.aN}
 * @param subject  what it is about: a fingerprint, a machine id or a stream
 * @param times    how often it has happened, by what was counted
 * @param lastSeen when it happened last
 */
record AlarmAnswer(
        String id,
        String host,
        String kind,
        boolean open,
        String subject,
        String text,
        Optional<String> whatToDo,
        String since,
        String lastSeen,
        long times,
        Optional<EndAnswer> ended) {

    /** How it ended; {@code by} is a principal's id. */
    record EndAnswer(String at, String by, String why) {}
}
