package io.iommuledger.cli.replay;

import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.replay.Playhead;
import io.iommuledger.lifecycle.replay.World;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.protocol.bundle.BundleFile;
import io.iommuledger.protocol.bundle.Manifest;
import java.io.IOException;
import java.util.Optional;

/** Makes a playhead of a bundle, which is believed nothing. */
final class Opening {
    private static final int PART_OF_HEAP = 8;
    private static final int BYTES_A_MAPPING = 512;

    /** What a byte of a checkpoint may take when it is read: an empty range has two there, and an object here. */
    private static final int BYTES_A_BYTE = 18;

    private Opening() {}

    /**
     * Stands where the bundle begins.
     *
     * @param to position of the last record that is played
     * @throws IOException if this version cannot play it, or this machine has too little memory for it
     */
    static Playhead of(BundleFile file, long to) throws IOException {
        Manifest manifest = file.manifest();
        if (manifest.fold() != HostState.FOLD_VERSION) {
            throw new IOException("its checkpoint was folded by rules of version " + manifest.fold()
                    + ", and this version of iommu-ledger has version " + HostState.FOLD_VERSION
                    + ": frames would not have the same hashes. Play it with the release that wrote it");
        }
        long room = Runtime.getRuntime().maxMemory() / PART_OF_HEAP / BYTES_A_MAPPING;
        if (file.checkpointParts() > room) {
            throw new IOException("its checkpoint has " + file.checkpointParts() + " parts, and there is memory for "
                    + room + "; give it more, for example JAVA_OPTS=-Xmx2g");
        }
        long most = Runtime.getRuntime().maxMemory() / 4 * 3 / BYTES_A_BYTE;
        if (file.checkpointBytes() > most) {
            throw new IOException("its checkpoint has " + file.checkpointBytes() + " bytes, and there is memory for "
                    + most + "; give it more, for example JAVA_OPTS=-Xmx2g");
        }
        World world = resumed(file);
        if (!world.hash().equals(manifest.hash())) {
            throw new IOException("its checkpoint has the hash " + world.hash() + ", and its manifest says "
                    + manifest.hash() + ": whoever wrote it wrote something else than was there");
        }
        int mostKept = (int) Math.min(Integer.MAX_VALUE, room);
        return Playhead.at(new BundleHistory(file), world, Optional.empty(), manifest.from(), to, mostKept);
    }

    private static World resumed(BundleFile file) throws IOException {
        try {
            return World.resumed(file.manifest().scope(), Sha256::hex, file.checkpoint());
        } catch (MalformedRecord | IllegalArgumentException e) {
            throw new IOException("its checkpoint cannot be read: " + e.getMessage(), e);
        }
    }

    /** What the facts in it rest on, in a line. */
    static String facts(Manifest manifest) {
        Manifest.Completeness known = manifest.completeness();
        String which = switch (known.state()) {
            case "gap" -> known.missing() + " facts are missing";
            case "open" ->
                known.openSinceNanos().isPresent()
                        ? "open since " + Instants.text(known.openSinceNanos().getAsLong())
                        : "open";
            default -> known.state();
        };
        return "facts: " + which
                + (manifest.taintedHosts().isEmpty() ? "" : "; tainted: " + String.join(", ", manifest.taintedHosts()));
    }
}
