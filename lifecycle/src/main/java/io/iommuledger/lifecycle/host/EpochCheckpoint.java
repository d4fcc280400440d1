package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.memory.Region;
import io.iommuledger.lifecycle.reset.Episode;
import java.util.List;
import java.util.Map;

/**
 * All that the fold keeps of an epoch between two facts: a fold that is made of it goes on as the one that it was taken of.
 *
 * @param lastSequence of the facts taken; -1 if there is none
 * @param notBefore    reading of the monotonic clock before what the last fact tells
 * @param notAfter     reading after it
 * @param bounded      whether there is that second reading
 * @param episodes     open ones
 * @param waiting      how many mappings wait to be restored, by the number of their episode
 * @param pending      intents without their answers
 * @param parts        told of the fact that comes next
 * @param mappings     that have not ended, in the order in which they are filed again
 */
public record EpochCheckpoint(
        Epoch epoch,
        long lastSequence,
        long notBefore,
        long notAfter,
        boolean bounded,
        List<Context> contexts,
        List<Device> devices,
        List<Region> regions,
        List<Episode> episodes,
        Map<Long, Integer> waiting,
        List<RecordedFact> pending,
        List<ListPart> parts,
        List<Mapping> mappings) {}
