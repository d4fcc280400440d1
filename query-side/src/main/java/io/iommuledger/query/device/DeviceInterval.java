package io.iommuledger.query.device;

import io.iommuledger.query.form.Moment;
import java.util.Optional;

/**
 * One interval of a device's life.
 *
 * @param epoch  whose agent told of it
 * @param to     where the next one begins
 * @param device as it stood, with the episodes that were open in the interval, however briefly
 */
record DeviceInterval(long epoch, Moment from, Optional<Moment> to, DeviceAnswer device) {}
