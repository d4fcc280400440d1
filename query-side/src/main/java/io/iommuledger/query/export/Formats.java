package io.iommuledger.query.export;

import io.iommuledger.web.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Every format, by the name that a request gives it. */
@Component
final class Formats {
    private final Map<String, Format> byName = new LinkedHashMap<>();

    Formats(JsonMapper json) {
        Cef cef = new Cef(json);
        byName.put("ocsf", new Ocsf(json));
        byName.put("cef", cef);
        byName.put("syslog", Syslog.inWords(json));
        byName.put("cef-syslog", Syslog.carrying(cef));
        byName.put("cloudevents", new CloudEventsFormat(json));
    }

    /** @throws Problem if there is none of that name */
    Format named(String name) {
        Format format = byName.get(name);
        if (format == null) {
            throw Problem.badField("format", name, String.join(", ", byName.keySet()));
        }
        return format;
    }
}
