/** Answers about devices. */
@NullMarked
package io.iommuledger.query.device;

import org.jspecify.annotations.NullMarked;
