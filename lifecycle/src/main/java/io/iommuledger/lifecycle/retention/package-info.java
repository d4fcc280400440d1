/** How long payloads are kept, what holds them, and which are gone. */
@NullMarked
package io.iommuledger.lifecycle.retention;

import org.jspecify.annotations.NullMarked;
