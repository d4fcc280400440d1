package io.iommuledger.cli.client;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Trees of what Jackson's parser reads. A mapper would do it, but takes 0.2 s to start, more than all the rest. */
final class Trees {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Deque<JsonNode> open = new ArrayDeque<>();
    private final Deque<String> names = new ArrayDeque<>();
    private JsonNode root = NODES.missingNode();

    private Trees() {}

    /** @throws tools.jackson.core.JacksonException if it is no JSON */
    static JsonNode read(String text) {
        Trees tree = new Trees();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                tree.take(token, parser);
            }
        }
        return tree.root;
    }

    private void take(JsonToken token, JsonParser parser) {
        switch (token) {
            case START_OBJECT -> open.push(added(NODES.objectNode()));
            case START_ARRAY -> open.push(added(NODES.arrayNode()));
            case END_OBJECT, END_ARRAY -> open.pop();
            case PROPERTY_NAME -> names.push(parser.currentName());
            case VALUE_STRING -> added(NODES.stringNode(parser.getString()));
            case VALUE_NUMBER_INT -> added(integer(parser.getBigIntegerValue()));
            case VALUE_NUMBER_FLOAT -> added(NODES.numberNode(parser.getDecimalValue()));
            case VALUE_TRUE, VALUE_FALSE -> added(NODES.booleanNode(token == JsonToken.VALUE_TRUE));
            case VALUE_NULL -> added(NODES.nullNode());
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("no token of a text: " + token);
        }
    }

    private static JsonNode integer(BigInteger value) {
        return value.bitLength() < Long.SIZE ? NODES.numberNode(value.longValue()) : NODES.numberNode(value);
    }

    private JsonNode added(JsonNode node) {
        switch (open.peek()) {
            case ObjectNode object -> object.set(names.pop(), node);
            case ArrayNode array -> array.add(node);
            case null, default -> root = node;
        }
        return node;
    }
}
