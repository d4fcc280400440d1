package io.iommuledger.query.alarm;

import java.util.Optional;

/**
 * An alarm, about who speaks for a host or about a mapping.
 *
 * @param id       {@code HOST.aN}; of one about a mapping the mapping's id
 * @param subject  what it is about: a fingerprint, a machine id, a stream or a mapping
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

    /** How it ended; {@code by} is a principal's id, absent if nobody asked for the end. */
    record EndAnswer(String at, Optional<String> by, String why) {}
}
