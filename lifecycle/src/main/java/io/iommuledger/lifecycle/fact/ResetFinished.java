package io.iommuledger.lifecycle.fact;

import java.util.List;

/**
 * The kernel reset the devices and says it is done.
 *
 * @param decoding of every affected device that the agent holds, read back afterwards
 */
public record ResetFinished(long intent, long episode, List<DecodingOf> decoding) implements Answer {}
