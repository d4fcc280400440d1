package io.iommuledger.web.stream;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One server-sent event. Its bytes are made once, for however many clients it is written to. */
public final class Message {
    private final String id;
    private final Optional<String> event;
    private final String data;
    private volatile byte @Nullable [] bytes;

    /**
     * @param id    from where a client goes on that has had it: what it says as {@code Last-Event-ID}; without line breaks
     * @param event the kind that a page listens for; absent for those that need no name
     */
    public Message(String id, Optional<String> event, String data) {
        this.id = id;
        this.event = event;
        this.data = data;
    }

    public Message(String id, String data) {
        this(id, Optional.empty(), data);
    }

    public String id() {
        return id;
    }

    public Optional<String> event() {
        return event;
    }

    public String data() {
        return data;
    }

    /** As they go over the wire; not to be written to. */
    byte[] bytes() {
        byte[] made = bytes;
        if (made == null) {
            made = text().getBytes(StandardCharsets.UTF_8);
            bytes = made;
        }
        return made;
    }

    private String text() {
        StringBuilder text = new StringBuilder(data.length() + 64);
        event.ifPresent(name -> text.append("event: ").append(name).append('\n'));
        text.append("id: ").append(id).append('\n');
        data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
        return text.append('\n').toString();
    }
}
