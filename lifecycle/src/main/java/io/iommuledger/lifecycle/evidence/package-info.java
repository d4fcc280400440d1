/** What the kernel answered, kept by name. */
@NullMarked
package io.iommuledger.lifecycle.evidence;

import org.jspecify.annotations.NullMarked;
