/** Commands about devices. */
@NullMarked
package io.iommuledger.command.device;

import org.jspecify.annotations.NullMarked;
