package io.iommuledger.db.append;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.postgresql.util.PGBinaryObject;
import org.postgresql.util.PGobject;

/**
 * A {@code uuid[]} that goes out as bytes on connections that take it so ({@link #OID} in {@code binaryTransferEnable}): as
 * text, as the driver sends it otherwise, the ids cost as much as all else of an event.
 */
@SuppressWarnings("serial") // goes nowhere but to the driver
final class UuidArray extends PGobject implements PGBinaryObject {
    /** Of {@code uuid[]}, as every PostgreSQL has it. */
    static final int OID = 2951;

    private static final int ELEMENT_OID = 2950;
    private static final int HEADER_BYTES = 5 * Integer.BYTES;
    private static final int ELEMENT_BYTES = Integer.BYTES + 2 * Long.BYTES;

    private final List<UUID> ids;

    UuidArray(List<UUID> ids) {
        this.ids = ids;
        this.type = "_uuid";
    }

    @Override
    public String getValue() {
        return ids.stream().map(UUID::toString).collect(Collectors.joining(",", "{", "}"));
    }

    @Override
    public int lengthInBytes() {
        return HEADER_BYTES + ids.size() * ELEMENT_BYTES;
    }

    /** Dimensions, whether there are nulls, the elements' type, length and first index, then each with its length before it. */
    @Override
    public void toBytes(byte[] bytes, int offset) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, lengthInBytes());
        buffer.putInt(1).putInt(0).putInt(ELEMENT_OID).putInt(ids.size()).putInt(1);
        for (UUID id : ids) {
            buffer.putInt(2 * Long.BYTES).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        }
    }

    /** What a driver reads into it would be its own business; nobody reads one. */
    @Override
    public void setByteValue(byte[] value, int offset) {
        throw new UnsupportedOperationException("only sent: " + Arrays.toString(value));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UuidArray array && ids.equals(array.ids);
    }

    @Override
    public int hashCode() {
        return ids.hashCode();
    }

    @Override
    public Object clone() {
        return new UuidArray(ids);
    }
}
