package io.iommuledger.protocol.horizon;

import com.google.protobuf.InvalidProtocolBufferException;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.protocol.v1.HorizonProto;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes the parts of a state that is stored, in their order: the digest over them is in the event that sets the horizon. What
 * they are looked for by stands beside them, and is in no digest.
 */
public final class HorizonParts {
    private final long position;
    private final MessageDigest all = Sha256.begun();
    private int count;
    private Optional<String> misplaced = Optional.empty();

    /** @param position of the horizon */
    public HorizonParts(long position) {
        this.position = position;
    }

    /**
     * The next one.
     *
     * @param at     position of the horizon, host and whether it has rows and nothing of the fold: as is stored beside it; null
     *               if somebody has made it so, and then no question finds it
     */
    public void take(long at, String host, @Nullable Boolean ofRows, byte[] content) {
        if (misplaced.isEmpty() && !(at == position && ofRows != null && isOf(host, ofRows, content))) {
            misplaced = Optional.of("part " + count + " is stored as one of " + inWords(ofRows) + " of host '" + host
                    + "' at position " + at + ", and is another");
        }
        all.update(Sha256.begun().digest(content));
        count++;
    }

    private static String inWords(@Nullable Boolean ofRows) {
        if (ofRows == null) {
            return "nothing";
        }
        return ofRows ? "the rows" : "the fold";
    }

    private static boolean isOf(String host, boolean ofRows, byte[] content) {
        try {
            HorizonProto.HorizonPart part = HorizonProto.HorizonPart.parseFrom(content);
            boolean hasFold = part.hasBegins() || part.getKeptCount() > 0;
            return part.getHost().equals(host) && ofRows == (part.getRowsCount() > 0) && ofRows != hasFold;
        } catch (InvalidProtocolBufferException none) {
            return false;
        }
    }

    public int count() {
        return count;
    }

    /** SHA-256 over the SHA-256 of each of them; hexadecimal. Nothing can be taken any more. */
    public String digest() {
        return HexFormat.of().formatHex(all.digest());
    }

    /** What is wrong with the first that is stored as another one than it is. */
    public Optional<String> misplaced() {
        return misplaced;
    }
}
