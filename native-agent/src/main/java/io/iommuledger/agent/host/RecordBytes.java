package io.iommuledger.agent.host;

import io.iommuledger.agent.journal.Journal;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.RestoreRequested;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.fact.UnmapFellShort;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.protocol.FactCodec;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The most that a mapping's facts take in the journal, as the codec writes the longest of them: what is foreseen stays true
 * when records change.
 */
final class RecordBytes {
    /** Sequences and other numbers that count what happens: at a million a second, half a year of them. */
    private static final long COUNT = 1L << 44;

    /** Start and size have their highest bit set, and neither is whole pages: no number is longer. */
    private static final IovaRange ANYWHERE = new IovaRange(Long.MIN_VALUE | 0x800, -0x802);

    private static final PciAddress DEVICE = PciAddress.parse("ffff:ff:1f.7");

    private static final Fact REFUSED =
            new Refused(COUNT, new KernelEvidence("VFIO_IOMMU_UNMAP_DMA", new Errno(Integer.MAX_VALUE)));

    private static final Fact MAPPED = new Mapped(COUNT, COUNT);

    /** Without the name of its file or region. */
    static final long INSTALLING = longest(
                    requested(new Backing.Memory(-2)),
                    requested(new Backing.RegionRange("", -2, -2)),
                    requested(new Backing.FileRange("", -2, -2, true)),
                    requested(new Backing.BarRange(DEVICE, 5, -2, -2)))
            + longest(MAPPED, REFUSED);

    static final long REMOVING =
            longest(new UnmapRequested(COUNT, ANYWHERE, UnmapReason.ROLLBACK, OptionalLong.of(COUNT)))
                    + longest(new UnmapFellShort(COUNT, COUNT, ANYWHERE, -2, -2), REFUSED);

    static final long RESTORING = longest(new RestoreRequested(COUNT)) + longest(MAPPED, REFUSED);

    /** Of an instruction that unmapped something. */
    static final long ENDING = longest(new InstructionEnded(
            new UUID(-2, -2),
            Outcome.SUCCEEDED,
            Optional.empty(),
            Figures.NONE.withUnmappedBytes(-2).withEndedMappings(COUNT).withDmaAvail(OptionalLong.of(COUNT))));

    private RecordBytes() {}

    static long of(Fact fact) {
        return longest(fact);
    }

    private static Fact requested(Backing backing) {
        return new MapRequested(COUNT, COUNT, ANYWHERE, DmaAccess.READ_WRITE, backing);
    }

    private static long longest(Fact... facts) {
        Stamp stamp = new Stamp(COUNT, Long.MAX_VALUE, Long.MAX_VALUE, Optional.of(new UUID(-2, -2)));
        return Stream.of(facts)
                .mapToLong(fact -> Journal.bytesOf(FactCodec.encode(new RecordedFact(stamp, fact))))
                .max()
                .orElseThrow();
    }
}
