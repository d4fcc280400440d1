package io.iommuledger.query.form;

import io.iommuledger.web.Times;

/** A place in the log and its effective time. */
public record Moment(long position, String instant) {

    public static Moment of(long position, long nanos) {
        return new Moment(position, Times.rfc3339(nanos));
    }
}
