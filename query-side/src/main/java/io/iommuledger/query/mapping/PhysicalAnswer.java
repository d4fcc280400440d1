package io.iommuledger.query.mapping;

import io.iommuledger.query.form.Moment;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;

/**
 * Physical addresses that a mapping lets devices reach.
 *
 * @param physical     the first of them that was asked for
 * @param physicalLast the last of them that was asked for
 * @param iova         by which the first of them is reached
 * @param iovaLast     by which the last of them is reached
 * @param knownBy      {@code PAGEMAP}: the agent asked the kernel where the memory is when it had mapped it; {@code BAR}:
 *     they are a device's, which says where its BAR is
 * @param found        when the agent asked; from then on it follows from the memory being pinned
 */
record PhysicalAnswer(
        String physical,
        String physicalLast,
        String iova,
        String iovaLast,
        @Schema(allowableValues = {"PAGEMAP", "BAR"}) String knownBy,
        Optional<Moment> found,
        MappingAnswer mapping) {}
