/** How long payloads are kept, what is held, and the removal of what is not kept any longer. */
@NullMarked
package io.iommuledger.command.retention;

import org.jspecify.annotations.NullMarked;
