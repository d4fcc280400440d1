/** What a device may reach: mappings, their backing and their states. */
@NullMarked
package io.iommuledger.lifecycle.mapping;

import org.jspecify.annotations.NullMarked;
