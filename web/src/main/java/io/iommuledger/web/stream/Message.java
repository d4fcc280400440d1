package io.iommuledger.web.stream;

import java.util.Optional;

/**
 * One server-sent event.
 *
 * @param id    from where a client goes on that has had it: what it says as {@code Last-Event-ID}; without line breaks
 * @param event the kind that a page listens for; absent for those that need no name
 */
public record Message(String id, Optional<String> event, String data) {

    public Message(String id, String data) {
        this(id, Optional.empty(), data);
    }

    String text() {
        StringBuilder text = new StringBuilder(data.length() + 64);
        event.ifPresent(name -> text.append("event: ").append(name).append('\n'));
        text.append("id: ").append(id).append('\n');
        data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
        return text.append('\n').toString();
    }
}
