/** Hosts, epochs and the one fold. */
@NullMarked
package io.iommuledger.lifecycle.host;

import org.jspecify.annotations.NullMarked;
