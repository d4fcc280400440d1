package io.iommuledger.db;

import io.iommuledger.lifecycle.access.AccessEvent;
import io.iommuledger.lifecycle.enrolment.EnrolmentEvent;
import io.iommuledger.lifecycle.erasure.ErasureEvent;
import io.iommuledger.lifecycle.operation.KeptRequest;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.lifecycle.operation.OperationPart;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.retention.RetentionEvent;
import io.iommuledger.protocol.AccessCodec;
import io.iommuledger.protocol.EnrolmentCodec;
import io.iommuledger.protocol.ErasureCodec;
import io.iommuledger.protocol.EventCodec;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.OperationCodec;
import io.iommuledger.protocol.RetentionCodec;
import java.util.Map;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.ChainingConverter;
import org.axonframework.serialization.Converter;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.SimpleSerializedType;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Axon's way to our bytes: a fact passes through as its agent encoded it, an operation's event is protobuf, Axon's own
 * metadata is a JSON object. Types are stored by the names of {@link EventTypes}.
 */
public final class EventSerializer implements Serializer {
    private static final String METADATA = MetaData.class.getName();
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    private final Converter converter = new ChainingConverter();
    private final JsonMapper json = new JsonMapper();

    @Override
    public <T> SerializedObject<T> serialize(Object object, Class<T> representation) {
        return switch (object) {
            case StoredFact fact -> as(representation, fact.bytes(), type(fact.type()));
            case OperationEvent event -> as(representation, OperationCodec.encode(event), type(EventTypes.of(event)));
            case EnrolmentEvent event -> as(representation, EnrolmentCodec.encode(event), type(EventTypes.of(event)));
            case RetentionEvent event -> as(representation, RetentionCodec.encode(event), type(EventTypes.of(event)));
            case ErasureEvent event -> as(representation, ErasureCodec.encode(event), type(EventTypes.of(event)));
            case AccessEvent event -> as(representation, AccessCodec.encode(event), type(EventTypes.of(event)));
            case MetaData metadata ->
                as(
                        representation,
                        json.writeValueAsBytes(Map.copyOf(metadata)),
                        new SimpleSerializedType(METADATA, null));
            default ->
                throw new SerializationException(
                        "no event of ours: " + object.getClass().getName()
                                + "; facts go in as StoredFact, others as OperationEvent, EnrolmentEvent, RetentionEvent,"
                                + " ErasureEvent or AccessEvent");
        };
    }

    @Override
    public <T> boolean canSerializeTo(Class<T> representation) {
        return converter.canConvert(byte[].class, representation);
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as Axon declares it
    public <S, T> T deserialize(SerializedObject<S> stored) {
        byte[] bytes = converter.convert(stored, byte[].class).getData();
        String name = stored.getType().getName();
        if (name.equals(METADATA)) {
            return (T) MetaData.from(json.readValue(bytes, MAP));
        }
        return classForType(stored.getType()) == StoredFact.class
                ? (T) new StoredFact(name, bytes)
                : (T) EventCodec.decode(name, bytes);
    }

    @Override
    @SuppressWarnings("rawtypes") // as Axon declares it
    public Class classForType(SerializedType type) {
        return switch (type.getName()) {
            case EventTypes.OPERATION_REQUESTED -> OperationRequested.class;
            case EventTypes.OPERATION_ENDED -> OperationEnded.class;
            case EventTypes.OPERATION_PART -> OperationPart.class;
            case EventTypes.OPERATION_KEPT -> KeptRequest.class;
            default -> classForName(type.getName());
        };
    }

    private static Class<?> classForName(String name) {
        if (name.equals(METADATA)) {
            return MetaData.class;
        }
        if (name.startsWith(EventTypes.RETENTION)) {
            return RetentionEvent.class;
        }
        if (name.startsWith(EventTypes.ERASURE)) {
            return ErasureEvent.class;
        }
        if (name.startsWith(EventTypes.ACCESS)) {
            return AccessEvent.class;
        }
        return name.startsWith(EventTypes.ENROLMENT) ? EnrolmentEvent.class : StoredFact.class;
    }

    @Override
    public SerializedType typeForClass(@SuppressWarnings("rawtypes") Class type) {
        return type(type.getName());
    }

    @Override
    public Converter getConverter() {
        return converter;
    }

    private <T> SerializedObject<T> as(Class<T> representation, byte[] bytes, SerializedType type) {
        return new SimpleSerializedObject<>(converter.convert(bytes, representation), representation, type);
    }

    private static SerializedType type(String name) {
        return new SimpleSerializedType(name, EventTypes.version(name));
    }
}
