package io.iommuledger.query.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.iommuledger.web.Times;
import java.util.Optional;

/**
 * A CloudEvent 1.0 in its structured JSON form.
 *
 * @param id       the same whenever it is told, and of no other event
 * @param source   the host, and the device that it is about if it is about one
 * @param type     as the event is stored, or {@code zombie.…}
 * @param time     effective time; of what is no fact of a host, when it was stored
 * @param sequence its position, in as many digits as any can have: texts compare as the numbers do
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record CloudEvent(
        String specversion,
        String id,
        String source,
        String type,
        Optional<String> subject,
        String time,
        String datacontenttype,
        String sequence,
        Object data) {

    static CloudEvent of(
            String id, String source, String type, Optional<String> subject, long nanos, long position, Object data) {
        return new CloudEvent(
                "1.0",
                id,
                source,
                type,
                subject,
                Times.rfc3339(nanos),
                "application/json",
                "%019d".formatted(position),
                data);
    }

    /** @param device that it is about */
    static String source(String host, Optional<String> device) {
        return "/hosts/" + host + device.map(address -> "/pci/" + address).orElse("");
    }
}
