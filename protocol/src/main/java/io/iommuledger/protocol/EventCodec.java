package io.iommuledger.protocol;

/** Events of every kind, by the names that {@link EventTypes} has for them. */
public final class EventCodec {
    private EventCodec() {}

    /**
     * @param type as it is stored
     * @return the event of an operation, of enrolment, of retention, of an erasure or of access; of a host the
     *     {@link io.iommuledger.lifecycle.fact.RecordedFact}, which is what every other type is taken for
     * @throws MalformedRecord if a newer version wrote it, or nobody did
     */
    public static Record decode(String type, byte[] payload) {
        String kind = type.substring(0, type.indexOf('.') + 1);
        return switch (kind) {
            case EventTypes.OPERATION -> (Record) OperationCodec.decode(payload);
            case EventTypes.ENROLMENT -> (Record) EnrolmentCodec.decode(payload);
            case EventTypes.RETENTION -> (Record) RetentionCodec.decode(payload);
            case EventTypes.ERASURE -> (Record) ErasureCodec.decode(payload);
            case EventTypes.ACCESS -> (Record) AccessCodec.decode(payload);
            default -> FactCodec.decode(payload);
        };
    }
}
