package io.iommuledger.query.export;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.iommuledger.query.live.CloudEvent;
import tools.jackson.databind.json.JsonMapper;

/**
 * CloudEvents 1.0, structured JSON, one a line: the envelopes of {@code GET events/stream} and {@code zombies/stream}, with
 * two extension attributes more.
 */
final class CloudEventsFormat implements Format {
    private final JsonMapper json;

    private record Envelope(@JsonUnwrapped CloudEvent event, String evidence, String severity) {}

    CloudEventsFormat(JsonMapper json) {
        this.json = json;
    }

    @Override
    public String mediaType() {
        return "application/x-ndjson";
    }

    @Override
    public String line(Exported record) {
        return json.writeValueAsString(new Envelope(
                record.event(),
                record.kind().evidence().word(),
                record.kind().severity().word()));
    }
}
