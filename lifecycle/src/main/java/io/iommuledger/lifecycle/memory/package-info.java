/** Memory that mappings stand on. */
@NullMarked
package io.iommuledger.lifecycle.memory;

import org.jspecify.annotations.NullMarked;
